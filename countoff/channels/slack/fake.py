"""A server that answers as Slack's Web API does, and fails as it does; for tests.

It keeps what is posted, edited and uploaded, so that a test sees a channel as its members would.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from countoff.channels.slack.fake_rules import SlackRefusal, check_blocks, check_text, check_view

TOKEN = "xoxb-1-fake"  # noqa: S105
APP_TOKEN = "xapp-1-fake"  # noqa: S105
SECRET = "a signing secret of the tests"  # noqa: S105
TEAM, APP, BOT, BOT_USER, USER = "T0TEAM", "A0APP", "B0BOT", "U0BOT", "U0ANNA"
CHANNEL, DIRECT = "C0GENERAL", "D0ANNA"
SILENCE_S = 60.0

Arguments = dict[str, Any]


@dataclass
class Call:
    """One request as it came."""

    method: str
    arguments: Arguments


@dataclass
class Workspace:
    """What a workspace holds."""

    channels: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """The messages of every channel, thread messages among them, oldest first."""
    private: list[dict[str, Any]] = field(default_factory=list)
    """What only one person sees."""
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The App Home by user."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id: filename, length, data, and where it was shared."""
    reactions: list[Arguments] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    snoozed: set[str] = field(default_factory=set)
    """Who has notifications off."""
    known: set[str] = field(default_factory=lambda: {CHANNEL, DIRECT})
    """Channels that the bot is in."""


class FakeSlack:
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
        self.workspace.users[USER] = {"id": USER, "tz": "Europe/Berlin", "tz_offset": 3600, "is_bot": False}
        self.ended = Event()
        self._moods: dict[str, list[str]] = defaultdict(list)
        self._numbers = count(1)
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def address(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api(self) -> str:
        """The base address of the methods."""
        return f"{self.address}/api/"

    @property
    def response_url(self) -> str:
        """An address as a command or an interaction brings it."""
        return f"{self.address}/response/{next(self._numbers)}"

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

    def new_ts(self) -> str:
        """A time stamp later than all before it."""
        return f"{1_760_000_000 + next(self._numbers)}.000100"

    def new_id(self, prefix: str) -> str:
        """An id as Slack makes them."""
        return f"{prefix}{next(self._numbers):06}"

    def __enter__(self) -> FakeSlack:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, method: str, arguments: Arguments) -> str:
        """Keep a request, and say how it is answered."""
        with self._lock:
            self.calls.append(Call(method, arguments))
            moods = self._moods[method]
            return moods.pop(0) if moods else "answers"

    @contextmanager
    def changing(self) -> Iterator[Workspace]:
        """The workspace, for one request at a time."""
        with self._lock:
            yield self.workspace

    def _handler(self) -> type[_Handler]:
        return type("Handler", (_Handler,), {"slack": self})


