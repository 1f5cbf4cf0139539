"""One ``custom`` payload out of all that a turn yielded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WIRE_VERSION = 1
STOP = "stop"

_SAME_SESSION = ("id", "rev", "summary")
"""What a session keeps when a later command of the same turn takes over without saying it again."""


def merge_custom(first: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Join two payloads of one turn: later values win, and nothing known is overwritten with null.

    Two session commands of one turn become one. A stop is never taken back by what comes after it, and never carries
    the plan of another command; it keeps id, rev and summary, from whichever of the two has them.
    """
    merged = {"v": WIRE_VERSION, **_deep(first, later)}
    before, after = first.get("session"), later.get("session")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        merged["session"] = _merge_sessions(before, after)
    return merged


def _merge_sessions(first: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    actions = first.get("action"), later.get("action")
    if None in actions or actions[0] == actions[1]:
        return _deep(first, later)
    kept, other = (first, later) if actions[0] == STOP else (later, first)
    if not _one_session(kept, other):
        return dict(kept)
    inherited = {key: other[key] for key in _SAME_SESSION if other.get(key) is not None}
    return _deep(inherited, kept)


def _one_session(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    ids = {session["id"] for session in (one, other) if session.get("id") is not None}
    return len(ids) < 2


def _deep(first: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(first)
    for key, value in later.items():
        before = merged.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = _deep(before, value)
        elif value is not None or key not in merged:
            merged[key] = value
    return merged
