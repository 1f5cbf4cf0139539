"""The stories beside this file, through the trained model: as sentences, and as intents."""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.model import agent, understood
from tests.project.repository import domain

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("test_*.yml"))

pytestmark = pytest.mark.model


def _stories() -> list[Any]:
    return [
        pytest.param(story["steps"], id=f"{path.stem.removeprefix('test_')}: {story['story']}")
        for path in FILES
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    ]


@pytest.mark.parametrize("steps", _stories())
def test_sentences_of_the_story_are_understood(steps: list[dict[str, Any]]) -> None:
    said = [(step["user"].strip(), step["intent"]) for step in steps if "user" in step]
    assert said == [(text, understood(text)["intent"]["name"]) for text, _ in said]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_actions_follow_as_the_story_tells(path: Path) -> None:
    from rasa.core.test import test as run_stories  # noqa: PLC0415  # it takes seconds, and most tests need no model

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = await run_stories(str(path), agent(), fail_on_prediction_errors=True, disable_plotting=True)
    told = yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    assert len(result["actions"]) >= sum("action" in step for story in told for step in story["steps"])
    assert result["accuracy"] == 1.0


def test_stories_hold_every_intent_of_a_session_and_of_pain() -> None:
    told = {step["intent"] for steps in _stories() for step in steps.values[0] if "intent" in step}
    table = {
        "start_session", "pause", "resume", "slower", "faster", "easier", "harder", "ask_left", "repeat", "skip",
        "stop", "ask_whats_next", "ask_duration", "affirm", "deny", "inform", "report_pain", "report_red_flag",
        "pain_gone",
    }  # fmt: skip
    assert set() == table - told
    assert set() == told - set(domain()["intents"])


@pytest.mark.parametrize("steps", _stories())
def test_stop_words_come_before_the_action(steps: list[dict[str, Any]]) -> None:
    first_words = {
        "stop": "utter_stop_now",
        "report_pain": "utter_stop_pain",
        "report_red_flag": "utter_stop_red_flag",
    }
    for step, after in pairwise(steps):
        if step.get("intent") in first_words:
            assert first_words[step["intent"]] == after["action"]
