"""Replies to a question that the coach asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from countoff.dialogue import after, sets, triage, wording
from countoff.dialogue.context import Context

Handler = Callable[[Context], object]

OFFERS = ["ask_how_to", "ask_band", "start_session", "easier"]
PENDING: dict[str, Callable[[Context], bool]] = {
    "triage_where": triage.where_answered,
    "triage_choice": triage.choice_answered,
    "pain_gone": triage.gone_answered,
    "effort": after.rate,
    "forget": after.forget_answered,
}


def answered(ctx: Context) -> bool:
    """Let the reply answer the question that is pending; False where it is about something else."""
    pending = ctx.state.pending
    assert pending is not None
    if pending.kind in PENDING:
        return PENDING[pending.kind](ctx)
    if pending.kind in ("restart", "restart_or_resume") and wording.RESTART.search(ctx.utterance.text):
        sets.begin(ctx, restart=True)
        return True
    handler = REPLIES.get(pending.kind, {}).get(ctx.utterance.intent)
    if handler is None:
        return False
    return handler(ctx) is not False


def _begin(ctx: Context) -> None:
    if sets.take_wishes(ctx):
        sets.begin(ctx)


def _as_you_like(ctx: Context) -> None:
    ctx.state.pending = None
    ctx.turn.say("utter_as_you_like", *ctx.offers(OFFERS))


def _meant(ctx: Context, option: int) -> bool:
    """Read the message as the chosen option; False, so that it is then dealt with as such."""
    options = ctx.state.pending.data["options"] if ctx.state.pending else []
    ctx.state.pending = None
    ctx.utterance = ctx.utterance.as_intent(options[option])
    return False


def _meant_neither(ctx: Context) -> None:
    ctx.state.pending = None
    ctx.turn.say("utter_not_understood", *ctx.offers(OFFERS))


def _begin_again(ctx: Context) -> None:
    if sets.take_wishes(ctx):
        sets.begin(ctx, restart=True)


def _go_on(ctx: Context) -> None:
    ctx.state.pending = None
    ctx.turn.say("utter_going_on")


REPLIES: dict[str, dict[str, Handler]] = {
    "clearance": {"affirm": sets.cleared, "deny": sets.not_cleared},
    "value": {"affirm": _begin, "start_session": _begin, "deny": _as_you_like},
    "offer_start": {"affirm": _begin, "start_session": _begin, "resume": _begin, "deny": _as_you_like},
    "offer_resume": {
        "affirm": sets.resume,
        "resume": sets.resume,
        "deny": _as_you_like,
    },
    "restart": {
        "affirm": _begin_again,
        "start_session": _begin_again,
        "resume": _go_on,
        "deny": _go_on,
    },
    "restart_or_resume": {
        "affirm": sets.resume,
        "start_session": _begin_again,
        "resume": sets.resume,
        "deny": _as_you_like,
    },
    "did_you_mean": {
        "affirm": partial(_meant, option=0),
        "other_one": partial(_meant, option=1),
        "deny": _meant_neither,
    },
}
"""What a reply does to a question that is pending, by the intent of the reply."""
