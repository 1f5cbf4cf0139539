"""From rows of the training log to days and weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

DAYS_SHOWN = 30
"""How many days back a picture of the log goes, today included."""


def summarise(rows: Iterable[tuple[int, int, str | None]], now_ms: int) -> dict[str, Any]:
    """Count sessions of this week (since Monday) and gather days.

    Args:
        rows: end (milliseconds since 1970), reps and effort of each session, oldest first.
        now_ms: the time, in milliseconds since 1970.

    Returns:
        ``this_week`` and ``days`` as ``HistoryStore.summary`` describes them.
    """
    today = _day(now_ms)
    monday = today - timedelta(days=today.weekday())
    first = today - timedelta(days=DAYS_SHOWN - 1)
    this_week = 0
    days: dict[date, dict[str, Any]] = {}
    for ended_ms, reps, effort in rows:
        day = _day(ended_ms)
        this_week += day >= monday
        if day < first:
            continue
        found = days.setdefault(
            day, {"day": f"{day.day} {day:%b}", "date": day.isoformat(), "reps": 0, "sessions": 0, "effort": None}
        )
        found["reps"] += reps
        found["sessions"] += 1
        found["effort"] = effort or found["effort"]
    return {"this_week": this_week, "days": list(days.values())}


def _day(ms: int) -> date:
    # The user's own midnight is not known; the machine's is the best guess at home.
    return datetime.fromtimestamp(ms / 1000).date()
