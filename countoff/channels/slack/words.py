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
    form_title: str
    """Of the form in which a set is chosen, and on the button that opens it."""
    form_send: str
    form_close: str
    form_version: str
    form_band: str
    form_hint: str
    """Below the bands: ``{order}``, ``{colours}``."""
    form_colour: str
    """One of those colours: ``{colour}``, ``{load}``."""
    form_reps: str
    form_sets: str
    form_notice: str
    form_no_version: str
    form_no_band: str
    """To a band that a version does not go with: ``{variation}``, ``{bands}``."""
    form_bounds: str
    """To a number that cannot be had: ``{low}``, ``{high}``."""
    form_late: str
    """Where Slack no longer opens it."""
    form_here: str
    """Above the button that opens it."""
    set_stop_it: str
    """Ahead of all else where a recording plays that must not go on."""
    set_in_direct: str
    """To a command that starts a set: where the recording is."""
    set_file: str
    """The title of a recording."""
    set_no_file: str
    """Where Slack takes no recording."""
    set_waiting: str
    """Below a recording: ``{seconds}`` before the first rep."""
    set_play: str
    set_all: str
    set_drop: str
    set_pause: str
    set_slower: str
    set_hurts: str
    set_done: str
    set_ready: str
    set_where: str
    """``{side}``, ``{rep}``, ``{reps}``."""
    set_where_in_sets: str
    """The same with ``{set}`` and ``{sets}``."""
    set_resting: str
    """``{seconds}``, ``{set}``, ``{sets}``."""
    set_left: str
    set_right: str
    set_heard: str
    """The question for the last number."""
    set_number: str
    """A number as the recording says it: ``{side}``, ``{rep}``."""
    set_none: str
    set_other: str
    """Above a list of all numbers."""
    set_list: str
    """The heading of one set in it: ``{set}``."""
    set_heard_it: str
    """After the last number is known: ``{number}``."""
    set_paused: str
    set_over: str
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
    say_form: str
    """What a message says that asks for the form, and the command."""
    say_set: str
    """What was chosen in it: ``{sets}``, ``{reps}``, ``{exercise}``, ``{variation}``, ``{band}``."""
    say_forget: str
    say_stop: str
    say_pause: str
    say_slower: str
    say_hurts: str
    say_go_on: str
    say_yes: str
