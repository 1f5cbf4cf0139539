"""The safety net: finds in a raw message that a person wants to stop, is in pain or shows a red flag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import jellyfish
from rapidfuzz.distance import OSA

from countoff.nlu.safety_guards import TOPICS, Judge
from countoff.nlu.safety_lexicon import Kind, Lexicon
from countoff.nlu.safety_text import Clause, bridged, contrast_before, split, unbroken, window

__all__ = ["Kind", "Lexicon", "SafetyFinding", "check"]

_RANK: dict[str, int] = {"red_flag": 0, "pain": 1, "stop": 2}
_BLANK = "_"


@dataclass(frozen=True)
class SafetyFinding:
    """What the net found.

    Attributes:
        kind: ``red_flag`` before ``pain`` before ``stop``; None where nothing is reported.
        words: the words of the message that decided, as they were said; empty where nothing did.
        phonetic: ``stop`` or ``pause`` where the whole message is one to three words that sound like it.
        body_part: the place that was named, as a value of the entity ``body_part``.
        cleared: the message speaks of these things only as a question, a denial, a memory or a supposition.
    """

    kind: Kind | None = None
    words: str = ""
    phonetic: Literal["stop", "pause"] | None = None
    body_part: str | None = None
    cleared: bool = False


@dataclass(frozen=True)
class _Hit:
    kind: Kind
    clause: int
    start: int
    end: int
    said_outright: bool = False
    """An exclamation or a command: no list goes on with it."""
    group: str = ""


def check(text: str, lexicon: Lexicon) -> SafetyFinding:
    """Look for a stop, pain or a red flag in a message of any length; never raises.

    Of a message longer than 4,000 characters the first and the last 2,000 are read.
    """
    seen, cut, skipped = window(text)
    clauses, live, cleared = _weighed(seen, lexicon)
    if not live and (fluent := bridged(seen)) != seen:
        clauses, live, cleared = _weighed(fluent, lexicon)
    if not (live or cleared) and (breathless := unbroken(seen)) != seen:
        clauses, live, cleared = _weighed(breathless, lexicon)
    if cried := _cried(clauses, lexicon):
        live = [*live, cried]
    whole = split(seen, lexicon.correct)
    hidden = list(_across(whole, seen, lexicon))
    if hidden and min(_RANK[hit.kind] for hit in hidden) < min((_RANK[hit.kind] for hit in live), default=len(_RANK)):
        clauses, live = whole, hidden
    heard = _sounds_like(clauses, lexicon)
    if not live:
        return SafetyFinding(phonetic=heard, cleared=cleared)
    best = min(live, key=lambda hit: (_RANK[hit.kind], hit.start - hit.end))
    spans = clauses[best.clause].spans
    first, last = spans[best.start][0], spans[best.end - 1][1]
    shift = skipped if first > cut else 0
    place = None if best.kind == "stop" else _place(clauses, best, lexicon)
    return SafetyFinding(best.kind, text[first + shift : last + shift], heard, place, False)


def _weighed(text: str, lexicon: Lexicon) -> tuple[list[Clause], list[_Hit], bool]:
    """Return the clauses of a text, their reports, and whether it also mentions what it does not report."""
    clauses, cleared = _without_idioms(split(text, lexicon.correct), lexicon)
    judge = Judge(lexicon, clauses)
    live: list[_Hit] = []
    before: list[_Hit] = []
    for index, clause in enumerate(clauses):
        hits, mentioned = _in_clause(index, clause, lexicon, judge)
        if before and clause.joined and not clause.contrast and hits and _continues(clause, hits, lexicon):
            hits, mentioned = [hit for hit in hits if hit.said_outright], mentioned + hits
        if not hits and (affirmed := _affirmed(index, clause, [*before, *mentioned], lexicon)):
            hits = [affirmed]
        live += _of_a_part(hits)
        cleared = cleared or bool(mentioned)
        before = [] if hits else mentioned
    return clauses, live, cleared


def _of_a_part(hits: list[_Hit]) -> list[_Hit]:
    """Without what is told of the whole person where the words tell it of a part: "not feeling great in my hip"."""
    pains = [hit for hit in hits if hit.kind == "pain"]
    return [
        hit
        for hit in hits
        if hit.group != "unwell" or not any(pain.start < hit.end and hit.start < pain.end for pain in pains)
    ]


def _cried(clauses: Sequence[Clause], lexicon: Lexicon) -> _Hit | None:
    """Nothing but a part of the body, again and again: "my hip, my hip"."""
    if not clauses or any(clause.asked for clause in clauses):
        return None
    match = lexicon.cry_regex.fullmatch("".join(clause.text for clause in clauses))
    if match is None:
        return None
    part = next((i for i, clause in enumerate(clauses) if lexicon.place_regex.search(clause.text)), 0)
    grave = any(word in lexicon.groups["chest"] for word in clauses[part].words)
    return _Hit("red_flag" if grave else "pain", part, 0, len(clauses[part].words), True)


def _across(clauses: Sequence[Clause], text: str, lexicon: Lexicon) -> Iterator[_Hit]:
    """What is told over the edges of clauses, behind a "no" or a "fine": "no pain, except in my groin"."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for index, clause in enumerate(clauses):
        if words and clause.contrast:
            words.append(contrast_before(text, clause))
            places.append((index, 0))
        words += clause.words
        places += [(index, at) for at in range(len(clause.words))]
    phrases = lexicon.across(words)
    whole = _joined(words) if phrases else ""
    judge = Judge(lexicon, clauses)
    for phrase in phrases:
        for match in phrase.regex.finditer(whole):
            index, start = places[whole.count(" ", 0, match.start())]
            last, end = places[whole.count(" ", 0, match.end()) - 1]
            if judge.asks(index) or judge.asks(last) or judge.supposed(index, start) or judge.remembered(index):
                continue
            # The words that are shown are of one clause: the one where the report ends.
            inside = last == index
            yield _Hit(phrase.kind, last, start if inside else 0, end + 1 if inside else len(clauses[last].words), True)
            break


