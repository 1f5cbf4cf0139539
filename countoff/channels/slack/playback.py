"""A set that a user plays as a recording: where it is, by the clock and by what the user heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from countoff.channels.slack.parts import Place
from countoff.session.grid import Grid, Slot, make_grid
from countoff.speech.track_id import TrackSpec, make_track_id, read_track_id

Status = Literal["waiting", "playing", "held"]

NAME = "slack set "
"""What the names of the notes about sets begin with."""

NEARLY_REPS = 2
"""Whoever says "done" within so many reps of the end has done it all: the button is pressed by a clock of their own."""


@dataclass(frozen=True)
class Playback:
    """One recording and where its user is in it.

    Attributes:
        user: by Slack's id.
        channel: where the recording is; with ``thread`` as in ``Place``.
        thread: the thread in it; None outside one.
        ts: the message that shows where the set is.
        id: the session.
        rev: the newest plan of the session.
        track: what is heard, as the id of a track.
        status: waiting for the user to press play, playing, or held.
        at_ms: playing: when the recording was at its 0, in milliseconds since 1970; held: the place in it.
        newest: the plan that goes on after a change in mid-set, as the id of a track; None where that is the recording.
        splice_ms: where in the recording that plan takes over.
    """

    user: str
    channel: str
    thread: str | None
    ts: str
    id: str
    rev: int
    track: str
    status: Status = "waiting"
    at_ms: int = 0
    newest: str | None = None
    splice_ms: int = 0

    @property
    def place(self) -> Place:
        """Where its messages go."""
        return Place(self.channel, self.thread)

    def to_json(self) -> dict[str, Any]:
        """Plain form for a note."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Playback:
        """Back from the plain form."""
        return cls(**data)

    def spec(self, secret: str) -> TrackSpec:
        """What is heard.

        Raises:
            TrackIdError: another installation made it.
        """
        return read_track_id(self.track, secret)

    def place_ms(self, now_ms: int, secret: str) -> int:
        """The place in the recording, in milliseconds."""
        if self.status == "playing":
            return min(max(0, now_ms - self.at_ms), grid_of(self.spec(secret)).duration_ms)
        return self.at_ms

    def started(self, now_ms: int) -> Playback:
        """The same, played from its 0 on."""
        return replace(self, status="playing", at_ms=now_ms)

    def held(self, place_ms: int) -> Playback:
        """The same, standing still at a place."""
        return replace(self, status="held", at_ms=place_ms)

    def changed(self, session: Mapping[str, Any], spec: TrackSpec, secret: str) -> Playback:
        """The same recording, after a change in mid-set that it does not have."""
        newest = make_track_id(spec, secret)
        return replace(self, rev=session["rev"], newest=newest, splice_ms=self.splice_ms + session["splice_at_ms"])

    def on_newest(self, place_ms: int, secret: str) -> int:
        """A place in the recording on the clock of the newest plan; below 0 before that takes over."""
        if self.newest is None or place_ms < self.splice_ms:
            return place_ms - self.splice_ms
        heard = last_begun(grid_of(self.spec(secret)), place_ms)
        slots = grid_of(read_track_id(self.newest, secret)).slots
        same = next((slot for slot in slots if heard and slot.position == heard.position), None)
        return same.top_ms if same else 0

    def is_nearly_over(self, place_ms: int, secret: str) -> bool:
        """Whether hardly a rep is left."""
        slots = grid_of(self.spec(secret)).slots
        return place_ms >= slots[max(0, len(slots) - NEARLY_REPS)].start_ms

    def report(self, place_ms: int, secret: str, *events: str) -> dict[str, Any]:
        """``metadata.session``: the place, and what the user did there."""
        ms = self.on_newest(place_ms, secret)
        told = [{"type": event, "position_ms": ms} for event in events]
        return {"id": self.id, "rev": self.rev, "position_ms": ms, **({"events": told} if told else {})}


def begun(user: str, place: Place, session: Mapping[str, Any], spec: TrackSpec, secret: str) -> Playback:
    """The recording of a reply's plan, before its message is posted."""
    track = make_track_id(spec, secret)
    return Playback(user, place.channel, place.thread, "", session["id"], session["rev"], track)


def read(note: Mapping[str, Any] | None) -> Playback | None:
    """A note of ours; None where there is none, or it is of another version."""
    try:
        return None if note is None else Playback.from_json(note)
    except TypeError:
        return None


def grid_of(spec: TrackSpec) -> Grid:
    """The reps and rests of a recording."""
    return make_grid(spec.prescription, spec.start, spec.lead_in, spec.rest_ms)


def last_begun(grid: Grid, place_ms: int) -> Slot | None:
    """The rep in progress at a place, or the one before it; None ahead of the first."""
    return next((slot for slot in reversed(grid.slots) if slot.start_ms <= place_ms), None)
