"""Sound that was made once and is kept: a folder of files, bounded, for several processes."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import time
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import soundfile

from countoff.settings import settings
from countoff.speech.pcm import Pcm

SUFFIX = ".audio"
DRAFT = ".draft"

ROOM = 0.9
"""What is left after making room, as a share of the limit."""

LOOK = 0.05
"""A process looks at the folder each time that it has written this share of the limit.

So two processes that write at once stay within the limit together.
"""

DRAFT_LIFE_S = 3600
"""A draft of this age, in seconds, belongs to no process that is alive."""

DIGEST = hashlib.sha256().digest_size

logger = logging.getLogger(__name__)


class AudioCache:
    """Bytes by key, the least recently used of which go first. No method raises; threads and processes may share it.

    A file holds a digest of key and data, then the data; its name is the SHA-256 of the key. An entry that is damaged
    is dropped. Where the folder cannot be written, nothing is kept; the log says so once.

    Args:
        folder: where the files are; made, for its owner only, when the first is written.
        limit_bytes: the most that all files may hold together, in bytes.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._unseen = limit_bytes
        self._is_failing = False
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """What was put under this key; None if nothing was, or it is gone or damaged."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        digest, data = content[:DIGEST], content[DIGEST:]
        if digest != _digest(key, data):
            logger.warning("An entry of the audio cache is damaged and dropped: %s", path)
            _remove(path)
            return None
        _touch(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep these bytes under this key, as long as there is room; more than the limit are not kept at all."""
        size = DIGEST + len(data)
        if size > self._limit:
            return
        try:
            self._write(self._path(key), _digest(key, data) + data)
        except OSError as error:
            self._say_failing(error)
            return
        self._say_back()
        with self._lock:
            self._unseen += size
            is_due = self._unseen > self._limit * LOOK
            if is_due:
                self._unseen = 0
        if is_due:
            self._make_room()

    def _path(self, key: str) -> Path:
        return self._folder / (hashlib.sha256(_bytes(key)).hexdigest() + SUFFIX)

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / (secrets.token_hex(8) + DRAFT)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            draft.replace(path)
        except OSError:
            _remove(draft)
            raise

    def _make_room(self) -> None:
        entries = _entries(self._folder)
        excess = sum(entry.size for entry in entries) - self._limit * ROOM
        for entry in sorted(entries, key=lambda entry: entry.used_at_ns):
            if excess <= 0:
                return
            _remove(entry.path)
            excess -= entry.size

    def _say_failing(self, error: OSError) -> None:
        if not self._is_failing:
            mend = "make room, or check its path and permissions (COUNTOFF_VAR, COUNTOFF_AUDIO_CACHE_MB)"
            logger.warning("Sound is not kept: %s cannot be written (%s); %s", self._folder, error.strerror, mend)
        self._is_failing = True

    def _say_back(self) -> None:
        if self._is_failing:
            logger.info("Sound is kept again in %s", self._folder)
        self._is_failing = False


@cache
def audio_cache() -> AudioCache:
    """The cache of this installation: ``audio`` in ``var``, with the limit of COUNTOFF_AUDIO_CACHE_MB."""
    return AudioCache(settings().var / "audio", settings().audio_cache_mb * 1_000_000)


def phrase_key(voice: str, language: str, text: str, **parameters: str | int) -> str:
    """The key of a phrase: what decides how it sounds, and nothing else."""
    return json.dumps([voice, language, text, sorted(parameters.items())], ensure_ascii=True)


def kept(cache: AudioCache | None, key: str, make: Callable[[], Pcm]) -> Pcm:
    """The sound under this key, made and kept (as FLAC, which loses nothing) if the cache has none.

    Args:
        cache: where it is kept; None keeps nothing.
        key: see ``phrase_key``.
        make: makes the sound; what it raises is passed on, and nothing is kept.
    """
    if cache is None:
        return make()
    found = cache.get(key)
    if found is not None:
        samples, rate = soundfile.read(BytesIO(found), dtype="int16")
        return Pcm(samples, rate)
    sound = make()
    file = BytesIO()
    soundfile.write(file, sound.samples, sound.rate, format="FLAC")
    cache.put(key, file.getvalue())
    return sound


class _Entry(NamedTuple):
    path: Path
    size: int
    used_at_ns: int


def _entries(folder: Path) -> list[_Entry]:
    """The files of the cache; drafts that were left behind are removed on the way, other files are left alone."""
    found = []
    for path in folder.glob("*"):
        try:
            status = path.stat()
        except OSError:
            continue
        if path.suffix == SUFFIX:
            found.append(_Entry(path, status.st_size, status.st_mtime_ns))
        elif path.suffix == DRAFT and time.time() - status.st_mtime > DRAFT_LIFE_S:
            _remove(path)
    return found


def _digest(key: str, data: bytes) -> bytes:
    return hashlib.sha256(_bytes(key) + b"\0" + data).digest()


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")


def _touch(path: Path) -> None:
    # The time of the last use is the time of change, since file systems often do not record reads.
    try:
        os.utime(path)
    except OSError:
        return


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.debug("A file of the audio cache stays: %s", error)
