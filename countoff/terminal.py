"""The coach in the terminal: a chat, and a player that shows each cue on its beat."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import click
import httpx

from countoff.errors import CountoffError
from countoff.settings import settings

TIMEOUT_S = 30


@dataclass
class Player:
    """Shows the cues of a plan at their times, in a thread of its own.

    Attributes:
        show: prints one cue.
        clock: seconds that only go forward.
    """

    show: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _playing: dict[str, Any] = field(default_factory=dict)

    def follow(self, session: dict[str, Any]) -> None:
        """Do what ``custom.session`` says: start, pause, resume, replan or stop."""
        action = session.get("action")
        if action == "replan":
            begins = self._playing.get("zero", self.clock()) + session["splice_at_ms"] / 1000
            self._play(session, begins, keep_until=begins)
        elif action in ("start", "resume"):
            self.halt()
            self._play(session, self.clock(), keep_until=None)
        else:
            self.halt()

    def halt(self) -> None:
        """Stop showing cues at once."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1)
        self._thread = None
        self._playing = {}

    def report(self) -> dict[str, Any] | None:
        """What the coach is told of the player: session, plan and position."""
        if not self._playing:
            return None
        position = round((self.clock() - self._playing["zero"]) * 1000)
        over = position >= self._playing["duration_ms"]
        events = [{"type": "finished", "position_ms": position}] if over else []
        return {"id": self._playing["id"], "rev": self._playing["rev"], "position_ms": position, "events": events}

    def _play(self, session: dict[str, Any], zero: float, keep_until: float | None) -> None:
        older = [
            (at, text) for at, text in self._playing.get("due", []) if keep_until and self.clock() < at < keep_until
        ]
        cues = [(zero + cue["at_ms"] / 1000, cue["text"]) for cue in session["plan"]["cues"] if cue["text"]]
        self.halt()
        self._stop = threading.Event()
        self._playing = {
            "id": session["id"],
            "rev": session["rev"],
            "zero": zero,
            "duration_ms": session["plan"]["duration_ms"],
            "due": [*older, *cues],
        }
        self._thread = threading.Thread(target=self._run, args=(self._playing["due"], self._stop), daemon=True)
        self._thread.start()

    def _run(self, due: list[tuple[float, str]], stop: threading.Event) -> None:
        for at, text in due:
            if stop.wait(max(0.0, at - self.clock())):
                return
            self.show(text)


def talk(url: str | None) -> None:
    """Chat until the end of the input; starts the servers where no address is given.

    Raises:
        CountoffError: the servers cannot be started or reached.
    """
    with ExitStack() as stack:
        if url is None:
            url = stack.enter_context(_servers()).url
        client = stack.enter_context(httpx.Client(base_url=url, timeout=TIMEOUT_S))
        player = Player(lambda text: click.echo(f"        ♪ {text}"))
        stack.callback(player.halt)
        _converse(client, player, f"terminal-{uuid.uuid4().hex[:12]}")


def _servers() -> Any:
    from countoff.serving import Servers, port_is_free
    from countoff.training import ensure_model

    wanted = settings()
    free = [port for port in range(wanted.port, wanted.port + 50) if port_is_free(port)]
    actions = [port for port in range(wanted.action_port, wanted.action_port + 50) if port_is_free(port)]
    model = ensure_model()
    click.echo("Starting the servers …")
    return Servers(model, replace(wanted, port=free[0], action_port=actions[0]))


def _converse(client: httpx.Client, player: Player, sender: str) -> None:
    click.echo("Talk to the coach; an empty line, or Ctrl-D, ends it.")
    while True:
        try:
            text = input("you  > ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if not text:
            return
        for message in _send(client, sender, text, player.report()):
            _show(message)
            if session := (message.get("custom") or {}).get("session"):
                player.follow(session)


def _send(client: httpx.Client, sender: str, text: str, report: dict[str, Any] | None) -> list[dict[str, Any]]:
    body: dict[str, Any] = {"sender": sender, "message": text}
    if report:
        body["metadata"] = {"session": report}
    try:
        reply = client.post("/webhooks/rest/webhook", json=body)
        reply.raise_for_status()
    except httpx.HTTPError as error:
        raise CountoffError(f"The coach cannot be reached at {client.base_url}: {error}") from error
    messages: list[dict[str, Any]] = reply.json()
    return messages


def _show(message: dict[str, Any]) -> None:
    if text := message.get("text"):
        click.echo(f"coach> {text}")
    titles = [button["title"] for button in message.get("buttons") or []]
    if titles:
        click.echo(f"       [{'] ['.join(titles)}]")
