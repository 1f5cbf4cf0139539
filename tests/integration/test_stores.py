"""The stores that endpoints.yml names, with Rasa's real trackers, domains and factories."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import inspect, text

from countoff.errors import StoreError
from countoff.history.engine import open_engine
from countoff.live_trackers import LiveTracker
from countoff.settings import settings
from countoff.stores import HOUSEKEEPING_S, RETRY_S, CoachTrackerStore, QuickLockStore


def domain_of(spec: dict[str, Any]) -> Domain:
    with warnings.catch_warnings():
        # Rasa says of every domain with slots that mappings are new in 3.0.
        warnings.filterwarnings("ignore", "Slot auto-fill", UserWarning)
        return Domain.from_dict(spec)


DOMAIN = domain_of(
    {
        "intents": ["ask_band"],
        "slots": {
            name: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
            for name in ("forget", "handled", "colour", "side")
        },
        "responses": {"utter_band": [{"text": "By feel."}]},
        "forms": {"some_form": {"required_slots": []}},
    }
)
DAY_S = 86400

Make = Callable[..., CoachTrackerStore]


@pytest.fixture
def make_at() -> Iterator[Make]:
    made: list[CoachTrackerStore] = []

    def one(url: str, **options: Any) -> CoachTrackerStore:
        made.append(CoachTrackerStore(DOMAIN, host=url, **options))
        return made[-1]

    yield one
    for store in made:
        store.engine.dispose()


@pytest.fixture
def make(make_at: Make, database_url: str) -> Make:
    """Make a server's store; another call is another server on the same database."""
    return partial(make_at, database_url)


@pytest.fixture
def make_in_file(make_at: Make, sqlite_url: str) -> Make:
    return partial(make_at, sqlite_url)


def opening() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def exchange(words: str, *more: Event) -> list[Event]:
    parsed = {"intent": {"name": "ask_band", "confidence": 0.9}, "entities": [], "text": words}
    said = UserUttered(words, parsed["intent"], [], parsed, input_channel="rest")
    return [said, *more, ActionExecuted("utter_band"), BotUttered("By feel."), ActionExecuted("action_listen")]


