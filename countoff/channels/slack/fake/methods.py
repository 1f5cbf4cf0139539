"""Methods of Slack's Web API, carried out on a workspace.

Each takes the arguments of a request and returns what is answered beside ``ok``; see docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from countoff.channels.slack.fake.rules import SlackRefusal, check_blocks, check_text, check_view
from countoff.channels.slack.fake.workspace import APP, BOT, BOT_USER, TEAM, Arguments, Workspace


def _auth_test(workspace: Workspace, arguments: Arguments) -> Arguments:
    names = {"url": "https://team.slack.com/", "team": "Team", "user": "coach", "is_enterprise_install": False}
    return {**names, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT}


def _open_line(workspace: Workspace, arguments: Arguments) -> Arguments:
    if not workspace.socket:
        raise SlackRefusal("internal_error")
    return {"url": f"{workspace.socket}?ticket={workspace.new_id('')}"}


def _post(workspace: Workspace, arguments: Arguments) -> Arguments:
    check_text(arguments)
    check_blocks(arguments)
    messages = _channel(workspace, arguments)
    thread = arguments.get("thread_ts")
    message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": workspace.new_ts(), **arguments}
    if thread is None:
        message.pop("thread_ts", None)
    messages.append(message)
    return {"channel": arguments["channel"], "ts": message["ts"], "message": message}


def _update(workspace: Workspace, arguments: Arguments) -> Arguments:
    check_text(arguments)
    check_blocks(arguments)
    found = [m for m in _channel(workspace, arguments) if m["ts"] == arguments.get("ts")]
    if not found:
        raise SlackRefusal("message_not_found")
    if found[0].get("bot_id") != BOT:
        raise SlackRefusal("cant_update_message")
    found[0].update({key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments})
    return {"channel": arguments["channel"], "ts": arguments["ts"], "text": found[0].get("text", "")}


def _delete(workspace: Workspace, arguments: Arguments) -> Arguments:
    messages = _channel(workspace, arguments)
    kept = [m for m in messages if m["ts"] != arguments.get("ts")]
    if len(kept) == len(messages):
        raise SlackRefusal("message_not_found")
    messages[:] = kept
    return {"channel": arguments["channel"], "ts": arguments["ts"]}


def _ephemeral(workspace: Workspace, arguments: Arguments) -> Arguments:
    check_text(arguments)
    check_blocks(arguments)
    if not arguments.get("user"):
        raise SlackRefusal("invalid_arguments")
    _channel(workspace, arguments)
    workspace.private.append(arguments)
    return {"message_ts": workspace.new_ts()}


def _messages(workspace: Workspace, arguments: Arguments) -> Arguments:
    messages = list(_channel(workspace, arguments))
    thread = arguments.get("ts")
    if thread is not None:
        messages = [m for m in messages if thread in (m["ts"], m.get("thread_ts"))]
    else:
        messages = [m for m in messages if "thread_ts" not in m][::-1]
    if arguments.get("include_all_metadata") not in (True, "1", "true"):
        messages = [{key: value for key, value in m.items() if key != "metadata"} for m in messages]
    return {"messages": messages[: int(arguments.get("limit", 100))], "has_more": False}


def _channel(workspace: Workspace, arguments: Arguments) -> list[dict[str, Any]]:
    channel = arguments.get("channel")
    if channel not in workspace.known:
        raise SlackRefusal("channel_not_found")
    return workspace.channels[channel]


def _open_conversation(workspace: Workspace, arguments: Arguments) -> Arguments:
    if arguments.get("users") not in workspace.users:
        raise SlackRefusal("user_not_found")
    name = f"D{str(arguments['users'])[1:]}"
    workspace.known.add(name)
    return {"channel": {"id": name}}


def _open_view(workspace: Workspace, arguments: Arguments) -> Arguments:
    if not arguments.get("trigger_id"):
        raise SlackRefusal("invalid_arguments")
    if str(arguments["trigger_id"]).startswith("old"):
        raise SlackRefusal("expired_trigger_id")
    if arguments["trigger_id"] in workspace.triggers:
        raise SlackRefusal("exchanged_trigger_id")
    opened = _keep_view(workspace, workspace.new_id("V"), arguments)
    workspace.triggers.add(arguments["trigger_id"])
    return opened


def _update_view(workspace: Workspace, arguments: Arguments) -> Arguments:
    if arguments.get("view_id") not in workspace.views:
        raise SlackRefusal("not_found")
    return _keep_view(workspace, str(arguments["view_id"]), arguments)


def _keep_view(workspace: Workspace, name: str, arguments: Arguments) -> Arguments:
    check_view(arguments.get("view"), "modal")
    view = {**arguments["view"], "id": name, "hash": workspace.new_ts(), "team_id": TEAM, "app_id": APP}
    workspace.views[name] = view
    return {"view": view}


def _publish(workspace: Workspace, arguments: Arguments) -> Arguments:
    check_view(arguments.get("view"), "home")
    pictures = [block["slack_file"]["id"] for block in arguments["view"]["blocks"] if "slack_file" in block]
    if not workspace.files.keys() >= set(pictures):
        raise SlackRefusal("invalid_arguments", "invalid slack file")
    if arguments.get("user_id") not in workspace.users:
        raise SlackRefusal("invalid_arguments")
    workspace.homes[str(arguments["user_id"])] = arguments["view"]
    return {"view": {**arguments["view"], "id": workspace.new_id("V")}}


def _upload_url(workspace: Workspace, arguments: Arguments) -> Arguments:
    length = int(arguments.get("length", "0"))
    if not arguments.get("filename") or length <= 0:
        raise SlackRefusal("invalid_arguments")
    name = workspace.new_id("F")
    workspace.files[name] = {"id": name, "filename": arguments["filename"], "length": length}
    return {"file_id": name, "upload_url": f"{workspace.address}/upload/{name}"}


def _complete_upload(workspace: Workspace, arguments: Arguments) -> Arguments:
    shared = []
    channel = arguments.get("channel_id")
    if channel is not None and channel not in workspace.known:
        raise SlackRefusal("channel_not_found")
    for wanted in arguments.get("files") or []:
        file = workspace.files.get(wanted["id"])
        if file is None or "data" not in file:
            raise SlackRefusal("file_not_found")
        file |= {"title": wanted.get("title"), "channel": channel, "thread_ts": arguments.get("thread_ts")}
        shared.append({"id": file["id"], "title": file["title"]})
    if channel is not None:
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": workspace.new_ts(), "files": shared}
        message["text"] = arguments.get("initial_comment", "")
        thread = {"thread_ts": arguments["thread_ts"]} if arguments.get("thread_ts") else {}
        workspace.channels[channel].append(message | thread)
    return {"files": shared}


def _delete_file(workspace: Workspace, arguments: Arguments) -> Arguments:
    if workspace.files.pop(str(arguments.get("file")), None) is None:
        raise SlackRefusal("file_not_found")
    return {}


def _react(workspace: Workspace, arguments: Arguments) -> Arguments:
    if arguments in workspace.reactions:
        raise SlackRefusal("already_reacted")
    workspace.reactions.append(arguments)
    return {}


def _user(workspace: Workspace, arguments: Arguments) -> Arguments:
    user = workspace.users.get(str(arguments.get("user")))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"user": user}


def _snooze(workspace: Workspace, arguments: Arguments) -> Arguments:
    is_off = arguments.get("user") in workspace.snoozed
    window = {"next_dnd_start_ts": 1, "next_dnd_end_ts": int(time.time()) + 3_600} if is_off else {}
    return {"dnd_enabled": is_off, "snooze_enabled": is_off, **window}


METHODS: dict[str, Callable[[Workspace, Arguments], Arguments]] = {
    "auth.test": _auth_test,
    "apps.connections.open": _open_line,
    "chat.postMessage": _post,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.postEphemeral": _ephemeral,
    "conversations.history": _messages,
    "conversations.replies": _messages,
    "conversations.open": _open_conversation,
    "views.open": _open_view,
    "views.update": _update_view,
    "views.publish": _publish,
    "files.getUploadURLExternal": _upload_url,
    "files.completeUploadExternal": _complete_upload,
    "files.delete": _delete_file,
    "reactions.add": _react,
    "users.info": _user,
    "dnd.info": _snooze,
}
