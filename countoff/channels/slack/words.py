"""The words that the Slack channel itself says."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from countoff.errors import KnowledgeError
from countoff.settings import settings

NAME = Path("slack", "en.yml")


@dataclass(frozen=True)
class SlackWords:
    """What is said around the coach's answers; read from ``knowledge/slack/en.yml``, blanks in braces."""

    source: str
    """The line below an answer: ``{source}``."""
    pressed: str
    """In place of buttons of which one was pressed: ``{title}``."""
    someone: str
    """In place of a mention of somebody else."""
    not_yours: str
    """To somebody who presses a button of another's answer."""
    no_longer: str
    """To somebody who presses a button that does nothing any more."""
    command: str
    """To a command without words."""
    home_title: str
    home_text: str
    home_how: str
    home_notice: str
    home_history: str
    home_empty: str
    home_row: str
    """One session: ``{day}``, ``{exercise}``, ``{reps}``, ``{sets}``."""
    home_set: str
    home_sets: str
    home_away: str
    home_chart: str
    """What the picture of the sets shows, for screen readers."""
    home_forget: str
    home_forget_title: str
    home_forget_text: str
    home_forget_yes: str
    home_forget_no: str
    say_nothing: str
    """What a mention without words says to the coach."""
    say_forget: str
    say_yes: str


def load_slack_words(root: Path | None = None) -> SlackWords:
    """The words under ``root`` (default: the knowledge folder of the settings), read once.

    Raises:
        KnowledgeError: the file is missing, or is not exactly these keys with a text each.
    """
    return _load((root or settings().knowledge) / NAME)


@cache
def _load(file: Path) -> SlackWords:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{file}: cannot be read ({type(error).__name__}). Put it back.") from error
    wanted = {field.name for field in fields(SlackWords)}
    if not isinstance(data, dict) or set(data) != wanted:
        raise KnowledgeError(f"{file}: needs exactly the keys {', '.join(sorted(wanted))}.")
    empty = sorted(key for key, value in data.items() if not (isinstance(value, str) and value.strip()))
    if empty:
        raise KnowledgeError(f"{file}: {', '.join(empty)} must be a text.")
    return SlackWords(**data)
