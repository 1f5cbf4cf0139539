"""The commands that make sound files: a sentence, and a whole set."""

from __future__ import annotations

import time
from pathlib import Path

import click

from countoff.errors import CountoffError
from countoff.exercises import load_knowledge
from countoff.exercises.cues import load_cue_book
from countoff.session import Prescription, Side, Tempo, make_plan
from countoff.speech.chain import voice_by_name
from countoff.speech.clips import find_pack
from countoff.speech.encode import FORMATS, encode
from countoff.speech.pcm import Pcm
from countoff.speech.playback import DeviceSink
from countoff.speech.speaker import Speaker, speaker_from_settings
from countoff.speech.track import render_plan

EXTENSIONS = tuple(name for name, form in FORMATS.items() if name == form.extension)
"""The formats that the name of a file chooses by its ending."""


def say(text: str, voice: str | None, out: Path | None) -> None:
    """Speak a text: to a file, or to the sound device.

    Raises:
        CountoffError: no voice can say it, or the file cannot be written.
    """
    speaker = Speaker([voice_by_name(voice)]) if voice else speaker_from_settings()
    _give(speaker.speak(text), out)


def track(prescription: Prescription, tick: bool, out: Path) -> None:
    """Render a set to a file.

    Raises:
        CountoffError: the file cannot be written.
    """
    began_s = time.perf_counter()
    plan = make_plan(prescription, load_cue_book())
    sound = render_plan(plan, find_pack(), tick)
    _write(sound, out)
    took_s = time.perf_counter() - began_s
    click.echo(f"{out}: {sound.duration_ms / 1000:.0f} s of sound, made in {took_s:.2f} s.")


def prescribe(
    exercise: str | None, reps: int | None, sets: int | None, rest_s: int | None, side: Side | None, tempo: str | None
) -> Prescription:
    """A prescription with the exercise's own defaults for what is not given.

    Args:
        exercise: id of a family; the default one where None.
        reps: reps a side.
        sets: number of sets.
        rest_s: seconds of rest.
        side: the side to start with.
        tempo: seconds of lift, hold and lowering, with commas between.

    Raises:
        CountoffError: the exercise is unknown, or a number is outside its bounds.
    """
    knowledge = load_knowledge()
    family = knowledge.exercises.get(exercise or knowledge.default_exercise)
    if family is None:
        raise CountoffError(f"There is no exercise {exercise!r}; there are {', '.join(knowledge.exercises)}.")
    dosage, usual = family.dosage, family.tempo
    return Prescription(
        exercise=family.id,
        variation=family.start_variation,
        band=None,
        reps_per_side=dosage.reps_per_side.default if reps is None else reps,
        sets=dosage.sets.default if sets is None else sets,
        rest_s=dosage.rest_s.default if rest_s is None else rest_s,
        start_side=side or "right",
        tempo=_tempo(tempo) if tempo else Tempo(usual.lift.default, usual.hold.default, usual.lower.default),
    )


def _tempo(text: str) -> Tempo:
    try:
        lift, hold, lower = (float(part) for part in text.split(","))
    except ValueError:
        raise CountoffError(f"--tempo takes three numbers such as 1,1,2 (lift, hold, lower), not {text!r}.") from None
    return Tempo(lift, hold, lower)


def _give(sound: Pcm, out: Path | None) -> None:
    if out is not None:
        _write(sound, out)
        click.echo(f"{out}: {sound.duration_ms / 1000:.1f} s of sound.")
        return
    try:
        sink = DeviceSink()
    except CountoffError as error:
        raise CountoffError(f"{error} Name a file with --out.") from error
    sink.play(sound)
    sink.wait()


def _write(sound: Pcm, out: Path) -> None:
    form = out.suffix.removeprefix(".").lower()
    if form not in EXTENSIONS:
        raise CountoffError(f"The name of the file must end in {', '.join(f'.{name}' for name in EXTENSIONS)}.")
    try:
        out.write_bytes(b"".join(encode(sound, form)))
    except OSError as error:
        raise CountoffError(f"{out} cannot be written: {error.strerror}.") from error
