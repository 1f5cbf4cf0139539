"""Values on their own: a follow-up to an answer, or wishes for the next set."""

from __future__ import annotations

from countoff.dialogue import answering, sets, talk, walk, wishes, wording
from countoff.dialogue.context import Context


def inform(ctx: Context) -> None:
    """Read bare values: what is lacking, a condition, a thing the last answer is asked about again, or wishes."""
    utterance, number = ctx.utterance, ctx.utterance.number(*wishes.DETAIL_ROLES)
    if utterance.values("constraint") and number is None:
        walk.constraint(ctx)
    elif utterance.values("condition"):
        answering.caution(ctx)
    elif number is None and not _changes_the_offer(ctx) and talk.about_this(ctx):
        return
    elif utterance.first("exercise"):
        talk.choose_exercise(ctx)
    elif not wishes.has_details(ctx):
        talk.not_understood(ctx)
    elif wishes.take(ctx):
        _noted(ctx)


def _changes_the_offer(ctx: Context) -> bool:
    """Whether a set is being put together, so that a band or a version is a wish and not a follow-up to an answer."""
    pending = ctx.state.pending
    return (
        pending is not None and pending.kind in ("offer_start", "value", "load", "version") and wishes.has_details(ctx)
    )


def _noted(ctx: Context) -> None:
    if ctx.in_set and wording.tempo_in(ctx.utterance):
        sets.set_tempo(ctx)
    elif ctx.in_set:
        ctx.turn.say("utter_noted_for_next_time")
    else:
        sets.offer(ctx)
