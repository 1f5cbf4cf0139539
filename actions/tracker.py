"""The tracker's view of a message, turned into the coach's."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from countoff.dialogue import Question, Safety, Utterance
from countoff.dialogue.utterance import VOICE_CHANNELS, entities_from
from countoff.slots import HANDLED

URGENT = frozenset({"stop", "report_pain", "report_red_flag"})


def utterance_of(tracker: Tracker) -> Utterance:
    """The latest message as the coach wants it."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    metadata = _latest_user_event(tracker).get("metadata") or {}
    safety = message.get("safety") or {}
    return Utterance(
        text=message.get("text") or "",
        intent=intent.get("name") or "nlu_fallback",
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple((r["name"], float(r["confidence"])) for r in message.get("intent_ranking") or []),
        entities=entities_from(message.get("entities") or []),
        questions=tuple(
            Question(q["text"], q["intent"], float(q["confidence"]), int(q["start"]), int(q["end"]))
            for q in message.get("questions") or []
        ),
        safety=Safety(safety.get("kind"), safety.get("phonetic"), safety.get("body_part")),
        report=metadata.get("session") if isinstance(metadata.get("session"), dict) else None,
        voice=tracker.get_latest_input_channel() in VOICE_CHANNELS or metadata.get("surface") == "voice",
        problem=(metadata.get("countoff") or {}).get("problem"),
        missed=_missed(tracker),
    )


def _latest_user_event(tracker: Tracker) -> dict[str, Any]:
    return next((event for event in reversed(tracker.events) if event["event"] == "user"), {})


def _missed(tracker: Tracker) -> tuple[str, ...]:
    """Reports of pain and stops since the last message that an action dealt with, oldest first."""
    found: list[str] = []
    users = 0
    for event in reversed(tracker.events):
        if event["event"] == "slot" and event.get("name") == HANDLED:
            break
        if event["event"] == "user":
            users += 1
            name = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            if users > 1 and name in URGENT:
                found.append(name)
    return tuple(reversed(found))
