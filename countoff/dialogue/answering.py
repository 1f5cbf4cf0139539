"""Answers from the knowledge base, with their source."""

from __future__ import annotations

from countoff.dialogue.context import Context
from countoff.dialogue.state import Topic
from countoff.dialogue.utterance import Utterance
from countoff.exercises import FoundAnswer

FAULTS = {
    "ask_back": "back_rounds",
    "ask_core": "core",
    "ask_knee_height": "knee_height",
    "ask_lean": "lean",
    "ask_balance": "balance",
    "ask_breathing": "breathing",
    "ask_arms": "arms",
    "ask_tempo": "too_fast",
}
"""A user who asks about one of these gets its cue in the next set."""

MAX_FAULTS = 3
NOT_ABOUT = frozenset({"number", "exercise", "side", "effort", "constraint"})
CARE_TOPICS = frozenset({"ask_condition", "ask_safety", "ask_stop_rule"})
"""Answers that offer no set."""


def topic_of(intent: str) -> str:
    """Name of the entry of the knowledge base that answers an intent."""
    return intent.removeprefix("ask_")


def about(utterance: Utterance) -> list[str]:
    """What the message is about, most telling first."""
    return [str(e.value) for e in utterance.entities if e.kind not in NOT_ABOUT]


def answer_question(ctx: Context, utterance: Utterance) -> bool:
    """Answer one question; say that the sources do not tell where no entry holds it. False only in the latter case."""
    intent = utterance.intent
    things = about(utterance)
    _remember(ctx, utterance)
    found = _find(ctx, intent, things, utterance)
    if found is None:
        ctx.turn.say("utter_not_in_sources", *ctx.offers(["ask_how_to", "ask_band", "ask_reps", "ask_safety"]))
        ctx.turn.answer = {"intent": intent, "facts": [], "source": ""}
        return False
    give(ctx, found, intent, things, "short" if utterance.voice else "long")
    return True


def _find(ctx: Context, intent: str, things: list[str], utterance: Utterance) -> FoundAnswer | None:
    if intent in ("ask_benefits", "ask_level", "ask_safety") and utterance.values("condition"):
        # Whether it helps or suits a condition is a medical question unless a fact names that very condition.
        exact = _lookup(ctx, intent, things)
        if exact is None or "/" not in exact.key:
            return _lookup(ctx, "ask_condition", things)
        return exact
    return _lookup(ctx, intent, things)


def _lookup(ctx: Context, intent: str, things: list[str]) -> FoundAnswer | None:
    exercise = ctx.exercise.id
    variation = ctx.state.variation or ctx.rung.variation
    return ctx.knowledge.answer(topic_of(intent), things, exercise, variation)


def give(ctx: Context, found: FoundAnswer, intent: str, things: list[str], form: str) -> None:
    """Say an answer in one of its wordings and remember it."""
    answer = found.answer
    text = {"short": answer.short, "long": answer.long, "other": answer.other or answer.long}[form]
    response = "utter_answer" if ctx.utterance.voice else "utter_answer_with_source"
    buttons = () if ctx.utterance.voice else ctx.offers(list(answer.suggestions))
    ctx.turn.say(response, *buttons, answer=text, source=found.source_line)
    facts = [fact.id for fact in found.facts]
    earlier = ctx.turn.answer
    if earlier:
        facts = [*earlier["facts"], *(f for f in facts if f not in earlier["facts"])]
    source = found.source_line
    if earlier and earlier["source"] and earlier["source"] != source:
        source = f"{earlier['source']}; {source}"
    ctx.turn.answer = {"intent": intent, "facts": facts, "source": source}
    ctx.state.topic = Topic(intent, found.key, things, facts, form)


def _remember(ctx: Context, utterance: Utterance) -> None:
    state = ctx.state
    fault = FAULTS.get(utterance.intent)
    if fault and fault not in state.faults:
        state.faults = [*state.faults, fault][-MAX_FAULTS:]
    if utterance.intent == "ask_condition":
        state.conditions = sorted({*state.conditions, *utterance.values("condition")} or {"unnamed"})
    colour = utterance.first("band_colour")
    brand = utterance.first("band_brand")
    state.band_brand = brand or state.band_brand
    if utterance.intent == "ask_band" and colour:
        state.topic = None