async def turn(store: TrackerStore, words: str, *more: Event, sender: str = "ann", opens: bool = False) -> Any:
    """One turn as Rasa's processor does it: fetch, update, save."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    for event in [*(opening() if opens or not tracker.events else []), *exchange(words, *more)]:
        event.timestamp = time.time()
        tracker.update(event, DOMAIN)
    await store.save(tracker)
    return tracker


async def talk(store: TrackerStore, turns: int, sender: str = "ann") -> None:
    for number in range(turns):
        await turn(store, f"words {number}", sender=sender)


def said(tracker: Any) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def plain(tracker: Any) -> list[dict[str, Any]]:
    return [event.as_dict() for event in tracker.events]


def rows(store: SQLTrackerStore, columns: str = "*") -> list[Any]:
    with store.engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM events ORDER BY id"))]


class TestAsRasaCallsThem:
    def test_the_tracker_store_is_made_from_endpoints(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COUNTOFF_VAR", str(tmp_path / "var"))
        settings.cache_clear()
        config = EndpointConfig.from_dict({"type": "countoff.stores.CoachTrackerStore"})
        store = TrackerStore.create(config)
        settings.cache_clear()
        assert type(store) is CoachTrackerStore
        assert (tmp_path / "var" / "countoff-conversations.db").exists()
        store.engine.dispose()

    def test_the_options_of_endpoints_reach_it(self, sqlite_url: str) -> None:
        entry = {"type": "countoff.stores.CoachTrackerStore", "url": sqlite_url, "turns": 3, "retention_days": 7}
        store = TrackerStore.create(EndpointConfig.from_dict(entry), DOMAIN)
        assert type(store) is CoachTrackerStore
        assert (store._turns, store._retention_s, str(store.engine.url)) == (3, 7 * DAY_S, sqlite_url)
        store.engine.dispose()

    async def test_it_works_inside_the_wrapper_that_rasa_puts_around_it(self, make: Make) -> None:
        store = make()
        wrapped = FailSafeTrackerStore(store)
        await talk(wrapped, 4)
        assert said(await wrapped.retrieve("ann")) == [f"words {i}" for i in range(4)]
        assert len(rows(store)) == 3 + 4 * 4

    def test_a_file_that_cannot_be_used_is_told_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="cannot be read or written"):
            CoachTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path}")


class TestLikeRasasOwn:
    async def test_the_same_rows_are_stored(self, make_in_file: Make, tmp_path: Path) -> None:
        ours, stock = make_in_file(turns=2), SQLTrackerStore(DOMAIN, db=f"{tmp_path}/stock.db")
        script = [opening() + exchange("a"), exchange("b", SlotSet("colour", "red")), exchange("c"),
                  [*opening(), SlotSet("colour", "red"), *exchange("d")], exchange("e"), exchange("f")]  # fmt: skip
        for events in script:
            for event in events:
                event.timestamp = time.time()
            for store in (ours, stock):
                tracker = await store.get_or_create_tracker("ann", append_action_listen=False)
                for event in deserialise_events([event.as_dict() for event in events]):
                    tracker.update(event, DOMAIN)
                await store.save(tracker)
        columns = "sender_id, type_name, timestamp, intent_name, action_name, data"
        assert rows(ours, columns) == rows(stock, columns)
        assert len(rows(ours)) == 2 * 3 + 2 + 6 * 4
        full = await ours.retrieve_full_tracker("ann")
        assert plain(full) == plain(await stock.retrieve_full_tracker("ann"))
        assert list(await ours.keys()) == ["ann"]
        stock.engine.dispose()

    @pytest.mark.parametrize("reread", [False, True], ids=["kept", "read anew"])
    async def test_a_short_session_comes_back_whole(self, make: Make, tmp_path: Path, reread: bool) -> None:
        ours, stock = make(), SQLTrackerStore(DOMAIN, db=f"{tmp_path}/stock.db")
        await turn(ours, "of a session before")
        await turn(ours, "first", SlotSet("colour", "red"), opens=True)
        await turn(ours, "second", ConversationPaused())
        await stock.save(await ours.retrieve_full_tracker("ann"))
        ours = make() if reread else ours
        found, expected = await ours.retrieve("ann"), await stock.retrieve("ann")
        assert plain(found) == plain(expected)
        assert found.current_state() == expected.current_state()
        assert plain(found.copy()) == plain(expected)
        stock.engine.dispose()

    async def test_a_database_that_rasas_own_store_made_is_taken_over(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        with store.engine.begin() as connection:
            for name in ("ix_events_conversation", "ix_events_conversation_type"):
                connection.execute(text(f"DROP INDEX {name}"))
        store = make()
        assert said(await store.retrieve("ann")) == ["words 0", "words 1"]
        found = {index["name"] for index in inspect(store.engine).get_indexes("events")}
        assert found >= {"ix_events_conversation", "ix_events_conversation_type"}

    async def test_an_unknown_sender_has_no_tracker(self, make: Make) -> None:
        store = make()
        assert await store.retrieve("nobody") is None
        assert await store.exists("nobody") is False
        await talk(store, 1)
        assert await store.exists("ann") is True


class TestLastTurns:
    @pytest.mark.parametrize("reread", [False, True], ids=["kept", "read anew"])
    async def test_a_tracker_holds_the_last_turns_and_every_slot(self, make: Make, reread: bool) -> None:
        store = make(turns=3)
        await turn(store, "a", SlotSet("colour", "red"), SlotSet("side", "left"))
        await turn(store, "b", SlotSet("colour", "green"), ActiveLoop("some_form"))
        await talk(store, 5)
        store = make(turns=3) if reread else store
        tracker = await store.retrieve("ann")
        assert said(tracker) == ["words 2", "words 3", "words 4"]
        for found in (tracker, tracker.copy()):
            assert found.get_slot("colour") == "green"
            assert found.get_slot("side") == "left"
            assert found.active_loop_name == "some_form"
        assert [event.type_name for event in tracker.events][:5] == [
            "session_started", "slot", "slot", "active_loop", "action",
        ]  # fmt: skip
        assert len(tracker.events) == 4 + 1 + 3 * 4
        assert len(await full_text(store)) == 7

    @pytest.mark.parametrize("reread", [False, True], ids=["kept", "read anew"])
    @pytest.mark.parametrize(
        ("answered", "missed", "held"),
        [(5, 0, ["a 3", "a 4"]), (5, 1, ["a 3", "a 4", "m 0"]), (1, 3, ["a 0", "m 0", "m 1", "m 2"]), (0, 9, None)],
    )
    async def test_what_no_action_dealt_with_is_held_and_little_else(
        self, make: Make, reread: bool, answered: int, missed: int, held: list[str] | None
    ) -> None:
        store = make(turns=6)
        for number in range(answered):
            await turn(store, f"a {number}", SlotSet("handled", str(number)))
        for number in range(missed):
            await turn(store, f"m {number}")
        tracker = await (make(turns=6) if reread else store).retrieve("ann")
        assert said(tracker) == (held or [f"m {number}" for number in range(3, 9)])
        if answered:
            assert tracker.get_slot("handled") == str(answered - 1)

    @pytest.mark.parametrize("reread", [False, True], ids=["kept", "read anew"])
    async def test_slots_that_were_reset_stay_so(self, make: Make, reread: bool) -> None:
        store = make(turns=2)
        await turn(store, "a", SlotSet("colour", "red"), SlotSet("side", "left"))
        await turn(store, "b", AllSlotsReset(), SlotSet("side", "right"))
        await talk(store, 3)
        store = make(turns=2) if reread else store
        tracker = (await store.retrieve("ann")).copy()
        assert (tracker.get_slot("colour"), tracker.get_slot("side")) == (None, "right")

    async def test_a_new_session_begins_without_the_turns_before_it(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        await turn(store, "next day", SlotSet("colour", "red"), opens=True)
        kept, reread = await store.retrieve("ann"), await make().retrieve("ann")
        assert said(kept) == said(reread) == ["next day"]
        assert plain(kept) == plain(reread)
        with store.engine.begin() as connection:
            assert plain(store._read(connection, "ann")) == plain(kept)

    async def test_a_pause_that_ended_is_over(self, make: Make) -> None:
        store = make(turns=2)
        await turn(store, "a", ConversationPaused())
        await turn(store, "b", ConversationResumed())
        await talk(store, 3)
        assert (await store.retrieve("ann")).copy().is_paused() is False
        await turn(store, "c", ConversationPaused())
        await talk(store, 3)
        assert (await store.retrieve("ann")).copy().is_paused() is True

    async def test_the_hundredth_turn_handles_and_reads_what_the_tenth_did(self, make_in_file: Make) -> None:
        store = make_in_file()
        handled, reread = [], []
        for number in range(100):
            handled.append(len((await turn(store, f"words {number}", SlotSet("side", number))).events))
            with store.engine.begin() as connection:
                reread.append(len(store._read(connection, "ann").events))
        assert set(handled[11:]) == {handled[11]}
        # Slots are read one row for each time they were set, nothing else from before the last turns.
        assert reread[99] - reread[11] == 99 - 11


async def full_text(store: CoachTrackerStore) -> list[str]:
    return said(await store.retrieve_full_tracker("ann"))


class TestKeptTrackers:
    async def test_the_next_turn_gets_the_kept_tracker(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        kept = store._live["ann"]
        assert await store.retrieve("ann") is kept

    async def test_what_another_server_wrote_is_seen(self, make: Make) -> None:
        here, there = make(), make()
        await talk(here, 2)
        await turn(there, "elsewhere")
        assert said(await here.retrieve("ann")) == ["words 0", "words 1", "elsewhere"]

    async def test_two_turns_at_once_on_two_servers_lose_nothing(self, make: Make) -> None:
        here, there = make(), make()
        await talk(here, 2)
        first, second = await here.retrieve("ann"), await there.retrieve("ann")
        for store, tracker, words in ((here, first, "here"), (there, second, "there")):
            for event in exchange(words):
                tracker.update(event, DOMAIN)
            await store.save(tracker)
        for store in (here, there):
            assert said(await store.retrieve("ann")) == ["words 0", "words 1", "here", "there"]

    async def test_what_another_server_erased_is_not_kept(self, make_in_file: Make) -> None:
        here, there = make_in_file(), make_in_file()
        await talk(here, 2)
        await turn(there, "forget me", SlotSet("forget", True))
        assert await here.retrieve("ann") is None

    async def test_a_number_that_comes_again_is_not_taken_for_the_old_row(self, make_in_file: Make) -> None:
        here, there = make_in_file(), make_in_file()
        await talk(here, 2)
        last = rows(here)[-1][0]
        await turn(there, "forget me", SlotSet("forget", True))
        await talk(there, 2)
        assert rows(here)[-1][0] == last
        assert [event.timestamp for event in (await here.retrieve("ann")).events] == [
            event.timestamp for event in (await make_in_file().retrieve("ann")).events
        ]

    async def test_a_turn_that_fails_half_way_leaves_nothing(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        tracker = await store.retrieve("ann")
        tracker.update(exchange("never saved")[0], DOMAIN)
        assert said(await store.retrieve("ann")) == ["words 0", "words 1"]

    async def test_a_tracker_that_was_changed_after_its_save_is_not_trusted(self, make: Make) -> None:
        store = make()
        await talk(store, 1)
        tracker = await turn(store, "saved")
        tracker.update(exchange("never saved")[0], DOMAIN)
        assert said(await store.retrieve("ann")) == ["words 0", "saved"]

    async def test_a_tracker_that_rasa_made_after_a_failed_read_is_stored_too(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        tracker = DialogueStateTracker("ann", DOMAIN.slots)
        for event in [*opening(), *exchange("after a failure")]:
            tracker.update(event, DOMAIN)
        await store.save(tracker)
        assert await full_text(store) == ["words 0", "words 1", "after a failure"]

    async def test_the_least_used_tracker_goes_first(self, make_in_file: Make) -> None:
        store = make_in_file(keep=2)
        for sender in ("ann", "ben", "ann", "cat"):
            await talk(store, 2, sender)
        assert list(store._live) == ["ann", "cat"]
        assert said(await store.retrieve("ben")) == ["words 0", "words 1"]

    async def test_a_new_domain_makes_new_trackers(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        store.domain = domain_of({"slots": {"weight": {"type": "any", "mappings": [{"type": "custom"}]}}})
        assert "weight" in (await store.retrieve("ann")).slots

    async def test_new_events_reach_the_broker_once(self, make: Make) -> None:
        published: list[dict[str, Any]] = []

        class Broker:
            def publish(self, event: dict[str, Any]) -> None:
                published.append(event)

        store = make(event_broker=Broker(), turns=2)
        await talk(store, 5)
        assert [event["text"] for event in published if event["event"] == "user"] == [f"words {i}" for i in range(5)]
        assert len(published) == len(rows(store))


class TestForgetting:
    async def test_the_next_message_starts_anew(self, make: Make) -> None:
        store = make()
        for sender in ("ann", "ben"):
            await talk(store, 2, sender)
        await turn(store, "forget me", SlotSet("forget", True))
        assert {row[0] for row in rows(store, "sender_id")} == {"ben"}
        await turn(store, "hello")
        found = await store.retrieve("ann")
        assert said(found) == ["hello"]
        assert found.get_slot("forget") is None

    @pytest.mark.parametrize("value", [False, None, "no"])
    async def test_other_values_of_the_slot_erase_nothing(self, make: Make, value: Any) -> None:
        store = make()
        await turn(store, "keep me", SlotSet("forget", value))
        assert await full_text(store) == ["keep me"]

    async def test_no_word_is_left_in_the_files_or_in_memory(self, make_in_file: Make, tmp_path: Path) -> None:
        store = make_in_file()
        for number in range(120):
            sender = "ben" if number % 3 else "ann"
            await turn(store, f"wobble{sender} " * (number * 37 % 90 + 1), sender=sender)
        await turn(store, "wobbleann forget me", SlotSet("forget", True))
        assert holding(tmp_path, "wobbleann") == []
        assert holding(tmp_path, "wobbleben") != []
        assert list(store._live) == ["ben"]

    async def test_an_erasure_that_fails_is_hidden_at_once_and_made_good_later(
        self, make_at: Make, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        impatient = make_at(f"{sqlite_url}?timeout=0.05")
        await turn(impatient, "wobble")
        writer = open_engine(sqlite_url)
        with writer.begin(), caplog.at_level(logging.ERROR):
            await turn(impatient, "wobble forget me", SlotSet("forget", True))
            assert await impatient.retrieve("ann") is None
        assert "Could not erase" in caplog.text
        assert holding(tmp_path, "wobble") != []
        await talk(impatient, 1, "ben")
        assert holding(tmp_path, "wobble") == []
        writer.dispose()

    async def test_a_tracker_that_is_kept_goes_whoever_erases(self, make: Make) -> None:
        store = make()
        await talk(store, 2)
        await store.save(DialogueStateTracker.from_events("ann", [SlotSet("forget", True)], DOMAIN.slots))
        assert list(store._live) == []
        assert rows(store) == []

    async def test_where_a_reader_is_in_the_way_the_file_is_cleaned_later(
        self, make_at: Make, sqlite_url: str, tmp_path: Path
    ) -> None:
        store = make_at(f"{sqlite_url}?timeout=0.05")
        await turn(store, "wobble")
        reader = open_engine(sqlite_url)
        with reader.connect() as connection:
            connection.execution_options(reads=True).execute(text("SELECT * FROM events"))
            await turn(store, "wobble forget me", SlotSet("forget", True))
            assert await store.retrieve("ann") is None
            assert holding(tmp_path, "wobble") != []
        await talk(store, 1, "ben")
        assert holding(tmp_path, "wobble") != []
        store._keep_house(time.time() + RETRY_S)
        assert holding(tmp_path, "wobble") == []
        reader.dispose()


def holding(folder: Path, word: str) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if word.encode() in path.read_bytes()]


class TestRetention:
    async def save_at(self, store: CoachTrackerStore, at_s: float, sender: str) -> None:
        tracker = DialogueStateTracker(sender, DOMAIN.slots)
        for number, event in enumerate([*opening(), *exchange("words")]):
            event.timestamp = at_s + number / 1000
            tracker.update(event, DOMAIN)
        store._store(tracker)

    async def test_old_events_go_at_the_start_and_then_once_an_hour(self, make: Make) -> None:
        now = time.time()
        store = make(retention_days=0)
        await self.save_at(store, now - 31 * DAY_S, "old")
        await self.save_at(store, now - 29 * DAY_S, "new")
        assert store.purge(now) == 0
        store = make(retention_days=30)
        assert set(await store.keys()) == {"new"}
        store._keep_house(now + HOUSEKEEPING_S - 1)
        await self.save_at(store, now - 31 * DAY_S, "late")
        store._keep_house(now + HOUSEKEEPING_S - 1)
        assert set(await store.keys()) == {"new", "late"}
        assert store.purge(now + 40 * DAY_S) == 14
        assert list(await store.keys()) == []

    async def test_a_conversation_that_goes_on_keeps_its_newer_part(self, make: Make) -> None:
        now = time.time()
        store = make(retention_days=30)
        await self.save_at(store, now - 31 * DAY_S, "ann")
        await turn(store, "today", opens=True)
        assert store.purge(now) == 7
        assert await full_text(store) == ["today"]


class TestQuickLockStore:
    def test_rasa_makes_it_from_endpoints(self) -> None:
        store = LockStore.create(EndpointConfig.from_dict({"type": "countoff.stores.QuickLockStore"}))
        assert type(store) is QuickLockStore

    async def test_a_second_message_waits_for_the_first_and_no_longer(self) -> None:
        store = QuickLockStore()
        order: list[str] = []

        async def hold(name: str, seconds: float) -> float:
            asked = time.perf_counter()
            async with store.lock("ann"):
                waited = time.perf_counter() - asked
                order.append(name)
                await asyncio.sleep(seconds)
            return waited

        waits = await asyncio.gather(hold("first", 0.1), hold("second", 0), hold("third", 0))
        assert order == ["first", "second", "third"]
        assert 0.09 < waits[1] < 0.6  # Rasa's own store looks once a second
        assert store.conversation_locks == {}

    async def test_others_do_not_wait(self) -> None:
        store = QuickLockStore()
        async with store.lock("ann"):
            began = time.perf_counter()
            async with store.lock("ben"):
                assert time.perf_counter() - began < 0.5


class TestEventTypes:
    @pytest.mark.parametrize("kind", [UserUttered, BotUttered, SlotSet, ActionExecuted, SessionStarted])
    def test_a_type_is_looked_up_once_and_is_the_right_one(self, make_in_file: Make, kind: type[Event]) -> None:
        make_in_file()
        assert Event.resolve_by_type(kind.type_name) is kind
        hits = Event.resolve_by_type.cache_info().hits
        assert Event.resolve_by_type(kind.type_name) is kind
        assert Event.resolve_by_type.cache_info().hits == hits + 1

    def test_an_unknown_type_is_still_an_error(self, make_in_file: Make) -> None:
        make_in_file()
        with pytest.raises(ValueError, match="Unknown event"):
            Event.resolve_by_type("nonsense")
        assert Event.resolve_by_type("nonsense", UserUttered) is UserUttered


def test_live_trackers_are_what_rasa_expects() -> None:
    events = [event.as_dict() for event in [*opening(), *exchange("words")]]
    live = LiveTracker.from_dict("ann", json.loads(json.dumps(events)), DOMAIN.slots)
    stock = DialogueStateTracker.from_dict("ann", events, DOMAIN.slots)
    assert isinstance(live, LiveTracker)
    assert (live.stored, live.tip) == (0, None)
    assert live == stock
    assert stock == live
