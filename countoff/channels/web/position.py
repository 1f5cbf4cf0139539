"""Where a player says that it stands, checked before anything relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from countoff.channels.refusal import RefusalError
from countoff.session.report import ClientEventType

MOST_MS = 24 * 60 * 60 * 1000
"""No plan lasts a day."""

MOST_REV = 1_000_000
LONGEST_ID = 64
NEWEST_MS = 2**53
_TYPES = frozenset(get_args(ClientEventType))


def check_position(session: Mapping[str, Any]) -> None:
    """Check ``metadata.session``; whether it is of the session in progress is for the coach to judge.

    Args:
        session: ``{"id", "rev", "position_ms", "events"?}``.

    Raises:
        RefusalError: a part is missing, of the wrong kind or out of its range (400); the field is named.
    """
    name = session.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID:
        raise _wrong("id", f"must be a text of 1 to {LONGEST_ID} characters")
    rev = session.get("rev")
    if not isinstance(rev, int) or isinstance(rev, bool) or not 1 <= rev <= MOST_REV:
        raise _wrong("rev", f"must be a whole number from 1 to {MOST_REV}")
    _check_number(session.get("position_ms"), "position_ms", MOST_MS)
    events = session.get("events")
    if events is None:
        return
    if not isinstance(events, list):
        raise _wrong("events", "must be a list")
    for place, event in enumerate(events):
        _check_event(event, f"events[{place}]")


def _check_event(event: object, place: str) -> None:
    kind = event.get("type") if isinstance(event, Mapping) else None
    if not isinstance(event, Mapping) or not isinstance(kind, str) or kind not in _TYPES:
        raise _wrong(place, f"must be an object whose type is one of {', '.join(sorted(_TYPES))}")
    for key, most in (("position_ms", MOST_MS), ("at", NEWEST_MS)):
        if event.get(key) is not None:
            _check_number(event[key], f"{place}.{key}", most)


def _check_number(value: object, place: str, most: int) -> None:
    # What is not a number compares false with everything.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise _wrong(place, f"must be a number from 0 to {most}")


def _wrong(place: str, what: str) -> RefusalError:
    return RefusalError(400, f"metadata.session.{place} {what}.", f"metadata.session.{place}")
