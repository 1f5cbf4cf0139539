"""Sound files: whole, of the size foretold, and beginning at sample 0 in decoders that share no code."""

from __future__ import annotations

import io
import struct

import miniaudio
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from scipy.signal import correlate

from countoff.speech.encode import FORMATS, encode, encoded_size
from countoff.speech.mp3_info import DELAY, FRAME_SAMPLES, Layout, crc16, info_frame
from countoff.speech.pcm import RATE, Pcm

MP3S = [name for name, known in FORMATS.items() if known.kbps]
LOSSLESS = [name for name, known in FORMATS.items() if not known.kbps]
SECONDS = 21
"""More than two blocks of the encoder, with a seam at 10 s and one at 20 s."""


def chirps() -> Pcm:
    """Strokes that begin at once, some of them across the seams between the blocks."""
    samples = np.zeros(SECONDS * RATE + 123)
    time = np.arange(4800)
    stroke = 9000 * np.sin(2 * np.pi * (400 + time / 10) * time / RATE) * np.exp(-time / 1500)
    for start in (0, 5_000, 10 * RATE - 2000, 15 * RATE + 1, 20 * RATE - 10):
        samples[start : start + 4800] = stroke
    return Pcm(np.rint(samples).astype(np.int16))


PCM = chirps()
FILES = {name: b"".join(encode(PCM, name)) for name in FORMATS}


def by_miniaudio(file: bytes, rate: int) -> NDArray[np.float64]:
    sound = miniaudio.decode(file, miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=rate)
    return np.array(sound.samples, dtype=np.float64)


def by_libsndfile(file: bytes, rate: int) -> NDArray[np.float64]:
    samples, found = soundfile.read(io.BytesIO(file), dtype="int16")
    assert found == rate
    return np.asarray(samples, dtype=np.float64)


def shift(heard: NDArray[np.float64], wanted: NDArray[np.float64]) -> int:
    """By how many samples what is heard is late."""
    return int(np.argmax(correlate(heard, wanted, method="fft"))) - (len(wanted) - 1)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("decode", [by_miniaudio, by_libsndfile])
def test_a_file_begins_at_sample_0_and_is_as_long_as_the_sound(name: str, decode: object) -> None:
    rate = FORMATS[name].rate
    wanted = PCM.mono(rate).samples.astype(np.float64)
    heard = by_miniaudio(FILES[name], rate) if decode is by_miniaudio else by_libsndfile(FILES[name], rate)
    assert (len(heard), shift(heard, wanted)) == (len(wanted), 0)
    assert np.corrcoef(heard, wanted)[0, 1] > 0.99


@pytest.mark.parametrize("name", MP3S)
def test_without_its_tag_a_file_begins_1105_samples_late(name: str) -> None:
    known = FORMATS[name]
    bare = FILES[name][Layout(0, known.kbps or 0, known.rate).frame_bytes :]
    wanted = PCM.mono(known.rate).samples.astype(np.float64)
    assert shift(by_miniaudio(bare, known.rate), wanted) == DELAY + 529


@pytest.mark.parametrize("name", LOSSLESS)
def test_what_should_lose_nothing_loses_nothing(name: str) -> None:
    np.testing.assert_array_equal(by_libsndfile(FILES[name], RATE), PCM.samples)


@pytest.mark.parametrize("name", FORMATS)
def test_the_size_is_known_beforehand_or_not_at_all(name: str) -> None:
    assert encoded_size(PCM, name) == (None if name == "flac" else len(FILES[name]))


@pytest.mark.parametrize("name", MP3S)
@pytest.mark.parametrize("samples", [0, 1, 287, 575, 576, 577, 1151, 1152, 1153, 23_999, 24_000, 24_577])
def test_the_tag_foretells_the_frames_of_any_length(name: str, samples: int) -> None:
    pcm = Pcm(np.full(samples, 100, dtype=np.int16), FORMATS[name].rate)
    file = b"".join(encode(pcm, name))
    assert encoded_size(pcm, name) == len(file)
    assert len(by_miniaudio(file, FORMATS[name].rate)) == samples


