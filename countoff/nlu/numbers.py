"""Finds numbers in a message and what each one counts: reps, sets, seconds or years of age."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from countoff.nlu import number_patterns as said
from countoff.nlu.corrections import is_refused, takes_back
from countoff.nlu.folding import fold
from countoff.nlu.number_patterns import Role
from countoff.nlu.numerals import Numeral, read_numerals


@dataclass(frozen=True)
class Number:
    """A number that the user said.

    Attributes:
        value: whole, unless a fraction was said ("1.5").
        role: what it counts; None when the words do not say.
        start: offset of its first character.
        end: offset after its last character.
        text: the words as said.
    """

    value: int | float
    role: Role | None
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Draft:
    value: float
    role: Role | None
    start: int
    end: int
    after: int
    settled: bool = False
    minutes: bool = False
    linked: bool = False


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a message in order; what a speaker takes back ("ten, no, twelve") is left out.

    Both ends of a range are kept. Minutes are given in seconds. Ordinals, and words such as the one in "that one", are
    no numbers.
    """
    folded = fold(text)
    drafts = [_with_role(numeral, folded) for numeral in _numerals(folded) if _counts(numeral, folded)]
    drafts = _correct(_link(_join_durations(drafts, folded), folded), folded)
    return [_finish(draft, text) for draft in drafts if not is_refused(folded[: draft.start])]


def _finish(draft: _Draft, text: str) -> Number:
    value = int(draft.value) if float(draft.value).is_integer() else draft.value
    return Number(value, draft.role, draft.start, draft.end, text[draft.start : draft.end])


def _numerals(text: str) -> list[Numeral]:
    """Return numerals, clock readings as seconds, "a" before a minute, and sound-alikes in front of reps or sets."""
    found = read_numerals(text)
    found += [
        Numeral(said.SOUND_ALIKES[hit.group()], hit.start(), hit.end()) for hit in said.SOUND_ALIKE.finditer(text)
    ]
    for hit in said.A_MINUTE.finditer(text):
        alone = said.ONLY_A_MINUTE.fullmatch(text)
        if hit["half"] or alone or (said.RESTING.search(text) and not said.IDIOM.search(text[: hit.start()])):
            found.append(Numeral(1, hit.start(), hit.end()))
    return sorted(found, key=lambda numeral: numeral.start)


def _counts(numeral: Numeral, text: str) -> bool:
    """Tell whether a numeral is a number here: not "one leg", "that one", "one question" or "one sec"."""
    if said.THINGS.match(text, numeral.end) or said.OFTEN.search(text[: numeral.start]):
        return False
    if numeral.value in (1, 2) and said.LIMBS.match(text, numeral.end):
        return False
    return not numeral.is_one or said.ONE_ALONE.fullmatch(text) is not None or _one_counts(numeral, text)


def _one_counts(numeral: Numeral, text: str) -> bool:
    if not said.BEFORE_ONE.search(text[: numeral.start]):
        return False
    unit = said.AFTER.match(text, numeral.end)
    if unit is None or unit["other"]:
        counted = said.AFTER_ONE.match(text, numeral.end) or said.SETS_OF.search(text[: numeral.start])
        return counted is not None
    return not unit["seconds"] or said.RESTING.search(text) is not None


def _with_role(numeral: Numeral, text: str) -> _Draft:
    """Read what a numeral counts from the words after it, then from those before it."""
    draft = _Draft(numeral.value, None, numeral.start, numeral.end, numeral.end)
    unit = said.AFTER.match(text, numeral.end)
    if unit is None:
        return _with_role_before(draft, text)
    if unit["minutes"]:
        half = said.AND_A_HALF.match(text, unit.end())
        end = half.end() if half else unit.end()
        value = numeral.value * 60 + (30 if half else 0)
        return replace(draft, value=value, role="seconds", end=end, after=end, settled=True, minutes=True)
    if unit["seconds"]:
        return replace(draft, role="seconds", end=unit.end(), after=unit.end(), settled=True)
    if unit["rest"]:
        is_rest = numeral.value >= said.SHORTEST_REST
        return replace(draft, role="seconds", settled=True) if is_rest else _with_role_before(draft, text)
    if unit["other"]:
        return replace(_with_role_before(draft, text, ages=False), settled=True)
    role: Role = "age" if unit["age"] else "sets" if unit["sets"] else "reps"
    return replace(draft, role=role, after=unit.end(), settled=True)


