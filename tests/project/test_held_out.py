"""The sentences that understanding is measured with are not those that it was trained on."""

from __future__ import annotations

import pytest

from tests.project.repository import domain, examples, plain, read_yaml

QUOTED = {
    "Ow!",
    "I feel dizzy.",
    "Stop!",
    "When should I stop?",
    "Does it help back pain?",
    "Is it supposed to hurt?",
    "And after that?",
}
"""Sentences of held_out_safety.yml that may stand in data/ too: docs/intents.md gave them to both authors."""


def _trained_on(name: str) -> list[str]:
    trained = {plain(sentence) for sentences in examples().values() for sentence in sentences}
    return sorted({row["text"] for row in read_yaml(f"tests/nlu/{name}") if plain(row["text"]) in trained})


def test_held_out_sentences_are_not_trained_on() -> None:
    assert _trained_on("held_out.yml") == []


def test_safety_sentences_are_not_trained_on_but_for_the_quoted_ones() -> None:
    assert [text for text in _trained_on("held_out_safety.yml") if text not in QUOTED] == []


@pytest.mark.parametrize("name", ["held_out.yml", "held_out_safety.yml"])
def test_no_held_out_sentence_stands_twice(name: str) -> None:
    texts = [plain(row["text"]) for row in read_yaml(f"tests/nlu/{name}")]
    assert sorted({text for text in texts if texts.count(text) > 1 and text}) == []


def test_held_out_labels_are_intents_of_the_domain() -> None:
    known = set(domain()["intents"])
    for row in read_yaml("tests/nlu/held_out.yml"):
        labels = {*row.get("intents", ()), *row.get("also", ())} | ({row["intent"]} if "intent" in row else set())
        assert labels, row
        assert set() == labels - known, row


def test_every_intent_is_measured() -> None:
    rows = read_yaml("tests/nlu/held_out.yml")
    measured = {label for row in rows for label in row.get("intents", [row.get("intent")])}
    assert set() == set(domain()["intents"]) - {"nlu_fallback"} - measured
