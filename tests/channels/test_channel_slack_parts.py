"""The parts of the Slack channel by themselves: reading, rendering, quiet hours, the words, and the app's manifest."""

from __future__ import annotations

import asyncio
import inspect
import re
from datetime import UTC, datetime

import pytest
import yaml
from channel_rows import read, rows
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from countoff.channels.slack import choosing, home, talking
from countoff.channels.slack.app import make_app
from countoff.channels.slack.channel import connect, greet
from countoff.channels.slack.delivery import make_client
from countoff.channels.slack.fake import APP_TOKEN, BOT_USER, CHANNEL, DIRECT, TOKEN, USER
from countoff.channels.slack.fake.requests import event
from countoff.channels.slack.fake.rules import check_blocks
from countoff.channels.slack.fake.socket import FakeSocket
from countoff.channels.slack.parse import hear
from countoff.channels.slack.parts import Parts, Place
from countoff.channels.slack.quiet import is_quiet
from countoff.channels.slack.render import MOST_SECTION, rendered
from countoff.channels.slack.sets import SlackPlayer
from countoff.channels.slack.text import plain
from countoff.channels.slack.words import NAME, SlackWords
from countoff.channels.slack.work import Desk
from countoff.channels.words import read_words
from countoff.errors import KnowledgeError
from countoff.exercises import load_knowledge
from countoff.history import HistoryStore, Inbox, LogEntry, Notes
from countoff.settings import PROJECT, Settings

WORDS = read_words(SlackWords, NAME)
MANIFEST = yaml.safe_load((PROJECT / "deploy" / "slack" / "manifest.yml").read_text(encoding="utf-8"))
NIGHT, NOON = datetime(2026, 11, 26, 3, tzinfo=UTC), datetime(2026, 11, 26, 12, tzinfo=UTC)
PLACES = {
    "direct": Place(DIRECT),
    "in": lambda channel: Place(channel, "1.0"),
    "thread": lambda channel: Place(channel, "5.0"),
    "perhaps": lambda channel: Place(channel, "1.0"),
}


@pytest.mark.parametrize("row", rows(read("slack_text")))
def test_a_message_becomes_plain_words(row):
    assert plain(row["raw"], BOT_USER, "somebody") == row["text"]


@pytest.mark.parametrize("row", [row for row in read("slack_heard") if row["answered"]], ids=lambda row: row["id"])
def test_an_event_is_answered_where_it_was_said(row):
    content = {
        "type": "message",
        "user": USER,
        "text": "hi",
        "ts": "5.0",
        "channel": CHANNEL,
        "channel_type": "channel",
    }
    heard = hear(event(content | row["event"]))
    place = PLACES[row["answered"]]
    assert heard.place == (place if isinstance(place, Place) else place(heard.place.channel))
    assert heard.is_addressed is (row["answered"] != "perhaps")


@pytest.mark.parametrize(
    "text",
    ["a" * 9_000, "word " * 2_000, "A sentence. " * 900, "line\n" * 2_500, "<&>" * 3_000, " " * 4_000 + "x", "x"],
    ids=["one word", "words", "sentences", "lines", "signs", "blanks", "short"],
)
def test_a_long_answer_is_cut_into_what_slack_takes(text):
    fallback, blocks = rendered([{"text": text}], USER, WORDS)
    check_blocks({"blocks": blocks})
    assert all(len(block["text"]["text"]) <= MOST_SECTION for block in blocks)
    said = "".join(block["text"]["text"] for block in blocks)
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", fallback)


def test_a_turn_of_several_messages_is_one_message_with_four_buttons_at_most():
    buttons = [{"title": "t" * 100, "payload": "p" * 3_000}] * 3
    turn = [{"text": "One.\nSource: a", "buttons": buttons}, {"text": "Two.", "buttons": buttons}]
    text, blocks = rendered(turn, USER, WORDS)
    check_blocks({"blocks": blocks})
    assert [block["type"] for block in blocks] == ["section", "context", "actions", "section", "actions"]
    assert [len(block["elements"]) for block in blocks if block["type"] == "actions"] == [3, 1]
    assert text == "One.\nSource: a\n\nTwo."


@pytest.mark.parametrize(
    ("offset_s", "now", "snoozed", "quiet"),
    [
        (0, NOON, False, False),
        (0, NIGHT, False, True),
        (9 * 3_600, NIGHT, False, False),
        (9 * 3_600, NOON, False, True),
        (-5 * 3_600, NOON, False, True),
        (0, NOON, True, True),
    ],
    ids=["noon", "night", "noon in Tokyo", "evening in Tokyo", "dawn in Lima", "paused"],
)
async def test_nobody_is_disturbed_at_night_or_while_notifications_are_paused(slack, offset_s, now, snoozed, quiet):
    slack.workspace.users[USER]["tz_offset"] = offset_s
    slack.workspace.snoozed |= {USER} if snoozed else set()
    now_ms = int(now.timestamp() * 1000)
    assert await is_quiet(make_client(TOKEN, slack.api), USER, now_ms) is quiet


async def test_what_slack_does_not_tell_counts_as_quiet(slack):
    assert await is_quiet(make_client(TOKEN, slack.api), "U0NOBODY", int(NOON.timestamp() * 1000))


