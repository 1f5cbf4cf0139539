"""Cuts a message into clauses of plain words for the safety net, each word with its place in the message."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

EDGE = 2000
"""Of a message longer than two of these only so many characters of its beginning and its end are read."""

LONGEST_CLAUSE = 40
"""Words after which a clause ends without punctuation, so that a guard reaches no further than a person's breath."""

A_FEW_WORDS = 6
"""A message of no more words is read once more without its punctuation."""

_CURLY = str.maketrans("\u2019\u2018\u02bc\u00b4`", "'''''")
_SPLIT_NOT = re.compile(r"\b(can|don|doesn|isn|won|didn|couldn|aren|wasn|hasn|haven|wouldn|shouldn) t\b")
_SPELLED = re.compile(r"\bs(?:([ .,-]{1,2})t\1o\1p\b)")
"""The letters of "stop", one by one."""
_HAND = "\u270b"
"""A raised hand: it says stop where nothing else is said, and hello beside words."""
_SIGNS = f"\U0001f6d1\u23f9{_HAND}"
"""A stop sign, a stop button and the hand: the word itself."""
_TOKEN = re.compile(
    rf"[{_SIGNS}]|"
    r"[^\W_]+(?:'[^\W_]+)*|[.!?;:\n\u2026]+|,|\s[-\u2013\u2014]+\s|[\u2013\u2014]"
)
_STOPS = re.compile(r"[.,!;\u2026\u2013\u2014]+|(?<= )-+(?= )")
_DOTS = re.compile(r"\.{2,}|\u2026+")
_HARD = frozenset(".!?;:\n\u2026")
_JOINED = {
    "i'll": ("i", "will"),
    "we're": ("we", "are"),
    "we'll": ("we", "will"),
    "he'll": ("he", "will"),
    "she'll": ("she", "will"),
}
# Elsewhere the 's of speech is "is": "my heart's racing".
_OWN_WORDS = frozenset(
    {"it", "that", "there", "what", "he", "she", "let", "where", "how", "who", "why", "god", "heaven", "this"}
)
_MINE = frozenset({"my", "i", "i'm", "im", "i've", "ive"})
_AND = frozenset({"and", "also", "plus"})
_MEASURES = frozenset({"many", "much", "long", "often", "high", "fast"})
_THREE = re.compile(r"(.)\1{2,}")
_CONTRASTS = frozenset({"but", "though", "although", "however", "except"})


@dataclass(frozen=True)
class Clause:
    """A run of words without punctuation.

    Attributes:
        words: corrected words in lower case without apostrophes.
        spans: where each word stands in the text that was given.
        asked: True where the clause ends with a question mark.
        joined: True where only a comma, a dash or a "but" stands between it and the clause before.
        contrast: True where a "but" stands there: nothing is carried over it.
    """

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    asked: bool = False
    joined: bool = False
    contrast: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(word + " " for word in self.words))


def window(text: str) -> tuple[str, int, int]:
    """Return the part of the text that is read, and from which offset on how many characters are left out."""
    if len(text) <= 2 * EDGE:
        return text, len(text), 0
    return text[:EDGE] + "\n" + text[-EDGE + 1 :], EDGE, len(text) - 2 * EDGE


def bridged(text: str) -> str:
    """Return a text of the same length without dots of hesitation: "so... out... of breath"."""
    return _DOTS.sub(lambda match: " " * len(match.group()), text)


def unbroken(text: str) -> str:
    """Return a short text of the same length without the stops of one who is out of breath: "Hip! Sharp!"."""
    if "?" in text or len(text.split()) > A_FEW_WORDS:
        return text
    return _STOPS.sub(lambda match: " " * len(match.group()), text)


def split(text: str, correct: Callable[[str], str]) -> list[Clause]:
    """Return the clauses of a text in order; ``correct`` mends the spelling of one word."""
    folded = _fold(text)
    clauses: list[Clause] = []
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    joined = contrast = False

    def close(asked: bool) -> None:
        if words:
            clauses.append(Clause(tuple(words), tuple(spans), asked, joined, contrast))
            words.clear()
            spans.clear()

    for match in _TOKEN.finditer(folded):
        token = match.group()
        if token in _SIGNS:
            close(False)
            clauses.append(Clause(("stop",), (match.span(),)))
            joined = contrast = False
        elif token[0] in _HARD:
            close("?" in token)
            joined = contrast = False
        elif not token[0].isalnum():
            close(False)
            joined, contrast = True, False
        elif token in _CONTRASTS and (words or clauses):
            close(False)
            joined = contrast = True
        else:
            if len(words) >= LONGEST_CLAUSE or (token in _MINE and _is_question_and(words)):
                close(False)
                joined = contrast = False
            for word in (part for plain in _plain(token) for part in correct(plain).split()):
                words.append(word)
                spans.append(match.span())
    close(False)
    return clauses


def _is_question_and(words: list[str]) -> bool:
    """Whether a question of number or choice is followed by "and": what comes then is told, not asked."""
    if len(words) < 2 or words[-1] not in _AND:
        return False
    return words[0] == "which" or (words[0] == "how" and words[1] in _MEASURES)


def contrast_before(text: str, clause: Clause) -> str:
    """Return the word of contrast before a clause: "except" in "no pain except in my groin"."""
    before = text[: clause.spans[0][0]].lower().split()
    word = before[-1].strip(",.;:-") if before else ""
    return word if word in _CONTRASTS else "but"


def _fold(text: str) -> str:
    plain = text.translate(_CURLY)
    low = plain.lower()
    if len(low) != len(plain):
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in plain)
    if _HAND in low and any(char.isalnum() for char in low):
        low = low.replace(_HAND, " ")
    spelled = _SPELLED.sub(lambda match: "sto".ljust(len(match.group()), "p"), low)
    return _SPLIT_NOT.sub(r"\1't", spelled)


def _plain(token: str) -> tuple[str, ...]:
    if token.endswith("'s") and token[:-2] not in _OWN_WORDS:
        return (token[:-2].replace("'", ""), "is")
    return _JOINED.get(token) or (token.replace("'", ""),)


def shorten(word: str, known: Callable[[str], bool]) -> str:
    """Return a word with drawn-out letters ("stoppp") in the spelling that is known, or with two of each."""
    if word[0].isdigit() or not _THREE.search(word):
        return word
    double = _THREE.sub(r"\1\1", word)
    single = _THREE.sub(r"\1", word)
    return next((form for form in (double, single) if known(form)), double)
