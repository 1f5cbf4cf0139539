"""Where tracks are made: a few at a time, each once, and kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Protocol

from countoff.channels.audio.recording import Recording
from countoff.channels.refusal import RefusalError
from countoff.speech.encode import FORMATS, encode, encoded_size
from countoff.speech.track import Clips, render_plan
from countoff.speech.track_id import TrackSpec

WORKERS = 2
"""Tracks that are made at once."""

MOST = 16
"""Tracks that are being made or wait for it; who asks for another is told to come back."""

LONGEST_LOSSLESS_MS = 20 * 60 * 1000
"""The longest track in a format that loses nothing, in milliseconds: about 60 MB. An MP3 may last as long as a plan."""

# To be raised when the same plan and clips come to sound otherwise, so that what was kept before is made anew.
_RECIPE = 1
_RETRY_S = 2

logger = logging.getLogger(__name__)


class Kept(Protocol):
    """What is needed of the cache; neither method raises."""

    def get(self, key: str) -> bytes | None:
        """What was put under this key."""

    def put(self, key: str, data: bytes) -> None:
        """Keep it, if there is room."""


class Studio:
    """Makes tracks in threads of its own, so that nobody's turn waits for them.

    Args:
        clips: recordings of the cues; None for tones.
        edition: changes whenever the clips or the cue book do.
        kept: where tracks are kept.
    """

    def __init__(self, clips: Clips | None, edition: str, kept: Kept) -> None:
        self._clips = clips
        self._edition = f"{_RECIPE} {version('lameenc')} {edition}"
        self._kept = kept
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="track")
        self._making: dict[str, Recording] = {}

    def key(self, spec: TrackSpec) -> str:
        """A hash of all that decides which bytes a track has."""
        lasting = [self._edition, repr(spec)]
        return hashlib.sha256(json.dumps(lasting).encode()).hexdigest()

    def record(self, spec: TrackSpec) -> Recording:
        """The track, out of the cache or as it is being made; must be called in an event loop.

        Raises:
            RefusalError: it would be too large (413), or too many are being made (503).
        """
        check_length(spec)
        key = self.key(spec)
        if key in self._making:
            return self._making[key]
        if len(self._making) >= MOST:
            raise RefusalError(503, "Too many tracks are being made. Try again shortly.", None, _RETRY_S)
        recording = self._making[key] = Recording()
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._pool, self._make, key, spec, recording, loop)
        return recording

    def _end(self, key: str, recording: Recording) -> None:
        # In one step, so that whoever learns that it has failed can ask anew.
        del self._making[key]
        recording.end()

    def _make(self, key: str, spec: TrackSpec, recording: Recording, loop: asyncio.AbstractEventLoop) -> None:
        """Fill a recording, in a thread."""

        def tell(what: Callable[..., None], *args: object) -> None:
            loop.call_soon_threadsafe(what, *args)

        try:
            found = self._kept.get(key)
            if found is not None:
                tell(recording.add, found)
                return
            pcm = render_plan(spec.plan(), self._clips, spec.tick)
            size = encoded_size(pcm, spec.format)
            if size is not None:
                tell(recording.expect, size)
            pieces = []
            for piece in encode(pcm, spec.format):
                pieces.append(piece)
                tell(recording.add, piece)
            self._kept.put(key, b"".join(pieces))
        except Exception:
            # The listener hears a gap or gets "try again"; the count on a screen goes on.
            logger.exception("A track could not be made.")
        finally:
            tell(self._end, key, recording)


def check_length(spec: TrackSpec) -> None:
    """Refuse what nobody needs and no memory should hold.

    Raises:
        RefusalError: a track that loses nothing would be longer than ``LONGEST_LOSSLESS_MS`` (413).
    """
    duration_ms = spec.grid.duration_ms
    if FORMATS[spec.format].kbps is None and duration_ms > LONGEST_LOSSLESS_MS:
        most, minutes = LONGEST_LOSSLESS_MS // 60_000, duration_ms // 60_000
        raise RefusalError(
            413, f"A {spec.format} track lasts {most} minutes at most, not {minutes}. Take an MP3.", "id"
        )
