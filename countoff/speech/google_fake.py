"""A server that answers as the endpoint of Google Translate's voice does, and fails as it does; for tests.

What it speaks is a tone, 50 ms for each character, with silence around it, as an MP3.
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable
from io import BytesIO
from urllib.parse import parse_qs

import numpy as np
import soundfile

from countoff.fake_server import FakeHandler, FakeServer
from countoff.speech.pcm import RATE

RPC = "jQ1olc"
MS_PER_CHARACTER = 50
SILENCE_MS = 150

SORRY = b"<html><body><h1>Sorry...</h1>Your computer or network may be sending automated queries.</body></html>"
LOG_IN = b"<html><body>Welcome to the hotel. Please log in.</body></html>"


class FakeGoogle(FakeServer):
    """Listens on 127.0.0.1 while it is entered.

    Args:
        moods: how the requests are answered, one after the other; the last goes on for ever. See ``MOODS``.
        tls: makes it speak HTTPS.
        retry_after: the value of that header in refusals, as Google sends it or not.

    Attributes:
        asked: text and language of every request, in order.
    """

    def __init__(self, *moods: str, tls: ssl.SSLContext | None = None, retry_after: str | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.retry_after = retry_after
        self._moods = list(moods or ("speaks",))
        super().__init__(type("Handler", (_Handler,), {"google": self}), tls=tls)

    @property
    def address(self) -> str:
        """Where the endpoint is."""
        return f"{super().address}/_/TranslateWebserverUi/data/batchexecute"

    def mood(self) -> str:
        """How the next request is answered."""
        return self._moods.pop(0) if len(self._moods) > 1 else self._moods[0]


class _Handler(FakeHandler):
    google: FakeGoogle

    def do_POST(self) -> None:  # noqa: N802 (the name is the library's)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        [[[_, parameters, *_]]] = json.loads(form["f.req"][0])
        text, language, *_ = json.loads(parameters)
        self.google.asked.append((text, language))
        MOODS[self.google.mood()](self, text)

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None, more: int = 0) -> None:
        """Send an answer; it promises more bytes than there are."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) + more))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = self.close_connection or more > 0

    def refuse(self, status: int) -> None:
        """Send Google's page of refusal."""
        headers = {"Retry-After": self.google.retry_after} if self.google.retry_after else {}
        self.answer(status, SORRY, headers)


def envelope(payload: str | None) -> bytes:
    """The form of an answer: a guard line, then a list with what the remote procedure gave."""
    guard = ")]}'\n\n"
    content = [["wrb.fr", RPC, payload, None, None, None, "generic"], ["di", 42], ["af.httprm", 42, "-1", 12]]
    return (guard + json.dumps(content, separators=(",", ":"))).encode()


def spoken(text: str) -> bytes:
    """The MP3 of a text."""
    frames = len(text) * MS_PER_CHARACTER * RATE // 1000
    silence = np.zeros(SILENCE_MS * RATE // 1000)
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(frames) / RATE)
    file = BytesIO()
    soundfile.write(file, np.concatenate([silence, tone, silence]), RATE, format="MP3")
    return file.getvalue()


def _carry(content: bytes) -> bytes:
    return envelope(json.dumps([base64.b64encode(content).decode()]))


def _speak(handler: _Handler, text: str) -> None:
    handler.answer(200, _carry(spoken(text)))


def _half(handler: _Handler, text: str) -> None:
    content = _carry(spoken(text))
    handler.answer(200, content[: len(content) // 2], more=len(content) - len(content) // 2)


def _half_in_full(handler: _Handler, text: str) -> None:
    content = _carry(spoken(text))
    handler.answer(200, content[: len(content) // 2])


def _wait(handler: _Handler, text: str) -> None:
    handler.google.ended.wait(30)
    handler.close_connection = True


def _drip(handler: _Handler, text: str) -> None:
    content = _carry(spoken(text))
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    for byte in content:
        try:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
        except OSError:
            break
        if handler.google.ended.wait(0.02):
            break
    handler.close_connection = True


def _cut(handler: _Handler, text: str) -> None:
    handler.close_connection = True


MOODS: dict[str, Callable[[_Handler, str], None]] = {
    "speaks": _speak,
    "throttles": lambda handler, text: handler.refuse(429),
    "refuses": lambda handler, text: handler.refuse(403),
    "fails": lambda handler, text: handler.refuse(503),
    "does not understand": lambda handler, text: handler.refuse(400),
    "is new": lambda handler, text: handler.refuse(418),
    "sends on": lambda handler, text: handler.answer(302, b"", {"Location": "https://www.google.com/sorry/index"}),
    "gives half": _half,
    "gives half as if it were all": _half_in_full,
    "gives nothing": lambda handler, text: handler.answer(200, envelope(None)),
    "gives empty sound": lambda handler, text: handler.answer(200, envelope('[""]')),
    "gives silence": lambda handler, text: handler.answer(200, _carry(spoken(""))),
    "gives no MP3": lambda handler, text: handler.answer(200, _carry(b"This is no sound. " * 100)),
    "gives too much": lambda handler, text: handler.answer(200, _carry(spoken(text)) + b"\n" * 1_100_000),
    "is a hotel": lambda handler, text: handler.answer(200, LOG_IN),
    "does not answer": _wait,
    "drips": _drip,
    "cuts": _cut,
}
"""How a request can be answered."""
