"""The REST channel over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from channel_rows import read, rows
from rasa.core.channels.rest import RestInput
from rasa.core.run import create_http_input_channels
from rest_server import URL, FakeRasa, says, served

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
async def test_a_body_that_is_wrong_is_refused_with_a_reason(row):
    rasa = FakeRasa(says(HELLO))
    async with served(rasa) as client:
        reply = await client.post(URL, content=body_of(row))
    assert (row["status"], row["field"]) == (reply.status_code, reply.json()["field"])
    assert "application/json" == reply.headers["content-type"]
    assert reply.json()["error"].endswith(".") or row["field"] is None
    assert [] == rasa.messages


@pytest.mark.parametrize("row", rows(read("rest_taken")))
async def test_a_message_is_taken(row):
    rasa = FakeRasa(says(HELLO))
    async with served(rasa) as client:
        reply = await client.post(URL, json={"sender": "anna", "message": row["message"] * row.get("times", 1)})
    problem = row.get("problem")
    assert [{"recipient_id": "anna", "text": "Hello."}] == reply.json()
    assert row["text"] if problem else row["text"] * row.get("times", 1) == rasa.messages[0].text
    assert ({"countoff": {"problem": problem}} if problem else {}) == rasa.messages[0].metadata


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 60_000, id="lists"),
        pytest.param(b'{"sender":' * 6_000, id="objects"),
        pytest.param(b'{"sender":"a","message":' + b"9" * 5_000 + b"}", id="a number of 5,000 digits"),
    ],
)
async def test_json_that_is_built_to_hurt_is_refused(body):
    async with served(FakeRasa()) as client:
        reply = await client.post(URL, content=body)
    assert 400 == reply.status_code


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
async def test_a_body_over_the_limit_is_refused(chunked):
    async def chunks():
        for _ in range(MAX_BODY_BYTES // 65_536 + 2):
            yield b"x" * 65_536

    rasa = FakeRasa(says(HELLO))
    async with served(rasa) as client:
        reply = await client.post(URL, content=chunks() if chunked else b"x" * (MAX_BODY_BYTES + 1))
        after = await client.post(URL, json={"sender": "anna", "message": "hello"})
    assert (413, None) == (reply.status_code, reply.json()["field"])
    assert 200 == after.status_code


async def test_the_client_chooses_neither_channel_nor_streaming():
    rasa = FakeRasa(says(HELLO))
    async with served(rasa) as client:
        body = {"sender": "anna", "message": "hello", "input_channel": "alexa", "stream": True, "slots": {"a": 1}}
        reply = await client.post(f"{URL}?stream=true&token=abc&input_channel=slack", json=body)
    message = rasa.messages[0]
    assert [{"recipient_id": "anna", "text": "Hello."}] == reply.json()
    assert ("rest", "rest") == (message.input_channel, message.output_channel.name())


async def test_the_sender_stays_as_it_is():
    rasa = FakeRasa(says(HELLO))
    sender = " Änna / 7 🏃 "
    async with served(rasa) as client:
        reply = await client.post(URL, json={"sender": sender, "message": "hello"})
    assert (sender, sender) == (rasa.messages[0].sender_id, reply.json()[0]["recipient_id"])


async def test_a_report_without_words_is_passed_on():
    rasa = FakeRasa(says({"text": "Noted."}))
    session = {"id": "a", "rev": 1, "position_ms": 9_000, "events": [{"type": "paused", "position_ms": 9_000, "at": 1}]}
    async with served(rasa) as client:
        body = {"sender": "anna", "message": "", "metadata": {"session": session, "surface": "voice", "is_external": True}}
        reply = await client.post(URL, json=body)
    assert 200 == reply.status_code
    assert ("", {"session": session, "surface": "voice"}) == (rasa.messages[0].text, rasa.messages[0].metadata)


async def test_a_flood_is_told_when_to_come_back():
    rasa = FakeRasa(says(HELLO))
    async with served(rasa, RateLimiter(0.1)) as client:
        taken = await client.post(URL, json={"sender": "anna", "message": "hello"})
        refused = await client.post(URL, json={"sender": "anna", "message": "hello"})
        other = await client.post(URL, json={"sender": "ben", "message": "hello"})
    assert [200, 429, 200] == [reply.status_code for reply in (taken, refused, other)]
    assert {"error": WORDS.too_many_messages, "field": "sender", "retry_after_s": 10} == refused.json()
    assert "10" == refused.headers["retry-after"]
    assert ["anna", "ben"] == [message.sender_id for message in rasa.messages]


async def test_a_turn_that_yields_nothing_gets_an_apology():
    async with served(FakeRasa()) as client:
        reply = await client.post(URL, json={"sender": "anna", "message": "hello"})
    assert [{"recipient_id": "anna", "text": WORDS.apology}] == reply.json()


async def test_a_turn_that_fails_gets_an_apology_and_a_log_line_without_the_text(caplog):
    async def fails(message):
        raise RuntimeError(f"cannot store {message.text}")

    caplog.set_level(logging.INFO)
    async with served(FakeRasa(fails)) as client:
        reply = await client.post(URL, json={"sender": "anna", "message": "my secret ache"})
    assert (200, [{"recipient_id": "anna", "text": WORDS.apology}]) == (reply.status_code, reply.json())
    assert "failed with RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_turn_that_fails_midway_keeps_what_was_said():
    async def fails(message):
        stop = {"text": "Stop there.", "custom": {"v": 1, "session": {"action": "stop"}}}
        await message.output_channel.send_response(message.sender_id, stop)
        raise RuntimeError

    async with served(FakeRasa(fails)) as client:
        reply = await client.post(URL, json={"sender": "anna", "message": "ow"})
    stopped = {"v": 1, "session": {"action": "stop"}}
    assert [{"recipient_id": "anna", "text": "Stop there.", "custom": stopped}] == reply.json()


async def test_turns_at_the_same_time_do_not_mix():
    async def echoes(message):
        await asyncio.sleep(0.01)
        await message.output_channel.send_response(message.sender_id, {"text": message.text})

    async with served(FakeRasa(echoes)) as client:
        senders = [f"user-{number}" for number in range(20)]
        replies = await asyncio.gather(*(client.post(URL, json={"sender": s, "message": s}) for s in senders))
    assert [[{"recipient_id": s, "text": s}] for s in senders] == [reply.json() for reply in replies]


async def test_health_and_methods():
    async with served(FakeRasa()) as client:
        health = await client.get("/webhooks/rest/")
        wrong_method = await client.get(URL)
    assert (200, {"status": "ok"}, 405) == (health.status_code, health.json(), wrong_method.status_code)


def test_the_credentials_file_opens_this_channel():
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))
    found = [channel for channel in channels if isinstance(channel, RestInput)]
    assert [CoachRestInput] == [type(channel) for channel in found]


def test_the_credentials_file_holds_no_settings():
    text = (PROJECT / "credentials.yml").read_text(encoding="utf-8")
    assert "${" not in text