def _affirmed(index: int, clause: Clause, denied: Sequence[_Hit], lexicon: Lexicon) -> _Hit | None:
    """What was denied of the past is so now: "it did not hurt before, but now it does"."""
    reports = [hit for hit in denied if hit.kind != "stop"]
    match = lexicon.guard_regex["affirming"].search(clause.text) if reports and not clause.asked else None
    if match is None or not (clause.joined or match.group().startswith("now ") or match.group().endswith(" now")):
        return None
    rest = clause.text[match.end() :].split()
    if any(word in lexicon.guards["negations"] or word in lexicon.grammar["fine"] for word in rest[:3]):
        return None
    start = clause.text.count(" ", 0, match.start())
    return _Hit(reports[-1].kind, index, start, start + match.group().count(" ") + 1)


def _without_idioms(clauses: Sequence[Clause], lexicon: Lexicon) -> tuple[list[Clause], bool]:
    found = False
    result = []
    for clause in clauses:
        text = clause.text
        for regex in lexicon.idioms(clause.words):
            text = regex.sub(lambda match: "".join(_BLANK + " " for _ in match.group().split()), text)
        text = text.replace("  ", " ")
        if text != clause.text:
            found = True
        result.append(replace(clause, words=tuple(text.split())))
    return result, found


def _in_clause(index: int, clause: Clause, lexicon: Lexicon, judge: Judge) -> tuple[list[_Hit], list[_Hit]]:
    """Return the reports of one clause, and what it mentions without reporting it."""
    weighed = [
        *_exclaimed(index, clause, lexicon, judge),
        *_described(index, clause, lexicon, judge),
        *_commanded(index, clause, lexicon, judge),
    ]
    return [hit for hit, live in weighed if live], [hit for hit, live in weighed if not live]


def _exclaimed(index: int, clause: Clause, lexicon: Lexicon, judge: Judge) -> Iterator[tuple[_Hit, bool]]:
    for at, word in enumerate(clause.words):
        if word in lexicon.exclamations:
            if word in lexicon.mild and judge.praised(index) and not lexicon.place_regex.search(clause.text):
                yield _Hit("pain", index, at, at + 1, True), False
                continue
            quoted = at > 0 and (clause.words[at - 1] in lexicon.grammar["quoting"] or judge.supposed(index, at))
            yield _Hit("pain", index, at, at + 1, True), not quoted


def _described(index: int, clause: Clause, lexicon: Lexicon, judge: Judge) -> Iterator[tuple[_Hit, bool]]:
    for phrase in lexicon.candidates(clause.words):
        if phrase.group in TOPICS and phrase.group not in judge.topics:
            continue
        for match in phrase.regex.finditer(clause.text):
            start = clause.text.count(" ", 0, match.start())
            end = clause.text.count(" ", 0, match.end())
            live = not judge.clears(index, start, end, phrase.kind, phrase.group == "soreness")
            yield _Hit(phrase.kind, index, start, end, group=phrase.group), live
            if live:
                break


