"""Where Rasa keeps conversations and locks: the stores that endpoints.yml names."""
# mypy: allow-subclassing-any

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict, deque
from contextlib import AbstractAsyncContextManager
from itertools import islice
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import Index, bindparam, delete, func, insert, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from countoff import shortcuts
from countoff.history.engine import explained, one_at_a_time, open_engine, reading, scrub
from countoff.live_trackers import LASTING, LiveTracker, Tip, last_turns, unanswered
from countoff.settings import settings
from countoff.slots import FORGET

RECENT_TURNS = 2
"""Turns that are kept though they were dealt with: rules look back one."""

HOUSEKEEPING_S = 60 * 60
RETRY_S = 60
LOCK_STEP_S = 0.02

_EVENTS = SQLTrackerStore.SQLEvent.__table__
_ROW = _EVENTS.c
# Made once: a turn asks for it three times, and making it costs more than running it.
_LAST = select(_ROW.id, _ROW.timestamp).where(_ROW.sender_id == bindparam("sender")).order_by(_ROW.id.desc()).limit(1)
_INDEXES = (
    Index("ix_events_conversation", _ROW.sender_id, _ROW.id),
    Index("ix_events_conversation_type", _ROW.sender_id, _ROW.type_name, _ROW.id),
)

logger = logging.getLogger(__name__)


