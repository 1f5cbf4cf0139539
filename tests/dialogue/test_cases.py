"""Every row of tests/dialogue/cases is a conversation: what is said, and what is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.dialogue import Turn
from countoff.exercises import Knowledge
from countoff.exercises.cues import CueBook
from tests.dialogue.talk import Conversation

CASES = Path(__file__).parent / "cases"
PROJECT = Path(__file__).resolve().parents[2]
RESPONSES = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["responses"]


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in document["cases"]:
            before = [row for name in case.get("before", []) for row in document["scenes"][name]]
            found.append(pytest.param(before, case["turns"], id=f"{path.stem}: {case['case']}"))
    return found


@pytest.mark.parametrize(("before", "turns"), _cases())
def test_conversation(before: list[Any], turns: list[Any], knowledge: Knowledge, cue_book: CueBook) -> None:
    conversation = Conversation(knowledge, cue_book)
    for row in before:
        _speakable(conversation.say(row))
    for row in turns:
        done = conversation.say(row)
        texts = _speakable(done)
        assert row["says"] == [_name(said.response) for said in done.says], texts
        _on_the_wire(row, done)
        for piece in row.get("contains", []):
            assert piece in " ".join(texts)
        for name, value in row.get("prescribes", {}).items():
            assert conversation.session is not None
            assert getattr(conversation.session.prescription, name) == value
        if "efforts" in row:
            assert row["efforts"] == conversation.efforts
        if "status" in row:
            assert row["status"] == (conversation.session.status if conversation.session else None)


def _on_the_wire(row: dict[str, Any], done: Turn) -> None:
    """What a player is told: the action, when the first rep begins, the summary, or the whole of it."""
    wire = done.session or {}
    if "action" in row:
        assert row["action"] == wire.get("action")
    if "first_side_ms" in row:
        assert row["first_side_ms"] == next(c["at_ms"] for c in wire["plan"]["cues"] if c["kind"] == "side")
    if "summary" in row:
        assert row["summary"].items() <= wire["summary"].items()
    if "session" in row:
        assert row["session"] == done.session


def _name(response: str) -> str:
    """Without the prefix; one source or several makes no difference to a case."""
    return response.removeprefix("utter_").replace("_with_sources", "_with_source")


def _speakable(done: Turn) -> list[str]:
    """Every response exists in the domain and its blanks are filled."""
    assert done.says, "every turn says something"
    return [RESPONSES[said.response][0]["text"].format(**said.params) for said in done.says]
