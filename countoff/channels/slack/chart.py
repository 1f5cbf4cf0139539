"""The training log as a picture."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime

from matplotlib.figure import Figure

from countoff.history import LogEntry

WIDTH_PX, HEIGHT_PX = 1_200, 600
MOST_DAYS = 10
"""Bars that have their day below; of more, only every second, third … has, counted back from the latest."""

LEAST_PLACES = 6
"""The room for bars, so that a single one is no wall."""

_DPI = 150
_INK, _BAR, _PAPER = "#1f2933", "#0b6e75", "#ffffff"
"""The paper is painted: Slack lays a picture on the dark ground of its dark mode too."""


def png(entries: Sequence[LogEntry], title: str) -> bytes:
    """A bar for each session, with its reps of both legs above and its day below, the latest at the right.

    Args:
        entries: the sessions, at least one, the latest last; a day is that of this machine's time zone.
        title: above the picture.

    Returns:
        A PNG of ``WIDTH_PX`` by ``HEIGHT_PX``.
    """
    # A figure of its own, not pyplot's: that keeps one for the whole process, and is not for threads.
    figure = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=_PAPER, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(entries))
    reps = [entry.reps_left + entry.reps_right for entry in entries]
    bars = axes.bar(places, reps, color=_BAR, width=0.7)
    axes.bar_label(bars, padding=2, color=_INK, fontsize=9)
    labelled = places[:: -math.ceil(len(entries) / MOST_DAYS)]
    axes.set_xticks(labelled, [_day(entries[place]) for place in labelled], color=_INK, fontsize=9)
    axes.set_title(title, loc="left", color=_INK, fontsize=12)
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.set_ylim(0, max(1.12 * max(reps), 1))
    axes.set_xlim(-0.6, max(len(entries), LEAST_PLACES) - 0.4)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_PAPER)
    return out.getvalue()


def _day(entry: LogEntry) -> str:
    return f"{datetime.fromtimestamp(entry.ended_ms / 1000):%-d %b}"
