"""The tones that stand in for words."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from countoff.exercises.cues import CueKind, load_cue_book
from countoff.session.prescription import Side
from countoff.speech.pcm import FULL, Pcm
from countoff.speech.tones import TonesVoice

KINDS: tuple[CueKind, ...] = get_args(CueKind)
TONES: dict[str, Pcm] = {
    "chime": TonesVoice().speak("Anything."),
    "left": TonesVoice().cue("side", "left"),
    "right": TonesVoice().cue("side", "right"),
    **{kind: TonesVoice().cue(kind) for kind in KINDS if kind != "side"},
}


def pitch_hz(sound: Pcm) -> float:
    spectrum = np.abs(np.fft.rfft(sound.samples, 1 << 16))
    return float(np.argmax(spectrum) * sound.rate / (1 << 16))


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_it_is_soft_level_and_without_clicks(tone: Pcm) -> None:
    samples = tone.samples.astype(np.float64) / FULL
    assert (tone.rate, tone.channels) == (24_000, 1)
    assert 10 * np.log10(np.mean(samples**2)) == pytest.approx(-18, abs=0.1)
    assert np.abs(samples).max() < 0.5
    # From and to nothing, slowly: 1 ms at either end is at least 26 dB below the loudest.
    assert max(np.abs(samples[:24]).max(), np.abs(samples[-24:]).max()) < np.abs(samples).max() / 20


def test_no_two_sound_alike() -> None:
    for one, other in combinations(TONES.values(), 2):
        assert not np.array_equal(one.samples, other.samples)


def test_left_is_lower_than_right_and_a_count_is_higher_than_both() -> None:
    left, right, count = (pitch_hz(TONES[name]) for name in ("left", "right", "count"))
    assert left * 1.4 < right
    assert right * 1.4 < count


@pytest.mark.parametrize("name", ["left", "right", "count", "count_in"])
def test_what_marks_the_beat_is_over_at_once(name: str) -> None:
    assert TONES[name].duration_ms < 200


@pytest.mark.parametrize(("cue_id", "cue"), load_cue_book().cues.items(), ids=load_cue_book().cues)
def test_every_cue_has_a_tone_that_fits_where_its_clip_does(cue_id: str, cue: object) -> None:
    found = load_cue_book().cue(cue_id)
    sides: tuple[Side, ...] = ("left", "right")
    for side in sides:
        assert TonesVoice().cue(found.kind, side).duration_ms <= found.max_ms


def test_only_a_side_sounds_different_on_either_side() -> None:
    assert TonesVoice().cue("count", "left") is TonesVoice().cue("count", "right")


@pytest.mark.parametrize("text", ["", "x" * 100_000, "\0", "日本語"])
def test_a_text_is_one_chime_whatever_it_is(text: str) -> None:
    assert TonesVoice().speak(text, "xx") is TONES["chime"]


def test_nobody_can_change_a_tone_that_others_play() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TONES["left"].samples[0] = 1
