"""The Alexa channel: verify, parse, take the turn, and answer in Alexa's form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sanic import Blueprint, response
from sanic.request import Request as HttpRequest
from sanic.response import HTTPResponse

from countoff.channels.alexa.certificates import Certificates, fetch_chain, trusted_roots
from countoff.channels.alexa.distrust import Distrust
from countoff.channels.alexa.interaction import said
from countoff.channels.alexa.late import LateTurns
from countoff.channels.alexa.parse import Request, parse
from countoff.channels.alexa.render import Answer, can_fulfill, envelope
from countoff.channels.alexa.speaker import Counter, Heard
from countoff.channels.alexa.verify import Verifier
from countoff.channels.alexa.words import NAME, AlexaWords
from countoff.channels.base import CoachInput, Incoming, OnNewMessage
from countoff.channels.body import mapping_in
from countoff.channels.http import read_body
from countoff.channels.output import CoachOutput, Message
from countoff.channels.refusal import RefusalError
from countoff.channels.words import read_words
from countoff.settings import settings

GUARD_S = 7.0
"""Alexa waits 8 s (developer.amazon.com, "Request and Response JSON Reference")."""

LEAVES = frozenset({"AMAZON.StopIntent", "AMAZON.CancelIntent", "GoodbyeIntent"})
SPOKEN = frozenset({"LaunchRequest", "IntentRequest"})
UNHEARD = frozenset({"AMAZON.FallbackIntent", ""})
BUTTONS = {
    "PlaybackController.PlayCommandIssued": "resume",
    "PlaybackController.PauseCommandIssued": "pause",
}
"""What a button of the device stands for, by the name of its words."""

logger = logging.getLogger(__name__)


class CoachAlexaOutput(CoachOutput):
    """Collects a turn for Alexa."""

    @classmethod
    def name(cls) -> str:
        """The channel that responses may have a variant for."""
        return "alexa"


class CoachAlexaInput(CoachInput):
    """``POST /webhooks/alexa/webhook``.

    Args:
        verifier: tells which requests are Amazon's; None where no skill is named, and then there is no address.
        audio_url: where the world reaches this server; empty where it does not.
        clock: the time, with its zone.
        guard_s: how long a turn may take, in seconds.
        shared: what every channel takes.
    """

    output_class = CoachAlexaOutput

    def __init__(
        self,
        verifier: Verifier | None,
        audio_url: str,
        clock: Callable[[], datetime],
        guard_s: float = GUARD_S,
        **shared: Any,
    ) -> None:
        super().__init__(**shared)
        self._verifier = verifier
        self._own = read_words(AlexaWords, NAME)
        self._counter = Counter(self._own, audio_url, self.key, clock)
        self.guard_s = guard_s
        self.late = LateTurns()

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "alexa"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> CoachAlexaInput:
        """Make the channel; it has no credentials of its own."""
        chosen, clock = settings(), partial(datetime.now, UTC)
        if not chosen.alexa_application_id:
            logger.warning("Alexa stays out: COUNTOFF_ALEXA_APPLICATION_ID names no skill.")
            return cls(None, "", clock)
        certificates = Certificates(trusted_roots(), fetch_chain)
        return cls(Verifier(chosen.alexa_application_id, certificates, clock), chosen.alexa_audio_url, clock)

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel; none where no skill is named."""
        routes = Blueprint("coach_alexa")
        if self._verifier is None:
            return routes
        verifier = self._verifier

        @routes.post("/webhook", stream=True)
        async def receive(request: HttpRequest) -> HTTPResponse:
            try:
                data = await verifier.read(request.headers, await read_body(request))
            except (Distrust, RefusalError) as refused:
                logger.warning("Refused a request to Alexa: %s.", refused)
                return response.empty(status=400)
            return response.json(await self._answer(on_new_message, parse(data)))

        return routes

    async def _answer(self, on_new_message: OnNewMessage, request: Request) -> dict[str, Any]:
        if request.kind == "CanFulfillIntentRequest":
            return can_fulfill(said(request.intent) is not None, mapping_in(request.intent, "slots"))
        heard = self._counter.heard(request) if request.user else Heard()
        turn = _Turns(self, on_new_message, request.user)
        if request.user and request.kind in BUTTONS:
            messages = await turn.ask(getattr(self._own, BUTTONS[request.kind]), heard.report)
            return envelope({"directives": list(self._counter.on_player(messages or []))})
        if request.user and request.kind in SPOKEN:
            return (await self._spoken(turn, request, heard)).to_json()
        if report := heard.report_of(request.kind):
            await turn.tell(report)
        if request.speaks and request.kind != "SessionEndedRequest":
            return Answer(self._own.not_here, again=self._own.again).to_json()
        return envelope({})

    async def _spoken(self, turn: _Turns, request: Request, heard: Heard) -> Answer:
        text, before = self._text(request, heard)
        opening = [{"text": before}] if before else []
        if not text:
            return self._counter.answer(opening, heard, opens=True)
        if heard.has_finished:
            # A turn of its own: what was said after the set is read as said after it.
            await turn.tell(heard.report)
            heard = Heard()
        messages = await turn.ask(text, heard.report)
        if messages is None:
            return Answer(self._own.late, again=self._own.again, keeps=self._counter.kept(heard))
        opens = request.kind == "LaunchRequest"
        leaves = request.name in LEAVES or text == self._own.stop
        return self._counter.answer([*opening, *messages], heard, opens=opens, leaves=leaves)

    def _text(self, request: Request, heard: Heard) -> tuple[str, str]:
        """What a request says to the coach, and what is said before its answer."""
        if request.kind == "LaunchRequest":
            return (self._own.pause if heard.on_player else self._own.hello), ""
        if heard.on_player and request.name == "AMAZON.PauseIntent":
            # "Alexa, stop" arrives as a pause while the AudioPlayer plays.
            return self._own.stop, ""
        if request.name == "AMAZON.NavigateHomeIntent":
            return self._own.stop, ""
        if text := said(request.intent):
            return text, ""
        is_known = request.name.startswith("AMAZON.") and request.name not in UNHEARD
        if heard.is_counting:
            return self._own.pause, self._own.not_here if is_known else self._own.not_heard_in_set
        return "", self._own.not_here if is_known else self._own.not_heard


class _Turns:
    """The turns of one request, which together end before Alexa loses patience."""

    def __init__(self, channel: CoachAlexaInput, on_new_message: OnNewMessage, user: str) -> None:
        self._channel = channel
        self._on_new_message = on_new_message
        self._user = user
        self._until = asyncio.get_running_loop().time() + channel.guard_s

    async def ask(self, text: str, report: Mapping[str, Any]) -> list[Message] | None:
        """The messages of a turn; None where it takes too long, and then it goes on all the same."""
        return await self._channel.late.wait(self._user, self._taken(text, report), self._left_s)

    async def tell(self, report: Mapping[str, Any]) -> None:
        """A turn whose words nobody hears."""
        await self._channel.late.pass_by(self._taken("", report), self._left_s)

    async def _taken(self, text: str, report: Mapping[str, Any]) -> list[Message]:
        incoming = Incoming(self._user, text, {"surface": "voice", "session": report or None})
        try:
            return await self._channel.take(self._on_new_message, incoming)
        except RefusalError as refused:
            return [{"text": str(refused)}]

    @property
    def _left_s(self) -> float:
        return max(0.0, self._until - asyncio.get_running_loop().time())
