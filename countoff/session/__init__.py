"""The rep-session engine: prescription to plan to events. Pure: no sleep, no I/O, the clock is passed in."""

from __future__ import annotations

from countoff.session.cue import Cue
from countoff.session.events import EVENT_TYPES, SessionEvent
from countoff.session.grid import Position, make_grid
from countoff.session.plan import Plan, make_plan
from countoff.session.prescription import Prescription, PrescriptionError, Side, Tempo
from countoff.session.report import SessionReport
from countoff.session.state import SessionState, advance, fold
from countoff.session.table import TABLE, command
from countoff.session.turn import Step

__all__ = [
    "EVENT_TYPES",
    "TABLE",
    "Cue",
    "Plan",
    "Position",
    "Prescription",
    "PrescriptionError",
    "SessionEvent",
    "SessionReport",
    "SessionState",
    "Side",
    "Step",
    "Tempo",
    "advance",
    "command",
    "fold",
    "make_grid",
    "make_plan",
]
