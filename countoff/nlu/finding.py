"""Decides which listed phrases and numbers of a message are meant: sides in context, refusals, self-corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from countoff.nlu.corrections import is_refused, takes_back
from countoff.nlu.folding import fold
from countoff.nlu.matching import Found, ListMatcher
from countoff.nlu.numbers import Number, find_numbers

# What a user chooses, and so can turn down: "I don't want the green one".
_CHOICES = frozenset({"band_brand", "band_colour", "exercise", "load", "side", "variation"})
_UNWANTED = re.compile(
    r"(?:\b(?:have|got|i've|there's|there is|we've)\s+no\s+|"
    r"\b(?:i|we)(?:'d)?\s+(?:don't|do not|didn't|won't|wouldn't|haven't|can't|cannot|dont|no longer)\s+"
    r"(?:(?:want|like|use|have|need|got|do|go|with|on|for|the|a|any|my|to|really)\s+)+)$"
)
_ABSENT = re.compile(
    r"(?:\bno|\bnever had|\b(?:don't|do not|didn't|haven't|never) (?:have|had|got))\s+"
    r"(?:(?:a|any|known|history of)\s+)*$"
)
# "Left" and "right" are sides next to a part of the body, after a word that points, or when nothing else is said.
_LIMB = (
    r"leg|legs|knee|foot|side|hip|arm|hand|thigh|ankle|calf|shin|shoulder|glute|buttock|groin|hamstring|quad|elbow|heel|"
    r"toe|toes|rib|ribs|wrist|bum|psoas|ear|eye|first"
)
_BEFORE_LIMB = re.compile(rf"\s+(?:{_LIMB})\b")
_POINTER = re.compile(r"\b(?:the|teh|my|on|with|from|start|starting|begin|only|just|your|then|lead|leading)\s+$")
_POINTED = re.compile(r"\s*(?:$|[,.;!?]|(?:and|or|please|to start|hurts|is|one\s*$|leads)\b)")
_PAIR = re.compile(r"\b(?:left\s+(?:or|and|then|to)\s+(?:the\s+)?right|right\s+(?:or|and|then|to)\s+(?:the\s+)?left)\b")
_ONLY_SIDES = re.compile(
    r"\W*(?:(?:left|right|please|um+|uh+|er+|the|teh|my|one|leg|no|not|wait|sorry|actually|i mean|ok|okay|first|go|"
    r"with|it's|just|yes|yeah|yep|on|and|or|make it|make that|say|let's|start|do)\b\W*)+"
)


def find_entities(matcher: ListMatcher, text: str) -> tuple[list[Found], list[Number]]:
    """Return the listed phrases and the numbers that a message means, each in order."""
    folded = fold(text)
    found = [one for one in matcher.find(folded) if one.entity != "side" or _is_side(one, folded)]
    found = [one for one in found if not _turned_down(one, folded[: one.start])]
    numbers = [one for one in find_numbers(text) if not any(_holds(phrase, one) for phrase in found)]
    return _last_word(found, folded), numbers


def _holds(phrase: Found, number: Number) -> bool:
    return phrase.start <= number.start and number.end <= phrase.end


def _is_side(one: Found, text: str) -> bool:
    if text[one.start : one.end] not in ("left", "right"):
        return True
    if _BEFORE_LIMB.match(text, one.end) or _ONLY_SIDES.fullmatch(text):
        return True
    if any(pair.start() <= one.start < pair.end() for pair in _PAIR.finditer(text)):
        return True
    before = text[: one.start]
    taken_back = re.search(r"\b(?:left|right)\b(.*)$", before)
    if taken_back and takes_back(taken_back[1]):
        return True
    return bool(_POINTER.search(before) and _POINTED.match(text, one.end))


def _turned_down(one: Found, before: str) -> bool:
    """Tell whether the words before a phrase refuse or deny it; a constraint says what is absent by itself."""
    if one.entity == "constraint":
        return False
    if one.entity == "condition" and _ABSENT.search(before):
        return True
    return is_refused(before) or (one.entity in _CHOICES and _UNWANTED.search(before) is not None)


def _last_word(found: Sequence[Found], text: str) -> list[Found]:
    """Of two values of one entity keep the second where the speaker takes the first back."""
    kept: list[Found] = []
    for one in found:
        earlier = next((old for old in reversed(kept) if old.entity == one.entity), None)
        if earlier is not None and takes_back(text[earlier.end : one.start]):
            kept.remove(earlier)
        kept.append(one)
    return kept
