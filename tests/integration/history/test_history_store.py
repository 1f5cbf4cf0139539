"""The history database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import OperationalError

from countoff.errors import StoreError
from countoff.history import HistoryStore, LogEntry, Stored
from countoff.history.engine import open_engine, tune
from countoff.history.schema import VERSION
from countoff.history.store import DAY_MS, HOUSEKEEPING_MS, RETRY_MS

NOW = int(datetime(2026, 11, 25, 12).timestamp() * 1000)
"""Noon of a Wednesday."""

Event = tuple[str, dict[str, Any]]


@pytest.fixture
def store(database_url: str) -> Iterator[HistoryStore]:
    found = HistoryStore(database_url)
    yield found
    found.close()


def event(session_id: str, kind: str = "asked", at_ms: int = NOW, **more: Any) -> Event:
    return session_id, {"type": kind, "session_id": session_id, "at_ms": at_ms, **more}


def entry(session_id: str, ended_ms: int = NOW, **more: Any) -> LogEntry:
    values: dict[str, Any] = {
        "exercise": "march", "variation": "standing-band", "band": "yellow", "reps_left": 8, "reps_right": 8, "sets": 1,
        "started_ms": ended_ms - 90_000, "ended_ms": ended_ms, **more,
    }  # fmt: skip
    return LogEntry(session_id, **values)


def log(store: HistoryStore, *entries: LogEntry, user: str = "ann", effort: str | None = None) -> None:
    store.save(user, {}, [], entries, effort, NOW)


class TestStateAndEvents:
    def test_a_user_who_is_not_known_has_nothing(self, store: HistoryStore) -> None:
        assert store.load("ann") == Stored(None, [])

    def test_what_is_saved_is_loaded(self, store: HistoryStore) -> None:
        state = {"pain": {"place": "knee"}, "said": "größer \u0000 \ud83d", "none": None}
        events = [event("s1", "started"), event("s1", "paused", position_ms=1), event("s1", "resumed")]
        store.save("ann", state, events, [], None, NOW)
        assert store.load("ann") == Stored(state, [body for _, body in events])

    def test_a_state_replaces_the_one_before(self, store: HistoryStore) -> None:
        store.save("ann", {"a": 1, "b": 2}, [], [], None, NOW)
        store.save("ann", {"a": 3}, [], [], None, NOW)
        assert store.load("ann") == Stored({"a": 3}, [])

    def test_events_of_later_turns_follow(self, store: HistoryStore) -> None:
        for kind in ("started", "paused", "resumed", "stopped"):
            store.save("ann", {}, [event("s1", kind)], [], None, NOW)
        assert [e["type"] for e in store.load("ann").session_events] == ["started", "paused", "resumed", "stopped"]

    def test_only_the_latest_session_is_loaded(self, store: HistoryStore) -> None:
        store.save("ann", {}, [event("z", "started"), event("z", "stopped"), event("a", "started")], [], None, NOW)
        assert store.load("ann").session_events == [event("a", "started")[1]]

    def test_users_do_not_mix(self, store: HistoryStore) -> None:
        store.save("ann", {"who": "ann"}, [event("s", "started")], [entry("s")], None, NOW)
        store.save("ben", {"who": "ben"}, [event("s", "stopped")], [], None, NOW)
        assert store.load("ann") == Stored({"who": "ann"}, [event("s", "started")[1]])
        assert store.load("ben") == Stored({"who": "ben"}, [event("s", "stopped")[1]])
        assert store.summary("ben", NOW)["sessions"] == 0

    def test_a_restart_loses_nothing(self, store: HistoryStore, database_url: str) -> None:
        store.save("ann", {"a": 1}, [event("s", "started")], [entry("s")], "easy", NOW)
        store.close()
        again = HistoryStore(database_url)
        assert again.load("ann") == Stored({"a": 1}, [event("s", "started")[1]])
        assert again.summary("ann", NOW)["last_effort"] == "easy"
        again.close()

    def test_a_save_that_fails_changes_nothing(self, store: HistoryStore) -> None:
        store.save("ann", {"a": 1}, [event("s", "started")], [], None, NOW)
        with pytest.raises(StoreError):
            store.save("ann", {"a": 2}, [event("s", "paused")], [entry("s", sets=None)], None, NOW)
        assert store.load("ann") == Stored({"a": 1}, [event("s", "started")[1]])


class TestSummary:
    def test_without_a_session_it_is_empty(self, store: HistoryStore) -> None:
        expected = {"sessions": 0, "this_week": 0, "reps": 0, "last_effort": None, "days": []}
        assert store.summary("ann", NOW) == expected

    def test_it_gathers_days_and_counts_the_week_from_monday(self, store: HistoryStore) -> None:
        log(store, entry("old", NOW - 40 * DAY_MS, reps_left=100, reps_right=100))
        log(store, entry("sunday", NOW - 3 * DAY_MS), effort="hard")
        log(store, entry("m1", NOW - 2 * DAY_MS), effort="moderate")
        log(store, entry("m2", NOW - 2 * DAY_MS + 5, reps_left=4, reps_right=3))
        log(store, entry("today", NOW))
        assert store.summary("ann", NOW) == {
            "sessions": 5,
            "this_week": 3,
            "reps": 255,
            "last_effort": "moderate",
            "days": [
                {"day": "22 Nov", "date": "2026-11-22", "reps": 16, "sessions": 1, "effort": "hard"},
                {"day": "23 Nov", "date": "2026-11-23", "reps": 23, "sessions": 2, "effort": "moderate"},
                {"day": "25 Nov", "date": "2026-11-25", "reps": 16, "sessions": 1, "effort": None},
            ],
        }

    @pytest.mark.parametrize(("days_ago", "shown"), [(29, ["27 Oct"]), (30, [])])
    def test_a_picture_goes_back_thirty_days(self, store: HistoryStore, days_ago: int, shown: list[str]) -> None:
        log(store, entry("s", NOW - days_ago * DAY_MS))
        assert [day["day"] for day in store.summary("ann", NOW)["days"]] == shown

    def test_an_effort_goes_to_the_latest_session(self, store: HistoryStore) -> None:
        log(store, entry("late", NOW))
        log(store, entry("early", NOW - DAY_MS), effort="hard")
        assert [day["effort"] for day in store.summary("ann", NOW)["days"]] == [None, "hard"]

    def test_an_effort_without_a_session_is_no_error(self, store: HistoryStore) -> None:
        log(store, effort="hard")
        assert store.summary("ann", NOW)["last_effort"] is None

    def test_a_session_that_ends_twice_is_logged_once_and_keeps_its_effort(self, store: HistoryStore) -> None:
        log(store, entry("s", reps_left=2, confirmed=False), effort="easy")
        log(store, entry("s", reps_left=8, confirmed=True))
        found = store.summary("ann", NOW)
        assert (found["sessions"], found["reps"], found["last_effort"]) == (1, 16, "easy")


class TestRecent:
    def test_without_a_session_there_is_none(self, store: HistoryStore) -> None:
        assert store.recent("ann", 60) == []

    def test_the_latest_come_oldest_first_and_whole(self, store: HistoryStore) -> None:
        entries = [entry(f"s{number}", NOW - number * DAY_MS, band=None, reps_right=number) for number in range(4)]
        log(store, *entries, effort="hard")
        log(store, entry("other"), user="ben")
        assert store.recent("ann", 3) == [entries[2], entries[1], replace(entries[0], effort="hard")]
        assert store.recent("ann", 60)[0] == entries[3]

    def test_two_that_ended_at_once_stay_in_order(self, store: HistoryStore) -> None:
        log(store, entry("b", started_ms=NOW - 10), entry("a", started_ms=NOW - 5), entry("c", started_ms=NOW - 10))
        assert [found.session_id for found in store.recent("ann", 60)] == ["b", "c", "a"]

    def test_who_is_forgotten_has_none(self, store: HistoryStore) -> None:
        log(store, entry("s"))
        store.forget("ann")
        assert store.recent("ann", 60) == []


class TestForgetting:
    def test_nothing_of_the_user_is_left_in_the_files(self, sqlite_url: str, tmp_path: Path) -> None:
        store = HistoryStore(sqlite_url)
        # Rows of many sizes: as it makes room, SQLite moves some, and leaves copies (with this seed one of user 3).
        chance = random.Random(3)
        for _ in range(300):
            word = f"wobble-user{chance.randrange(30)}"
            said = {"said": f"{word}. " * chance.randint(1, 100)}
            store.save(word, said, [event(word)], [entry(word, band=word)], word, NOW)
        for number in range(30):
            store.forget(f"wobble-user{number}")
            assert holding(tmp_path, f"wobble-user{number}.") == []
            assert holding(tmp_path, f'wobble-user{number}"') == []
        assert holding(tmp_path, "wobble") == []
        store.close()

    def test_a_user_who_was_forgotten_is_new(self, store: HistoryStore) -> None:
        for user in ("ann", "ben"):
            store.save(user, {"a": 1}, [event("s", "started")], [entry("s")], "easy", NOW)
        store.forget("ann")
        assert store.load("ann") == Stored(None, [])
        assert store.summary("ann", NOW)["sessions"] == 0
        assert store.load("ben").state == {"a": 1}
        store.save("ann", {"b": 1}, [event("s", "started", NOW + 1)], [], None, NOW)
        assert store.load("ann") == Stored({"b": 1}, [event("s", "started", NOW + 1)[1]])

    def test_where_a_reader_is_in_the_way_the_file_is_cleaned_later(self, sqlite_url: str, tmp_path: Path) -> None:
        store = HistoryStore(f"{sqlite_url}?timeout=0.05")
        store.save("ann", {"said": "wobble"}, [], [], None, NOW)
        reader = open_engine(sqlite_url)
        with reader.connect() as connection:
            connection.execution_options(reads=True).execute(text("SELECT * FROM users"))
            store.forget("ann")
            assert store.load("ann").state is None
            assert holding(tmp_path, "wobble") != []
            store.save("ben", {}, [], [], None, NOW)
        store.save("ben", {}, [], [], None, NOW + RETRY_MS - 1)
        assert holding(tmp_path, "wobble") != []
        store.save("ben", {}, [], [], None, NOW + RETRY_MS)
        assert holding(tmp_path, "wobble") == []
        reader.dispose()
        store.close()


def holding(folder: Path, word: str) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if word.encode() in path.read_bytes()]


class TestRetention:
    def save_old_and_new(self, store: HistoryStore) -> None:
        old = NOW - 90 * DAY_MS - 1
        store.save("gone", {}, [event("a", at_ms=old)], [entry("a", old)], None, old)
        store.save("ann", {}, [event("b", at_ms=old)], [entry("b", old)], None, old)
        store.save("ann", {}, [event("c", at_ms=old + 1)], [entry("c", old + 1)], None, NOW - 1)

    def test_what_is_older_is_erased(self, store: HistoryStore) -> None:
        self.save_old_and_new(store)
        assert store.purge(NOW) == 5
        assert store.load("gone") == Stored(None, [])
        assert store.load("ann") == Stored({}, [event("c", at_ms=NOW - 90 * DAY_MS)[1]])
        assert store.summary("ann", NOW)["sessions"] == 1
        assert store.purge(NOW) == 0

    def test_a_save_does_it_by_itself_and_once_an_hour(self, store: HistoryStore, database_url: str) -> None:
        self.save_old_and_new(store)
        fresh = HistoryStore(database_url)
        fresh.save("new", {}, [], [], None, NOW)
        assert fresh.load("gone").state is None
        fresh.save("late", {}, [], [], None, NOW - 91 * DAY_MS)
        fresh.save("new", {}, [], [], None, NOW + HOUSEKEEPING_MS - 1)
        assert fresh.load("late").state == {}
        fresh.save("new", {}, [], [], None, NOW + HOUSEKEEPING_MS)
        assert fresh.load("late").state is None
        fresh.close()

    def test_zero_days_keep_everything(self, database_url: str) -> None:
        store = HistoryStore(database_url, retention_days=0)
        store.save("ann", {"a": 1}, [], [], None, 0)
        assert store.purge(NOW) == 0
        assert store.load("ann").state == {"a": 1}
        store.close()


def work(url: str, start: Any, name: str, times: int) -> None:
    """What one of several processes does: begin at the same moment, then save again and again."""
    store = HistoryStore(url)
    start.wait()
    for turn in range(times):
        store.save(
            "shared", {name: turn}, [event("s", "asked", by=name, turn=turn)], [entry(f"{name}{turn}")], None, NOW
        )
    store.close()


class TestSeveralProcesses:
    def test_they_make_the_tables_and_write_at_once_and_nothing_is_lost(self, database_url: str) -> None:
        context = multiprocessing.get_context("fork")
        start = context.Barrier(3)
        workers = [context.Process(target=work, args=(database_url, start, name, 25)) for name in "abc"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
        assert [worker.exitcode for worker in workers] == [0, 0, 0]
        store = HistoryStore(database_url)
        events = store.load("shared").session_events
        for name in "abc":
            assert [e["turn"] for e in events if e["by"] == name] == list(range(25))
        assert store.summary("shared", NOW)["sessions"] == 75
        store.close()


class Collides(sqlite3.Connection):
    """Answers as SQLite does to whoever comes second when two processes switch a new file to WAL at once."""

    collisions = 2

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if "journal_mode" in sql and self.collisions > 0:
            self.collisions -= 1
            raise sqlite3.OperationalError("database is locked")
        return super().execute(sql, *args)


class TestOpening:
    def open(self, path: Path, timeout: float) -> str:
        engine = create_engine(
            f"sqlite:///{path}", future=True, connect_args={"factory": Collides, "timeout": timeout}
        )  # fmt: skip
        sqlalchemy_event.listen(engine, "connect", tune)
        with engine.connect() as connection:
            mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        engine.dispose()
        return mode

    def test_two_that_open_a_new_file_at_once_do_not_collide(self, tmp_path: Path) -> None:
        Collides.collisions = 2
        assert self.open(tmp_path / "new.db", timeout=5) == "wal"

    def test_a_file_that_stays_locked_is_given_up_in_time(self, tmp_path: Path) -> None:
        Collides.collisions = 10**6
        began = time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            self.open(tmp_path / "new.db", timeout=0.2)
        assert time.monotonic() - began < 2


class TestErrors:
    @pytest.mark.parametrize(
        ("make", "cause"),
        [
            (lambda folder: f"sqlite:///{folder}", "cannot be read or written"),
            (lambda folder: f"sqlite:///{folder}/file/inside.db", "address cannot be used"),
            (lambda folder: f"sqlite:///{folder}/file", "not a SQLite database"),
            (lambda _: "postgresql://127.0.0.1:9/coach?connect_timeout=2", "no server answers"),
            (lambda _: "nonsense", "address cannot be used"),
        ],
        ids=["a folder", "inside a file", "not a database", "no server", "no address"],
    )
    def test_the_message_names_the_probable_cause(
        self, tmp_path: Path, make: Callable[[Path], str], cause: str
    ) -> None:
        (tmp_path / "file").write_text("this is a text and not a database " * 40, encoding="ascii")
        with pytest.raises(StoreError, match=cause):
            HistoryStore(make(tmp_path)).load("ann")

    def test_no_password_is_told(self) -> None:
        with pytest.raises(StoreError) as told:
            HistoryStore("postgresql://u:hunter2@127.0.0.1:9/coach").load("ann")
        assert "hunter2" not in str(told.value)

    def test_a_database_of_a_newer_version_is_left_alone(self, store: HistoryStore, database_url: str) -> None:
        store.load("ann")
        engine = create_engine(database_url)
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE countoff_schema SET version = {VERSION + 1}"))
        engine.dispose()
        with pytest.raises(StoreError, match="newer Countoff"):
            HistoryStore(database_url).load("ann")


def test_a_load_and_a_save_take_less_than_two_milliseconds_each(sqlite_url: str) -> None:
    store = HistoryStore(sqlite_url)
    state = {f"field{i}": "some words that were said" for i in range(40)}
    loads, saves = [], []
    for turn in range(200):
        # Processor time, and the better turns: what others on the machine do is not ours.
        began = time.process_time()
        store.load("ann")
        loaded = time.process_time()
        store.save("ann", state, [event(f"s{turn // 20}", "asked")], [], None, NOW)
        loads.append(loaded - began)
        saves.append(time.process_time() - loaded)
    assert sorted(loads)[50] < 0.002
    assert sorted(saves)[50] < 0.002
    store.close()
