"""The words of this channel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NAME = Path("alexa", "en.yml")


@dataclass(frozen=True)
class AlexaWords:
    """What ``knowledge/alexa/en.yml`` holds."""

    title: str
    """Of a card."""
    source: str
    """The last line of a card; ``{source}`` is put in."""
    hello: str
    """Opening the skill, as a message to the coach; so are the next three."""
    pause: str
    stop: str
    resume: str
    late: str
    """The turn takes longer than Alexa waits."""
    not_heard: str
    not_heard_in_set: str
    """The same while a set counts, which pauses it: it may have been a cry."""
    not_here: str
    """What Alexa offers and the coach has nothing for."""
    set_done: str
    """After a set that is not the last."""
    session_done: str
    """After the last one."""
    say_go_on: str
    """Where a set is longer than one answer may be."""
    more: str
    """After an answer that asks nothing."""
    again: str
    """Where nobody answers a question."""
    again_in_set: str
    """Where nobody answers and a set stands still."""
