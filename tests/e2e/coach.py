"""The coach as a client sees it: two real servers, and conversations over REST."""

from __future__ import annotations

import itertools
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from countoff.channels.words import load_words
from countoff.serving import Servers, answers
from countoff.settings import Settings
from countoff.training import ensure_model
from tests.project.repository import domain

READY_WITHIN_S = 180
_numbers = itertools.count(1)
_BLANK = re.compile(r"\\\{\w+\\\}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(_BLANK.sub("(?s:.+)", re.escape(text)))


PATTERNS = {
    name: [_pattern(variant["text"]) for variant in variants] for name, variants in domain()["responses"].items()
}


def is_response(name: str, text: str) -> bool:
    """Whether a text is what this response of domain.yml says, whatever fills its blanks."""
    return any(pattern.fullmatch(text) for pattern in PATTERNS[f"utter_{name}"])


def response_of(text: str) -> str:
    """The response of domain.yml that a text is; the one with the most words of its own where several fit."""
    fitting = [name for name in PATTERNS if is_response(name.removeprefix("utter_"), text)]
    own = {name: max(len(re.findall("[a-z]", _BLANK.sub("", p.pattern))) for p in PATTERNS[name]) for name in fitting}
    best = max(fitting, key=lambda name: own[name], default=None)
    if best is None:
        return f"? {text}"
    return best.removeprefix("utter_") if own[best] else "answer"


def servers_in(var: Path, credentials: Path | None = None, **environment: str) -> Servers:
    """Both servers, not yet started, with a data folder and a database of their own."""
    database = f"sqlite:///{var}/countoff.db"
    settings = Settings(port=free_port(), action_port=free_port(), var=var, database_url=database)
    environment |= {
        "COUNTOFF_VAR": str(var),
        "COUNTOFF_DATABASE_URL": database,
        "COUNTOFF_RATE_PER_SECOND": "1000",
        "PORT": str(settings.port),
        "COUNTOFF_HOST": settings.host,
        "LOG_LEVEL": "WARNING",
    }
    chosen = {} if credentials is None else {"credentials": credentials}
    return Servers(ensure_model(), settings, environment, logs=var / "log", **chosen)


@dataclass
class Reply:
    """All messages of one turn."""

    messages: list[dict[str, Any]]
    seconds: float

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    @property
    def responses(self) -> list[str]:
        return [response_of(text) for text in self.texts]

    @property
    def apologises(self) -> bool:
        """Whether the turn yielded nothing, so that the channel spoke for the coach."""
        return self.texts == [load_words().apology]

    @property
    def custom(self) -> dict[str, Any]:
        found = [message["custom"] for message in self.messages if "custom" in message]
        assert len(found) <= 1, "one message of the turn carries the payload"
        return found[0] if found else {}

    @property
    def session(self) -> dict[str, Any]:
        found: dict[str, Any] = self.custom.get("session", {})
        return found

    def at(self, position_ms: int, **more: Any) -> dict[str, Any]:
        """What the player of this session reports from a place of its plan."""
        return {"id": self.session["id"], "rev": self.session["rev"], "position_ms": position_ms, **more}

    @property
    def action(self) -> str | None:
        return self.session.get("action")

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = self.custom.get("answer", {})
        return found

    @property
    def buttons(self) -> dict[str, str]:
        return {b["title"]: b["payload"] for message in self.messages for b in message.get("buttons", [])}

    def says(self, name: str) -> bool:
        """Whether one message of the turn is this response."""
        return any(is_response(name, text) for text in self.texts)


@dataclass
class Talk:
    """One user's conversation."""

    client: httpx.Client
    actions_are_down: bool = False
    """Whether the next replies are to be an apology; else none of them may be."""
    sender: str = field(default_factory=lambda: f"user-{next(_numbers)}")

    def say(self, text: str, report: dict[str, Any] | None = None, **metadata: Any) -> Reply:
        """One turn; ``report`` is the ``metadata.session`` of a player."""
        body: dict[str, Any] = {"sender": self.sender, "message": text}
        if report is not None:
            metadata["session"] = report
        if metadata:
            body["metadata"] = metadata
        begun = time.perf_counter()
        reply = self.client.post("/webhooks/rest/webhook", json=body)
        seconds = time.perf_counter() - begun
        assert reply.status_code == 200, reply.text
        messages = reply.json()
        assert messages, "every turn yields a message"
        assert all(message["text"].strip() for message in messages), messages
        found = Reply(messages, seconds)
        assert found.apologises is self.actions_are_down, found.texts
        return found

    def finish(self, started: Reply) -> Reply:
        """What is said to the player's report that the set is over."""
        end = started.session["plan"]["duration_ms"]
        return self.say("", report=started.at(end, events=[{"type": "finished", "position_ms": end}]))

    def tell(self, *texts: str) -> Reply:
        """Several turns; the reply to the last."""
        for text in texts:
            reply = self.say(text)
        return reply


@dataclass
class Coach:
    """Both servers, and where they write."""

    servers: Servers
    client: httpx.Client
    var: Path

    def talk(self) -> Talk:
        """A conversation with a user who was never here."""
        return Talk(self.client)

    def stop_actions(self) -> None:
        """Take the action server down."""
        _end(self.servers.actions)

    def start_actions(self) -> None:
        """Start the action server anew and wait for it."""
        _end(self.servers.actions)
        self.servers.start_actions()
        _until(lambda: answers(f"http://127.0.0.1:{self.servers.settings.action_port}/health"))

    def restart_rasa(self) -> None:
        """End the Rasa server, start it anew and wait for it."""
        _end(self.servers.rasa)
        self.servers.start_rasa()
        _until(lambda: answers(f"{self.servers.url}/webhooks/rest/"))

    def written(self) -> list[Path]:
        """Every file below the data folder, logs included."""
        return [path for path in self.var.rglob("*") if path.is_file()]

    def files_with(self, word: str) -> list[str]:
        """Names of the files that hold a word, in whatever form a text is stored."""
        forms = (word.encode(), word.upper().encode(), word.encode("utf-16-le"))
        return [path.name for path in self.written() if any(form in path.read_bytes() for form in forms)]


def _end(process: Any) -> None:
    if process is not None and process.poll() is None:
        process.terminate()
        process.wait(20)


def _until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not ready():
        assert time.monotonic() < deadline, "the server did not come back"
        time.sleep(0.1)
