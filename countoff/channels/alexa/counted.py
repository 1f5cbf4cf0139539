"""What a speaker plays of a set: in one answer, from a rep to the end of its set or as far as an answer may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from countoff.errors import CountoffError
from countoff.session.grid import DONE_MS, GET_READY_MS, RESUME_MS, Slot
from countoff.speech.track_id import TrackSpec, make_track_id, read_track_id, spec_from_session

FORM = "mp3_16k"

LONGEST_MS = 238_000
"""What one answer may play: 240 s (Amazon, "SSML Reference", section audio), less the frames that an MP3 adds."""

LONGEST_SPLIT_MS = 2 * LONGEST_MS
"""A set that is longer than two answers is given to the AudioPlayer."""

# Out of a rest a set is counted in, whatever time is left.
_FEWEST_REST_MS = RESUME_MS + 2_000
_STALE_MS = 60_000

Ending = Literal["session", "set", "rep"]


@dataclass(frozen=True)
class Piece:
    """What one answer plays; times are those of the plan's own clock, in milliseconds.

    Attributes:
        whole: the plan that it is a part of.
        sound: what is counted, from its lead-in on.
        from_ms: where it begins; up to ``sound_ms`` there is rest.
        sound_ms: where the sound begins.
        low_ms: the user is never before this place, though the lead-in repeats what came before it.
        to_ms: where it ends.
        ending: what ends there.
        player: whether the AudioPlayer plays it.
    """

    whole: TrackSpec
    sound: TrackSpec
    from_ms: int
    sound_ms: int
    low_ms: int
    to_ms: int
    ending: Ending
    player: bool = False

    @property
    def sound_length_ms(self) -> int:
        """How long the sound lasts."""
        return self.to_ms - self.sound_ms


@dataclass(frozen=True)
class Playing:
    """A piece on its way, as the speaker keeps it for us until its next request.

    Attributes:
        id: the session.
        rev: the plan.
        whole: the plan, as a track.
        from_ms: where on the plan's clock it began; ``low_ms`` and ``to_ms`` as in ``Piece``.
        ending: what ends at ``to_ms``.
        at_ms: when it began, in milliseconds since 1970.
    """

    id: str
    rev: int
    whole: TrackSpec
    from_ms: int
    low_ms: int
    to_ms: int
    ending: Ending
    at_ms: int

    @classmethod
    def of(cls, session: Mapping[str, Any], piece: Piece, at_ms: int) -> Playing:
        """A piece of the plan of a reply, or of one that plays already."""
        begin_ms = piece.sound_ms if piece.player else piece.from_ms
        place = (begin_ms, piece.low_ms, piece.to_ms, piece.ending)
        return cls(session["id"], session["rev"], piece.whole, *place, at_ms)

    def to_json(self, secret: str) -> list[Any]:
        """What is kept at the speaker; nothing in it is about a person."""
        place = [self.from_ms, self.low_ms, self.to_ms, self.ending, self.at_ms]
        return [self.id, self.rev, make_track_id(self.whole, secret), *place]

    @classmethod
    def from_json(cls, data: Any, secret: str) -> Playing | None:
        """Back from what was kept; None where it is none of ours."""
        try:
            name, rev, track, *place = data
            return cls(name, rev, read_track_id(track, secret), *place)
        except (CountoffError, TypeError, ValueError, AttributeError):
            return None

    def held_at(self, ms: int) -> Playing:
        """The same, standing still at a place."""
        return replace(self, from_ms=ms, low_ms=ms, to_ms=ms, ending="rep")

    def is_stale(self, now_ms: int) -> bool:
        """Whether it was over so long ago that the AudioPlayer only remembers it."""
        return now_ms - self.at_ms > self.to_ms - self.from_ms + _STALE_MS

    def place(self, now_ms: int, offset_ms: int | None) -> int:
        """Where the user is on the plan's clock.

        Args:
            now_ms: milliseconds since 1970.
            offset_ms: where the AudioPlayer is, in milliseconds from the start of its stream; None where it does not
                play this.
        """
        ran_ms = self.from_ms + (now_ms - self.at_ms if offset_ms is None else offset_ms)
        if ran_ms >= self.to_ms and self.ending == "set":
            rest = next(rest for rest in self.whole.grid.rests if rest.end_ms > self.to_ms)
            return min(ran_ms, rest.end_ms - _FEWEST_REST_MS)
        return min(max(ran_ms, self.low_ms), self.to_ms)

    def is_over_at(self, ms: int) -> bool:
        """Whether nothing plays any more at this place, though nobody said pause."""
        return ms >= self.to_ms and self.ending != "set"


def whole_of(session: Mapping[str, Any]) -> TrackSpec | None:
    """The plan of a reply as a track; None where it has none."""
    return spec_from_session(session, FORM)


def piece_at(whole: TrackSpec, ms: int, fits: Callable[[Piece], bool], has_player: bool) -> Piece | None:
    """What to play from a place on: the interrupted rep comes again, after three, two, one.

    Args:
        whole: the plan.
        ms: the place on its clock; below 0 where it takes over from another plan only then.
        fits: whether one answer may hold a piece.
        has_player: whether the AudioPlayer can take what is longer than two answers.

    Returns:
        None behind the last rep.
    """
    grid = whole.grid
    to_come = [slot for slot in grid.slots if slot.end_ms > ms]
    if not to_come:
        return None
    slot = to_come[0]
    resting = grid.resting_at(ms) or (ms < 0 and slot.position.set > 1 and _begins_set(slot, whole))
    is_new = slot is grid.slots[0] and whole.lead_in == "get_ready" and ms <= 0
    sound_ms = slot.start_ms - (GET_READY_MS if is_new else RESUME_MS)
    begin = Piece(
        whole,
        replace(whole, start=slot.position, lead_in="get_ready" if is_new else "resume", rest_ms=None),
        min(ms, sound_ms) if resting else sound_ms,
        sound_ms,
        0 if resting or slot is grid.slots[0] else slot.start_ms,
        sound_ms,
        "rep",
    )
    pieces = list(_longest_first(begin, to_come))
    if has_player and pieces[0].sound_length_ms > LONGEST_SPLIT_MS:
        return replace(pieces[0], player=True)
    # Two reps fit into every answer: they last 36 s at most.
    return next((piece for piece in pieces if fits(piece)), pieces[-1])


def _longest_first(begin: Piece, to_come: list[Slot]) -> Iterator[Piece]:
    """The set to its end, then to ever earlier places where both legs have done a rep."""
    ends = [(slot, after) for slot, after in zip(to_come, [*to_come[1:], None], strict=True)]
    in_set = [end for end in ends if end[0].position.set == to_come[0].position.set]
    for slot, after in reversed(in_set):
        until = after and after.position
        if slot.ends_set:
            ending: Ending = "set" if after else "session"
            yield replace(begin, sound=_until(begin, until), to_ms=slot.end_ms + DONE_MS, ending=ending)
        elif after and (slot.position.rep != after.position.rep or slot is to_come[0]):
            yield replace(begin, sound=_until(begin, until), to_ms=slot.end_ms)


def _until(begin: Piece, until: Any) -> TrackSpec:
    return replace(begin.sound, until=until)


def _begins_set(slot: Slot, whole: TrackSpec) -> bool:
    return slot.position.rep == 1 and slot.position.side == whole.prescription.start_side
