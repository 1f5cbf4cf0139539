"""Pain: stop first, then ask where and what kind, then rest, an easier version, or enough for today."""

from __future__ import annotations

import re

from countoff.dialogue import running, walk
from countoff.dialogue.context import Context
from countoff.dialogue.state import Pain

RED_FLAG_PLACES = frozenset({"chest", "ribs", "head"})
"""Pain here is never triaged by a coach (chest pain: NHS Tayside and TheraBand stop lists; the head by caution)."""


CHARACTER = re.compile(
    r"\b(sharp|dull|ach\w*|pull\w*|burn\w*|stab\w*|throb\w*|pinch\w*|cramp\w*|sting\w*|shoot\w*|tight|sore)\b",
    re.IGNORECASE,
)
"""Words for what a pain is like."""


def report(ctx: Context) -> None:
    """A report of pain: the set is stopped, then one question asks where it hurts and what kind of pain it is."""
    safety = ctx.utterance.safety
    place = ctx.utterance.first("body_part") or safety.body_part
    if place in RED_FLAG_PLACES:
        red_flag(ctx)
        return
    running.run(ctx, "pain", silent=True)
    pain = ctx.state.pain
    already_red = bool(pain and pain.red_flag)
    ctx.state.pain = Pain(already_red, place or (pain.place if pain else None), None, ctx.now_ms)
    if already_red:
        _say_red_flag(ctx)
        return
    if ctx.state.pain.place and CHARACTER.search(ctx.utterance.text):
        where_answered(ctx)
        return
    ctx.ask("triage_where")
    ctx.turn.say("utter_triage_what" if ctx.state.pain.place else "utter_triage_where")


def record_missed(ctx: Context) -> None:
    """Fold in a report that came while no action could run: the user has had the stop words already."""
    red = ctx.utterance.intent == "report_red_flag"
    if ctx.status != "idle":
        running.run(ctx, "pain", silent=True)
    pain = ctx.state.pain or Pain(since_ms=ctx.now_ms)
    pain.red_flag = pain.red_flag or red
    ctx.state.pain = pain


def red_flag(ctx: Context) -> None:
    """A red flag: stop, and get medical help. No set starts again in this conversation."""
    running.run(ctx, "pain", silent=True)
    ctx.state.pain = Pain(True, ctx.utterance.first("body_part"), None, ctx.now_ms)
    _say_red_flag(ctx)


def _say_red_flag(ctx: Context) -> None:
    ctx.state.pending = None
    ctx.turn.say("utter_red_flag_advice")
    ctx.turn.answer = _care_facts(ctx)


def where_answered(ctx: Context) -> bool:
    """Read a reply inside the triage; False where it is about something else."""
    utterance = ctx.utterance
    place = utterance.first("body_part")
    if place in RED_FLAG_PLACES:
        ctx.turn.say("utter_stop_red_flag")
        red_flag(ctx)
        return True
    if utterance.intent == "pain_gone":
        gone(ctx)
        return True
    if (
        place is None
        and not CHARACTER.search(utterance.text)
        and utterance.intent
        not in (
            "inform",
            "report_pain",
            "affirm",
            "deny",
            "nlu_fallback",
            "ask_feel",
        )
    ):
        return False
    pain = ctx.state.pain or Pain(since_ms=ctx.now_ms)
    pain.place = place or pain.place
    pain.character = utterance.text[:80]
    ctx.state.pain = pain
    ctx.ask("triage_choice")
    found = ctx.knowledge.answer("triage", [pain.place] if pain.place else [], ctx.exercise.id)
    advice = found.answer.short if found else ""
    ctx.turn.say("utter_triage_choice", advice=advice)
    ctx.turn.answer = _care_facts(ctx)
    return True


def choice_answered(ctx: Context) -> bool:
    """Rest, easier, or finish; False where the reply is none of them."""
    intent = ctx.utterance.intent
    if intent in ("pause", "affirm"):
        ctx.state.pending = None
        ctx.turn.say("utter_triage_rest")
    elif intent == "easier":
        ctx.state.pending = None
        walk.walk(ctx, "easier")
    elif intent in ("stop", "deny", "goodbye"):
        ctx.state.pending = None
        finish(ctx)
    elif intent in ("resume", "start_session"):
        ask_gone(ctx)
    elif intent == "pain_gone":
        gone(ctx)
    elif (
        CHARACTER.search(ctx.utterance.text) or ctx.utterance.safety.kind == "pain" or ctx.utterance.first("body_part")
    ):
        return where_answered(ctx)
    else:
        return False
    return True


def finish(ctx: Context) -> None:
    """End for today; what was done is kept in the log."""
    running.run(ctx, "stop", silent=True)
    ctx.state.pending = None
    if ctx.session is not None:
        ctx.state.given_up = ctx.session.id
    ctx.turn.say("utter_triage_finish")


def ask_gone(ctx: Context) -> None:
    """Before anything starts after pain: is it gone?"""
    if ctx.state.pain and ctx.state.pain.red_flag:
        ctx.turn.session = ctx.turn.session or {"action": "stop"}
        ctx.turn.say("utter_red_flag_no_set")
        return
    ctx.ask("pain_gone")
    ctx.turn.say("utter_is_pain_gone")


def gone_answered(ctx: Context) -> bool:
    """Read the reply to "is the pain gone?"; False where it is about something else."""
    intent = ctx.utterance.intent
    if intent in ("affirm", "pain_gone"):
        gone(ctx)
    elif intent in ("deny", "report_pain") or ctx.utterance.safety.kind == "pain":
        ctx.state.pending = None
        ctx.turn.say("utter_no_set_with_pain")
        ctx.turn.answer = _care_facts(ctx)
    else:
        return False
    return True


def gone(ctx: Context) -> None:
    """The pain is over: offer to go on gently. A red flag is not taken back within the conversation."""
    pain = ctx.state.pain
    if pain is None:
        ctx.turn.say("utter_no_pain_known", *ctx.offers(["start_session", "ask_how_to"]))
        return
    if pain.red_flag:
        ctx.turn.say("utter_red_flag_no_set")
        return
    ctx.state.pain = None
    ctx.state.after_pain = True
    ctx.state.pending = None
    name = "resume" if ctx.in_set else "start_session"
    ctx.turn.say("utter_pain_gone", *ctx.offers(["easier", name]))


def _care_facts(ctx: Context) -> dict[str, object]:
    found = ctx.knowledge.answer("stop_rule", [], ctx.exercise.id)
    facts = [fact.id for fact in found.facts] if found else []
    return {"intent": "report_pain", "facts": facts, "source": found.source_line if found else ""}
