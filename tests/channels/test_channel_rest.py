"""The REST channel over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from channel_rows import read, rows
from rasa.core.channels.rest import RestInput
from rasa.core.run import create_http_input_channels
from rest_server import URL, says

from countoff.channels.http import MAX_BODY_BYTES
from countoff.channels.rate import RateLimiter
from countoff.channels.rest.channel import CoachRestInput
from countoff.channels.words import load_words
from countoff.settings import PROJECT

WORDS = load_words()
HELLO = {"text": "Hello."}


def body_of(row):
    if "hex" in row:
        return bytes.fromhex(row["hex"])
    return (row["body"] if "body" in row else json.dumps(row["json"])).encode()


@pytest.mark.parametrize("row", rows(read("rest_refused")))
def test_a_body_that_is_wrong_is_refused_with_a_reason(client, stage, row):
    stage.handler = says(HELLO)
    reply = client.post(URL, content=body_of(row))
    assert (row["status"], row["field"]) == (reply.status_code, reply.json()["field"])
    assert reply.headers["content-type"] == "application/json"
    assert reply.json()["error"]
    assert stage.messages == []


@pytest.mark.parametrize("row", rows(read("rest_taken")))
def test_a_message_is_taken(client, stage, row):
    stage.handler = says(HELLO)
    reply = client.post(URL, json={"sender": "anna", "message": row["message"] * row.get("times", 1)})
    problem = row.get("problem")
    assert reply.json() == [{"recipient_id": "anna", "text": "Hello."}]
    said = (row["message"] if row.get("ends") else row["text"]) * row.get("times", 1)
    expected = f"{said[:1999]}\n{said.strip()[-2000:]}" if row.get("ends") else said.strip()
    assert expected == stage.messages[0].text
    assert ({"countoff": {"problem": problem}} if problem else {}) == stage.messages[0].metadata


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 60_000, id="lists"),
        pytest.param(b'{"sender":' * 6_000, id="objects"),
        pytest.param(b'{"sender":"a","message":' + b"9" * 5_000 + b"}", id="a number of 5,000 digits"),
    ],
)
def test_json_that_is_built_to_hurt_is_refused(client, stage, body):
    reply = client.post(URL, content=body)
    assert reply.status_code == 400


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_a_body_over_the_limit_is_refused(client, stage, chunked):
    def chunks():
        for _ in range(MAX_BODY_BYTES // 65_536 + 2):
            yield b"x" * 65_536

    stage.handler = says(HELLO)
    reply = client.post(URL, content=chunks() if chunked else b"x" * (MAX_BODY_BYTES + 1))
    after = client.post(URL, json={"sender": "anna", "message": "hello"})
    assert (reply.status_code, reply.json()["field"]) == (413, None)
    assert after.status_code == 200


def test_the_client_chooses_neither_channel_nor_streaming(client, stage):
    stage.handler = says(HELLO)
    body = {"sender": "anna", "message": "hello", "input_channel": "alexa", "stream": True, "slots": {"a": 1}}
    reply = client.post(f"{URL}?stream=true&token=abc&input_channel=slack", json=body)
    message = stage.messages[0]
    assert reply.json() == [{"recipient_id": "anna", "text": "Hello."}]
    assert (message.input_channel, message.output_channel.name()) == ("rest", "rest")


def test_the_sender_stays_as_it_is(client, stage):
    stage.handler = says(HELLO)
    sender = " Änna / 7 🏃 "
    reply = client.post(URL, json={"sender": sender, "message": "hello"})
    assert (sender, sender) == (stage.messages[0].sender_id, reply.json()[0]["recipient_id"])


def test_a_report_without_words_is_passed_on(client, stage):
    stage.handler = says({"text": "Noted."})
    session = {"id": "a", "rev": 1, "position_ms": 9_000, "events": [{"type": "paused", "position_ms": 9_000, "at": 1}]}
    body = {"sender": "anna", "message": "", "metadata": {"session": session, "surface": "voice", "is_external": True}}
    reply = client.post(URL, json=body)
    assert reply.status_code == 200
    assert ("", {"session": session, "surface": "voice"}) == (stage.messages[0].text, stage.messages[0].metadata)


def test_a_flood_is_told_when_to_come_back(client, stage):
    stage.handler = says(HELLO)
    stage.limiter = RateLimiter(0.1)
    taken = client.post(URL, json={"sender": "anna", "message": "hello"})
    refused = client.post(URL, json={"sender": "anna", "message": "hello"})
    other = client.post(URL, json={"sender": "ben", "message": "hello"})
    assert [reply.status_code for reply in (taken, refused, other)] == [200, 429, 200]
    assert {"error": WORDS.too_many_messages, "field": "sender", "retry_after_s": 10} == refused.json()
    assert refused.headers["retry-after"] == "10"
    assert [message.sender_id for message in stage.messages] == ["anna", "ben"]


def test_a_turn_that_yields_nothing_gets_an_apology(client, stage):
    reply = client.post(URL, json={"sender": "anna", "message": "hello"})
    assert [{"recipient_id": "anna", "text": WORDS.apology}] == reply.json()


def test_a_turn_that_fails_gets_an_apology_and_a_log_line_without_the_text(client, stage, caplog):
    async def fails(message):
        raise RuntimeError(f"cannot store {message.text}")

    caplog.set_level(logging.INFO)
    stage.handler = fails
    reply = client.post(URL, json={"sender": "anna", "message": "my secret ache"})
    assert (200, [{"recipient_id": "anna", "text": WORDS.apology}]) == (reply.status_code, reply.json())
    assert "failed with RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_a_turn_that_fails_midway_keeps_what_was_said(client, stage):
    async def fails(message):
        stop = {"text": "Stop there.", "custom": {"v": 1, "session": {"action": "stop"}}}
        await message.output_channel.send_response(message.sender_id, stop)
        raise RuntimeError

    stage.handler = fails
    reply = client.post(URL, json={"sender": "anna", "message": "ow"})
    stopped = {"v": 1, "session": {"action": "stop"}}
    assert [{"recipient_id": "anna", "text": "Stop there.", "custom": stopped}] == reply.json()


def test_turns_at_the_same_time_do_not_mix(client, stage):
    async def echoes(message):
        await asyncio.sleep(0.01)
        await message.output_channel.send_response(message.sender_id, {"text": message.text})

    stage.handler = echoes
    senders = [f"user-{number}" for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda s: client.post(URL, json={"sender": s, "message": s}), senders))
    assert [[{"recipient_id": s, "text": s}] for s in senders] == [reply.json() for reply in replies]


def test_health_and_methods(client, stage):
    health = client.get("/webhooks/rest/")
    wrong_method = client.get(URL)
    assert (health.status_code, health.json(), wrong_method.status_code) == (200, {"status": "ok"}, 405)


def test_the_credentials_file_opens_this_channel():
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))
    found = [channel for channel in channels if isinstance(channel, RestInput)]
    assert [CoachRestInput] == [type(channel) for channel in found]


def test_the_credentials_file_holds_no_settings():
    text = (PROJECT / "credentials.yml").read_text(encoding="utf-8")
    assert "${" not in text
