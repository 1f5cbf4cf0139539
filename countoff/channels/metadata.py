"""What a client may send along with a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countoff.channels.refusal import RefusalError
from countoff.channels.text import clean_text

MAX_DEPTH = 4
"""metadata → session → events → event; its values are plain."""

MAX_VALUES = 2_000
"""Keys and items in all: some 500 reported events."""

MAX_STRING = 200
MAX_NUMBER = 2**53
"""Largest whole number that every JSON reader keeps exactly."""

SURFACES = ("voice", "screen")


def known_metadata(raw: object) -> dict[str, Any]:
    """The parts of a client's metadata that the coach knows; the rest is dropped.

    ``session`` is passed on for the session engine to judge: only its size and shape are bounded here. ``surface``
    says whether the reply is heard (``voice``) or read (``screen``).

    Raises:
        RefusalError: metadata or ``session`` is not an object, or ``session`` is too deep or too large.
    """
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise RefusalError(400, "metadata must be an object.", "metadata")
    known: dict[str, Any] = {}
    if raw.get("surface") in SURFACES:
        known["surface"] = raw["surface"]
    session = raw.get("session")
    if session is not None:
        if not isinstance(session, Mapping):
            raise RefusalError(400, "metadata.session must be an object.", "metadata.session")
        known["session"] = _Bounded().copy(session, 2)
    return known


class _Bounded:
    """Copies JSON while counting what it holds."""

    def __init__(self) -> None:
        self._values = 0

    def copy(self, value: object, depth: int) -> Any:
        self._values += 1
        if self._values > MAX_VALUES:
            raise _wrong(f"holds more than {MAX_VALUES} values; report less at once")
        if isinstance(value, Mapping | list):
            return self._copy_nested(value, depth)
        if isinstance(value, str):
            return _short(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and abs(value) <= MAX_NUMBER:
            return value
        raise _wrong(f"holds a number beyond ±{MAX_NUMBER}")

    def _copy_nested(self, value: Mapping[str, object] | list[object], depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _wrong(f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, list):
            return [self.copy(item, depth + 1) for item in value]
        return {_short(key): self.copy(item, depth + 1) for key, item in value.items()}


def _short(value: str) -> str:
    if len(value) > MAX_STRING:
        raise _wrong(f"holds a text of more than {MAX_STRING} characters")
    return clean_text(value)


def _wrong(what: str) -> RefusalError:
    return RefusalError(400, f"metadata.session {what}.", "metadata.session")
