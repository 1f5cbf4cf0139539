"""The REST and the web channel on a real Sanic server, with something in Rasa's place."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.server import configure_cors
from sanic import Sanic

from countoff.channels.rate import RateLimiter
from countoff.channels.rest.channel import CoachRestInput
from countoff.channels.web.channel import CoachWebInput
from countoff.channels.web.files import load_files
from countoff.channels.web.origins import Origins
from countoff.channels.web.words import load_web_words
from countoff.errors import StoreError
from countoff.history import LogEntry

URL = "/webhooks/rest/webhook"
LISTED = ("https://www.example.org", "http://127.0.0.1:8000")
"""Origins that may use the web channel."""
SECRET = "a secret of the tests"
Handler = Callable[[UserMessage], Awaitable[None]]


def says(*responses: dict[str, object]) -> Handler:
    """A turn that yields these responses."""

    async def handler(message: UserMessage) -> None:
        for response in responses:
            await message.output_channel.send_response(message.sender_id, {"text": None, **response})

    return handler


@dataclass
class Gate:
    """The rate at which conversations may begin."""

    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(1_000))

    def wait_s(self, who: str) -> float:
        return self.limiter.wait_s(who)


@dataclass
class Stage:
    """What stands behind the server: a Rasa that does as each test tells it, and the rate in force."""

    handler: Handler | None = None
    messages: list[UserMessage] = field(default_factory=list)
    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(1_000))
    newcomers: Gate = field(default_factory=Gate)
    log: dict[str, list[LogEntry]] | None = field(default_factory=dict)
    """The training log by user; None where the database cannot be used."""
    folder: Path = Path()
    """Where the channels write."""

    def reset(self) -> None:
        self.handler, self.messages, self.log = None, [], {}
        self.limiter = self.newcomers.limiter = RateLimiter(1_000)

    def wait_s(self, sender: str) -> float:
        return self.limiter.wait_s(sender)

    def recent(self, user: str, most: int) -> list[LogEntry]:
        if self.log is None:
            raise StoreError("the database cannot be used: the disk is full")
        return self.log.get(user, [])[-most:]

    async def on_new_message(self, message: UserMessage) -> None:
        self.messages.append(message)
        if self.handler is not None:
            await self.handler(message)


def finish(loop: asyncio.AbstractEventLoop) -> None:
    """End a server's loop and its connections, so that none is collected in the middle of another test."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left))
    loop.close()


@contextmanager
def served(stage: Stage, *more: InputChannel) -> Iterator[str]:
    """Serve both, and more, from a thread; yields the address.

    Once a process: this Sanic cannot start twice on Python 3.11.
    """
    files = load_files(load_web_words(), LISTED)
    web = CoachWebInput(files, Origins(LISTED), stage, stage.newcomers, limiter=stage, secret=SECRET)
    app = Sanic("channels", configure_logging=False)
    # What Rasa opens its channels with; it answers OPTIONS itself.
    configure_cors(app)
    for channel in (CoachRestInput(stage), web, *more):
        app.blueprint(channel.blueprint(stage.on_new_message), url_prefix=f"/webhooks/{channel.url_prefix()}")
    bound = socket.create_server(("127.0.0.1", 0))
    loop, ready = asyncio.SelectorEventLoop(), threading.Event()
    servers: list[Any] = []

    async def start() -> None:
        server = await app.create_server(sock=bound, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.after_start()
        await server.start_serving()
        servers.append(server)
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(30), "the server did not start"
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    asyncio.run_coroutine_threadsafe(servers[0].before_stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    bound.close()
    finish(loop)
