"""The coach in the terminal: a chat, and a player that shows each cue on its beat."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click
import httpx

from countoff.errors import CountoffError
from countoff.settings import settings

if TYPE_CHECKING:
    from countoff.aloud import Aloud

TIMEOUT_S = 30


@dataclass
class Player:
    """Shows the cues of a plan at their times, in a thread of its own.

    Attributes:
        show: prints one cue.
        clock: seconds that only go forward.
        aloud: plays the cues too, where they are to be heard.
    """

    show: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    aloud: Aloud | None = None
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
        """Stop showing and playing cues at once."""
        if self.aloud is not None:
            self.aloud.hush()
        self._end()

    def _end(self) -> None:
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
        older = [(at, cue) for at, cue in self._playing.get("due", []) if keep_until and self.clock() < at < keep_until]
        cues = [(zero + cue["at_ms"] / 1000, cue) for cue in session["plan"]["cues"] if cue["text"]]
        self._end()
        self._stop = threading.Event()
        self._playing = {
            "id": session["id"],
            "rev": session["rev"],
            "zero": zero,
            "duration_ms": session["plan"]["duration_ms"],
            "due": [*older, *cues],
        }
        if self.aloud is not None:
            self.aloud.play(self._playing["due"])
        self._thread = threading.Thread(target=self._run, args=(self._playing["due"], self._stop), daemon=True)
        self._thread.start()

    def _run(self, due: list[tuple[float, dict[str, Any]]], stop: threading.Event) -> None:
        for at, cue in due:
            if stop.wait(max(0.0, at - self.clock())):
                return
            self.show(cue["text"])


def talk(url: str | None, speak: bool = False) -> None:
    """Chat until the end of the input; starts the servers where no address is given.

    Args:
        url: where the coach listens; None starts it.
        speak: whether answers and counts are heard too.

    Raises:
        CountoffError: the servers cannot be started or reached.
    """
    with ExitStack() as stack:
        if url is None:
            url = stack.enter_context(_servers()).url
        client = stack.enter_context(httpx.Client(base_url=url, timeout=TIMEOUT_S))
        player = Player(lambda text: click.echo(f"        ♪ {text}"), aloud=_aloud() if speak else None)
        stack.callback(player.halt)
        _converse(client, player, f"terminal-{uuid.uuid4().hex[:12]}")


def _aloud() -> Aloud:
    from countoff.aloud import Aloud
    from countoff.speech.clips import find_pack
    from countoff.speech.playback import open_sink
    from countoff.speech.speaker import speaker_from_settings

    folder = settings().var / "spoken"
    sink = open_sink(folder, lambda path: click.echo(f"        (no sound device: {path})"))
    return Aloud(speaker_from_settings(), find_pack(), sink, lambda why: click.echo(f"        ({why})"))


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
        messages = _send(client, sender, text, _metadata(player))
        for message in messages:
            _show(message)
        _carry_out(messages, player)


def _carry_out(messages: list[dict[str, Any]], player: Player) -> None:
    """Whatever stops the count is done before a word is spoken; a count begins when the words are over."""
    sessions = [session for message in messages if (session := (message.get("custom") or {}).get("session"))]
    begins = [session for session in sessions if session.get("action") in ("start", "resume")]
    for session in sessions:
        if session not in begins:
            player.follow(session)
    if player.aloud is not None:
        player.aloud.say("\n".join(message.get("text") or "" for message in messages))
    for session in begins:
        player.follow(session)


def _metadata(player: Player) -> dict[str, Any]:
    report = player.report()
    surface = {"surface": "voice"} if player.aloud is not None else {}
    return {**surface, **({"session": report} if report else {})}


def _send(client: httpx.Client, sender: str, text: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    body: dict[str, Any] = {"sender": sender, "message": text}
    if metadata:
        body["metadata"] = metadata
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
