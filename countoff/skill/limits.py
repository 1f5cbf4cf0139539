"""Amazon's rules for an interaction model, as far as they can be checked without an account.

The rules are those of the Alexa Skills Kit: "Choose the Invocation Name for a Custom Skill", "Create the Interaction
Model for Your Skill" and "Interaction Model Schema". Two bounds are what its tools answered: 140 characters for a slot
value, 1,000,000 for a whole model. ``LONGEST_SAMPLE`` is our own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from countoff.skill.samples import slots_of, wording

PHRASE_TYPES = frozenset({"AMAZON.SearchQuery", "AMAZON.Person"})
REQUIRED = (
    "AMAZON.CancelIntent",
    "AMAZON.FallbackIntent",
    "AMAZON.HelpIntent",
    "AMAZON.NavigateHomeIntent",
    "AMAZON.StopIntent",
)
"""Built-in intents without which the console builds no model."""

REQUIRED_BY_AUDIO_PLAYER = (
    "AMAZON.LoopOffIntent", "AMAZON.LoopOnIntent", "AMAZON.NextIntent", "AMAZON.PauseIntent", "AMAZON.PreviousIntent",
    "AMAZON.RepeatIntent", "AMAZON.ResumeIntent", "AMAZON.ShuffleOffIntent", "AMAZON.ShuffleOnIntent",
    "AMAZON.StartOverIntent",
)  # fmt: skip
"""What a listener may say while the player plays, without the invocation name."""

MOST_INTENTS = 250
MOST_VALUES = 50_000
LONGEST_VALUE = 140
LONGEST_SAMPLE = 200
LARGEST_MODEL = 1_000_000

_LAUNCHING = {
    "alexa", "amazon", "app", "ask", "begin", "computer", "echo", "enable", "launch", "load", "open", "play", "resume",
    "run", "skill", "start", "tell", "use",
}  # fmt: skip
_CONNECTING = {"about", "and", "by", "for", "from", "if", "in", "that", "to", "using", "whether", "with"}
_SMALL = {"a", "about", "an", "at", "by", "for", "of", "off", "the", "to", "up", "with"}
_INVOCATION = re.compile(r"[a-z]+(?:'s)?\.?(?: [a-z]+(?:'s)?\.?)*")
_NAME = re.compile(r"[A-Za-z](?:[A-Za-z_]*[A-Za-z])?")
_SAMPLE = re.compile(r"(?:[a-z' ._]|\{[A-Za-z_]+\})+")


def problems(model: Mapping[str, Any], audio_player: bool = True) -> list[str]:
    """What Amazon would refuse in an interaction model, each in a sentence; none for a sound one.

    Args:
        model: in the form of the interaction model schema.
        audio_player: whether the skill plays with the AudioPlayer.
    """
    language = model["interactionModel"]["languageModel"]
    intents, types = language["intents"], language["types"]
    required = (*REQUIRED, *(REQUIRED_BY_AUDIO_PLAYER if audio_player else ()))
    return [
        *invocation_problems(language["invocationName"]),
        *_of_names([intent["name"] for intent in intents], required),
        *(problem for intent in intents for problem in _of_intent(intent, {kind["name"] for kind in types})),
        *_of_doubles(intents),
        *(problem for kind in types for problem in _of_type(kind)),
        *_of_size(model, types),
    ]


def invocation_problems(name: str) -> list[str]:
    """What Amazon would refuse in an invocation name."""
    words = re.findall(r"[a-z']+", name.lower())
    checks = {
        "has 2 to 50 characters": 2 <= len(name) <= 50,
        "is small letters, spaces, possessive apostrophes and the periods of abbreviations": _INVOCATION.fullmatch(
            name
        ),
        "is two words or more, unless it is a brand": len(words) > 1,
        "holds no word that opens a skill": not _LAUNCHING & set(words),
        "holds no word that connects a request": not _CONNECTING & set(words),
        "of two words holds no article or preposition": len(words) != 2 or not _SMALL & set(words),
    }
    return [f'Invocation name "{name}": it {rule}.' for rule, kept in checks.items() if not kept]


def _of_names(names: Sequence[str], required: Sequence[str]) -> Iterator[str]:
    if len(names) > MOST_INTENTS:
        yield f"{len(names)} intents; at most {MOST_INTENTS}."
    yield from (f"{name} is there twice." for name, count in Counter(names).items() if count > 1)
    yield from (f"{name} is missing." for name in required if name not in names)


def _of_intent(intent: Mapping[str, Any], types: set[str]) -> Iterator[str]:
    name = intent["name"]
    slots = {slot["name"]: slot["type"] for slot in intent.get("slots", [])}
    phrases = {slot for slot, kind in slots.items() if kind in PHRASE_TYPES}
    if not _NAME.fullmatch(name.removeprefix("AMAZON.")):
        yield f"{name}: a name is letters and underscores."
    if not name.startswith("AMAZON.") and not intent["samples"]:
        yield f"{name}: it has no sample."
    if len(phrases) > 1:
        yield f"{name}: it has more than one slot for a phrase."
    for slot, kind in slots.items():
        if not _NAME.fullmatch(slot):
            yield f"{name}: slot {slot}: a name is letters and underscores."
        if not kind.startswith("AMAZON.") and kind not in types:
            yield f"{name}: slot {slot}: there is no type {kind}."
    used = {slot for sample in intent["samples"] for slot in slots_of(sample)}
    yield from (f"{name}: slot {slot} is in no sample." for slot in slots if slot not in used)
    for sample in intent["samples"]:
        yield from (f'{name}: "{sample}": {problem}' for problem in _of_sample(sample, slots, phrases))


def _of_sample(sample: str, slots: Mapping[str, str], phrases: set[str]) -> Iterator[str]:
    used = slots_of(sample)
    if len(sample) > LONGEST_SAMPLE:
        yield f"at most {LONGEST_SAMPLE} characters."
    if not _SAMPLE.fullmatch(sample) or sample != " ".join(sample.split()):
        yield "letters, single spaces, apostrophes, periods, underscores and slots only; numbers are spelled out."
    if unknown := [slot for slot in used if slot not in slots]:
        yield f"there is no slot {unknown[0]}."
    if len(set(used)) < len(used):
        yield "a slot is there twice."
    if re.search(r"\}\{|\}\w|\w\{", sample):
        yield "a slot stands apart from what is beside it."
    if phrases & set(used):
        if len(used) > 1:
            yield "a phrase goes with no other slot."
        if sample.startswith("{") and sample.endswith("}"):
            yield "a phrase needs a carrier."


def _of_doubles(intents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Wordings that are there twice."""
    owner: dict[str, str] = {}
    for intent in intents:
        slots = {slot["name"]: slot["type"] for slot in intent.get("slots", [])}
        for sample in intent["samples"]:
            words = wording(sample.lower(), slots)
            if words in owner:
                yield f'"{sample}" is there for {owner[words]} and for {intent["name"]}.'
            owner[words] = intent["name"]


def _of_type(kind: Mapping[str, Any]) -> Iterator[str]:
    name, forms = kind["name"], [form for value in kind["values"] for form in _forms(value)]
    if not _NAME.fullmatch(name):
        yield f"Type {name}: a name is letters and underscores."
    if not forms:
        yield f"Type {name}: it has no value."
    doubles = [form for form, count in Counter(map(str.lower, forms)).items() if count > 1]
    yield from (f'Type {name}: "{form}" is there twice.' for form in doubles)
    yield from (
        f'Type {name}: "{form[:40]}": 1 to {LONGEST_VALUE} characters.'
        for form in forms
        if not 0 < len(form) <= LONGEST_VALUE
    )


def _of_size(model: Mapping[str, Any], types: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    values = sum(len(_forms(value)) for kind in types for value in kind["values"])
    if values > MOST_VALUES:
        yield f"{values} values and synonyms; at most {MOST_VALUES}."
    size = len(json.dumps(model))
    if size > LARGEST_MODEL:
        yield f"{size} characters; at most {LARGEST_MODEL}."


def _forms(value: Mapping[str, Any]) -> list[str]:
    return [value["name"]["value"], *value["name"].get("synonyms", [])]
