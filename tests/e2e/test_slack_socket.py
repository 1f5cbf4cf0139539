"""Slack over Socket Mode: the real servers keep a line open to a stand-in for Slack's end of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from countoff.channels.slack.fake import APP_TOKEN, CHANNEL, TOKEN, FakeSlack
from countoff.channels.slack.fake.requests import mention, message
from countoff.channels.slack.fake.socket import FakeSocket
from countoff.serving import Servers
from tests.e2e.coach import servers_in
from tests.e2e.slack_member import URL, Member, titles

pytestmark = pytest.mark.e2e

SETTLED_S = 1.5
RECONNECTED_WITHIN_S = 45


@pytest.fixture(scope="module")
def workspace() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture(scope="module")
def line(workspace: FakeSlack) -> Iterator[FakeSocket]:
    with FakeSocket(workspace) as socket:
        yield socket


@pytest.fixture(scope="module")
def servers(workspace: FakeSlack, line: FakeSocket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    tokens = {"COUNTOFF_SLACK_BOT_TOKEN": TOKEN, "COUNTOFF_SLACK_APP_TOKEN": APP_TOKEN}
    with servers_in(tmp_path_factory.mktemp("var"), **tokens, COUNTOFF_SLACK_API=workspace.api) as servers:
        workspace.until(lambda: line.is_open)
        yield servers


@pytest.fixture
def member(servers: Servers, workspace: FakeSlack, line: FakeSocket) -> Member:
    workspace.until(lambda: line.is_open, RECONNECTED_WITHIN_S)
    return Member(workspace, line.deliver)


def test_a_direct_message_is_answered_and_no_address_is_open(servers: Servers, member: Member) -> None:
    assert "band" in member.says("which band should I use")["text"]
    assert httpx.post(f"{servers.url}{URL}", content=b"{}", trust_env=False).status_code == 404


def test_a_mention_is_answered_in_its_thread(member: Member) -> None:
    asked = mention("how deep should I go", member.user)
    member.send(asked)
    member.slack.until(lambda: member.answers(CHANNEL, asked["event"]["ts"]))


def test_what_comes_again_is_answered_once(member: Member) -> None:
    asked = message("which band should I use", member.user, member.direct)
    for _ in range(3):
        member.send(asked)
    member.slack.until(member.answers)
    time.sleep(SETTLED_S)
    assert len(member.answers()) == 1


def test_a_set_from_the_form_to_its_end(member: Member) -> None:
    form = member.opens_the_form()
    assert list(member.submits(form, reps="31")["errors"]) == ["reps"]
    assert member.submits(form, reps="4") == {}
    control = member.slack.until(member.recordings)[0]
    member.presses(control, "I pressed play")
    member.slack.until(lambda: titles(control) == ["Pause", "Slower", "It hurts", "Done"])
    member.presses(control, "It hurts")
    member.slack.until(lambda: any(m["text"].startswith("STOP THE RECORDING NOW") for m in member.answers()))


def test_a_new_line_is_opened_when_slack_asks_for_it(line: FakeSocket, member: Member) -> None:
    before = line.opened
    line.refresh()
    member.slack.until(lambda: line.opened > before and line.is_open, RECONNECTED_WITHIN_S)
    assert "as high as your hip" in member.says("how high should my knee go")["text"]


def test_a_new_line_is_opened_when_the_old_one_breaks(line: FakeSocket, member: Member) -> None:
    before = line.opened
    line.cut()
    member.slack.until(lambda: line.opened > before and line.is_open, RECONNECTED_WITHIN_S)
    assert "as high as your hip" in member.says("how high should my knee go")["text"]


def test_what_was_taken_is_answered_after_a_restart(servers: Servers, line: FakeSocket, member: Member) -> None:
    member.slack.next("chat.postMessage", "does not answer")
    member.send(message("which band should I use", member.user, member.direct))
    member.slack.until(lambda: [c for c in member.slack.called("chat.postMessage") if c["channel"] == member.direct])
    assert servers.rasa is not None
    os.kill(servers.rasa.pid, signal.SIGTERM)
    servers.rasa.wait(30)
    member.slack.until(lambda: not line.is_open)
    servers.start_rasa()
    member.slack.until(member.answers, within_s=90)
    time.sleep(SETTLED_S)
    assert len(member.answers()) == 1
