"""Whatever is sent: a kind reply or a clear refusal, and the next message works."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.e2e.coach import Coach, Reply, Talk
from tests.project.repository import read_yaml

pytestmark = pytest.mark.e2e

ROWS = read_yaml("tests/e2e/cases/bad_input.yml")


def _content(row: dict[str, Any], sender: str) -> bytes:
    if "hex" in row:
        return bytes.fromhex(row["hex"])
    if "text" in row:
        return json.dumps({"sender": sender, "message": row["text"] * row.get("times", 1)}).encode()
    body = row["body"]
    return body.encode() if isinstance(body, str) else json.dumps(body).replace("SENDER", sender).encode()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_bad_input(coach: Coach, talk: Talk, row: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    found = coach.client.post("/webhooks/rest/webhook", content=_content(row, talk.sender), headers=headers)
    assert row.get("status", 200) == found.status_code, found.text
    if found.status_code == 200:
        reply = Reply(found.json(), 0)
        assert all(text.strip() for text in reply.texts)
        assert not reply.apologises, reply.texts
        assert reply.action is None or row.get("starts"), reply.texts
        if "says" in row:
            assert [row["says"]] == reply.responses[:1]
    else:
        assert found.json()["error"]
    assert talk.say("how high should my knee go").answer["intent"] == "ask_knee_height"


def test_a_slash_restarts_nothing(talk: Talk) -> None:
    talk.say("start eight reps")
    talk.say("/restart")
    talk.say("/stop")
    assert talk.say("how many left").says("left") or talk.say("stop").action == "stop"


def test_a_refused_number_loses_nothing_else(talk: Talk) -> None:
    assert talk.say("start 500 reps with the yellow band").says("out_of_range_reps_per_side")
    started = talk.tell("eight", "yes")
    assert started.action == "start"
    assert tuple(started.session["prescription"][name] for name in ("band", "reps_per_side")) == ("yellow", 8)


@pytest.mark.parametrize("path", ["/", "/webhooks/rest/", "/nowhere", "/conversations/anna/tracker", "/model/parse"])
def test_nothing_else_is_open(coach: Coach, path: str) -> None:
    found = coach.client.get(path)
    assert found.status_code in (200, 404, 405)
    if path.startswith(("/conversations", "/model")):
        assert found.status_code == 404


def test_a_body_of_megabytes_is_refused_and_the_server_lives(coach: Coach, talk: Talk) -> None:
    body = json.dumps({"sender": talk.sender, "message": "a" * 3_000_000}).encode()
    try:
        status = coach.client.post("/webhooks/rest/webhook", content=body).status_code
    except httpx.TransportError:
        status = 413
    assert status == 413
    assert talk.say("hello").says("greet")
