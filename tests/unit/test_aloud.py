"""The voice of the terminal: what it says, what it plays, and both at once."""

from __future__ import annotations

import numpy as np
import pytest

from countoff.aloud import Aloud
from countoff.errors import VoiceError
from countoff.exercises.cues import load_cue_book
from countoff.session import Prescription, Tempo, make_plan
from countoff.speech.pcm import RATE, Pcm
from countoff.speech.track import render_plan
from countoff.terminal import Player

PLAN = make_plan(
    Prescription("banded-psoas-march", "standing-band", "yellow", 2, 1, 60, "right", Tempo(1, 1, 2)), load_cue_book()
)


class Speaker:
    """Says everything as a steady level of 1,000 that lasts a second."""

    def speak(self, text: str) -> Pcm:
        if text == "unspeakable":
            raise VoiceError("espeak", "it is not there")
        return Pcm(np.full(RATE, 1_000, dtype=np.int16))


class Sink:
    """Remembers what reached it."""

    def __init__(self) -> None:
        self.done: list[object] = []

    def play(self, sound: Pcm) -> None:
        self.done.append(sound.samples)

    def wait(self) -> None:
        self.done.append("wait")

    def stop(self) -> None:
        self.done.append("stop")


class Clock:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def aloud(sink: Sink, clock: Clock, complaints: list[str]) -> Aloud:
    return Aloud(Speaker(), None, sink, complaints.append, clock)


def due(zero_s: float) -> list[tuple[float, dict[str, object]]]:
    return [(zero_s + cue.at_ms / 1000, cue.to_wire()) for cue in PLAN.cues if cue.text]


def played(sink: Sink) -> np.ndarray:
    found = sink.done[-1]
    assert isinstance(found, np.ndarray)
    return found


def test_an_answer_is_spoken_to_its_end(aloud: Aloud, sink: Sink) -> None:
    aloud.say("Knee to hip height.")
    assert isinstance(sink.done[0], np.ndarray)
    assert sink.done[1:] == ["wait"]


def test_what_no_voice_can_say_is_told(aloud: Aloud, sink: Sink, complaints: list[str]) -> None:
    aloud.say("unspeakable")
    assert (sink.done, complaints) == ([], ["the voice espeak cannot speak: it is not there"])


def test_a_set_is_the_rendered_plan(aloud: Aloud, sink: Sink, clock: Clock) -> None:
    aloud.play(due(clock.now_s))
    whole = render_plan(PLAN, None).samples
    heard = played(sink)
    assert np.array_equal(heard[: len(whole)], whole[: len(heard)])


def test_what_is_past_is_not_played_again(aloud: Aloud, sink: Sink, clock: Clock) -> None:
    aloud.play(due(clock.now_s - 8))
    whole = render_plan(PLAN, None).samples
    heard = played(sink)
    # At eight seconds the first side is called; the tone of it comes at once.
    assert np.array_equal(heard[: 4 * RATE], whole[8 * RATE : 12 * RATE])
    assert np.abs(heard[: RATE // 5]).max() > 1_000


def test_what_is_still_to_come_waits(aloud: Aloud, sink: Sink, clock: Clock) -> None:
    aloud.play(due(clock.now_s + 2))
    assert not played(sink)[: 2 * RATE].any()


def test_over_a_set_words_are_laid_and_the_count_goes_on(aloud: Aloud, sink: Sink, clock: Clock) -> None:
    aloud.play(due(clock.now_s))
    clock.now_s += 8
    aloud.say("Six to go.")
    whole = render_plan(PLAN, None).samples.astype(int)
    heard = played(sink).astype(int)
    assert np.array_equal(heard[:RATE], whole[8 * RATE : 9 * RATE] + 1_000)
    assert np.array_equal(heard[RATE : 3 * RATE], whole[9 * RATE : 11 * RATE])


def test_after_hush_nothing_of_the_set_is_left(aloud: Aloud, sink: Sink, clock: Clock) -> None:
    aloud.play(due(clock.now_s))
    aloud.hush()
    assert sink.done[-1] == "stop"
    aloud.say("Stopped.")
    assert len(sink.done[-2]) == RATE  # type: ignore[arg-type]


def session(action: str, **more: object) -> dict[str, object]:
    return {"action": action, "id": "s1", "rev": 1, "plan": PLAN.to_wire(), **more}


def test_the_player_plays_stops_and_splices_aloud(aloud: Aloud, sink: Sink, clock: Clock) -> None:
    player = Player(lambda _: None, clock, aloud)
    player.follow(session("start"))
    whole = render_plan(PLAN, None).samples
    assert np.array_equal(played(sink)[: 8 * RATE], whole[: 8 * RATE])
    clock.now_s += 8.5
    player.follow(session("replan", rev=2, splice_at_ms=16_000))
    heard = played(sink)
    # What was planned until the splice is still heard, half a second into its first side; then the new plan begins.
    assert np.array_equal(heard[RATE // 2 : 7 * RATE], whole[9 * RATE : int(15.5 * RATE)])
    spliced = heard[int(7.5 * RATE) :]
    assert np.array_equal(spliced[: 8 * RATE], whole[: 8 * RATE])
    player.follow({"action": "pause", "id": "s1", "rev": 2})
    assert sink.done[-1] == "stop"
    player.halt()
