"""The cache of sounds: kept, bounded, shared, and never in the way."""

from __future__ import annotations

import logging
import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from countoff.errors import VoiceError
from countoff.speech.cache import AudioCache, kept, phrase_key
from countoff.speech.pcm import Pcm

DATA = b"sound " * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "audio"


@pytest.fixture
def cache(folder: Path) -> AudioCache:
    return AudioCache(folder, 1_000_000)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def stored(folder: Path) -> int:
    return sum(path.stat().st_size for path in files(folder))


@pytest.mark.parametrize("key", ["a", "", "../../escape", "a/b\0c", "ключ", "x" * 10_000, "\ud800"])
def test_what_was_put_is_found_by_any_process_and_stays_in_the_folder(
    cache: AudioCache, folder: Path, tmp_path: Path, key: str
) -> None:
    assert cache.get(key) is None
    cache.put(key, DATA)
    assert AudioCache(folder, 1_000_000).get(key) == DATA
    assert cache.get(key + "x") is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == files(folder)


def test_the_last_of_two_counts(cache: AudioCache, folder: Path) -> None:
    cache.put("a", b"old")
    cache.put("a", b"")
    assert cache.get("a") == b""
    assert len(files(folder)) == 1


def test_nobody_else_may_read_it(cache: AudioCache, folder: Path) -> None:
    cache.put("a", DATA)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in files(folder)] == [0o600]


class TestLimit:
    def test_it_holds_and_the_least_recently_used_go_first(self, folder: Path) -> None:
        cache = AudioCache(folder, 10_000)
        names: dict[int, Path] = {}
        for number in range(8):
            cache.put(str(number), bytes(1_000))
            [names[number]] = set(files(folder)) - set(names.values())
            os.utime(names[number], (number, number))
        assert cache.get("0") is not None
        cache.put("8", bytes(1_000))
        cache.put("9", bytes(1_000))
        assert stored(folder) <= 9_000
        assert [number for number in range(10) if cache.get(str(number)) is not None] == [0, 3, 4, 5, 6, 7, 8, 9]

    def test_it_holds_for_what_an_earlier_process_left(self, folder: Path) -> None:
        for number in range(20):
            AudioCache(folder, 100_000).put(str(number), bytes(1_000))
        AudioCache(folder, 5_000).put("new", bytes(100))
        assert stored(folder) <= 5_000

    def test_what_is_larger_than_all_is_not_kept(self, folder: Path) -> None:
        cache = AudioCache(folder, 1_000)
        cache.put("small", bytes(100))
        cache.put("large", bytes(1_000))
        assert cache.get("large") is None
        assert cache.get("small") == bytes(100)

    def test_drafts_that_were_left_behind_go_and_what_is_not_ours_stays(self, cache: AudioCache, folder: Path) -> None:
        folder.mkdir(parents=True)
        for name in ("old.draft", "new.draft", "notes.txt"):
            (folder / name).write_bytes(bytes(10))
        os.utime(folder / "old.draft", (0, 0))
        os.utime(folder / "notes.txt", (0, 0))
        cache.put("a", DATA)
        assert [path.name for path in files(folder) if path.suffix != ".audio"] == ["new.draft", "notes.txt"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"sound", b"noise")),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.with_name("other").read_bytes()),
    ],
    ids=["cut short", "changed", "emptied", "exchanged"],
)
def test_a_damaged_entry_is_dropped_and_made_anew(
    cache: AudioCache, folder: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], Any]
) -> None:
    cache.put("b", DATA)
    files(folder)[0].rename(folder / "other")
    cache.put("a", DATA)
    [path] = [path for path in files(folder) if path.suffix == ".audio"]
    damage(path)
    assert cache.get("a") is None
    assert not path.exists()
    assert [record.getMessage() for record in caplog.records if "damaged" in record.message] != []
    cache.put("a", DATA)
    assert cache.get("a") == DATA


class TestUnwritable:
    def test_it_is_said_once_and_once_more_when_it_works_again(
        self, cache: AudioCache, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        folder.parent.mkdir()
        folder.write_text("a file is in the way")
        for key in "abc":
            cache.put(key, DATA)
            assert cache.get(key) is None
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert str(folder) in caplog.text
        assert "COUNTOFF_VAR" in caplog.text
        folder.unlink()
        cache.put("a", DATA)
        cache.put("b", DATA)
        assert cache.get("a") == DATA
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]

    def test_a_full_disk_leaves_no_draft(self, cache: AudioCache, folder: Path) -> None:
        def put() -> None:
            # A file may not grow larger: the write is cut short, as on a full disk.
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
            cache.put("large", bytes(50_000))
            cache.put("small", DATA)

        process = multiprocessing.get_context("fork").Process(target=put)
        process.start()
        process.join(10)
        assert process.exitcode == 0
        assert cache.get("large") is None
        assert cache.get("small") == DATA
        assert len(files(folder)) == 1


def work(folder: Path, start: Any, seed: int) -> None:
    """What one of two processes does: write and read the same keys, more than there is room for."""
    cache = AudioCache(folder, 20_000)
    chance = random.Random(seed)
    start.wait()
    for _ in range(200):
        key = str(chance.randrange(60))
        found = cache.get(key)
        assert found is None or found == key.encode() * 400
        cache.put(key, key.encode() * 400)


def test_two_processes_share_it(folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    workers = [context.Process(target=work, args=(folder, start, seed)) for seed in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert 10_000 < stored(folder) <= 20_000
    assert {path.suffix for path in files(folder)} == {".audio"}


def test_a_read_takes_less_than_a_millisecond_among_hundreds(cache: AudioCache) -> None:
    for number in range(400):
        cache.put(str(number), DATA)
    began = time.process_time()
    for number in range(200):
        assert cache.get(str(number)) == DATA
    assert (time.process_time() - began) / 200 < 0.001


class TestKept:
    SOUND = Pcm(np.array([0, 1, -1, 32_767, -32_768, 500] * 100, dtype=np.int16), 24_000)

    def test_a_sound_is_made_once_and_comes_back_sample_by_sample(self, cache: AudioCache) -> None:
        makes = iter([self.SOUND])
        for _ in range(3):
            found = kept(cache, "a", lambda: next(makes))
            assert np.array_equal(found.samples, self.SOUND.samples)
            assert (found.rate, found.channels, found.samples.dtype) == (24_000, 1, np.dtype(np.int16))

    def test_without_a_cache_it_is_made_each_time(self) -> None:
        makes = iter([self.SOUND, self.SOUND])
        assert [kept(None, "a", lambda: next(makes)) for _ in range(2)] == [self.SOUND, self.SOUND]

    def test_a_failure_is_passed_on_and_not_kept(self, cache: AudioCache) -> None:
        def fail() -> Pcm:
            raise VoiceError("gtts", "it fails")

        with pytest.raises(VoiceError, match="it fails"):
            kept(cache, "a", fail)
        assert kept(cache, "a", lambda: self.SOUND) is self.SOUND


def test_a_key_differs_wherever_the_sound_may() -> None:
    keys = {
        phrase_key("gtts", "en", "a b"),
        phrase_key("espeak", "en", "a b"),
        phrase_key("gtts", "de", "a b"),
        phrase_key("gtts", "en", "a  b"),
        phrase_key("gtts", "en|a", "b"),
        phrase_key("gtts", "en", "a b", rate=150),
        phrase_key("gtts", "en", "a b", rate=151),
    }
    assert len(keys) == 7
    assert phrase_key("e", "en", "a", x=1, y=2) == phrase_key("e", "en", "a", y=2, x=1)
