"""Choosing a set in a form, and asking the coach for it."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from countoff.channels.slack import modal
from countoff.channels.slack.answering import answer, direct, is_owners
from countoff.channels.slack.parse import place_of_button
from countoff.channels.slack.parts import Parts, Place
from countoff.channels.slack.render import Block, button
from countoff.channels.slack.words import SlackWords
from countoff.channels.slack.work import in_thread
from countoff.errors import StoreError

CHOOSE = "choose"
"""The id of the button that opens the form, in a block ``choose.<user>``, and of the shortcut that does."""
TOO_LATE = {"expired_trigger_id", "invalid_trigger_id"}
OPEN_ALREADY = "exchanged_trigger_id"

logger = logging.getLogger(__name__)


def opener(user: str, words: SlackWords) -> Block:
    """A row with the button that opens the form."""
    element = {**button(words.form_title, CHOOSE, CHOOSE), "style": "primary"}
    return {"type": "actions", "block_id": f"{CHOOSE}.{user}", "elements": [element]}


async def open_form(parts: Parts, user: str, trigger: str, place: Place) -> None:
    """Open the form.

    Args:
        parts: of the channel.
        user: by Slack's id.
        trigger: what Slack has given with a press or a command; it can be used once and for three seconds.
        place: where the set goes; without a channel it goes to the direct messages.

    Raises:
        SlackApiError: Slack refuses the form, or fails.
    """
    form = modal.view(parts.knowledge, parts.words, await _usual(parts, user), place)
    try:
        await parts.client.views_open(trigger_id=trigger, view=form)
    except SlackApiError as error:
        code = error.response.get("error")
        if code in TOO_LATE:
            await parts.post(await _reachable(parts, user, place), parts.words.form_late)
        elif code != OPEN_ALREADY:
            raise


async def _usual(parts: Parts, user: str) -> modal.Choice:
    try:
        last = await in_thread(parts.store.recent, parts.conversation_id(user), 1)
    except StoreError as error:
        logger.warning("The last set cannot be read: %s", error)
        last = []
    return modal.usual(parts.knowledge, last[0] if last else None)


async def _reachable(parts: Parts, user: str, place: Place) -> Place:
    return place if place.channel or place.response_url else await direct(parts, user)


def register(app: AsyncApp, parts: Parts) -> None:
    """Open the form where it is asked for, and take what was chosen in it."""

    async def press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        if not await is_owners(parts, body, action):
            return
        await open_form(parts, body["user"]["id"], body["trigger_id"], place_of_button(body))

    async def take_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await open_form(parts, body["user"]["id"], body["trigger_id"], Place(""))

    async def submit(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        chosen = modal.read(parts.knowledge, parts.words, view)
        if not isinstance(chosen, modal.Choice):
            await ack(response_action="errors", errors=chosen)
            return
        await ack()
        user = body["user"]["id"]
        place = await _reachable(parts, user, modal.place_of(view))
        await answer(parts, user, place, chosen.sentence(parts.knowledge, parts.words))

    app.action(CHOOSE)(press)
    app.shortcut(CHOOSE)(take_shortcut)
    app.view(modal.FORM)(submit)
