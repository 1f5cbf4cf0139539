"""The shipped knowledge base: healthy, complete, and in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from shingles import runs

from countoff.exercises import DEFAULT_ROOT, Exercise, load_knowledge, validate
from countoff.exercises.cues import load_cue_book

HERE = Path(__file__).parent
K = load_knowledge()
SEED = [f"F{number:02}" for number in range(1, 26)] + [f"X{number:02}" for number in range(1, 6)]
INTENTS = (HERE.parents[1] / "docs" / "intents.md").read_text(encoding="utf-8")
KNOWLEDGE_SECTIONS = INTENTS[: INTENTS.index("## The session")]
ASKS = [*sorted(set(re.findall(r"^\| (ask_\w+) \|", KNOWLEDGE_SECTIONS, re.MULTILINE))), "ask_unknown"]
FAMILIES = sorted(K.exercises)


def test_no_problem_is_found() -> None:
    assert [str(problem) for problem in validate()] == []


@pytest.mark.parametrize("number", SEED)
def test_every_fact_of_the_start_is_held_and_used(number: str) -> None:
    held = {fact.id for fact in K.facts.values() if number in fact.seed}
    assert held, f"no fact has {number} under 'seed'"
    family = K.exercises["banded-psoas-march"]
    pools = [*family.answers.values(), *K.general.values(), *family.variations.values()]
    used = {fact for entry in pools for fact in entry.facts}
    used.update(
        fact for variation in family.variations.values() for step in variation.steps or [] for fact in step.facts
    )
    if number != "F25":  # said by "who says so", not by an answer
        assert held & used, f"{number} is held and never said"


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("intent", ASKS)
def test_every_question_has_an_answer(intent: str, family: str) -> None:
    found = K.answer(intent.removeprefix("ask_"), (), family)
    assert found is not None
    assert found.facts
    assert found.source_line
    assert found.spoken_source


@pytest.mark.parametrize("intent", [intent for intent in ASKS if intent != "ask_unknown"])
def test_every_question_can_be_offered(intent: str) -> None:
    assert intent in K.topics


@pytest.mark.parametrize("family", FAMILIES)
def test_form_cues_exist(family: str) -> None:
    known = set(load_cue_book().form_keys())
    named = {mistake.cue for mistake in K.exercises[family].mistakes if mistake.cue}
    assert named - known == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_variation_has_an_answer_or_steps(family: str) -> None:
    exercise = K.exercises[family]
    for variation in exercise.variations.values():
        found = K.answer("how_to", (), family, variation.id)
        assert found is not None
        if variation.steps is None:
            assert found.key == f"how_to@{variation.id}"


@pytest.mark.parametrize("family", FAMILIES)
def test_names_are_told_apart(family: str) -> None:
    exercise: Exercise = K.exercises[family]
    names = [name for one in exercise.variations.values() for name in (one.names.canonical, *one.names.aliases)]
    assert len(names) == len(set(names))


def test_condition_answers_offer_no_set_and_claim_no_benefit() -> None:
    offers = {"start_session", "harder", "easier", "resume", "ask_benefits", "faster"}
    for exercise in K.exercises.values():
        for key, answer in {**K.general, **exercise.answers}.items():
            if key.startswith("condition"):
                assert not offers & set(answer.suggestions), key
                assert re.search(r"physical therapist|doctor|physiotherapist|surgeon|latex-free", answer.short), key
                assert not any(fact.startswith("bpm-benefit") for fact in answer.facts), key


def test_benefit_claims_say_who_claims() -> None:
    for exercise in K.exercises.values():
        for key, answer in exercise.answers.items():
            claims = [fact for fact in answer.facts if "-benefit" in fact]
            if (
                key.startswith("benefits")
                and claims
                and "I don't know" not in answer.long
                and "no fact" not in answer.short
            ):
                assert re.search(r"article|coach|study|page|sources", answer.short + answer.long), key


def test_our_words_are_not_those_of_the_article() -> None:
    theirs = set((HERE / "article_runs.txt").read_text(encoding="utf-8").split())
    assert len(theirs) > 1000
    copied = [
        f"{path.name}: {run}"
        for path in sorted(DEFAULT_ROOT.rglob("*.yml"))
        for text in texts(yaml.safe_load(path.read_text(encoding="utf-8")))
        for key, run in runs(text).items()
        if key in theirs
    ]
    assert copied == []


def texts(node: Any) -> Iterator[str]:
    """Every text in a tree of YAML."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
