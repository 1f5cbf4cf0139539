"""What the user wishes for: taken from a message, kept within bounds, and made into a prescription."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countoff.dialogue import answering, talk, wording
from countoff.dialogue.context import Context
from countoff.errors import OutOfRange
from countoff.exercises import Rung, allowed, rung_for
from countoff.session import Prescription, Tempo

DETAIL_ROLES = ("reps", "sets", "seconds", None)

FIELDS = {
    "reps_per_side": "reps",
    "sets": "sets",
    "rest_s": "rest_s",
    "lift_s": "tempo",
    "hold_s": "tempo",
    "lower_s": "tempo",
}
"""The wish behind each field that a prescription may refuse."""
LIGHTEST = "light"
"""Of a band that is not described; fact ``bpm-band-start``."""


def has_details(ctx: Context) -> bool:
    """Whether the message says how: a number, a band, a version or a side."""
    utterance = ctx.utterance
    return utterance.number(*DETAIL_ROLES) is not None or bool(
        utterance.values("band_colour", "load", "variation", "side")
    )


def take(ctx: Context) -> bool:
    """Take reps, sets, rest, side, band and variation from the message; False (and said) where one cannot be had.

    What can be had is kept even where something else cannot.
    """
    utterance, state = ctx.utterance, ctx.state
    chosen = utterance.first("exercise")
    if chosen in ctx.knowledge.exercises:
        talk.switch_exercise(ctx, str(chosen))
    state.band_brand = utterance.first("band_brand") or state.band_brand
    wanted = _wanted(ctx)
    before = {name: getattr(state.wishes, name) for name in wanted}
    for name, value in wanted.items():
        setattr(state.wishes, name, value)
    chosen_rung = _choose_rung(ctx)
    try:
        prescription(ctx)
    except OutOfRange as refused:
        _refuse(ctx, refused, before)
        return False
    return chosen_rung


def _wanted(ctx: Context) -> dict[str, Any]:
    """The wishes in this message by name; a bare number answers the question that was asked about one."""
    utterance, pending = ctx.utterance, ctx.state.pending
    named = wording.tempo_in(utterance)
    asked = pending.data["wish"] if pending and pending.kind == "value" else "reps"
    found = {
        "reps": utterance.number("reps"),
        "sets": utterance.number("sets"),
        "rest_s": None if named else utterance.number("seconds"),
        "side": utterance.first("side"),
        "tempo": {**_tempo_now(ctx), **named} if named else None,
    }
    bare = None if named else utterance.number(None)
    if bare is not None and found.get(asked) is None:
        found[asked] = bare
    return {name: value for name, value in found.items() if value is not None}


def _refuse(ctx: Context, refused: OutOfRange, before: dict[str, Any]) -> None:
    """Name the range; only the refused wish is dropped."""
    wish = FIELDS[refused.field]
    setattr(ctx.state.wishes, wish, before.get(wish))
    ctx.turn.say(f"utter_out_of_range_{refused.field}", value=refused.value, low=refused.low, high=refused.high)
    if not ctx.in_set:
        ctx.ask("value", wish=wish)


def _choose_rung(ctx: Context) -> bool:
    utterance, state, exercise = ctx.utterance, ctx.state, ctx.exercise
    colour = utterance.first("band_colour")
    load = "none" if "no_band" in utterance.values("constraint") else utterance.first("load")
    if colour:
        load = ctx.knowledge.bands.load_of(colour, state.band_brand)
        if load is None:
            _go_by_feel(ctx)
            return False
    if load is None and _wants_a_band(ctx):
        load = LIGHTEST
    if load not in (None, "none"):
        # Who names a band has one. What else is lacking still is.
        state.constraints = [lacking for lacking in state.constraints if lacking != "no_band"]
    variation = _variation(ctx, load)
    if variation is None and load is None:
        return True
    rung = _rung(ctx, variation, load)
    if rung is None and variation is None:
        ctx.turn.say("utter_no_band_here", exercise=exercise.names.spoken)
        return True
    if rung is None or exercise.variations[rung.variation].steps is None:
        ctx.turn.say("utter_variation_not_counted", *ctx.offers(["start_session", "ask_variations"]))
        return False
    if not allowed(exercise, rung, state.constraints, state.needs_care):
        ctx.turn.say("utter_variation_not_now", *ctx.offers(["start_session", "easier"]))
        return False
    state.rung, state.variation = rung.id, rung.variation
    state.band_colour = colour or ctx.knowledge.bands.colour_of(rung.load, state.band_brand)
    return True


def _wants_a_band(ctx: Context) -> bool:
    """A band, whichever, where none is in use and the version that is named has a light one."""
    lightly = {rung.variation for rung in ctx.exercise.rungs.values() if rung.load == LIGHTEST}
    free = ctx.rung.load == "none" and lightly.issuperset(ctx.utterance.values("variation"))
    return free and wording.WITH_A_BAND.search(ctx.utterance.text) is not None


def _go_by_feel(ctx: Context) -> None:
    """A colour that no order of bands has: say how to choose, and ask how strong it feels. The other wishes stay."""
    answering.answer_question(replace(ctx, utterance=ctx.utterance.as_intent("ask_band")))
    if not ctx.in_set:
        ctx.ask("load")
        ctx.turn.say("utter_which_load", reps=reps(ctx))


def _variation(ctx: Context, load: str | None) -> str | None:
    """The version that is named, the most particular of several; "standing" alone names no band."""
    exercise = ctx.exercise
    named = [v for v in ctx.utterance.values("variation") if v in exercise.variations]
    particular = [v for v in named if v != exercise.default_variation] or named
    if not particular:
        return None
    variation = exercise.variations[particular[0]]
    here = exercise.variations[ctx.rung.variation]
    speaks_of_a_band = load is not None or wording.SPEAKS_OF_A_BAND.search(ctx.utterance.text)
    if not speaks_of_a_band and variation.place == here.place and ctx.rung.load == "none":
        return variation.id if "none" in variation.loads else here.id
    return variation.id


def _rung(ctx: Context, variation: str | None, load: str | None) -> Rung | None:
    exercise = ctx.exercise
    if variation is not None:
        return rung_for(exercise, variation, load)
    here = exercise.variations[ctx.rung.variation]
    if load in here.loads:
        return rung_for(exercise, here.id, load)
    fitting = [v.id for v in exercise.variations.values() if load in v.loads and v.place == here.place]
    order = sorted(fitting, key=lambda v: v != exercise.default_variation)
    return rung_for(exercise, order[0], load) if order else None


def reps(ctx: Context) -> int:
    """How many reps a side would be counted."""
    wished = ctx.state.wishes.reps
    return ctx.exercise.dosage.reps_per_side.default if wished is None else wished


def band(ctx: Context) -> str | None:
    """The colour of the band in use: the user's own, or that of the load in the order of bands; None without one."""
    state, load = ctx.state, ctx.rung.load
    return None if load == "none" else state.band_colour or ctx.knowledge.bands.colour_of(load, state.band_brand)


