"""What Slack sends, signed as Slack signs it; for tests."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from countoff.channels.slack.fake import APP, BOT_USER, CHANNEL, DIRECT, SECRET, TEAM, USER, FakeSlack

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

_numbers = count(1)

Body = dict[str, Any]


def signed(body: bytes, kind: str, secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
    """The headers of a request.

    Args:
        body: as it is sent.
        kind: its content type.
        secret: the app's.
        age_s: how long ago it was signed, in seconds.
    """
    stamp = str(int(time.time()) - age_s)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}


def encoded(body: Body) -> tuple[bytes, str]:
    """A body on the wire, and its content type: events are JSON, commands a form, all else JSON within a form."""
    if body.get("type") in ("event_callback", "url_verification"):
        return json.dumps(body).encode(), JSON
    return urlencode(body if "command" in body else {"payload": json.dumps(body)}).encode(), FORM


def event(content: Body, event_id: str | None = None) -> Body:
    """An event; Slack keeps its id when it sends it again."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": APP,
        "event_id": event_id or f"Ev{next(_numbers):06}",
        "event_time": int(time.time()),
        "event": content,
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
    }


def message(text: str, user: str = USER, channel: str = DIRECT, **more: Any) -> Body:
    """A message: a direct one, or one in a channel."""
    kind = "im" if channel.startswith("D") else "channel"
    ts = f"{int(time.time())}.{next(_numbers):06}"
    content = {"type": "message", "user": user, "text": text, "ts": ts, "channel": channel, "channel_type": kind}
    return event(content | more)


def mention(text: str, user: str = USER, channel: str = CHANNEL, **more: Any) -> Body:
    """A mention of the coach in a channel."""
    ts = f"{int(time.time())}.{next(_numbers):06}"
    content = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "ts": ts, "channel": channel}
    return event(content | more)


def command(slack: FakeSlack, text: str, user: str = USER, channel: str = CHANNEL) -> Body:
    """The command, as a form."""
    names = {"team_id": TEAM, "channel_id": channel, "user_id": user, "api_app_id": APP, "command": "/coach"}
    return {**names, "text": text, "response_url": slack.response_url, "trigger_id": slack.workspace.new_id("1.2.")}


def press(slack: FakeSlack, posted: Body, button: str, user: str = USER, channel: str = DIRECT, **more: Any) -> Body:
    """The press of the button with this title below a message that was posted."""
    return _act(slack, posted, *_button(posted["blocks"], button), user, channel) | more


def choose(slack: FakeSlack, posted: Body, option: str, user: str = USER, channel: str = DIRECT) -> Body:
    """The choice of this option in a list below a message that was posted."""
    lists = [(b, e) for b in posted["blocks"] for e in b.get("elements", []) if "option_groups" in e]
    for block, element in lists:
        for found in (one for group in element["option_groups"] for one in group["options"]):
            if found["text"]["text"] == option:
                chosen = {key: element[key] for key in ("type", "action_id")} | {"selected_option": found}
                return _act(slack, posted, block, chosen, user, channel)
    raise AssertionError(f"there is no option {option!r}")


def _act(slack: FakeSlack, posted: Body, block: Body, action: Body, user: str, channel: str) -> Body:
    container = {"type": "message", "message_ts": posted["ts"], "channel_id": channel, "is_ephemeral": False}
    if posted.get("thread_ts"):
        container["thread_ts"] = posted["thread_ts"]
    action = {**action, "block_id": block.get("block_id", "b1"), "action_ts": slack.workspace.new_ts()}
    seen = {"container": container, "message": posted, "channel": {"id": channel}, "response_url": slack.response_url}
    return _interaction(slack, "block_actions", user) | {"actions": [action]} | seen


def home_press(slack: FakeSlack, view: Body, button: str, user: str = USER) -> Body:
    """The press of a button in the App Home or in a modal."""
    block, element = _button(view["blocks"], button)
    action = {**element, "block_id": block.get("block_id", "b1"), "action_ts": slack.workspace.new_ts()}
    seen = {"container": {"type": "view", "view_id": "V1"}, "view": view}
    return _interaction(slack, "block_actions", user) | {"actions": [action]} | seen


def shortcut(slack: FakeSlack, callback: str, user: str = USER) -> Body:
    """A global shortcut."""
    return _interaction(slack, "shortcut", user) | {"callback_id": callback, "action_ts": slack.workspace.new_ts()}


def submission(slack: FakeSlack, view: Body, user: str = USER, **filled: str) -> Body:
    """A modal that was sent.

    Args:
        slack: it comes from there.
        view: as it was opened.
        user: who sends it.
        filled: by block, the title of the option that was chosen or the number that was typed; else what it showed.
    """
    values = {block["block_id"]: _value(block, filled) for block in view["blocks"] if block["type"] == "input"}
    return _interaction(slack, "view_submission", user) | {"view": {**view, "state": {"values": values}}}


def _value(block: Body, filled: Mapping[str, str]) -> Body:
    element, wanted = block["element"], filled.get(block["block_id"])
    if element["type"] != "static_select":
        number = element.get("initial_value") if wanted is None else wanted
        return {element["action_id"]: {"type": element["type"], "value": number}}
    groups = element.get("option_groups") or [{"options": element["options"]}]
    found = [o for group in groups for o in group["options"] if o["text"]["text"] == wanted]
    chosen = element.get("initial_option") if wanted is None else found[0]
    return {element["action_id"]: {"type": element["type"], "selected_option": chosen}}


def _interaction(slack: FakeSlack, kind: str, user: str) -> Body:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "team"},
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": APP,
        "trigger_id": slack.workspace.new_id("1.2."),
    }


def _button(blocks: Sequence[Body], title: str) -> tuple[Body, Body]:
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory")]:
            if isinstance(element, dict) and element.get("type") == "button" and element["text"]["text"] == title:
                return block, element
    raise AssertionError(f"there is no button {title!r}")
