"""From what is written to what should be said: the same for every voice."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from countoff.speech.rules import SpokenRules, load_rules, read_rules

MAX_ROUNDS = 8
"""How often the rules are applied at most; two rounds are the rule, since what was said is not written anew."""

_NEWLINE = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
# Scripts from Arabic to Sinhala write with joiners.
_JOINER = re.compile(r"(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")
# Controls, soft hyphen, zero widths, marks of direction, fillers, surrogates, private use and what is no character.
_UNHEARD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ud800-\uf8ff\U000e0000-\U0010ffff]"
)
_SPACES = re.compile(r"\s+")
_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u20d0-\u20f0\u2122\u2139\u2190-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\ufe00-\ufe0f\U0001f000-\U0001faff]"
)
_FENCE = re.compile(r"^\s*```\w*\s*$")
_HEAD = re.compile(r"^(?:(?:[-*+•‣◦▪●·\u2013—]|#{1,6}|>)\s+|>)*(?:\[[ xX]\]\s+)?")
_NUMBERED = re.compile(r"^(\d{1,3})\)\s+")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,1000}\)")
_SHOUTED = re.compile(r"(?<![^\W_])[A-Z]{4,30}(?![^\W_])")
_APOSTROPHE = re.compile(r"(?<=\w)[\u2018\u2019\u02bc\u2032](?=\w)")
_QUOTES = re.compile(r"(?<!\w)'|'(?!\w)|[\"“”„‟«»\u2039\u203a\u2018\u2019\u201a\u201b`\u2032″*\\^{}~=+&#@<>]")
_COMMA = re.compile(r"[()\[\]|—]| [-\u2013―\u2212]{1,3}(?= |$)|--+|―")
_HYPHEN = re.compile(r"[\u2013\u2011\u2010]")
_ELLIPSIS = re.compile(r"(?:…|\.{2,}|(?:\. ){2,}\.)+")
_MARKS = re.compile(r" ?[.,;:!?](?: ?[.,;:!?])+")
_BEFORE_MARK = re.compile(r" +(?=[.,;:!?])")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019)\]»]*$")
_CLAUSE_END = re.compile(r"[.,;:!?…—][\"'”\u2019)\]»]*$")
_INITIAL = re.compile(r"[A-Z]\.|\d{1,3}[.)]")


def spoken(text: str, language: str = "en", root: Path | None = None) -> str:
    """What should be said for a text, in one line; pure, and the same again for what it gave.

    Args:
        text: anything; what has no word in it gives an empty text.
        language: two small letters, with a file in ``knowledge/spoken/``.
        root: the knowledge folder; the project's own if None.

    Raises:
        KnowledgeError: there are no rules for the language, or they are wrong.
    """
    return spoken_by(load_rules(root, language), text)


def spoken_by(rules: SpokenRules, text: str) -> str:
    """As ``spoken``, by these rules."""
    for _ in range(MAX_ROUNDS):
        before, text = text, _joined([line for lines in paragraphs(rules, text) for line in lines])
        if text == before:
            break
    return text


def paragraphs(rules: SpokenRules, text: str, keep: frozenset[str] = frozenset()) -> list[list[str]]:
    """What should be said, by paragraph and line; an empty line parts paragraphs.

    Args:
        rules: the rows to apply.
        text: anything.
        keep: words, in small letters, that stay as they are written.
    """
    found: list[list[str]] = [[]]
    for line in cleaned(text).split("\n"):
        if not line.strip():
            found.append([])
        elif (said := _line(rules, line, keep)) and any(char.isalnum() for char in said):
            found[-1].append(said)
    return [lines for lines in found if lines]


def cleaned(text: str) -> str:
    """The text without what no voice can say: controls, marks of direction, zero widths, lone surrogates."""
    return _UNHEARD.sub("", _JOINER.sub("", _NEWLINE.sub("\n", text)))


def split_sentences(text: str, limit: int, language: str = "en") -> list[str]:
    """A text in pieces: by sentence, a sentence that is too long by clause, then between words.

    Args:
        text: what is to be split; runs of white space count as one space.
        limit: most characters of a piece, 1 or more. Only a word that is longer by itself is cut.
        language: whose abbreviations end no sentence.

    Raises:
        ValueError: the limit is below 1.
        KnowledgeError: there are no rules for the language.
    """
    if limit < 1:
        raise ValueError(f"a piece needs 1 character or more, not {limit}")
    abbreviations = load_rules(language=language).abbreviations
    pieces: list[str] = []
    sentence: list[str] = []
    for word in text.split():
        sentence.append(word)
        if _SENTENCE_END.search(word) and not _abbreviated(word, len(sentence) == 1, abbreviations):
            pieces.extend(_fitting(sentence, limit))
            sentence = []
    return pieces + _fitting(sentence, limit)


def rule_problems(root: Path) -> list[str]:
    """What is wrong with the rows of every language under a knowledge folder: file, line, what, mend."""
    folder = root.resolve()
    problems: list[str] = []
    for language in sorted({"en", *(path.stem for path in (folder / "spoken").glob("*.yml"))}):
        rules, document, found = read_rules(folder, language)
        for section, index, row in rules.rows() if rules else ():
            said = spoken_by(rules, row.example) if rules else ""
            place = (section, index)
            if said != row.becomes:
                what = f"The example '{row.example}' becomes '{said}'."
                found.append(document.problem((*place, "becomes"), what, "Correct the row, or what it becomes."))
            elif rules and said == spoken_by(rules.without(*place), row.example):
                what = f"The row changes nothing in its example '{row.example}'."
                found.append(document.problem(place, what, "Remove the row, or show what it does."))
        problems.extend(str(problem) for problem in found)
    return problems


def _line(rules: SpokenRules, line: str, keep: frozenset[str]) -> str:
    if _FENCE.match(line):
        return ""
    line = _HEAD.sub("", _SPACES.sub(" ", line).strip())
    line = _NUMBERED.sub(r"\1. ", _LINK.sub(r"\1", line))
    line = _APOSTROPHE.sub("'", line)
    for row in rules.patterns:
        line = row.apply(line)
    line = _words(rules, line, keep)
    line = _SHOUTED.sub(lambda found: found[0].lower(), line)
    return _tidy(_EMOJI.sub(" ", line))


def _words(rules: SpokenRules, line: str, keep: frozenset[str]) -> str:
    exact, folded, regex = _table(rules)

    def said(found: re.Match[str]) -> str:
        word = found[0]
        if word.lower() in keep:
            return word
        if word in exact:
            return exact[word]
        say = folded[word.lower()]
        return say[:1].upper() + say[1:] if word[:1].isupper() else say

    return regex.sub(said, line)


@lru_cache(maxsize=256)
def _table_of(words: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    exact = {written: say for written, say in words if written != written.lower()}
    folded = {written: say for written, say in words if written == written.lower()}
    longest = sorted((written for written, _ in words), key=len, reverse=True)
    forms = (re.escape(word) if word in exact else f"(?i:{re.escape(word)})" for word in longest)
    return exact, folded, re.compile(rf"(?<![\w.])(?:{'|'.join(forms)})(?!\w)")


def _table(rules: SpokenRules) -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    return _table_of(tuple((row.written, row.say) for row in rules.words))


def _tidy(line: str) -> str:
    line = _ELLIPSIS.sub(", ", line)
    line = _COMMA.sub(", ", _QUOTES.sub("", line.replace("_", " ")))
    line = _SPACES.sub(" ", _HYPHEN.sub("-", line)).strip()
    line = _MARKS.sub(lambda found: _strongest(found[0]), line)
    return _BEFORE_MARK.sub("", line).lstrip(" ,;:.!?-").rstrip(" ,;-")


def _strongest(marks: str) -> str:
    return next((mark for mark in "?!.:;" if mark in marks), ",")


def _joined(lines: list[str]) -> str:
    ended = [line if line[-1] in ".!?:;," else f"{line}." for line in lines[:-1]]
    return " ".join([*ended, *lines[-1:]])


def _abbreviated(word: str, first: bool, abbreviations: frozenset[str]) -> bool:
    bare = word.lstrip("(\"'[“\u2018«")
    if bare.lower() in abbreviations:
        return True
    initial = _INITIAL.fullmatch(bare)
    return bool(initial) and (first or bare[0].isalpha())


def _fitting(words: list[str], limit: int) -> list[str]:
    pieces: list[str] = []
    piece: list[str] = []
    length = -1
    for word in words:
        if length + 1 + len(word) > limit and piece:
            cut = next((at for at in range(len(piece), 0, -1) if _CLAUSE_END.search(piece[at - 1])), len(piece))
            pieces.append(" ".join(piece[:cut]))
            piece = piece[cut:]
            length = sum(len(kept) + 1 for kept in piece) - 1
        while len(word) > limit:
            if piece:
                pieces.append(" ".join(piece))
                piece, length = [], -1
            pieces.append(word[:limit])
            word = word[limit:]  # noqa: PLW2901
        if length + 1 + len(word) > limit and piece:
            pieces.append(" ".join(piece))
            piece, length = [], -1
        if word:
            piece.append(word)
            length += 1 + len(word)
    return [*pieces, " ".join(piece)] if piece else pieces
