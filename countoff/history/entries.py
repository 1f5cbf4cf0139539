"""What goes into the history database and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class LogEntry:
    """One session that has ended.

    Attributes:
        session_id: the session; a second entry of the same session replaces the first.
        exercise: id of the exercise.
        variation: id of the variation.
        band: load or colour of the band as it was said; None without one.
        reps_left: reps done with the left side, all sets together.
        reps_right: the same for the right side.
        sets: sets that were begun.
        started_ms: when it began, in milliseconds since 1970.
        ended_ms: when it ended.
        confirmed: False where nobody reported the end.
        effort: how hard it was, as a word; None where that was not said.
    """

    session_id: str
    exercise: str
    variation: str
    band: str | None
    reps_left: int
    reps_right: int
    sets: int
    started_ms: int
    ended_ms: int
    confirmed: bool = True
    effort: str | None = None


@dataclass(frozen=True)
class Stored:
    """What the database holds about a user.

    Attributes:
        state: the state that was saved last; None for a user who is not known.
        session_events: the events of the session that was begun last, in the order in which they were saved.
    """

    state: dict[str, Any] | None = None
    session_events: list[dict[str, Any]] = field(default_factory=list)
