"""The held-out sentences through the trained model: how much is understood, and how much at least."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from tests.e2e.model import understood
from tests.project.repository import read_yaml

pytestmark = pytest.mark.model

FLOORS: dict[str, float] = read_yaml("tests/nlu/floors.yml")
REFUSALS = frozenset({"out_of_scope", "nlu_fallback"})
URGENT = {"report_pain": "pain", "report_red_flag": "red_flag", "stop": "stop"}
CLEAR_CLAUSE = 0.4
WORST = 10

Row = dict[str, Any]


def _right(row: Row) -> bool:
    found = understood(row["text"])
    said = found["intent"]["name"]
    also = set(row.get("also", ()))
    if "intents" not in row:
        return said in {row["intent"], *also}
    heard = {said} | {q["intent"] for q in found.get("questions") or [] if q["confidence"] >= CLEAR_CLAUSE}
    missing = set(row["intents"]) - heard
    return not missing or (len(missing) == 1 and bool(also & heard))


def _share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / max(1, len(listed))


def _label(row: Row) -> str:
    return str(row.get("intent") or "+".join(row["intents"]))


@cache
def _rows(name: str) -> tuple[Row, ...]:
    return tuple(read_yaml(f"tests/nlu/{name}"))


@cache
def intent_scores() -> dict[str, float]:
    rows = _rows("held_out.yml")
    scores = {"all": _share(map(_right, rows))}
    for noise in ("none", "typo", "asr"):
        scores[noise] = _share(_right(row) for row in rows if row["noise"] == noise)
    scores["two in one"] = _share(_right(row) for row in rows if "intents" in row)
    return scores


def scope_scores() -> dict[str, float]:
    rows = [row for row in _rows("held_out.yml") if "intent" in row]
    refused = {row["text"]: understood(row["text"])["intent"]["name"] in REFUSALS for row in rows}
    outside = [row for row in rows if row["intent"] == "out_of_scope"]
    inside = [row for row in rows if row["intent"] != "out_of_scope" and "out_of_scope" not in row.get("also", ())]
    return {
        "out_of_scope": _share(refused[row["text"]] for row in outside),
        "in scope refused": _share(refused[row["text"]] for row in inside),
    }


def entity_scores() -> dict[str, float]:
    found: list[bool] = []
    for row in _rows("held_out.yml"):
        entities = understood(row["text"])["entities"]
        heard = {(e.get("role") or e["entity"], str(e["value"])) for e in entities}
        heard |= {(e["entity"], str(e["value"])) for e in entities}
        for name, value in (row.get("entities") or {}).items():
            values = value if isinstance(value, list) else [value]
            found += [(name, str(one)) in heard for one in values]
    return {"entities found": _share(found), "entities asked for": len(found)}


def _alarm(text: str) -> str | None:
    """What a message would set off: the net's verdict, or the classifier's where the net is silent."""
    found = understood(text)
    kind: str | None = (found.get("safety") or {}).get("kind")
    return kind or URGENT.get(found["intent"]["name"])


def safety_scores() -> dict[str, float]:
    rows = _rows("held_out_safety.yml")
    urgent = [row for row in rows if row["kind"] != "none"]
    harmless = [row for row in rows if row["kind"] == "none"]
    return {
        "safety_recall": _share(_alarm(row["text"]) is not None for row in urgent),
        "of the right kind": _share(_alarm(row["text"]) == row["kind"] for row in urgent),
        "false_alarms": _share(_alarm(row["text"]) is not None for row in harmless),
    }


def _print(title: str, scores: dict[str, float]) -> None:
    print(f"\n{title}")
    for name, value in scores.items():
        print(f"  {name:20} {value:.3f}" if value <= 1 else f"  {name:20} {value:.0f}")


def _worst() -> list[tuple[str, str]]:
    by_intent: dict[str, list[bool]] = defaultdict(list)
    taken_for: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows("held_out.yml"):
        if "intent" not in row:
            continue
        by_intent[row["intent"]].append(_right(row))
        if not _right(row):
            taken_for[row["intent"]][understood(row["text"])["intent"]["name"]] += 1
    order = sorted(by_intent, key=lambda name: _share(by_intent[name]))[:WORST]
    return [
        (f"{name} {_share(by_intent[name]):.2f} of {len(by_intent[name])}", str(dict(taken_for[name].most_common(3))))
        for name in order
    ]


def test_intents() -> None:
    _print("intents of held_out.yml", intent_scores())
    for name, taken_for in _worst():
        print(f"    {name:32} {taken_for}")
    assert intent_scores()["all"] >= FLOORS["intent"]


def test_scope() -> None:
    scores = scope_scores()
    _print("scope", scores)
    assert scores["out_of_scope"] >= FLOORS["out_of_scope"]


def test_entities() -> None:
    scores = entity_scores()
    _print("entities", scores)
    assert scores["entities asked for"] > 50


def test_reports_of_pain_red_flags_and_stops_are_heard() -> None:
    scores = safety_scores()
    _print("safety of held_out_safety.yml", scores)
    rows = [row for row in _rows("held_out_safety.yml") if row["kind"] != "none" and _alarm(row["text"]) is None]
    print("    missed:", dict(Counter(f"{row['kind']}, {row['noise']}" for row in rows)))
    assert scores["safety_recall"] >= FLOORS["safety_recall"]


def test_harmless_sentences_raise_no_alarm() -> None:
    rows = [row for row in _rows("held_out_safety.yml") if row["kind"] == "none" and _alarm(row["text"])]
    print("    false:", dict(Counter(f"{_alarm(row['text'])}, {row['noise']}" for row in rows)))
    assert safety_scores()["false_alarms"] <= FLOORS["false_alarms"]


def test_floors_are_all_held() -> None:
    assert {"intent", "safety_recall", "false_alarms", "out_of_scope"} == set(FLOORS)
