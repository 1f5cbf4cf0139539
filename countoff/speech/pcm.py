"""Sound as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 24_000
"""The rate of everything that is made here, in samples a second."""

FULL = 32_767
"""The loudest sample of 16 bits."""


@dataclass(frozen=True, eq=False)
class Pcm:
    """A sound.

    Attributes:
        samples: signed 16-bit samples, of shape (frames,) for one channel or (frames, channels) for more.
        rate: samples a second.
    """

    samples: NDArray[np.int16]
    rate: int = RATE

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return 1 if self.samples.ndim == 1 else int(self.samples.shape[1])

    @property
    def duration_ms(self) -> float:
        """Length in milliseconds."""
        return len(self.samples) * 1000 / self.rate

    def mono(self, rate: int = RATE) -> Pcm:
        """The same sound in one channel at this rate."""
        samples = self.samples
        if self.channels > 1:
            samples = np.rint(samples.mean(axis=1)).astype(np.int16)
        elif samples.ndim > 1:
            samples = samples[:, 0]
        if self.rate == rate:
            return self if samples is self.samples else Pcm(samples, rate)
        shared = gcd(rate, self.rate)
        return Pcm(to_int16(resample_poly(samples.astype(np.float64), rate // shared, self.rate // shared)), rate)


def to_int16(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    """Round to 16 bits; what is louder than they hold is clipped."""
    return np.clip(np.rint(samples), -FULL - 1, FULL).astype(np.int16)


def silence(duration_ms: float, rate: int = RATE) -> Pcm:
    """No sound for this long, in milliseconds."""
    return Pcm(np.zeros(round(duration_ms * rate / 1000), dtype=np.int16), rate)
