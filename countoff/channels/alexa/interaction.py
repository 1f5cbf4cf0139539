"""What an intent of the interaction model stands for: the plain sentence that is sent to the coach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError, field_validator

from countoff.channels.words import read_mapping
from countoff.errors import KnowledgeError
from countoff.exercises.base import Strict
from countoff.settings import settings

NAME = Path("alexa", "interaction.yml")
PHRASE = "words"
"""The slot that holds what came after a carrier phrase."""

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_UNHEARD = "?"
"""What Alexa puts in a slot for a number that it could not make out."""


class Intent(Strict):
    """One intent of the interaction model.

    Attributes:
        says: the sentences it stands for, the fullest first; ``{slot}`` is put in, and what stands in square brackets
            is left out where its slot is empty. None: the channel deals with it.
        learns: the intents of ``data/nlu`` whose sentences become its samples.
        samples: further samples.
    """

    says: tuple[str, ...] = ()
    learns: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()

    def sentence(self, heard: Mapping[str, str]) -> str | None:
        """The sentence for what was heard in its slots; None where they are too few."""
        return next(filter(None, (_fill(sentence, heard) for sentence in self.says)), None)


class Listing(Strict):
    """What the skill says of itself in the Alexa app and in the store.

    Attributes:
        name: at most 50 characters.
        summary: one sentence, at most 160 characters.
        description: at most 4,000 characters.
        examples: up to three sentences to say; the first opens the skill by its invocation name.
        keywords: at most 30.
        testing: for Amazon's testers, never for users.
    """

    name: str
    summary: str
    description: str
    examples: tuple[str, ...]
    keywords: tuple[str, ...]
    testing: str


class Interaction(Strict):
    """``knowledge/alexa/interaction.yml``: what only Alexa needs to know.

    Attributes:
        invocation_name: what is said after "open".
        listing: what the skill says of itself.
        slots: the type of each slot: one of Amazon's own, an entity of the vocabulary, or a list of words.
        intents: by their names in the model.
        carriers: what a phrase may begin with that is then heard freely.
        unheard: the intents of ``data/nlu`` whose sentences Alexa is not told.
    """

    invocation_name: str
    listing: Listing
    slots: dict[str, str | tuple[str, ...]]
    intents: dict[str, Intent]
    carriers: tuple[str, ...]
    unheard: tuple[str, ...]

    @field_validator("carriers")
    @classmethod
    def _are_apart(cls, carriers: tuple[str, ...]) -> tuple[str, ...]:
        if len({carrier_intent(carrier) for carrier in carriers}) < len(carriers):
            raise ValueError("two carriers have one name")
        return carriers

    def all_intents(self) -> dict[str, Intent]:
        """The intents, those of the carriers too, by name."""
        return {**self.intents, **dict(self._carried())}

    def _carried(self) -> Iterator[tuple[str, Intent]]:
        for carrier in self.carriers:
            says, sample = f"{carrier}[ {{{PHRASE}}}]", f"{carrier} {{{PHRASE}}}"
            yield carrier_intent(carrier), Intent(says=(says,), samples=(sample,))


def carrier_intent(carrier: str) -> str:
    """The name of the intent that hears what comes after a carrier: ``should i`` → ``ShouldIPhrase``."""
    return "".join(word.capitalize() for word in re.findall(r"[a-z]+", carrier.lower())) + "Phrase"


def said(intent: Mapping[str, Any]) -> str | None:
    """The sentence that an intent of a request stands for, its carrier put back.

    Args:
        intent: ``request.intent`` as Alexa sends it: ``{"name", "slots"?: {name: {"value"?}}}``; any other form is
            read as far as it goes.

    Returns:
        None where nothing was said: an intent that is not in the model, that the channel deals with, or whose slots
        are empty.

    Raises:
        KnowledgeError: ``knowledge/alexa/interaction.yml`` cannot be read.
    """
    known = _intents(settings().knowledge / NAME).get(str(intent.get("name")))
    if known is None:
        return None
    return known.sentence(dict(_heard(intent.get("slots"))))


def load_interaction(root: Path | None = None) -> Interaction:
    """What ``alexa/interaction.yml`` under ``root`` holds (default: the knowledge folder of the settings), read once.

    Raises:
        KnowledgeError: the file is missing or has another form.
    """
    return _load((root or settings().knowledge) / NAME)


@cache
def _intents(file: Path) -> dict[str, Intent]:
    # Put together once: it is asked with every request.
    return _load(file).all_intents()


@cache
def _load(file: Path) -> Interaction:
    try:
        return Interaction.model_validate(read_mapping(file))
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, wrong["loc"]))
        raise KnowledgeError(f"{file}: {place or 'it'} cannot be used: {wrong['msg']}.") from error


def _heard(slots: object) -> Iterator[tuple[str, str]]:
    """The words in each slot. They are taken as heard: the coach knows every form that Alexa was told, and more."""
    if not isinstance(slots, Mapping):
        return
    for name, slot in slots.items():
        value = slot.get("value") if isinstance(slot, Mapping) else None
        if isinstance(value, str) and value.strip() not in ("", _UNHEARD):
            yield name, value.strip()


def _fill(sentence: str, heard: Mapping[str, str]) -> str | None:
    """A sentence with its slots put in; None where one that it cannot do without is empty."""
    kept = _OPTIONAL.sub(lambda part: part[1] if heard.keys() >= set(_SLOT.findall(part[1])) else "", sentence)
    if not heard.keys() >= set(_SLOT.findall(kept)):
        return None
    return _SLOT.sub(lambda slot: heard[slot[1]], kept)
