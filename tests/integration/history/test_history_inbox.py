"""Requests that are taken once, notes of a channel, and a database of an earlier version."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from countoff.history import HistoryStore, Inbox, Notes
from countoff.history.inbox import KEPT_MS, LEASE_MS
from countoff.history.schema import VERSION

NOW = 1_795_600_000_000


@pytest.fixture
def inbox(database_url: str) -> Iterator[Inbox]:
    found = Inbox(database_url)
    yield found
    found.close()


@pytest.fixture
def notes(database_url: str) -> Iterator[Notes]:
    found = Notes(database_url)
    yield found
    found.close()


class TestInbox:
    def test_a_request_is_taken_once_by_whoever_asks(self, inbox: Inbox, database_url: str) -> None:
        other = Inbox(database_url)
        taken = [inbox.take("slack 1", "a", NOW), other.take("slack 1", "a", NOW), inbox.take("slack 2", "b", NOW)]
        other.close()
        assert taken == [True, False, True]

    def test_it_is_known_still_when_it_is_answered_and_forgotten_after_a_day(self, inbox: Inbox) -> None:
        inbox.take("slack 1", "a", NOW)
        inbox.finish("slack 1")
        assert not inbox.take("slack 1", "a", NOW + KEPT_MS)
        assert inbox.take("slack 1", "a", NOW + KEPT_MS + 1)

    def test_what_is_not_answered_is_taken_over_after_its_time_and_once(self, inbox: Inbox) -> None:
        inbox.take("slack 1", "a", NOW)
        inbox.note_replies("slack 1", [[{"text": "Hello."}]])
        assert inbox.claim("slack ", NOW + LEASE_MS) == []
        (found,) = inbox.claim("slack ", NOW + LEASE_MS + 1)
        assert (found.request, found.body, found.replies) == ("slack 1", "a", [[{"text": "Hello."}]])
        assert inbox.claim("slack ", NOW + LEASE_MS + 2) == []

    def test_what_is_given_back_is_taken_over_at_once(self, inbox: Inbox) -> None:
        inbox.take("slack 1", "a", NOW)
        inbox.release("slack 1")
        assert [found.request for found in inbox.claim("slack ", NOW)] == ["slack 1"]

    def test_what_is_answered_or_another_channels_is_nobodys_to_take_over(self, inbox: Inbox) -> None:
        for name in ("slack 1", "alexa 1"):
            inbox.take(name, "a", NOW)
        inbox.finish("slack 1")
        assert inbox.claim("slack ", NOW + 2 * LEASE_MS) == []


class TestNotes:
    def test_a_note_is_kept_replaced_and_dropped(self, notes: Notes) -> None:
        notes.put("slack a", "ann", {"n": 1}, NOW)
        notes.put("slack a", "ann", {"n": 2}, NOW)
        assert (notes.get("slack a"), notes.get("slack b")) == ({"n": 2}, None)
        assert (notes.drop("slack a"), notes.drop("slack a")) == (True, False)
        assert notes.get("slack a") is None

    def test_a_note_is_changed_as_it_is_by_then_and_by_one_at_a_time(self, notes: Notes, database_url: str) -> None:
        notes.put("slack a", "ann", {"n": 0}, NOW)
        others = [Notes(database_url) for _ in range(4)]

        def count_up(note: dict[str, int]) -> dict[str, int]:
            time.sleep(0.005)
            return {"n": note["n"] + 1}

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(other.change, "slack a", count_up, NOW) for other in others for _ in range(3)]:
                done.result()
        for other in others:
            other.close()
        assert notes.get("slack a") == {"n": 12}

    def test_what_is_not_there_or_to_stay_is_not_changed(self, notes: Notes) -> None:
        notes.put("slack a", "ann", {"n": 1}, NOW)
        notes.change("slack a", lambda note: None, NOW)
        notes.change("slack b", lambda note: {"n": 2}, NOW)
        assert (notes.get("slack a"), notes.get("slack b")) == ({"n": 1}, None)

    def test_notes_are_found_by_how_their_names_begin(self, notes: Notes) -> None:
        for name in ("slack_a 1", "slack_a 2", "slackXa 3"):
            notes.put(name, "ann", {}, NOW)
        assert set(notes.under("slack_a")) == {"slack_a 1", "slack_a 2"}

    def test_who_is_forgotten_has_no_notes_and_old_ones_go(self, notes: Notes, database_url: str) -> None:
        store = HistoryStore(database_url, retention_days=1)
        for name, user, at in (("1", "ann", NOW), ("2", "ben", NOW), ("3", "ben", NOW - 2 * KEPT_MS)):
            notes.put(f"slack {name}", user, {}, at)
        store.forget("ann")
        store.purge(NOW)
        store.close()
        assert set(notes.under("slack ")) == {"slack 2"}


def test_a_database_of_an_earlier_version_gets_the_new_tables_and_keeps_what_it_holds(database_url: str) -> None:
    store = HistoryStore(database_url)
    store.save("ann", {"kept": True}, [], [], None, NOW)
    store.close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for line in ("DROP TABLE inbox", "DROP TABLE notes", f"UPDATE countoff_schema SET version = {VERSION - 1}"):
            connection.execute(text(line))
    inbox, again = Inbox(database_url), HistoryStore(database_url)
    assert inbox.take("slack 1", "a", NOW)
    assert again.load("ann").state == {"kept": True}
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version FROM countoff_schema")).all() == [(VERSION,)]
    engine.dispose()
    for opened in (inbox, again):
        opened.close()
