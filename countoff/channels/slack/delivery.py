"""Posting a message once, and showing a file once, whatever becomes of Slack's answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from countoff.channels.slack.parts import Place
from countoff.channels.slack.work import WORK, is_passing

PAUSES_S = (1.0, 5.0, 15.0)
"""Waited between attempts, in seconds; after the last the request is left to be taken up again."""

RATE_TRIES = 5
TRIES = 2
TIMEOUT_S = 10
EVENT_TYPE = "countoff_message"
LOOKED_AT = 100
"""So many of the latest messages are looked at for one that may have been posted."""

logger = logging.getLogger(__name__)


def make_client(token: str | None, base_url: str, timeout_s: int = TIMEOUT_S) -> AsyncWebClient:
    """A client that waits as long as Slack tells it to, and asks again where Slack fails."""
    return AsyncWebClient(token, base_url, timeout_s, retry_handlers=_handlers())


def _handlers() -> list[AsyncRetryHandler]:
    return [
        AsyncRateLimitErrorRetryHandler(RATE_TRIES),
        AsyncServerErrorRetryHandler(TRIES),
        AsyncConnectionErrorRetryHandler(TRIES),
    ]


class Delivery:
    """Posts messages and shows files.

    Where it is not known whether a message was posted, it is looked for before it is posted again: Slack keeps a
    mark with it, which nobody sees. A file is looked for by its id.

    Args:
        token: the bot's.
        base_url: of the Web API.
        timeout_s: how long an answer is waited for, in seconds.
        pauses_s: waited between attempts, in seconds.
    """

    def __init__(
        self, token: str, base_url: str, timeout_s: int = TIMEOUT_S, pauses_s: Sequence[float] = PAUSES_S
    ) -> None:
        self._reader = make_client(token, base_url, timeout_s)
        # Nothing but a rate limit says for sure that nothing was posted.
        careful: list[AsyncRetryHandler] = [AsyncRateLimitErrorRetryHandler(RATE_TRIES)]
        self._poster = AsyncWebClient(token, base_url, timeout_s, retry_handlers=careful)
        self._timeout_s = timeout_s
        self._pauses_s = pauses_s

    async def __call__(self, place: Place, text: str, blocks: list[dict[str, Any]] | None = None) -> str:
        """Post a message.

        Returns:
            Its ``ts``; empty where only one person sees it.

        Raises:
            SlackApiError: Slack refuses it, or fails each time.
            ClientError, TimeoutError: Slack cannot be reached, or stays silent.
        """
        if place.response_url is not None:
            return await self._whisper(place.response_url, text, blocks)
        work = WORK.get()
        if work is None:
            # Without a mark it could not be found, and twice is worse than once again when somebody asks.
            return await self._post(place, text, blocks, None)
        mark = work.next_mark()
        look = partial(self._find, place, lambda message: _mark(message) == mark)
        return await self._insist(partial(self._post, place, text, blocks, mark), look, work.is_again)

    async def upload(self, name: str, content: bytes) -> str:
        """Send a file, which nobody sees yet.

        Args:
            name: with its ending.
            content: of the file.

        Returns:
            Its id.

        Raises:
            SlackApiError, SlackRequestError: Slack refuses it, or fails each time.
            ClientError, TimeoutError: Slack cannot be reached, or stays silent.
        """
        return await self._insist(partial(self._upload, name, content))

    async def show(self, place: Place, file: str, title: str, is_again: bool) -> None:
        """Show a file that was sent.

        Args:
            place: where.
            file: its id.
            title: above it.
            is_again: whether it may have been shown already.

        Raises:
            SlackApiError: Slack refuses it, or fails each time.
            ClientError, TimeoutError: Slack cannot be reached, or stays silent.
        """
        look = partial(self._find, place, lambda message: file in _files(message))
        await self._insist(partial(self._show, place, file, title), look, is_again)

    async def _insist(
        self,
        act: Callable[[], Awaitable[str]],
        look: Callable[[], Awaitable[str | None]] | None = None,
        is_in_doubt: bool = False,
    ) -> str:
        """Act, and again where Slack fails; where it matters, first look whether it was done by then."""
        for pause_s in (*self._pauses_s, None):
            try:
                if look is not None and is_in_doubt and (found := await look()):
                    return found
                return await act()
            except (TimeoutError, SlackApiError, ClientError) as error:
                if pause_s is None or not is_passing(error):
                    raise
                logger.warning("Slack did not take something: %s", type(error).__name__)
            is_in_doubt = True
            await asyncio.sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    async def _post(self, place: Place, text: str, blocks: list[dict[str, Any]] | None, mark: str | None) -> str:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"mark": mark}} if mark else None
        posted = await self._poster.chat_postMessage(
            channel=place.channel, thread_ts=place.thread, text=text, blocks=blocks, metadata=metadata,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        return str(posted["ts"])

    async def _upload(self, name: str, content: bytes) -> str:
        asked = await self._reader.files_getUploadURLExternal(filename=name, length=len(content))
        timeout = ClientTimeout(self._timeout_s)
        async with (
            ClientSession(timeout=timeout, trust_env=True) as session,
            session.post(asked["upload_url"], data=content) as sent,
        ):
            if sent.status >= 500 or sent.status == 429:
                raise ClientError(f"status {sent.status}")
            if sent.status != 200:
                raise SlackRequestError(f"status {sent.status}")
        return str(asked["file_id"])

    async def _show(self, place: Place, file: str, title: str) -> str:
        await self._poster.files_completeUploadExternal(
            files=[{"id": file, "title": title}], channel_id=place.channel, thread_ts=place.thread
        )
        return ""

    async def _find(self, place: Place, is_it: Callable[[dict[str, Any]], bool]) -> str | None:
        """The ``ts`` of one of the latest messages."""
        if place.thread is None:
            seen = await self._reader.conversations_history(
                channel=place.channel, limit=LOOKED_AT, include_all_metadata=True
            )
        else:
            seen = await self._reader.conversations_replies(
                channel=place.channel, ts=place.thread, limit=LOOKED_AT, include_all_metadata=True
            )
        return next((str(message["ts"]) for message in seen["messages"] if is_it(message)), None)

    async def _whisper(self, url: str, text: str, blocks: list[dict[str, Any]] | None) -> str:
        client = AsyncWebhookClient(url, self._timeout_s, retry_handlers=_handlers())
        # The client asks again after a limit or a broken line, not after an error of Slack's.
        for pause_s in (*self._pauses_s, None):
            sent = await client.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=False)
            if sent.status_code < 500 or pause_s is None:
                break
            await asyncio.sleep(pause_s)
        if sent.status_code != 200:
            logger.warning("Slack did not take a message for one person: status %s", sent.status_code)
        return ""


def _mark(message: dict[str, Any]) -> str | None:
    mark: str | None = message.get("metadata", {}).get("event_payload", {}).get("mark")
    return mark


def _files(message: dict[str, Any]) -> list[str]:
    return [file["id"] for file in message.get("files") or []]
