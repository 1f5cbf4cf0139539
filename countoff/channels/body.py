"""The JSON of a request's body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from countoff.channels.refusal import RefusalError


def read_object(body: bytes, example: str) -> dict[str, Any]:
    """Read a JSON object.

    Args:
        body: what the client sent.
        example: such a body, for the error.

    Raises:
        RefusalError: the body is not UTF-8, not JSON, or not an object (400).
    """
    try:
        data = json.loads(body.decode("utf-8-sig"), parse_constant=_not_json)
    except UnicodeDecodeError as error:
        raise RefusalError(400, "The body is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise RefusalError(400, "The body is not JSON.") from error
    if not isinstance(data, dict):
        raise RefusalError(400, f"The body must be a JSON object such as {example}.")
    return data


def mapping_in(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a name; an empty one where there is none."""
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def message_of(data: dict[str, Any]) -> str:
    """What the user said, under ``message``.

    Raises:
        RefusalError: it is missing or no text (400).
    """
    message = data.get("message")
    if message is None:
        raise RefusalError(400, "message is missing: a text, which may be empty.", "message")
    if not isinstance(message, str):
        raise RefusalError(400, "message must be a text.", "message")
    return message


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
