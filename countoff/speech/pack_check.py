"""Whether a clip pack speaks the cue book, on the beat."""

from __future__ import annotations

from collections.abc import Iterator

from countoff.errors import VoiceError
from countoff.exercises.cues import CueBook
from countoff.session.prescription import PHASE_S
from countoff.speech.clips import MEND, Clip, ClipPack
from countoff.speech.manifest import MANIFEST
from countoff.speech.onset import THRESHOLD_DB, WINDOW_MS, onset_ms

ONSET_TOLERANCE_MS = 1.0
DURATION_TOLERANCE_MS = 0.1

SIDE_TO_COUNT_MS = PHASE_S[0] * 1000
"""From a side to its count at the fastest tempo: one lift."""

COUNT_TO_SIDE_MS = 2 * PHASE_S[0] * 1000
"""From a count to the next side at the fastest tempo: hold and lowering."""


def pack_problems(cue_book: CueBook, pack: ClipPack) -> list[str]:
    """What is wrong with a pack, one line each with the mend; empty if it is sound.

    Args:
        cue_book: what the pack should speak.
        pack: every clip of it is read.
    """
    clips: dict[str, Clip] = {}
    problems = []
    for cue_id in cue_book.cues:
        try:
            clips[cue_id] = pack.clip(cue_id)
        except VoiceError as error:
            problems.append(error.cause)
    problems += [problem for cue_id, clip in clips.items() for problem in _cue_problems(cue_book, cue_id, clip)]
    problems += _measured_otherwise(pack, clips)
    problems += _strangers(cue_book, pack)
    problems += _off_the_beat(cue_book, clips)
    return list(dict.fromkeys(problems))


def _cue_problems(cue_book: CueBook, cue_id: str, clip: Clip) -> Iterator[str]:
    cue = cue_book.cues[cue_id]
    if clip.entry.text != cue.text:
        yield f"the clip of the cue {cue_id!r} says {clip.entry.text!r}, the cue book {cue.text!r}; {MEND}"
    if clip.pcm.duration_ms > cue.max_ms:
        yield (
            f"the clip of the cue {cue_id!r} lasts {clip.pcm.duration_ms:.0f} ms, its max_ms is {cue.max_ms}; "
            "run `make voice`, or give the cue more room"
        )


def _measured_otherwise(pack: ClipPack, clips: dict[str, Clip]) -> Iterator[str]:
    rule = pack.manifest.onset
    if (rule.window_ms, rule.threshold_db) != (WINDOW_MS, THRESHOLD_DB):
        yield f"the onsets of {pack.folder} were measured by another rule; {MEND}"
    for clip in clips.values():
        entry = clip.entry
        if abs(entry.duration_ms - clip.pcm.duration_ms) > DURATION_TOLERANCE_MS:
            found = clip.pcm.duration_ms
            yield f"{entry.file} lasts {found:.1f} ms, not {entry.duration_ms} as the manifest says; {MEND}"
        found = onset_ms(clip.pcm)
        if abs(entry.onset_ms - found) > ONSET_TOLERANCE_MS:
            yield f"{entry.file} begins to speak at {found:.1f} ms, not {entry.onset_ms} as the manifest says; {MEND}"


def _strangers(cue_book: CueBook, pack: ClipPack) -> Iterator[str]:
    for entry in pack.entries:
        for cue_id in entry.cues:
            if cue_id not in cue_book.cues:
                yield f"{entry.file} speaks the cue {cue_id!r}, which the cue book does not hold; {MEND}"
    known = {MANIFEST, *(entry.file for entry in pack.entries)}
    for path in sorted(pack.folder.iterdir()):
        if path.name not in known:
            yield f"{path} is no clip of the manifest; delete it, or run `make voice`"


def _off_the_beat(cue_book: CueBook, clips: dict[str, Clip]) -> Iterator[str]:
    """Sides and counts that run into each other when every phase is as short as it may be."""
    sides = {cue_id: clip for cue_id, clip in clips.items() if cue_book.cues[cue_id].kind == "side"}
    counts = {cue_id: clip for cue_id, clip in clips.items() if cue_book.cues[cue_id].kind == "count"}
    for first, second, room_ms in ((sides, counts, SIDE_TO_COUNT_MS), (counts, sides, COUNT_TO_SIDE_MS)):
        # Onsets fall on the beat, so a clip begins a little before it.
        ahead_ms = max((clip.onset_ms for clip in second.values()), default=0.0)
        for cue_id, clip in first.items():
            if clip.pcm.duration_ms - clip.onset_ms + ahead_ms > room_ms:
                yield f"the clip of the cue {cue_id!r} runs into the next at the fastest tempo; run `make voice`"
