"""Requests of Slack while they are answered: each once, and none lost, over a restart too."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from aiohttp import ClientError
from slack_bolt.async_app import AsyncBoltContext, AsyncBoltRequest
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from countoff.channels.output import Message
from countoff.channels.slack.render import SAY
from countoff.errors import StoreError
from countoff.history import Inbox

PREFIX = "slack "
NAMED_BY = ("event_id", "trigger_id")
"""What names a request: an event keeps its id when Slack sends it again, all else comes once."""

KINDS = {
    "event_callback", "block_actions", "view_submission", "view_closed", "shortcut", "message_action",
    "block_suggestion",
}  # fmt: skip

HICCUPS = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"}
"""Slack's words for what is its own fault and passes."""

AGAIN_EVERY_S = 15.0
CLOSING_S = 3.0

_P = ParamSpec("_P")
_T = TypeVar("_T")

logger = logging.getLogger(__name__)


@dataclass
class Work:
    """A request that is being answered.

    Attributes:
        name: its name in the inbox.
        replies: what each turn of it has yielded; when it is taken up again those turns are not taken twice.
        is_again: whether it was begun before, so that a message of it may have been posted already.
        is_lost: whether Slack or the database failed, so that it is to be taken up again.
        has_erased: whether it had the user forgotten, so that nothing of itself is to be left in the files either.
    """

    name: str
    replies: list[list[Message]] = field(default_factory=list)
    is_again: bool = False
    is_lost: bool = False
    has_erased: bool = False
    _turns: int = 0
    _posts: int = 0

    def next_turn(self) -> list[Message] | None:
        """What the next turn yielded before; None where it is to be taken now."""
        self._turns += 1
        return self.replies[self._turns - 1] if self._turns <= len(self.replies) else None

    def next_mark(self) -> str:
        """A name for the next message that is posted, the same each time."""
        self._posts += 1
        return hashlib.sha256(f"{self.name} {self._posts}".encode()).hexdigest()[:32]


WORK: ContextVar[Work | None] = ContextVar("work", default=None)
"""The request that the running task answers."""


def now_ms() -> int:
    """The time, in milliseconds since 1970."""
    return int(time.time() * 1000)


async def in_thread(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Ask the database without holding up anybody's turn."""
    return await asyncio.to_thread(function, *args, **kwargs)


class Desk(AsyncListenerCompletionHandler):
    """Takes requests and sees to it that each is answered.

    Args:
        inbox: what was taken.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._running: dict[str, Work] = {}

    async def admit(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[Any]],  # noqa: A002
    ) -> BoltResponse | None:
        """Middleware: let a request through once; the names of the arguments are Bolt's.

        Raises:
            StoreError: the database cannot be used; Slack is to send the request again.
        """
        if "command" not in body and body.get("type") not in KINDS:
            logger.info("Slack sent something that is of no use here.")
            return BoltResponse(status=200)
        if body.get("type") == "event_callback" and "event" not in body:
            return BoltResponse(status=400)
        work: Work | None = context.get("work")
        name = _name_of(body)
        if work is None and name is not None:
            if not await in_thread(self._inbox.take, name, json.dumps(body), now_ms()):
                return BoltResponse(status=200)
            work = context["work"] = Work(name)
        WORK.set(work)
        if work is not None:
            self._running[work.name] = work
        await next()
        return None

    async def note_replies(self, work: Work, replies: list[Message]) -> None:
        """Keep what a turn yielded until it is posted."""
        work.replies.append(replies)
        try:
            await in_thread(self._inbox.note_replies, work.name, work.replies)
        except StoreError as error:
            logger.warning("A reply cannot be kept until it is posted: %s", error)

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """A listener has ended; what it answered is erased here."""
        if request.context.get("is_acknowledged") and request.context.ack.response is None:
            # Bolt forgets an acknowledgement where the listener fails before it was sent.
            request.context.ack.response = BoltResponse(status=200)
        work: Work | None = request.context.get("work")
        if work is None:
            return
        self._running.pop(work.name, None)
        try:
            if work.is_lost:
                return
            await in_thread(self._inbox.finish, work.name)
            if work.has_erased:
                await in_thread(self._inbox.scrub)
        except StoreError as error:
            logger.warning("An answered request cannot be marked as such: %s", error)

    async def fail(
        self, error: Exception, request: AsyncBoltRequest, response: BoltResponse | None
    ) -> BoltResponse | None:
        """Error handler: say where it failed, without what the user said; what may yet succeed is taken up again.

        Returns:
            503 or 400 where nothing was answered yet.
        """
        frames = traceback.extract_tb(error.__traceback__)
        logger.error("A request of Slack failed with %s at %s.", type(error).__name__, frames and frames[-1][:2])
        may_pass = isinstance(error, StoreError) or is_passing(error)
        request.context["is_acknowledged"] = response is None
        work: Work | None = request.context.get("work")
        if work is not None:
            work.is_lost = may_pass
            await self.handle(request, response)
        return None if response is None else BoltResponse(status=503 if may_pass else 400)

    async def again(self, dispatch: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> None:
        """Take up what was not answered, as if it came now."""
        try:
            for found in await in_thread(self._inbox.claim, PREFIX, now_ms()):
                work = Work(found.request, found.replies, is_again=True)
                if found.request not in self._running:
                    body = json.loads(found.body)
                    await dispatch(AsyncBoltRequest(mode="socket_mode", body=body, context={"work": work}))
        except StoreError as error:
            logger.warning("Requests that were not answered cannot be taken up: %s", error)

    async def keep_watch(self, dispatch: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> None:
        """Take up what was not answered, from time to time."""
        while True:
            await self.again(dispatch)
            await asyncio.sleep(AGAIN_EVERY_S)

    async def close(self) -> None:
        """Give what is being answered a moment, and leave the rest to the next start."""
        deadline = time.monotonic() + CLOSING_S
        while self._running and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        for name in list(self._running):
            await in_thread(self._inbox.release, name)


def is_passing(error: BaseException) -> bool:
    """Whether Slack failed in a way that says nothing about the request."""
    if isinstance(error, SlackApiError):
        return error.response.status_code >= 500 or error.response.get("error") in HICCUPS
    return isinstance(error, ClientError | TimeoutError)


def _name_of(body: dict[str, Any]) -> str | None:
    if pressed := _pressed(body):
        return f"{PREFIX}{pressed}"
    return next((f"{PREFIX}{body[key]}" for key in NAMED_BY if isinstance(body.get(key), str) and body[key]), None)


def _pressed(body: dict[str, Any]) -> str | None:
    """The press of a button that can be pressed once, however quick a finger is."""
    action = (body.get("actions") or [{}])[0]
    if body.get("type") != "block_actions" or not str(action.get("block_id", "")).startswith(f"{SAY}."):
        return None
    container, user = body.get("container", {}), body.get("user", {}).get("id")
    return f"{container.get('channel_id')} {container.get('message_ts')} {action['block_id']} {user}"
