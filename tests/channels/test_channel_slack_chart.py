"""The chart of the App Home, looked at pixel by pixel."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import numpy as np
import pytest
from PIL import Image, ImageColor

from countoff.channels.slack import chart
from countoff.history import LogEntry

DAY_MS = 86_400_000


def sessions(*reps: int) -> list[LogEntry]:
    return [
        LogEntry(str(day), "banded-psoas-march", "standing-band", None, each, 0, 1, 0, (20_000 + day) * DAY_MS)
        for day, each in enumerate(reps)
    ]


def bars(reps: tuple[int, ...]) -> list[int]:
    """The heights of the bars in a chart, in pixels, from left to right."""
    picture = np.asarray(Image.open(io.BytesIO(chart.png(sessions(*reps), "Reps"))).convert("RGB"))
    assert picture.shape == (chart.HEIGHT_PX, chart.WIDTH_PX, 3)
    heights = (picture == ImageColor.getrgb(chart._BAR)).all(axis=2).sum(axis=0)
    return [
        max(heights[place] for place, _ in run)
        for is_bar, run in groupby(enumerate(heights), lambda c: c[1] > 0)
        if is_bar
    ]


@pytest.mark.parametrize("reps", [(16,), (1, 2), (20, 10, 0, 40), tuple(range(1, 31)), (10_000, 5_000)])
def test_bars_are_as_high_as_the_reps_are_many(reps):
    heights, done = bars(reps), [each for each in reps if each]
    assert len(heights) == len(done)
    assert [height / max(heights) for height in heights] == pytest.approx([each / max(done) for each in done], abs=0.01)


def test_sessions_without_a_rep_are_shown_without_a_bar():
    assert bars((0, 0)) == []


def test_days_and_numbers_are_drawn():
    plain, other = (chart.png(sessions(8, 8), title) for title in ("Reps", "Sets"))
    later = [LogEntry(**{**vars(entry), "ended_ms": entry.ended_ms + 40 * DAY_MS}) for entry in sessions(8, 8)]
    assert len({plain, other, chart.png(later, "Reps"), chart.png(sessions(9, 9), "Reps")}) == 4


def test_charts_drawn_at_once_do_not_mix():
    wanted = [sessions(*range(1, most)) for most in (3, 9, 15, 21)]
    alone = [chart.png(entries, "Reps") for entries in wanted]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda entries: chart.png(entries, "Reps"), wanted)) == alone
