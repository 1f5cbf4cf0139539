"""Replies to a question that the coach asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from countoff.dialogue import after, band_hit, clearance, sets, triage, versions, walk, wishes, wording
from countoff.dialogue.context import Context

Handler = Callable[[Context], object]

OFFERS = ["ask_how_to", "ask_band", "start_session", "easier"]
PENDING: dict[str, Callable[[Context], bool]] = {
    "triage_where": triage.where_answered,
    "triage_choice": triage.choice_answered,
    "pain_gone": triage.gone_answered,
    "clearance": clearance.answered,
    "band_hit": band_hit.answered,
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
    if wishes.take(ctx):
        sets.begin(ctx)


def _begin_named(ctx: Context) -> None:
    """A start while one is offered; a version that nobody knows is said to be so first."""
    if versions.names_unknown(ctx):
        sets.start(ctx)
    else:
        _begin(ctx)


def _fit(ctx: Context) -> bool:
    """Something that lacks while a set is offered: offer it again where it does without."""
    if not ctx.utterance.values("constraint") or walk.note_constraints(ctx) is not None:
        return False
    sets.offer(ctx)
    return True


def _same_again(ctx: Context) -> bool:
    """After a proposal "again" means the same set again; not so "say that again"."""
    if not wording.AGAIN.search(ctx.utterance.text):
        return False
    sets.same_again(ctx)
    return True


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
    if wishes.take(ctx):
        sets.begin(ctx, restart=True)


def _begin_again_if_clear(ctx: Context) -> None:
    """A set that runs is thrown away only on a clear yes, or for one that is said in full."""
    text = ctx.utterance.text
    plain = ctx.utterance.intent == "affirm" and not wording.NOD.search(text)
    if plain or wording.CLEAR_YES.search(text) or wishes.has_details(ctx):
        _begin_again(ctx)
        return
    ctx.state.pending = None
    ctx.turn.say("utter_not_restarted" if ctx.running else "utter_still_paused")


def _go_on(ctx: Context) -> None:
    if ctx.status == "paused":
        sets.resume(ctx)
        return
    ctx.state.pending = None
    ctx.turn.say("utter_going_on")


REPLIES: dict[str, dict[str, Handler]] = {
    "value": {"affirm": _begin, "start_session": _begin, "deny": _as_you_like},
    "offer_start": {
        "affirm": _begin,
        "start_session": _begin_named,
        "resume": _begin,
        "deny": _as_you_like,
        "report_constraint": _fit,
        "ask_whats_next": sets.explain_offer,
        "ask_left": sets.explain_offer,
        "ask_rest": sets.explain_offer,
        "ask_reps": sets.explain_offer,
    },
    "offer_resume": {
        "affirm": sets.resume,
        "resume": sets.resume,
        "deny": sets.stay_paused,
    },
    "proposal": {"affirm": sets.take_proposal, "deny": _as_you_like, "repeat": _same_again},
    "restart": {
        "affirm": _begin_again_if_clear,
        "start_session": _begin_again_if_clear,
        "resume": _go_on,
        "deny": _go_on,
    },
    "restart_or_resume": {
        "affirm": sets.resume,
        "start_session": _begin_again,
        "resume": sets.resume,
        "deny": sets.stay_paused,
    },
    "did_you_mean": {
        "affirm": partial(_meant, option=0),
        "other_one": partial(_meant, option=1),
        "deny": _meant_neither,
    },
}
"""What a reply does to a question that is pending, by the intent of the reply."""
