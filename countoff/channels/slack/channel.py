"""The Slack channel: Bolt inside the server, or Socket Mode where Slack cannot call it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt.adapter.sanic.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient

from countoff.channels.base import CoachInput, Incoming, OnNewMessage
from countoff.channels.http import read_body, refusal
from countoff.channels.output import CoachOutput, Message
from countoff.channels.refusal import RefusalError
from countoff.channels.slack.app import make_app
from countoff.channels.slack.chart import png
from countoff.channels.slack.delivery import Delivery, make_client
from countoff.channels.slack.parts import Parts, Turn
from countoff.channels.slack.recordings import Recordings
from countoff.channels.slack.verify import is_signed
from countoff.channels.slack.words import NAME, SlackWords
from countoff.channels.slack.work import WORK, Desk, in_thread, is_passing
from countoff.channels.words import read_words
from countoff.errors import StoreError
from countoff.exercises import load_knowledge
from countoff.history import HistoryStore, Inbox, Notes
from countoff.settings import Settings, settings
from countoff.speech.clips import find_pack

logger = logging.getLogger(__name__)


class CoachSlackOutput(CoachOutput):
    """Collects a turn for Slack."""

    @classmethod
    def name(cls) -> str:
        """The channel that responses may have a variant for."""
        return "slack"


class CoachSlackInput(CoachInput):
    """``POST /webhooks/slack/events``: everything that Slack sends, signed; or nothing, in Socket Mode.

    Args:
        chosen: the settings; without a token, or a way for Slack to reach us, the channel stays out.
        delivery: posts messages; by default to the address of the settings.
        shared: what every channel takes.
    """

    output_class = CoachSlackOutput

    def __init__(self, chosen: Settings, delivery: Delivery | None = None, **shared: Any) -> None:
        super().__init__(**shared)
        self._chosen = chosen
        self._delivery = delivery

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "slack"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> CoachSlackInput:
        """Make the channel from the settings."""
        return cls(settings())

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel, and what begins and ends with the server."""
        routes = Blueprint("coach_slack")
        chosen = self._chosen
        if chosen.slack_bot_token is None:
            logger.warning("The Slack channel stays out: COUNTOFF_SLACK_BOT_TOKEN is not set.")
            return routes
        if chosen.slack_app_token is None and chosen.slack_signing_secret is None:
            logger.warning(
                "The Slack channel stays out: COUNTOFF_SLACK_SIGNING_SECRET or COUNTOFF_SLACK_APP_TOKEN must be set."
            )
            return routes
        desk = Desk(Inbox(chosen.database_url))
        store = HistoryStore(chosen.database_url, chosen.retention_days)
        parts = self._parts(chosen.slack_bot_token, store, self._turn(on_new_message, desk, store))
        app = make_app(parts, desk)
        if chosen.slack_app_token is None:
            _open(routes, app, str(chosen.slack_signing_secret))
        _keep_running(routes, app, parts, desk, chosen.slack_app_token)
        return routes

    def _parts(self, token: str, store: HistoryStore, turn: Turn) -> Parts:
        chosen = self._chosen
        words = read_words(SlackWords, NAME, chosen.knowledge)
        return Parts(
            client=make_client(token, chosen.slack_api),
            post=self._delivery or Delivery(token, chosen.slack_api),
            turn=turn,
            conversation_id=self.conversation_id,
            store=store,
            notes=Notes(chosen.database_url),
            knowledge=load_knowledge(chosen.knowledge),
            words=words,
            settings=chosen,
            secret=self.key,
            record=Recordings(find_pack()),
            chart=partial(png, title=words.home_chart),
        )

    def _turn(self, on_new_message: OnNewMessage, desk: Desk, store: HistoryStore) -> Turn:
        async def turn(user: str, text: object, metadata: Mapping[str, Any] | None = None) -> list[Message]:
            work = WORK.get()
            if work is not None and (known := work.next_turn()) is not None:
                return known
            incoming = Incoming(user, text, {**(metadata or {}), "surface": "screen"})
            try:
                replies = await self.take(on_new_message, incoming)
            except RefusalError as refused:
                return [{"text": str(refused) if refused.status == 429 else self.words.apology}]
            if work is not None:
                work.has_erased = await _is_unknown(store, self.conversation_id(user))
                await desk.note_replies(work, replies)
            return replies

        return turn


def _open(routes: Blueprint, app: AsyncApp, secret: str) -> None:
    handler = AsyncSlackRequestHandler(app)

    @routes.get("/")
    async def health(request: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @routes.post("/events", stream=True)
    async def receive(request: Request) -> HTTPResponse:
        try:
            request.body = await read_body(request)
            if not is_signed(request.body, request.headers, secret):
                raise RefusalError(401, "The signature is wrong, or older than five minutes.")
            return await handler.handle(request)
        except RefusalError as refused:
            return refusal(refused)
        except (ValueError, AttributeError, TypeError, LookupError) as error:
            # Bolt reads a body before anything of ours can look at its form.
            logger.warning("Slack sent a body of an unknown form: %s", type(error).__name__)
            return refusal(RefusalError(400, "The body is none that Slack sends."))


def _keep_running(routes: Blueprint, app: AsyncApp, parts: Parts, desk: Desk, app_token: str | None) -> None:
    tasks: list[asyncio.Task[None]] = []
    sockets: list[AsyncSocketModeHandler] = []

    @routes.listener("after_server_start")
    async def begin(*_: Any) -> None:
        tasks.append(asyncio.create_task(greet(parts)))
        tasks.append(asyncio.create_task(parts.player.run()))
        tasks.append(asyncio.create_task(desk.keep_watch(app.async_dispatch)))
        if app_token is not None:
            sockets.append(AsyncSocketModeHandler(app, app_token, web_client=parts.client))
            tasks.append(asyncio.create_task(connect(sockets[0].client)))

    @routes.listener("before_server_stop")
    async def end(*_: Any) -> None:
        for socket in sockets:
            await socket.client.close()
        await desk.close()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1)


async def _is_unknown(store: HistoryStore, conversation: str) -> bool:
    """Whether nothing is kept about a user who has just spoken, as is so after "forget me"."""
    try:
        return (await in_thread(store.load, conversation)).state is None
    except StoreError:
        return False


async def greet(parts: Parts) -> None:
    """Say in the log whether Slack knows us; a token that is wrong would else show with the first answer only."""
    try:
        await parts.client.auth_test()
    except Exception as error:
        _say_why(error, "COUNTOFF_SLACK_BOT_TOKEN")


async def connect(line: AsyncBaseSocketModeClient) -> None:
    """Open the line of Socket Mode, and try again while Slack cannot be reached; not with a token that it refuses."""
    try:
        line.wss_uri = await line.issue_new_wss_url()
    except Exception as error:
        _say_why(error, "COUNTOFF_SLACK_APP_TOKEN")
        if not is_passing(error):
            return
    await line.connect()


def _say_why(error: Exception, token: str) -> None:
    if not (is_passing(error) or isinstance(error, SlackClientError)):
        raise error
    cause = "Slack cannot be reached now" if is_passing(error) else f"Slack refuses {token}"
    logger.warning("%s: %s", cause, type(error).__name__)
