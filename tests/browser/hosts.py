"""Pages of two other origins that embed the widget: one is listed with the coach, one is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page of somebody else</title>
<script type="module" src="http://127.0.0.1:{port}/webhooks/web/widget.js"></script></head>
<body><main><h1>A page of somebody else</h1>
<countoff-coach server="http://127.0.0.1:{port}/"></countoff-coach></main></body></html>"""


@dataclass(frozen=True)
class Hosts:
    """Two origins."""

    listed: str
    unlisted: str


@contextmanager
def serving_hosts(port: int) -> Iterator[Hosts]:
    """Serve both; they embed the widget of the coach on this port."""
    body = PAGE.format(port=port).encode()

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 204)
            # Nothing inline: the widget must do without.
            policy = f"default-src 'none'; script-src http://127.0.0.1:{port}; connect-src http://127.0.0.1:{port}"
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if found:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Host) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Hosts(*(f"http://127.0.0.1:{server.server_address[1]}" for server in servers))
    for server in servers:
        server.shutdown()
        server.server_close()
