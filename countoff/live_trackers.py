"""Trackers that stay small however long the conversation, and know how much of them is stored."""
# mypy: allow-subclassing-any

from __future__ import annotations

from collections.abc import Iterable

from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from countoff.slots import HANDLED

Tip = tuple[int, float]
"""Row id and timestamp of a conversation's last event; the id alone comes back once SQLite has deleted the last row."""

LASTING = (SessionStarted, Restarted, SlotSet, AllSlotsReset, ActiveLoop, ConversationPaused, ConversationResumed)
"""Events whose effect is still felt many turns later."""


class LiveTracker(DialogueStateTracker):
    """A tracker that knows how much of it is in the database.

    Attributes:
        stored: how many of its events need no storing: they are in the database, or stand for others that are.
        tip: the conversation's last row when this tracker was read or saved; None if there was none.
    """

    stored: int = 0
    tip: Tip | None = None


def settle(events: Iterable[Event]) -> list[Event]:
    """The few events that leave a tracker with the same session, slots, loop and pause as all the given ones."""
    kept: dict[tuple[str, str], Event] = {}
    for event in events:
        if isinstance(event, LASTING):
            place = event.type_name, getattr(event, "key", "")
            # Last of its kind, and in its order: a reset undoes what was set before it and nothing after.
            kept.pop(place, None)
            kept[place] = event
    return list(kept.values())


def unanswered(events: Iterable[Event]) -> int:
    """How many messages have come since an action last dealt with one."""
    count = 0
    for event in reversed(list(events)):
        if isinstance(event, SlotSet) and event.key == HANDLED:
            break
        count += isinstance(event, UserUttered)
    return count


def last_turns(events: Iterable[Event], turns: int) -> list[Event]:
    """The last turns of the latest session, behind what earlier turns of it have set."""
    found = list(events)
    opened = max((i for i, event in enumerate(found) if isinstance(event, SessionStarted)), default=0)
    found = found[opened:]
    said = [i for i, event in enumerate(found) if isinstance(event, UserUttered)]
    if len(said) <= turns:
        return found
    cut = said[-turns]
    # A turn begins with the listening that it ends: Rasa takes both back together.
    if isinstance(found[cut - 1], ActionExecuted):
        cut -= 1
    return settle(found[:cut]) + found[cut:]
