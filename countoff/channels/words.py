"""The few words that a channel itself says."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from countoff.errors import KnowledgeError
from countoff.settings import settings

NAME = Path("transport", "en.yml")


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
    return _load((root or settings().knowledge) / NAME)


@cache
def _load(file: Path) -> Words:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{file}: cannot be read ({type(error).__name__}). Put it back.") from error
    wanted = {field.name for field in fields(Words)}
    if not isinstance(data, dict) or set(data) != wanted:
        raise KnowledgeError(f"{file}: needs exactly the keys {', '.join(sorted(wanted))}.")
    empty = sorted(key for key, value in data.items() if not (isinstance(value, str) and value.strip()))
    if empty:
        raise KnowledgeError(f"{file}: {', '.join(empty)} must be a text.")
    return Words(**data)
