"""What a message means where the conversation decides and the sentence alone does not."""

from __future__ import annotations

import re
from collections.abc import Callable

from countoff.dialogue import answering, interruptions, wording
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
    "ask_soreness",
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

POINTS: dict[str, tuple[str, frozenset[str]]] = {
    "gaze": ("ask_stance", VAGUE | {"ask_unknown", "ask_lean", "ask_balance", "ask_how_to", "ask_back"}),
    "standing_leg": ("ask_stance", VAGUE | {"ask_how_to", "other_one", "ask_sides", "ask_unknown"}),
    "diagnosis": (
        "ask_condition",
        VAGUE | {"ask_band_care", "ask_bot", "ask_unknown", "ask_stop_rule", "ask_safety", "ask_feel", "ask_soreness"},
    ),
    "psoas_pain": ("ask_what_is", VAGUE | {"ask_unknown", "ask_soreness", "ask_safety"}),
    "clicking": ("ask_feel", VAGUE | {"ask_lean", "ask_unknown", "ask_back", "ask_knee_height", "ask_mistakes"}),
    "uneven": ("ask_sides", VAGUE | {"easier", "ask_unknown", "rate_effort", "report_constraint"}),
    "dose": ("ask_reps", frozenset({"nlu_fallback", "inform", "ask_unknown", "ask_tempo", "ask_progress", "ask_rest"})),
    "who_not": ("ask_safety", VAGUE | {"ask_unknown", "ask_source"}),
}
"""What a subject is asked about with, and the readings of such a question that miss it."""
NEXT_SET = re.compile(r"\b(next|another|new)\s(set|round)\b", re.IGNORECASE)
NEXT = re.compile(
    r"^\W*((ok|okay|and|go|on|to|the|now|yes)\W+)*n(e?xt|ex)(\W+(please|pls|one|thing|up))*\W*$", re.IGNORECASE
)
STEP = re.compile(r"\bsteps?\b", re.IGNORECASE)
HOW_OFTEN = re.compile(
    r"\b(times|days|often|m[ae]n+y|mny|once|twice)\s(in\s)?(a|per|each|every)\s(week|weak|wk|day|month)"
    r"(?=\W*$|\s(should|shud|shall|do|can|is|to|for|would|i|u|you|we)\b)",
    re.IGNORECASE,
)
"""A week is often typed as "weak", which has a meaning of its own before a part of the body."""
ORDERS = re.compile(
    r"^\W*((ok|okay|so|now|then|and|please|pls|right|yes|coach|let'?s|just)\W+)*"
    r"do\s((me|us|it|another|a\sset\sof|sets?\sof|reps\sof)\s)*$",
    re.IGNORECASE,
)
REPS_ONLY = re.compile(
    r"^\s*(reps?|repetitions|times|more)?(\s(a|per|each|on\seach|both)\s?(side|leg)s?)?"
    r"(\W+(please|pls|now|then|with\sme|for\sme|ok|thanks))*\W*$",
    re.IGNORECASE,
)
"""What may stand before and after the number of an order: "do 8 reps", not "do 8 reps help"."""
LOUDNESS = re.compile(
    r"^(?!.*\b(easier|harder|slower|faster)\b).*\b(qui(et|t|te)er|louder|volume|(too|so|less)\sloud|(talk|speak)\sup"
    r"|(talk|speak|count)\s(\w+\s){0,3}(softer|softly|quietly))\b",
    re.IGNORECASE,
)
LOUD_OR_NOT = VAGUE | {
    "easier",
    "harder",
    "slower",
    "faster",
    "repeat",
    "shorter",
    "help",
    "affirm",
    "ask_bot",
    "ask_variations",
}
"""What a wish about the voice is misread as."""
SAYING = re.compile(r"\bno\spain\W+no\sgain", re.IGNORECASE)
LEGS_GIVE_OUT = re.compile(
    r"\b(legs?|knees|thighs|quads)\b.{0,20}\b(jelly|rubber|gone|giving\sout|spaghetti|noodles|dead|shot)\b|\bjelly\slegs\b",
    re.IGNORECASE,
)


def in_context(ctx: Context) -> None:
    """Give the message the intent that it has here."""
    intent = next((intent for reads, intent in READINGS if reads(ctx)), None) or _by_its_point(ctx)
    if intent is not None:
        ctx.utterance = ctx.utterance.as_intent(intent)


