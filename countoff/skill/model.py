"""The interaction model: what Alexa listens for, and which intent each wording is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from countoff.channels.alexa.interaction import Intent, Interaction, load_interaction
from countoff.errors import KnowledgeError
from countoff.skill.samples import sample_of, slots_of, wording
from countoff.skill.sentences import Values, body_talk, heard, is_spoken, own_words, read_sentences, read_values

BUILT_IN = "AMAZON."
ANYTHING = "sentence"
"""The slot of the catch-all, and the type that holds sentences which no carrier and no other intent would hear."""

BODY = "body_part"
"""The slot of a part of the body: an intent that has it passes on what hurts."""

LONGEST_SENTENCE = 8
"""Words in a sentence of the catch-all."""


class Builder:
    """Makes the model of one knowledge folder and one folder of training sentences.

    Raises:
        KnowledgeError: a file cannot be read, or ``interaction.yml`` names an intent or an entity that is not there.
    """

    def __init__(self, knowledge: Path, nlu: Path) -> None:
        self._interaction: Interaction = load_interaction(knowledge)
        self._intents = self._interaction.all_intents()
        self._sentences = read_sentences(nlu)
        self._entities = read_values(knowledge)
        self._body_talk = body_talk(knowledge)
        self._check()
        self._own = own_words(self._entities)
        self._type_names = {slot: self._type_name(slot) for slot in self._interaction.slots}
        self._taken: set[str] = set()
        self._heard: set[str] = set()

    def _check(self) -> None:
        learned = {name for intent in self._intents.values() for name in intent.learns}
        kinds = {kind for slot, kind in self._interaction.slots.items() if slot != ANYTHING and isinstance(kind, str)}
        unknown = {
            "no intent of data/nlu": learned - self._sentences.keys(),
            "no entity of the vocabulary": {kind for kind in kinds if not kind.startswith(BUILT_IN)}
            - self._entities.keys(),
        }
        for what, names in unknown.items():
            if names:
                raise KnowledgeError(f"alexa/interaction.yml: {', '.join(sorted(names))}: {what}. Correct the name.")

    def build(self) -> dict[str, Any]:
        """The model in the form of Amazon's interaction model schema."""
        intents = [self._intent(name, intent) for name, intent in self._intents.items()]
        used = {slot["name"] for intent in intents for slot in intent.get("slots", [])}
        types = [self._type(slot) for slot in self._interaction.slots if slot in used and self._is_own(slot)]
        language = {"invocationName": self._interaction.invocation_name, "intents": intents, "types": types}
        return {"interactionModel": {"languageModel": language}}

    def _intent(self, name: str, intent: Intent) -> dict[str, Any]:
        slots = list(dict.fromkeys(slot for sentence in (*intent.says, *intent.samples) for slot in slots_of(sentence)))
        samples = self._untaken([*intent.samples, *self._learned(intent, slots)])
        typed = [{"name": slot, "type": self._type_names[slot]} for slot in slots]
        return {"name": name, **({"slots": typed} if typed else {}), "samples": samples}

    def _learned(self, intent: Intent, slots: Iterable[str]) -> Iterator[str]:
        """The samples out of data/nlu that fill slots enough for a sentence; the others are left to the catch-all."""
        forms = {slot: self._forms(slot) for slot in slots}
        for name in intent.learns:
            for sentence in self._sentences[name]:
                sample = sample_of(sentence, forms, self._own)
                if sample and self._is_told_whole(sample, intent):
                    self._heard.add(sentence)
                    yield sample

    def _is_told_whole(self, sample: str, intent: Intent) -> bool:
        """Tell whether a sample fills a sentence, and loses no word about the body.

        Alexa takes the nearest intent: "my heart is pounding" must not be heard as "my heart is pumping, go on".
        """
        of_body = BODY in slots_of(" ".join(intent.says))
        told = intent.sentence(dict.fromkeys(slots_of(sample), ANYTHING))
        return told is not None and (of_body or not self._body_talk.search(sample))

    def _untaken(self, samples: Iterable[str]) -> list[str]:
        """Samples that no earlier intent has, each once."""
        kept: dict[str, str] = {}
        for sample in samples:
            words = wording(sample, self._type_names)
            if words not in self._taken:
                kept.setdefault(words, sample)
        self._taken.update(kept)
        return list(kept.values())

    def _is_own(self, slot: str) -> bool:
        return not str(self._interaction.slots[slot]).startswith(BUILT_IN)

    def _type_name(self, slot: str) -> str:
        return slot.upper() if self._is_own(slot) else str(self._interaction.slots[slot])

    def _values(self, slot: str) -> Values:
        kind = self._interaction.slots[slot]
        if slot == ANYTHING:
            return {sentence: [sentence] for sentence in self._otherwise_unheard()}
        if isinstance(kind, tuple):
            return {value: [value] for value in kind}
        return self._entities[kind]

    def _forms(self, slot: str) -> tuple[str, ...]:
        if slot == ANYTHING or not self._is_own(slot):
            return ()
        return tuple(form for forms in self._values(slot).values() for form in forms)

    def _type(self, slot: str) -> dict[str, Any]:
        return {"name": self._type_names[slot], "values": [_value(forms) for forms in self._values(slot).values()]}

    def _otherwise_unheard(self) -> list[str]:
        carriers = tuple(f"{carrier} " for carrier in self._interaction.carriers)
        told = (name for name in self._sentences if name not in self._interaction.unheard)
        unheard = (sentence for name in told for sentence in self._sentences[name] if sentence not in self._heard)
        return [
            sentence
            for sentence in dict.fromkeys(map(heard, unheard))
            if len(sentence.split()) <= LONGEST_SENTENCE
            and not sentence.startswith(carriers)
            and is_spoken(sentence, self._own)
            and sentence not in self._taken
        ]


def _value(forms: list[str]) -> dict[str, Any]:
    name, *synonyms = forms
    return {"name": {"value": name, "synonyms": synonyms} if synonyms else {"value": name}}
