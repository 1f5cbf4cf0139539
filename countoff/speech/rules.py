"""The rows of ``knowledge/spoken/``: what is written, what is said for it, and an example that proves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from countoff.errors import KnowledgeError
from countoff.exercises.yaml_lines import Document, Problem, read

DEFAULT_ROOT = Path(__file__).resolve().parents[2] / "knowledge"

_LANGUAGE = re.compile(r"[a-z]{2}")
_SLOT = re.compile(r"\\([1-9])|\{([1-9])\|([^{}|]*)\|([^{}|]*)\}")
_ESCAPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")

Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\n]*$")]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    say: Annotated[str, StringConstraints(pattern=r"^[^\n]*$")]
    example: Line
    becomes: str


class WordRow(_Row):
    """One word or phrase, said otherwise than it is written.

    Attributes:
        written: as it stands in a text. In small letters it is found in any case; with a capital only as it is.
        say: what every voice reads right.
        ipa: its sound in the International Phonetic Alphabet, for speakers that take SSML.
        example: a text that holds it.
        becomes: the whole example as it is said.
    """

    written: Line
    ipa: Line | None = None


class PatternRow(_Row):
    r"""A form of writing, found by a regular expression.

    Attributes:
        match: a regular expression of Python's ``re``; repeats are bounded (``{1,6}``), so that a long text takes no
            longer than its length.
        say: what is said; ``\1`` is the first group, ``{1|minute|minutes}`` its number with the fitting word.
        example: a text that holds it.
        becomes: the whole example as it is said.
    """

    match: Line

    @field_validator("match")
    @classmethod
    def _sound(cls, match: str) -> str:
        try:
            re.compile(match)
        except re.error as error:
            raise ValueError(f"is no regular expression ({error})") from error
        if _UNBOUNDED.search(_ESCAPED.sub("", match)):
            raise ValueError("repeats without a bound; write {0,9} or {1,9} for * or +")
        return match

    @model_validator(mode="after")
    def _has_its_groups(self) -> PatternRow:
        used = max((int(slot[1] or slot[2]) for slot in _SLOT.finditer(self.say)), default=0)
        if used > self.regex.groups:
            raise ValueError(f"says group {used} and has {self.regex.groups}")
        return self

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.match)

    def apply(self, text: str) -> str:
        """The text with every place that matches said as the row says."""
        return self.regex.sub(lambda found: _SLOT.sub(lambda slot: _filled(slot, found), self.say), text)


class SpokenRules(BaseModel):
    """The rows of one language; patterns apply in their order, then the words, the longest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    patterns: Annotated[list[PatternRow], Field(min_length=1)]
    words: Annotated[list[WordRow], Field(min_length=1)]

    def rows(self) -> Iterator[tuple[str, int, WordRow | PatternRow]]:
        """Every row with its section and its place there."""
        for index, pattern in enumerate(self.patterns):
            yield "patterns", index, pattern
        for index, word in enumerate(self.words):
            yield "words", index, word

    def without(self, section: str, index: int) -> SpokenRules:
        """The same rules less one row."""
        rows = [row for at, row in enumerate(getattr(self, section)) if at != index]
        return self.model_copy(update={section: rows})

    @cached_property
    def ipa(self) -> dict[str, str]:
        """The sound of each word that has one, by the word in small letters."""
        return {row.written.lower(): row.ipa for row in self.words if row.ipa}

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        """Words in small letters whose full stop ends no sentence."""
        return frozenset(row.written.lower() for row in self.words if row.written.endswith("."))


def load_rules(root: Path | None = None, language: str = "en") -> SpokenRules:
    """Read ``spoken/<language>.yml`` under the knowledge folder (default: the project's own); read once.

    Args:
        root: the knowledge folder.
        language: two small letters.

    Raises:
        KnowledgeError: the file is missing or wrong; a line a problem: file, line, what, mend.
    """
    return _load((root or DEFAULT_ROOT).resolve(), language)


def read_rules(root: Path, language: str) -> tuple[SpokenRules | None, Document, list[Problem]]:
    """The rules where they could be made, the file with its lines, and what is wrong with it."""
    name = f"{root.name}/spoken/{language}.yml"
    if not _LANGUAGE.fullmatch(language):
        unknown = Problem(f"{root.name}/spoken", 1, f"'{language}' is no language.", "Name it by two small letters.")
        return None, Document(name, None, None), [unknown]
    document, problems = read(root / "spoken" / f"{language}.yml", name)
    if problems:
        return None, document, problems
    try:
        rules = SpokenRules.model_validate(document.data)
    except ValidationError as error:
        return None, document, [_typed(document, item) for item in error.errors()]
    if rules.language != language:
        return None, document, [document.problem(("language",), "The language is not the file's.", f"Put {language}.")]
    return rules, document, []


@lru_cache(maxsize=8)
def _load(root: Path, language: str) -> SpokenRules:
    rules, _, problems = read_rules(root, language)
    if rules is None:
        raise KnowledgeError("\n".join(str(problem) for problem in problems))
    return rules


def _typed(document: Document, item: Any) -> Problem:
    path = tuple(item["loc"])
    place = " → ".join(str(part + 1) if isinstance(part, int) else part for part in path) or "this file"
    if item["type"] == "missing":
        return document.problem(path, f"'{place}' is missing.", f"Add '{path[-1]}:' here.")
    if item["type"] == "extra_forbidden":
        return document.problem(path, f"'{place}' is not a known key.", "Remove it, or correct its spelling.")
    what = item["msg"].removeprefix("Value error, ")
    return document.problem(path, f"'{place}' cannot be used: {what}.", "Correct the value.")


def _filled(slot: re.Match[str], found: re.Match[str]) -> str:
    plain, counted, one, many = slot.groups()
    if plain:
        return found[int(plain)] or ""
    number = found[int(counted)] or ""
    if number.isdigit():
        # int() refuses thousands of digits, and a number that long has no plural to find.
        number = number.lstrip("0") or "0"
    return f"{number} {one if number == '1' else many}"
