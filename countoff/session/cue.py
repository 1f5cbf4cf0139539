"""One cue of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from countoff.exercises.cues import CueKind
from countoff.session.prescription import Side


@dataclass(frozen=True)
class Cue:
    """One moment of a plan, in the form clients get.

    Attributes:
        at_ms: when it starts, in milliseconds from the start of the plan.
        key: which cue it is.
        text: what is said; None for a moment that only screens show.
        kind: what it is for.
        side: the side of the rep; None outside reps.
        rep: the number of the rep on that side, from 1; None outside reps.
        set: the number of the set, from 1.
    """

    at_ms: int
    key: str
    text: str | None
    kind: CueKind
    side: Side | None
    rep: int | None
    set: int

    def to_wire(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Cue:
        """Back from the JSON form."""
        return cls(*(data[name] for name in ("at_ms", "key", "text", "kind", "side", "rep", "set")))
