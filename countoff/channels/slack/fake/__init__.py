"""A server that answers as Slack's Web API does, and fails as it does; for tests.

It keeps what is posted, edited and uploaded, so that a test sees a channel as its members would. ``requests`` has what
Slack sends, ``socket`` its end of the line of Socket Mode.
"""

from countoff.channels.slack.fake.server import FakeSlack
from countoff.channels.slack.fake.workspace import (
    APP,
    APP_TOKEN,
    BOT,
    BOT_USER,
    CHANNEL,
    DIRECT,
    SECRET,
    TEAM,
    TOKEN,
    USER,
)

__all__ = ["APP", "APP_TOKEN", "BOT", "BOT_USER", "CHANNEL", "DIRECT", "SECRET", "TEAM", "TOKEN", "USER", "FakeSlack"]
