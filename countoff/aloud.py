"""The coach's voice in the terminal: answers spoken, and a set played beside the cues on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from countoff.errors import VoiceError
from countoff.session.cue import Cue
from countoff.session.plan import Plan
from countoff.speech.pcm import RATE, Pcm, to_int16
from countoff.speech.playback import Sink
from countoff.speech.track import Clips, render_plan

AFTER_LAST_CUE_MS = 2_000


class SpeaksText(Protocol):
    """What is needed of a speaker."""

    def speak(self, text: str) -> Pcm:
        """The text as sound; raises VoiceError."""


class Aloud:
    """Speaks and plays through one sink.

    Args:
        speaker: speaks what the coach answers.
        clips: recordings of the cues; None where there are none.
        sink: where the sound goes.
        complain: is told what cannot be spoken.
        clock: the player's clock, in seconds.
    """

    def __init__(
        self,
        speaker: SpeaksText,
        clips: Clips | None,
        sink: Sink,
        complain: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._speaker = speaker
        self._clips = clips
        self._sink = sink
        self._complain = complain
        self._clock = clock
        self._set: Pcm | None = None
        self._zero_s = 0.0

    def say(self, text: str) -> None:
        """Speak a text to its end; over a set that plays it is laid, and the count goes on under it."""
        try:
            sound = self._speaker.speak(text)
        except VoiceError as error:
            self._complain(str(error))
            return
        rest = self._what_is_left()
        if len(rest) == 0:
            self._sink.play(sound)
            self._sink.wait()
            return
        self._sink.play(Pcm(_laid_over(sound.mono().samples, rest)))

    def play(self, due: Iterable[tuple[float, Mapping[str, Any]]]) -> None:
        """Play the cues of a plan, given with their times on the player's clock; what plays is replaced."""
        timed = list(due)
        self._zero_s = min((at_s for at_s, _ in timed), default=self._clock())
        cues = tuple(
            Cue.from_wire({**cue, "at_ms": round((at_s - self._zero_s) * 1000)}) for at_s, cue in timed
        )  # fmt: skip
        end_ms = max((cue.at_ms for cue in cues), default=0) + AFTER_LAST_CUE_MS
        self._set = render_plan(Plan(cues, end_ms), self._clips)
        self._sink.play(Pcm(self._what_is_left()))

    def hush(self) -> None:
        """Fall silent at once."""
        self._set = None
        self._sink.stop()

    def _what_is_left(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        if self._set is None:
            return np.zeros(0, dtype=np.int16)
        ahead_s = max(0.0, self._zero_s - self._clock())
        played = round(max(0.0, self._clock() - self._zero_s) * RATE)
        return np.concatenate([np.zeros(round(ahead_s * RATE), dtype=np.int16), self._set.samples[played:]])


def _laid_over(
    upper: np.ndarray[Any, np.dtype[np.int16]], lower: np.ndarray[Any, np.dtype[np.int16]]
) -> np.ndarray[Any, np.dtype[np.int16]]:
    mixed = np.zeros(max(len(upper), len(lower)))
    mixed[: len(lower)] += lower
    mixed[: len(upper)] += upper
    return to_int16(mixed)
