"""Answers from the knowledge base, with their source."""

from __future__ import annotations

import re
from dataclasses import replace

from countoff.dialogue import wording
from countoff.dialogue.context import Context
from countoff.dialogue.state import Topic
from countoff.dialogue.utterance import Entity
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
MOST_TELLING = {"variation": 0, "subject": 1, "condition": 2}
"""The version that is meant decides first, then what else the question is about; the rest as in the text."""
COMPARISON = "comparison"
EXERCISES = "exercises"
DIRECTIONS = {"easier": wording.TO_EASIER, "harder": wording.TO_HARDER}
NOT_ABOUT = frozenset({"number", "exercise", "side", "effort", "constraint"})
UNKNOWN_COLOUR = "unknown_colour"
SOURCES_SHOWN = 2
MEDICAL = frozenset({"ask_benefits", "ask_level", "ask_safety"})
"""Asked about a condition, these are questions about that condition."""
OFFERS_A_SET = frozenset({"start_session", "easier", "harder"})
"""What is not offered in a turn that cautions."""


def topic_of(intent: str) -> str:
    """Name of the entry of the knowledge base that answers an intent."""
    return intent.removeprefix("ask_")


def about(ctx: Context) -> list[str]:
    """What the message is about, most telling first; a colour that no convention places also as such."""
    things: list[str] = [COMPARISON] if compares_versions(ctx) else []
    if compares_exercises(ctx):
        things.insert(0, EXERCISES)
    for entity in sorted(ctx.utterance.entities, key=lambda e: _tells_less(ctx, e)):
        if entity.kind in NOT_ABOUT or _asks_which_to_buy(ctx, entity):
            continue
        things.append(str(entity.value))
        if entity.kind == "band_colour" and not _placed(ctx, str(entity.value)):
            things.append(UNKNOWN_COLOUR)
    if ctx.utterance.intent == "ask_variations":
        things += [name for name, words in DIRECTIONS.items() if words.search(ctx.utterance.text)]
    return things


def _tells_less(ctx: Context, entity: Entity) -> int:
    """The place of an entity among what a question is about. Of a band that is named, where it is sold tells least."""
    utterance = ctx.utterance
    if entity.value == "products" and utterance.intent == "ask_band" and utterance.values("band_colour", "load"):
        return len(MOST_TELLING) + 1
    return MOST_TELLING.get(entity.kind, len(MOST_TELLING))


def _asks_which_to_buy(ctx: Context, entity: Entity) -> bool:
    """A shop is named only beside the colour or strength to buy: it is that which is asked."""
    return (
        entity.value == "products"
        and ctx.utterance.intent == "ask_band"
        and wording.WHICH_STRENGTH.search(ctx.utterance.text) is not None
    )


def compares_exercises(ctx: Context) -> bool:
    """Whether two exercises are asked about together: what the difference is between them."""
    known, text = ctx.knowledge.exercises, ctx.utterance.text
    named = {exercise for exercise in ctx.utterance.values("exercise") if exercise in known}
    if len(named) > 1:
        return wording.COMPARES.search(text) is not None
    return bool(named - {ctx.exercise.id}) and wording.DIFFERS.search(text) is not None


def compares_versions(ctx: Context) -> bool:
    """Whether two versions are asked about together: which is harder, what the difference is."""
    named = {v for v in ctx.utterance.values("variation") if v in ctx.exercise.variations}
    return len(named) > 1 and wording.COMPARES.search(ctx.utterance.text) is not None


def _placed(ctx: Context, colour: str) -> bool:
    bands = ctx.knowledge.bands
    return any(bands.load_of(colour, brand) for brand in bands.conventions)


def answer_question(ctx: Context) -> bool:
    """Answer one question; say that the sources do not tell where no entry holds it. False only in the latter case."""
    intent = ctx.utterance.intent
    things = about(ctx)
    remember(ctx)
    found = _find(ctx, intent, things)
    if found is None:
        ctx.turn.say("utter_not_in_sources", *ctx.offers(["ask_how_to", "ask_band", "ask_reps", "ask_safety"]))
        ctx.turn.answer = {"intent": intent, "facts": [], "source": ""}
        return False
    if intent in MEDICAL and re.split("[/@]", found.key)[0] == topic_of("ask_condition"):
        intent = "ask_condition"
    give(ctx, found, intent, things, "short" if ctx.utterance.voice else "long")
    return True


