"""Slack's end of the line that Socket Mode keeps open; for tests.

The messages on it are those of https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import Future
from itertools import count
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from countoff.channels.slack.fake.server import FakeSlack
from countoff.channels.slack.fake.workspace import APP

KINDS = {"event_callback": "events_api", "command": "slash_commands"}
"""The type of an envelope by that of what is in it; all else is interactive."""

_T = TypeVar("_T")
_numbers = count(1)


class FakeSocket:
    """Listens on 127.0.0.1 while it is entered, and has the stand-in name it to whoever asks for a line.

    Args:
        slack: the stand-in for the Web API of the same workspace.

    Attributes:
        opened: how many lines were opened so far.
    """

    def __init__(self, slack: FakeSlack) -> None:
        self.opened = 0
        self._slack = slack
        self._lines: list[web.WebSocketResponse] = []
        self._transports: list[asyncio.Transport] = []
        self._awaited: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = Event()
        self._thread = Thread(target=self._run)

    @property
    def is_open(self) -> bool:
        """Whether somebody is on the line."""
        return bool(self._lines)

    def deliver(self, body: dict[str, Any], within_s: float = 3.0) -> dict[str, Any]:
        """Send something on the newest line.

        Returns:
            What came with the acknowledgement.

        Raises:
            TimeoutError: it was not acknowledged; Slack would send it again.
        """
        kind = "command" if "command" in body else body["type"]
        envelope = {
            "envelope_id": f"env-{next(_numbers)}",
            "type": KINDS.get(kind, "interactive"),
            "accepts_response_payload": kind != "event_callback",
            "payload": body,
        }
        return self._do(self._deliver(envelope, within_s)).result()

    def refresh(self) -> None:
        """Ask for a new line, as Slack does before it ends one."""
        self._do(self._lines[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})).result()

    def cut(self) -> None:
        """End the line without a word."""
        for transport in list(self._transports):
            self._loop.call_soon_threadsafe(transport.abort)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the stand-in does not listen"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _do(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _run(self) -> None:
        app = web.Application()
        app.router.add_get("/link", self._talk)
        runner = web.AppRunner(app)
        self._loop.run_until_complete(self._listen(runner))
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=1)
        await site.start()
        self._slack.workspace.socket = f"ws://127.0.0.1:{runner.addresses[0][1]}/link"

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        transport = request.transport
        assert transport is not None
        self.opened += 1
        await line.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        self._lines.append(line)
        self._transports.append(transport)
        try:
            async for message in line:
                answer = json.loads(message.data)
                awaited = self._awaited.pop(answer["envelope_id"])
                if not awaited.done():
                    awaited.set_result(answer.get("payload") or {})
        finally:
            self._lines.remove(line)
            self._transports.remove(transport)
        return line

    async def _deliver(self, envelope: dict[str, Any], within_s: float) -> dict[str, Any]:
        name, acknowledged = str(envelope["envelope_id"]), self._loop.create_future()
        self._awaited[name] = acknowledged
        await self._lines[-1].send_json(envelope)
        return await asyncio.wait_for(acknowledged, within_s)
