"""The web channel as a client that is not ours sees it: a set from the first word to the chart, and being forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.e2e.coach import Coach, Reply

pytestmark = pytest.mark.e2e

URL = "/webhooks/web"
HEADER = "X-Countoff-Conversation"


@dataclass
class Visitor:
    """A browser without a screen."""

    client: httpx.Client
    token: str = field(init=False)

    def __post_init__(self) -> None:
        begun = self.client.post(f"{URL}/conversations")
        assert begun.status_code == 201
        self.token = begun.json()["conversation"]

    def say(self, text: str, report: dict[str, Any] | None = None) -> Reply:
        metadata = {} if report is None else {"session": report}
        body = {"conversation": self.token, "message": text, "metadata": metadata}
        answer = self.client.post(f"{URL}/messages", json=body)
        assert answer.status_code == 200, answer.text
        return Reply(answer.json()["messages"], answer.elapsed.total_seconds())

    def sessions(self) -> list[dict[str, Any]]:
        answer = self.client.get(f"{URL}/history", headers={HEADER: self.token})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["sessions"]
        return found


@pytest.fixture
def visitor(coach: Coach) -> Visitor:
    return Visitor(coach.client)


def counted(visitor: Visitor, text: str = "start two reps with the yellow band") -> Reply:
    """A whole set, reported as a player does it."""
    started = visitor.say(text)
    assert started.action == "start"
    end_ms = started.session["plan"]["duration_ms"]
    done = {"type": "finished", "position_ms": end_ms, "at": 1_767_225_600_000}
    return visitor.say("", started.at(end_ms, events=[done]))


def test_a_set_is_counted_rated_and_in_the_chart(visitor: Visitor) -> None:
    assert counted(visitor).texts
    visitor.say("easy")
    (session,) = visitor.sessions()
    assert (session["exercise"], session["reps_left"], session["reps_right"]) == ("banded-psoas-march", 2, 2)
    assert (session["reps"], session["sets"], session["effort"], session["confirmed"]) == (4, 1, "easy", True)


def test_a_stale_position_moves_nothing(visitor: Visitor) -> None:
    started = visitor.say("start eight reps")
    paused = visitor.say("pause", started.at(21_000))
    resumed = visitor.say("go on", started.at(21_000))
    assert (paused.action, resumed.action, resumed.session["rev"]) == ("pause", "resume", 2)
    for stranger in ({"id": started.session["id"], "rev": 1}, {"id": "somebody-else", "rev": 2}):
        again = visitor.say("pause", {**stranger, "position_ms": 60_000})
        assert again.session.get("at", paused.session["at"])["rep"] <= paused.session["at"]["rep"]
        visitor.say("go on")


def test_pain_that_a_button_reports_is_pain(visitor: Visitor) -> None:
    started = visitor.say("start eight reps")
    hurt = {"type": "pain", "position_ms": 15_000, "at": 1_767_225_600_000}
    reply = visitor.say("it hurts", started.at(15_000, events=[hurt]))
    assert reply.action == "stop"
    assert visitor.say("start").action != "start"


def test_who_is_forgotten_has_no_chart_and_others_keep_theirs(coach: Coach, visitor: Visitor) -> None:
    other = Visitor(coach.client)
    for who in (visitor, other):
        counted(who)
        who.say("easy")
    visitor.say("forget me")
    visitor.say("yes")
    assert (visitor.sessions(), len(other.sessions())) == ([], 1)


def test_a_conversation_outlives_a_restart(coach: Coach, visitor: Visitor) -> None:
    counted(visitor)
    started = visitor.say("start eight reps")
    coach.restart_rasa()
    paused = visitor.say("pause", started.at(21_000))
    assert (paused.action, len(visitor.sessions())) == ("pause", 1)


def test_the_token_is_written_nowhere(coach: Coach, visitor: Visitor) -> None:
    visitor.say("hello")
    for part in visitor.token.split("."):
        assert coach.files_with(part) == []


def test_rest_cannot_go_on_with_a_web_conversation(coach: Coach, visitor: Visitor) -> None:
    started = visitor.say("start eight reps")
    talk = coach.talk()
    talk.sender = started.messages[0]["recipient_id"]
    assert talk.say("pause").action is None


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_page_of_another_origin_gets_nothing(coach: Coach, origin: str) -> None:
    refused = coach.client.post(f"{URL}/conversations", headers={"Origin": origin})
    asked = coach.client.options(f"{URL}/messages", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert (refused.status_code, refused.json()["field"]) == (403, "origin")
    assert [name for name in (*refused.headers, *asked.headers) if name.startswith("access-control-allow")] == []
