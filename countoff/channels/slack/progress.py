"""What the message of a set shows: where it is, and its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from countoff.channels.slack.playback import Playback, last_begun
from countoff.channels.slack.render import Block, button, context, escaped, plain_text, section
from countoff.channels.slack.words import SlackWords
from countoff.session.grid import Grid, Slot

SET = "set"
"""What the ids of a set's buttons begin with: ``set.<what>`` in a block ``set.<user>.<session>.<plan>``."""

PLAY, ALL, DROP, PAUSE, SLOWER, HURTS, DONE, HEARD = (
    f"{SET}.{name}" for name in ("play", "all", "drop", "pause", "slower", "hurts", "done", "heard")
)
NONE = "none"
REST_STEP_S = 10
BEFORE, AFTER = 5, 2
"""So many numbers before the place by the clock, and after it, are offered: who presses late has heard fewer."""


def block_id(playing: Playback) -> str:
    """Whose buttons they are, and of which recording."""
    return f"{SET}.{playing.user}.{playing.id}.{playing.rev}"


def waiting(playing: Playback, words: SlackWords) -> tuple[str, list[Block]]:
    """The message of a recording that nobody has begun."""
    buttons = [(words.set_play, PLAY), (words.set_all, ALL), (words.set_drop, DROP)]
    text = escaped(words.set_waiting.format(seconds=playing.heard.grid.slots[0].start_ms // 1000))
    return text, [section(text), _row(playing, buttons)]


def counting(playing: Playback, now_ms: int, words: SlackWords) -> tuple[str, list[Block]]:
    """The message of a recording that plays."""
    text = where(playing.heard.grid, playing.place_ms(now_ms), words)
    buttons = [(words.set_pause, PAUSE), (words.set_slower, SLOWER), (words.set_hurts, HURTS), (words.set_done, DONE)]
    return text, [section(escaped(text)), _row(playing, buttons)]


def ended(text: str) -> tuple[str, list[Block]]:
    """The message of a recording that is over or stands still."""
    return escaped(text), [context(escaped(text))]


def where(grid: Grid, place_ms: int, words: SlackWords) -> str:
    """The place in a recording, in words."""
    sets = grid.slots[-1].position.set
    if grid.resting_at(place_ms):
        rest = next(rest for rest in grid.rests if place_ms < rest.end_ms)
        left_s = -(-(rest.end_ms - place_ms) // (REST_STEP_S * 1000)) * REST_STEP_S
        return words.set_resting.format(seconds=left_s, set=rest.after_set + 1, sets=sets)
    slot = last_begun(grid, place_ms)
    if slot is None:
        return words.set_ready
    reps = max(other.position.rep for other in grid.slots)
    line = words.set_where if sets == 1 else words.set_where_in_sets
    return line.format(side=_side(slot, words), rep=slot.position.rep, reps=reps, set=slot.position.set, sets=sets)


def numbers(playing: Playback, words: SlackWords) -> list[Block]:
    """The question for the last number that was heard, with those around the place where it is held."""
    slots = playing.heard.grid.slots
    here = sum(slot.top_ms <= playing.at_ms for slot in slots)
    near = range(max(0, here - BEFORE), min(len(slots), here + AFTER))
    elements: list[dict[str, Any]] = [button(words.set_none, NONE, f"{HEARD}.{NONE}")]
    elements += [button(_number(slots[i], words), str(i), f"{HEARD}.{i}") for i in near]
    if len(near) < len(slots):
        elements.append(_all_numbers(slots, words))
    return [
        section(escaped(words.set_heard)),
        {"type": "actions", "block_id": block_id(playing), "elements": elements},
    ]


def heard(playing: Playback, value: str, words: SlackWords) -> tuple[int, str] | None:
    """The place in the recording at a number, and what it is called; None where there is no such number."""
    slots = playing.heard.grid.slots
    if value == NONE:
        return 0, words.set_none
    if not value.isascii() or not value.isdigit() or int(value) >= len(slots):
        return None
    return slots[int(value)].top_ms, _number(slots[int(value)], words)


def _all_numbers(slots: Sequence[Slot], words: SlackWords) -> dict[str, Any]:
    """A list of every number, by set."""
    groups = []
    for number, group in groupby(enumerate(slots), key=lambda pair: pair[1].position.set):
        options = [{"text": plain_text(_number(slot, words)), "value": str(i)} for i, slot in group]
        groups.append({"label": plain_text(words.set_list.format(set=number)), "options": options})
    shown = plain_text(words.set_other)
    return {"type": "static_select", "action_id": f"{HEARD}.list", "placeholder": shown, "option_groups": groups}


def _row(playing: Playback, buttons: Sequence[tuple[str, str]]) -> Block:
    elements = [button(title, name, name) for title, name in buttons]
    for element in elements:
        if element["action_id"] == HURTS:
            element["style"] = "danger"
        elif element["action_id"] == PLAY:
            element["style"] = "primary"
    return {"type": "actions", "block_id": block_id(playing), "elements": elements}


def _number(slot: Slot, words: SlackWords) -> str:
    return words.set_number.format(side=_side(slot, words), rep=slot.position.rep)


def _side(slot: Slot, words: SlackWords) -> str:
    return words.set_left if slot.position.side == "left" else words.set_right
