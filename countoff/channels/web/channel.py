"""The web channel: a page, the widget's files, and a conversation that the server keeps nothing of between turns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from countoff.channels.base import CoachInput, OnNewMessage
from countoff.channels.http import read_body, refusal
from countoff.channels.output import CoachOutput
from countoff.channels.rate import RateLimiter
from countoff.channels.refusal import RefusalError
from countoff.channels.web.conversation import make_token, read_token
from countoff.channels.web.files import File, load_files
from countoff.channels.web.history import MOST, chart_of
from countoff.channels.web.origins import TOKEN_HEADER, Origins
from countoff.channels.web.parse import parse
from countoff.channels.web.policy import PRIVATE
from countoff.channels.web.words import load_web_words
from countoff.errors import StoreError
from countoff.history import HistoryStore
from countoff.settings import settings

READ = ("GET", "HEAD")
METHODS = (*READ, "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

NEW_PER_MESSAGE = 0.1
NEW_AT_ONCE = 3
"""New conversations of one address, as parts of the rate of messages: a class behind one router may begin together."""

logger = logging.getLogger(__name__)


class CoachWebOutput(CoachOutput):
    """Collects a turn for the web."""

    @classmethod
    def name(cls) -> str:
        """The channel that responses may have a variant for."""
        return "web"


class _Door(NamedTuple):
    """What is done at an address."""

    methods: tuple[str, ...]
    answer: Callable[[Request], Awaitable[HTTPResponse]]
    is_open: bool = False
    """Whether every page may ask."""


class CoachWebInput(CoachInput):
    """``/webhooks/web/…``: the page, the widget, ``conversations``, ``messages``, ``history`` and ``health``.

    Args:
        files: what is read by every page, by address.
        origins: whose pages may talk with the coach.
        store: the training log.
        newcomers: how many conversations one address may begin.
        shared: what every channel takes.
    """

    output_class = CoachWebOutput

    def __init__(
        self, files: dict[str, File], origins: Origins, store: HistoryStore, newcomers: RateLimiter, **shared: Any
    ) -> None:
        super().__init__(**shared)
        self._files = files
        self._origins = origins
        self._store = store
        self._newcomers = newcomers

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> CoachWebInput:
        """Make the channel; it has no credentials of its own."""
        chosen = settings()
        rate = chosen.rate_per_second
        return cls(
            load_files(load_web_words(), chosen.web_origins),
            Origins(chosen.web_origins),
            HistoryStore(chosen.database_url, chosen.retention_days),
            RateLimiter(rate * NEW_PER_MESSAGE, burst=rate * NEW_AT_ONCE),
        )

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel: one, so that whatever is wrong with a request is said in the same way."""
        routes = Blueprint("coach_web")

        async def receive(request: Request) -> HTTPResponse:
            token, incoming = parse(await read_body(request), self.key)
            messages = await self.take(on_new_message, incoming)
            # The name of the conversation inside the house is nobody's business outside.
            return response.json({"messages": [{**message, "recipient_id": token} for message in messages]})

        doors = {name: _Door(READ, _sender(file), is_open=True) for name, file in self._files.items()}
        doors |= {
            "health": _Door(READ, _health),
            "conversations": _Door(("POST",), self._begin),
            "messages": _Door(("POST",), receive),
            "history": _Door(READ, self._history),
        }

        @routes.route("/", methods=METHODS, stream=True)
        async def page(request: Request) -> HTTPResponse:
            # Without the slash the page would look for its parts beside itself.
            if not request.path.endswith("/"):
                return response.redirect("web/", status=308)
            return await self._answer(request, doors.get(""))

        @routes.route("/<path:path>", methods=METHODS, stream=True)
        async def anything(request: Request, path: str) -> HTTPResponse:
            return await self._answer(request, doors.get(path))

        @routes.middleware("response")
        async def say_who_may_read(request: Request, answer: HTTPResponse) -> None:
            # Here, because Rasa's own CORS middleware answers OPTIONS before any route does.
            if "etag" not in answer.headers:
                answer.headers.update({**PRIVATE, **self._origins.answer(request.headers)})

        return routes

    async def _answer(self, request: Request, door: _Door | None) -> HTTPResponse:
        try:
            if door is None:
                raise RefusalError(404, "There is nothing at this address.")
            if not door.is_open or request.method == "OPTIONS":
                self._origins.check(request.headers)
            if request.method == "OPTIONS":
                return response.empty()
            if request.method not in door.methods:
                raise RefusalError(405, f"Only {' and '.join(door.methods)} can be used here.")
            return await door.answer(request)
        except RefusalError as refused:
            return refusal(refused)

    async def _begin(self, request: Request) -> HTTPResponse:
        await read_body(request)
        self.admit(self._newcomers, request.remote_addr or request.ip, None)
        return response.json({"conversation": make_token(self.key)}, status=201)

    async def _history(self, request: Request) -> HTTPResponse:
        user = self.conversation_id(read_token(request.headers.get(TOKEN_HEADER), self.key))
        self.admit(self._limiter, user, "conversation")
        try:
            # In a thread: a database that is slow holds up nobody's turn.
            entries = await asyncio.get_running_loop().run_in_executor(None, self._store.recent, user, MOST)
        except StoreError as error:
            logger.warning("The history cannot be read: %s", error)
            raise RefusalError(503, "The history cannot be read now. Try again shortly.", None, 2) from error
        return response.json(chart_of(entries))


async def _health(request: Request) -> HTTPResponse:
    return response.json({"status": "ok"})


def _sender(file: File) -> Callable[[Request], Awaitable[HTTPResponse]]:
    async def send(request: Request) -> HTTPResponse:
        status, headers, body = file.answer(request.headers)
        sent = None if request.method == "HEAD" else body
        return HTTPResponse(sent, status=status, headers=headers, content_type=file.media_type)

    return send
