"""From what Slack sends to what was said, by whom and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countoff.channels.slack.parts import Place
from countoff.channels.slack.text import addressee, mentions

SPOKEN = {None, "file_share", "thread_broadcast", "me_message"}
"""Subtypes of a message that somebody has just written; edits and deletions, joins and topics are others."""

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Heard:
    """Something that a user wrote.

    Attributes:
        user: by Slack's id.
        place: where it is to be answered.
        text: as Slack sends it.
        bot: the coach's own user id, where it is known.
        is_addressed: whether it was said to the coach; else it is a word in a thread that the coach may be part of.
    """

    user: str
    place: Place
    text: str
    bot: str | None
    is_addressed: bool


def hear(body: Mapping[str, Any]) -> Heard | None:
    """Read an event; None where it is not for the coach: of a program, edited, or among others.

    In a channel a message that mentions the coach comes twice, as ``message`` and as ``app_mention``; that one counts.
    """
    event = body["event"]
    user, channel, ts = event.get("user"), event.get("channel"), event.get("ts")
    if event.get("subtype") not in SPOKEN or event.get("bot_id") or event.get("edited"):
        return None
    if not (user and channel and ts) or user == SLACKBOT:
        return None
    text, thread, bot = event.get("text") or "", event.get("thread_ts"), _bot(body)
    if event.get("channel_type") == "im":
        return Heard(user, Place(channel, thread), text, bot, is_addressed=True)
    if event["type"] == "app_mention":
        return Heard(user, Place(channel, thread or ts), text, bot or addressee(text), is_addressed=True)
    if thread is None or mentions(text, bot) or addressee(text):
        return None
    return Heard(user, Place(channel, thread), text, bot, is_addressed=False)


def place_of_button(body: Mapping[str, Any]) -> Place:
    """Where the press of a button is answered: in the thread of its message, or for one person alone."""
    container, message = body["container"], body.get("message") or {}
    private = body.get("response_url") if container.get("is_ephemeral") else None
    return Place(container.get("channel_id", ""), container.get("thread_ts") or message.get("thread_ts"), private)


def value_of(element: Mapping[str, Any]) -> str:
    """What was pressed, typed, or chosen in a list; empty where nothing was."""
    return str(element.get("value") or (element.get("selected_option") or {}).get("value") or "")


def _bot(body: Mapping[str, Any]) -> str | None:
    """Whom an event was sent to."""
    return next((a.get("user_id") for a in body.get("authorizations") or [] if a.get("is_bot")), None)