def _by_its_point(ctx: Context) -> str | None:
    """The intent that a subject belongs to, where the message was read as something that misses it."""
    for subject in ctx.utterance.values("subject"):
        intent, misread = POINTS.get(subject, ("", frozenset()))
        if ctx.utterance.intent in misread:
            return intent
    return None


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


def _asks_to_lie_down(ctx: Context) -> bool:
    """A version on the floor is neither a matter of balance nor of how to stand: "can I do it lying down"."""
    stands = ctx.utterance.intent in VAGUE | {"ask_balance", "ask_stance"}
    named = [ctx.exercise.variations.get(name) for name in ctx.utterance.values("variation")]
    lies = any(variation and variation.place == "floor" for variation in named)
    return stands and lies and wording.LEAVE.search(ctx.utterance.text) is not None


def _asks_how_often(ctx: Context) -> bool:
    vague = ctx.utterance.intent in VAGUE | {"ask_reps", "ask_left"}
    return vague and HOW_OFTEN.search(ctx.utterance.text) is not None


def _orders_reps(ctx: Context) -> bool:
    """With nothing running, a number of reps to do, and nothing asked: "do 8 reps"."""
    text, numbers = ctx.utterance.text, [e for e in ctx.utterance.entities if e.kind == "number"]
    misread = ctx.utterance.intent in VAGUE | {"ask_reps", "ask_frequency"}
    if ctx.status != "idle" or not misread or len(numbers) != 1 or "?" in text:
        return False
    return bool(ORDERS.match(text[: numbers[0].start]) and REPS_ONLY.match(text[numbers[0].end :]))


def _asks_for_what_comes(ctx: Context) -> bool:
    """With nothing running and no steps being read, "next" asks what could come."""
    if ctx.status != "idle" or ctx.state.pain is not None or ctx.state.steps is not None:
        return False
    text = ctx.utterance.text
    steps = ctx.utterance.intent == "next_step" and STEP.search(text) is None
    return steps or (ctx.utterance.intent in VAGUE and NEXT.match(text) is not None)


def _is_about_the_voice(ctx: Context) -> bool:
    """How loud it is, which the player decides: no version is quieter."""
    asked = ctx.state.pain is None and ctx.utterance.intent in LOUD_OR_NOT
    return asked and LOUDNESS.search(ctx.utterance.text) is not None


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


def _wants_the_next_set(ctx: Context) -> bool:
    """With nothing running "next set" asks for one."""
    skips = ctx.utterance.intent in VAGUE | {"skip", "next_step", "ask_whats_next"}
    return skips and ctx.status == "idle" and NEXT_SET.search(ctx.utterance.text) is not None


def _legs_give_out(ctx: Context) -> bool:
    """While a set counts, legs like jelly are a reason to wait."""
    tired = ctx.utterance.intent in VAGUE | {"rate_effort", "easier"}
    return ctx.running and tired and LEGS_GIVE_OUT.search(ctx.utterance.text) is not None


def _tells_of_a_broken_band(ctx: Context) -> bool:
    text, told = ctx.utterance.text, ctx.utterance.intent in VAGUE | {"ask_band_care"}
    broke = "no_band" in ctx.utterance.values("constraint") and wording.BROKE.search(text)
    return bool(told and broke) and not wording.ASKS.search(text)


def _quotes_the_saying(ctx: Context) -> bool:
    """The saying is no report that the pain is gone; what holds is the rule of stopping."""
    return SAYING.search(ctx.utterance.text) is not None


READINGS: tuple[tuple[Callable[[Context], bool], str], ...] = (
    (_quotes_the_saying, "ask_stop_rule"),
    (_names_a_step, "current_step"),
    (_compares, "ask_variations"),
    (_asks_about_a_version, "ask_how_to"),
    (_asks_to_lie_down, "ask_variations"),
    (_asks_for_support, "ask_balance"),
    (_asks_how_often, "ask_frequency"),
    (_orders_reps, "start_session"),
    (_asks_for_what_comes, "ask_whats_next"),
    (_is_about_the_voice, "out_of_scope"),
    (_asks_how_many, "ask_reps"),
    (_asks_only_how, "ask_how_to"),
    (_tells_that_all_is_well, "pain_gone"),
    (_rates_the_set, "rate_effort"),
    (_wants_to_begin, "start_session"),
    (_wants_the_next_set, "start_session"),
    (_legs_give_out, "pause"),
    (interruptions.wants_a_pause, "pause"),
    (interruptions.is_back, "resume"),
    (_tells_of_a_broken_band, "report_constraint"),
)
"""What a message may turn out to be here, the first that holds."""
