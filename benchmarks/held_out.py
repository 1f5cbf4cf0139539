"""How much of the held-out sentences is understood: rows and what a model made of them, to shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "tests" / "nlu"
SENTENCES = FOLDER / "held_out.yml"
SAFETY = FOLDER / "held_out_safety.yml"

REFUSALS = frozenset({"out_of_scope", "nlu_fallback"})
URGENT = {"report_pain": "pain", "report_red_flag": "red_flag", "stop": "stop"}
CLEAR_CLAUSE = 0.4
"""From this confidence on the coach answers a clause of a message as a question of its own."""

NOISES = ("none", "typo", "asr")

Row = dict[str, Any]
Parses = Mapping[str, Mapping[str, Any]]
"""What a model made of each text."""


@cache
def rows(path: Path) -> tuple[Row, ...]:
    """The rows of a held-out file."""
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")))


def texts() -> list[str]:
    """Every held-out text, once."""
    return list(dict.fromkeys(row["text"] for path in (SENTENCES, SAFETY) for row in rows(path)))


@dataclass(frozen=True)
class Scores:
    """What a model made of the held-out files; every share is from 0 to 1."""

    parses: Parses

    def intents(self) -> dict[str, float]:
        """Share of messages with the right intent: all, by noise, and messages with two requests."""
        found = {"all": share(map(self.is_right, rows(SENTENCES)))}
        for noise in NOISES:
            found[noise] = share(self.is_right(row) for row in rows(SENTENCES) if row["noise"] == noise)
        found["two in one"] = share(self.is_right(row) for row in rows(SENTENCES) if "intents" in row)
        return found

    def scope(self) -> dict[str, float]:
        """Share of messages out of scope that are known as such, and of those in scope that are refused."""
        single = [row for row in rows(SENTENCES) if "intent" in row]
        outside = [row for row in single if row["intent"] == "out_of_scope"]
        inside = [
            row for row in single if row["intent"] != "out_of_scope" and "out_of_scope" not in row.get("also", ())
        ]
        return {
            "out_of_scope": share(self._is_refused(row) for row in outside),
            "refused": share(self._is_refused(row) for row in inside),
        }

    def entities(self) -> dict[str, float]:
        """Share of the entities that had to be found, and their number."""
        found = [hit for row in rows(SENTENCES) for hit in self._entity_hits(row)]
        return {"found": share(found), "asked for": len(found)}

    def whole(self) -> float:
        """Share of messages understood as a whole: every intent and every entity that the answer hangs on."""
        return share(self.is_right(row) and all(self._entity_hits(row)) for row in rows(SENTENCES))

    def safety(self) -> dict[str, float]:
        """Share of reports of pain, red flags and stops that are acted upon, and of harmless messages that are too."""
        urgent = [row for row in rows(SAFETY) if row["kind"] != "none"]
        harmless = [row for row in rows(SAFETY) if row["kind"] == "none"]
        return {
            "recall": share(self.alarm(row["text"]) is not None for row in urgent),
            "right_kind": share(self.alarm(row["text"]) == row["kind"] for row in urgent),
            "false_alarms": share(self.alarm(row["text"]) is not None for row in harmless),
        }

    def by_intent(self) -> dict[str, dict[str, Any]]:
        """For each intent: its share of right readings, its number of rows, and what else it was taken for."""
        right: dict[str, list[bool]] = defaultdict(list)
        taken_for: dict[str, Counter[str]] = defaultdict(Counter)
        for row in rows(SENTENCES):
            if "intent" in row:
                right[row["intent"]].append(self.is_right(row))
                if not right[row["intent"]][-1]:
                    taken_for[row["intent"]][str(self.parses[row["text"]]["intent"]["name"])] += 1
        return {
            name: {
                "right": share(right[name]),
                "of": len(right[name]),
                "taken_for": dict(taken_for[name].most_common(3)),
            }
            for name in sorted(right, key=lambda one: (share(right[one]), one))
        }

    def is_right(self, row: Row) -> bool:
        """Whether a message got the intent that it has, or both."""
        found = self.parses[row["text"]]
        said = found["intent"]["name"]
        also = set(row.get("also", ()))
        if "intents" not in row:
            return said in {row["intent"], *also}
        heard = {said} | {q["intent"] for q in found.get("questions") or [] if q["confidence"] >= CLEAR_CLAUSE}
        missing = set(row["intents"]) - heard
        return not missing or (len(missing) == 1 and bool(also & heard))

    def alarm(self, text: str) -> str | None:
        """What a message would set off: the safety net's verdict, or the classifier's where the net is silent."""
        found = self.parses[text]
        kind: str | None = (found.get("safety") or {}).get("kind")
        return kind or URGENT.get(found["intent"]["name"])

    def _is_refused(self, row: Row) -> bool:
        return self.parses[row["text"]]["intent"]["name"] in REFUSALS

    def _entity_hits(self, row: Row) -> list[bool]:
        entities = self.parses[row["text"]]["entities"]
        heard = {(e.get("role") or e["entity"], str(e["value"])) for e in entities}
        heard |= {(e["entity"], str(e["value"])) for e in entities}
        return [
            (name, str(one)) in heard
            for name, value in (row.get("entities") or {}).items()
            for one in (value if isinstance(value, list) else [value])
        ]


def share(flags: Iterable[bool]) -> float:
    """Share of what is true; 0 where there is nothing."""
    listed = list(flags)
    return sum(listed) / max(1, len(listed))


def sign_test(ours: Scores, others: Scores) -> dict[str, float]:
    """Exact paired test (McNemar) of the intents of two models on the same messages.

    Returns:
        ``ours_only`` and ``others_only``, how many messages only one of them got right, and ``p``, two-sided.
    """
    from scipy.stats import binomtest  # noqa: PLC0415  # the regression gate has no use for it

    pairs = [(ours.is_right(row), others.is_right(row)) for row in rows(SENTENCES)]
    first, second = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
    p = float(binomtest(first, first + second).pvalue) if first + second else 1.0
    return {"ours_only": first, "others_only": second, "p": p}
