"""What a message means where the conversation decides and the sentence alone does not."""

from __future__ import annotations

from collections.abc import Callable

from countoff.dialogue import answering, wording
from countoff.dialogue.context import Context

VAGUE = frozenset({"nlu_fallback", "out_of_scope", "inform"})
STEP_READINGS = VAGUE | {"previous_step", "next_step", "current_step", "ask_how_to"}
A_FEW_WORDS = 4
FORM = VAGUE | {
    "ask_back",
    "ask_feel",
    "ask_breathing",
    "ask_balance",
    "ask_core",
    "ask_stance",
    "ask_safety",
    "ask_lean",
}
VERSION_READINGS = VAGUE | {"more", "ask_what_is", "ask_variations", "harder", "easier", "help", "ask_unknown"}
COMPARING = (
    VAGUE
    | {"ask_variations", "ask_unknown", "ask_level", "ask_what_is", "ask_benefits", "ask_stance"}
    | {
        "harder",
        "easier",
        "other_one",
        "choose_exercise",
        "inform",
    }
)


def in_context(ctx: Context) -> None:
    """Give the message the intent that it has here."""
    intent = next((intent for reads, intent in READINGS if reads(ctx)), None)
    if intent is not None:
        ctx.utterance = ctx.utterance.as_intent(intent)


def _names_a_step(ctx: Context) -> bool:
    """A step by its number; "the last step" may be the one before."""
    intent, step = ctx.utterance.intent, wording.step_in(ctx.utterance.text)
    short = len(ctx.utterance.text.split()) <= A_FEW_WORDS
    if step is None or ctx.in_set or intent not in STEP_READINGS or not (short or intent.endswith("_step")):
        return False
    return not (step == wording.LAST_STEP and intent == "previous_step")


def _compares(ctx: Context) -> bool:
    if answering.compares_exercises(ctx):
        return ctx.utterance.intent in COMPARING | {"ask_names", "more"}
    return ctx.utterance.intent in COMPARING and answering.compares_versions(ctx)


def _asks_about_a_version(ctx: Context) -> bool:
    """What a version is, or more about it: its steps, and neither the list nor the next rung."""
    utterance, exercise = ctx.utterance, ctx.exercise
    named = {v for v in utterance.values("variation") if v in exercise.variations} - {exercise.default_variation}
    if len(named) != 1 or utterance.intent not in VERSION_READINGS or ctx.in_set:
        return False
    return wording.DESCRIBES.search(utterance.text) is not None


def _asks_for_support(ctx: Context) -> bool:
    """Something to lean on is a wall to hold, and no fault of the trunk."""
    return ctx.utterance.intent == "ask_lean" and wording.LEANS_ON.search(ctx.utterance.text) is not None


def _asks_how_many(ctx: Context) -> bool:
    """With nothing running, "how many then" after an answer is about what is advised."""
    if ctx.utterance.intent != "ask_left" or ctx.status != "idle" or ctx.state.topic is None:
        return False
    return not wording.WHAT_REMAINS.search(ctx.utterance.text) and not wording.WHERE_WE_ARE.search(ctx.utterance.text)


def _asks_only_how(ctx: Context) -> bool:
    return wording.BARE_HOW.match(ctx.utterance.text) is not None


def _wants_to_begin(ctx: Context) -> bool:
    """A yes to nothing that was asked, with a word of beginning in it."""
    idle = ctx.utterance.intent == "affirm" and ctx.status == "idle" and ctx.state.pending is None
    return idle and wording.GO.search(ctx.utterance.text) is not None


def _tells_that_all_is_well(ctx: Context) -> bool:
    """No question about the back: "my back feels great". What hurts is not gone by it."""
    text = ctx.utterance.text
    if ctx.state.pain is not None or ctx.utterance.intent not in FORM:
        return False
    return bool(wording.FEELS_GOOD.search(text)) and not wording.NOT.search(text) and not wording.ASKS.search(text)


def _rates_the_set(ctx: Context) -> bool:
    """A word for how hard it was, in a sentence that means nothing else, after a set."""
    if ctx.session is None or ctx.status != "idle" or ctx.utterance.intent not in VAGUE:
        return False
    return bool(ctx.utterance.values("effort")) and not wording.ASKS.search(ctx.utterance.text)


READINGS: tuple[tuple[Callable[[Context], bool], str], ...] = (
    (_names_a_step, "current_step"),
    (_compares, "ask_variations"),
    (_asks_about_a_version, "ask_how_to"),
    (_asks_for_support, "ask_balance"),
    (_asks_how_many, "ask_reps"),
    (_asks_only_how, "ask_how_to"),
    (_tells_that_all_is_well, "pain_gone"),
    (_rates_the_set, "rate_effort"),
    (_wants_to_begin, "start_session"),
)
"""What a message may turn out to be here, the first that holds."""
