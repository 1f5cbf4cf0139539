"""What every action does: read the tracker, let the coach decide, keep what is to be kept, utter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.tracker import utterance_of
from countoff.dialogue import Coach, ConversationState, Ended, Turn
from countoff.exercises import load_knowledge
from countoff.exercises.cues import load_cue_book
from countoff.history import HistoryStore, LogEntry
from countoff.session import SessionEvent, fold
from countoff.settings import settings
from countoff.slots import FORGET, HANDLED

ACTION_LISTEN = "action_listen"
HURT = "hurt"
"""The slot by which a domain response knows that the stop words were said already."""


@cache
def coach() -> Coach:
    """The coach of this process."""
    return Coach(load_knowledge(), load_cue_book())


@cache
def store() -> HistoryStore:
    """The history database of this process."""
    return HistoryStore(settings().database_url, settings().retention_days)


class CoachAction(Action, ABC):
    """Lets the coach take the turn. The actions differ in name only: the dialogue decides by intent and state."""

    @abstractmethod
    def name(self) -> str:
        """Name in the domain; every action has its own. Abstract, or the SDK would register this class too."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Take the turn."""
        return take_turn(dispatcher, tracker)


def take_turn(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Decide one turn, store it and say it; returns the events for the tracker."""
    user = tracker.sender_id
    stored = store().load(user)
    state = ConversationState.from_json(stored.state)
    session = fold(SessionEvent.from_json(event) for event in stored.session_events)
    utterance = utterance_of(tracker)
    turn = coach().turn(utterance, state, session, lambda now_ms: store().summary(user, now_ms))
    if turn.forget:
        store().forget(user)
    else:
        _keep(user, turn)
    _utter(dispatcher, turn)
    marks: list[EventType] = [SlotSet(HANDLED, str(tracker.latest_message.get("message_id") or ""))]
    if (hurts := state.pain is not None) != bool(tracker.get_slot(HURT)):
        marks.append(SlotSet(HURT, hurts))
    if turn.forget:
        marks.append(SlotSet(FORGET, True))
    # The turn ends here, as every rule says; told so, Rasa need not look the rules through again.
    return [*marks, FollowupAction(ACTION_LISTEN)]


def _keep(user: str, turn: Turn) -> None:
    events = [(event.session_id, event.to_json()) for event in turn.events]
    ended = [_log_entry(one, turn.now_ms) for one in turn.ended if one.reps]
    store().save(user, turn.state.to_json(), events, ended, turn.effort, turn.now_ms)


def _log_entry(ended: Ended, now_ms: int) -> LogEntry:
    session, summary = ended.session, ended.summary
    return LogEntry(
        session_id=session.id,
        exercise=session.prescription.exercise,
        variation=session.prescription.variation,
        band=session.prescription.band,
        reps_left=summary["done_left"],
        reps_right=summary["done_right"],
        sets=session.position.set,
        started_ms=session.started_ms,
        ended_ms=now_ms,
        confirmed=session.confirmed,
    )


def _utter(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    for index, said in enumerate(turn.says):
        last = index == len(turn.says) - 1
        buttons = [{"title": b.title, "payload": b.payload} for b in said.buttons]
        dispatcher.utter_message(
            response=said.response, buttons=buttons, json_message=turn.custom if last else None, **said.params
        )
