"""The Slack channel over HTTP, with signed requests and a stand-in for Slack's Web API."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest
from channel_rows import read, rows
from rest_server import SECRET as INSTALLATION
from rest_server import says
from slack_server import URL, slack_settings, stays, stored, unfinished

from countoff.channels.identity import conversation_id
from countoff.channels.rate import RateLimiter
from countoff.channels.slack.channel import CoachSlackInput
from countoff.channels.slack.fake import BOT, BOT_USER, CHANNEL, DIRECT, USER
from countoff.channels.slack.fake.requests import (
    FORM,
    JSON,
    command,
    encoded,
    event,
    home_press,
    mention,
    message,
    press,
    signed,
)
from countoff.channels.slack.words import NAME, SlackWords
from countoff.channels.words import read_words
from countoff.history import HistoryStore, LogEntry
from countoff.settings import Settings

WORDS = read_words(SlackWords, NAME)
BUTTONS = [{"title": f"No. {number}", "payload": f"say {number}"} for number in range(6)]
OTHER = "U0BEN"
NOW = 1_795_600_000_000


@pytest.fixture(autouse=True)
def _says_hello(stage):
    stage.handler = says({"text": "Hello."})


def texts(stage) -> list[str]:
    return [said.text for said in stage.messages]


class TestWhoMaySpeak:
    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Slack-Signature": "v0=0"},
            {"X-Slack-Signature": "v0=é".encode()},
            {"X-Slack-Request-Timestamp": "yesterday"},
            {"X-Slack-Request-Timestamp": "9" * 40},
            {"X-Slack-Signature": ""},
        ],
        ids=["wrong", "not ASCII", "no time", "in another age", "empty"],
    )
    def test_a_bad_signature_is_refused_and_its_body_never_logged(self, send, stage, caplog, headers):
        caplog.set_level(logging.DEBUG)
        assert send(message("my secret ache"), **headers).status_code == 401
        assert stays(lambda: texts(stage)) == []
        assert "secret ache" not in caplog.text

    def test_a_request_leaves_what_others_log_as_it_was(self, send, slack):
        ours = logging.getLogger("countoff")
        before = ours.level, ours.disabled
        send.answers(message("hello"))
        assert (ours.level, ours.disabled) == before

    @pytest.mark.parametrize(("age_s", "status"), [(290, 200), (310, 401), (-310, 401)])
    def test_a_stale_signature_is_refused(self, client, slack, age_s, status):
        content, kind = encoded(message("hello"))
        assert client.post(URL, content=content, headers=signed(content, kind, age_s=age_s)).status_code == status

    def test_a_body_of_bytes_that_are_no_text_is_refused(self, client, slack):
        content = b"\xff\xfe{}"
        assert client.post(URL, content=content, headers=signed(b"{}", JSON)).status_code == 401

    def test_a_body_over_the_limit_is_refused(self, client, slack):
        assert client.post(URL, content=b"x" * 1_100_000, headers=signed(b"", JSON)).status_code == 413

    def test_slack_may_check_the_address(self, client, slack):
        content = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}).encode()
        reply = client.post(URL, content=content, headers=signed(content, JSON))
        assert (reply.status_code, reply.json()) == (200, {"challenge": "abc"})

    def test_a_content_type_with_a_charset_is_read(self, send, slack):
        assert len(send.answers(message("hello"))) == 1
        assert send(message("hello"), **{"Content-Type": "application/json; charset=utf-8"}).status_code == 200
        slack.until(lambda: len(slack.posted(DIRECT)) == 2)


class TestWhatIsAnswered:
    def test_a_direct_message(self, send, stage):
        (answer,) = send.answers(message("which *band*?"))
        assert (answer["text"], answer.get("thread_ts")) == ("Hello.", None)
        assert texts(stage) == ["which band?"]
        assert stage.messages[0].sender_id.startswith("slack-")
        assert stage.messages[0].metadata == {"surface": "screen"}

    def test_a_mention_in_its_thread(self, send):
        asked = mention("which band?")
        (answer,) = send.answers(asked, CHANNEL)
        assert answer["thread_ts"] == asked["event"]["ts"]

    def test_a_thread_goes_on_with_those_who_asked(self, send, stage, slack):
        asked = mention("which band?")
        thread = asked["event"]["ts"]
        send.answers(asked, CHANNEL)
        send(message("another opinion", OTHER, CHANNEL, thread_ts=thread))
        send(message("and in another thread", USER, CHANNEL, thread_ts="1.0"))
        (answer,) = send.answers(message("and lighter?", USER, CHANNEL, thread_ts=thread), CHANNEL)
        assert answer["thread_ts"] == thread
        assert stays(lambda: texts(stage)) == ["which band?", "and lighter?"]

    def test_two_users_of_a_thread_have_a_conversation_each(self, send, stage):
        asked = mention("which band?")
        send.answers(asked, CHANNEL)
        send.answers(mention("and me?", OTHER, thread_ts=asked["event"]["ts"]), CHANNEL)
        send.answers(message("hello"))
        names = [said.sender_id for said in stage.messages]
        assert names[0] == names[2] != names[1]

    @pytest.mark.parametrize("text", [":tada:", "", "   "])
    def test_a_message_without_words_is_answered_kindly(self, send, stage, text):
        file = {"subtype": "file_share", "files": [{"id": "F1", "mimetype": "audio/mp4"}]}
        send.answers(message(text, **file))
        assert stage.messages[0].metadata["countoff"] == {"problem": "not_text"}

    def test_a_mention_without_words_is_a_greeting(self, send, stage):
        send.answers(mention(""), CHANNEL)
        assert texts(stage) == [WORDS.say_nothing]

    @pytest.mark.parametrize("text", ["a" * 40_000, "*" * 40_000, "*a " * 13_000, "<" * 40_000, ":a" * 5_000])
    def test_forty_thousand_characters_are_answered_kindly(self, send, stage, text):
        send.answers(message(text))
        assert stage.messages[0].metadata["countoff"] == {"problem": "too_long"}
        assert len(stage.messages[0].text) <= 4_000

    def test_a_set_that_cannot_be_recorded_is_ended_and_said_so(self, send, stage, slack):
        stage.handler = says({"text": "Here we go.", "custom": {"v": 1, "session": {"action": "start", "id": "s1"}}})
        send(message("start"))
        slack.until(lambda: [m["text"] for m in slack.posted(DIRECT)] == ["Here we go.", WORDS.set_no_file])
        assert stays(lambda: texts(stage)) == ["start", WORDS.say_stop]

    def test_no_text_begins_with_a_slash(self, send, stage):
        send.answers(message("/restart"))
        assert texts(stage) == ["restart"]

    def test_a_flood_is_told_so(self, send, stage):
        stage.limiter = RateLimiter(0.001)
        send.answers(message("hello"))
        (answer,) = send.answers(message("hello"))
        assert "a second" in answer["text"]


class TestTheCommand:
    def test_it_is_answered_for_one_person(self, send, slack, stage):
        assert send(command(slack, "which band?")).status_code == 200
        slack.until(lambda: slack.workspace.private)
        (answer,) = slack.workspace.private
        assert (answer["text"], answer["response_type"], answer["replace_original"]) == ("Hello.", "ephemeral", False)
        assert (texts(stage), slack.posted()) == (["which band?"], [])

    @pytest.mark.parametrize("mood", ["throttles", "fails", "cuts"])
    def test_whatever_slack_answers_there_is_one_answer(self, send, slack, stage, mood):
        slack.next("response_url", mood)
        send(command(slack, "hello"))
        slack.until(lambda: slack.workspace.private)
        assert stays(lambda: len(slack.workspace.private)) == 1
        assert texts(stage) == ["hello"]

    def test_without_words_it_says_what_to_do(self, send, slack, stage):
        send(command(slack, " "))
        slack.until(lambda: slack.workspace.private)
        assert slack.workspace.private[0]["text"] == WORDS.command
        assert texts(stage) == []


class TestButtons:
    @pytest.fixture
    def answer(self, send, stage) -> dict[str, Any]:
        stage.handler = says({"text": "One of <these> & those?\nSource: a paper", "buttons": BUTTONS})
        return dict(send.answers(message("hello"))[0])

    def test_there_are_four_at_most_and_the_text_is_escaped(self, answer):
        said, source, buttons = answer["blocks"]
        assert said["text"] == {"type": "mrkdwn", "text": "One of &lt;these&gt; &amp; those?"}
        assert source["elements"][0]["text"] == "Source: a paper"
        assert [element["text"]["text"] for element in buttons["elements"]] == ["No. 0", "No. 1", "No. 2", "No. 3"]

    def test_one_that_is_pressed_is_answered_and_marked(self, send, slack, stage, answer):
        send.answers(press(slack, answer, "No. 2"))
        slack.until(lambda: slack.called("chat.update"))
        assert texts(stage)[1:] == ["say 2"]
        kinds = [block["type"] for block in slack.posted(DIRECT)[0]["blocks"]]
        assert kinds == ["section", "context", "context"]
        assert WORDS.pressed.format(title="No. 2") in str(slack.posted(DIRECT)[0]["blocks"])

    def test_one_that_is_pressed_twice_is_answered_once(self, send, slack, stage, answer):
        for title in ("No. 1", "No. 1", "No. 3"):
            assert send(press(slack, answer, title)).status_code == 200
        slack.until(lambda: len(texts(stage)) == 2)
        assert stays(lambda: texts(stage)[1:]) == ["say 1"]

    def test_one_in_a_thread_is_answered_there(self, send, slack, stage):
        stage.handler = says({"text": "Well?", "buttons": BUTTONS[:1]})
        asked = mention("hello")
        (answer,) = send.answers(asked, CHANNEL)
        (after,) = send.answers(press(slack, answer, "No. 0", channel=CHANNEL), CHANNEL)
        assert after["thread_ts"] == asked["event"]["ts"]

    def test_nobody_presses_for_somebody_else(self, send, slack, stage, answer):
        send(press(slack, answer, "No. 0", user=OTHER))
        slack.until(lambda: slack.workspace.private)
        assert slack.workspace.private[0]["text"] == WORDS.not_yours
        send.answers(press(slack, answer, "No. 0"))
        assert texts(stage)[1:] == ["say 0"]

    def test_one_of_an_answer_to_one_person_is_answered_there(self, send, slack, stage):
        stage.handler = says({"text": "Well?", "buttons": BUTTONS[:1]})
        send(command(slack, "hello"))
        slack.until(lambda: slack.workspace.private)
        shown = {**slack.workspace.private[0], "ts": "7.0"}
        container = {"type": "message", "message_ts": "7.0", "channel_id": CHANNEL, "is_ephemeral": True}
        send(press(slack, shown, "No. 0", channel=CHANNEL, container=container, message=None))
        slack.until(lambda: len(slack.workspace.private) == 2)
        assert (texts(stage), slack.posted()) == (["hello", "say 0"], [])

    def test_one_that_nobody_knows_any_more_says_so(self, send, slack, stage, answer):
        unknown = press(slack, answer, "No. 0")
        unknown["actions"] = [{"type": "button", "action_id": "of.old", "block_id": "b", "value": "x"}]
        assert send(unknown).status_code == 200
        slack.until(lambda: slack.workspace.private)
        assert slack.workspace.private[0]["text"] == WORDS.no_longer

    def test_a_message_that_is_gone_cannot_be_marked_and_is_answered(self, send, slack, stage, answer):
        slack.workspace.channels[DIRECT].clear()
        assert len(send.answers(press(slack, answer, "No. 0"))) == 1


class TestOnce:
    def test_an_event_that_comes_again_is_answered_once(self, send, slack, stage):
        asked = message("hello")
        send.answers(asked)
        for number in ("1", "2", "3"):
            again = send(asked, **{"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"})
            assert again.status_code == 200
        assert stays(lambda: len(slack.posted())) == 1
        assert texts(stage) == ["hello"]

    def test_what_was_said_is_erased_once_it_is_answered(self, send, slack):
        send.answers(message("my wolpertinger aches"))
        slack.until(lambda: stored(send.database, "SELECT * FROM inbox WHERE body IS NULL AND replies IS NULL"))
        assert slack.until(lambda: not unfinished(send.database))
        assert "wolpertinger" not in str(stored(send.database, "SELECT * FROM inbox"))

    @pytest.mark.parametrize(
        "mood",
        ["throttles", "fails", "fails after doing it", "does not answer", "does it and does not answer", "cuts"],
    )
    def test_whatever_slack_answers_there_is_one_answer_and_one_turn(self, send, slack, stage, mood):
        slack.next("chat.postMessage", mood)
        send(message("hello"))
        slack.until(lambda: slack.posted(DIRECT))
        assert stays(lambda: len(slack.posted(DIRECT))) == 1
        assert texts(stage) == ["hello"]

    def test_a_message_is_not_posted_where_slack_does_not_tell_whether_it_was(self, send, slack):
        slack.next("chat.postMessage", "fails after doing it")
        slack.next("conversations.history", *["refuses the token"])
        send(message("hello"))
        slack.until(lambda: slack.called("conversations.history"))
        assert stays(lambda: len(slack.posted(DIRECT))) == 1

    def test_a_token_that_is_refused_fails_no_request(self, send, slack, stage):
        slack.next("chat.postMessage", "refuses the token")
        assert send(message("hello")).status_code == 200
        slack.until(lambda: slack.called("chat.postMessage"))
        assert len(send.answers(message("hello again"))) == 1


@pytest.mark.parametrize("row", rows(read("slack_payloads")))
def test_no_payload_fails(client, slack, stage, row):
    if "raw" in row:
        content, kind = row["raw"].encode(), FORM if "=" in row["raw"] else JSON
    else:
        content, kind = encoded(row["body"])
    reply = client.post(URL, content=content, headers=signed(content, kind))
    assert reply.status_code == row["status"]
    assert stays(lambda: texts(stage)) == []


@pytest.mark.parametrize("row", [row for row in read("slack_heard") if row["answered"] is None], ids=lambda r: r["id"])
def test_what_is_not_for_the_coach_is_not_answered(send, stage, row):
    content = {"type": "message", "user": USER, "text": "hi", "ts": "5.0", "channel": CHANNEL}
    assert send(event(content | {"channel_type": "channel"} | row["event"])).status_code == 200
    assert stays(lambda: texts(stage)) == []


@pytest.mark.parametrize(
    "chosen",
    [{}, {"slack_bot_token": "xoxb-1"}, {"slack_signing_secret": "s"}, {"slack_app_token": "xapp-1"}],
    ids=["nothing", "no secret", "no token", "no bot"],
)
def test_it_stays_out_with_one_line_where_it_is_not_configured(caplog, chosen):
    routes = CoachSlackInput(Settings(**chosen)).blueprint(lambda message: None)
    assert not routes._future_routes
    assert [record.message for record in caplog.records if "stays out" in record.message] != []
    assert len(caplog.records) == 1


def test_socket_mode_opens_no_address(slack, tmp_path):
    chosen = slack_settings(slack, tmp_path)
    chosen = Settings(**{**vars(chosen), "slack_app_token": "xapp-1"})
    assert not CoachSlackInput(chosen).blueprint(lambda message: None)._future_routes


def test_the_stand_in_is_the_bot_that_it_says_it_is(slack):
    asked = httpx.post(f"{slack.api}auth.test", headers={"Authorization": "Bearer xoxb-1-fake"}, trust_env=False)
    refused = httpx.post(f"{slack.api}auth.test", headers={"Authorization": "Bearer other"}, trust_env=False)
    assert (asked.json()["user_id"], asked.json()["bot_id"]) == (BOT_USER, BOT)
    assert refused.json()["error"] == "invalid_auth"


class TestHome:
    @pytest.fixture
    def opened(self, send, slack):
        def open_home() -> dict[str, Any]:
            slack.workspace.homes.clear()
            send(event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": DIRECT}))
            return slack.until(lambda: slack.workspace.homes.get(USER))

        return open_home

    @pytest.fixture
    def sets_done(self, send):
        store = HistoryStore(f"sqlite:///{send.database}")
        name = conversation_id("slack", USER, INSTALLATION)

        def add(*sides: int) -> None:
            for number, done in enumerate(sides):
                ended = NOW + number
                entry = LogEntry(
                    f"s{number}", "banded-psoas-march", "standing-band", "yellow", done, done, 1, ended, ended
                )
                store.save(name, {}, [], [entry], None, ended)

        yield add
        store.forget(name)

    def test_without_sets_it_says_so(self, opened):
        assert WORDS.home_empty in str(opened())

    def test_the_users_own_sets_are_listed_the_latest_first(self, opened, sets_done):
        sets_done(8, 10)
        shown = str(opened())
        assert shown.index("20 reps") < shown.index("16 reps")
        assert "banded psoas march" in shown

    def test_another_tab_shows_nothing(self, send, slack):
        send(event({"type": "app_home_opened", "user": USER, "tab": "messages", "channel": DIRECT}))
        assert stays(lambda: slack.called("views.publish")) == []

    def test_forget_me_asks_first_and_tells_the_coach(self, send, slack, stage, opened):
        stage.handler = says({"text": "It is gone."})
        view = opened()
        button = view["blocks"][-1]["elements"][0]
        assert button["confirm"]["text"]["text"] == WORDS.home_forget_text
        send(home_press(slack, view, WORDS.home_forget))
        slack.until(lambda: "It is gone." in str(slack.workspace.homes[USER]))
        assert texts(stage) == [WORDS.say_forget, WORDS.say_yes]

    def test_a_home_that_slack_refuses_fails_no_request(self, send, slack):
        slack.next("views.publish", "refuses the token")
        opening = event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": DIRECT})
        assert send(opening).status_code == 200
