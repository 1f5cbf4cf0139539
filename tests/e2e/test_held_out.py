"""The held-out sentences through the trained model: how much is understood. The floors are those of the gate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.gate import FLOORS, plan_exactness
from benchmarks.held_out import SAFETY, SENTENCES, Scores, rows, texts
from countoff.exercises.cues import load_cue_book
from countoff.session import Plan, Prescription, make_plan
from tests.e2e.model import understood
from tests.project.repository import read_yaml

pytestmark = pytest.mark.model

FLOOR: dict[str, float] = read_yaml(f"benchmarks/{FLOORS.name}")
WORST = 10


@pytest.fixture(scope="module")
def scores() -> Scores:
    return Scores({text: understood(text) for text in texts()})


def _print(title: str, shares: dict[str, float]) -> None:
    print(f"\n{title}")
    for name, value in shares.items():
        print(f"  {name:20} {value:.3f}" if value <= 1 else f"  {name:20} {value:.0f}")


def test_intents(scores: Scores) -> None:
    _print("intents of held_out.yml", scores.intents())
    _print("whole messages", {"intents and entities": scores.whole()})
    for name, found in list(scores.by_intent().items())[:WORST]:
        print(f"    {name} {found['right']:.2f} of {found['of']}: {found['taken_for']}")
    assert scores.intents()["all"] >= FLOOR["intent"]


def test_scope(scores: Scores) -> None:
    _print("scope", scores.scope())
    assert scores.scope()["out_of_scope"] >= FLOOR["out_of_scope"]
    assert 1 - scores.scope()["refused"] >= FLOOR["in_scope_taken"]


def test_entities(scores: Scores) -> None:
    _print("entities", scores.entities())
    assert scores.entities()["asked for"] > 50
    assert scores.entities()["found"] >= FLOOR["entities"]


def test_reports_of_pain_red_flags_and_stops_are_heard_and_harmless_sentences_are_not(scores: Scores) -> None:
    _print("safety of held_out_safety.yml", scores.safety())
    assert scores.safety()["recall"] >= FLOOR["safety_recall"]
    assert 1 - scores.safety()["false_alarms"] >= FLOOR["harmless_left_alone"]


def test_a_model_that_understands_nothing_scores_nothing() -> None:
    deaf = Scores({text: {"intent": {"name": "nlu_fallback"}, "entities": []} for text in texts()})
    assert deaf.intents()["all"] < 0.02
    assert deaf.safety()["recall"] == 0
    assert deaf.scope() == {"out_of_scope": 1.0, "refused": 1.0}
    assert deaf.whole() < 0.02


def test_a_model_that_knows_the_answers_scores_everything() -> None:
    told = {row["text"]: {"intent": {"name": row["kind"]}, "entities": [], "safety": row} for row in rows(SAFETY)}
    for row in told.values():
        if row["safety"]["kind"] == "none":
            row["safety"] = {"kind": None}
    assert Scores(told).safety() == {"recall": 1.0, "right_kind": 1.0, "false_alarms": 0.0}
    named = {
        row["text"]: {
            "intent": {"name": row.get("intent") or row["intents"][0]},
            "entities": [],
            "questions": [{"intent": name, "confidence": 1.0} for name in row.get("intents", ())],
        }
        for row in rows(SENTENCES)
    }
    assert Scores(named).intents()["all"] == 1.0


def test_plans_are_exact_and_a_plan_that_drifts_is_noticed() -> None:
    assert plan_exactness() >= FLOOR["plan_exact"]
    book = load_cue_book()

    def drifting(prescription: Prescription) -> Plan:
        plan = make_plan(prescription, book)
        return replace(plan, cues=tuple(replace(cue, at_ms=cue.at_ms + n) for n, cue in enumerate(plan.cues)))

    assert plan_exactness(drifting) < 0.5
