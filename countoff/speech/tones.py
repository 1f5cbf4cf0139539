"""The voice without words: a soft tone for each kind of cue, always there."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from countoff.exercises.cues import CueKind
from countoff.session.prescription import Side
from countoff.speech.pcm import FULL, RATE, Pcm, to_int16

LEVEL_DB = -18.0
"""Mean power of a tone, in dB below full scale; about the loudness of the clips (-18 LUFS).

The weighting of EBU R128 changes tones between 300 and 1,200 Hz by less than 2 dB.
"""

ATTACK_MS = 8
RELEASE_MS = 30
DECAY = 3.0
"""How fast a tone fades: by e to the power of this, from its start to its end."""

OVERTONE = 0.25
"""Strength of the octave above, so that a small loudspeaker is heard; 0 to 1."""

Notes = tuple[tuple[float, int], ...]
"""Notes one after the other, each as frequency in Hz and length in ms."""

SIDES: dict[Side, Notes] = {"left": ((392.0, 180),), "right": ((587.3, 180),)}
"""Left is lower than right, by a fifth."""

KINDS: dict[CueKind, Notes] = {
    "count": ((880.0, 120),),
    "count_in": ((698.5, 120),),
    "phase": ((523.3, 160),),
    "progress": ((659.3, 140), (784.0, 200)),
    "form": ((523.3, 140), (523.3, 200)),
    "rest": ((784.0, 180), (523.3, 280)),
    "done": ((784.0, 160), (659.3, 160), (523.3, 400)),
}
CHIME: Notes = ((659.3, 260),)


class TonesVoice:
    """Plays a tone instead of words, so that the beat goes on when every other voice is lost."""

    name = "tones"

    def speak(self, text: str, language: str = "en") -> Pcm:
        """One short chime, whatever the text and the language: somebody should look at the screen. Never fails."""
        return _sound(CHIME)

    def cue(self, kind: CueKind, side: Side | None = None) -> Pcm:
        """The tone of a cue, at 24 kHz in one channel; under 200 ms for sides and counts, under 800 ms for all.

        Args:
            kind: what the cue is for.
            side: which side a side cue names; other kinds sound the same on both.
        """
        return _sound(SIDES[side] if kind == "side" and side else KINDS.get(kind, CHIME))


@cache
def _sound(notes: Notes) -> Pcm:
    tone = np.concatenate([_note(*note) for note in notes])
    level = FULL * 10 ** (LEVEL_DB / 20)
    samples = to_int16(tone * level / np.sqrt(np.mean(tone**2)))
    # All who play a tone share it.
    samples.setflags(write=False)
    return Pcm(samples)


def _note(frequency_hz: float, duration_ms: int) -> NDArray[np.float64]:
    frames = round(duration_ms * RATE / 1000)
    turn = 2 * np.pi * frequency_hz * np.arange(frames) / RATE
    wave = np.sin(turn) + OVERTONE * np.sin(2 * turn)
    shape = np.exp(-DECAY * np.linspace(0, 1, frames))
    # From and to nothing in a smooth curve: a step would click.
    shape *= np.clip(_ease(np.arange(frames), ATTACK_MS) * _ease(np.arange(frames)[::-1], RELEASE_MS), 0, 1)
    return np.asarray(wave * shape, dtype=np.float64)


def _ease(frames: NDArray[np.int64], duration_ms: int) -> NDArray[np.float64]:
    part = np.clip(frames * 1000 / (duration_ms * RATE), 0, 1)
    return np.asarray((1 - np.cos(np.pi * part)) / 2, dtype=np.float64)
