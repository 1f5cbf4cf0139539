"""Somebody in a workspace of Slack, who reaches the real servers over HTTP or over the line of Socket Mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from countoff.channels.slack.fake import CHANNEL, FakeSlack
from countoff.channels.slack.fake.requests import command, encoded, message, press, signed, submission

URL = "/webhooks/slack/events"
ACKNOWLEDGED_WITHIN_S = 3.0
_numbers = count(1)

Deliver = Callable[[dict[str, Any]], dict[str, Any]]
"""Sends what Slack sends; returns what came with the acknowledgement."""


def over_http(client: httpx.Client) -> Deliver:
    """Slack as a caller of the server's address."""

    def deliver(body: dict[str, Any]) -> dict[str, Any]:
        content, kind = encoded(body)
        sent = client.post(URL, content=content, headers=signed(content, kind))
        assert sent.status_code == 200, sent.text
        assert sent.elapsed.total_seconds() < ACKNOWLEDGED_WITHIN_S
        return dict(sent.json()) if sent.content else {}

    return deliver


@dataclass
class Member:
    """Somebody in the workspace, beside whom nobody else speaks meanwhile."""

    slack: FakeSlack
    send: Deliver
    user: str = field(default_factory=lambda: f"U0E2E{next(_numbers)}")

    def __post_init__(self) -> None:
        self.slack.workspace.users[self.user] = {"id": self.user, "tz_offset": 0}
        self.direct = f"D{self.user[1:]}"
        self.slack.workspace.known.add(self.direct)

    def answers(self, channel: str | None = None, thread: str | None = None) -> list[dict[str, Any]]:
        here = self.slack.posted(channel or self.direct)
        return [m for m in here if thread is None or m.get("thread_ts") == thread]

    def says(self, text: str) -> dict[str, Any]:
        """One direct message, and the answer to it."""
        before = len(self.answers())
        self.send(message(text, self.user, self.direct))
        self.slack.until(lambda: len(self.answers()) > before)
        return self.answers()[before]

    def presses(self, posted: dict[str, Any], title: str) -> None:
        """A button below a direct message."""
        self.send(press(self.slack, dict(posted), title, self.user, self.direct))

    def opens_the_form(self) -> dict[str, Any]:
        """The command that opens it, and the form."""
        known = set(self.slack.workspace.views)
        self.send(command(self.slack, "set", self.user, CHANNEL))
        name = self.slack.until(lambda: self.slack.workspace.views.keys() - known).pop()
        return self.slack.workspace.views[name]

    def submits(self, form: dict[str, Any], **filled: str) -> dict[str, Any]:
        """What comes back at once: nothing, or what is wrong."""
        return self.send(submission(self.slack, form, self.user, **filled))

    def recordings(self) -> list[dict[str, Any]]:
        """The messages of recordings that wait to be played."""
        return [m for m in self.answers() if "I pressed play" in titles(m)]


def titles(posted: dict[str, Any]) -> list[str]:
    """What is on the buttons of a message."""
    rows = [block["elements"] for block in posted.get("blocks") or [] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row if element["type"] == "button"]
