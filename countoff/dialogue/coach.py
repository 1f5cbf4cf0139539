"""The coach: one message in, one decided turn out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from countoff.dialogue import after, answering, clauses, informing, running, sets, steps, talk, triage, walk
from countoff.dialogue.context import Context
from countoff.dialogue.state import ConversationState
from countoff.dialogue.turn import Turn
from countoff.dialogue.utterance import Utterance
from countoff.exercises import Knowledge
from countoff.exercises.cues import CueBook
from countoff.session import SessionState

Handler = Callable[[Context], object]

KEEPS_QUIET = frozenset({"repeat", "ask_source"})
"""Replies that must not become what "repeat" repeats."""

PENDING: dict[str, Callable[[Context], bool]] = {
    "triage_where": triage.where_answered,
    "triage_choice": triage.choice_answered,
    "pain_gone": triage.gone_answered,
    "effort": after.rate,
    "forget": after.forget_answered,
}

HANDLERS: dict[str, Handler] = {
    "ask_how_to": steps.how_to,
    "next_step": steps.next_step,
    "previous_step": steps.previous_step,
    "current_step": steps.current_step,
    "all_steps": steps.all_steps,
    "describe_differently": talk.in_other_words,
    "repeat": talk.repeat,
    "shorter": talk.shorter,
    "more": talk.more,
    "ask_source": talk.who_says_so,
    "follow_up_next": talk.follow_up_next,
    "other_one": talk.other_one,
    "choose_exercise": talk.choose_exercise,
    "out_of_scope": talk.out_of_scope,
    "nlu_fallback": talk.not_understood,
    "start_session": sets.start,
    "inform": informing.inform,
    "resume": sets.resume,
    "stop": sets.stop,
    "pause": partial(sets.steer, verb="pause"),
    "slower": partial(sets.steer, verb="slower"),
    "faster": partial(sets.steer, verb="faster"),
    "skip": partial(sets.steer, verb="skip"),
    "ask_left": partial(sets.steer, verb="left"),
    "ask_whats_next": partial(sets.steer, verb="whats_next"),
    "ask_duration": partial(sets.steer, verb="how_long"),
    "easier": partial(walk.walk, direction="easier"),
    "harder": partial(walk.walk, direction="harder"),
    "report_constraint": walk.constraint,
    "report_pain": triage.report,
    "report_red_flag": triage.red_flag,
    "pain_gone": triage.gone,
    "rate_effort": after.rate_unasked,
    "ask_history": after.history,
    "forget_me": after.ask_forget,
}

SMALL_TALK = frozenset({"greet", "goodbye", "thanks", "help", "ask_bot", "affirm", "deny"})
EXPLANATIONS = frozenset({"ask_how_to", "all_steps", "ask_source"})
"""Handlers of their own that explain something: in mid-set they pause as a question does."""
ABOUT_CONDITIONS = frozenset({"ask_condition", "ask_benefits", "ask_level", "ask_safety"})
"""Questions in which a condition is what is asked about, so that the answer itself carries the caution."""
A_FEW_WORDS = 3
OFFERS = ["ask_how_to", "ask_band", "start_session", "easier"]


class Coach:
    """Answers, and steers the session, from the knowledge base alone; holds nothing about any user."""

    def __init__(self, knowledge: Knowledge, cues: CueBook, new_id: Callable[[], str] | None = None) -> None:
        """Take what the coach knows and the words it counts with."""
        self._knowledge = knowledge
        self._cues = cues
        self._new_id = new_id or (lambda: uuid.uuid4().hex[:16])

    def turn(
        self,
        utterance: Utterance,
        state: ConversationState,
        session: SessionState | None,
        history: Callable[[int], dict[str, Any]],
        now_ms: int | None = None,
    ) -> Turn:
        """Decide one turn.

        Args:
            utterance: the message as understood.
            state: what is remembered about the user; changed in place.
            session: the session last started, or None.
            history: reads the training log.
            now_ms: epoch time in milliseconds; the clock's where None.
        """
        now = int(time.time() * 1000) if now_ms is None else now_ms
        ctx = Context(
            self._knowledge,
            self._cues,
            utterance,
            Turn(state, now),
            session,
            now,
            history,
            self._new_id,
            utterance.report,
        )
        state.begin_turn(now)
        _catch_up(ctx)
        _decide(ctx)
        if _has_finished(ctx) and not ctx.turn.forget:
            after.ask_effort(ctx)
        if utterance.intent not in KEEPS_QUIET:
            state.last_says = [says.to_json() for says in ctx.turn.says]
        return ctx.turn


def _catch_up(ctx: Context) -> None:
    """Fold in what happened since the last turn."""
    reported_pain = False
    if ctx.session is not None:
        reported_pain = running.run(ctx, "report", silent=True) == "pain"
    ctx.report = None
    if reported_pain and not ctx.utterance.text.strip():
        ctx.utterance = replace(ctx.utterance, intent="report_pain")
    for intent in ctx.utterance.missed:
        if intent == "stop" and ctx.status != "idle":
            running.run(ctx, "stop", silent=True)
        elif intent in ("report_pain", "report_red_flag"):
            missed = replace(ctx, utterance=replace(ctx.utterance, intent=intent))
            triage.record_missed(missed)
            ctx.session = missed.session
    ctx.turn.session = None


def _decide(ctx: Context) -> None:
    utterance = ctx.utterance
    if not utterance.text.strip():
        _report_only(ctx)
    elif utterance.safety.kind or utterance.intent in ("report_pain", "report_red_flag"):
        _safety(ctx)
    elif _sounds_like_a_command(ctx) or (ctx.state.pending and _answered(ctx)):
        pass
    else:
        _by_intent(ctx)


def _has_finished(ctx: Context) -> bool:
    """Whether a session has come to its end in this turn, with nothing amiss, so that it is asked how hard it was."""
    return ctx.state.pain is None and any(ended.session.status == "finished" for ended in ctx.turn.ended)


def _report_only(ctx: Context) -> None:
    if ctx.utterance.problem is not None:
        too_long = ctx.utterance.problem == "too_long"
        ctx.turn.say("utter_too_long" if too_long else "utter_empty", *ctx.offers(OFFERS))
    elif ctx.utterance.intent == "report_pain":
        ctx.turn.say("utter_stop_pain")
        triage.report(ctx)
    elif _has_finished(ctx):
        return
    elif ctx.utterance.report is None:
        ctx.turn.say("utter_empty", *ctx.offers(OFFERS))
    elif ctx.status == "idle":
        ctx.turn.say("utter_report_noted")
    else:
        ctx.turn.say(f"utter_report_{ctx.status}")


def _safety(ctx: Context) -> None:
    kind = ctx.utterance.safety.kind
    if kind == "red_flag" or ctx.utterance.intent == "report_red_flag":
        triage.red_flag(ctx)
    elif kind == "stop":
        triage.finish(ctx) if ctx.state.pain else sets.stop(ctx)
    elif ctx.state.pain and ctx.state.pending and ctx.state.pending.kind in ("triage_where", "pain_gone"):
        PENDING[ctx.state.pending.kind](ctx)
    else:
        triage.report(ctx)


def _sounds_like_a_command(ctx: Context) -> bool:
    """While a set counts, a word that sounds like stop or pause is one: the safer reading."""
    heard = ctx.utterance.safety.phonetic
    if heard is None or not ctx.running or ctx.utterance.intent in ("inform", "start_session", "affirm"):
        return False
    sets.stop(ctx) if heard == "stop" else sets.steer(ctx, "pause")
    return True


def _answered(ctx: Context) -> bool:
    """Let the reply answer the question that is pending; False where it is about something else."""
    pending = ctx.state.pending
    assert pending is not None
    if pending.kind in PENDING:
        return PENDING[pending.kind](ctx)
    handler = REPLIES.get(pending.kind, {}).get(ctx.utterance.intent)
    if handler is None:
        return False
    handler(ctx)
    return True


def _begin(ctx: Context) -> None:
    if sets.take_wishes(ctx):
        sets.begin(ctx)


def _as_you_like(ctx: Context) -> None:
    ctx.state.pending = None
    ctx.turn.say("utter_as_you_like", *ctx.offers(OFFERS))


def _meant(ctx: Context, option: int) -> None:
    options = ctx.state.pending.data["options"] if ctx.state.pending else []
    ctx.state.pending = None
    _by_intent(replace(ctx, utterance=ctx.utterance.as_intent(options[option])))


def _meant_neither(ctx: Context) -> None:
    ctx.state.pending = None
    ctx.turn.say("utter_not_understood", *ctx.offers(OFFERS))


REPLIES: dict[str, dict[str, Handler]] = {
    "offer_start": {"affirm": _begin, "start_session": _begin, "resume": _begin, "deny": _as_you_like},
    "offer_resume": {
        "affirm": sets.resume,
        "start_session": sets.resume,
        "resume": sets.resume,
        "deny": _as_you_like,
    },
    "restart": {
        "affirm": partial(sets.begin, restart=True),
        "start_session": partial(sets.begin, restart=True),
        "resume": sets.resume,
        "deny": _as_you_like,
    },
    "restart_or_resume": {
        "affirm": sets.resume,
        "start_session": partial(sets.begin, restart=True),
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


def _by_intent(ctx: Context) -> None:
    chosen = clauses.chosen(ctx.utterance, frozenset(SMALL_TALK))
    parts = [replace(ctx, utterance=ctx.utterance.clause(question)) for question in chosen] or [ctx]
    if ctx.in_set and not _asks_what_is_left(parts[0]):
        explained = [part for part in parts if _explains(part.utterance.intent)]
        if explained:
            _answer_in_set(ctx, explained)
        parts = [part for part in parts if part not in explained]
    for part in parts:
        part.session = ctx.session
        _answer(part)
        ctx.session = part.session


def _explains(intent: str) -> bool:
    return intent in EXPLANATIONS or intent not in {*HANDLERS, *SMALL_TALK}


def _asks_what_is_left(ctx: Context) -> bool:
    """A short "how many?" in mid-set is about this set; it is then read so."""
    utterance = ctx.utterance
    if utterance.intent != "ask_reps" or not ctx.in_set or len(utterance.text.split()) > A_FEW_WORDS:
        return False
    ctx.utterance = utterance.as_intent("ask_left")
    return True


def _answer(ctx: Context) -> None:
    intent = ctx.utterance.intent
    handler = HANDLERS.get(intent)
    if handler is not None:
        handler(ctx)
    elif intent in SMALL_TALK:
        ctx.turn.say(f"utter_{intent}", *ctx.offers(OFFERS))
    else:
        _question(ctx)


def _answer_in_set(ctx: Context, parts: list[Context]) -> None:
    """A question in mid-set pauses it, is answered in one breath, and an offer to resume follows."""
    if ctx.running:
        running.run(ctx, "question", silent=True)
    for part in parts:
        _answer(replace(part, utterance=replace(part.utterance, voice=True), session=ctx.session))
    if ctx.state.pain is None:
        ctx.ask("offer_resume")
        ctx.turn.say("utter_offer_resume", *ctx.offers(["resume", "stop"]))


def _question(ctx: Context) -> None:
    """Answer; a condition of the user's own that comes with it gets its caution first."""
    utterance = ctx.utterance
    chosen = utterance.first("exercise")
    if chosen in ctx.knowledge.exercises and not ctx.in_set:
        talk.switch_exercise(ctx, str(chosen))
    new = [c for c in utterance.values("condition") if c not in ctx.state.conditions]
    if new and utterance.intent not in ABOUT_CONDITIONS:
        answering.answer_question(ctx, utterance.as_intent("ask_condition"))
    answering.answer_question(ctx, utterance)
