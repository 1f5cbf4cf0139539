"""From the coach's messages to blocks of Slack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from countoff.channels.output import Message
from countoff.channels.slack.words import SlackWords

MOST_BUTTONS = 4
MOST_SECTION = 3_000
"""Characters of a section, and of a line of context."""
MOST_TITLE = 75
MOST_VALUE = 2_000
MOST_BLOCKS = 50
SAY = "say"
"""What the ids of our buttons begin with: ``say.<place>`` in a block ``say.<user>.<block>``."""

Block = dict[str, Any]


def escaped(text: str) -> str:
    """A text in which Slack sees no mention, link or channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rendered(messages: Sequence[Message], user: str, words: SlackWords) -> tuple[str, list[Block]]:
    """One message of Slack for a whole turn.

    Args:
        messages: of the turn.
        user: whose buttons they are, by Slack's id.
        words: of the channel.

    Returns:
        The text for notifications and screen readers, and the blocks.
    """
    blocks: list[Block] = []
    left = MOST_BUTTONS
    for message in messages:
        blocks += _said(message["text"], words)
        buttons = message.get("buttons", [])[:left]
        left -= len(buttons)
        if buttons:
            blocks.append(_buttons(buttons, f"{SAY}.{user}.{len(blocks)}"))
    return escaped("\n\n".join(message["text"] for message in messages)), blocks[:MOST_BLOCKS]


def section(text: str) -> Block:
    """A paragraph; the text is mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def context(text: str) -> Block:
    """A line in small letters; the text is mrkdwn."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def plain_text(text: str) -> Block:
    """A text without mrkdwn, as labels and lists have it."""
    return {"type": "plain_text", "text": text}


def button(title: str, value: str, name: str) -> Block:
    """A button."""
    label = {**plain_text(cut(title, MOST_TITLE)), "emoji": False}
    return {"type": "button", "text": label, "value": value[:MOST_VALUE], "action_id": name}


def pressed(blocks: Sequence[Block], block_id: str, title: str, words: SlackWords) -> list[Block]:
    """The blocks of a message after one of its buttons was pressed: all buttons are gone, and it says which it was.

    Args:
        blocks: of the message.
        block_id: where the button was.
        title: what was on it.
        words: of the channel.
    """
    chosen = context(escaped(words.pressed.format(title=title)))
    marked = [chosen if block.get("block_id") == block_id else block for block in blocks]
    return [block for block in marked if block.get("type") != "actions"]


def cut(text: str, most: int) -> str:
    """A text of so many characters at most."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _said(text: str, words: SlackWords) -> Iterator[Block]:
    said, _, last = text.rpartition("\n")
    is_source = bool(said) and last.startswith(words.source.partition("{")[0])
    for piece in _pieces(escaped(said if is_source else text)):
        yield section(piece)
    if is_source:
        yield context(escaped(last)[:MOST_SECTION])


def _buttons(buttons: Sequence[dict[str, str]], name: str) -> Block:
    elements = [button(b["title"], b["payload"], f"{SAY}.{place}") for place, b in enumerate(buttons)]
    return {"type": "actions", "block_id": name, "elements": elements}


def _pieces(text: str) -> Iterator[str]:
    """A text in parts that Slack takes, cut at the end of a line, a sentence or a word."""
    while len(text) > MOST_SECTION:
        ends = (text.rfind(mark, 1, MOST_SECTION) + len(mark) for mark in ("\n", ". ", " "))
        end = next((end for end in ends if end > MOST_SECTION // 2), MOST_SECTION)
        yield text[:end].strip() or text[:end]
        text = text[end:]
    if text.strip():
        yield text
