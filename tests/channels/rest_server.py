"""The REST channel on a real Sanic server, with something in Rasa's place."""

from __future__ import annotations

import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from countoff.channels.rate import RateLimiter
from countoff.channels.rest.channel import CoachRestInput

URL = "/webhooks/rest/webhook"
Handler = Callable[[UserMessage], Awaitable[None]]
_numbers = itertools.count()


@dataclass
class FakeRasa:
    """Keeps the messages that reach it, and does what it is told with each."""

    handler: Handler | None = None
    messages: list[UserMessage] = field(default_factory=list)

    async def __call__(self, message: UserMessage) -> None:
        self.messages.append(message)
        if self.handler is not None:
            await self.handler(message)


def says(*responses: dict[str, object]) -> Handler:
    """A turn that yields these responses."""

    async def handler(message: UserMessage) -> None:
        for response in responses:
            await message.output_channel.send_response(message.sender_id, {"text": None, **response})

    return handler


@asynccontextmanager
async def served(rasa: FakeRasa, limiter: RateLimiter | None = None) -> AsyncIterator[httpx.AsyncClient]:
    channel = CoachRestInput(limiter or RateLimiter(1_000))
    app = Sanic(f"channels-{next(_numbers)}", configure_logging=False)
    app.config.USE_UVLOOP = False  # else Sanic changes the event loop of the tests after this one
    app.blueprint(channel.blueprint(rasa), url_prefix=f"/webhooks/{channel.url_prefix()}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        free.listen()
        server = await app.create_server(sock=free, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        port = free.getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
        server.close()
        await server.wait_closed()
