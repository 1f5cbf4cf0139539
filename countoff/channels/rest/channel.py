"""The REST channel: the address and form of Rasa's own, with our checks in front."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from countoff.channels.base import CoachInput, OnNewMessage
from countoff.channels.http import read_body, refusal
from countoff.channels.output import CoachOutput
from countoff.channels.refusal import RefusalError
from countoff.channels.rest.parse import parse


class CoachRestOutput(CoachOutput):
    """Collects a turn for REST."""

    @classmethod
    def name(cls) -> str:
        """The channel that responses may have a variant for."""
        return "rest"


class CoachRestInput(CoachInput, RestInput):
    """``POST /webhooks/rest/webhook``; whatever channel, token or streaming a client asks for is ignored."""

    output_class = CoachRestOutput
    hashes_ids = False

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> CoachRestInput:
        """Make the channel; it has no credentials of its own."""
        return cls()

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("coach_rest")

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook", stream=True)
        async def receive(request: Request) -> HTTPResponse:
            try:
                incoming = parse(await read_body(request))
                return response.json(await self.take(on_new_message, incoming))
            except RefusalError as refused:
                return refusal(refused)

        return routes
