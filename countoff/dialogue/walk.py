"""Easier and harder: one rung at a time, and what lacks (no band, no floor) respected."""

from __future__ import annotations

from typing import Any

from countoff.dialogue import running
from countoff.dialogue.context import Context
from countoff.exercises import AtEnd, Move, Rung, refit, step


def walk(ctx: Context, direction: str) -> None:
    """One rung easier or harder; in mid-set the count pauses, keeps its rep, and an offer to resume follows."""
    state = ctx.state
    if direction == "harder" and state.pain is not None:
        ctx.turn.say("utter_only_easier_after_pain")
        return
    after_pain = state.pain is not None or state.after_pain or "fall" in state.conditions
    move = step(ctx.exercise, ctx.rung.id, direction, state.constraints, after_pain)  # type: ignore[arg-type]
    state.last_direction = direction
    if isinstance(move, AtEnd):
        if ctx.running:
            running.run(ctx, "question", silent=True)
        _say_facts(ctx, direction, list(move.facts))
        slower = "slower" if direction == "harder" else "ask_reps"
        ctx.turn.say(
            "utter_ladder_end",
            *ctx.offers([slower, "start_session" if ctx.status == "idle" else "resume"]),
            why=move.why,
        )
        return
    _take(ctx, move, direction)


def constraint(ctx: Context) -> None:
    """Remember what the user lacks or cannot do, and move to a rung that does without."""
    state = ctx.state
    lacking = ctx.utterance.values("constraint")
    if not lacking:
        ctx.turn.say("utter_what_is_missing")
        return
    state.constraints = sorted({*state.constraints, *lacking})
    after_pain = state.pain is not None or state.after_pain
    move = refit(ctx.exercise, ctx.rung.id, state.constraints, after_pain)
    if "no_band" in lacking:
        state.band_colour = None
    if move is None:
        ctx.turn.say(
            "utter_constraint_noted", *ctx.offers(["start_session", "ask_variations"]), rung=rung_words(ctx, ctx.rung)
        )
        return
    _take(ctx, move, "easier")


def _take(ctx: Context, move: Move, direction: str) -> None:
    state = ctx.state
    variation = ctx.exercise.variations[move.rung.variation]
    if variation.steps is None:
        _say_facts(ctx, direction, variation.facts)
        line = ctx.turn.answer["source"] if ctx.turn.answer else ""
        offers = ctx.offers(["ask_variations", "start_session"])
        ctx.turn.say("utter_rung_without_steps", *offers, why=move.why, source=line)
        return
    state.rung = move.rung.id
    state.variation = move.rung.variation
    state.band_colour = ctx.knowledge.bands.colour_of(move.rung.load, state.band_brand)
    in_set = ctx.status != "idle"
    if in_set:
        running.run(ctx, direction, silent=True, variation=move.rung.variation, band=state.band_colour)
    _say_facts(ctx, direction, list(move.facts))
    params: dict[str, Any] = {"why": move.why, "rung": rung_words(ctx, move.rung)}
    if state.pain is not None:
        ctx.turn.say("utter_rung_after_pain", **params)
        return
    ctx.ask("offer_resume" if in_set else "offer_start")
    offer = "resume" if in_set else "start_session"
    ctx.turn.say(
        "utter_rung_in_set" if in_set else "utter_rung", *ctx.offers([offer, direction, "ask_how_to"]), **params
    )


def rung_words(ctx: Context, rung: Rung) -> str:
    """A rung in words: the variation, and the load where there is one."""
    variation = ctx.exercise.variations[rung.variation].names.spoken
    if rung.load == "none":
        return variation
    return f"{variation}, {ctx.knowledge.bands.loads[rung.load].spoken}"


def _say_facts(ctx: Context, intent: str, facts: list[str]) -> None:
    line, _ = ctx.knowledge.provenance(facts)
    ctx.turn.answer = {"intent": intent, "facts": facts, "source": line}
