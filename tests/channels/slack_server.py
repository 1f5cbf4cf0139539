"""The Slack channel for the tests' server, and a member of the workspace who sends signed requests to it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rest_server import SECRET as INSTALLATION
from rest_server import Stage

from countoff.channels.slack.channel import CoachSlackInput
from countoff.channels.slack.delivery import Delivery
from countoff.channels.slack.fake import DIRECT, SECRET, TOKEN, FakeSlack
from countoff.channels.slack.fake.requests import encoded, signed
from countoff.settings import Settings

URL = "/webhooks/slack/events"
QUIET_S = 0.3
"""So long nothing is posted where nothing is to be posted."""


def slack_settings(slack: FakeSlack, folder: Path) -> Settings:
    return Settings(
        slack_bot_token=TOKEN,
        slack_signing_secret=SECRET,
        slack_api=slack.api,
        var=folder,
        database_url=f"sqlite:///{folder / 'countoff.db'}",
    )


def slack_channel(slack: FakeSlack, folder: Path, stage: Stage) -> CoachSlackInput:
    delivery = Delivery(TOKEN, slack.api, timeout_s=1, pauses_s=(0.05, 0.05))
    return CoachSlackInput(slack_settings(slack, folder), delivery, limiter=stage, secret=INSTALLATION)


@dataclass
class Sender:
    """Slack, as far as it calls us."""

    client: httpx.Client
    slack: FakeSlack
    database: Path

    def __call__(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        content, kind = encoded(body)
        return self.client.post(URL, content=content, headers=signed(content, kind) | headers)

    def answers(self, body: dict[str, Any], channel: str = DIRECT) -> list[dict[str, Any]]:
        """What is posted in a channel once a request is answered."""
        before = len(self.slack.posted(channel))
        assert self(body).status_code == 200
        self.slack.until(lambda: len(self.slack.posted(channel)) > before)
        return self.slack.posted(channel)[before:]


def stored(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def unfinished(database: Path) -> list[tuple[Any, ...]]:
    """The requests that are not answered yet."""
    return stored(database, "SELECT request FROM inbox WHERE body IS NOT NULL")


def stays(found: Callable[[], Any]) -> Any:
    """What is found now and still is after a while."""
    before = found()
    time.sleep(QUIET_S)
    assert found() == before
    return before
