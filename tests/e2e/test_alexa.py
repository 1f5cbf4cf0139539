"""Alexa as Amazon calls it: a whole dialogue and whole sets, each request really signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.channels.alexa_signer import Signer, encoded, request_body, set_ahead
from tests.e2e.coach import Coach
from tests.e2e.conftest import AUDIO_URL

pytestmark = pytest.mark.e2e

URL = "/webhooks/alexa/webhook"
_users = count(1)


@dataclass
class Device:
    """A speaker of one user, on which time passes as the test says."""

    coach: Coach
    signer: Signer
    user: str = field(default_factory=lambda: f"amzn1.ask.account.user-{next(_users)}")
    attributes: dict[str, Any] = field(default_factory=dict)
    ahead_s: float = 0.0
    is_open: bool = False

    def wait(self, seconds: float) -> None:
        self.ahead_s += seconds
        set_ahead(self.coach.var, self.ahead_s)

    def until(self, plan_ms: int) -> None:
        """Let the count run to a place on the plan's clock; the words before it take their time."""
        _, _, _, from_ms, _, _, _, at_ms = self.attributes["playing"]
        self.wait(at_ms / 1000 - datetime.now(UTC).timestamp() - self.ahead_s + (plan_ms - from_ms) / 1000)

    def send(self, kind: str, intent: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        attributes = self.attributes if self.is_open else {}
        parts: dict[str, Any] = {"session": {"attributes": attributes, "new": not self.is_open}, **more}
        now = datetime.now(UTC) + timedelta(seconds=self.ahead_s)
        body = encoded(request_body(kind, self.user, intent, now, **parts))
        answer = self.coach.client.post(URL, content=body, headers=self.signer.sign(body))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.attributes = found.get("sessionAttributes", {})
        self.is_open = found["response"].get("shouldEndSession") is False
        return found["response"]

    def launch(self) -> dict[str, Any]:
        return self.send("LaunchRequest")

    def say(self, name: str, **slots: str) -> dict[str, Any]:
        heard = {slot: {"name": slot, "value": value} for slot, value in slots.items()}
        return self.send("IntentRequest", {"name": name, "confirmationStatus": "NONE", "slots": heard})


@pytest.fixture
def device(coach: Coach, signer: Signer) -> Iterator[Device]:
    yield Device(coach, signer)
    set_ahead(coach.var, 0)


def words(response: dict[str, Any]) -> str:
    return " ".join(re.sub("<[^>]+>", " ", response["outputSpeech"]["ssml"]).split())


def tracks(response: dict[str, Any]) -> list[str]:
    return re.findall(r'<audio src="([^"]+)"', response["outputSpeech"]["ssml"])


def test_a_dialogue_and_a_set_to_its_end(device: Device) -> None:
    assert "start" in words(device.launch())
    assert device.is_open
    asked = device.say("WhichPhrase", words="band should I use")
    assert "light" in words(asked)
    assert asked["card"]["content"].count("Source: ") == 1
    started = device.say("StartIntent", reps="2")
    assert len(tracks(started)) == 1
    assert device.is_open
    assert "How hard" in words(started)
    device.wait(60)
    rated = device.say("RateIntent", effort="easy")
    assert "ext time" in words(rated)
    assert not tracks(rated)
    assert "Sessions with me: 1." in words(device.say("HowPhrase", words="am i doing"))


def test_a_track_is_what_alexa_plays(device: Device) -> None:
    device.launch()
    (track,) = tracks(device.say("StartIntent", reps="3"))
    assert track.startswith(f"{AUDIO_URL}/webhooks/audio/tracks/")
    sound = device.coach.client.get(track.removeprefix(AUDIO_URL))
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/mpeg")
    # MPEG-2 layer III, 48 kbps, 16 kHz, one channel.
    assert sound.content[:2] in (b"\xff\xf3", b"\xff\xf2")
    assert (sound.content[2] >> 2, sound.content[3] >> 6) == (0b011010, 0b11)


def test_pause_slower_left_resume_and_pain(device: Device) -> None:
    device.launch()
    device.say("StartIntent", reps="8")
    device.until(25_000)
    paused = device.say("AMAZON.PauseIntent")
    assert "Paused at rep 3, right leg" in words(paused)
    assert not tracks(paused)
    assert device.is_open
    resumed = device.say("AMAZON.ResumeIntent")
    assert len(tracks(resumed)) == 1
    device.until(8_000)
    slower = device.say("SlowerIntent")
    assert len(tracks(slower)) == 1
    device.until(8_000)
    left = device.say("HowManyLeftIntent")
    assert len(tracks(left)) == 1
    hurt = device.say("PainIntent", body_part="knee")
    assert words(hurt).startswith("Stop")
    assert not tracks(hurt)
    assert not tracks(device.say("StartIntent"))


def test_sets_with_a_rest_between_them(device: Device) -> None:
    device.launch()
    started = device.say("StartIntent", reps="2", sets="2", rest="30")
    assert "How hard" in words(started)
    device.until(30_000)
    rated = device.say("RateIntent", effort="easy")
    assert len(tracks(rated)) == 1
    breaks = [int(ms) for ms in re.findall(r'<break time="(\d+)ms"', rated["outputSpeech"]["ssml"])]
    assert 10_000 < sum(breaks) < 30_000
    device.wait(90)
    assert "ext time" in words(device.say("RateIntent", effort="hard"))


def test_what_is_not_heard_in_a_set_stops_the_count(device: Device) -> None:
    device.launch()
    device.say("StartIntent", reps="8")
    device.until(20_000)
    answer = device.say("AMAZON.FallbackIntent")
    assert "Paused" in words(answer)
    assert not tracks(answer)


def test_a_session_that_ends_pauses_the_set(device: Device) -> None:
    device.launch()
    device.say("StartIntent", reps="8")
    device.until(20_000)
    assert device.send("SessionEndedRequest", request={"reason": "USER_INITIATED"}) == {}
    device.is_open = False
    device.launch()
    assert "rep" in words(device.say("AMAZON.ResumeIntent"))


def test_a_set_goes_on_after_a_restart(device: Device) -> None:
    device.launch()
    device.say("StartIntent", reps="8")
    device.coach.restart_rasa()
    device.until(21_500)
    assert "Paused at rep 2, left leg" in words(device.say("AMAZON.PauseIntent"))


def test_two_users_are_two_conversations(device: Device, signer: Signer) -> None:
    device.launch()
    device.say("StartIntent", reps="8")
    other = Device(device.coach, signer)
    other.launch()
    assert "Paused at" not in words(other.say("AMAZON.PauseIntent"))
    assert device.coach.files_with(device.user) == []


def test_a_request_that_is_not_signed_is_refused(device: Device) -> None:
    body = encoded(request_body("LaunchRequest"))
    stranger = Signer().sign(body)
    for headers in ({}, stranger, {**device.signer.sign(body + b" ")}):
        refused = device.coach.client.post(URL, content=body, headers=headers)
        assert (refused.status_code, refused.content) == (400, b"")