class CoachTrackerStore(SQLTrackerStore):
    """Conversations in SQL, read once and then kept at hand, so that a turn costs the same however long the talk.

    A turn sees every slot and the last turns of the session: back to the last one that an action dealt with, and one
    more. The database holds all events, in Rasa's own table and form. Several servers may share it: what another one
    wrote is noticed before a kept tracker is used.

    Args:
        domain: the domain; Rasa sets it once the model is loaded.
        host: address of the database (``url`` in endpoints.yml); by default the one of the settings.
        event_broker: where events are published too.
        turns: the most turns that a tracker holds; rules look back one, policies ``max_history``.
        keep: how many trackers are kept in memory.
        retention_days: how long events are kept, in days; by default the one of the settings; 0 keeps them for ever.
        kwargs: what else Rasa passes on; unused.

    Raises:
        StoreError: the SQLite file cannot be used. For PostgreSQL it waits, as Rasa's own store does.
    """

    engine: Any

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        turns: int = 10,
        keep: int = 200,
        retention_days: int | None = None,
        **kwargs: Any,
    ) -> None:
        url = host or settings().tracker_url
        engine = open_engine(url)
        if engine.dialect.name == "sqlite":
            # Rasa would try for ever, and say little, where the file cannot be made.
            with explained(engine), engine.connect():
                pass
        super().__init__(domain=domain, host=url, event_broker=event_broker, **kwargs)
        self.engine.dispose()
        self.engine = engine
        self.sessionmaker = sessionmaker(bind=engine)
        self._turns = turns
        self._keep = keep
        self._live: OrderedDict[str, LiveTracker] = OrderedDict()
        self._retention_s = 86400 * (settings().retention_days if retention_days is None else retention_days)
        self._to_erase: set[str] = set()
        self._is_clean = True
        self._housekeeping_due_s = 0.0
        shortcuts.take()
        self._add_indexes()
        self._keep_house(time.time())

    @property
    def domain(self) -> Domain:
        """The domain that trackers are made with."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._domain = domain or Domain.empty()
        self._live.clear()

    async def exists(self, conversation_id: str) -> bool:
        """Whether there is a conversation of this id."""
        with reading(self.engine) as connection:
            return _tip(connection, conversation_id) is not None

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the latest session, ready for the next turn; None for an unknown sender."""
        if sender_id in self._to_erase:
            self._keep_house(time.time())
        # Handed out, not lent: a turn that fails half way leaves nothing here, and the next one reads anew.
        live = self._live.pop(sender_id, None)
        with reading(self.engine) as connection:
            tip = _tip(connection, sender_id)
            if tip is None or sender_id in self._to_erase:
                return None
            if live is None or live.tip != tip or live.stored != len(live.events):
                live = self._read(connection, sender_id)
        turns = min(self._turns, unanswered(live.events) + RECENT_TURNS)
        live.events = deque(last_turns(live.events, turns))
        live.stored = len(live.events)
        return live

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new, or erase the conversation where its user asked to be forgotten."""
        now_s = time.time()
        if (slot := tracker.slots.get(FORGET)) is not None and slot.value is True:
            self._live.pop(tracker.sender_id, None)
            self._to_erase.add(tracker.sender_id)
            self._keep_house(now_s)
            return
        new = self._store(tracker)
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)
        self._keep_house(now_s)

    def purge(self, now_s: float) -> int:
        """Erase events older than the retention; returns how many. ``now_s`` is in seconds since 1970."""
        if not self._retention_s:
            return 0
        oldest = now_s - self._retention_s
        with self.engine.begin() as connection:
            # Rows stand in the order of time: only the old ones are looked at, without an index of their own.
            first_kept = connection.scalar(select(_ROW.id).where(_ROW.timestamp >= oldest).order_by(_ROW.id).limit(1))
            old = _ROW.timestamp < oldest if first_kept is None else _ROW.id < first_kept
            return int(connection.execute(delete(_EVENTS).where(old)).rowcount)

    def _store(self, tracker: DialogueStateTracker) -> list[Event]:
        sender_id = tracker.sender_id
        with self.engine.begin() as connection:
            one_at_a_time(connection, sender_id)
            before = _tip(connection, sender_id)
            new = _unstored(tracker, before)
            if new:
                connection.execute(insert(_EVENTS), [_as_row(sender_id, event) for event in new])
            after = _tip(connection, sender_id)
        if isinstance(tracker, LiveTracker) and tracker.tip == before:
            tracker.stored, tracker.tip = len(tracker.events), after
            self._live[sender_id] = tracker
            if len(self._live) > self._keep:
                self._live.popitem(last=False)
        return new

    def _read(self, connection: Connection, sender_id: str) -> LiveTracker:
        mine = _ROW.sender_id == sender_id
        opened = select(func.max(_ROW.id)).where(mine, _ROW.type_name == SessionStarted.type_name).scalar_subquery()
        said = select(_ROW.id).where(mine, _ROW.type_name == UserUttered.type_name).order_by(_ROW.id.desc())
        recent = said.offset(self._turns).limit(1).scalar_subquery()
        query = (
            select(_ROW.id, _ROW.timestamp, _ROW.data)
            .where(mine, _ROW.id >= func.coalesce(opened, 0))
            .where(or_(_ROW.id >= func.coalesce(recent, 0), _ROW.type_name.in_([kind.type_name for kind in LASTING])))
            .order_by(_ROW.id)
        )
        rows = connection.execute(query).all()
        tracker: LiveTracker = LiveTracker.from_dict(
            sender_id, [json.loads(row.data) for row in rows], self.domain.slots
        )
        tracker.stored, tracker.tip = len(tracker.events), (rows[-1].id, rows[-1].timestamp)
        return tracker

    def _keep_house(self, now_s: float) -> None:
        """Erase what is to be erased, and what is too old once an hour; what fails is logged and tried again."""
        if not self._to_erase and now_s < self._housekeeping_due_s:
            return
        try:
            for sender_id in list(self._to_erase):
                self._erase(sender_id)
            self.purge(now_s)
            self._is_clean = self._is_clean or scrub(self.engine)
        except SQLAlchemyError as error:
            logger.error("Could not erase conversations yet: %s", error)
        self._housekeeping_due_s = now_s + (HOUSEKEEPING_S if self._is_clean else RETRY_S)

    def _erase(self, sender_id: str) -> None:
        with self.engine.begin() as connection:
            one_at_a_time(connection, sender_id)
            connection.execute(delete(_EVENTS).where(_ROW.sender_id == sender_id))
        self._to_erase.discard(sender_id)
        self._is_clean = False

    def _add_indexes(self) -> None:
        with self.engine.begin() as connection:
            one_at_a_time(connection, "indexes")
            for index in _INDEXES:
                index.create(connection, checkfirst=True)


class QuickLockStore(InMemoryLockStore):
    """Locks in memory that a waiting message looks at every 20 ms instead of every second.

    One process only: servers that share users need a proxy that sends each user to the same server.

    Args:
        endpoint_config: the entry in endpoints.yml, which holds nothing to choose.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()

    def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = LOCK_STEP_S
    ) -> AbstractAsyncContextManager[Any]:
        """Hold the lock of a conversation; messages are served in the order in which they came."""
        held: AbstractAsyncContextManager[Any] = super().lock(conversation_id, lock_lifetime, wait_time_in_seconds)
        return held


def _tip(connection: Connection, sender_id: str) -> Tip | None:
    row = connection.execute(_LAST, {"sender": sender_id}).first()
    return None if row is None else (row.id, row.timestamp)


def _unstored(tracker: DialogueStateTracker, tip: Tip | None) -> list[Event]:
    if isinstance(tracker, LiveTracker):
        return list(islice(tracker.events, tracker.stored, None))
    # Made by Rasa: for a new sender, or because reading failed, and then nothing of the turn is to be lost.
    return [event for event in tracker.events if tip is None or event.timestamp > tip[1]]


def _as_row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
