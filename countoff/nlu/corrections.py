"""Hears when a speaker takes back what was just said: "yellow, no, green", "ten, make that twelve"."""

from __future__ import annotations

import re

_MARKER = (
    r"no|nope|nah|sorry|make (?:that|it)|actually|i mean|i meant|or rather|rather|wait|hang on|hold on|scratch that|"
    r"correction|or better|better|oops|whoops|change that(?: to)?|change it to|that's wrong|my mistake|let's say"
)
_FILLER = (
    r"um+|uh+|er+m?|ah|oh|the|it|to|do|a|with|my|please|then|say|on|that|is|not that|well|and|but|more like|one|band|"
    r"leg|side"
)
_MARKS = "[\\s,.;:!?\u2026-]*"
_TAKEN_BACK = re.compile(
    rf"{_MARKS}(?:\b(?:{_FILLER})\b{_MARKS})*\b(?:{_MARKER})\b(?:{_MARKS}\b(?:{_MARKER}|{_FILLER})\b)*{_MARKS}"
)
_REFUSED = re.compile(
    r"(?:(?<!why )(?<!or )\bnot|\binstead of|\brather than|\banything but|\bexcept)\s+"
    r"(?:(?:for|the|a|my|in|on|with|that|really)\s+)*$"
)


def takes_back(between: str) -> bool:
    """Tell whether the folded text between two values says that the second replaces the first."""
    return _TAKEN_BACK.fullmatch(between) is not None


def is_refused(before: str) -> bool:
    """Tell whether the folded text before a value refuses it: "not the", "instead of", "rather than"."""
    return _REFUSED.search(before) is not None
