"""A conversation with the coach, without Rasa: intents in, responses out, on a clock of its own."""

from __future__ import annotations

from typing import Any

from countoff.dialogue import Coach, ConversationState, Entity, Question, Safety, Turn, Utterance
from countoff.exercises import Knowledge
from countoff.exercises.cues import CueBook
from countoff.session import SessionState, fold

EMPTY_LOG = {"sessions": 0, "this_week": 0, "reps": 0, "last_effort": None, "days": []}


class Conversation:
    """Keeps what the stores would keep between turns."""

    def __init__(self, knowledge: Knowledge, cues: CueBook) -> None:
        self.ids = iter(f"s{n}" for n in range(1, 100))
        self.coach = Coach(knowledge, cues, lambda: next(self.ids))
        self.state = ConversationState()
        self.session: SessionState | None = None
        self.now_ms = 1_700_000_000_000
        self.log: dict[str, Any] = EMPTY_LOG
        self.efforts: list[str] = []

    def say(self, turn: dict[str, Any]) -> Turn:
        """One turn of a case: ``intent``, and whatever else the row gives."""
        self.now_ms += int(turn.get("after", 5) * 1000)
        done = self.coach.turn(_utterance(turn), self.state, self.session, lambda _: self.log, self.now_ms)
        self.session = fold(done.events, self.session)
        # What is stored is JSON: every turn starts from what survives that.
        self.state = ConversationState.from_json(self.state.to_json())
        if done.effort:
            self.efforts.append(done.effort)
        return done


def _place(value: Any, turn: dict[str, Any]) -> tuple[int, int]:
    """Where an entity stands: found in the text where that says it, at its start otherwise."""
    start = turn.get("text", "").find(str(value))
    return (max(start, 0), max(start, 0) + (len(str(value)) if start >= 0 else 0))


def _question(given: str | dict[str, Any]) -> Question:
    if isinstance(given, dict):
        return Question(given["text"], given["intent"], 0.9, given["start"], given["end"])
    return Question(f"some {given}", given, 0.9, 0, 1)


def _utterance(turn: dict[str, Any]) -> Utterance:
    intent = turn["intent"]
    entities = []
    for kind, value in (turn.get("about") or {}).items():
        role = kind if kind in ("reps", "sets", "seconds") else None
        name = "number" if role or kind == "number" else kind
        entities += [
            Entity(name, one, role, *_place(one, turn)) for one in (value if isinstance(value, list) else [value])
        ]
    urgent = {"report_pain": "pain", "report_red_flag": "red_flag", "stop": "stop"}
    return Utterance(
        text=turn.get("text", intent),
        intent=intent,
        ranking=tuple((name, float(p)) for name, p in (turn.get("ranking") or {intent: 1.0}).items()),
        entities=tuple(entities),
        questions=tuple(_question(q) for q in turn.get("questions", [])),
        safety=Safety(urgent.get(intent) if turn.get("net", True) else None, turn.get("sounds_like")),
        report=turn.get("report"),
        voice=turn.get("voice", False),
        problem=turn.get("problem"),
        missed=tuple(turn.get("missed", ())),
    )
