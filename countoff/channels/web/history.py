"""A user's training log, in the form of the chart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from countoff.history import LogEntry

MOST = 60
"""Sessions that a chart shows at most."""


def chart_of(entries: Iterable[LogEntry]) -> dict[str, Any]:
    """``{"sessions": [...]}``, in the order given; ``reps`` is both legs together, ``day`` that of this machine."""
    return {"sessions": [_session(entry) for entry in entries]}


def _session(entry: LogEntry) -> dict[str, Any]:
    return {
        "day": datetime.fromtimestamp(entry.ended_ms / 1000).date().isoformat(),
        "ended_ms": entry.ended_ms,
        "exercise": entry.exercise,
        "variation": entry.variation,
        "band": entry.band,
        "sets": entry.sets,
        "reps": entry.reps_left + entry.reps_right,
        "reps_left": entry.reps_left,
        "reps_right": entry.reps_right,
        "effort": entry.effort,
        "confirmed": entry.confirmed,
    }
