"""What makes the exercise easier or harder, all of it at once, where nothing is known of what the user does."""

from __future__ import annotations

from countoff.dialogue import answering, wording
from countoff.dialogue.context import Context
from countoff.exercises import FoundAnswer


def due(ctx: Context, direction: str) -> bool:
    """Whether nothing is known of where the user stands, so that the overview comes before the next rung."""
    state, exercise = ctx.state, ctx.exercise
    known = ctx.session or state.rung or state.band_colour or state.constraints or state.needs_care
    of_one_version = state.variation not in (None, exercise.default_variation, exercise.start_variation)
    if direction == "harder" and state.conditions and not state.cleared:
        return False
    if known or (of_one_version and not ctx.turn.says) or ctx.utterance.values("load", "band_colour"):
        return False
    return not wording.SPEAKS_OF_A_BAND.search(ctx.utterance.text) and _found(ctx, direction) is not None


def name_all(ctx: Context, direction: str) -> None:
    """Name the ways; "more" is then the next rung, and not more of this."""
    found = _found(ctx, direction)
    if found is None:
        return
    form = "short" if ctx.utterance.voice else "long"
    told = {said.params.get("answer") for said in ctx.turn.says}
    if not told & {found.answer.short, found.answer.long}:
        answering.give(ctx, found, direction, [direction], form)
    ctx.state.topic = None


def _found(ctx: Context, direction: str) -> FoundAnswer | None:
    found = ctx.knowledge.answer("variations", [direction], ctx.exercise.id)
    return found if found is not None and found.key == f"variations/{direction}" else None
