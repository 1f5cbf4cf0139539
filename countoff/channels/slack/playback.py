"""A set that a user plays as a recording: where it is, by the clock and by what the user heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from countoff.channels.slack.parts import Place
from countoff.errors import TrackIdError
from countoff.session.grid import Grid, Slot
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
        heard: what is heard.
        status: waiting for the user to press play, playing, or held.
        at_ms: playing: when the recording was at its 0, in milliseconds since 1970; held: the place in it.
        newest: the plan that goes on after a change in mid-set; None where that is the recording.
        splice_ms: where in the recording that plan takes over.
        file: the recording's, by Slack's id.
    """

    user: str
    channel: str
    thread: str | None
    ts: str
    id: str
    rev: int
    heard: TrackSpec
    status: Status = "waiting"
    at_ms: int = 0
    newest: TrackSpec | None = None
    splice_ms: int = 0
    file: str = ""

    @property
    def place(self) -> Place:
        """Where its messages go."""
        return Place(self.channel, self.thread)

    def to_json(self, secret: str) -> dict[str, Any]:
        """Plain form for a note."""
        newest = self.newest and make_track_id(self.newest, secret)
        return {**vars(self), "heard": make_track_id(self.heard, secret), "newest": newest}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], secret: str) -> Playback | None:
        """Back from a note; None where it is none of ours, or of another version."""
        try:
            newest = data["newest"] and read_track_id(data["newest"], secret)
            return cls(**{**data, "heard": read_track_id(data["heard"], secret), "newest": newest})
        except (TrackIdError, TypeError, KeyError):
            return None

    def place_ms(self, now_ms: int) -> int:
        """The place in the recording, in milliseconds."""
        if self.status == "playing":
            return min(max(0, now_ms - self.at_ms), self.heard.grid.duration_ms)
        return self.at_ms

    def started(self, now_ms: int) -> Playback:
        """The same, played from its 0 on."""
        return replace(self, status="playing", at_ms=now_ms)

    def held(self, place_ms: int) -> Playback:
        """The same, standing still at a place."""
        return replace(self, status="held", at_ms=place_ms)

    def changed(self, session: Mapping[str, Any], newest: TrackSpec) -> Playback:
        """The same recording, after a change in mid-set that it does not have."""
        return replace(self, rev=session["rev"], newest=newest, splice_ms=self.splice_ms + session["splice_at_ms"])

    def on_newest(self, place_ms: int) -> int:
        """A place in the recording on the clock of the newest plan; below 0 before that takes over."""
        if self.newest is None or place_ms < self.splice_ms:
            return place_ms - self.splice_ms
        last = last_begun(self.heard.grid, place_ms)
        same = next((slot for slot in self.newest.grid.slots if last and slot.position == last.position), None)
        return same.top_ms if same else 0

    def is_over(self, now_ms: int) -> bool:
        """Whether it has been played to its end."""
        return self.place_ms(now_ms) >= self.heard.grid.duration_ms

    def is_nearly_over(self, now_ms: int) -> bool:
        """Whether it plays, and hardly a rep is left."""
        slots = self.heard.grid.slots
        return self.status == "playing" and self.place_ms(now_ms) >= slots[max(0, len(slots) - NEARLY_REPS)].start_ms

    def report(self, place_ms: int, *events: str) -> dict[str, Any]:
        """``metadata.session``: the place, and what the user did there."""
        ms = self.on_newest(place_ms)
        told = [{"type": event, "position_ms": ms} for event in events]
        # Whoever begins a recording stands at the device, and has to get back into place.
        where = {"id": self.id, "rev": self.rev, "position_ms": ms, "by_hand": True}
        return {**where, **({"events": told} if told else {})}


def last_begun(grid: Grid, place_ms: int) -> Slot | None:
    """The rep in progress at a place, or the one before it; None ahead of the first."""
    return next((slot for slot in reversed(grid.slots) if slot.start_ms <= place_ms), None)
