"""A set in Alexa's own voice: the cues of a plan, with breaks between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from countoff.channels.alexa.counted import Piece
from countoff.exercises.cues import CueBook, load_cue_book
from countoff.session.cue import Cue
from countoff.speech.ssml import MAX_CHARACTERS, pause, ssml_body
from countoff.speech.track import cue_id

SPOKEN_PER_S = 14
"""Characters that Alexa speaks in a second, about 150 words a minute: a set begins after the words before it."""


def spoken_ms(text: str) -> int:
    """About how long it takes to say a text, in milliseconds."""
    return len(text) * 1000 // SPOKEN_PER_S


def rest_ssml(piece: Piece) -> str:
    """What is left of the rest before a piece."""
    if piece.from_ms == piece.sound_ms:
        return ""
    return _timed(piece.whole.plan().cues, piece.from_ms, piece.sound_ms)


def count_ssml(piece: Piece) -> str:
    """The counted reps of a piece, where no recording can be played."""
    plan = piece.sound.plan()
    return _timed(plan.cues, 0, plan.duration_ms)


def _timed(cues: Iterable[Cue], from_ms: int, to_ms: int) -> str:
    return "".join(_parts(cues, from_ms, to_ms, load_cue_book()))


def _parts(cues: Iterable[Cue], from_ms: int, to_ms: int, book: CueBook) -> Iterator[str]:
    clock = from_ms
    for cue in cues:
        if cue.text is None or not from_ms <= cue.at_ms < to_ms:
            continue
        yield pause(cue.at_ms - clock) + _said(cue.text)
        # The longest that a recording of it may last is about what a voice takes.
        clock = cue.at_ms + book.cues[cue_id(cue, book)].max_ms
    yield pause(to_ms - clock)


@cache
def _said(text: str) -> str:
    return ssml_body(text, MAX_CHARACTERS)
