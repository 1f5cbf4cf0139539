"""The terminal: a player on a clock of its own, and the chat around it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from countoff import terminal
from countoff.errors import CountoffError
from countoff.terminal import Player

WITHIN_S = 5.0


class Screen:
    """Collects what is shown, and waits until something is."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, text: str) -> None:
        with self._changed:
            self.shown.append(text)
            self._changed.notify_all()

    def wait_for(self, *texts: str) -> None:
        """Wait until exactly these have been shown, in this order."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.shown) >= len(texts), WITHIN_S)
        assert list(texts) == self.shown


class Clock:
    """Seconds that go forward when told to."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(screen: Screen, clock: Clock) -> Iterator[Player]:
    made = Player(screen, clock)
    yield made
    made.halt()


def session(action: str, cues: dict[int, str | None], rev: int = 1, **more: Any) -> dict[str, Any]:
    """``custom.session`` with a plan of these cues, by their time in milliseconds."""
    listed = [{"at_ms": at, "text": text} for at, text in cues.items()]
    return {"action": action, "id": "s1", "rev": rev, "plan": {"duration_ms": 60_000, "cues": listed}, **more}


def test_cues_are_shown_at_their_time_and_silent_ones_never(player: Player, screen: Screen) -> None:
    player.follow(session("start", {0: "Right", 40: None, 80: "one", 600_000: "never"}))
    screen.wait_for("Right", "one")


def test_a_cue_that_is_not_due_waits(player: Player, screen: Screen) -> None:
    player.follow(session("start", {0: "Right", 600_000: "one"}))
    screen.wait_for("Right")
    time.sleep(0.05)
    assert screen.shown == ["Right"]


def test_the_position_is_told_on_the_clock_of_the_plan(player: Player, clock: Clock) -> None:
    player.follow(session("start", {600_000: "one"}, rev=3))
    clock.now_s += 13.5
    assert player.report() == {"id": "s1", "rev": 3, "position_ms": 13_500, "events": []}


def test_the_end_of_the_plan_is_reported_as_the_end(player: Player, clock: Clock) -> None:
    player.follow(session("start", {0: "one"}))
    clock.now_s += 60
    report = player.report()
    assert report is not None
    assert report["events"] == [{"type": "finished", "position_ms": 60_000}]


def test_without_a_plan_there_is_nothing_to_report(player: Player) -> None:
    assert player.report() is None


@pytest.mark.parametrize("action", ["pause", "stop"])
def test_pause_and_stop_end_the_cues_at_once(player: Player, screen: Screen, action: str) -> None:
    player.follow(session("start", {0: "Right", 120: "one"}))
    screen.wait_for("Right")
    player.follow({"action": action, "id": "s1", "rev": 1})
    time.sleep(0.2)
    assert screen.shown == ["Right"]
    assert player.report() is None


def test_resume_begins_its_plan_now(player: Player, screen: Screen, clock: Clock) -> None:
    player.follow(session("start", {0: "Right"}))
    screen.wait_for("Right")
    player.follow({"action": "pause", "id": "s1", "rev": 1})
    clock.now_s += 100
    player.follow(session("resume", {0: "three"}, rev=2))
    screen.wait_for("Right", "three")
    clock.now_s += 2
    report = player.report()
    assert report is not None
    assert (report["rev"], report["position_ms"]) == (2, 2_000)


def test_a_replan_takes_over_at_its_splice(player: Player, screen: Screen, clock: Clock) -> None:
    player.follow(session("start", {0: "Right", 60: "one", 120: "old", 180: "older"}))
    screen.wait_for("Right")
    clock.now_s += 0.03
    player.follow(session("replan", {0: "new", 40: "newer"}, rev=2, splice_at_ms=110))
    screen.wait_for("Right", "one", "new", "newer")


def test_a_second_replan_counts_from_the_first(player: Player, clock: Clock) -> None:
    player.follow(session("start", {600_000: "one"}))
    player.follow(session("replan", {600_000: "two"}, rev=2, splice_at_ms=8_000))
    clock.now_s += 9
    report = player.report()
    assert report is not None
    assert (report["rev"], report["position_ms"]) == (2, 1_000)
    player.follow(session("replan", {600_000: "three"}, rev=3, splice_at_ms=4_000))
    clock.now_s += 4
    report = player.report()
    assert report is not None
    assert (report["rev"], report["position_ms"]) == (3, 1_000)


# ---------------------------------------------------------------- the chat

Handler = Callable[[httpx.Request], httpx.Response]


def converse(monkeypatch: pytest.MonkeyPatch, player: Player, lines: list[str], handler: Handler) -> None:
    given = iter(lines)

    def read(_: str) -> str:
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    with httpx.Client(base_url="http://coach", transport=httpx.MockTransport(handler)) as client:
        terminal._converse(client, player, "terminal-1")


def test_the_chat_shows_texts_and_buttons_and_plays_the_plan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], player: Player, screen: Screen
) -> None:
    sent: list[dict[str, Any]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        message = {
            "text": "Here we go.",
            "buttons": [{"title": "Pause", "payload": "Pause."}, {"title": "Stop", "payload": "Stop."}],
            "custom": {"session": session("start", {0: "Right", 600_000: "one"})},
        }
        return httpx.Response(200, json=[message])

    converse(monkeypatch, player, ["start", " pause "], handler)
    screen.wait_for("Right", "Right")
    assert [body["message"] for body in sent] == ["start", "pause"]
    assert {"terminal-1"} == {body["sender"] for body in sent}
    assert "metadata" not in sent[0]
    assert sent[1]["metadata"]["session"]["id"] == "s1"
    shown = capsys.readouterr().out
    assert "coach> Here we go." in shown
    assert "[Pause] [Stop]" in shown


def test_an_empty_line_ends_the_chat(monkeypatch: pytest.MonkeyPatch, player: Player) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing is sent")

    converse(monkeypatch, player, ["", "start"], handler)


@pytest.mark.parametrize("status", [None, 500])
def test_a_coach_that_cannot_be_reached_is_said(
    monkeypatch: pytest.MonkeyPatch, player: Player, status: int | None
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if status is None:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(status)

    with pytest.raises(CountoffError, match="The coach cannot be reached at http://coach"):
        converse(monkeypatch, player, ["hello"], handler)