def prescription(ctx: Context) -> Prescription:
    """What would be counted now.

    Raises:
        OutOfRange: a wish is outside its bounds.
    """
    exercise, wishes = ctx.exercise, ctx.state.wishes
    return Prescription(
        exercise=exercise.id,
        variation=ctx.rung.variation,
        band=band(ctx),
        reps_per_side=reps(ctx),
        sets=exercise.dosage.sets.default if wishes.sets is None else wishes.sets,
        rest_s=exercise.dosage.rest_s.default if wishes.rest_s is None else wishes.rest_s,
        start_side="left" if wishes.side == "left" else "right",
        tempo=Tempo.from_wire(_tempo(ctx)),
    )


def _tempo(ctx: Context) -> dict[str, float]:
    """The tempo wished for, or the exercise's own."""
    usual = {phase: getattr(ctx.exercise.tempo, phase).default for phase in ("lift", "hold", "lower")}
    return ctx.state.wishes.tempo or usual


def _tempo_now(ctx: Context) -> dict[str, float]:
    """The tempo that counts, or the one that would."""
    if ctx.session is not None and ctx.in_set:
        return ctx.session.prescription.tempo.to_wire()
    return _tempo(ctx)


def variant(response: str, wanted: Prescription) -> str:
    """The response that fits a prescription: with a band or without, one set or several."""
    response += "_with_band" if wanted.band else ""
    return response + ("_in_sets" if wanted.sets > 1 else "")


def words(ctx: Context, wanted: Prescription) -> dict[str, Any]:
    """A prescription as the parameters of a response."""
    return {
        "reps": wanted.reps_per_side,
        "sets": wanted.sets,
        "rest": wanted.rest_s,
        "band": wanted.band or "",
        "side": wanted.start_side,
        "variation": ctx.exercise.variations[wanted.variation].names.spoken,
    }
