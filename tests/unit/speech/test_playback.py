"""Where sound goes: a device, or files."""

from __future__ import annotations

import time
from pathlib import Path

import miniaudio
import numpy as np
import pytest
import soundfile

from countoff.errors import CountoffError
from countoff.speech import playback
from countoff.speech.pcm import RATE, Pcm, silence
from countoff.speech.playback import DeviceSink, FileSink, open_sink

NO_DEVICE = (miniaudio.Backend.COREAUDIO,)
"""A way to a device that this system does not have."""


@pytest.fixture
def device() -> DeviceSink:
    """The library's own device that plays in real time to nobody."""
    return DeviceSink([miniaudio.Backend.NULL])


def seconds(device: DeviceSink, sound: Pcm) -> float:
    began_s = time.monotonic()
    device.play(sound)
    device.wait()
    return time.monotonic() - began_s


def test_a_sound_is_waited_for_until_its_end(device: DeviceSink) -> None:
    assert 0.3 <= seconds(device, silence(300)) < 1.5


def test_play_returns_at_once_and_stop_ends_it(device: DeviceSink) -> None:
    began_s = time.monotonic()
    device.play(silence(60_000))
    device.stop()
    device.wait()
    assert time.monotonic() - began_s < 1


def test_a_new_sound_replaces_the_one_that_plays(device: DeviceSink) -> None:
    device.play(silence(60_000))
    assert seconds(device, silence(100)) < 1.5


def test_every_sample_is_handed_over_once_and_in_order() -> None:
    samples = np.arange(1, 1001, dtype=np.int16)
    over = playback.threading.Event()
    source = playback._frames(samples.tobytes(), over)
    next(source)
    pieces = [source.send(300) for _ in range(4)]
    assert np.array_equal(np.frombuffer(b"".join(pieces), dtype=np.int16), samples)
    assert not over.is_set()
    assert {source.send(300) for _ in range(playback.PERIODS + 1)} == {b""}
    assert over.is_set()


def test_without_a_device_it_says_so() -> None:
    with pytest.raises(CountoffError, match="no sound device"):
        DeviceSink(NO_DEVICE)


def test_without_a_device_files_are_written_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_there() -> DeviceSink:
        raise CountoffError("There is no sound device.")

    monkeypatch.setattr(playback, "DeviceSink", none_there)
    told: list[Path] = []
    sink = open_sink(tmp_path / "spoken", told.append)
    tone = Pcm((8_000 * np.sin(np.arange(RATE) / 10)).astype(np.int16))
    for _ in range(2):
        sink.play(tone)
        sink.wait()
    sink.stop()
    assert told == [tmp_path / "spoken" / "001.mp3", tmp_path / "spoken" / "002.mp3"]
    heard, rate = soundfile.read(told[1])
    assert rate == RATE
    assert len(heard) == pytest.approx(RATE, abs=1)
    assert np.abs(heard).max() > 0.2


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "spoken").write_text("a file in the way")
    with pytest.raises(CountoffError, match="cannot be written"):
        FileSink(tmp_path / "spoken", print).play(silence(10))
