"""A visitor of the chat: what one does there, and what one sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, Route, expect

from countoff.channels.web.words import load_web_words
from tests.browser.conftest import Site

STUB = (Path(__file__).parent / "stub_player.js").read_text(encoding="utf-8")
WORDS = load_web_words().words["chat"]
FOR_ALL = {"Access-Control-Allow-Origin": "*"}
MESSAGES = re.compile("/webhooks/web/messages$")
KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('countoff.chat'))"
"""What the chat keeps, as keys and texts."""

Answer = Callable[[Route], Any]


def word(key: str, **blanks: object) -> str:
    """A text of the chat."""
    return str(WORDS[key]).format(**blanks)


def without_player(page: Page) -> Page:
    """Put the stub in the player's place; before the page is loaded."""
    page.route("**/player/player.js", lambda r: r.fulfill(body=STUB, content_type="text/javascript", headers=FOR_ALL))
    page.route("**/player/player.css", lambda r: r.fulfill(body="", content_type="text/css", headers=FOR_ALL))
    return page


def reply(*texts: str, **first: Any) -> dict[str, Any]:
    """A reply of the wire form; ``first`` is added to its first message."""
    messages = [{"recipient_id": "t", "text": text} for text in texts]
    messages[0].update(first)
    return {"messages": messages}


@dataclass
class Visitor:
    """One page with the widget."""

    page: Page
    asked: list[str] = field(default_factory=list)
    """Messages that the page sent while the server was played by the test."""

    @property
    def coach(self) -> Locator:
        """What the coach said."""
        return self.page.locator("countoff-coach .entry.coach")

    @property
    def own(self) -> Locator:
        """What the visitor said."""
        return self.page.locator("countoff-coach .entry.user")

    @property
    def notes(self) -> Locator:
        return self.page.locator("countoff-coach .note")

    @property
    def field(self) -> Locator:
        return self.page.get_by_label(word("input"))

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def suggestions(self) -> Locator:
        return self.page.get_by_role("group", name=word("suggestions")).get_by_role("button")

    def button(self, key: str) -> Locator:
        """A button by the key of its name."""
        return self.page.get_by_role("button", name=word(key), exact=True)

    def say(self, text: str) -> None:
        """Write a message and send it."""
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str) -> str:
        """Send a message; the first text that comes back."""
        before = self.coach.count() if self.own.count() else 0
        self.say(text)
        expect(self.coach.nth(before)).to_be_visible()
        return self.coach.nth(before).inner_text()

    @contextmanager
    def server(self, answer: Answer) -> Iterator[None]:
        """Play the server for messages, for a while."""

        def play(route: Route) -> None:
            self.asked.append(json.loads(route.request.post_data or "{}").get("message"))
            answer(route)

        self.page.route(MESSAGES, play)
        yield
        self.page.unroute(MESSAGES)

    def player(self, script: str) -> Any:
        """Run a piece of JavaScript with the stub as ``player``."""
        return self.page.evaluate(f"() => {{ const player = globalThis.player; {script} }}")

    def did(self, what: str) -> list[Any]:
        """What the stub was told, of one kind."""
        return [call[1:] for call in self.player("return player.did") if call[0] == what]


def says(body: dict[str, Any], status: int = 200, **headers: str) -> Answer:
    """A server that always answers the same."""
    return lambda route: route.fulfill(status=status, json=body, headers=headers)


def in_turn(*answers: Answer) -> Answer:
    """A server that gives each of these answers once."""
    left = iter(answers)

    def answer(route: Route) -> None:
        next(left)(route)

    return answer


def finish_a_set(site: Site, token: str, effort: str, reps: int = 2) -> None:
    """A set that ended just now, told as a player tells it."""

    def say(message: str, session: dict[str, Any] | None = None) -> dict[str, Any]:
        body = {"conversation": token, "message": message, "metadata": {"session": session} if session else {}}
        said: dict[str, Any] = httpx.post(f"{site.url}messages", json=body, timeout=30).json()["messages"][0]
        return said

    begun = say(f"start {reps} reps without a band")["custom"]["session"]
    end_ms = begun["plan"]["duration_ms"]
    done = {"type": "finished", "position_ms": end_ms, "at": 1_767_225_600_000}
    say("", {"id": begun["id"], "rev": begun["rev"], "position_ms": end_ms, "events": [done]})
    say(f"It was {effort}.")
