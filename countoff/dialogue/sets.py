"""Starting a set and steering it: the dialogue side of the session engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countoff.dialogue import answering, talk, triage
from countoff.dialogue.context import Context
from countoff.dialogue.running import run
from countoff.dialogue.wording import tempo_in
from countoff.errors import OutOfRange
from countoff.exercises import Rung, allowed, rung_for
from countoff.session import Prescription, Tempo

DETAIL_ROLES = ("reps", "sets", "seconds", None)


def start(ctx: Context) -> None:
    """Start a set, or ask the one question that names what would be counted."""
    if _must_wait(ctx):
        return
    if ctx.status == "paused" and not has_details(ctx):
        ctx.ask("restart_or_resume")
        ctx.turn.say("utter_resume_or_restart")
        return
    if ctx.running or ctx.status == "paused":
        ctx.ask("restart")
        ctx.turn.say("utter_restart_sure")
        take_wishes(ctx)
        return
    if not take_wishes(ctx):
        return
    if has_details(ctx):
        begin(ctx)
    else:
        offer(ctx)


def _must_wait(ctx: Context) -> bool:
    """Whether nothing may be counted yet: pain, a condition just named, or one that nobody has cleared."""
    state = ctx.state
    if state.pain is not None:
        triage.ask_gone(ctx)
        return True
    if ctx.turn.cautions:
        return True
    if any(condition not in state.conditions for condition in ctx.utterance.values("condition")):
        answering.caution(ctx)
        return True
    if state.conditions and not state.cleared:
        ctx.ask("clearance")
        ctx.turn.say("utter_ask_clearance")
        return True
    return False


def cleared(ctx: Context) -> None:
    """A doctor or therapist has agreed: go on with what was paused, or offer a set."""
    ctx.state.cleared = True
    ctx.state.pending = None
    if ctx.status == "paused":
        resume(ctx)
    else:
        offer(ctx)


def not_cleared(ctx: Context) -> None:
    """Nobody has agreed yet, so nothing starts."""
    ctx.state.pending = None
    ctx.turn.say("utter_not_cleared", *ctx.offers(["ask_safety", "ask_stop_rule"]))


def offer(ctx: Context) -> None:
    """Name what would be counted and ask for a yes."""
    if _must_wait(ctx):
        return
    ctx.ask("offer_start")
    wanted = _prescription(ctx)
    ctx.turn.say(_variant("utter_offer_start", wanted), *ctx.offers(["ask_how_to", "ask_band"]), **_words(ctx, wanted))


def begin(ctx: Context, *, restart: bool = False) -> None:
    """Start the set that is wished for, after the one breath of preparation before a first set."""
    if _must_wait(ctx):
        return
    state = ctx.state
    state.pending = state.steps = None
    wanted = _prescription(ctx)
    if not state.preflight_given:
        state.preflight_given = True
        ctx.turn.say("utter_preflight", preflight=ctx.exercise.preflight)
    note = run(
        ctx,
        "start",
        silent=True,
        prescription=wanted,
        session_id=ctx.new_id(),
        restart=restart,
        form_cues=_form_cues(ctx),
    )
    ctx.turn.say(_variant(f"utter_{note}", wanted), **_words(ctx, wanted))


def steer(ctx: Context, verb: str) -> None:
    """Pause, slower, faster, skip, how many are left, what is next, how long."""
    if ctx.state.pain is not None and verb in ("pause", "slower", "faster", "skip"):
        ctx.turn.say("utter_nothing_after_pain")
        return
    wanted = _prescription(ctx)
    note = run(ctx, verb, prescription=wanted, tempo=wanted.tempo)
    if note == "tempo_next_time":
        new = wanted.tempo.slower() if verb == "slower" else wanted.tempo.faster()
        ctx.state.wishes.tempo = new.to_wire()


def resume(ctx: Context) -> None:
    """Go on after a pause; after pain, only once it is gone; with nothing paused, offer a start."""
    if _must_wait(ctx):
        return
    ctx.state.pending = None
    if ctx.status == "idle":
        offer(ctx)
        return
    run(ctx, "resume", form_cues=_form_cues(ctx))


def stop(ctx: Context) -> None:
    """End the set, with one line of summary; inside a triage, finish for today."""
    was_idle = ctx.status == "idle"
    ctx.state.pending = None
    ctx.state.steps = None
    if was_idle and ctx.turn.ended:
        # The player stopped by itself a moment ago and said so.
        summary = ctx.turn.ended[-1].summary
        ctx.turn.say("utter_stopped", **summary)
        return
    if was_idle:
        ctx.turn.session = {"action": "stop"}
        ctx.turn.say("utter_nothing_to_stop", *ctx.offers(["start_session", "ask_how_to"]))
        return
    run(ctx, "stop")


def has_details(ctx: Context) -> bool:
    """Whether the message says how: a number, a band, a version or a side."""
    utterance = ctx.utterance
    return utterance.number(*DETAIL_ROLES) is not None or bool(
        utterance.values("band_colour", "load", "variation", "side")
    )


def take_wishes(ctx: Context) -> bool:
    """Take reps, sets, rest, side, band and variation from the message; False (and said) where one cannot be had."""
    utterance, state = ctx.utterance, ctx.state
    chosen = utterance.first("exercise")
    if chosen in ctx.knowledge.exercises:
        talk.switch_exercise(ctx, str(chosen))
    state.band_brand = utterance.first("band_brand") or state.band_brand
    if not _choose_rung(ctx):
        return False
    wanted = _wanted(ctx)
    before = {name: getattr(state.wishes, name) for name in wanted}
    for name, value in wanted.items():
        setattr(state.wishes, name, value)
    try:
        _prescription(ctx)
    except OutOfRange as refused:
        _refuse(ctx, refused, before)
        return False
    return True


FIELDS = {
    "reps_per_side": "reps",
    "sets": "sets",
    "rest_s": "rest_s",
    "lift_s": "tempo",
    "hold_s": "tempo",
    "lower_s": "tempo",
}
"""The wish behind each field that a prescription may refuse."""


def _wanted(ctx: Context) -> dict[str, Any]:
    """The wishes in this message by name; a bare number answers the question that was asked about one."""
    utterance, pending = ctx.utterance, ctx.state.pending
    tempo = tempo_in(utterance)
    asked = pending.data["wish"] if pending and pending.kind == "value" else "reps"
    found = {
        "reps": utterance.number("reps"),
        "sets": utterance.number("sets"),
        "rest_s": None if tempo else utterance.number("seconds"),
        "side": utterance.first("side"),
        "tempo": {**_tempo(ctx), **tempo} if tempo else None,
    }
    bare = None if tempo else utterance.number(None)
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
    variation = next((v for v in utterance.values("variation") if v in exercise.variations), None)
    colour = utterance.first("band_colour")
    load = "none" if "no_band" in utterance.values("constraint") else utterance.first("load")
    if colour:
        load = ctx.knowledge.bands.load_of(colour, state.band_brand)
        if load is None:
            answering.answer_question(replace(ctx, utterance=utterance.as_intent("ask_band")))
            return False
    if variation is None and load is None:
        return True
    rung = _rung(ctx, variation, load)
    if rung is None and variation is None:
        ctx.turn.say("utter_no_band_here", exercise=exercise.names.spoken)
        return True
    if rung is None or exercise.variations[rung.variation].steps is None:
        ctx.turn.say("utter_variation_not_counted", *ctx.offers(["start_session", "ask_variations"]))
        return False
    if not allowed(exercise, rung, state.constraints if colour is None else [], state.needs_care):
        ctx.turn.say("utter_variation_not_now", *ctx.offers(["start_session", "easier"]))
        return False
    state.rung, state.variation = rung.id, rung.variation
    state.band_colour = colour or ctx.knowledge.bands.colour_of(rung.load, state.band_brand)
    return True


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


def _prescription(ctx: Context) -> Prescription:
    exercise, wishes, rung = ctx.exercise, ctx.state.wishes, ctx.rung
    tempo = _tempo(ctx)
    bands = ctx.knowledge.bands
    band = None if rung.load == "none" else ctx.state.band_colour or bands.colour_of(rung.load, ctx.state.band_brand)
    return Prescription(
        exercise=exercise.id,
        variation=rung.variation,
        band=band,
        reps_per_side=exercise.dosage.reps_per_side.default if wishes.reps is None else wishes.reps,
        sets=exercise.dosage.sets.default if wishes.sets is None else wishes.sets,
        rest_s=exercise.dosage.rest_s.default if wishes.rest_s is None else wishes.rest_s,
        start_side="left" if wishes.side == "left" else "right",
        tempo=Tempo.from_wire(tempo),
    )


def _tempo(ctx: Context) -> dict[str, float]:
    """The tempo wished for, or the exercise's own."""
    usual = {phase: getattr(ctx.exercise.tempo, phase).default for phase in ("lift", "hold", "lower")}
    return ctx.state.wishes.tempo or usual


def _form_cues(ctx: Context) -> list[str]:
    """The cues of those faults that the user asked about and that this exercise knows."""
    return [m.cue for m in ctx.exercise.mistakes if m.cue and m.id in ctx.state.faults]


def _variant(response: str, wanted: Prescription) -> str:
    response += "_with_band" if wanted.band else ""
    return response + ("_in_sets" if wanted.sets > 1 else "")


def _words(ctx: Context, wanted: Prescription) -> dict[str, Any]:
    return {
        "reps": wanted.reps_per_side,
        "sets": wanted.sets,
        "rest": wanted.rest_s,
        "band": wanted.band or "",
        "side": wanted.start_side,
        "variation": ctx.exercise.variations[wanted.variation].names.spoken,
    }
