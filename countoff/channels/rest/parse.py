"""From the body of a REST request to a message."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from countoff.channels.base import Incoming
from countoff.channels.refusal import RefusalError

MAX_SENDER_CHARACTERS = 200
"""Rasa's tracker store keeps 255."""


def parse(body: bytes) -> Incoming:
    """Read ``{"sender", "message", "metadata"?}``; other keys are ignored.

    Raises:
        RefusalError: the body is not such an object (400); the error says which field is wrong, and why.
    """
    data = _object(body)
    return Incoming(_sender(data), _message(data), data.get("metadata"))


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body.decode("utf-8-sig"), parse_constant=_not_json)
    except UnicodeDecodeError as error:
        raise RefusalError(400, "The body is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise RefusalError(400, "The body is not JSON.") from error
    if not isinstance(data, dict):
        raise RefusalError(400, 'The body must be a JSON object such as {"sender": "anna", "message": "hello"}.')
    return data


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


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


def _message(data: dict[str, Any]) -> str:
    message = data.get("message")
    if message is None:
        raise RefusalError(400, "message is missing: a text, which may be empty.", "message")
    if not isinstance(message, str):
        raise RefusalError(400, "message must be a text.", "message")
    return message
