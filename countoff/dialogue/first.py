"""What goes before the reading of an intent: the player's reports, safety, and what a word means in mid-set."""

from __future__ import annotations

import re

from countoff.dialogue import after, interruptions, reading, replies, sets, triage, walk, wishes, wording
from countoff.dialogue.context import Context
from countoff.dialogue.questions import ABOUT_CONDITIONS
from countoff.dialogue.replies import OFFERS

AFTER_RED_FLAG = frozenset({"affirm", "deny", "easier", "harder", "inform", "report_constraint", "nlu_fallback"}) | {
    "out_of_scope",
    "goodbye",
    "greet",
    "help",
    "ask_stop_rule",
    "ask_feel",
    "rate_effort",
    "next_step",
    "ask_whats_next",
    "ask_unknown",
}
"""What gets nothing but the advice once a red flag was reported."""
MAY_MEAN_THE_SAME = frozenset({"affirm", "resume", "repeat", "describe_differently", "previous_step", "other_one"}) | {
    "nlu_fallback",
    "out_of_scope",
    "inform",
}
"""With a word for "the same" in them these refuse the change that was just proposed."""
CALLS_FOR_HELP = re.compile(r"^\W*((please|oh|god)\W+)*help\b", re.IGNORECASE)
"""A cry while a set counts, though the same word asks for a list of commands elsewhere."""
BEFORE_A_PART = re.compile(
    r"\W*((oh|ah|aw|er|um|no|wait|hey|whoa|god|and|it'?s)\W+)*my\s((left|right|lower|upper|poor|whole)\s)*",
    re.IGNORECASE,
)
AFTER_A_PART = re.compile(r"(\W+(again|now|too|man|coach))*[^\w?]*", re.IGNORECASE)
"""Somebody who is out of breath says where it hurts, and not that it does."""
LIKE_PAIN = re.compile(
    r"^(?!.*\b(not|no|isn'?t|isnt)\b).*\b(dull|sharp|ach(e|es|ey|y|ing)|sore|stab\w*|throb\w*|pinch\w*|sting\w*|shoot(s|ing))\b",
    re.IGNORECASE,
)
"""Words for a pain that effort has none of: a burn, a pull or a tight muscle may be the work."""
STEP_TALK = frozenset({"next_step", "previous_step", "current_step", "repeat"})


def has_finished(ctx: Context) -> bool:
    """Whether a session has come to its end in this turn, with nothing amiss, so that it is asked how hard it was."""
    return ctx.state.pain is None and any(ended.session.status == "finished" for ended in ctx.turn.ended)


def report_only(ctx: Context) -> None:
    """Answer a message without words: what the player did, or what the channel could not read."""
    if ctx.utterance.problem is not None:
        too_long = ctx.utterance.problem == "too_long"
        ctx.turn.say("utter_too_long" if too_long else "utter_empty", *ctx.offers(OFFERS))
    elif ctx.utterance.intent == "report_pain":
        ctx.turn.say("utter_stop_pain")
        triage.report(ctx)
    elif has_finished(ctx):
        ctx.turn.say("utter_finished", **ctx.turn.ended[-1].summary)
    elif ctx.utterance.report is None:
        ctx.turn.say("utter_empty", *ctx.offers(OFFERS))
    elif ctx.status == "idle":
        ctx.turn.say("utter_report_noted")
    else:
        ctx.turn.say(f"utter_report_{ctx.status}")


def is_no_question(ctx: Context) -> bool:
    """Whether a message after a red flag is anything but a question about the exercise, or talk about the talk."""
    intent = ctx.utterance.intent
    asks_leave = wording.LEAVE.search(ctx.utterance.text) is not None
    return asks_leave or intent in AFTER_RED_FLAG or intent in ABOUT_CONDITIONS


def changes_set(ctx: Context) -> bool:
    """In a set: another band by its name, "too hard", or "done", whatever the rest of the sentence reads as."""
    text, intent = ctx.utterance.text, ctx.utterance.intent
    if not ctx.in_set or ctx.state.pain is not None:
        return False
    if "no_band" in ctx.utterance.values("constraint") and wording.BROKE.search(text):
        walk.band_broke(ctx)
    elif walk.names_band(ctx) and (intent in ("inform", "easier", "harder") or wording.CHANGES_BAND.search(text)):
        walk.change_band(ctx)
    elif interruptions.may_be_back(ctx):
        sets.stay_paused(ctx)
    elif intent in STEP_TALK and wording.TOO_HARD.search(text):
        walk.walk(ctx, "easier")
    elif intent in STEP_TALK and wording.DONE.search(text):
        sets.stop(ctx)
        after.ask_effort(ctx)
    elif intent == "ask_rest":
        return sets.rest_here(ctx)
    elif intent == "current_step":
        sets.left(ctx)
    elif intent == "next_step":
        sets.steer(ctx, "whats_next")
    else:
        return False
    return True


def safety(ctx: Context) -> None:
    """Stop, pain or a red flag, by its gravity; inside a triage pain is read as an answer."""
    kind = ctx.utterance.safety.kind
    if kind == "red_flag" or ctx.utterance.intent == "report_red_flag":
        triage.red_flag(ctx)
    elif kind == "stop":
        triage.finish(ctx) if ctx.state.pain else sets.stop(ctx)
    elif ctx.state.pain and ctx.state.pending and ctx.state.pending.kind in ("triage_where", "pain_gone"):
        replies.answered(ctx)
    else:
        triage.report(ctx)


def keeps_as_it_was(ctx: Context) -> bool:
    """A refusal of the rung that was just proposed: back to the one in use."""
    state, pending = ctx.state, ctx.state.pending
    if (
        state.in_use is None
        or state.pain is not None
        or (pending and pending.kind not in ("offer_resume", "offer_start"))
    ):
        return False
    same = ctx.utterance.intent in MAY_MEAN_THE_SAME and wording.SAME.search(ctx.utterance.text)
    if wishes.has_details(ctx) or not (same or ctx.utterance.intent == "deny"):
        return False
    sets.keep(ctx)
    return True


def sounds_like_a_command(ctx: Context) -> bool:
    """In a set "my back" is a cry; while it counts, a word that sounds like stop or pause is one: the safer reading."""
    if ctx.in_set and ctx.state.pain is None and _names_what_hurts(ctx):
        triage.report_hidden(ctx)
        return True
    heard = ctx.utterance.safety.phonetic
    if heard is None or not ctx.running or ctx.utterance.intent in ("inform", "start_session", "affirm"):
        return False
    if CALLS_FOR_HELP.match(ctx.utterance.text):
        triage.report_hidden(ctx)
    else:
        sets.stop(ctx) if heard == "stop" else sets.steer(ctx, "pause")
    return True


def _names_what_hurts(ctx: Context) -> bool:
    """A part of the body and nothing else, or with a word for what a pain is like."""
    text = ctx.utterance.text
    parts = [entity for entity in ctx.utterance.entities if entity.kind == "body_part"]
    if not parts or ctx.utterance.intent not in reading.VAGUE | {"deny"} or wording.ASKS.search(text):
        return False
    alone = (BEFORE_A_PART.fullmatch(text[: p.start]) and AFTER_A_PART.fullmatch(text[p.end :]) for p in parts)
    return any(alone) or LIKE_PAIN.search(text) is not None
