"""Pain: stop first, then ask where and what kind, then rest, an easier version, or enough for today."""

from __future__ import annotations

from countoff.dialogue import answering, running, walk, wording
from countoff.dialogue.context import Context
from countoff.dialogue.pain_words import (
    CHARACTER,
    DENIES,
    LIMITS,
    NOT_SO,
    SHOOTS,
    TAKEN_BACK,
    WHAT_NOW,
    WHERE_UNKNOWN,
    is_gone,
    is_yes,
)
from countoff.dialogue.state import Pain

RED_FLAG_PLACES = frozenset({"chest", "ribs", "head"})
"""Pain here is never triaged by a coach (chest pain: NHS Tayside and TheraBand stop lists; the head by caution)."""


ANSWERS = frozenset(
    {"inform", "report_pain", "affirm", "deny", "nlu_fallback", "ask_feel", "rate_effort", "out_of_scope"}
)
"""Inside the triage these tell of the pain, whatever they would tell elsewhere: "4 out of 10" is no effort."""
A_FEW_WORDS = 3
CHARACTER_KEPT = 80
"""Of the words for what a pain is like so many characters are kept."""

SAYS_YES = frozenset({"affirm", "pain_gone", "inform", "nlu_fallback", "out_of_scope"})
UNCLEAR = SAYS_YES | {"rate_effort", "ask_feel", "praise", "thanks"}
"""In reply to "is the pain gone?" these are about that, and no clear yes."""
ABOUT_CARE = frozenset({"ask_safety", "ask_stop_rule", "ask_soreness", "ask_level"})
"""While something hurts these are about that pain."""


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
    if place is None and wording.COMES_BACK.search(ctx.utterance.text):
        place = ctx.state.hurt_place
    shooting = _shooting_so_far(ctx)
    ctx.state.pain = Pain(already_red, place or (pain.place if pain else None), shooting, ctx.now_ms)
    ctx.state.hurt_place = ctx.state.pain.place or ctx.state.hurt_place
    if already_red:
        _say_red_flag(ctx)
        return
    if shooting or (ctx.state.pain.place and CHARACTER.search(ctx.utterance.text)):
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
    if _leaves_where(ctx):
        return True
    told_how = CHARACTER.search(utterance.text) or SHOOTS.search(utterance.text)
    unknown = WHERE_UNKNOWN.search(utterance.text) is not None
    if place is None and not unknown and not told_how and utterance.intent not in ANSWERS:
        return False
    pain = ctx.state.pain or Pain(since_ms=ctx.now_ms)
    shooting = _shooting_so_far(ctx)
    told = pain.character is not None and place in (None, pain.place)
    pain.place = place or pain.place
    pain.character = shooting or utterance.text[:CHARACTER_KEPT]
    ctx.state.pain, ctx.state.hurt_place = pain, pain.place or ctx.state.hurt_place
    ctx.ask("triage_choice")
    if shooting:
        see_somebody(ctx)
        return True
    if told:
        # The advice has been given; what was added changes nothing in it.
        asked = any(said["response"] == "utter_triage_noted" for said in ctx.state.last_says)
        ctx.turn.say("utter_triage_told" if asked else "utter_triage_noted")
        return True
    found = ctx.knowledge.answer("triage", [pain.place] if pain.place else [], ctx.exercise.id)
    advice = found.answer.short if found else ""
    ctx.turn.say("utter_triage_choice", advice=advice)
    ctx.turn.answer = _care_facts(ctx)
    return True


def see_somebody(ctx: Context) -> None:
    """Pain that shoots or stabs: a doctor or physical therapist first, and no easier version is offered."""
    ctx.ask("triage_choice")
    ctx.turn.say("utter_triage_shooting")
    ctx.turn.answer = _care_facts(ctx)


def shoots(ctx: Context) -> bool:
    """Whether the pain that is known shoots or stabs."""
    pain = ctx.state.pain
    return pain is not None and SHOOTS.search(pain.character or "") is not None


def _shooting_so_far(ctx: Context) -> str | None:
    """The words for a pain that shoots, said now or before in this triage; None where it does not."""
    told = ctx.utterance.text[:CHARACTER_KEPT]
    if SHOOTS.search(told) and not NOT_SO.search(told):
        return told
    return ctx.state.pain.character if ctx.state.pain and shoots(ctx) else None


def _leaves_where(ctx: Context) -> bool:
    """In reply to "where does it hurt": it is gone, it was none, leave to go on, or what to do now."""
    if ctx.utterance.intent == "pain_gone":
        gone(ctx)
    elif asks_to_go_on(ctx) or _takes_back(ctx):
        ask_gone(ctx)
    elif ctx.utterance.safety.kind is None and WHAT_NOW.search(ctx.utterance.text):
        advise(ctx)
    else:
        return False
    return True


def _takes_back(ctx: Context) -> bool:
    return ctx.utterance.safety.kind is None and TAKEN_BACK.search(ctx.utterance.text) is not None


def asks_to_go_on(ctx: Context) -> bool:
    """Whether a user who is hurt asks leave to go on: only when it is gone."""
    text, reports = ctx.utterance.text, ctx.utterance.intent == "report_pain" or ctx.utterance.safety.kind is not None
    return not reports and bool(wording.LEAVE.search(text) and wording.GOING_ON.search(text))


