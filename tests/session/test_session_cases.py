"""Timed scripts of what is said in a session, and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.exercises.cues import load_cue_book
from countoff.session import Prescription, SessionEvent, SessionState, Tempo, advance, command, fold

CASES = Path(__file__).parent / "cases"
BOOK = load_cue_book()
EPOCH_MS = 1_700_000_000_000


def rows() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(row, id=f"{path.stem}: {row['id']}"))
    return found


def prescription(row: dict[str, Any]) -> Prescription:
    return Prescription(
        exercise="banded-psoas-march",
        variation="standing-band",
        band="yellow",
        reps_per_side=row.get("reps_per_side", 8),
        sets=row.get("sets", 2),
        rest_s=row.get("rest_s", 60),
        start_side=row.get("start_side", "right"),
        tempo=Tempo(*row.get("tempo", (1, 1, 2))),
    )


def arguments(line: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    args = dict(line.get("args", {}))
    if "tempo" in args:
        args["tempo"] = Tempo(*args["tempo"])
    if line["say"] == "start" or args.get("prescription"):
        args["prescription"] = prescription(row)
    if line["say"] == "start":
        args.setdefault("session_id", "one")
    report = line.get("report")
    if isinstance(report, dict):
        report = {"id": "one", **report}
    return {**args, "report": report}


def observed(line: dict[str, Any], step: Any) -> dict[str, Any]:
    """What the row asks about, as it came out."""
    wire = step.wire or {}
    sides = [cue for cue in wire.get("plan", {}).get("cues", ()) if cue["kind"] == "side"]
    position = step.state and step.state.position
    everything = {
        "note": step.note,
        "action": wire.get("action"),
        "place": position and [position.set, position.rep, position.side],
        "rev": wire.get("rev"),
        "at_ms": (wire.get("at") or {}).get("position_ms"),
        "splice_ms": wire.get("splice_at_ms"),
        "first_side_ms": sides[0]["at_ms"] if sides else None,
        "events": len(step.events),
        "data": {name: step.data.get(name, "missing") for name in line.get("data", {})},
    }
    return {name: value for name, value in everything.items() if name in line}


@pytest.mark.parametrize("row", rows())
def test_script(row: dict[str, Any]) -> None:
    state: SessionState | None = None
    log: list[SessionEvent] = []
    for line in row["script"]:
        now_ms = EPOCH_MS + round(line["at"] * 1000)
        step = command(state, line["say"], now_ms, BOOK, **arguments(line, row))
        expected = {name: line[name] for name in observed(line, step)}
        assert observed(line, step) == expected, f"at {line['at']} s: {line['say']}"
        log.extend(step.events)
        state = step.state
        if step.events:
            assert advance(fold(log), now_ms) == advance(state, now_ms)