def _with_role_before(draft: _Draft, text: str, ages: bool = True) -> _Draft:
    before = text[: draft.start]
    for role, least, pattern in said.BEFORE:
        if draft.value >= least and pattern.search(before):
            return replace(draft, role=role, settled=True)
    if ages and draft.value >= said.ADULT and (said.SPEAKER.search(before) or said.AGED.search(text)):
        return replace(draft, role="age", settled=True)
    return draft


def _join_durations(drafts: list[_Draft], text: str) -> list[_Draft]:
    """Join "one minute thirty", "2 minutes 30 seconds" and "1:30" into one number of seconds."""
    joined: list[_Draft] = []
    for draft in drafts:
        last = joined[-1] if joined else None
        between = text[last.after : draft.start] if last else ""
        plain = draft.role in (None, "seconds") and not draft.minutes and 0 <= draft.value < 60
        if last and last.minutes and plain and re.fullmatch(r"\s+(?:and\s+)?", between):
            joined[-1] = replace(last, value=last.value + draft.value, end=draft.end, after=draft.after, minutes=False)
        elif last and (clock := said.CLOCK.match(text, last.start)) and clock.end() == draft.end:
            value = 60 * last.value + draft.value
            joined[-1] = replace(last, value=value, role="seconds", end=draft.end, after=draft.after, settled=True)
        else:
            joined.append(draft)
    return joined


def _link(drafts: list[_Draft], text: str) -> list[_Draft]:
    """Share roles within "8 to 10 reps", "two or three sets" and "3 x 12"."""
    linked = list(drafts)
    for place in range(len(linked) - 1, 0, -1):
        first, second = linked[place - 1], linked[place]
        between = text[first.after : second.start]
        if said.BY.fullmatch(between) and first.role in (None, "reps") and second.role in (None, "reps"):
            linked[place - 1], linked[place] = replace(first, role="sets"), replace(second, role="reps")
        elif (ranged := said.RANGE.fullmatch(between)) or said.CHOICE.fullmatch(between):
            plain = ranged and not (first.settled or second.settled or said.TEMPO.search(text))
            role = first.role or second.role or ("reps" if plain else None)
            first, second = _share_minutes(first, second)
            linked[place - 1] = replace(first, role=first.role or role)
            linked[place] = replace(second, role=second.role or role, linked=True)
    return linked


def _share_minutes(first: _Draft, second: _Draft) -> tuple[_Draft, _Draft]:
    """Read both ends of "two to three minutes" and of "one minute or two" as minutes."""
    if second.minutes and not first.settled:
        return replace(first, value=first.value * 60), second
    if first.minutes and (not second.settled or second.end == second.after) and not second.minutes:
        return first, replace(second, value=second.value * 60)
    return first, second


def _correct(drafts: list[_Draft], text: str) -> list[_Draft]:
    """Let a number that takes back an earlier one replace it, and inherit its role where it has none."""
    kept: list[_Draft] = []
    for draft in drafts:
        role = draft.role
        if kept and takes_back(text[kept[-1].after : draft.start]):
            role = draft.role or kept[-1].role
            _drop_last(kept, role)
        kept.append(replace(draft, role=role))
    return kept


def _drop_last(kept: list[_Draft], role: Role | None) -> None:
    """Drop the last number of a role, with the other end of its range; else the last one if it has no role."""
    places = [place for place, draft in enumerate(kept) if draft.role == role]
    if not places and kept[-1].role is None:
        places = [len(kept) - 1]
    if places:
        first = places[-1] - 1 if kept[places[-1]].linked and places[-1] else places[-1]
        del kept[first : places[-1] + 1]
