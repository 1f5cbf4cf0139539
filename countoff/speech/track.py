"""A whole set as one recording: every cue at its exact sample."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from countoff.errors import VoiceError
from countoff.exercises.cues import CueBook, CueKind, load_cue_book
from countoff.session.cue import Cue
from countoff.session.plan import Plan
from countoff.session.prescription import Side
from countoff.speech.mixing import Placed, mix
from countoff.speech.pcm import RATE, Pcm, to_int16
from countoff.speech.tones import TonesVoice

PRIORITY: dict[CueKind, int] = {
    "side": 0, "count": 0, "count_in": 0, "done": 0, "rest": 1, "phase": 2, "progress": 3, "form": 4,
}  # fmt: skip
"""Who gives way to whom: the lower number is heard. What has 0 is never cut, moved or softened."""

_PER_MS = RATE // 1000
# Of a cue that is interrupted earlier than this, too little is understood for it to be begun at all.
_SHARE_WORTH_SAYING = 0.5

_TICK_MS = 15
_TICK_HZ = 1200
_TICK_PEAK = 1600

logger = logging.getLogger(__name__)


class Sound(Protocol):
    """What is needed of a clip."""

    @property
    def pcm(self) -> Pcm:
        """The recording."""

    @property
    def onset_ms(self) -> float:
        """Where in it the word begins, in milliseconds from its start."""


class Clips(Protocol):
    """What is needed of a pack of clips."""

    def clip(self, cue_id: str) -> Sound:
        """The recording of a cue.

        Raises:
            VoiceError: it is missing or damaged.
        """


class Tones(Protocol):
    """What is needed of the voice that is always there."""

    def cue(self, kind: CueKind, side: Side | None) -> Pcm:
        """The tone that stands for a cue of this kind."""


def render_plan(
    plan: Plan, clips: Clips | None, tick: bool = False, tones: Tones | None = None, book: CueBook | None = None
) -> Pcm:
    """The plan as one recording in one channel at 24 kHz.

    The onset of every cue that is heard falls on the sample of its ``at_ms``. A cue that may be left out is softened
    by 12 dB where a more important one begins before it is over, or left out where too little of it would be heard.

    Args:
        plan: what is to be said when.
        clips: recordings of the cues; None where there are none, so that all are tones.
        tick: whether a soft click marks the start of every lift, hold and lowering. (A click a second would go
            against the beat wherever a phase does not last whole seconds.)
        tones: what stands in for a clip that is missing or damaged; told once in the log.
        book: the cues by id, from which the plan was made; by default the project's own.
    """
    spoken = [cue for cue in plan.cues if cue.text is not None]
    book, tones = book or load_cue_book(), tones or TonesVoice()
    distinct = {_what(cue): cue for cue in spoken}
    sounds = {what: _sound(cue_id(cue, book), cue, clips, tones) for what, cue in distinct.items()}
    placed = [heard.placed for heard in _arranged(_Heard.of(cue, *sounds[_what(cue)]) for cue in spoken)]
    if tick:
        click = _click()
        placed += [Placed(cue.at_ms * _PER_MS, click) for cue in plan.cues if cue.text is None]
    return Pcm(mix(placed, plan.duration_ms * _PER_MS))


def cue_id(cue: Cue, book: CueBook) -> str:
    """The id in the cue book of a cue with words: its key, or the member of that family with the same words.

    A cue that is in no book keeps its key.
    """
    if cue.key in book.cues:
        return cue.key
    return next((member for member in book.members(cue.key) if book.cues[member].text == cue.text), cue.key)


@dataclass(frozen=True, eq=False)
class _Heard:
    """A cue with its sound: it is heard from ``begin`` to ``end``, in samples; a few ms of breath come before."""

    priority: int
    begin: int
    end: int
    placed: Placed

    @classmethod
    def of(cls, cue: Cue, samples: NDArray[np.int16], onset: int) -> _Heard:
        begin = cue.at_ms * _PER_MS
        placed = Placed(begin - onset, samples)
        return cls(PRIORITY[cue.kind], begin, placed.end, placed)

    def meets(self, other: _Heard) -> bool:
        return self.begin < other.end and other.begin < self.end

    def ducked(self, at: int) -> _Heard:
        return _Heard(self.priority, self.begin, self.end, Placed(self.placed.start, self.placed.samples, at))


def _arranged(cues: Iterable[_Heard]) -> list[_Heard]:
    """What is heard, the more important first."""
    kept: list[_Heard] = []
    for heard in sorted(cues, key=lambda heard: (heard.priority, heard.begin)):
        interrupted = min((other.begin for other in kept if heard.meets(other)), default=None)
        if interrupted is None or heard.priority == 0:
            kept.append(heard)
        elif interrupted - heard.begin >= _SHARE_WORTH_SAYING * (heard.end - heard.begin):
            kept.append(heard.ducked(interrupted))
    return kept


def _what(cue: Cue) -> tuple[str, str | None, Side | None]:
    """All that the sound of a cue depends on; a tone may depend on the side."""
    return cue.key, cue.text, cue.side


def _sound(which: str, cue: Cue, clips: Clips | None, tones: Tones) -> tuple[NDArray[np.int16], int]:
    """The samples of a cue and where in them it begins."""
    if clips is not None:
        try:
            clip = clips.clip(which)
            # Not a number fails here too.
            if 0 <= clip.onset_ms < clip.pcm.duration_ms:
                return clip.pcm.mono().samples, round(clip.onset_ms * _PER_MS)
            _tell(which, "its onset lies outside it; make the clips again")
        except VoiceError as error:
            _tell(which, error.cause)
    return tones.cue(cue.kind, cue.side).mono().samples, 0


@cache
def _tell(which: str, cause: str) -> None:
    """Say once in this process that a clip cannot be used."""
    logger.warning("A tone stands in for the cue %s: %s", which, cause)


def _click() -> NDArray[np.int16]:
    """A soft click, 26 dB below full scale."""
    seconds = np.arange(_TICK_MS * _PER_MS) / RATE
    swing = np.sin(2 * np.pi * _TICK_HZ * seconds) * np.exp(-seconds * 300)
    return to_int16(_TICK_PEAK * swing)
