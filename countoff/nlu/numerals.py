"""Reads numerals, in digits and in words, without asking what they count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = {word: value for value, word in enumerate(_SMALL)} | {"nought": 0}
_TENS = {word: 10 * value for value, word in enumerate(_ROUND, start=2)} | {"fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_GROUPS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("dozen",), 12),
    (("a", "dozen"), 12),
    (("half", "dozen"), 6),
    (("half", "a", "dozen"), 6),
    (("a", "couple", "of"), 2),
    (("a", "couple"), 2),
)
# "Thirty second rest" is a rest of thirty seconds; "my thirty second rep" is the one after the thirty-first.
_COUNTED_OFF = frozenset({"rep", "repetition", "set", "round", "time", "step", "leg", "one", "day", "of"})
_ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"})
# Letters glued to digits that make something other than a count: 2nd, 5k, 8pm.
_GLUED = frozenset({"st", "nd", "rd", "th", "k", "km", "kg", "lb", "lbs", "g", "m", "am", "pm", "cm", "mm", "ft", "mg"})
_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[^\s\w]|_")


@dataclass(frozen=True)
class Word:
    """A word, a figure or a mark of the folded text, with its place (offsets in characters)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Numeral:
    """A numeral as written: its value, its place, and whether it is the word "one"."""

    value: float
    start: int
    end: int
    is_one: bool = False


def split_words(text: str) -> list[Word]:
    """Split folded text into words, figures and marks."""
    return [Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]


def read_numerals(text: str) -> list[Numeral]:
    """Return the numerals of a folded text in order; ordinals and figures with a unit glued on ("5k") are left out."""
    words = split_words(text)
    numerals: list[Numeral] = []
    place = 0
    while place < len(words):
        found = _read(words, place)
        if found is None:
            place += 1
            continue
        value, after = found
        if value is not None:
            is_one = after == place + 1 and words[place].text == "one"
            numerals.append(Numeral(value, words[place].start, words[after - 1].end, is_one))
        place = after
    return numerals


def _at(words: Sequence[Word], place: int) -> str:
    return words[place].text if place < len(words) else ""


def _read(words: Sequence[Word], place: int) -> tuple[float | None, int] | None:
    """Read one numeral at a place: its value (None: a numeral that does not count) and the place after it."""
    text = _at(words, place)
    if text in ("minus", "negative") or (text == "-" and _is_sign(words, place)):
        inner = _read_plain(words, place + 1)
        return (-inner[0], inner[1]) if inner and inner[0] is not None else None
    return _read_plain(words, place)


def _is_sign(words: Sequence[Word], place: int) -> bool:
    glued_after = place + 1 < len(words) and words[place + 1].start == words[place].end
    before = words[place - 1] if place else None
    free_before = before is None or (before.end < words[place].start and not before.text[-1].isdecimal())
    return glued_after and free_before and words[place + 1].text[0].isdecimal()


def _read_plain(words: Sequence[Word], place: int) -> tuple[float | None, int] | None:
    text = _at(words, place)
    if not text:
        return None
    if text[0].isdecimal():
        return _read_figure(words, place)
    if text in ("a", "half", "dozen"):
        return _read_group(words, place)
    return _read_spelled(words, place)


def _read_figure(words: Sequence[Word], place: int) -> tuple[float | None, int]:
    # "b4", "L5" and "m25" are names; the x of "3x12" is a sign.
    glued = place > 0 and words[place - 1].end == words[place].start and words[place - 1].text.isalpha()
    by = glued and words[place - 1].text == "x" and place > 1 and words[place - 2].text[0].isdecimal()
    if glued and not by:
        return None, place + 1
    value = float(words[place].text.replace(",", ""))
    after = place + 1
    if after < len(words) and words[after].start == words[place].end and words[after].text in _GLUED:
        return None, after + 1
    return _read_half(words, after, value)


def _read_group(words: Sequence[Word], place: int) -> tuple[float | None, int] | None:
    """Read "a dozen", "half a dozen", "a hundred", "a couple of" and "half a" before a minute."""
    phrase = tuple(_at(words, place + step) for step in range(3))
    for group, value in _GROUPS:
        if phrase[: len(group)] == group:
            return value, place + len(group)
    if phrase[:2] == ("half", "a") and phrase[2] in ("minute", "min"):
        return 0.5, place + 2
    if phrase[0] == "a" and phrase[1] in _SCALES:
        return _read_scaled(words, place + 1, 1)
    return None


def _read_spelled(words: Sequence[Word], place: int) -> tuple[float | None, int] | None:
    small = _read_small(words, place)
    if small is None:
        return None
    value, after = small
    if value >= 20 and value % 10 == 0 and _is_ordinal(words, after):
        return None, after + 1
    if _at(words, after) == "dozen":
        return 12 * value, after + 1
    if _at(words, after) in _SCALES:
        return _read_scaled(words, after, value)
    return _read_half(words, after, value)


def _is_ordinal(words: Sequence[Word], place: int) -> bool:
    """Tell whether the word after a ten makes an ordinal of it; "second" may be a unit of time instead."""
    if _at(words, place) != "second":
        return _at(words, place) in _ORDINALS
    if place + 1 < len(words):
        return _at(words, place + 1) in _COUNTED_OFF
    return place >= 2 and _at(words, place - 2) in ("the", "my")


def _read_small(words: Sequence[Word], place: int) -> tuple[int, int] | None:
    """Read a numeral below a hundred."""
    text = _at(words, place)
    if text in _UNITS:
        return _UNITS[text], place + 1
    if text not in _TENS:
        return None
    step = place + 2 if _at(words, place + 1) == "-" else place + 1
    unit = _UNITS.get(_at(words, step), 0)
    return (_TENS[text] + unit, step + 1) if 1 <= unit <= 9 else (_TENS[text], place + 1)


def _read_scaled(words: Sequence[Word], place: int, value: int) -> tuple[float, int]:
    """Read "hundred" or "thousand" at a place, and what follows: "hundred and five"."""
    total, after = value * _SCALES[words[place].text], place + 1
    rest = _read_small(words, after + 1 if _at(words, after) == "and" else after)
    return (total + rest[0], rest[1]) if rest else (total, after)


def _read_half(words: Sequence[Word], after: int, value: float) -> tuple[float, int]:
    """Add "and a half" or "point five" to a value."""
    if [_at(words, after + step) for step in range(3)] == ["and", "a", "half"]:
        return value + 0.5, after + 3
    tenths = _UNITS.get(_at(words, after + 1), 10) if _at(words, after) == "point" else 10
    return (value + tenths / 10, after + 2) if tenths < 10 else (value, after)
