"""The coach: one message in, one decided turn out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from countoff.dialogue import (
    after,
    answering,
    clauses,
    clearance,
    first,
    informing,
    mistakes,
    questions,
    reading,
    replies,
    running,
    sets,
    steps,
    talk,
    triage,
    walk,
)
from countoff.dialogue.context import Context
from countoff.dialogue.replies import OFFERS, Handler
from countoff.dialogue.state import ConversationState
from countoff.dialogue.turn import Turn
from countoff.dialogue.utterance import Utterance
from countoff.exercises import Knowledge
from countoff.exercises.cues import CueBook
from countoff.session import SessionState

KEEPS_QUIET = frozenset({"repeat", "ask_source"})
"""Replies that must not become what "repeat" repeats."""

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
    "start_session": sets.start,
    "inform": informing.inform,
    "resume": sets.resume,
    "stop": sets.stop,
    "pause": partial(sets.steer, verb="pause"),
    "slower": partial(sets.steer, verb="slower"),
    "faster": partial(sets.steer, verb="faster"),
    "skip": partial(sets.steer, verb="skip"),
    "ask_left": sets.left,
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
FLEETING = frozenset({"did_you_mean", "restart", "restart_or_resume", "forget"})
"""Questions to which only the very next message is an answer: later a yes or a no means something else."""
EXPLANATIONS = frozenset({"ask_how_to", "all_steps", "ask_source"})
"""Handlers of their own that explain something: in mid-set they pause as a question does."""
A_FEW_WORDS = 3


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
        asked = state.pending
        _decide(ctx)
        if asked is not None and asked is state.pending and _is_stale(ctx):
            state.pending = None
        if state.pain is not None and state.pain.red_flag and not ctx.turn.forget:
            _end_with_the_advice(ctx)
        if first.has_finished(ctx) and not ctx.turn.forget:
            after.ask_effort(ctx)
        if utterance.intent not in KEEPS_QUIET:
            state.last_says = [says.to_json() for says in ctx.turn.says]
        return ctx.turn


def _is_stale(ctx: Context) -> bool:
    """Whether the open question was for the next message only, and this was one, or has been answered by the player."""
    pending, utterance = ctx.state.pending, ctx.utterance
    if pending and pending.kind in ("offer_resume", "band_hit") and ctx.running:
        return True
    said_something = utterance.text.strip() and utterance.intent not in KEEPS_QUIET
    return bool(pending and pending.kind in FLEETING and said_something)


def _end_with_the_advice(ctx: Context) -> None:
    """While a red flag stands, every reply ends with the advice, and no button offers a set."""
    turn = ctx.turn
    starts = {button.payload for button in ctx.offers(["start_session", "resume", "easier", "harder"])}
    turn.says = [replace(said, buttons=tuple(b for b in said.buttons if b.payload not in starts)) for said in turn.says]
    if not any(said.response in ("utter_red_flag_advice", "utter_red_flag_no_set") for said in turn.says):
        turn.say("utter_red_flag_no_set")


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
        first.report_only(ctx)
    elif utterance.safety.kind or utterance.intent in ("report_pain", "report_red_flag"):
        first.safety(ctx)
    elif ctx.state.pending and ctx.state.pending.kind == "forget" and replies.answered(ctx):
        pass
    elif ctx.state.pain is not None and ctx.state.pain.red_flag and first.is_no_question(ctx):
        ctx.turn.say("utter_red_flag_no_set")
    elif not _by_context(ctx):
        _by_intent(ctx)


def _by_context(ctx: Context) -> bool:
    """What goes by the running set, the question that is open, or the pain; False where the intent alone decides."""
    reading.in_context(ctx)
    if first.sounds_like_a_command(ctx) or first.changes_set(ctx) or first.keeps_as_it_was(ctx):
        return True
    if mistakes.answered(ctx) or (ctx.state.pending and replies.answered(ctx)) or clearance.told(ctx):
        return True
    return ctx.state.pain is not None and not ctx.state.pain.red_flag and triage.in_context(ctx)


def _by_intent(ctx: Context) -> None:
    chosen = clauses.chosen(ctx.utterance, frozenset(SMALL_TALK))
    if any(question.intent in clauses.LADDER for question in chosen):
        walk.note_band_in_use(ctx)
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
    return intent in EXPLANATIONS or intent not in {*HANDLERS, *SMALL_TALK, "nlu_fallback"}


def _asks_what_is_left(ctx: Context) -> bool:
    """A short "how many?" in mid-set is about this set; it is then read so."""
    utterance = ctx.utterance
    if utterance.intent != "ask_reps" or not ctx.in_set or len(utterance.text.split()) > A_FEW_WORDS:
        return False
    ctx.utterance = utterance.as_intent("ask_left")
    return True


def _answer(ctx: Context) -> None:
    if ctx.utterance.intent == "ask_duration" and "results" in ctx.utterance.values("subject"):
        ctx.utterance = ctx.utterance.as_intent("ask_unknown")
    intent = ctx.utterance.intent
    chosen = ctx.utterance.first("exercise")
    stays = ctx.in_set or intent == "choose_exercise" or answering.compares_exercises(ctx)
    if chosen in ctx.knowledge.exercises and not stays:
        talk.switch_exercise(ctx, str(chosen))
    handler = HANDLERS.get(intent)
    if intent == "help" and ctx.utterance.values("variation"):
        handler = steps.how_to
    if handler is not None:
        handler(ctx)
    elif intent == "nlu_fallback":
        questions.not_understood(ctx)
    elif intent == "affirm" and ctx.status in ("paused", "hurt") and ctx.state.pain is None:
        sets.resume(ctx)
    elif intent == "deny" and ctx.status == "paused":
        sets.stay_paused(ctx)
    elif intent in ("affirm", "deny") and ctx.running:
        ctx.turn.say("utter_going_on")
    elif intent in SMALL_TALK:
        quiet = ctx.in_set or ctx.state.pain is not None or intent == "goodbye"
        ctx.turn.say(f"utter_{intent}", *(() if quiet else ctx.offers(OFFERS)))
    else:
        questions.answer(ctx)


def _answer_in_set(ctx: Context, parts: list[Context]) -> None:
    """A question in mid-set pauses it, is answered in one breath, and an offer to resume follows."""
    if ctx.running:
        running.run(ctx, "question", silent=True)
    for part in parts:
        _answer(replace(part, utterance=replace(part.utterance, voice=True), session=ctx.session))
    if ctx.state.pain is not None or ctx.running:
        return
    if ctx.turn.cautions and ctx.state.conditions:
        sets.ask_clearance(ctx)
    else:
        ctx.ask("offer_resume")
        ctx.turn.say("utter_offer_resume", *ctx.offers(["resume", "stop"]))
