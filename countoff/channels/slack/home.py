"""App Home: what the coach can do, the user's own sets, and being forgotten."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError, SlackRequestError

from countoff.channels.slack.choosing import opener
from countoff.channels.slack.parts import Parts
from countoff.channels.slack.render import Block, button, context, escaped, plain_text, section
from countoff.channels.slack.words import SlackWords
from countoff.channels.slack.work import in_thread, now_ms
from countoff.errors import StoreError
from countoff.history import LogEntry

FORGET = "home.forget"
MOST_CHARTED = 30
MOST_LISTED = 5
PICTURE = "slack chart "
"""What the names of the notes about pictures begin with."""

logger = logging.getLogger(__name__)


def register(app: AsyncApp, parts: Parts) -> None:
    """Show the home of whoever opens it."""

    async def open_home(event: dict[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await _publish(parts, event["user"])

    async def forget(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        user = body["user"]["id"]
        picture = await _picture_note(parts, user)
        await parts.turn(user, parts.words.say_forget)
        last = await parts.turn(user, parts.words.say_yes)
        if picture:
            await _delete(parts, picture["file"])
        await _publish(parts, user, last[-1]["text"])

    app.event("app_home_opened")(open_home)
    app.action(FORGET)(forget)


def view(user: str, words: SlackWords, history: Sequence[Block], said: str | None) -> dict[str, Any]:
    """The home.

    Args:
        user: whose it is, by Slack's id.
        words: of the channel.
        history: what is shown of the user's sets.
        said: what the coach has just said, if this page asked it something.
    """
    blocks = [
        {"type": "header", "text": plain_text(words.home_title)},
        *([section(escaped(said))] if said else []),
        section(words.home_text),
        section(words.home_how),
        opener(user, words),
        context(words.home_notice),
        {"type": "divider"},
        section(f"*{words.home_history}*"),
        *history,
        {"type": "divider"},
        {"type": "actions", "elements": [_forget_button(words)]},
    ]
    return {"type": "home", "blocks": blocks}


def listed(entries: Sequence[LogEntry], words: SlackWords) -> list[Block]:
    """The sessions that ended last, the latest first, in words."""
    rows = [
        words.home_row.format(
            day=f"{datetime.fromtimestamp(entry.ended_ms / 1000):%-d %b}",
            exercise=entry.exercise.replace("-", " "),
            reps=entry.reps_left + entry.reps_right,
            sets=words.home_set if entry.sets == 1 else words.home_sets.format(sets=entry.sets),
        )
        for entry in reversed(entries[-MOST_LISTED:])
    ]
    return [section(escaped("\n".join(rows) or words.home_empty))]


async def _publish(parts: Parts, user: str, said: str | None = None) -> None:
    words = parts.words
    try:
        entries = await in_thread(parts.store.recent, parts.conversation_id(user), MOST_CHARTED)
        text, picture = listed(entries, words), await _picture(parts, user, entries)
    except StoreError as error:
        logger.warning("The history cannot be read: %s", error)
        text, picture = [section(words.home_away)], []
    try:
        await parts.client.views_publish(user_id=user, view=view(user, words, [*picture, *text], said))
    except SlackApiError:
        # Slack refuses a picture that it has not yet looked at, or that somebody deleted.
        if not picture:
            raise
        await parts.client.views_publish(user_id=user, view=view(user, words, text, said))


async def _picture(parts: Parts, user: str, entries: Sequence[LogEntry]) -> list[Block]:
    """The chart as a file of Slack, uploaded where there is none of these sets; nothing where that fails."""
    if not entries or parts.chart is None:
        return []
    digest = hashlib.sha256(repr(entries).encode()).hexdigest()
    known = await _picture_note(parts, user)
    try:
        if known is None or known["digest"] != digest:
            content = await in_thread(parts.chart, entries)
            sent = await parts.client.files_upload_v2(
                filename="sets.png", content=content, alt_txt=parts.words.home_chart
            )
            if known is not None:
                await _delete(parts, known["file"])
            known = {"digest": digest, "file": sent["file"]["id"]}
            await in_thread(parts.notes.put, _name(parts, user), parts.conversation_id(user), known, now_ms())
    except (TimeoutError, SlackApiError, SlackRequestError, ClientError) as error:
        logger.warning("The chart cannot be shown: %s", type(error).__name__)
        return []
    return [{"type": "image", "slack_file": {"id": known["file"]}, "alt_text": parts.words.home_chart}]


async def _delete(parts: Parts, file: str) -> None:
    try:
        await parts.client.files_delete(file=file)
    except (TimeoutError, SlackApiError, ClientError) as error:
        logger.warning("A chart of the past cannot be deleted: %s", type(error).__name__)


async def _picture_note(parts: Parts, user: str) -> dict[str, Any] | None:
    return await in_thread(parts.notes.get, _name(parts, user))


def _name(parts: Parts, user: str) -> str:
    return f"{PICTURE}{parts.conversation_id(user)}"


def _forget_button(words: SlackWords) -> Block:
    labels = {"title": words.home_forget_title, "confirm": words.home_forget_yes, "deny": words.home_forget_no}
    sure = {name: plain_text(text) for name, text in labels.items()}
    sure["text"] = plain_text(words.home_forget_text)
    return {**button(words.home_forget, FORGET, FORGET), "style": "danger", "confirm": {**sure, "style": "danger"}}
