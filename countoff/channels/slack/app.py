"""The Bolt app: who is called for what."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from countoff.channels.slack import choosing, home, sets, talking
from countoff.channels.slack.answering import tell_privately
from countoff.channels.slack.delivery import make_client
from countoff.channels.slack.parts import Parts
from countoff.channels.slack.work import Desk

NAME = "slack"
ANYTHING = re.compile(".*", re.DOTALL)


def make_app(parts: Parts, desk: Desk) -> AsyncApp:
    """An app that answers everything which Slack may send; the signature was checked before."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Bolt would ask Slack who we are with the first request, and fail that where Slack does not answer.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=parts.settings.slack_bot_token)

    app = AsyncApp(
        # Bolt sets the level of the logger of this name with every request; "countoff" is the name of all of ours.
        name=NAME,
        client=make_client(None, parts.settings.slack_api),
        authorize=authorize,
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(desk.admit)
    app.listener_runner.listener_completion_handler = desk
    app.error(desk.fail)
    for part in (sets, choosing, home, talking):
        part.register(app, parts)
    _register_rest(app, parts)
    return app


def _register_rest(app: AsyncApp, parts: Parts) -> None:
    """Acknowledge what nobody is called for: events of no use here, and buttons of an earlier version."""

    async def pass_over() -> None:
        pass

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def say_no_longer(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await tell_privately(parts, body, parts.words.no_longer)

    app.event(ANYTHING)(pass_over)
    app.action(ANYTHING)(say_no_longer)
    for kind in (app.command, app.shortcut, app.view_submission, app.view_closed, app.options):
        kind(ANYTHING)(acknowledge)
