"""What the parts of the Slack channel share.

A ``user`` is Slack's id of one. An installation serves one workspace, where it names one person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from countoff.channels.output import Message
from countoff.channels.slack.words import SlackWords
from countoff.exercises import Knowledge
from countoff.history import HistoryStore, LogEntry, Notes
from countoff.settings import Settings
from countoff.speech.track_id import TrackSpec


@dataclass(frozen=True)
class Place:
    """Where an answer goes: a channel or a direct message, by its id, and the thread in it, by its first message."""

    channel: str
    thread: str | None = None
    response_url: str | None = None
    """Given by Slack with a command or a button that only one person sees; what is posted there is for them alone."""


class Turn(Protocol):
    """Runs one turn of a user's conversation; it never raises, and yields at least one message."""

    async def __call__(self, user: str, text: object, metadata: Mapping[str, Any] | None = None) -> list[Message]:
        """What the coach says; the first message carries ``custom`` where the turn has one."""


class Poster(Protocol):
    """Posts a message once, and shows a file once, however often Slack has to be asked."""

    async def __call__(self, place: Place, text: str, blocks: list[dict[str, Any]] | None = None) -> str:
        """Returns the message's ``ts``; raises what the client raises, where Slack refuses or stays silent."""

    async def upload(self, name: str, content: bytes) -> str:
        """Returns the id of a file that nobody sees yet; raises what the client raises."""

    async def show(self, place: Place, file: str, title: str, is_again: bool) -> None:
        """Shows it, unless it is there already; raises what the client raises."""


class Player:
    """Whoever plays a user's set; this one plays nothing."""

    async def position(self, user: str) -> dict[str, Any] | None:
        """Where the user's player stands, as ``metadata.session``; None where nothing plays."""
        return None

    async def before(
        self, user: str, place: Place, session: dict[str, Any]
    ) -> tuple[list[Message], list[dict[str, Any]]]:
        """What is to be said ahead of a turn that carries a command to the player, and the blocks below it."""
        return [], []

    async def run(self) -> None:
        """Do what is to be done while the server runs, until cancelled."""

    async def after(self, user: str, place: Place, session: dict[str, Any]) -> None:
        """Carry out the command, after the messages of the turn were posted."""


@dataclass
class Parts:
    """What every part of the channel works with.

    Attributes:
        client: Slack's Web API; it waits out rate limits and tries again where Slack fails.
        post: posts a message, once.
        turn: one turn with the coach.
        conversation_id: a user's name in the history and in the notes: a keyed hash.
        store: the training log.
        notes: what is known again after a restart, erased by "forget me".
        knowledge: what can be chosen in the form.
        words: what the channel itself says.
        settings: of the installation.
        secret: of the installation; signs what a recording is.
        record: makes the MP3 of a track.
        player: plays sets.
        chart: draws the training log as a PNG; None where nothing can.
    """

    client: AsyncWebClient
    post: Poster
    turn: Turn
    conversation_id: Callable[[str], str]
    store: HistoryStore
    notes: Notes
    knowledge: Knowledge
    words: SlackWords
    settings: Settings
    secret: str
    record: Callable[[TrackSpec], Awaitable[bytes]]
    player: Player = field(default_factory=Player)
    chart: Callable[[Sequence[LogEntry]], bytes] | None = None