def test_words_that_are_missing_are_named(tmp_path):
    (tmp_path / "slack").mkdir()
    (tmp_path / "slack" / "en.yml").write_text("source: 'Source: {source}'\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="pressed"):
        read_words(SlackWords, NAME, tmp_path)


@pytest.fixture
def parts(slack, tmp_path) -> Parts:
    chosen = Settings(slack_bot_token=TOKEN, slack_api=slack.api)
    url = f"sqlite:///{tmp_path / 'countoff.db'}"
    store, notes = HistoryStore(url), Notes(url)
    return Parts(
        make_client(TOKEN, slack.api), None, None, str, store, notes, load_knowledge(), WORDS, chosen, "a secret", None
    )


async def test_a_set_that_cannot_be_read_holds_up_no_answer(parts):
    parts.notes = Notes("sqlite:////proc/nowhere/countoff.db")
    player = SlackPlayer(parts)
    assert await player.position(USER) is None
    assert await player.before(USER, Place(DIRECT), {"action": "stop"}) == ([], [])


class TestTheTokens:
    @pytest.fixture
    async def line(self, slack):
        """Opens the line of Socket Mode with a token, as the server does when it starts."""
        lines = []

        async def open_line(token: str) -> SocketModeClient:
            lines.append(SocketModeClient(token, web_client=make_client(TOKEN, slack.api), ping_interval=0.1))
            await connect(lines[0])
            return lines[0]

        yield open_line
        await lines[0].close()

    async def test_a_token_that_slack_refuses_is_said_so_and_not_tried_again(self, slack, line, caplog):
        refused = await line("xapp-of-another-app")
        assert not await refused.is_connected()
        assert [r.message for r in caplog.records if r.name.startswith("countoff")] == [
            "Slack refuses COUNTOFF_SLACK_APP_TOKEN: SlackApiError"
        ]
        assert len(slack.called("apps.connections.open")) == 1

    async def test_while_slack_is_away_the_line_is_tried_again(self, slack, line, caplog):
        slack.next("apps.connections.open", *["fails"] * 3)
        with FakeSocket(slack) as socket:
            await line(APP_TOKEN)
            await asyncio.to_thread(slack.until, lambda: socket.is_open)
        assert "Slack cannot be reached now" in caplog.text

    async def test_a_bot_token_that_slack_refuses_is_said_so(self, slack, parts, caplog):
        slack.next("auth.test", "refuses the token")
        await greet(parts)
        assert "Slack refuses COUNTOFF_SLACK_BOT_TOKEN" in caplog.text


class TestThePictureOfTheHome:
    @pytest.fixture
    def opened(self, slack, parts, tmp_path):
        """Opens the home, with a picture of so many sessions."""
        parts.chart = lambda entries: b"PNG" * len(entries)
        app = make_app(parts, Desk(Inbox(f"sqlite:///{tmp_path / 'countoff.db'}")))

        async def open_home(sessions: int) -> list[str]:
            for number in range(sessions):
                done = LogEntry(f"s{number}", "banded-psoas-march", "standing-band", None, 8, 8, 1, 1, number)
                parts.store.save(USER, {}, [], [done], None, number)
            slack.workspace.homes.clear()
            opening = event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": DIRECT})
            await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=opening))
            view = await asyncio.to_thread(slack.until, lambda: slack.workspace.homes.get(USER))
            return [block["slack_file"]["id"] for block in view["blocks"] if block["type"] == "image"]

        return open_home

    async def test_it_is_uploaded_once_and_again_when_there_are_more_sets(self, slack, opened):
        first, same, later = await opened(2), await opened(2), await opened(3)
        assert first == same != later
        assert len(first) == len(later) == 1
        assert list(slack.workspace.files) == later
        assert slack.workspace.files[later[0]]["data"] == b"PNGPNGPNG"

    @pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
    async def test_where_it_cannot_be_uploaded_there_are_words(self, slack, opened, method):
        slack.next(method, "refuses the token")
        assert await opened(2) == []
        assert "16 reps" in str(slack.workspace.homes[USER])

    async def test_where_somebody_deleted_it_there_are_words(self, slack, opened):
        await opened(2)
        slack.workspace.files.clear()
        assert await opened(2) == []
        assert "16 reps" in str(slack.workspace.homes[USER])


class TestManifest:
    def test_it_names_the_command_that_is_handled(self):
        assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == [talking.COMMAND]

    def test_it_names_the_shortcut_that_is_handled(self):
        found = [(shortcut["callback_id"], shortcut["name"]) for shortcut in MANIFEST["features"]["shortcuts"]]
        assert found == [(choosing.CHOOSE, WORDS.form_title)]

    def test_it_asks_for_the_events_that_are_handled_and_no_others(self):
        handled = set()
        for module in (talking, home):
            handled |= set(re.findall(r'app\.event\("([a-z_]+)"\)', inspect.getsource(module)))
        asked = {name.partition(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
        assert handled == asked == {"message", "app_mention", "app_home_opened"}

    def test_it_asks_for_the_scopes_that_its_events_and_methods_need_and_no_others(self):
        """The scopes of each method and event are those of docs.slack.dev."""
        needed = {"commands"}
        for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
            needed |= EVENT_SCOPES[name]
        for file in (PROJECT / "countoff" / "channels" / "slack").glob("*.py"):
            for method in re.findall(r"\.((?:[a-z]+_[a-zA-Z0-9_]+))\(", file.read_text(encoding="utf-8")):
                needed |= METHOD_SCOPES.get(method, set())
        assert needed == set(MANIFEST["oauth_config"]["scopes"]["bot"])

    def test_all_its_addresses_are_the_one_that_is_served(self):
        addresses = re.findall(r"https://\S+/webhooks/\S+", yaml.safe_dump(MANIFEST))
        assert addresses == ["https://coach.example.org/webhooks/slack/events"] * 3


EVENT_SCOPES = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
}
METHOD_SCOPES = {
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "conversations_open": {"im:write"},
    "files_upload_v2": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "files_delete": {"files:write"},
    "users_info": {"users:read"},
    "dnd_info": {"dnd:read"},
    "reactions_add": {"reactions:write"},
}
