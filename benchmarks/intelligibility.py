"""How well the clips, and whole sets made of them, are understood: a speech recogniser listens to them.

Run it with ``make bench-voice``. Whisper (base, int8), which gets no hint of what to expect, hears every clip by itself
and every set as a whole, as it is and in pink noise 10 dB below it. A clip counts as understood if all of its words
are heard and no other; of a set the share of its words that are heard in their order counts. Numbers may be heard as
digits, and the few homophones of ``scripts/voice/hearing.py`` as one another. The takes of the clips were chosen with
the help of the same recogniser (with other noise), so the figures flatter; they tell whether a change makes it worse.
The result goes to ``benchmarks/results/intelligibility-<date>.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import soundfile

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from countoff.exercises.cues import load_cue_book  # noqa: E402
from countoff.session import Plan, Prescription, Tempo, make_plan  # noqa: E402
from countoff.speech.clips import ClipPack, load_pack  # noqa: E402
from countoff.speech.pcm import Pcm  # noqa: E402
from countoff.speech.track import render_plan  # noqa: E402
from scripts.voice.hearing import hear, surrounded, understood, words  # noqa: E402

RESULTS = PROJECT / "benchmarks" / "results"
NOISE_DB = 10.0
NOISE_SEEDS = (1, 2, 3)

SETS = {
    "8 reps a side at the default tempo": Prescription(
        "banded-psoas-march", "standing-band", "yellow", 8, 1, 60, "right", Tempo(1.0, 1.0, 2.0)
    ),
    "12 reps a side, 2 sets, every phase 1 s": Prescription(
        "banded-psoas-march", "standing-band", "yellow", 12, 2, 30, "left", Tempo(1.0, 1.0, 1.0)
    ),
    "30 reps a side at the fastest tempo": Prescription(
        "banded-psoas-march", "standing-band", "yellow", 30, 1, 60, "right", Tempo(0.5, 0.5, 0.5)
    ),
}


def clips_heard(pack: ClipPack) -> dict[str, Any]:
    """Which clips are understood, as they are and in noise, and what was heard instead."""
    clips = {entry.text: pack.clip(entry.cues[0]).pcm for entry in pack.entries}
    kinds: dict[str, list[int | None]] = {"clean": [None], "noise_10_db": list(NOISE_SEEDS)}
    found: dict[str, Any] = {"clips": len(clips)}
    for kind, seeds in kinds.items():
        sounds = {
            f"{seed}|{text}": surrounded(clip, None if seed is None else NOISE_DB, seed or 0)
            for text, clip in clips.items()
            for seed in seeds
        }
        heard = hear(sounds)
        wrong: dict[str, list[str]] = {}
        for name, what in heard.items():
            text = name.partition("|")[2]
            if not understood(text, what):
                wrong.setdefault(text, []).append(what)
        right = len(heard) - sum(len(many) for many in wrong.values())
        found[kind] = {"heard": len(heard), "understood": right, "share": round(right / len(heard), 4), "wrong": wrong}
    return found


def track_heard(sound: Pcm, plan: Plan) -> dict[str, Any]:
    """How much of a set is understood, as it is and in noise, and all that was heard."""
    spoken = [word for cue in plan.cues if cue.text for word in words(cue.text)]
    heard = hear({"clean": sound, "noise_10_db": surrounded(sound, NOISE_DB, NOISE_SEEDS[0])})
    found: dict[str, Any] = {"words": len(spoken)}
    for kind, what in heard.items():
        found[kind] = compared(spoken, words(what)) | {"text": what}
    return found


def compared(spoken: list[str], heard: list[str]) -> dict[str, Any]:
    """The share of the spoken words that were heard in their order, and how many words were heard beside them."""
    matcher = SequenceMatcher(None, spoken, heard, autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    return {"share": round(matched / len(spoken), 4), "extra_words": len(heard) - matched}


def tracks_heard(pack: ClipPack) -> dict[str, Any]:
    """The sets of ``SETS``, rendered from the clips."""
    book = load_cue_book(language=pack.language)
    plans = {name: make_plan(prescription, book) for name, prescription in SETS.items()}
    return {name: track_heard(render_plan(plan, pack), plan) for name, plan in plans.items()}


def file_heard(path: Path, prescription: Path) -> dict[str, Any]:
    """A set in a file, such as ``countoff track`` writes, against the prescription that it was rendered from."""
    samples, rate = soundfile.read(path, dtype="int16")
    plan = make_plan(Prescription.from_wire(json.loads(prescription.read_text(encoding="utf-8"))), load_cue_book())
    return track_heard(Pcm(samples, rate).mono(), plan)


def main() -> None:
    """Listen to the pack and the sets made of it, or to one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, help="a set as WAV, FLAC or MP3, instead of all clips and sets")
    parser.add_argument("--prescription", type=Path, help="what that file was rendered from, in its JSON form")
    arguments = parser.parse_args()
    if (arguments.file is None) != (arguments.prescription is None):
        parser.error("--file and --prescription go together")
    if arguments.file:
        print(json.dumps(file_heard(arguments.file, arguments.prescription), indent=1))
        return
    pack = load_pack()
    today = datetime.now(UTC).date().isoformat()
    manifest = pack.manifest
    result = {
        "date": today,
        "recogniser": "faster-whisper 1.2.1, Whisper base, int8, beam 5, no prompt",
        "voice": f"{manifest.engine}, {manifest.voice}",
        "clips": clips_heard(pack),
        "sets": tracks_heard(pack),
    }
    path = RESULTS / f"intelligibility-{today}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for kind in ("clean", "noise_10_db"):
        clips = result["clips"][kind]
        print(f"clips, {kind}: {clips['understood']} of {clips['heard']} understood; not: {', '.join(clips['wrong'])}")
        for name, found in result["sets"].items():
            share, extra = found[kind]["share"], found[kind]["extra_words"]
            print(f"{name}, {kind}: {share:.1%} of {found['words']} words, and {extra} more")
    print(f"wrote {path.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
