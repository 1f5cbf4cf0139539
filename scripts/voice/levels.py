"""How loud a clip is: EBU R128, for sounds shorter than it was made for.

K-weighting and the scale are those of ITU-R BS.1770-4, which EBU R128 builds on; its filter tables hold for 48 kHz.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
TABLE_RATE = 48_000
MOMENT_S = 0.4
OVERSAMPLING = 4


def loudness(samples: NDArray[np.float64], rate: int) -> float:
    """The greatest momentary loudness of a clip, in LUFS.

    The gate of integrated loudness works on blocks of 400 ms, of which a spoken number holds one or two, so the gate
    would hang on where the blocks fall. What is taken instead is the loudest 400 ms (EBU Tech 3341, "momentary"), at
    any sample, and of a shorter clip the whole.

    Args:
        samples: one channel, full scale 1.
        rate: samples a second, a divisor of 48,000.
    """
    weighted = lfilter(*HIGH_PASS, lfilter(*SHELF, resample_poly(samples, TABLE_RATE // rate, 1)))
    window = min(len(weighted), round(MOMENT_S * TABLE_RATE))
    sums = np.concatenate(([0.0], np.cumsum(weighted**2)))
    return float(-0.691 + 10 * np.log10((sums[window:] - sums[:-window]).max() / window))


def true_peak_db(samples: NDArray[np.float64]) -> float:
    """The greatest value between the samples too, in dB below full scale (1), as BS.1770-4 finds it."""
    return float(20 * np.log10(np.abs(resample_poly(samples, OVERSAMPLING, 1)).max()))
