"""The first frame of an MP3 file, which tells players where the sound in it begins and ends."""

from __future__ import annotations

import struct
from dataclasses import dataclass

FRAME_SAMPLES = 576
"""Samples in a frame of MPEG-2 layer III (ISO/IEC 13818-3)."""

DELAY = 576
"""Samples of silence that LAME puts before the sound (``ENCDELAY`` in its ``encoder.h``).

A decoder adds 529 of its own, which every decoder that reads the tag knows: without the tag 1,105 are heard.
"""

_MONO_SIDE_INFO = 9
_TOC = bytes(256 * percent // 100 for percent in range(100))


@dataclass(frozen=True)
class Layout:
    """How many frames an MP3 of constant bit rate has; known before it is made.

    Attributes:
        samples: of the sound.
        kbps: bits a millisecond.
        rate: samples a second: 16,000, 22,050 or 24,000 (MPEG-2).
    """

    samples: int
    kbps: int
    rate: int

    @property
    def frames(self) -> int:
        """Frames with sound, the tag not counted.

        LAME fills up the last frame so that at least 576 samples of filling follow the sound, which then comes whole
        out of the overlap of the decoder's frames (``lame_encode_flush`` in its ``lame.c``).
        """
        return -(-(DELAY + self.samples + FRAME_SAMPLES) // FRAME_SAMPLES)

    @property
    def padding(self) -> int:
        """Samples of silence after the sound."""
        return self.frames * FRAME_SAMPLES - DELAY - self.samples

    @property
    def frame_bytes(self) -> int:
        """Bytes in a frame."""
        return FRAME_SAMPLES // 8 * self.kbps * 1000 // self.rate

    @property
    def size(self) -> int:
        """Bytes of the file, the tag included."""
        return (self.frames + 1) * self.frame_bytes


def info_frame(layout: Layout, header: bytes) -> bytes:
    """A frame without sound that holds the tag "Info", as long as every other frame.

    Its parts, all big-endian: the frame's header and empty side information; the Xing header (what it holds, frames,
    bytes, a table of 100 places, quality); LAME's extension (version, method, lowpass, peak, gains, flags, bit rate,
    12 bits each of delay and padding, miscellany, gain, preset, length, checksum of the music, checksum of all before).
    Source: G. Bouvigne, "Mp3 Info Tag revision 1 specifications", http://gabriel.mp3-tech.org/mp3infotag.html, and
    ``VbrTag.c`` of LAME 3.100. The checksum of the music stays 0: it would be known only when the last frame is made,
    and no player looks at it.

    Args:
        layout: of the file.
        header: the first four bytes of any frame of it.
    """
    xing = b"Info" + struct.pack(">III", 0b1111, layout.frames, layout.size) + _TOC + struct.pack(">I", 0)
    delays = (DELAY << 12 | layout.padding).to_bytes(3, "big")
    constant_rate = bytes([1])
    lame = b"LAME3.100" + constant_rate + bytes(1 + 4 + 2 + 2 + 1) + bytes([layout.kbps]) + delays
    lame += bytes(1 + 1 + 2) + struct.pack(">IH", layout.size, 0)
    frame = header + bytes(_MONO_SIDE_INFO) + xing + lame
    return (frame + struct.pack(">H", crc16(frame))).ljust(layout.frame_bytes, b"\0")


def crc16(data: bytes) -> int:
    """The checksum of the tag: polynomial 0x8005 with the lowest bit first, from 0 (``VbrTag.c`` of LAME)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
