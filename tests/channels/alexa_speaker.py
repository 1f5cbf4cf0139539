"""A smart speaker that nobody here wrote: virtual-alexa, which speaks to a skill through our interaction model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from countoff.fake_server import FakeHandler, FakeServer
from countoff.settings import PROJECT

MODEL = PROJECT / "deploy" / "alexa" / "skill-package" / "interactionModels" / "custom" / "en-US.json"
SCRIPT = Path(__file__).with_name("virtual_alexa.cjs")
MISSING = "Node.js or virtual-alexa is missing: run `make node_modules/.ready`"

Answer = Callable[[bytes], tuple[int, bytes]]
"""Status and body for the body of a request."""


def node() -> list[str]:
    """The command that runs Node.js; where it or virtual-alexa is missing the test is left out, in CI it fails."""
    found = shutil.which("node") or shutil.which("node", path=PROJECT / ".tools" / "node" / "bin")
    if found and (PROJECT / "node_modules" / "virtual-alexa").is_dir():
        return [found]
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


class Speaker:
    """One device of one user."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def launch(self) -> dict[str, Any]:
        """Open the skill; the ``response`` of what came back."""
        return self._exchange(None)

    def say(self, sentence: str) -> dict[str, Any]:
        """Say something, which virtual-alexa finds in the samples of the model; the ``response`` of what came back."""
        return self._exchange(sentence)

    def _exchange(self, sentence: str | None) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(sentence)}\n")
        self._process.stdin.flush()
        response: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"error": "it ended"}')
        assert "error" not in response, response["error"]
        return response


@contextmanager
def speaking_to(url: str, application: str = "amzn1.ask.skill.test") -> Iterator[Speaker]:
    """A speaker on which the skill at an address is enabled, under this id."""
    command = [*node(), str(SCRIPT), url, str(MODEL), application]
    # The SDK that virtual-alexa brings says at each start that it is old; Node as a package of Python finds itself so.
    quiet = {"AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE": "1", "PYTHONPATH": str(PROJECT / ".tools" / "node")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **quiet}, cwd=PROJECT
    ) as process:
        try:
            yield Speaker(process)
        finally:
            process.kill()


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Address of an HTTP server that answers every request so."""

    class Handler(FakeHandler):
        def do_POST(self) -> None:  # noqa: N802 (the name is the library's)
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with FakeServer(Handler) as server:
        yield server.address
