"""From the JSON of a verified request to what the channel needs of it. Nothing in it need be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countoff.channels.body import mapping_in


@dataclass(frozen=True)
class Request:
    """A request of Alexa's.

    Attributes:
        kind: such as ``IntentRequest``.
        intent: ``{"name", "slots"?}``; empty where there is none.
        user: Amazon's id of the user for our skill; empty where it is not said.
        speaks: whether a session is open, so that something can be said.
        attributes: what our last answer of this session put away.
        token: of what the AudioPlayer plays or last played.
        offset_ms: how far the AudioPlayer is in it.
    """

    kind: str
    intent: Mapping[str, Any]
    user: str
    speaks: bool
    attributes: Mapping[str, Any]
    token: str
    offset_ms: int

    @property
    def name(self) -> str:
        """The name of the intent."""
        return str(self.intent.get("name") or "")


def parse(data: Mapping[str, Any]) -> Request:
    """Read a request; a part of another form counts as not there."""
    session, context, request = (mapping_in(data, name) for name in ("session", "context", "request"))
    system, player = mapping_in(context, "System"), mapping_in(context, "AudioPlayer")
    # An event of the player tells of itself; else the context tells how the player stands.
    playing = request if "offsetInMilliseconds" in request else player
    user = mapping_in(session, "user").get("userId") or mapping_in(system, "user").get("userId")
    offset = playing.get("offsetInMilliseconds")
    return Request(
        kind=str(request.get("type") or ""),
        intent=mapping_in(request, "intent"),
        user=user if isinstance(user, str) else "",
        speaks=bool(session),
        attributes=mapping_in(session, "attributes"),
        token=str(playing.get("token") or ""),
        offset_ms=offset if isinstance(offset, int) and not isinstance(offset, bool) and offset > 0 else 0,
    )
