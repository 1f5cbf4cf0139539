"""The form in which a set is chosen: its fields, and what was filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from countoff.channels.slack.parse import value_of
from countoff.channels.slack.parts import Place
from countoff.channels.slack.render import MOST_TITLE, Block, context, cut, escaped, plain_text
from countoff.channels.slack.words import SlackWords
from countoff.exercises import LOADS, Exercise, Knowledge, Variation
from countoff.exercises.base import Load
from countoff.history import LogEntry
from countoff.session.prescription import REPS_PER_SIDE
from countoff.session.prescription import SETS as HOW_MANY_SETS

FORM = "form"
VERSION, BAND, REPS, SETS = "version", "band", "reps", "sets"
"""Each is the id of a block and of the input in it."""
BOUNDS = {REPS: REPS_PER_SIDE, SETS: HOW_MANY_SETS}


@dataclass(frozen=True)
class Choice:
    """A set as it stands in the form.

    Attributes:
        exercise: the family.
        variation: one of its versions that can be counted.
        load: of the band; ``none`` without one.
        reps: on each leg.
        sets: how many.
    """

    exercise: Exercise
    variation: Variation
    load: Load
    reps: int
    sets: int

    def sentence(self, knowledge: Knowledge, words: SlackWords) -> str:
        """What one would say to the coach to have this set."""
        return words.say_set.format(
            sets=self.sets,
            reps=self.reps,
            exercise=self.exercise.names.canonical,
            variation=self.variation.names.canonical,
            band=knowledge.bands.loads[self.load].spoken,
        )


def usual(knowledge: Knowledge, last: LogEntry | None) -> Choice:
    """What the form shows at first: the version and band of the user's last session, or what a beginner starts with."""
    family = knowledge.exercises.get(last.exercise if last else "", knowledge.exercises[knowledge.default_exercise])
    variation = counted(family).get(last.variation if last else "", family.variations[family.start_variation])
    band = _load_of(knowledge, last.band) if last else None
    load = next((one for one in variation.loads if one == band), variation.loads[0])
    return Choice(family, variation, load, family.dosage.reps_per_side.default, family.dosage.sets.default)


def counted(family: Exercise) -> dict[str, Variation]:
    """The versions that can be counted: those whose steps a source gives."""
    return {name: variation for name, variation in family.variations.items() if variation.steps is not None}


def view(knowledge: Knowledge, words: SlackWords, chosen: Choice, place: Place) -> Block:
    """The form.

    Args:
        knowledge: what can be chosen.
        words: of the channel.
        chosen: what it shows at first.
        place: where the set goes, kept in the form; without a channel it goes to the direct messages.
    """
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps(asdict(place)),
        "title": plain_text(words.form_title),
        "submit": plain_text(words.form_send),
        "close": plain_text(words.form_close),
        "blocks": [
            _input(words.form_version, _versions(knowledge, chosen)),
            {**_input(words.form_band, _bands(knowledge, chosen)), "hint": plain_text(_colours(knowledge, words))},
            _input(words.form_reps, _number(REPS, chosen.reps)),
            _input(words.form_sets, _number(SETS, chosen.sets)),
            context(escaped(words.form_notice)),
        ],
    }


def read(knowledge: Knowledge, words: SlackWords, submitted: Mapping[str, Any]) -> Choice | dict[str, str]:
    """What was filled in; or what is wrong, by block."""
    values = submitted["state"]["values"]
    family, variation = _version(knowledge, _filled(values, VERSION))
    numbers = {name: _whole(_filled(values, name)) for name in BOUNDS}
    if family is None or variation is None:
        return {VERSION: words.form_no_version}
    wrong = {
        name: words.form_bounds.format(low=low, high=high)
        for name, (low, high) in BOUNDS.items()
        if not low <= numbers[name] <= high
    }
    load = next((one for one in variation.loads if one == _filled(values, BAND)), None)
    if load is None:
        bands = ", ".join(knowledge.bands.loads[one].spoken for one in variation.loads)
        wrong[BAND] = words.form_no_band.format(variation=variation.names.canonical, bands=bands)
    if load is None or wrong:
        return wrong
    return Choice(family, variation, load, numbers[REPS], numbers[SETS])


def place_of(submitted: Mapping[str, Any]) -> Place:
    """Where the set goes; without a channel where the form does not say so."""
    try:
        return Place(**json.loads(submitted.get("private_metadata") or "{}"))
    except (ValueError, TypeError):
        return Place("")


def _versions(knowledge: Knowledge, chosen: Choice) -> Block:
    groups = []
    for family in knowledge.exercises.values():
        options = [_option(_first_up(v.names.canonical), _key(family, v)) for v in counted(family).values()]
        groups.append({"label": plain_text(_first_up(family.names.canonical)), "options": options})
    now = _option(_first_up(chosen.variation.names.canonical), _key(chosen.exercise, chosen.variation))
    return {"type": "static_select", "action_id": VERSION, "option_groups": groups, "initial_option": now}


def _bands(knowledge: Knowledge, chosen: Choice) -> Block:
    feels = knowledge.bands.loads
    options = {load: _option(_first_up(feel.spoken), load, feel.feels) for load, feel in feels.items()}
    listed = {"options": list(options.values()), "initial_option": options[chosen.load]}
    return {"type": "static_select", "action_id": BAND, **listed}


def _colours(knowledge: Knowledge, words: SlackWords) -> str:
    """That one goes by feel, and what the colours of a set would mean."""
    order = knowledge.bands.convention()
    pairs = (words.form_colour.format(colour=s.colour, load=s.load.replace("_", " ")) for s in order.shades)
    return words.form_hint.format(order=order.spoken, colours=", ".join(pairs))


def _number(name: str, now: int) -> Block:
    low, high = BOUNDS[name]
    bounds = {"min_value": str(low), "max_value": str(high), "initial_value": str(now)}
    return {"type": "number_input", "action_id": name, "is_decimal_allowed": False, **bounds}


def _input(label: str, element: Block) -> Block:
    return {"type": "input", "block_id": element["action_id"], "label": plain_text(label), "element": element}


def _option(text: str, value: str, more: str = "") -> Block:
    described = {"description": plain_text(cut(more, MOST_TITLE))} if more else {}
    return {"text": plain_text(cut(text, MOST_TITLE)), "value": value, **described}


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _key(family: Exercise, variation: Variation) -> str:
    return f"{family.id}/{variation.id}"


def _version(knowledge: Knowledge, key: str) -> tuple[Exercise | None, Variation | None]:
    name, _, version = key.partition("/")
    family = knowledge.exercises.get(name)
    return family, counted(family).get(version) if family else None


def _filled(values: Mapping[str, Any], name: str) -> str:
    return value_of((values.get(name) or {}).get(name) or {})


def _whole(typed: str) -> int:
    """A number; -1, which is out of all bounds, where there is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


def _load_of(knowledge: Knowledge, band: str | None) -> str | None:
    """The load of a band in the log: a load, or a colour; ``none`` without one."""
    if band is None:
        return "none"
    return band if band in LOADS else knowledge.bands.load_of(band)
