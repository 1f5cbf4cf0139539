"""When nobody is to be disturbed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

FIRST_HOUR, LAST_HOUR = 8, 21
"""A reminder comes from eight in the morning to nine in the evening, where the user is."""


async def is_quiet(client: AsyncWebClient, user: str, now_ms: int) -> bool:
    """Whether a message that the user has not asked for must wait.

    It is quiet at night in the user's time zone, and where notifications are paused. What Slack does not tell counts
    as quiet: a reminder that does not come harms nobody.

    Args:
        client: with the scopes ``users:read`` and ``dnd:read``.
        user: by Slack's id.
        now_ms: the time, in milliseconds since 1970.
    """
    try:
        offset_s = (await client.users_info(user=user))["user"]["tz_offset"]
        rest = await client.dnd_info(user=user)
    except (TimeoutError, SlackApiError, ClientError, KeyError):
        return True
    local = datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(seconds=offset_s)
    return not FIRST_HOUR <= local.hour < LAST_HOUR or _is_paused(rest, now_ms / 1000)


def _is_paused(rest: AsyncSlackResponse, now_s: float) -> bool:
    if rest.get("snooze_enabled"):
        return True
    window = rest.get("next_dnd_start_ts", 0), rest.get("next_dnd_end_ts", 0)
    return bool(rest.get("dnd_enabled")) and window[0] <= now_s < window[1]
