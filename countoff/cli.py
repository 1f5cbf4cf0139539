"""The command line: serve, chat, train, sound files, the knowledge base, and the Alexa skill."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from countoff.errors import CountoffError
from countoff.settings import VOICES, settings

if TYPE_CHECKING:
    from countoff.session import Side

OUT = click.Path(path_type=Path, dir_okay=False)


class _Kind(click.Group):
    """Shows our own errors as one line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CountoffError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Kind)
def main() -> None:
    """Countoff: a coach that answers questions about an exercise and counts the reps out loud."""


@main.command()
@click.option("--model", type=click.Path(path_type=Path), help="This model; else that of the present inputs.")
def serve(model: Path | None) -> None:
    """Train if needed, start both servers, and say where they listen. Ctrl-C ends both."""
    from countoff.serving import Servers
    from countoff.training import ensure_model

    # Also where the shell that started us in the background had SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    model = model or ensure_model()
    click.echo("Starting the servers …")
    with Servers(model, settings()) as servers:
        click.echo(f"The coach is at {servers.url}/webhooks/web/ (programs: {servers.url}/webhooks/rest/webhook).")
        click.echo("Ctrl-C ends it.")
        try:
            servers.wait()
        except KeyboardInterrupt:
            click.echo("\nEnding.")


@main.command()
@click.option("--url", help="A server that runs already, e.g. http://127.0.0.1:5005; without it one is started.")
@click.option("--speak", is_flag=True, help="Hear the answers and the count; without a sound device, as files.")
def chat(url: str | None, speak: bool) -> None:
    """Talk to the coach in the terminal; sets are counted on the screen, on the beat."""
    from countoff.terminal import talk

    talk(url, speak)


@main.command()
@click.argument("text")
@click.option("--voice", type=click.Choice(VOICES), help="This voice only; else the first of COUNTOFF_VOICES that can.")
@click.option("--out", type=OUT, help="A file to write: .mp3, .wav or .flac; else it is played.")
def say(text: str, voice: str | None, out: Path | None) -> None:
    """Speak a text."""
    from countoff import recordings

    recordings.say(text, voice, out)


@main.command()
@click.option("--exercise", help="Id of the exercise.")
@click.option("--reps", type=int, help="Reps a side.")
@click.option("--sets", type=int, help="Number of sets.")
@click.option("--rest", type=int, help="Seconds of rest between sets.")
@click.option("--side", type=click.Choice(["right", "left"]), help="The side that each set starts with.")
@click.option("--tempo", help="Seconds of lift, hold and lowering, e.g. 1,1,2.")
@click.option("--tick", is_flag=True, help="A soft click at every phase.")
@click.option("--out", type=OUT, default=Path("track.mp3"), show_default=True, help="The file: .mp3, .wav or .flac.")
def track(
    exercise: str | None,
    reps: int | None,
    sets: int | None,
    rest: int | None,
    side: Side | None,
    tempo: str | None,
    tick: bool,
    out: Path,
) -> None:
    """Render a set as one recording, every count on its beat."""
    from countoff import recordings

    recordings.track(recordings.prescribe(exercise, reps, sets, rest, side, tempo), tick, out)


@main.command()
def train() -> None:
    """Train the model of the present inputs, if there is none."""
    from countoff.training import ensure_model

    click.echo(f"Model: {ensure_model()}")


@main.group()
def knowledge() -> None:
    """Check the knowledge base, and make what is generated from it."""


@knowledge.command()
@click.option("--root", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another knowledge folder.")
def validate(root: Path | None) -> None:
    """Check every knowledge file; problems are named by file and line, with the mend."""
    from countoff.exercises import DEFAULT_ROOT, schema_problems
    from countoff.exercises import validate as find_problems
    from countoff.speech.text import rule_problems

    folder = root or DEFAULT_ROOT
    problems = [str(problem) for problem in find_problems(folder)]
    if root is None:
        problems += [str(problem) for problem in schema_problems(folder)]
    problems += [*_unreadable(folder), *rule_problems(folder)]
    if root is None:
        problems += _clip_problems()
    for problem in dict.fromkeys(problems):
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(set(problems))} problem(s) in the knowledge base.")
    click.echo("The knowledge base is sound.")


def _clip_problems() -> list[str]:
    """What is wrong with the recordings of the cues."""
    from countoff.exercises.cues import load_cue_book
    from countoff.speech.clips import load_pack
    from countoff.speech.pack_check import pack_problems

    try:
        return pack_problems(load_cue_book(), load_pack())
    except CountoffError as error:
        return [str(error)]


def _unreadable(folder: Path) -> list[str]:
    """What is wrong with the cues, the vocabulary, the safety lexicon, the words of the web and what Alexa is told."""
    from countoff.channels.alexa.interaction import load_interaction
    from countoff.channels.web.words import load_web_words
    from countoff.exercises.cues import load_cue_book
    from countoff.nlu.lookups import read_forms
    from countoff.nlu.safety_lexicon import Lexicon

    problems = []
    safety = "safety/en.yml"
    for read in (load_cue_book, read_forms, lambda root: Lexicon.load(root / safety), load_web_words, load_interaction):
        try:
            read(folder)
        except CountoffError as error:
            problems.append(str(error))
    return problems


@knowledge.command()
@click.option("--check", is_flag=True, help="Only say whether the files are current.")
def generate(check: bool) -> None:
    """Write the look-ups of data/nlu/generated and the JSON Schema from the knowledge base."""
    from countoff.exercises import DEFAULT_ROOT, write_schema
    from countoff.nlu import lookups
    from countoff.settings import PROJECT

    target = PROJECT / "data" / "nlu" / "generated"
    if check:
        if not lookups.is_current(DEFAULT_ROOT, target):
            raise click.ClickException("data/nlu/generated is out of date; run `make generate`.")
        click.echo("Generated files are current.")
        return
    lookups.generate(DEFAULT_ROOT, target)
    write_schema(DEFAULT_ROOT)
    click.echo("Wrote data/nlu/generated and knowledge/schema.")


@main.group()
def alexa() -> None:
    """What the Alexa skill is made of."""


@alexa.command()
@click.option("--check", is_flag=True, help="Only say whether the files are current.")
@click.option("--address", help="Where Alexa reaches the coach, e.g. https://coach.example.org.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Another folder than deploy/alexa.")
def model(check: bool, address: str | None, out: Path | None) -> None:
    """Write the skill package: the interaction model of each locale, and the manifest."""
    from countoff.settings import PROJECT, settings
    from countoff.skill import package

    folder = out or PROJECT / "deploy" / "alexa" / "skill-package"
    files = package.render(settings().knowledge, PROJECT / "data" / "nlu", address or package.ADDRESS)
    if not check:
        package.write(files, folder)
        click.echo(f"Wrote {folder}.")
    elif stale := package.stale(files, folder):
        raise click.ClickException(f"{', '.join(stale)} in {folder}: out of date; run `make generate`.")
    else:
        click.echo("The skill package is current.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
