"""The words that the Slack channel itself says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    no_sets: str
    """Ahead of a set that nothing counts here."""
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
    say_stop: str
    say_yes: str
