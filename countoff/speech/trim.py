"""Cutting the silence around a phrase."""

from __future__ import annotations

import numpy as np

from countoff.speech.pcm import Pcm

QUIET_DB = -45.0
"""What is this far below the loudest sample, in dB, counts as silence around a phrase."""

BEFORE_MS = 10
AFTER_MS = 30


def trimmed(sound: Pcm) -> Pcm:
    """The sound without the silence around it; nothing is left of a sound that is silent throughout.

    Args:
        sound: one channel, any rate. 10 ms are kept before the first sound and 30 ms after the last.
    """
    strength = np.abs(sound.samples.astype(np.int32))
    peak = int(strength.max(initial=0))
    if peak == 0:
        return Pcm(sound.samples[:0], sound.rate)
    loud = np.flatnonzero(strength >= peak * 10 ** (QUIET_DB / 20))
    first = max(0, int(loud[0]) - BEFORE_MS * sound.rate // 1000)
    last = int(loud[-1]) + 1 + AFTER_MS * sound.rate // 1000
    return Pcm(sound.samples[first:last], sound.rate)