class _Handler(BaseHTTPRequestHandler):
    slack: FakeSlack
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        self._receive(b"")

    def do_POST(self) -> None:
        self._receive(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def answer(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
        """Say nothing."""

    def _receive(self, body: bytes) -> None:
        _, area, *rest = urlsplit(self.path).path.split("/")
        name = rest[0] if rest else ""
        if area == "upload":
            MOODS[self.slack.take("upload", {"id": name, "length": len(body)})](self, lambda: self._upload(name, body))
            return
        arguments = self._arguments(body)
        method = name if area == "api" else "response_url"
        mood = self.slack.take(method, arguments)
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
            self._check_token(arguments)
            if method not in METHODS:
                raise SlackRefusal("unknown_method")
            found = {"ok": True, **METHODS[method](self.slack, arguments)}
        except SlackRefusal as refused:
            found = {"ok": False, "error": refused.code, **refused.more}
        return 200, json.dumps(found).encode(), "application/json"

    def _check_token(self, arguments: Arguments) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.pop("token", "")
        if not token:
            raise SlackRefusal("not_authed")
        if token not in (TOKEN, APP_TOKEN):
            raise SlackRefusal("invalid_auth")

    def _respond(self, arguments: Arguments) -> tuple[int, bytes, str]:
        try:
            check_text(arguments)
            check_blocks(arguments)
        except SlackRefusal as refused:
            return 400, refused.code.encode(), "text/plain"
        with self.slack.changing() as workspace:
            workspace.private.append(arguments)
        return 200, b"ok", "text/plain"

    def _upload(self, name: str, body: bytes) -> tuple[int, bytes, str]:
        with self.slack.changing() as workspace:
            known = workspace.files.get(name)
            if known is None or known["length"] != len(body):
                return 400, b"", "text/plain"
            known["data"] = body
        return 200, f"OK - {len(body)}".encode(), "text/plain"


def _auth_test(slack: FakeSlack, arguments: Arguments) -> Arguments:
    names = {"url": "https://team.slack.com/", "team": "Team", "user": "coach", "is_enterprise_install": False}
    return {**names, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT}


def _post(slack: FakeSlack, arguments: Arguments) -> Arguments:
    check_text(arguments)
    check_blocks(arguments)
    with slack.changing() as workspace:
        messages = _channel(workspace, arguments)
        thread = arguments.get("thread_ts")
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": slack.new_ts(), **arguments}
        if thread is None:
            message.pop("thread_ts", None)
        messages.append(message)
    return {"channel": arguments["channel"], "ts": message["ts"], "message": message}


def _update(slack: FakeSlack, arguments: Arguments) -> Arguments:
    check_text(arguments)
    check_blocks(arguments)
    with slack.changing() as workspace:
        found = [m for m in _channel(workspace, arguments) if m["ts"] == arguments.get("ts")]
        if not found:
            raise SlackRefusal("message_not_found")
        if found[0].get("bot_id") != BOT:
            raise SlackRefusal("cant_update_message")
        found[0].update({key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments})
    return {"channel": arguments["channel"], "ts": arguments["ts"], "text": found[0].get("text", "")}


def _delete(slack: FakeSlack, arguments: Arguments) -> Arguments:
    with slack.changing() as workspace:
        messages = _channel(workspace, arguments)
        kept = [m for m in messages if m["ts"] != arguments.get("ts")]
        if len(kept) == len(messages):
            raise SlackRefusal("message_not_found")
        messages[:] = kept
    return {"channel": arguments["channel"], "ts": arguments["ts"]}


def _ephemeral(slack: FakeSlack, arguments: Arguments) -> Arguments:
    check_text(arguments)
    check_blocks(arguments)
    if not arguments.get("user"):
        raise SlackRefusal("invalid_arguments")
    with slack.changing() as workspace:
        _channel(workspace, arguments)
        workspace.private.append(arguments)
    return {"message_ts": slack.new_ts()}


def _messages(slack: FakeSlack, arguments: Arguments) -> Arguments:
    with slack.changing() as workspace:
        messages = list(_channel(workspace, arguments))
    thread = arguments.get("ts")
    if thread is not None:
        messages = [m for m in messages if thread in (m["ts"], m.get("thread_ts"))]
    else:
        messages = [m for m in messages if "thread_ts" not in m][::-1]
    if arguments.get("include_all_metadata") not in (True, "1", "true"):
        messages = [{key: value for key, value in m.items() if key != "metadata"} for m in messages]
    return {"messages": messages[: int(arguments.get("limit", 100))], "has_more": False}


def _channel(workspace: Workspace, arguments: Arguments) -> list[dict[str, Any]]:
    channel = arguments.get("channel")
    if channel not in workspace.known:
        raise SlackRefusal("channel_not_found")
    return workspace.channels[channel]


def _open_conversation(slack: FakeSlack, arguments: Arguments) -> Arguments:
    if arguments.get("users") not in slack.workspace.users:
        raise SlackRefusal("user_not_found")
    return {"channel": {"id": DIRECT}}


def _open_view(slack: FakeSlack, arguments: Arguments) -> Arguments:
    if not arguments.get("trigger_id"):
        raise SlackRefusal("invalid_arguments")
    if str(arguments["trigger_id"]).startswith("old"):
        raise SlackRefusal("expired_trigger_id")
    return _keep_view(slack, slack.new_id("V"), arguments)


def _update_view(slack: FakeSlack, arguments: Arguments) -> Arguments:
    if arguments.get("view_id") not in slack.workspace.views:
        raise SlackRefusal("not_found")
    return _keep_view(slack, str(arguments["view_id"]), arguments)


def _keep_view(slack: FakeSlack, name: str, arguments: Arguments) -> Arguments:
    check_view(arguments.get("view"), "modal")
    view = {**arguments["view"], "id": name, "hash": slack.new_ts(), "team_id": TEAM, "app_id": APP}
    with slack.changing() as workspace:
        workspace.views[name] = view
    return {"view": view}


def _publish(slack: FakeSlack, arguments: Arguments) -> Arguments:
    check_view(arguments.get("view"), "home")
    if arguments.get("user_id") not in slack.workspace.users:
        raise SlackRefusal("invalid_arguments")
    with slack.changing() as workspace:
        workspace.homes[str(arguments["user_id"])] = arguments["view"]
    return {"view": {**arguments["view"], "id": slack.new_id("V")}}


def _upload_url(slack: FakeSlack, arguments: Arguments) -> Arguments:
    length = int(arguments.get("length", "0"))
    if not arguments.get("filename") or length <= 0:
        raise SlackRefusal("invalid_arguments")
    name = slack.new_id("F")
    with slack.changing() as workspace:
        workspace.files[name] = {"id": name, "filename": arguments["filename"], "length": length}
    return {"file_id": name, "upload_url": f"{slack.address}/upload/{name}"}


def _complete_upload(slack: FakeSlack, arguments: Arguments) -> Arguments:
    shared = []
    with slack.changing() as workspace:
        channel = arguments.get("channel_id")
        if channel is not None and channel not in workspace.known:
            raise SlackRefusal("channel_not_found")
        for wanted in arguments.get("files") or []:
            file = workspace.files.get(wanted["id"])
            if file is None or "data" not in file:
                raise SlackRefusal("file_not_found")
            file |= {"title": wanted.get("title"), "channel": channel, "thread_ts": arguments.get("thread_ts")}
            shared.append({"id": file["id"], "title": file["title"]})
        if channel is not None:
            message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": slack.new_ts(), "files": shared}
            message["text"] = arguments.get("initial_comment", "")
            thread = {"thread_ts": arguments["thread_ts"]} if arguments.get("thread_ts") else {}
            workspace.channels[channel].append(message | thread)
    return {"files": shared}


def _react(slack: FakeSlack, arguments: Arguments) -> Arguments:
    with slack.changing() as workspace:
        if arguments in workspace.reactions:
            raise SlackRefusal("already_reacted")
        workspace.reactions.append(arguments)
    return {}


def _user(slack: FakeSlack, arguments: Arguments) -> Arguments:
    user = slack.workspace.users.get(str(arguments.get("user")))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"user": user}


def _snooze(slack: FakeSlack, arguments: Arguments) -> Arguments:
    is_off = arguments.get("user") in slack.workspace.snoozed
    window = {"next_dnd_start_ts": 1, "next_dnd_end_ts": int(time.time()) + 3_600} if is_off else {}
    return {"dnd_enabled": is_off, "snooze_enabled": is_off, **window}


METHODS: dict[str, Callable[[FakeSlack, Arguments], Arguments]] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.postEphemeral": _ephemeral,
    "conversations.history": _messages,
    "conversations.replies": _messages,
    "conversations.open": _open_conversation,
    "views.open": _open_view,
    "views.update": _update_view,
    "views.publish": _publish,
    "files.getUploadURLExternal": _upload_url,
    "files.completeUploadExternal": _complete_upload,
    "reactions.add": _react,
    "users.info": _user,
    "dnd.info": _snooze,
}

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
