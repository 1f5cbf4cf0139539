"""The Alexa channel: what Amazon's verifier refuses, every kind of request, and a set, against a Rasa of the tests."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from alexa_signer import ADDRESS, APPLICATION, Signer, encoded, request_body
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import ResponseEnvelope
from channel_rows import read, rows
from rasa.core.channels.channel import UserMessage

from countoff.channels.alexa.certificates import MOST_BYTES, Certificates, fetch_chain, trusted_roots
from countoff.channels.alexa.channel import CoachAlexaInput
from countoff.channels.alexa.counted import LONGEST_MS
from countoff.channels.alexa.distrust import Distrust
from countoff.channels.alexa.parse import parse
from countoff.channels.alexa.verify import SIGNATURE_HEADER, URL_HEADER, Verifier, chain_address
from countoff.channels.alexa.words import NAME, AlexaWords
from countoff.channels.rate import RateLimiter
from countoff.channels.words import load_words, read_words
from countoff.exercises.cues import load_cue_book
from countoff.fake_server import FakeHandler, FakeServer
from countoff.session import command
from countoff.session.prescription import Prescription, Tempo
from countoff.speech.track_id import read_track_id

SECRET = "a secret of the tests"
AUDIO_URL = "https://coach.example.org"
WORDS = read_words(AlexaWords, NAME)
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer():
    return Signer()


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    @property
    def ms(self) -> int:
        return int(self.now.timestamp() * 1000)


def certificates(signer: Signer, root: Signer | None = None, fetched: list[str] | None = None) -> Certificates:
    async def fetch(address: str) -> bytes:
        (fetched if fetched is not None else []).append(address)
        return signer.chain

    return Certificates([(root or signer).root.certificate], fetch)


def verifier(signer: Signer, clock: Clock | None = None, root: Signer | None = None) -> Verifier:
    return Verifier(APPLICATION, certificates(signer, root), clock or Clock())


@pytest.mark.parametrize("row", rows(read("alexa_addresses")["taken"]))
def test_where_amazon_keeps_its_certificates(row):
    assert chain_address(row["url"]) == row.get("is", ADDRESS)


@pytest.mark.parametrize("row", rows(read("alexa_addresses")["refused"]))
def test_where_amazon_does_not_keep_certificates(row):
    with pytest.raises(Distrust):
        chain_address(row["url"])


async def test_a_signed_request_is_read(signer):
    body = encoded(request_body("LaunchRequest"))
    assert (await verifier(signer).read(signer.sign(body), body))["request"]["type"] == "LaunchRequest"


async def test_a_chain_is_fetched_once(signer):
    fetched: list[str] = []
    own = certificates(signer, fetched=fetched)
    for _ in range(3):
        await own.key(ADDRESS, datetime.now(UTC))
    assert fetched == [ADDRESS]


async def test_the_roots_of_service_do_not_trust_the_tests(signer):
    async def fetch(address: str) -> bytes:
        return signer.chain

    assert len(trusted_roots()) > 50
    with pytest.raises(Distrust, match="certificate is not valid"):
        await Certificates(trusted_roots(), fetch).key(ADDRESS, datetime.now(UTC))


SHELF = {
    "/chain": (200, b"a chain"),
    "/gone": (404, b""),
    "/moved": (302, b""),
    "/long": (200, b"x" * (MOST_BYTES + 1)),
}


@pytest.fixture(scope="module")
def shelf():
    """Where certificates lie."""

    class Handler(FakeHandler):
        def do_GET(self) -> None:  # noqa: N802 (the name is the library's)
            status, body = SHELF[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/chain")
            self.end_headers()
            self.wfile.write(body)

    with FakeServer(Handler) as server:
        yield server.address


async def test_a_chain_is_fetched(shelf):
    assert await fetch_chain(f"{shelf}/chain") == b"a chain"


@pytest.mark.parametrize(("path", "why"), [("/gone", "404"), ("/moved", "302"), ("/long", "too long")])
async def test_a_chain_that_cannot_be_used_is_not_fetched(shelf, path, why):
    with pytest.raises(Distrust, match=why):
        await fetch_chain(f"{shelf}{path}")


async def test_a_place_that_cannot_be_reached_is_no_error_of_ours():
    with pytest.raises(Distrust, match="cannot be fetched"):
        await fetch_chain("http://127.0.0.1:9/chain")


async def test_what_is_fetched_must_be_a_chain():
    async def fetch(address: str) -> bytes:
        return b"-----BEGIN CERTIFICATE-----"

    with pytest.raises(Distrust, match="malformed"):
        await Certificates(trusted_roots(), fetch).key(ADDRESS, datetime.now(UTC))


YESTERDAY, TOMORROW = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Signer(begins=YESTERDAY - timedelta(days=9), ends=YESTERDAY), id="expired"),
        pytest.param(lambda: Signer(begins=TOMORROW, ends=TOMORROW + timedelta(days=9)), id="not valid yet"),
        pytest.param(lambda: Signer("echo-api.example.com"), id="another name"),
    ],
)
async def test_a_certificate_that_is_not_good_is_refused(make):
    signer, body = make(), encoded(request_body("LaunchRequest"))
    with pytest.raises(Distrust, match="certificate is not valid"):
        await verifier(signer).read(signer.sign(body), body)


async def test_a_foreign_root_is_refused(signer):
    body = encoded(request_body("LaunchRequest"))
    with pytest.raises(Distrust, match="certificate is not valid"):
        await verifier(signer, root=Signer()).read(signer.sign(body), body)


async def test_a_kept_certificate_expires(signer):
    clock, body = Clock(), encoded(request_body("LaunchRequest"))
    own = verifier(signer, clock)
    await own.read(signer.sign(body), body)
    clock.now += timedelta(days=2)
    later = encoded(request_body("LaunchRequest", at=clock.now))
    with pytest.raises(Distrust, match="certificate is not valid"):
        await own.read(signer.sign(later), later)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(lambda headers, body: (headers, body + b" "), "signature is not", id="altered body"),
        pytest.param(
            lambda headers, body: ({**headers, SIGNATURE_HEADER: "AAAA"}, body), "signature is not", id="other"
        ),
        pytest.param(lambda headers, body: ({**headers, SIGNATURE_HEADER: "%"}, body), "malformed", id="not base64"),
        pytest.param(lambda headers, body: ({URL_HEADER: ADDRESS}, body), "signature is not", id="no signature"),
        pytest.param(lambda headers, body: ({}, body), "kept where", id="no headers"),
    ],
)
async def test_what_is_not_signed_is_refused(signer, change, why):
    body = encoded(request_body("LaunchRequest"))
    headers, sent = change(signer.sign(body), body)
    with pytest.raises(Distrust, match=why):
        await verifier(signer).read(headers, sent)


STARTED = datetime.now(UTC)
STRANGER = {"application": {"applicationId": "amzn1.ask.skill.other"}}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(request_body("LaunchRequest", at=STARTED - timedelta(seconds=200)), "time", id="stale"),
        pytest.param(request_body("LaunchRequest", at=STARTED + timedelta(seconds=200)), "time", id="early"),
        pytest.param(request_body("LaunchRequest", request={"timestamp": None}), "time", id="no time"),
        pytest.param(request_body("LaunchRequest", at=STARTED, session=STRANGER), "another skill", id="another skill"),
        pytest.param(
            request_body("LaunchRequest", at=STARTED, session=None, context=None), "another skill", id="no skill"
        ),
        pytest.param([1], "object", id="a list"),
    ],
)
async def test_a_signed_request_of_another_time_or_skill_is_refused(signer, body, why):
    sent = encoded(body)
    with pytest.raises(Distrust, match=why):
        await verifier(signer, Clock(STARTED)).read(signer.sign(sent), sent)


async def test_a_megabyte_of_json_is_read_or_refused(signer):
    body = b"[" * 1_000_000
    with pytest.raises(Distrust):
        await verifier(signer).read(signer.sign(body), body)


def accepted(response: dict[str, Any]) -> dict[str, Any]:
    """The response, once Amazon's own model has read it and lost nothing."""
    serializer = DefaultSerializer()
    envelope = serializer.deserialize(json.dumps(response), ResponseEnvelope)
    again = json.loads(json.dumps(serializer.serialize(envelope)))
    assert again["response"].keys() == response["response"].keys()
    speech = response["response"].get("outputSpeech", {}).get("ssml", "<speak/>")
    assert ElementTree.fromstring(speech).tag == "speak"
    assert len(speech) <= 8_000
    return response


