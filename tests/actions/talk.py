"""A conversation through ``take_turn``: trackers in, dispatched responses and events out, a real database below."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions.turn
from actions.turn import HURT
from countoff.history import HistoryStore
from countoff.slots import HANDLED

URGENT = {"report_pain": "pain", "report_red_flag": "red_flag", "stop": "stop"}
BEGAN_S = 1_700_000_000.0


class Clock:
    """In the place of the module ``time``."""

    def __init__(self) -> None:
        self.now_s = BEGAN_S

    def time(self) -> float:
        return self.now_s


@dataclass
class Said:
    """What one turn yielded."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def responses(self) -> list[str]:
        return [message["response"].removeprefix("utter_") for message in self.messages]

    @property
    def custom(self) -> dict[str, Any]:
        """The one payload of the turn."""
        found = [message["custom"] for message in self.messages if message["custom"]]
        assert len(found) <= 1
        return found[0] if found else {}

    @property
    def action(self) -> str | None:
        return self.custom.get("session", {}).get("action")


@dataclass
class ActionServer:
    """The actions with a database of their own, and the tracker that Rasa would keep."""

    url: str
    monkeypatch: pytest.MonkeyPatch
    clock: Clock = field(default_factory=Clock)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    messages: int = 0

    def __post_init__(self) -> None:
        self.restart()
        self.monkeypatch.setattr("countoff.dialogue.coach.time", self.clock)

    def restart(self) -> None:
        """Forget all that is not in the database."""
        if hasattr(self, "store"):
            self.store.close()
        self.store = HistoryStore(self.url)
        self.monkeypatch.setattr(actions.turn, "store", lambda: self.store)
        actions.turn.coach.cache_clear()

    def say(self, row: dict[str, Any], user: str = "anna") -> Said:
        """One turn: what is said and understood, as a row gives it."""
        self.clock.now_s += row.get("after", 5)
        self.hear(row, user)
        dispatcher = CollectingDispatcher()
        new = actions.turn.take_turn(dispatcher, self.tracker(user))
        self.events[user] += new
        return Said(dispatcher.messages, new)

    def hear(self, row: dict[str, Any], user: str = "anna") -> None:
        """A message that reaches Rasa, whether or not an action runs after it."""
        self.messages += 1
        intent = row["intent"]
        text = row.get("text", intent)
        parsed = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": intent, "confidence": 0.9}],
            "entities": [_entity(kind, value) for kind, value in (row.get("about") or {}).items()],
            "questions": [],
            "safety": {"kind": URGENT.get(intent), "phonetic": None, "body_part": None},
            "message_id": f"m{self.messages}",
        }
        event = {
            "event": "user",
            "text": text,
            "parse_data": parsed,
            "metadata": row.get("metadata", {}),
            "input_channel": row.get("channel", "rest"),
            "message_id": f"m{self.messages}",
        }
        self.events.setdefault(user, []).append(event)

    def tracker(self, user: str) -> Tracker:
        """What Rasa would send to the action server now."""
        events = self.events[user]
        slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        state = {
            "sender_id": user,
            "slots": {HANDLED: None, HURT: None, "forget": None, **slots},
            "latest_message": next(e for e in reversed(events) if e["event"] == "user")["parse_data"],
            "events": list(events),
        }
        return Tracker.from_dict(state)


def _entity(kind: str, value: Any) -> dict[str, Any]:
    if kind in ("reps", "sets", "seconds"):
        return {"entity": "number", "role": kind, "value": value, "start": 0, "end": 1}
    return {"entity": kind, "value": value, "start": 0, "end": 1}
