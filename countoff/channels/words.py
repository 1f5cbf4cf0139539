"""The few words that a channel itself says, and how such words are read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from countoff.errors import KnowledgeError
from countoff.settings import settings

NAME = Path("transport", "en.yml")

Said = TypeVar("Said")


@dataclass(frozen=True)
class Words:
    """What is said where the coach itself says nothing; read from ``knowledge/transport/en.yml``."""

    apology: str
    """The turn yielded nothing."""
    too_many_messages: str
    """The sender is over the rate."""
    done: str
    """Something was done, and no words came with it."""
    shown: str
    """A picture or suggestions came without words."""


def load_words(root: Path | None = None) -> Words:
    """The words under ``root`` (default: the knowledge folder of the settings), read once.

    Raises:
        KnowledgeError: the file is missing, or is not exactly these keys with a text each.
    """
    return read_words(Words, NAME, root)


def read_words(kind: type[Said], name: Path, root: Path | None = None) -> Said:
    """The words of one channel, read once.

    Args:
        kind: a dataclass with a text in every field.
        name: the file below ``root``, which has a text under the name of every field and nothing else.
        root: the knowledge folder; that of the settings if None.

    Raises:
        KnowledgeError: the file is missing, or is not exactly these keys with a text each.
    """
    found: Said = _read(cast(Any, kind), (root or settings().knowledge) / name)
    return found


def read_mapping(file: Path, data: object = None, part: str = "") -> dict[str, Any]:
    """A mapping of a YAML file, or one that was read from it already.

    Raises:
        KnowledgeError: the file cannot be read, or it is none.
    """
    if not part:
        try:
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise KnowledgeError(f"{file}: cannot be read ({type(error).__name__}). Put it back.") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{file}: {part or 'it'} must be a mapping.")
    return data


@cache
def _read(kind: Any, file: Path) -> Any:
    data = read_mapping(file)
    wanted = {field.name for field in fields(kind)}
    if set(data) != wanted:
        raise KnowledgeError(f"{file}: needs exactly the keys {', '.join(sorted(wanted))}.")
    empty = sorted(key for key, value in data.items() if not (isinstance(value, str) and value.strip()))
    if empty:
        raise KnowledgeError(f"{file}: {', '.join(empty)} must be a text.")
    return kind(**data)
