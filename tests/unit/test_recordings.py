"""The commands that make sound files."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner

from countoff import recordings
from countoff.cli import main
from countoff.errors import CountoffError
from countoff.speech.speaker import speaker_from_settings


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.output


@pytest.mark.parametrize("ending", ["mp3", "wav", "flac"])
def test_a_set_is_written_in_the_format_of_its_name(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"set.{ending}"
    status, said = run("track", "--reps", 2, "--tempo", "0.5,0.5,1", "--out", out)
    assert (status, f"{out}: 18 s of sound" in said) == (0, True)
    heard, rate = soundfile.read(out)
    # 8 s before the first rep, four reps of 2 s, and 2 s for the closing words.
    assert len(heard) / rate == pytest.approx(18, abs=0.001)


def test_a_tick_is_heard_between_the_words(tmp_path: Path) -> None:
    loud = {}
    for name, more in (("plain", ()), ("ticked", ("--tick",))):
        run("track", "--reps", 1, *more, "--out", tmp_path / f"{name}.wav")
        heard, rate = soundfile.read(tmp_path / f"{name}.wav")
        # The knee starts down at 10 s, when no word is spoken.
        loud[name] = abs(heard[10 * rate : 10 * rate + rate // 50]).max()
    assert loud["plain"] < 0.001
    assert loud["ticked"] > 0.02


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reps", "500"], "reps_per_side must be 1 to 30, not 500"),
        (["--reps", "0"], "reps_per_side must be 1 to 30, not 0"),
        (["--sets", "-3"], "sets must be 1 to 5, not -3"),
        (["--tempo", "1,1"], "three numbers such as 1,1,2"),
        (["--tempo", "a,b,c"], "three numbers such as 1,1,2"),
        (["--tempo", "9,1,1"], "lift_s must be 0.5 to 6.0"),
        (["--exercise", "burpee"], "There is no exercise 'burpee'; there are banded-psoas-march"),
        (["--out", "set.ogg"], "must end in .mp3, .wav, .flac"),
        (["--out", "/nowhere/set.mp3"], "/nowhere/set.mp3 cannot be written: No such file or directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = run("track", *words)
    assert status == 1
    assert told in said
    assert len(said.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_cue_is_said_by_its_clip_and_a_sentence_by_a_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "speaker_from_settings", speaker_from_settings.__wrapped__)
    length_s = {}
    for text in ("Halfway", "Start with a light band, 8-10 reps a side."):
        assert run("say", text, "--out", tmp_path / "a.wav")[0] == 0
        heard, rate = soundfile.read(tmp_path / "a.wav")
        length_s[text] = len(heard) / rate
        assert abs(heard).max() > 0.1
    assert length_s["Halfway"] < 0.9
    assert 2 < length_s["Start with a light band, 8-10 reps a side."] < 8


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "the text is empty"), ("\x00\x1b", "the text is empty"), ("a" * 100_000, "at most 5000 are spoken")],
    ids=["empty", "control characters", "100,000 characters"],
)
def test_what_cannot_be_said_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CountoffError, match=told):
        recordings.say(text, None, tmp_path / "a.wav")
    assert list(tmp_path.iterdir()) == []


def test_one_voice_may_be_chosen_and_cannot_do_everything(tmp_path: Path) -> None:
    assert run("say", "Halfway", "--voice", "clips", "--out", tmp_path / "a.wav")[0] == 0
    status, said = run("say", "Which band should I use?", "--voice", "clips", "--out", tmp_path / "b.wav")
    assert (status, "no clip says" in said) == (1, True)
    assert run("say", "Halfway", "--voice", "whisper")[0] == 2


def test_without_a_device_a_file_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_there() -> None:
        raise CountoffError("There is no sound device.")

    monkeypatch.setattr(recordings, "DeviceSink", none_there)
    status, said = run("say", "Halfway", "--voice", "clips")
    assert (status, said.strip()) == (1, "Error: There is no sound device. Name a file with --out.")