@pytest.mark.parametrize("name", MP3S)
def test_all_frames_are_alike_so_that_a_player_can_seek_by_bytes(name: str) -> None:
    known, file = FORMATS[name], FILES[name]
    step = Layout(0, known.kbps or 0, known.rate).frame_bytes
    headers = {file[place : place + 4] for place in range(0, len(file), step)}
    assert len(headers) == 1
    # Somebody who jumps to 15 s by the bit rate alone lands on the stroke there: a decoder needs up
    # to two frames before it, for the bits that they lend (the reservoir).
    frame = round(15 * known.rate / FRAME_SAMPLES)
    heard = by_miniaudio(file[frame * step :], known.rate)
    begins = np.flatnonzero(np.abs(heard) > 3000)[0] + (frame - 1) * FRAME_SAMPLES - DELAY - 529
    assert abs(begins - 15 * known.rate) < 3 * FRAME_SAMPLES


class TestTag:
    def test_its_checksum_is_that_of_lame(self) -> None:
        """libsndfile lets LAME write the tag."""
        file = io.BytesIO()
        soundfile.write(file, PCM.samples, RATE, format="MP3")
        frame = file.getvalue()
        assert frame[13:17] in (b"Xing", b"Info")
        assert crc16(frame[:167]) == int.from_bytes(frame[167:169], "big")

    @pytest.mark.parametrize("name", MP3S)
    def test_it_holds_what_players_look_for(self, name: str) -> None:
        known, file = FORMATS[name], FILES[name]
        layout = Layout(len(PCM.mono(known.rate).samples), known.kbps or 0, known.rate)
        magic, flags, frames, size = struct.unpack_from(">4sIII", file, 13)
        delays = int.from_bytes(file[154:157], "big")
        assert (magic, flags, size) == (b"Info", 0b1111, len(file))
        assert frames == len(file) // layout.frame_bytes - 1
        assert file[133:142] == b"LAME3.100"
        assert (delays >> 12, delays & 0xFFF) == (DELAY, layout.padding)
        assert crc16(file[:167]) == int.from_bytes(file[167:169], "big")

    def test_it_is_as_long_as_a_frame(self) -> None:
        assert [len(info_frame(Layout(9, kbps, rate), b"head")) for kbps, rate in ((64, RATE), (48, 16_000))] == [
            192,
            216,
        ]


def test_the_mp3_for_alexa_is_what_alexa_plays() -> None:
    found = miniaudio.mp3_get_info(FILES["mp3_16k"])
    assert (found.sample_rate, found.nchannels) == (16_000, 1)
    # ISO/IEC 13818-3: MPEG-2, layer III, no checksum; 48 kbit/s, 16,000 Hz, one channel.
    version, rates = FILES["mp3_16k"][1], FILES["mp3_16k"][2]
    assert (version, rates >> 4, rates >> 2 & 3) == (0xF3, 6, 2)


@pytest.mark.parametrize("name", FORMATS)
def test_stereo_of_another_rate_becomes_what_the_format_has(name: str) -> None:
    stereo = Pcm(np.stack([PCM.mono(48_000).samples] * 2, axis=1), 48_000)
    heard = by_miniaudio(b"".join(encode(stereo, name)), FORMATS[name].rate)
    wanted = PCM.mono(FORMATS[name].rate).samples.astype(np.float64)
    assert shift(heard, wanted) == 0
    assert np.corrcoef(heard[: len(wanted)], wanted)[0, 1] > 0.99


def test_a_seam_between_blocks_is_not_heard() -> None:
    slow = Pcm(PCM.samples, 48_000)
    inblocks = by_libsndfile(b"".join(encode(slow, "wav")), RATE)
    np.testing.assert_allclose(inblocks, slow.mono(RATE).samples, atol=1)


@pytest.mark.parametrize("name", ["mp3", "wav"])
def test_the_first_bytes_come_before_the_last_block_is_read(name: str) -> None:
    pieces = encode(PCM, name)
    first = [next(pieces), next(pieces)]
    assert 0 < sum(map(len, first)) < len(FILES[name]) / 2


@pytest.mark.parametrize("ask", [encode, encoded_size])
def test_an_unknown_format_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="no format 'ogg'; there are mp3"):
        ask(PCM, "ogg")
