"""A turn with the coach, from what a user wrote to what is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countoff.channels.output import Message
from countoff.channels.slack.parts import Parts, Place
from countoff.channels.slack.render import rendered


async def answer(parts: Parts, user: str, place: Place, text: object) -> None:
    """Let the coach take a turn, post what it says, and carry out what it commands."""
    position = await parts.player.position(user)
    replies = await parts.turn(user, text, {"session": position} if position else None)
    await show(parts, user, place, replies)


async def show(parts: Parts, user: str, place: Place, replies: Sequence[Message]) -> None:
    """Post the messages of a turn as one, and carry out the command that it holds."""
    session = replies[0].get("custom", {}).get("session")
    first, last = await parts.player.before(user, place, session) if session else ([], [])
    text, blocks = rendered([*first, *replies], user, parts.words)
    # Screen readers and phones say the text and none of the blocks.
    asked = [block["text"]["text"] for block in last if block["type"] == "section"]
    await parts.post(place, "\n\n".join([text, *asked]), [*blocks, *last])
    if session:
        await parts.player.after(user, place, session)


async def direct(parts: Parts, user: str) -> Place:
    """A user's direct messages."""
    opened = await parts.client.conversations_open(users=user)
    return Place(str(opened["channel"]["id"]))


async def tell_privately(parts: Parts, body: Mapping[str, Any], text: str) -> None:
    """Say something to whoever pressed a button, and to nobody else."""
    if body.get("response_url"):
        await parts.post(Place("", response_url=body["response_url"]), text)


async def is_owners(parts: Parts, body: Mapping[str, Any], action: Mapping[str, Any]) -> bool:
    """Whether whoever pressed a button may: its block names them second. Others are told so."""
    is_theirs: bool = action["block_id"].split(".")[1:2] == [body["user"]["id"]]
    if not is_theirs:
        await tell_privately(parts, body, parts.words.not_yours)
    return is_theirs
