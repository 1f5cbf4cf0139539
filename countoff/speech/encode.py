"""From samples to the bytes of a sound file, piece by piece."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import lameenc
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from countoff.speech.mp3_info import Layout, info_frame
from countoff.speech.pcm import RATE, Pcm, to_int16

# Among LAME's qualities, 0 (best) to 9, the one that takes a third of the time of 2; see docs/decisions/0011-track.md.
_QUALITY = 7
_BLOCK_S = 10
_FILE_PIECE = 1 << 16
# The filter of resample_poly reaches ten samples of the lower rate to each side; twice that is safe at both rates.
_REACH = 30


@dataclass(frozen=True)
class Format:
    """A kind of sound file, in one channel.

    Attributes:
        name: what settings and signed ids call it.
        extension: of a file, without the dot.
        media_type: for HTTP.
        rate: samples a second.
        kbps: constant bit rate of an MP3; None for what loses nothing.
    """

    name: str
    extension: str
    media_type: str
    rate: int = RATE
    kbps: int | None = None


FORMATS = {
    known.name: known
    for known in (
        Format("mp3", "mp3", "audio/mpeg", RATE, 64),
        Format("mp3_16k", "mp3", "audio/mpeg", 16_000, 48),
        Format("wav", "wav", "audio/wav"),
        Format("flac", "flac", "audio/flac"),
    )
}
"""All formats by name. ``mp3_16k`` is the one that Alexa plays: MPEG-2, 48 kbps, 16,000 samples a second.

Source: Amazon, "Speech Synthesis Markup Language (SSML) Reference", section audio.
"""


def encode(pcm: Pcm, form: str) -> Iterator[bytes]:
    """The bytes of a sound file, in pieces as they are made; a player that reads the tag of an MP3 starts at sample 0.

    Args:
        pcm: any rate and number of channels; the file has one channel at the rate of its format.
        form: a name of ``FORMATS``.

    Raises:
        ValueError: there is no such format.
    """
    known = _known(form)
    mono = pcm.mono(pcm.rate)
    if known.name == "flac":
        return _flac(mono.mono(known.rate))
    blocks = _blocks(mono, known.rate)
    samples = _resampled_length(mono, known.rate)
    if known.kbps is None:
        return _wav(blocks, samples, known.rate)
    return _mp3(blocks, Layout(samples, known.kbps, known.rate))


def encoded_size(pcm: Pcm, form: str) -> int | None:
    """How many bytes ``encode`` will make of it; None where only making them tells.

    Raises:
        ValueError: there is no such format.
    """
    known = _known(form)
    samples = _resampled_length(pcm, known.rate)
    if known.kbps is not None:
        return Layout(samples, known.kbps, known.rate).size
    return len(_wav_header(samples, known.rate)) + 2 * samples if known.name == "wav" else None


def _known(form: str) -> Format:
    try:
        return FORMATS[form]
    except KeyError:
        raise ValueError(f"there is no format {form!r}; there are {', '.join(FORMATS)}") from None


def _resampled_length(pcm: Pcm, rate: int) -> int:
    return -(-len(pcm.samples) * rate // pcm.rate)


def _blocks(pcm: Pcm, rate: int) -> Iterator[NDArray[np.int16]]:
    """The samples at this rate, ten seconds at a time, so that the longest set fits into little memory."""
    shared = gcd(rate, pcm.rate)
    up, down = rate // shared, pcm.rate // shared
    block, reach = _BLOCK_S * pcm.rate, _REACH * down
    for start in range(0, len(pcm.samples), block):
        if up == down:
            yield pcm.samples[start : start + block]
            continue
        # Each block is resampled with what surrounds it, so that no seam is heard.
        before = min(start, reach)
        piece = pcm.samples[start - before : start + block + reach].astype(np.float64)
        wanted = -(-min(block, len(pcm.samples) - start) * up // down)
        skipped = before * up // down
        yield to_int16(resample_poly(piece, up, down)[skipped : skipped + wanted])


def _mp3(blocks: Iterator[NDArray[np.int16]], layout: Layout) -> Iterator[bytes]:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(layout.rate)
    encoder.set_bit_rate(layout.kbps)
    encoder.set_quality(_QUALITY)
    begun = False
    for data in _encoded(encoder, blocks):
        if data and not begun:
            begun = True
            yield info_frame(layout, data[:4])
        if data:
            yield data


def _encoded(encoder: lameenc.Encoder, blocks: Iterator[NDArray[np.int16]]) -> Iterator[bytes]:
    # Without this a recording of no samples could not be ended.
    yield bytes(encoder.encode(b""))
    for block in blocks:
        yield bytes(encoder.encode(block.tobytes()))
    yield bytes(encoder.flush())


def _wav(blocks: Iterator[NDArray[np.int16]], samples: int, rate: int) -> Iterator[bytes]:
    yield _wav_header(samples, rate)
    for block in blocks:
        yield block.astype("<i2").tobytes()


def _wav_header(samples: int, rate: int) -> bytes:
    """The head of a RIFF file: one channel, 16 bits.

    Source: IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", section WAVE.
    """
    size = 2 * samples
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + layout + struct.pack("<4sI", b"data", size)


def _flac(pcm: Pcm) -> Iterator[bytes]:
    file = io.BytesIO()
    # libsndfile writes the length into the head of the file at the end, so nothing can be sent before.
    soundfile.write(file, pcm.samples, pcm.rate, format="FLAC", subtype="PCM_16")
    made = file.getbuffer()
    for start in range(0, len(made), _FILE_PIECE):
        yield bytes(made[start : start + _FILE_PIECE])
