"""A counted set in Slack."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from countoff.channels.slack.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    """Take over what has to do with sets; ``parts.player`` becomes the one who plays them."""