def in_context(ctx: Context) -> bool:
    """Read what is said while something hurts, with no answer to a question of ours in it; False for all else."""
    utterance = ctx.utterance
    if asks_to_go_on(ctx) or _takes_back(ctx) or _wants_to_go(ctx):
        ask_gone(ctx)
    elif WHAT_NOW.search(utterance.text) or (utterance.intent in ABOUT_CARE and not utterance.values("condition")):
        advise(ctx)
    elif utterance.intent == "ask_rest":
        rest(ctx)
    elif utterance.intent == "easier" and shoots(ctx):
        see_somebody(ctx)
    elif utterance.intent in ("rate_effort", "nlu_fallback", "inform", "out_of_scope") and _tells_more(ctx):
        return where_answered(ctx)
    else:
        return False
    return True


def _wants_to_go(ctx: Context) -> bool:
    """A yes to nothing that was asked, with a word of beginning in it: "go"."""
    text, intent = ctx.utterance.text, ctx.utterance.intent
    bare = intent == "affirm" or (intent == "nlu_fallback" and len(text.split()) <= A_FEW_WORDS)
    return bare and wording.GO.search(text) is not None


def advise(ctx: Context) -> None:
    """What the sources say to somebody who is hurt, instead of what they say to everybody."""
    pain = ctx.state.pain
    found = ctx.knowledge.answer("triage", [pain.place] if pain and pain.place else [], ctx.exercise.id)
    if found is not None:
        answering.give(ctx, found, "ask_stop_rule", [], "long")
    if shoots(ctx):
        see_somebody(ctx)
        return
    ctx.ask("triage_choice")
    ctx.turn.say("utter_triage_noted")


def rest(ctx: Context) -> None:
    """Rest; nothing starts until the pain is gone."""
    ctx.state.pending = None
    ctx.turn.say("utter_triage_rest")


def choice_answered(ctx: Context) -> bool:
    """Rest, easier, or finish; False where the reply is none of them."""
    intent = ctx.utterance.intent
    hurts = ctx.utterance.safety.kind == "pain"
    if not hurts and _takes_back(ctx):
        ask_gone(ctx)
    elif not hurts and WHAT_NOW.search(ctx.utterance.text):
        advise(ctx)
    elif not hurts and _wants_to_go(ctx):
        ask_gone(ctx)
    elif intent in ("pause", "affirm", "deny", "ask_rest") or (not hurts and wording.RESTS.search(ctx.utterance.text)):
        # Nothing clear among the three is the gentlest of them.
        rest(ctx)
    elif intent == "easier":
        _easier(ctx)
    elif intent in ("stop", "goodbye"):
        ctx.state.pending = None
        finish(ctx)
    elif intent in ("resume", "start_session") or asks_to_go_on(ctx):
        ask_gone(ctx)
    elif intent == "pain_gone":
        gone(ctx)
    elif _tells_more(ctx) or intent in ("inform", "nlu_fallback"):
        return where_answered(ctx)
    else:
        return False
    return True


def _easier(ctx: Context) -> None:
    """An easier version, unless the pain shoots or stabs."""
    if shoots(ctx):
        see_somebody(ctx)
        return
    ctx.state.pending = None
    walk.walk(ctx, "easier")


def _tells_more(ctx: Context) -> bool:
    utterance = ctx.utterance
    if utterance.safety.kind == "pain" or utterance.intent == "rate_effort":
        return True
    if utterance.intent.startswith("ask_"):
        return False
    return bool(CHARACTER.search(utterance.text) or utterance.first("body_part"))


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
    utterance = ctx.utterance
    intent, text = utterance.intent, utterance.text
    hurts = intent == "report_pain" or utterance.safety.kind == "pain"
    if not hurts and (is_gone(text) or (intent in SAYS_YES and is_yes(text))):
        gone(ctx)
    elif not hurts and _takes_back(ctx):
        ask_gone(ctx)
    elif hurts or intent == "deny":
        ctx.state.pending = None
        ctx.turn.say("utter_no_set_with_pain")
        ctx.turn.answer = _care_facts(ctx)
    elif intent in UNCLEAR:
        _not_gone(ctx)
    else:
        return False
    return True


def _not_gone(ctx: Context) -> None:
    """Less than "it is gone": it must be gone first, and the question stays open."""
    ctx.ask("pain_gone")
    ctx.turn.say("utter_pain_not_gone")


def report_hidden(ctx: Context) -> None:
    """A report that no rule has answered yet: the words of stopping come with it."""
    ctx.turn.say("utter_stop_pain")
    report(ctx)


def gone(ctx: Context) -> None:
    """The pain is over: offer to go on gently. A red flag is not taken back within the conversation."""
    pain = ctx.state.pain
    if pain is None:
        if ctx.in_set and LIMITS.search(DENIES.sub(" ", ctx.utterance.text)):
            report_hidden(ctx)
        elif ctx.running:
            ctx.turn.say("utter_going_on")
        elif ctx.status == "paused":
            ctx.turn.say("utter_still_paused")
        else:
            ctx.turn.say("utter_no_pain_known", *ctx.offers(["start_session", "ask_how_to"]))
        return
    if pain.red_flag:
        ctx.turn.say("utter_red_flag_no_set")
        return
    asked = ctx.state.pending is not None and ctx.state.pending.kind == "pain_gone"
    if not is_gone(ctx.utterance.text) and not (asked and is_yes(ctx.utterance.text)):
        _not_gone(ctx)
        return
    ctx.state.pain = None
    ctx.state.after_pain = True
    ctx.state.pending = None
    if ctx.in_set:
        ctx.ask("offer_resume")
    ctx.turn.say("utter_pain_gone", *ctx.offers(["easier", "resume" if ctx.in_set else "start_session"]))


def _care_facts(ctx: Context) -> dict[str, object]:
    found = ctx.knowledge.answer("stop_rule", [], ctx.exercise.id)
    facts = [fact.id for fact in found.facts] if found else []
    return {"intent": "report_pain", "facts": facts, "source": found.source_line if found else ""}
