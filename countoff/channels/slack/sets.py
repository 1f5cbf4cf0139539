"""A set in Slack: nothing counts one here yet, so that whoever starts one is told, and it is ended."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from countoff.channels.output import Message
from countoff.channels.slack.parts import Parts, Place, Player

BEGINS = frozenset({"start", "resume"})


class Nobody(Player):
    """Says that no set is counted in Slack, and ends the one that was begun."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def before(self, user: str, place: Place, session: dict[str, Any]) -> list[Message]:
        """That nothing counts here, ahead of the coach's "here we go"."""
        return [{"text": self._parts.words.no_sets}] if session.get("action") in BEGINS else []

    async def after(self, user: str, place: Place, session: dict[str, Any]) -> None:
        """End a set that nobody hears."""
        if session.get("action") in BEGINS:
            await self._parts.turn(user, self._parts.words.say_stop)


def register(app: AsyncApp, parts: Parts) -> None:
    """Take over what has to do with sets."""
    parts.player = Nobody(parts)
