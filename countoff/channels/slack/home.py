"""App Home: what the coach can do, the user's own sets, and being forgotten."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from countoff.channels.slack.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    """Show the home of whoever opens it."""
