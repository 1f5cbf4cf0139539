"""Messages, mentions, threads, the command, and the buttons below an answer."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from countoff.channels.slack.answering import answer, is_owners
from countoff.channels.slack.choosing import open_form, opener
from countoff.channels.slack.parse import Heard, hear, place_of_button
from countoff.channels.slack.parts import Parts, Place
from countoff.channels.slack.render import SAY, escaped, pressed, section
from countoff.channels.slack.text import plain
from countoff.channels.slack.work import in_thread, now_ms

COMMAND = "/coach"

logger = logging.getLogger(__name__)


def register(app: AsyncApp, parts: Parts) -> None:
    """Answer what users write and press."""

    async def listen(body: dict[str, Any]) -> None:
        heard = hear(body)
        if heard is None or not (heard.is_addressed or await _takes_part(parts, heard)):
            return
        if heard.is_addressed and heard.place.thread:
            await _remember(parts, heard)
        said = _said(parts, heard)
        if said is not None and _asks_for_form(said, parts):
            await _offer_form(parts, heard.user, heard.place, parts.words.form_here)
        else:
            await answer(parts, heard.user, heard.place, said)

    async def obey(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack()
        place = Place(command["channel_id"], response_url=command["response_url"])
        text = plain(command.get("text") or "", None, parts.words.someone)
        user = command["user_id"]
        if _asks_for_form(text, parts):
            await open_form(parts, user, command["trigger_id"], place)
        elif text:
            await answer(parts, user, place, text)
        else:
            await _offer_form(parts, user, place, parts.words.command)

    async def press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        if not await is_owners(parts, body, action):
            return
        user = body["user"]["id"]
        # Whatever hurts must not wait until a button is repainted.
        await asyncio.gather(answer(parts, user, place_of_button(body), action["value"]), _mark(parts, body, action))

    app.event("message")(listen)
    app.event("app_mention")(listen)
    app.command(COMMAND)(obey)
    app.action({"action_id": re.compile(rf"{SAY}\.\d"), "block_id": re.compile(rf"{SAY}\..+")})(press)


def _asks_for_form(text: str, parts: Parts) -> bool:
    return text.casefold() in (parts.words.say_form, parts.words.form_title.casefold())


async def _offer_form(parts: Parts, user: str, place: Place, text: str) -> None:
    """Say something above a button that opens the form: a message alone cannot open it."""
    await parts.post(place, escaped(text), [section(escaped(text)), opener(user, parts.words)])


async def _mark(parts: Parts, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Show which button was pressed; a message that one person sees cannot be changed without losing its words."""
    message, channel = body.get("message"), body["container"].get("channel_id")
    if not message or body["container"].get("is_ephemeral"):
        return
    blocks = pressed(message.get("blocks", []), action["block_id"], action["text"]["text"], parts.words)
    try:
        await parts.client.chat_update(channel=channel, ts=message["ts"], text=message.get("text", ""), blocks=blocks)
    except (TimeoutError, SlackApiError, ClientError) as error:
        logger.warning("A button cannot be marked as pressed: %s", type(error).__name__)


def _said(parts: Parts, heard: Heard) -> str | None:
    """The words of a message; None for a file or emoji alone."""
    text = plain(heard.text, heard.bot, parts.words.someone)
    if text:
        return text
    only_mention = heard.bot is not None and re.fullmatch(rf"\s*<@{heard.bot}(\|[^>]*)?>\s*", heard.text)
    return parts.words.say_nothing if only_mention else None


def _note(parts: Parts, heard: Heard) -> str:
    return f"slack thread {parts.conversation_id(heard.user)} {heard.place.channel} {heard.place.thread}"


async def _takes_part(parts: Parts, heard: Heard) -> bool:
    """Whether this user has asked the coach into this thread."""
    return await in_thread(parts.notes.get, _note(parts, heard)) is not None


async def _remember(parts: Parts, heard: Heard) -> None:
    await in_thread(parts.notes.put, _note(parts, heard), parts.conversation_id(heard.user), {}, now_ms())
