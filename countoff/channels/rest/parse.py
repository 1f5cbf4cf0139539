"""From the body of a REST request to a message."""

from __future__ import annotations

from typing import Any

from countoff.channels.base import Incoming
from countoff.channels.body import message_of, read_object
from countoff.channels.refusal import RefusalError

MAX_SENDER_CHARACTERS = 200
"""Rasa's tracker store keeps 255."""


def parse(body: bytes) -> Incoming:
    """Read ``{"sender", "message", "metadata"?}``; other keys are ignored.

    Raises:
        RefusalError: the body is not such an object (400); the error says which field is wrong, and why.
    """
    data = read_object(body, '{"sender": "anna", "message": "hello"}')
    return Incoming(_sender(data), message_of(data), data.get("metadata"))


def _sender(data: dict[str, Any]) -> str:
    sender = data.get("sender")
    if sender is None:
        raise RefusalError(400, "sender is missing: a text that names the user's conversation.", "sender")
    if not isinstance(sender, str):
        raise RefusalError(400, "sender must be a text.", "sender")
    if not sender.strip():
        raise RefusalError(400, "sender is empty.", "sender")
    if len(sender) > MAX_SENDER_CHARACTERS:
        raise RefusalError(400, f"sender has more than {MAX_SENDER_CHARACTERS} characters.", "sender")
    if not sender.isprintable():
        raise RefusalError(400, "sender holds control or invisible characters.", "sender")
    return sender
