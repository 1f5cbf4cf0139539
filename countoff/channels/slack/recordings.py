"""The recordings of sets, as whole files."""

from __future__ import annotations

import asyncio

from countoff.channels.slack.work import in_thread
from countoff.speech.encode import encode
from countoff.speech.track import Clips, render_plan
from countoff.speech.track_id import TrackSpec

AT_ONCE = 2
"""Recordings that are made at once: an hour of sound takes 170 MB of memory meanwhile."""


class Recordings:
    """Makes them, a few at a time, so that nobody's turn waits for them.

    Args:
        clips: recordings of the cues; None for tones.
    """

    def __init__(self, clips: Clips | None) -> None:
        self._clips = clips
        self._free = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, spec: TrackSpec) -> bytes:
        """The bytes of a track, in its own format."""
        async with self._free:
            return await in_thread(self._make, spec)

    def _make(self, spec: TrackSpec) -> bytes:
        return b"".join(encode(render_plan(spec.plan(), self._clips, spec.tick), spec.format))
