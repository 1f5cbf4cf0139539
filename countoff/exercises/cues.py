"""The cue book: every word that is spoken on the beat, and how long it may last."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from countoff.errors import KnowledgeError

CueKind = Literal["phase", "count_in", "side", "count", "progress", "form", "rest", "done"]

HIGHEST_COUNT = 30
REST_MARKS_S = (60, 30, 10, 5, 4)
PLAIN_IDS = (
    "get_ready", "halfway", "last_one", "rest", "next_set", "set_done", "session_done", "paused", "resumed", "stopped",
)  # fmt: skip

# At the fastest tempo (0.5 s a phase) the count comes 500 ms after its side and 1,000 ms before the next side.
LONGEST_MS: dict[str, int] = {"side": 450, "count": 950, "count_in": 950, "done": 2000}

_PROJECT = Path(__file__).resolve().parents[2]


def required_ids() -> tuple[str, ...]:
    """The ids that every cue book must hold, whatever its language."""
    counts = [f"count.{number}" for number in range(1, HIGHEST_COUNT + 1)]
    beats = [f"count_in.{number}" for number in (3, 2, 1)]
    rests = [f"rest_left.{seconds}" for seconds in REST_MARKS_S]
    return (*PLAIN_IDS, "side.left", "side.right", *beats, *counts, *rests)


class CueText(BaseModel):
    """One spoken cue.

    Attributes:
        text: the words, at most six.
        max_ms: the longest a recording of it may last, in milliseconds (50 to 4,500).
        kind: what the cue is for; the same names as on the wire.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    max_ms: int = Field(ge=50, le=4500)
    kind: CueKind

    @field_validator("text")
    @classmethod
    def _short_and_calm(cls, text: str) -> str:
        if len(text.split()) > 6:
            raise ValueError("a cue has at most six words")
        if "!" in text:
            raise ValueError("a cue has no exclamation mark")
        return text

    @model_validator(mode="after")
    def _fits_the_beat(self) -> CueText:
        longest = LONGEST_MS.get(self.kind)
        if longest is not None and self.max_ms > longest:
            raise ValueError(f"a {self.kind} cue may last {longest} ms at most, not {self.max_ms}")
        return self


class CueBook(BaseModel):
    """All cues of one language, by id.

    An id is the wire key, or the wire key and what it says, as in ``count.7`` or ``side.left``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = Field(min_length=2)
    cues: dict[str, CueText]

    @model_validator(mode="after")
    def _complete(self) -> CueBook:
        missing = [cue_id for cue_id in required_ids() if cue_id not in self.cues]
        if missing:
            raise ValueError(f"cues are missing: {', '.join(missing)}")
        return self

    def cue(self, key: str, which: str | int | None = None) -> CueText:
        """The cue with this key, and for a family of cues this member of it.

        Raises:
            KnowledgeError: the book has no such cue.
        """
        cue_id = key if which is None else f"{key}.{which}"
        try:
            return self.cues[cue_id]
        except KeyError:
            raise KnowledgeError(f"knowledge/cues/{self.language}.yml has no cue '{cue_id}': add it there") from None

    def form_keys(self) -> tuple[str, ...]:
        """The ids of the form cues, which are ids of mistakes, in the order of the book."""
        return tuple(cue_id for cue_id, cue in self.cues.items() if cue.kind == "form")

    def members(self, key: str) -> tuple[str, ...]:
        """The ids of the members of a family such as ``praise``, in the order of the book."""
        return tuple(cue_id for cue_id in self.cues if cue_id.startswith(f"{key}."))


def load_cue_book(root: Path | None = None, language: str = "en") -> CueBook:
    """Read ``cues/<language>.yml`` under the knowledge folder (default: the project's own); read once.

    Raises:
        KnowledgeError: the file is missing or wrong; the message says where.
    """
    return _load((root or _PROJECT / "knowledge") / "cues" / f"{language}.yml")


@lru_cache(maxsize=8)
def _load(path: Path) -> CueBook:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return CueBook.model_validate(content)
    except OSError as error:
        raise KnowledgeError(f"{path}: cannot be read ({error.strerror}); every language needs its cue book") from error
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path}: is not valid YAML: {error}") from error
    except ValidationError as error:
        raise KnowledgeError(f"{path}: {_humane(error)}") from error


def _humane(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        place = " → ".join(str(part) for part in problem["loc"]) or "the whole file"
        lines.append(f"{place}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(lines)
