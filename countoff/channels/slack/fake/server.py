"""The server: it keeps every request, and answers as it is told to."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from countoff.channels.slack.fake.methods import METHODS
from countoff.channels.slack.fake.rules import SlackRefusal, check_blocks, check_text
from countoff.channels.slack.fake.workspace import APP_TOKEN, TOKEN, Arguments, Workspace
from countoff.fake_server import FakeHandler, FakeServer

SILENCE_S = 60.0


@dataclass
class Call:
    """One request as it came."""

    method: str
    arguments: Arguments


class FakeSlack(FakeServer):
    """Listens on 127.0.0.1 while it is entered.

    Args:
        port: where it listens; 0 takes a free one.

    Attributes:
        calls: every request to a method, in order, refused ones too.
        workspace: what it holds now.
    """

    def __init__(self, port: int = 0) -> None:
        self.calls: list[Call] = []
        self.workspace = Workspace()
        self._moods: dict[str, list[str]] = defaultdict(list)
        super().__init__(type("Handler", (_Handler,), {"slack": self}), port)
        self.workspace.address = self.address

    def reset(self) -> None:
        """Forget what was asked and what is held."""
        self.calls.clear()
        self._moods.clear()
        self.workspace = Workspace(address=self.address, socket=self.workspace.socket)

    @property
    def api(self) -> str:
        """The base address of the methods."""
        return f"{self.address}/api/"

    @property
    def response_url(self) -> str:
        """An address as a command or an interaction brings it."""
        return f"{self.address}/response/{self.workspace.new_id('')}"

    def next(self, method: str, *moods: str) -> None:
        """Answer the next requests to a method so, one after the other; see ``MOODS``."""
        self._moods[method].extend(moods)

    def posted(self, channel: str | None = None) -> list[dict[str, Any]]:
        """The messages of a channel, or of all."""
        channels = self.workspace.channels
        return [m for name, messages in channels.items() if channel in (None, name) for m in messages]

    def called(self, method: str) -> list[Arguments]:
        """The arguments of every request to a method."""
        return [call.arguments for call in self.calls if call.method == method]

    def until(self, met: Callable[[], Any], within_s: float = 10) -> Any:
        """Wait for something that is not nothing, and return it.

        Raises:
            AssertionError: it did not come about.
        """
        deadline = time.monotonic() + within_s
        while not (found := met()):
            if time.monotonic() > deadline:
                raise AssertionError(f"Slack was asked only for {[call.method for call in self.calls]}")
            time.sleep(0.02)
        return found

    def note(self, method: str, arguments: Arguments) -> str:
        """Keep a request, and say how it is answered."""
        with self.workspace.lock:
            self.calls.append(Call(method, arguments))
            moods = self._moods[method]
            return moods.pop(0) if moods else "answers"


class _Handler(FakeHandler):
    slack: FakeSlack

    def do_GET(self) -> None:  # noqa: N802 (the name is the library's)
        self._receive(b"")

    def do_POST(self) -> None:  # noqa: N802 (the name is the library's)
        self._receive(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def answer(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def _receive(self, body: bytes) -> None:
        _, area, *rest = urlsplit(self.path).path.split("/")
        name = rest[0] if rest else ""
        if area == "upload":
            MOODS[self.slack.note("upload", {"id": name, "length": len(body)})](self, lambda: self._upload(name, body))
            return
        arguments = self._arguments(body)
        method = name if area == "api" else "response_url"
        mood = self.slack.note(method, arguments)
        MOODS[mood](self, lambda: self._respond(arguments) if area == "response" else self._call(method, arguments))

    def _arguments(self, body: bytes) -> Arguments:
        arguments: Arguments = dict(parse_qsl(urlsplit(self.path).query))
        if self.headers.get_content_type() == "application/json":
            return arguments | dict(json.loads(body or b"{}"))
        arguments |= dict(parse_qsl(body.decode()))
        for key in ("blocks", "view", "files", "metadata"):
            if isinstance(arguments.get(key), str):
                arguments[key] = json.loads(arguments[key])
        return arguments

    def _call(self, method: str, arguments: Arguments) -> tuple[int, bytes, str]:
        try:
            self._check_token(method, arguments)
            if method not in METHODS:
                raise SlackRefusal("unknown_method")
            with self.slack.workspace.lock:
                found = {"ok": True, **METHODS[method](self.slack.workspace, arguments)}
        except SlackRefusal as refused:
            found = {"ok": False, "error": refused.code, **refused.more}
        return 200, json.dumps(found).encode(), "application/json"

    def _check_token(self, method: str, arguments: Arguments) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.pop("token", "")
        if not token:
            raise SlackRefusal("not_authed")
        if token not in (TOKEN, APP_TOKEN):
            raise SlackRefusal("invalid_auth")
        if (token == APP_TOKEN) != (method == "apps.connections.open"):
            raise SlackRefusal("not_allowed_token_type")

    def _respond(self, arguments: Arguments) -> tuple[int, bytes, str]:
        try:
            check_text(arguments)
            check_blocks(arguments)
        except SlackRefusal as refused:
            return 400, refused.code.encode(), "text/plain"
        self.slack.workspace.private.append(arguments)
        return 200, b"ok", "text/plain"

    def _upload(self, name: str, body: bytes) -> tuple[int, bytes, str]:
        known = self.slack.workspace.files.get(name)
        if known is None or known["length"] != len(body):
            return 400, b"", "text/plain"
        known["data"] = body
        return 200, f"OK - {len(body)}".encode(), "text/plain"


Done = Callable[[], tuple[int, bytes, str]]


def _answers(handler: _Handler, done: Done) -> None:
    handler.answer(*done())


def _throttles(handler: _Handler, done: Done) -> None:
    handler.answer(429, b'{"ok": false, "error": "ratelimited"}', Retry_After="1")


def _fails(handler: _Handler, done: Done) -> None:
    handler.answer(500, b"<html><body>Server error</body></html>", "text/html")


def _fails_after(handler: _Handler, done: Done) -> None:
    done()
    _fails(handler, done)


def _waits(handler: _Handler, done: Done) -> None:
    handler.slack.ended.wait(SILENCE_S)
    handler.close_connection = True


def _waits_after(handler: _Handler, done: Done) -> None:
    done()
    _waits(handler, done)


def _cuts(handler: _Handler, done: Done) -> None:
    handler.close_connection = True


def _refuses(handler: _Handler, done: Done) -> None:
    handler.answer(200, b'{"ok": false, "error": "invalid_auth"}')


MOODS: dict[str, Callable[[_Handler, Done], None]] = {
    "answers": _answers,
    "throttles": _throttles,
    "fails": _fails,
    "fails after doing it": _fails_after,
    "does not answer": _waits,
    "does it and does not answer": _waits_after,
    "cuts": _cuts,
    "refuses the token": _refuses,
}
"""How a request can be answered."""
