"""A server on this machine that stands in for somebody else's; for tests."""

from __future__ import annotations

import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Self


class FakeServer:
    """Listens on 127.0.0.1 while it is entered.

    Args:
        handler: answers a request.
        port: where it listens; 0 takes a free one.
        tls: makes it speak HTTPS.

    Attributes:
        ended: set when it stops listening, for a handler that keeps silent till then.
    """

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.ended = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def address(self) -> str:
        """Where it listens, without a path."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class FakeHandler(BaseHTTPRequestHandler):
    """Keeps the line open, and writes no log."""

    protocol_version = "HTTP/1.1"
    # Head and body go out together: apart, each answer would wait 40 ms for an acknowledgement.
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
        """Say nothing."""
