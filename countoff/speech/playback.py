"""Where sound goes in the terminal: the sound device, or files where there is none."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import miniaudio

from countoff.errors import CountoffError
from countoff.speech.encode import encode
from countoff.speech.pcm import RATE, Pcm

BUFFER_MS = 40
PERIODS = 3
REAL_BACKENDS = tuple(backend for backend in miniaudio.Backend if backend is not miniaudio.Backend.NULL)
"""Every way to a sound device; without one of these the library would play to nobody, and say nothing."""


class Sink(Protocol):
    """Takes sound. One sound at a time: a new one replaces what plays."""

    def play(self, sound: Pcm) -> None:
        """Begin to play, and return at once."""

    def wait(self) -> None:
        """Return when what plays has ended."""

    def stop(self) -> None:
        """Fall silent at once."""


class DeviceSink:
    """Plays on the sound device of the machine.

    Args:
        backends: the ways to a device that are tried.

    Raises:
        CountoffError: there is no device.
    """

    def __init__(self, backends: Sequence[miniaudio.Backend] = REAL_BACKENDS) -> None:
        self._over = threading.Event()
        self._over.set()
        try:
            with _quiet():
                self._device = miniaudio.PlaybackDevice(
                    nchannels=1, sample_rate=RATE, buffersize_msec=BUFFER_MS, backends=list(backends)
                )
        except miniaudio.MiniaudioError as error:
            raise CountoffError(f"There is no sound device ({error}).") from error

    def play(self, sound: Pcm) -> None:
        """Begin to play, and return at once."""
        self.stop()
        self._over = threading.Event()
        source = _frames(sound.mono().samples.tobytes(), self._over)
        next(source)
        self._device.start(source)

    def wait(self) -> None:
        """Return when what plays has ended."""
        self._over.wait()

    def stop(self) -> None:
        """Fall silent at once."""
        self._device.stop()
        self._over.set()


class FileSink:
    """Writes each sound to an MP3 file of its own.

    Args:
        folder: where the files go; made at the first sound.
        tell: is told the path of each file.
    """

    def __init__(self, folder: Path, tell: Callable[[Path], None]) -> None:
        self._folder = folder
        self._tell = tell

    def play(self, sound: Pcm) -> None:
        """Write the whole sound.

        Raises:
            CountoffError: the file cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            number = 1 + max((int(path.stem) for path in self._folder.glob("[0-9]*.mp3")), default=0)
            path = self._folder / f"{number:03}.mp3"
            path.write_bytes(b"".join(encode(sound, "mp3")))
        except OSError as error:
            raise CountoffError(f"The sound cannot be written to {self._folder}: {error.strerror}.") from error
        self._tell(path)

    def wait(self) -> None:
        """Nothing to wait for."""

    def stop(self) -> None:
        """Nothing plays."""


def open_sink(folder: Path, tell: Callable[[Path], None]) -> Sink:
    """The sound device, or files in this folder where there is none."""
    try:
        return DeviceSink()
    except CountoffError:
        return FileSink(folder, tell)


def _frames(data: bytes, over: threading.Event) -> Generator[Any, int, None]:
    place, wanted = 0, (yield b"")
    while place < len(data):
        part = data[place : place + 2 * wanted]
        place += len(part)
        wanted = yield part
    for _ in range(PERIODS):
        # The device still holds what it was given last.
        yield b""
    over.set()
    while True:
        yield b""


@contextmanager
def _quiet() -> Iterator[None]:
    # ALSA writes a page to the standard error of the process where there is no card.
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
