"""From the body of a web request to a message."""

from __future__ import annotations

from typing import Any

from countoff.channels.base import Incoming
from countoff.channels.body import message_of, read_object
from countoff.channels.refusal import RefusalError
from countoff.channels.web.conversation import read_token
from countoff.channels.web.position import check_position

EXAMPLE = '{"conversation": "…", "message": "hello"}'


def parse(body: bytes, secret: str) -> tuple[str, Incoming]:
    """Read ``{"conversation", "message", "metadata"?}``; other keys are ignored.

    Args:
        body: what the client sent.
        secret: of this installation; it signs the conversation.

    Returns:
        The token of the conversation, and the message; what is read on this channel is always read on a screen.

    Raises:
        RefusalError: the body is not such an object (400), or the conversation is not known (403).
    """
    data = read_object(body, EXAMPLE)
    token = data.get("conversation")
    if token is None:
        raise RefusalError(400, "conversation is missing: what POST conversations gave.", "conversation")
    who = read_token(token, secret)
    return str(token), Incoming(who, message_of(data), _metadata(data))


def _metadata(data: dict[str, Any]) -> object:
    metadata = data.get("metadata")
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        return metadata  # the shared gate says what is wrong with it
    session = metadata.get("session")
    if isinstance(session, dict):
        check_position(session)
    return {**metadata, "surface": "screen"}
