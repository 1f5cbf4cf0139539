"""Splits a message that may hold several questions into clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CLAUSES = 6

_OPENERS = (
    "how|what|whats|which|when|where|why|who|do|does|did|is|are|am|was|can|could|should|shall|would|will|may|must|"
    "tell|show|give|also|my|i|it|then|start|count|let"
)
_LEAD = r"(?:(?:uh|um|er|ehm|so|for|at|in)\s+)*"
_BOUNDARY = re.compile(
    r"(?:[?!;\n]+|\.(?=\s|$)"
    rf"|,?\s+(?:and|plus|also|then|n|\+|&)\s+(?={_LEAD}(?:{_OPENERS})\b)"
    rf"|,\s+(?=(?:and\s+|but\s+)?{_LEAD}(?:{_OPENERS})\b))",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Clause:
    """A part of a message, with its place in it (offsets in characters)."""

    text: str
    start: int
    end: int


def split_clauses(text: str) -> list[Clause]:
    """Return the clauses of a message in order; the whole message if nothing divides it."""
    clauses: list[Clause] = []
    begin = 0
    for boundary in _BOUNDARY.finditer(text):
        _add(clauses, text, begin, boundary.start())
        begin = boundary.end()
    _add(clauses, text, begin, len(text))
    return clauses[:MAX_CLAUSES]


def _add(clauses: list[Clause], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    piece = text[start:end].rstrip(" ,")
    if _WORD.search(piece):
        clauses.append(Clause(piece, start, start + len(piece)))
