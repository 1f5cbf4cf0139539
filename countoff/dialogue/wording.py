"""Small readings of the raw text where the intent alone does not tell."""

from __future__ import annotations

import re

from countoff.dialogue.utterance import Utterance

RESTART = re.compile(
    r"\b(restart|re-start|start\s(again|over)|from\sthe\s(top|beginning|start)|begin\sagain)\b", re.IGNORECASE
)
DONE = re.compile(r"\b(done|finished|all\sdone|completed?)\b", re.IGNORECASE)
TOO_HARD = re.compile(r"\btoo\s(hard|heavy|much|difficult|tough|strong)\b", re.IGNORECASE)
CHANGES_BAND = re.compile(
    r"\b(use|make\sit|switch|swap|change|take|put|keep|go\s(back\s)?to|with|i'?m\s(on|using)|i\s(use|have|got|only\shave))\b",
    re.IGNORECASE,
)
USES_BAND = re.compile(
    r"\b(i'?m|i\sam|been)\s(on|using)\b|\bi\s(use|have|got|own|only\shave)\b|\bmine\sis\b", re.IGNORECASE
)
LEAVE = re.compile(r"\b(can|could|may|should)\si\b|\b(ok|okay|safe|fine|allowed|alright)\b", re.IGNORECASE)
"""Asking leave: "may I do the lying one"."""
POSSIBLE = re.compile(r"\b(can|could|may)\s(i|you|it|this|that)\b.{0,24}\b(do|done|be\sdone)\b", re.IGNORECASE)
"""Asking whether there is a version: "can I do it lying down"."""
PHASES = {
    "lift": re.compile(r"\b(up|lift|lifting|raise|rise)\b", re.IGNORECASE),
    "hold": re.compile(r"\b(hold|holding|pause|top)\b", re.IGNORECASE),
    "lower": re.compile(r"\b(down|lower|lowering)\b", re.IGNORECASE),
}
NEAR = 14
"""How many characters may lie between a number and the phase it is about."""


def tempo_in(utterance: Utterance) -> dict[str, float]:
    """Seconds by phase where the message gives a tempo ("two up, one hold, three down"); empty otherwise."""
    found: dict[str, float] = {}
    for entity in utterance.entities:
        if entity.kind != "number" or entity.role not in ("seconds", None):
            continue
        after, before = utterance.text[entity.end : entity.end + NEAR], utterance.text[: entity.start][-NEAR:]
        phase = _nearest(after, first=True) or _nearest(before, first=False)
        if phase and phase not in found:
            found[phase] = float(entity.value)
    return found


def _nearest(piece: str, *, first: bool) -> str | None:
    """The phase that is named first (or last) in a piece of text without another number between."""
    words = re.split(r"\d", piece)[0 if first else -1]
    places = {phase: match.start() for phase, pattern in PHASES.items() for match in pattern.finditer(words)}
    if not places:
        return None
    return min(places, key=lambda p: places[p]) if first else max(places, key=lambda p: places[p])
