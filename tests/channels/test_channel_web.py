"""The web channel over HTTP: conversations, messages, history, and whatever is not one."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from channel_rows import read, rows
from rasa.core.run import create_http_input_channels
from rest_server import LISTED, SECRET, says

from countoff.channels.http import MAX_BODY_BYTES
from countoff.channels.identity import conversation_id
from countoff.channels.rate import RateLimiter
from countoff.channels.web.channel import CoachWebInput
from countoff.channels.web.conversation import make_token, read_token
from countoff.channels.words import load_words
from countoff.history import LogEntry
from countoff.settings import PROJECT

URL = "/webhooks/web"
WORDS = load_words()
HELLO = {"text": "Hello."}
HEADER = "X-Countoff-Conversation"
POSITION = {"id": "a", "rev": 1, "position_ms": 9_000}


@pytest.fixture
def token(client, stage):
    return client.post(f"{URL}/conversations").json()["conversation"]


def user_of(token):
    return conversation_id("web", read_token(token, SECRET), SECRET)


def say(client, token, message="hello", headers=None, **metadata):
    body = {"conversation": token, "message": message, "metadata": metadata}
    return client.post(f"{URL}/messages", json=body, headers=headers)


def body_of(row, token):
    if "hex" in row:
        return bytes.fromhex(row["hex"])
    if "session" in row:
        row = {"json": {"conversation": token, "message": "", "metadata": {"session": row["session"]}}}
    text = row["body"] if "body" in row else json.dumps(row["json"])
    return text.replace("{token}", token).encode()


def is_refused(reply, status, field=None):
    return (
        (reply.status_code, reply.json()["field"]) == (status, field)
        and bool(reply.json()["error"])
        and reply.headers["content-type"] == "application/json"
        and reply.headers["cache-control"] == "no-store"
        and reply.headers["x-content-type-options"] == "nosniff"
        and reply.headers["vary"] == "Origin"
    )


def test_health(client, stage):
    reply = client.get(f"{URL}/health")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


class TestConversations:
    def test_each_is_new_and_cannot_be_guessed(self, client, stage):
        replies = [client.post(f"{URL}/conversations") for _ in range(20)]
        tokens = {reply.json()["conversation"] for reply in replies}
        assert {reply.status_code for reply in replies} == {201}
        assert {reply.headers["cache-control"] for reply in replies} == {"no-store"}
        assert len(tokens) == 20
        assert all(re.fullmatch(r"[\w-]{22}\.[\w-]{22}", token) for token in tokens)

    def test_every_server_with_the_secret_knows_it_and_no_other(self, client, token):
        assert read_token(token, SECRET)
        assert is_refused(say(client, make_token("the secret of another place")), 403, "conversation")

    @pytest.mark.parametrize("place", range(45))
    def test_a_token_with_one_character_changed_is_refused(self, client, stage, token, place):
        other = "A" if token[place] != "A" else "B"
        assert is_refused(say(client, token[:place] + other + token[place + 1 :]), 403, "conversation")
        assert stage.messages == []

    def test_a_flood_of_them_is_told_when_to_come_back(self, client, stage):
        stage.newcomers.limiter = RateLimiter(0.1)
        first, second = (client.post(f"{URL}/conversations") for _ in range(2))
        assert first.status_code == 201
        assert is_refused(second, 429)
        assert (second.headers["retry-after"], second.json()["error"]) == ("10", WORDS.too_many_messages)
        assert say(client, first.json()["conversation"]).status_code == 200

    def test_a_body_is_not_needed_and_not_kept(self, client, stage):
        assert client.post(f"{URL}/conversations", content=b"{}").status_code == 201
        assert is_refused(client.post(f"{URL}/conversations", content=b"x" * (MAX_BODY_BYTES + 1)), 413)


class TestMessages:
    def test_a_turn_is_answered(self, client, stage, token):
        stop = {"v": 1, "session": {"action": "stop"}}
        stage.handler = says({"text": "One.\n\nStill one.", "custom": stop}, {"text": "Two."})
        reply = say(client, token)
        assert reply.status_code == 200
        assert reply.json() == {
            "messages": [
                {"recipient_id": token, "text": "One.\n\nStill one.", "custom": stop},
                {"recipient_id": token, "text": "Two."},
            ]
        }
        message = stage.messages[0]
        assert (message.text, message.input_channel, message.output_channel.name()) == ("hello", "web", "web")
        assert message.sender_id == user_of(token)
        assert message.sender_id not in reply.text

    def test_what_is_known_of_the_metadata_is_passed_on_and_a_screen_is_a_screen(self, client, stage, token):
        events = [{"type": "paused", "position_ms": 9_000, "at": 1_767_225_600_000}, {"type": "pain"}]
        session = {**POSITION, "events": events}
        for metadata in ({"session": session, "surface": "voice", "is_external": True}, {"surface": 5}, {}):
            assert say(client, token, "", **metadata).status_code == 200
        passed = [message.metadata for message in stage.messages]
        assert passed == [{"surface": "screen", "session": session}, {"surface": "screen"}, {"surface": "screen"}]

    @pytest.mark.parametrize("metadata", [{}, {"metadata": None}], ids=["none", "null"])
    def test_metadata_may_be_left_out(self, client, stage, token, metadata):
        body = {"conversation": token, "message": "hello", **metadata}
        assert client.post(f"{URL}/messages", json=body).status_code == 200

    @pytest.mark.parametrize("id_and_rev", [{"id": "a stranger"}, {"rev": 999}], ids=["foreign id", "other rev"])
    def test_a_position_of_another_plan_is_left_to_the_coach(self, client, stage, token, id_and_rev):
        assert say(client, token, "pause", session={**POSITION, **id_and_rev}).status_code == 200
        assert stage.messages[0].metadata["session"] == {**POSITION, **id_and_rev}

    @pytest.mark.parametrize("row", rows(read("web_refused")))
    def test_a_body_that_is_wrong_is_refused_with_a_reason(self, client, stage, token, row):
        reply = client.post(f"{URL}/messages", content=body_of(row, token))
        assert is_refused(reply, row["status"], row["field"]), reply.text
        assert stage.messages == []

    @pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
    def test_a_body_over_the_limit_is_refused_and_the_next_is_taken(self, client, stage, token, chunked):
        def chunks():
            for _ in range(MAX_BODY_BYTES // 65_536 + 2):
                yield b"x" * 65_536

        reply = client.post(f"{URL}/messages", content=chunks() if chunked else b"x" * (MAX_BODY_BYTES + 1))
        assert is_refused(reply, 413)
        assert say(client, token).status_code == 200

    @pytest.mark.parametrize("body", [b"[" * 60_000, b'{"conversation":' * 6_000], ids=["lists", "objects"])
    def test_json_that_is_built_to_hurt_is_refused(self, client, stage, body):
        assert is_refused(client.post(f"{URL}/messages", content=body), 400)

    def test_a_message_far_too_long_reaches_the_coach_as_a_problem(self, client, stage, token):
        assert say(client, token, "mind the gap " * 2_000).status_code == 200
        assert stage.messages[0].metadata == {"surface": "screen", "countoff": {"problem": "too_long"}}

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{constructor}}", "</script><b>"]
    )
    def test_markup_stays_text(self, client, stage, token, text):
        stage.handler = says({"text": text})
        reply = say(client, token, text)
        assert (stage.messages[0].text, reply.json()["messages"][0]["text"]) == (text, text)
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["x-content-type-options"] == "nosniff"

    def test_a_slash_is_no_command(self, client, stage, token):
        say(client, token, "/restart")
        assert stage.messages[0].text == "restart"

    def test_a_flood_is_told_when_to_come_back_and_others_are_not(self, client, stage, token):
        other = client.post(f"{URL}/conversations").json()["conversation"]
        stage.limiter = RateLimiter(0.1)
        taken, refused, others = say(client, token), say(client, token), say(client, other)
        assert [reply.status_code for reply in (taken, refused, others)] == [200, 429, 200]
        assert (refused.headers["retry-after"], refused.json()["error"]) == ("10", WORDS.too_many_messages)

    def test_a_turn_that_fails_gets_an_apology(self, client, stage, token):
        async def fails(message):
            raise RuntimeError

        stage.handler = fails
        assert [message["text"] for message in say(client, token).json()["messages"]] == [WORDS.apology]

    def test_many_users_at_once_get_their_own_answers(self, client, stage):
        async def echo(message):
            await message.output_channel.send_response(message.sender_id, {"text": message.text})

        stage.handler = echo

        def talk(number):
            token = client.post(f"{URL}/conversations").json()["conversation"]
            return token, say(client, token, f"I am {number}").json()["messages"]

        with ThreadPoolExecutor(16) as pool:
            for number, (token, messages) in enumerate(pool.map(talk, range(60))):
                assert messages == [{"recipient_id": token, "text": f"I am {number}"}]


class TestHistory:
    ENTRY = LogEntry(
        "s1", "banded-psoas-march", "standing-band", "yellow", 8, 7, 2, 1_000, 1_767_225_600_000, True, "easy"
    )

    def test_without_a_session_it_is_empty(self, client, token):
        reply = client.get(f"{URL}/history", headers={HEADER: token})
        assert (reply.status_code, reply.json()) == (200, {"sessions": []})
        assert reply.headers["cache-control"] == "no-store"

    def test_it_has_what_a_chart_needs(self, client, stage, token):
        stage.log[user_of(token)] = [self.ENTRY] * 70
        sessions = client.get(f"{URL}/history", headers={HEADER: token}).json()["sessions"]
        assert len(sessions) == 60
        day = sessions[0].pop("day")
        assert re.fullmatch(r"202[56]-\d\d-\d\d", day)
        assert sessions[0] == {
            "ended_ms": 1_767_225_600_000,
            "exercise": "banded-psoas-march",
            "variation": "standing-band",
            "band": "yellow",
            "sets": 2,
            "reps": 15,
            "reps_left": 8,
            "reps_right": 7,
            "effort": "easy",
            "confirmed": True,
        }

    def test_nobody_reads_that_of_another(self, client, stage, token):
        stage.log[user_of(token)] = [self.ENTRY]
        other = client.post(f"{URL}/conversations").json()["conversation"]
        assert client.get(f"{URL}/history", headers={HEADER: other}).json() == {"sessions": []}

    @pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "anna"}, {HEADER: make_token("another secret..")}])
    def test_without_a_conversation_there_is_none(self, client, stage, headers):
        assert is_refused(client.get(f"{URL}/history", headers=headers), 403, "conversation")

    def test_the_address_holds_no_token(self, client, token):
        assert is_refused(client.get(f"{URL}/history?conversation={token}"), 403, "conversation")

    def test_a_flood_is_told_when_to_come_back(self, client, stage, token):
        stage.limiter = RateLimiter(0.1)
        replies = [client.get(f"{URL}/history", headers={HEADER: token}) for _ in range(2)]
        assert [reply.status_code for reply in replies] == [200, 429]

    def test_a_database_that_is_lost_is_said_without_its_address(self, client, stage, token):
        stage.log = None
        reply = client.get(f"{URL}/history", headers={HEADER: token})
        assert is_refused(reply, 503)
        assert "disk" not in reply.text
        assert reply.headers["retry-after"] == "2"


ROUTES = [("POST", "conversations", 201), ("POST", "messages", 400), ("GET", "history", 403), ("GET", "health", 200)]


class TestOrigins:
    @pytest.mark.parametrize("row", rows(read("web_origins")))
    @pytest.mark.parametrize(("method", "route", "status"), ROUTES, ids=[route for _, route, _ in ROUTES])
    def test_who_may_talk(self, client, stage, row, method, route, status):
        headers = {"Host": "coach.test:5005", **row["headers"]}
        reply = client.request(method, f"{URL}/{route}", headers=headers, content=b"" if method == "POST" else None)
        if row["may"]:
            assert reply.status_code == status
        else:
            assert is_refused(reply, 403, "origin")
        may_read = row["headers"]["origin"] if row.get("read") else None
        assert reply.headers.get("access-control-allow-origin") == may_read
        assert reply.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in reply.headers

    def ask(self, client, origin, route="messages"):
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        }
        return client.options(f"{URL}/{route}", headers=asked)

    @pytest.mark.parametrize("origin", LISTED)
    @pytest.mark.parametrize("route", ["conversations", "messages", "history"])
    def test_a_listed_origin_may_ask_first(self, client, stage, origin, route):
        reply = self.ask(client, origin, route)
        assert reply.is_success
        assert reply.headers["access-control-allow-origin"] == origin
        assert "POST" in reply.headers["access-control-allow-methods"]
        assert {"content-type", HEADER.lower()} <= set(
            reply.headers["access-control-allow-headers"].lower().split(", ")
        )

    def test_another_asks_in_vain(self, client, stage):
        reply = self.ask(client, "https://evil.example")
        assert not [name for name in reply.headers if name.startswith("access-control")]

    def test_a_refused_origin_costs_nobody_anything(self, client, stage, token):
        stage.limiter = RateLimiter(0.1)
        refused = say(client, token, headers={"Origin": "https://evil.example"})
        assert (refused.status_code, stage.messages) == (403, [])
        assert say(client, token).status_code == 200

    def test_a_reason_can_be_read_by_a_listed_page(self, client, stage):
        reply = client.post(f"{URL}/messages", content=b"", headers={"Origin": LISTED[0]})
        assert is_refused(reply, 400)
        assert reply.headers["access-control-allow-origin"] == LISTED[0]


@pytest.mark.parametrize(
    ("method", "route"), [("GET", "messages"), ("GET", "conversations"), ("DELETE", "history"), ("PUT", "messages")]
)
def test_another_method_is_refused(client, stage, method, route):
    assert is_refused(client.request(method, f"{URL}/{route}"), 405)


def test_rasa_makes_it_from_our_credentials(tmp_path, monkeypatch):
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))
    assert [channel.name() for channel in channels if isinstance(channel, CoachWebInput)] == ["web"]
