"""Every tracker of tests/actions/trackers, read as the coach reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker

from actions.tracker import utterance_of
from countoff.dialogue import Utterance

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases" / "utterance.yml").read_text(encoding="utf-8"))


def read_tracker(name: str) -> Tracker:
    return Tracker.from_dict(json.loads((HERE / "trackers" / f"{name}.json").read_text(encoding="utf-8")))


def _plain(utterance: Utterance) -> dict[str, Any]:
    roles = [f"{e.kind}/{e.role}={e.value}" if e.role else f"{e.kind}={e.value}" for e in utterance.entities]
    return {
        **{name: getattr(utterance, name) for name in ("text", "intent", "confidence", "report", "voice", "problem")},
        "entities": roles,
        "ranking": [name for name, _ in utterance.ranking],
        "questions": [f"{question.intent}@{question.start}" for question in utterance.questions],
        "safety": utterance.safety.kind,
        "phonetic": utterance.safety.phonetic,
        "missed": list(utterance.missed),
    }


@pytest.mark.parametrize("name", CASES)
def test_utterance(name: str) -> None:
    found = _plain(utterance_of(read_tracker(name)))
    expected = CASES[name]
    assert expected == {field: found[field] for field in expected}


def test_every_tracker_has_a_case() -> None:
    assert {path.stem for path in (HERE / "trackers").glob("*.json")} == set(CASES)
