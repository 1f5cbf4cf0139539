"""Easier and harder: one rung at a time, and what lacks (no band, no floor) respected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countoff.dialogue import answering, overview, running, wording
from countoff.dialogue.context import Context
from countoff.dialogue.state import Standing
from countoff.exercises import LOADS, AtEnd, Move, Rung, refit, rung_for, step


def walk(ctx: Context, direction: str) -> None:
    """One rung easier or harder; in mid-set the count pauses, keeps its rep, and an offer to resume follows."""
    state = ctx.state
    if direction == "harder" and state.pain is not None:
        ctx.turn.say("utter_only_easier_after_pain")
        return
    if ctx.turn.cautions:
        # To a user who was just told to ask first the easier ways are named, and no set is offered.
        if direction == "easier":
            overview.name_all(ctx, direction)
        return
    if names_band(ctx) and not note_band_in_use(ctx):
        change_band(ctx)
        return
    in_general = overview.due(ctx, direction)
    state.topic = None
    move = step(ctx.exercise, _from(ctx, direction).id, direction, state.constraints, state.needs_care)  # type: ignore[arg-type]
    state.last_direction = direction
    if isinstance(move, AtEnd):
        _end(ctx, move, direction)
    elif in_general:
        _propose(ctx, move, direction)
    else:
        _take(ctx, move, direction)


def _end(ctx: Context, end: AtEnd, direction: str) -> None:
    """Nothing further on the ladder: what else can change."""
    if ctx.running:
        running.run(ctx, "question", silent=True)
    _say_facts(ctx, direction, list(end.facts))
    slower = "slower" if direction == "harder" else "ask_reps"
    if ctx.state.pain is not None:
        ctx.turn.say("utter_ladder_end_after_pain", why=end.why)
        return
    ctx.turn.say(
        "utter_ladder_end", *ctx.offers([slower, "start_session" if ctx.status == "idle" else "resume"]), why=end.why
    )


def _propose(ctx: Context, move: Move, direction: str) -> None:
    """All the ways first, and then the next rung of one who began as a beginner does."""
    here = rung_words(ctx, _from(ctx, direction))
    overview.name_all(ctx, direction)
    stand_on(ctx, move.rung)
    ctx.ask("offer_start")
    offers = ctx.offers(["start_session", direction, "ask_how_to"])
    ctx.turn.say("utter_rung_next", *offers, here=here, rung=rung_words(ctx, move.rung))


def note_band_in_use(ctx: Context) -> bool:
    """Stand on the rung of the band that is told to be in use ("I already use a black one"); False where none is."""
    utterance = ctx.utterance
    if ctx.in_set or not utterance.values("band_colour") or not wording.stands_with(utterance.text):
        return False
    if not take_band(ctx):
        return False
    ctx.state.in_use = None
    return True


def names_band(ctx: Context) -> bool:
    """Whether the message names the band to take, or that there be none, rather than a direction."""
    utterance = ctx.utterance
    return bool(utterance.values("band_colour")) or "no_band" in utterance.values("constraint")


def change_band(ctx: Context) -> None:
    """Take exactly the band that is named, or none; a running count pauses and keeps its rep."""
    state = ctx.state
    before, in_use = ctx.rung, _standing(ctx)
    if not take_band(ctx):
        answering.answer_question(replace(ctx, utterance=ctx.utterance.as_intent("ask_band")))
        return
    state.topic = None
    state.in_use = in_use
    if ctx.utterance.intent == "report_constraint":
        # There is none, so that harder may not lead back to one.
        state.constraints = sorted({*state.constraints, *ctx.utterance.values("constraint")})
        state.in_use = None
    if ctx.in_set:
        verb = "harder" if LOADS.index(ctx.rung.load) > LOADS.index(before.load) else "easier"
        running.run(ctx, verb, silent=True, variation=ctx.rung.variation, band=state.band_colour)
    if state.pain is not None:
        ctx.turn.say("utter_nothing_after_pain")
        return
    ctx.ask("offer_resume" if ctx.in_set else "offer_start")
    response = "utter_band_changed_in_set" if ctx.in_set else "utter_band_changed"
    offers = ctx.offers(["resume" if ctx.in_set else "start_session", "easier"])
    ctx.turn.say(response, *offers, rung=rung_words(ctx, ctx.rung))


def take_band(ctx: Context) -> bool:
    """Stand on the rung of the band that is named, or of none; False where its colour has no place."""
    state, exercise = ctx.state, ctx.exercise
    colour = None if "no_band" in ctx.utterance.values("constraint") else ctx.utterance.first("band_colour")
    load = ctx.knowledge.bands.load_of(colour, state.band_brand) if colour else "none"
    here = exercise.variations[ctx.rung.variation]
    fitting = [v for v in exercise.variations.values() if load in v.loads and v.place == here.place]
    order = sorted(fitting, key=lambda v: (v.id != here.id, v.range != here.range, v.id != exercise.default_variation))
    rung = rung_for(exercise, order[0].id, load) if order and load else None
    if rung is None:
        return False
    state.rung, state.variation, state.band_colour = rung.id, rung.variation, colour
    return True


def constraint(ctx: Context) -> None:
    """Remember what the user lacks or cannot do, and move to a rung that does without."""
    state = ctx.state
    lacking = ctx.utterance.values("constraint")
    if not lacking and names_band(ctx):
        change_band(ctx)
        return
    if "no_band" in lacking and wording.BROKE.search(ctx.utterance.text):
        band_broke(ctx)
        return
    if not lacking and ctx.utterance.values("item"):
        # "I have a bar" lacks nothing: say what it is good for.
        state.constraints = [c for c in state.constraints if c.removeprefix("no_") not in ctx.utterance.values("item")]
        answering.answer_question(replace(ctx, utterance=ctx.utterance.as_intent("ask_equipment")))
        return
    if not lacking:
        ctx.turn.say("utter_what_is_missing")
        return
    move = note_constraints(ctx)
    if move is None:
        ctx.turn.say(
            "utter_constraint_noted", *ctx.offers(["start_session", "ask_variations"]), rung=rung_words(ctx, ctx.rung)
        )
        return
    _take(ctx, move, "easier")
    # There is no way back to what the user has not got.
    state.in_use = None


def note_constraints(ctx: Context) -> Move | None:
    """Remember what is lacking; the move to a rung that does without, None where the present one does."""
    state, lacking = ctx.state, ctx.utterance.values("constraint")
    state.constraints = sorted({*state.constraints, *lacking})
    move = refit(ctx.exercise, ctx.rung.id, state.constraints, state.needs_care)
    if "no_band" in lacking:
        state.band_colour = None
    return move


def _from(ctx: Context, direction: str) -> Rung:
    """The rung to walk from: of the version talked about; with a band where the message speaks of one."""
    exercise, here = ctx.exercise, ctx.rung
    if ctx.in_set:
        return here
    focus = ctx.state.variation
    if focus and focus != here.variation:
        here = rung_for(exercise, focus, here.load) or here
    if here.load == "none" and wording.SPEAKS_OF_A_BAND.search(ctx.utterance.text):
        # Too strong is taken to be a medium one, too light a light one, where no colour was ever named.
        guess = "medium" if direction == "easier" else "light"
        here = rung_for(exercise, exercise.default_variation, guess) or here
    return here


def _take(ctx: Context, move: Move, direction: str) -> None:
    state = ctx.state
    variation = ctx.exercise.variations[move.rung.variation]
    if variation.steps is None:
        _say_facts(ctx, direction, variation.facts)
        line = ctx.turn.answer["source"] if ctx.turn.answer else ""
        offers = ctx.offers(["ask_variations", "start_session"])
        state.variation = variation.id
        ctx.turn.say("utter_rung_without_steps", *offers, why=move.why, end=ctx.exercise.ends.hardest.text, source=line)
        return
    stand_on(ctx, move.rung)
    in_set = ctx.in_set
    if in_set:
        running.run(ctx, direction, silent=True, variation=move.rung.variation, band=state.band_colour)
    _say_facts(ctx, direction, list(move.facts))
    params: dict[str, Any] = {"why": move.why, "rung": rung_words(ctx, move.rung)}
    if state.pain is not None:
        ctx.turn.say("utter_rung_after_pain", **params)
        return
    ctx.ask("offer_resume" if in_set else "offer_start")
    offer = "resume" if in_set else "start_session"
    response = "utter_rung_in_set" if in_set else "utter_rung"
    if in_set and has_new_place(ctx):
        response = "utter_rung_in_new_place"
    ctx.turn.say(response, *ctx.offers([offer, direction, "ask_how_to"]), **params)


def stand_on(ctx: Context, rung: Rung) -> None:
    """Stand on a rung from now on, with the band that its load asks for; where the user stood is kept for a refusal."""
    state = ctx.state
    state.in_use = _standing(ctx)
    state.rung, state.variation = rung.id, rung.variation
    state.band_colour = ctx.knowledge.bands.colour_of(rung.load, state.band_brand)


def put_back(ctx: Context) -> None:
    """Back to the rung in use before the changes that were refused."""
    state, kept = ctx.state, ctx.state.in_use
    if kept is None:
        return
    refused = ctx.rung
    state.rung, state.variation, state.band_colour, state.in_use = kept.rung, kept.variation, kept.band_colour, None
    if ctx.in_set:
        verb = "harder" if LOADS.index(ctx.rung.load) > LOADS.index(refused.load) else "easier"
        running.run(ctx, verb, silent=True, variation=ctx.rung.variation, band=kept.band_colour)


def has_new_place(ctx: Context) -> bool:
    """Whether the set goes on in another place than the one it was last counted in, so that it takes setting up."""
    session = ctx.session
    if session is None or session.prescription.exercise not in ctx.knowledge.exercises:
        return False
    variations = ctx.knowledge.exercises[session.prescription.exercise].variations
    was = variations.get(session.course[-1].prescription.variation)
    now = variations.get(session.prescription.variation)
    return was is not None and now is not None and was.place != now.place


def _standing(ctx: Context) -> Standing:
    """Where the user stands, or stood before other changes that are still open."""
    state = ctx.state
    load = ctx.rung.load
    colour = None if load == "none" else state.band_colour or ctx.knowledge.bands.colour_of(load, state.band_brand)
    return state.in_use or Standing(ctx.rung.id, state.variation, colour)


def band_broke(ctx: Context) -> None:
    """A band that breaks: pause a set, ask whether it hit, and go on without one only when the user says so."""
    state = ctx.state
    take_band(ctx)
    state.topic = state.in_use = None
    if not ctx.in_set:
        _say_facts(ctx, "ask_band_care", _care_of_bands(ctx))
        ctx.ask("band_hit")
        ctx.turn.say("utter_band_broke_idle")
        return
    running.run(ctx, "easier", silent=True, variation=ctx.rung.variation, band=None)
    _say_facts(ctx, "ask_band_care", _care_of_bands(ctx))
    ctx.ask("band_hit")
    ctx.turn.say("utter_band_broke", *ctx.offers(["resume", "stop"]), rung=rung_words(ctx, ctx.rung))


def _care_of_bands(ctx: Context) -> list[str]:
    found = ctx.knowledge.answer("band_care", ["snap"], ctx.exercise.id)
    return [fact.id for fact in found.facts] if found else []


def rung_words(ctx: Context, rung: Rung) -> str:
    """A rung in words: the variation, and the load where there is one."""
    variation = ctx.exercise.variations[rung.variation].names.spoken
    if rung.load == "none":
        return variation
    return f"{variation}, {ctx.knowledge.bands.loads[rung.load].spoken}"


def _say_facts(ctx: Context, intent: str, facts: list[str]) -> None:
    line, _ = ctx.knowledge.provenance(facts)
    ctx.turn.answer = {"intent": intent, "facts": facts, "source": line}