def _commanded(index: int, clause: Clause, lexicon: Lexicon, judge: Judge) -> Iterator[tuple[_Hit, bool]]:
    for at, word in enumerate(clause.words):
        if word in lexicon.stop["words"]:
            yield _Hit("stop", index, at, at + 1, True), _commands(index, at, clause, lexicon, judge)


def _continues(clause: Clause, hits: Sequence[_Hit], lexicon: Lexicon) -> bool:
    """A list goes on ("no pain, dizziness or numbness"): the clause has no subject of its own."""
    return all(hit.start <= 2 for hit in hits) and clause.words[0] not in lexicon.grammar["fresh"]


def _commands(index: int, at: int, clause: Clause, lexicon: Lexicon, judge: Judge) -> bool:
    """Tell whether the stop word at a place of a clause is a command."""
    words, rules = clause.words, lexicon.stop
    before, after = words[:at], words[at + 1 :]
    if _for_a_moment(after, lexicon) or (len(after) > 1 and after[1] in rules["other_things"]):
        return False
    if words[at] in (*before[-1:], *after[:1]):
        return True
    alone = lexicon.lead_regex.fullmatch(_joined(before)) is not None
    if before and before[-1] in rules["not_after"] and not alone:
        return False
    last = lexicon.tail_regex.fullmatch(_joined(after)) is not None
    if not last and (after[0] in rules["not_before"] or _of_a_fault(after, lexicon)):
        return False
    if alone:
        return last or not (clause.asked or lexicon.grammar["helpers"].intersection(before))
    if not last or judge.supposed(index, at):
        return False
    return not (judge.asks(index) and _verb_of_question(before, lexicon))


def _joined(words: Sequence[str]) -> str:
    return "".join(word + " " for word in words)


def _for_a_moment(after: Sequence[str], lexicon: Lexicon) -> bool:
    """What follows the word makes it a pause: "stop for a second"."""
    for word in after[:6]:
        if word in lexicon.stop["for_a_moment"]:
            return True
        if word not in lexicon.stop["before_moment"]:
            break
    return False


def _of_a_fault(after: Sequence[str], lexicon: Lexicon) -> bool:
    """What is to stop is a fault of form: "stop my back rounding"."""
    if after[0] not in lexicon.grammar["faulty"]:
        return False
    doing = next(
        (at for at, word in enumerate(after[:4]) if word.endswith("ing") and word not in lexicon.grammar["steady"]),
        None,
    )
    return doing is not None and after[doing - 1] not in ("is", "are", "am", "im", "its")


def _verb_of_question(before: Sequence[str], lexicon: Lexicon) -> bool:
    """The stop word is the verb of the question: "where does the knee stop", not "how high do I go stop"."""
    at = next((i for i in range(len(before) - 1, -1, -1) if before[i] in lexicon.grammar["helpers"]), None)
    if at is None:
        return False
    between = before[at + 1 :]
    return len(between) <= 3 and not any(word in lexicon.guards["movements"] for word in between)


def _place(clauses: Sequence[Clause], hit: _Hit, lexicon: Lexicon) -> str | None:
    """The part of the body that is nearest to the words that decided."""
    best: tuple[int, int, str] | None = None
    for index, clause in enumerate(clauses):
        for match in lexicon.place_regex.finditer(clause.text):
            start = clause.text.count(" ", 0, match.start())
            end = start + match.group().count(" ") + 1
            if match.group() == "back" and start and clause.words[start - 1] in lexicon.grammar["returning"]:
                continue
            gap = max(0, hit.start - end, start - hit.end + 1)
            found = (abs(index - hit.clause), gap, lexicon.body_parts[match.group()])
            best = found if best is None or found[:2] < best[:2] else best
    return best[2] if best else None


def _sounds_like(clauses: Sequence[Clause], lexicon: Lexicon) -> Literal["stop", "pause"] | None:
    words = [word for clause in clauses for word in clause.words]
    if not 1 <= len(words) <= 3 or any(word in lexicon.phonetic["never"] or word.isdigit() for word in words):
        return None
    rest = [word for word in words if word not in lexicon.phonetic["with"]]
    for name in ("stop", "pause"):
        if rest and all(word in lexicon.phonetic[name] or _alike(word, name) for word in rest):
            return "stop" if name == "stop" else "pause"
    return None


def _alike(word: str, model: str) -> bool:
    return jellyfish.metaphone(word) == jellyfish.metaphone(model) and OSA.distance(word, model, score_cutoff=2) <= 2
