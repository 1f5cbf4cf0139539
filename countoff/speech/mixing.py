"""Sounds laid over one another in one recording that never clips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from countoff.speech.pcm import FULL, RATE, to_int16

CEILING = int(FULL * 10 ** (-1 / 20))
"""The loudest sample of a mix: 1 dB below full scale, since an MP3 decoder may overshoot what went in."""

DUCKED = 10 ** (-12 / 20)
"""What is left of a sound that gives way to another: 12 dB less."""

_FADE = round(0.030 * RATE)
_EDGE = round(0.002 * RATE)
# Long enough for the gain to change below the pitch of a voice, so that limiting is not heard as roughness.
_REACH = round(0.020 * RATE)


@dataclass(frozen=True, eq=False)
class Placed:
    """A sound at its place.

    Attributes:
        start: where its first sample falls, in samples from the start of the recording; what lies before 0 is left out.
        samples: one channel of 16-bit samples at the rate of the recording.
        duck_at: from where on it is 12 dB softer, in samples from the start of the recording; None for nowhere.
    """

    start: int
    samples: NDArray[np.int16]
    duck_at: int | None = None

    @property
    def end(self) -> int:
        """Where it is over, in samples from the start of the recording."""
        return self.start + len(self.samples)


def mix(sounds: Iterable[Placed], length: int) -> NDArray[np.int16]:
    """All sounds in one recording, no sample above ``CEILING``.

    Silence between the sounds is never touched, so that a long set of few words costs little time and memory.

    Args:
        sounds: in any order.
        length: of the recording, in samples; it grows where a sound ends later.
    """
    placed = [_from_zero(sound) for sound in sounds if sound.end > 0]
    recording = np.zeros(max([length, *(sound.end for sound in placed)]), dtype=np.int16)
    for island in _islands(placed):
        start, end = island[0].start, max(sound.end for sound in island)
        sum_of_all = np.zeros(end - start)
        for sound in island:
            sum_of_all[sound.start - start : sound.end - start] += _ducked(sound)
        recording[start:end] = to_int16(limited(sum_of_all))
    return recording


def limited(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same sound, turned down smoothly around every peak above ``CEILING``."""
    peaks = np.abs(samples)
    if peaks.max(initial=0) <= CEILING:
        return samples
    needed = CEILING / np.maximum(peaks, CEILING)
    # The mean of the least gains nearby is at most the least gain needed here, so no peak comes through.
    width = 2 * _REACH + 1
    gain = uniform_filter1d(minimum_filter1d(needed, width, mode="nearest"), width, mode="nearest")
    return np.asarray(np.clip(samples * gain, -CEILING, CEILING), dtype=np.float64)


def _islands(sounds: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Groups of sounds that touch, with silence between the groups."""
    island: list[Placed] = []
    end = 0
    for sound in sorted(sounds, key=lambda sound: sound.start):
        if island and sound.start >= end:
            yield island
            island = []
        island.append(sound)
        end = max(end, sound.end)
    if island:
        yield island


def _from_zero(sound: Placed) -> Placed:
    """The sound without what lies before the start of the recording, which is a few ms of breath at most."""
    if sound.start >= 0:
        return sound
    samples = sound.samples[-sound.start :].copy()
    edge = min(_EDGE, len(samples))
    samples[:edge] = to_int16(samples[:edge] * np.linspace(0, 1, edge, endpoint=False))
    return Placed(0, samples, sound.duck_at)


def _ducked(sound: Placed) -> NDArray[np.float64]:
    samples = sound.samples.astype(np.float64)
    if sound.duck_at is None:
        return samples
    # The fade is over when the other sound begins.
    place = np.arange(sound.start, sound.end)
    return samples * np.interp(place, [sound.duck_at - _FADE, sound.duck_at], [1, DUCKED])
