"""Questions that the knowledge base answers, each with the caution that is due to who asks it."""

from __future__ import annotations

from countoff.dialogue import answering, sets, steps, talk, versions, walk, wishes, wording
from countoff.dialogue.context import Context

ABOUT_CONDITIONS = frozenset({"ask_condition", "ask_benefits", "ask_level", "ask_safety"})
"""Questions in which a condition is what is asked about, so that the answer itself carries the caution."""
ABOUT_VERSIONS = frozenset({"ask_what_is", "ask_variations"})
ASKING_LEAVE = frozenset(
    {
        "ask_safety",
        "ask_level",
        "ask_variations",
        "ask_unknown",
        "ask_sides",
        "ask_what_is",
        "ask_how_to",
        "nlu_fallback",
    }
)


def answer(ctx: Context) -> None:
    """Answer; a condition of the user's own, said now or before, gets its caution first."""
    utterance = ctx.utterance
    if utterance.intent in ABOUT_VERSIONS and versions.names_unknown(ctx):
        versions.say_unknown(ctx)
        return
    if utterance.intent in ("ask_safety", "ask_level") and utterance.values("condition") and not ctx.in_set:
        ctx.turn.cautions = True
    if utterance.intent == "ask_condition" or _asks_leave_with_a_condition(ctx):
        answering.caution(ctx)
        return
    new = [c for c in utterance.values("condition") if c not in ctx.state.conditions]
    if new and utterance.intent not in ABOUT_CONDITIONS:
        answering.caution(ctx)
    if utterance.values("variation") and wording.POSSIBLE.search(utterance.text):
        ctx.utterance = utterance = utterance.as_intent("ask_variations")
    if _asks_what_a_version_is(ctx):
        steps.how_to(ctx)
        return
    if utterance.first("band_colour") and not ctx.in_set and wording.USES_BAND.search(utterance.text):
        # The band in use is where "easier" and "harder" start from.
        walk.take_band(ctx)
    if utterance.intent == "ask_mistakes" and wording.ASKS_ABOUT_ME.search(utterance.text):
        ctx.turn.say("utter_cannot_see")
    answering.answer_question(ctx)


def _asks_what_a_version_is(ctx: Context) -> bool:
    """Whether a version is named of which the list of versions would say nothing more."""
    named = ctx.exercise.variations.get(str(ctx.utterance.first("variation")))
    if named is None or named.id == ctx.exercise.default_variation or answering.compares_versions(ctx):
        return False
    if ctx.utterance.intent == "ask_what_is":
        return True
    return ctx.utterance.intent == "ask_variations" and not answering.has_own_answer(ctx)


def not_understood(ctx: Context) -> None:
    """Nothing was made out; "may I" of somebody with a condition is cautioned all the same."""
    if _asks_leave_with_a_condition(ctx):
        answering.caution(ctx)
    elif ctx.status == "idle" and ctx.utterance.number("reps", "sets") and not wording.ASKS.search(ctx.utterance.text):
        # Only the numbers were made out: they are wishes, and the offer names them.
        if wishes.take(ctx):
            sets.offer(ctx)
    else:
        talk.not_understood(ctx)


def _asks_leave_with_a_condition(ctx: Context) -> bool:
    """Whether somebody with a condition that nobody has cleared asks "may I …": the caution holds for every version."""
    leave = ctx.utterance.intent in ASKING_LEAVE and wording.LEAVE.search(ctx.utterance.text)
    return bool(ctx.state.conditions and not ctx.state.cleared and leave)
