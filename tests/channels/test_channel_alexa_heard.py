"""What is said to a speaker reaches the trained model as a sentence that it reads right."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from countoff.channels.alexa.interaction import load_interaction, said
from countoff.settings import PROJECT
from countoff.skill.model import Builder
from countoff.skill.samples import slots_of
from tests.channels.alexa_ears import Ears
from tests.channels.channel_rows import read
from tests.e2e.model import understood

pytestmark = pytest.mark.model

INTERACTION = load_interaction()
EXAMPLES = {
    "band_colour": "green",
    "body_part": "knee",
    "exercise": "glute bridge march",
    "number": "8",
    "reps": "8",
    "rest": "45",
    "sets": "2",
    "variation": "lying",
}
"""A value of each slot that has no list of words of its own."""


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears(Builder(PROJECT / "knowledge", PROJECT / "data" / "nlu").build())


def intent_of(sentence: str | None) -> str:
    assert sentence is not None
    name: str = understood(sentence)["intent"]["name"]
    return name


@pytest.mark.parametrize("row", read("alexa_heard"), ids=lambda row: row["text"])
def test_what_a_person_says_is_understood(ears: Ears, row: dict[str, Any]) -> None:
    assert intent_of(said(ears.hear(row["text"]))) == row["intent"]


def _sayings() -> list[Any]:
    """Every sentence of every command, with nothing it can do without, and with each slot that it can take."""
    return [
        pytest.param(learned, name, heard, id=f"{name} {' '.join(heard)}".strip())
        for name, intent in INTERACTION.intents.items()
        for learned in [intent.learns]
        if learned
        for heard in [{}, *({slot: _example(slot)} for says in intent.says for slot in slots_of(says))]
        if intent.sentence(heard)
    ]


def _example(slot: str) -> str:
    words = INTERACTION.slots[slot]
    return words[0] if isinstance(words, tuple) else EXAMPLES[slot]


@pytest.mark.parametrize(("learned", "name", "heard"), _sayings())
def test_what_a_command_stands_for_is_understood(learned: tuple[str, ...], name: str, heard: dict[str, str]) -> None:
    assert intent_of(INTERACTION.intents[name].sentence(heard)) in learned


@pytest.mark.parametrize("effort", INTERACTION.slots["effort"])
def test_how_hard_it_was_is_understood(effort: str) -> None:
    assert intent_of(INTERACTION.intents["RateIntent"].sentence({"effort": effort})) == "rate_effort"


@pytest.mark.parametrize(("sign", "place"), product(INTERACTION.slots["sign"], [None, "knee", "foot", "chest"]))
def test_a_sign_of_harm_stops(sign: str, place: str | None) -> None:
    heard = {"sign": sign, **({"body_part": place} if place else {})}
    assert intent_of(INTERACTION.intents["SignIntent"].sentence(heard)) in ("report_pain", "report_red_flag")