class Coach:
    """In Rasa's place: the session engine, and a few sentences."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.state = None
        self.messages: list[UserMessage] = []
        self.says: dict[str, list[dict[str, Any]]] = {}
        self.handler: Callable[[UserMessage], Awaitable[None]] | None = None
        self.prescription = Prescription("banded-psoas-march", "standing", None, 8, 1, 60, "right", Tempo(1, 1, 2))

    async def __call__(self, message: UserMessage) -> None:
        self.messages.append(message)
        if self.handler:
            await self.handler(message)
        verbs = {"": "report", "go on": "resume", "how many are left": "left"}
        verb = verbs.get(message.text, message.text.partition(" ")[0])
        responses = self.says.get(message.text)
        if responses is None:
            responses = [self._steer(verb, message.metadata.get("session"))]
        for one in responses:
            await message.output_channel.send_response(message.sender_id, {"text": None, **one})

    def _steer(self, verb: str, report: Any) -> dict[str, Any]:
        if verb not in ("start", "pause", "resume", "slower", "left", "stop", "pain", "report", "skip"):
            return {"text": f"You said {verb}."}
        args = {"prescription": self.prescription, "session_id": f"s{len(self.messages)}"} if verb == "start" else {}
        step = command(self.state, verb, self.clock.ms, load_cue_book(), report=report, **args)
        self.state = step.state
        custom = {"v": 1, "session": step.wire} if step.wire else None
        return {"text": f"{step.note}.", **({"custom": custom} if custom else {})}


class Device:
    """A speaker, and time that passes as the test says."""

    def __init__(self, audio_url: str = AUDIO_URL, guard_s: float = 7.0, limiter: RateLimiter | None = None) -> None:
        self.clock = Clock(NOW)
        self.coach = Coach(self.clock)
        limiter = limiter or RateLimiter(1_000)
        self.channel = CoachAlexaInput(None, audio_url, self.clock, guard_s, limiter=limiter, secret=SECRET)
        self.attributes: dict[str, Any] = {}

    async def send(self, kind: str, intent: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        parts: dict[str, Any] = {"session": {"attributes": self.attributes}, "user": "anna", **more}
        request = parse(request_body(kind, intent=intent, **parts))
        response = accepted(await self.channel._answer(self.coach, request))
        self.attributes = response["sessionAttributes"]
        return response["response"]

    async def say(self, name: str, **slots: str) -> dict[str, Any]:
        return await self.send("IntentRequest", {"name": name, "slots": {n: {"value": v} for n, v in slots.items()}})

    def wait(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.coach.messages]

    @property
    def session(self) -> Any:
        return self.coach.messages[-1].metadata["session"]


def words(response: dict[str, Any]) -> str:
    return " ".join(re.sub("<[^>]+>", " ", response["outputSpeech"]["ssml"]).split())


def track(response: dict[str, Any]) -> Any:
    (address,) = re.findall(r'<audio src="([^"]+)\.mp3"', response["outputSpeech"]["ssml"])
    return read_track_id(address.rpartition("/")[2], SECRET)


@pytest.fixture
def device():
    return Device()


async def test_opening_says_hello_and_listens(device):
    response = await device.send("LaunchRequest")
    assert device.texts == [WORDS.hello]
    assert (response["shouldEndSession"], device.coach.messages[0].metadata["surface"]) == (False, "voice")
    assert device.coach.messages[0].sender_id.startswith("alexa-")


async def test_every_message_of_a_turn_is_spoken_and_psoas_said_right(device):
    device.coach.says[WORDS.hello] = [{"text": "The psoas & so on."}, {"text": "Ready?"}]
    response = await device.send("LaunchRequest")
    assert words(response) == "The psoas and so on. Ready?"
    assert '<phoneme alphabet="ipa"' in response["outputSpeech"]["ssml"]


@pytest.mark.parametrize("name", ["SkipIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent", "GoodbyeIntent"])
@pytest.mark.parametrize(
    ("said", "asks"),
    [({"text": "Done."}, False), ({"text": "Go?"}, True), ({"text": "A.", "buttons": [{"title": "B"}]}, True)],
    ids=["an answer", "a question", "an offer"],
)
async def test_the_session_ends_at_a_leave_taking_at_which_nothing_is_asked(device, name, said, asks):
    device.coach.says |= {"skip": [said], "stop": [said], "goodbye": [said]}
    response = await device.say(name)
    leaves = name != "SkipIntent"
    assert response["shouldEndSession"] is (leaves and not asks)
    assert ("reprompt" in response) is not response["shouldEndSession"]
    assert words(response) == (said["text"] if asks or leaves else f"{said['text']} {WORDS.more}")


async def test_a_card_has_the_long_answer_and_its_source(device):
    answer = {"intent": "ask_band", "facts": ["a"], "source": "An article", "long": "The long answer."}
    device.coach.says["skip"] = [{"text": "Short.", "custom": {"v": 1, "answer": answer}}]
    card = (await device.say("SkipIntent"))["card"]
    assert card == {"type": "Simple", "title": WORDS.title, "content": "The long answer.\n\nSource: An article"}


INTENTS = [
    "Help", "Stop", "Cancel", "Pause", "Resume", "Next", "Previous", "Repeat", "StartOver", "LoopOn", "LoopOff",
    "ShuffleOn", "ShuffleOff", "NavigateHome", "Fallback", "Yes", "No",
]  # fmt: skip


@pytest.mark.parametrize("name", [*(f"AMAZON.{name}Intent" for name in INTENTS), "NoSuchIntent", ""])
async def test_every_intent_is_answered(device, name):
    assert words(await device.say(name))


@pytest.mark.parametrize(
    "kind",
    [
        "SessionEndedRequest", "AudioPlayer.PlaybackStarted", "AudioPlayer.PlaybackStopped",
        "AudioPlayer.PlaybackFinished", "AudioPlayer.PlaybackNearlyFinished", "AudioPlayer.PlaybackFailed",
        "PlaybackController.PlayCommandIssued", "PlaybackController.PauseCommandIssued",
        "PlaybackController.NextCommandIssued", "System.ExceptionEncountered", "", "NoSuchRequest",
    ],
)  # fmt: skip
async def test_events_are_answered_without_words(device, kind):
    response = await device.send(kind, session=None)
    assert "outputSpeech" not in response
    assert "shouldEndSession" not in response


async def test_a_kind_that_is_not_known_gets_a_sentence_where_a_session_is_open(device):
    assert words(await device.send("Connections.Response")) == WORDS.not_here


@pytest.mark.parametrize(("name", "can"), [("StartIntent", "YES"), ("NoSuchIntent", "NO")])
async def test_can_fulfill(device, name, can):
    intent = {"name": name, "slots": {"reps": {"name": "reps", "value": "8"}}}
    response = await device.send("CanFulfillIntentRequest", intent)
    assert response["canFulfillIntent"]["canFulfill"] == can
    assert device.texts == []


@pytest.mark.parametrize("intent", [None, {}, {"name": "StartIntent"}, {"name": "HowPhrase", "slots": {"words": 1}}])
async def test_missing_slots_are_answered(device, intent):
    assert words(await device.send("IntentRequest", intent))


async def test_a_late_turn_is_apologised_for_and_nothing_of_it_is_lost():
    device = Device(guard_s=0.05)
    device.coach.handler = lambda message: asyncio.sleep(0.2)
    assert words(await device.say("StartIntent", reps="8")) == WORDS.late
    await asyncio.sleep(0.3)
    device.coach.handler = None
    response = await device.say("HowManyLeftIntent")
    assert words(response).startswith("started. left.")
    assert track(response).prescription.reps_per_side == 8


async def test_what_a_late_turn_says_waits_for_a_request_that_can_hear_it():
    device = Device(guard_s=0.05)
    device.coach.handler = lambda message: asyncio.sleep(0.2)
    await device.say("StartIntent")
    await device.send("SessionEndedRequest")
    await asyncio.sleep(0.3)
    device.coach.handler = None
    await device.send("SessionEndedRequest")
    assert words(await device.say("HowManyLeftIntent")).startswith("started.")


@pytest.mark.parametrize("kind", ["LaunchRequest", "PlaybackController.PlayCommandIssued"])
async def test_nobody_is_not_a_user(device, kind):
    await device.send(kind, user="")
    assert device.texts == []


async def test_a_flood_is_answered_kindly():
    device = Device(limiter=RateLimiter(1, clock=lambda: 0.0))
    await device.send("LaunchRequest")
    assert words(await device.send("LaunchRequest")) == load_words().too_many_messages


async def test_a_set_is_one_track_and_its_end_is_reported(device):
    started = await device.say("StartIntent")
    spec = track(started)
    assert (spec.format, spec.until, started["shouldEndSession"]) == ("mp3_16k", None, False)
    assert words(started).endswith(WORDS.session_done)
    device.wait(90)
    await device.say("RateIntent", effort="easy")
    assert device.texts[1:] == ["", "that set was easy"]
    assert (device.coach.state.status, device.coach.state.confirmed) == ("finished", True)


async def test_the_place_is_known_by_the_time_that_has_passed(device):
    started = await device.say("StartIntent")
    lead_ms = device.attributes["playing"][-1] - device.clock.ms
    assert 0 < lead_ms < 5_000
    device.wait(20 + lead_ms / 1000)
    paused = await device.say("AMAZON.PauseIntent")
    assert device.session["position_ms"] == 20_000
    assert paused["shouldEndSession"] is False
    assert "audio" not in paused["outputSpeech"]["ssml"]
    resumed = track(await device.say("AMAZON.ResumeIntent"))
    assert (resumed.lead_in, resumed.start) == ("resume", device.coach.state.position)
    assert track(started).start != resumed.start


async def test_what_does_not_change_the_set_lets_it_go_on_from_the_interrupted_rep(device):
    await device.say("StartIntent")
    device.wait(30)
    going_on = track(await device.say("HowManyLeftIntent"))
    assert (going_on.lead_in, going_on.start) == ("resume", device.coach.state.position)
    device.wait(1)
    await device.say("AMAZON.PauseIntent")
    assert device.coach.state.position == going_on.start


async def test_slower_goes_on_with_the_new_tempo(device):
    await device.say("StartIntent")
    device.wait(30)
    spec = track(await device.say("SlowerIntent"))
    assert (spec.lead_in, spec.prescription.tempo.lower_s) == ("resume", 2.5)


async def test_sets_are_a_track_each_with_the_rest_in_breaks(device):
    device.coach.prescription = Prescription("banded-psoas-march", "standing", None, 2, 2, 60, "right", Tempo(1, 1, 2))
    started = await device.say("StartIntent")
    assert track(started).until.set == 2
    assert words(started).endswith(WORDS.set_done)
    device.wait(35)
    rest = await device.say("RateIntent", effort="easy")
    assert (track(rest).start.set, track(rest).until) == (2, None)
    breaks = [int(ms) for ms in re.findall(r'<break time="(\d+)ms"', rest["outputSpeech"]["ssml"])]
    assert 20_000 < sum(breaks) < 60_000
    assert max(breaks) <= 10_000


@pytest.mark.parametrize("reps", [1, 8, 30])
async def test_without_an_address_the_set_is_spoken(reps):
    device = Device(audio_url="")
    device.coach.prescription = Prescription(
        "banded-psoas-march", "standing", None, reps, 1, 60, "right", Tempo(0.5, 0.5, 0.5)
    )
    started = await device.say("StartIntent")
    assert "audio" not in started["outputSpeech"]["ssml"]
    assert words(started).count("Right") == reps
    breaks = [int(ms) for ms in re.findall(r'<break time="(\d+)ms"', started["outputSpeech"]["ssml"])]
    assert max(breaks) <= 10_000


async def test_a_set_that_is_too_long_for_an_answer_is_split_between_reps(device):
    device.coach.prescription = Prescription("banded-psoas-march", "standing", None, 30, 1, 60, "right", Tempo(2, 2, 2))
    first = await device.say("StartIntent")
    spec = track(first)
    assert spec.plan().duration_ms <= LONGEST_MS
    assert (spec.until.side, words(first).endswith(WORDS.say_go_on)) == ("right", True)
    device.wait(400)
    second = track(await device.say("AMAZON.ResumeIntent"))
    assert (second.start, second.until) == (spec.until, None)


async def test_the_longest_sets_are_for_the_audio_player(device):
    device.coach.prescription = Prescription("banded-psoas-march", "standing", None, 30, 1, 60, "right", Tempo(6, 6, 6))
    started = await device.say("StartIntent")
    (directive,) = started["directives"]
    stream = directive["audioItem"]["stream"]
    assert (directive["type"], started["shouldEndSession"]) == ("AudioPlayer.Play", True)
    assert len(stream["token"]) <= 1_024
    device.attributes = {}
    device.wait(50)
    player = {"AudioPlayer": {"token": stream["token"], "offsetInMilliseconds": 50_000, "playerActivity": "PLAYING"}}
    stopped = await device.send("IntentRequest", {"name": "AMAZON.PauseIntent"}, context=player)
    assert device.texts[-1] == WORDS.stop
    assert device.session["position_ms"] == 50_000
    assert {"type": "AudioPlayer.Stop"} in stopped["directives"]


async def test_events_of_the_audio_player_are_reported(device):
    device.coach.prescription = Prescription("banded-psoas-march", "standing", None, 30, 1, 60, "right", Tempo(6, 6, 6))
    started = await device.say("StartIntent")
    token = started["directives"][0]["audioItem"]["stream"]["token"]
    for kind, status in (("Started", "counting"), ("Stopped", "paused"), ("Finished", "finished")):
        told = {"token": token, "offsetInMilliseconds": 100_000}
        await device.send(f"AudioPlayer.Playback{kind}", session=None, request=told)
        assert device.coach.state.status == status
        if kind == "Stopped":
            played = await device.send("PlaybackController.PlayCommandIssued", session=None)
            token = played["directives"][0]["audioItem"]["stream"]["token"]


async def test_pain_stops_and_plays_nothing(device):
    device.coach.says["it hurts"] = [{"text": "Stop.", "custom": {"v": 1, "session": {"action": "stop"}}}]
    await device.say("StartIntent")
    device.wait(20)
    response = await device.say("PainIntent")
    assert words(response) == "Stop."
    assert device.session["position_ms"] > 0


async def test_what_is_not_heard_in_a_set_pauses_it(device):
    await device.say("StartIntent")
    response = await device.say("AMAZON.FallbackIntent")
    assert words(response) == f"{WORDS.not_heard_in_set} paused."
    assert device.texts[-1] == WORDS.pause


async def test_a_paused_set_keeps_the_session_open(device):
    await device.say("StartIntent")
    device.wait(20)
    await device.say("AMAZON.PauseIntent")
    for name in ("HowManyLeftIntent", "AMAZON.FallbackIntent", "HowManyLeftIntent"):
        response = await device.say(name)
        assert (response["shouldEndSession"], "audio" in response["outputSpeech"]["ssml"]) == (False, False)
    assert device.coach.state.pauses == 1
    assert (await device.say("AMAZON.StopIntent"))["shouldEndSession"] is True


async def test_a_question_holds_the_set(device):
    device.coach.says["skip"] = [{"text": "This one or that one?"}]
    await device.say("StartIntent")
    device.wait(20)
    assert "audio" not in (await device.say("SkipIntent"))["outputSpeech"]["ssml"]
    device.wait(20)
    await device.say("HowManyLeftIntent")
    assert device.coach.state.status == "paused"


async def test_the_end_of_the_session_pauses_the_set(device):
    await device.say("StartIntent")
    device.wait(20)
    assert await device.send("SessionEndedRequest") == {}
    assert device.coach.state.status == "paused"


def test_without_a_skill_there_is_no_address(caplog):
    channel = CoachAlexaInput.from_credentials(None)
    assert [record.message for record in caplog.records] == [
        "Alexa stays out: COUNTOFF_ALEXA_APPLICATION_ID names no skill."
    ]
    assert not channel.blueprint(None)._future_routes