def has_own_answer(ctx: Context) -> bool:
    """Whether an entry answers just what the message is about, and not only its topic."""
    found = _lookup(ctx, ctx.utterance.intent, about(ctx))
    return found is not None and ("/" in found.key or "@" in found.key)


def caution(ctx: Context) -> None:
    """What is said first to a user with a condition: see somebody before starting. No set is offered beside it."""
    ctx.turn.cautions = True
    known = ctx.utterance.values("condition") or ctx.state.conditions
    entities = tuple(Entity("condition", condition) for condition in known)
    about_it = replace(ctx.utterance, intent="ask_condition", entities=(*ctx.utterance.entities, *entities))
    answer_question(replace(ctx, utterance=about_it))


def _find(ctx: Context, intent: str, things: list[str]) -> FoundAnswer | None:
    if intent in MEDICAL and ctx.utterance.values("condition"):
        # Whether it helps or suits a condition is a medical question unless a fact names that very condition.
        exact = _lookup(ctx, intent, things)
        if exact is None or "/" not in exact.key:
            return _lookup(ctx, "ask_condition", things)
        return exact
    found = _lookup(ctx, intent, things)
    if intent == "ask_unknown" and found is not None and found.key == "unknown":
        # No source speaks of looks or tone, but one may name the muscle that is meant.
        named = _lookup(ctx, "ask_muscles", things)
        return named if named is not None and "/" in named.key else found
    return found


def _lookup(ctx: Context, intent: str, things: list[str]) -> FoundAnswer | None:
    exercise = ctx.exercise.id
    variation = ctx.state.variation or ctx.rung.variation
    return ctx.knowledge.answer(topic_of(intent), things, exercise, variation)


def give(ctx: Context, found: FoundAnswer, intent: str, things: list[str], form: str) -> None:
    """Say an answer in one of its wordings and remember it."""
    answer = found.answer
    text = {"short": answer.short, "long": answer.long, "other": answer.other or answer.long}[form]
    main = "; ".join(found.source_line.split("; ")[:SOURCES_SHOWN])
    response = "utter_answer" if ctx.utterance.voice else "utter_answer_with_source"
    if not ctx.utterance.voice and main != found.source_line:
        response = "utter_answer_with_sources"
    offered = [name for name in answer.suggestions if not (ctx.turn.cautions and name in OFFERS_A_SET)]
    buttons = () if ctx.utterance.voice else ctx.offers(offered)
    ctx.turn.say(response, *buttons, answer=text, source=main)
    facts = [fact.id for fact in found.facts]
    earlier = ctx.turn.answer
    if earlier:
        facts = [*earlier["facts"], *(f for f in facts if f not in earlier["facts"])]
    source = found.source_line
    if earlier and earlier["source"] and earlier["source"] != source:
        source = f"{earlier['source']}; {source}"
    ctx.turn.answer = {"intent": intent, "facts": facts, "source": source}
    if ctx.utterance.voice:
        # A speaker may have a card beside it.
        ctx.turn.answer["long"] = "\n\n".join(filter(None, ((earlier or {}).get("long"), answer.long)))
    ctx.state.topic = Topic(intent, found.key, things, facts, form)


def remember(ctx: Context) -> None:
    """Keep what the question tells of the user: faults, conditions, the brand, the version that is talked about."""
    state, utterance = ctx.state, ctx.utterance
    fault = FAULTS.get(utterance.intent)
    if fault and fault not in state.faults:
        state.faults = [*state.faults, fault][-MAX_FAULTS:]
    if utterance.intent == "ask_condition" and not wording.of_somebody_else(utterance.text):
        known = state.conditions
        state.conditions = sorted({*known, *utterance.values("condition")} or {"unnamed"})
        # Who has agreed knew nothing of this one.
        state.cleared = state.cleared and state.conditions == known
    state.band_brand = utterance.first("band_brand") or state.band_brand
    named = next((v for v in utterance.values("variation") if v in ctx.exercise.variations), None)
    state.variation = named or state.variation
    state.last_direction = None
