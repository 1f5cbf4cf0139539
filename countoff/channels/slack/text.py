"""What a user wrote in Slack, as plain text."""

from __future__ import annotations

import html
import re

from countoff.channels.text import MAX_RAW_CHARACTERS

_ADDRESSED = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>")
_TAG = re.compile(r"<([@#!]?)([^<>|\n]*)(?:\|([^<>\n]*))?>")
# Not a time of day: 10:30:15.
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*:(?::skin-tone-[2-6]:)?(?!\w)")
_QUOTE = re.compile(r"^[ \t]*(?:>{1,3}|&gt;)[ \t]?", re.MULTILINE)
_FENCE = re.compile(r"```")
_MARKS = re.compile(r"(?<![^\s\"'(*_~`])([*_~`])(?=\S)([^\n]{0,400}?\S)\1(?![^\s.,;:!?\"')*_~`])")
_DEPTH = 4
"""Bold within italic within struck-out code, and no deeper."""


def plain(text: str, bot: str | None, someone: str) -> str:
    """The words of a message: no formatting, mentions, links or emoji codes.

    Args:
        text: as Slack sends it: mrkdwn, with ``&``, ``<`` and ``>`` escaped.
        bot: the coach's own user id; its mention is left out.
        someone: stands for a mention of somebody else.
    """
    if len(text) > MAX_RAW_CHARACTERS:
        return text  # too long to be answered, whatever stands in it
    text = _FENCE.sub(" ", _QUOTE.sub("", text))
    text = _EMOJI.sub(" ", _TAG.sub(lambda tag: _shown(tag, bot, someone), text))
    for _ in range(_DEPTH):
        text = _MARKS.sub(r"\2", text)
    lines = (" ".join(line.split()) for line in html.unescape(text).splitlines())
    return "\n".join(line for line in lines if line)


def addressee(text: str) -> str | None:
    """The user id that a message begins with, as one does when one speaks to somebody."""
    found = _ADDRESSED.match(text)
    return found[1] if found else None


def mentions(text: str, user: str | None) -> bool:
    """Whether a message mentions this user."""
    return user is not None and re.search(rf"<@{re.escape(user)}[|>]", text) is not None


def _shown(tag: re.Match[str], bot: str | None, someone: str) -> str:
    kind, name, label = tag.groups()
    if kind == "@":
        return " " if name == bot else someone
    if kind == "#":
        return f"#{label}" if label else " "
    if kind == "!":
        return (label or "") if name.startswith(("date", "subteam")) else " "
    return label or name.removeprefix("mailto:")
