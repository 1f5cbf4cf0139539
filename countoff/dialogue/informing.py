"""Values on their own: a follow-up to an answer, or wishes for the next set."""

from __future__ import annotations

from countoff.dialogue import answering, sets, talk, walk
from countoff.dialogue.context import Context


def inform(ctx: Context) -> None:
    """Read bare values: what is lacking, a condition, a thing the last answer is asked about again, or wishes."""
    utterance = ctx.utterance
    if utterance.values("constraint") and utterance.number(*sets.DETAIL_ROLES) is None:
        walk.constraint(ctx)
    elif utterance.values("condition"):
        answering.caution(ctx)
    elif utterance.number(*sets.DETAIL_ROLES) is None and talk.about_this(ctx):
        return
    elif utterance.first("exercise"):
        talk.choose_exercise(ctx)
    elif not sets.has_details(ctx):
        talk.not_understood(ctx)
    elif sets.take_wishes(ctx):
        _noted(ctx)


def _noted(ctx: Context) -> None:
    if ctx.in_set:
        ctx.turn.say("utter_noted_for_next_time")
    else:
        sets.offer(ctx)
