"""The instructions: all at once on a screen, one step at a time on a voice."""

from __future__ import annotations

from countoff.dialogue import answering, versions, wording
from countoff.dialogue.context import Context
from countoff.dialogue.state import StepCursor, Topic
from countoff.exercises import Step, Variation


def how_to(ctx: Context) -> None:
    """Begin the instructions of the variation that is meant."""
    if versions.names_unknown(ctx):
        versions.say_unknown(ctx)
        return
    variation = _meant(ctx)
    ctx.state.variation = variation.id
    if ctx.state.needs_care and variation.not_after_pain:
        ctx.turn.say("utter_variation_not_now", *ctx.offers(["ask_how_to", "ask_balance"]))
        return
    if variation.steps is None:
        line, _ = ctx.knowledge.provenance(variation.facts)
        _remember(ctx, variation, variation.facts)
        ctx.turn.say(
            "utter_variation_without_steps",
            *ctx.offers(["ask_how_to", "ask_variations", "easier"]),
            summary=variation.summary,
            source=line,
        )
        return
    ctx.state.steps = StepCursor(variation.id, 0)
    if ctx.utterance.voice:
        _say_step(ctx, variation)
    else:
        all_steps(ctx)


def next_step(ctx: Context) -> None:
    """The step after the current one, or the end."""
    _move(ctx, 1)


def previous_step(ctx: Context) -> None:
    """The step before the current one, or the beginning."""
    _move(ctx, -1)


def current_step(ctx: Context) -> None:
    """Say the step the user is on, or the one that is named."""
    named = _named(ctx)
    if _cursor(ctx) is None and named is None:
        how_to(ctx)
        return
    variation = _reading(ctx) if _cursor(ctx) else _meant(ctx)
    total = len(variation.steps or [])
    if not total:
        how_to(ctx)
        return
    wanted = total if named == wording.LAST_STEP else named
    if isinstance(wanted, int) and 1 <= wanted <= total:
        ctx.state.steps = StepCursor(variation.id, wanted - 1)
    elif named is not None:
        ctx.turn.say("utter_no_such_step", total=total)
        ctx.state.steps = ctx.state.steps or StepCursor(variation.id, 0)
        return
    _say_step(ctx, variation)


def _named(ctx: Context) -> int | None:
    """The step that is asked for by its number; to "is this step two" the step itself is the answer."""
    if wording.WHETHER_IT_IS.search(ctx.utterance.text):
        return None
    return wording.step_in(ctx.utterance.text) or ctx.utterance.number(None)


def in_brief(ctx: Context) -> None:
    """All of the instructions in one breath."""
    variation = _reading(ctx)
    found = ctx.knowledge.answer("how_to", [variation.id], ctx.exercise.id)
    if found is None or variation.steps is None:
        current_step(ctx)
        return
    answering.give(ctx, found, "ask_how_to", [variation.id], "short")


def all_steps(ctx: Context) -> None:
    """Every step in one go; the long form on a screen, the short one on a voice."""
    if _cursor(ctx) is None:
        how_to(ctx)
        return
    variation = _reading(ctx)
    steps = variation.steps or []
    voice = ctx.utterance.voice
    texts = [step.short if voice else f"{n}. {step.long}" for n, step in enumerate(steps, 1)]
    facts = _facts(steps)
    line, _ = ctx.knowledge.provenance(facts)
    _remember(ctx, variation, facts)
    ctx.turn.say(
        "utter_all_steps" if voice else "utter_all_steps_with_source",
        *(() if voice else ctx.offers(["start_session", "easier", "ask_mistakes", "ask_band"])),
        variation=variation.names.spoken,
        steps=(" " if voice else "\n").join(texts),
        source=line,
    )


def in_other_words(ctx: Context) -> bool:
    """The current step in its second wording; False where no step is being read."""
    cursor = _cursor(ctx)
    if cursor is None or ctx.state.topic is None or ctx.state.topic.intent != "ask_how_to":
        return False
    variation = _reading(ctx)
    steps = variation.steps or []
    if not ctx.utterance.voice and cursor.index == 0:
        texts = [f"{n}. {step.other}" for n, step in enumerate(steps, 1)]
        ctx.turn.say("utter_other_words", wording="\n".join(texts))
    else:
        ctx.turn.say("utter_other_words", wording=steps[cursor.index].other)
    return True


def _meant(ctx: Context) -> Variation:
    exercise = ctx.exercise
    named = next((v for v in ctx.utterance.values("variation") if v in exercise.variations), None) or _by_its_need(ctx)
    focus = ctx.state.variation if ctx.state.variation in exercise.variations else None
    return exercise.variations[named or focus or exercise.default_variation]


def _by_its_need(ctx: Context) -> str | None:
    """The variation that is told by what it takes: "the pull-up bar one"."""
    items = frozenset(ctx.utterance.values("item"))
    return next((v.id for v in ctx.exercise.variations.values() if items.intersection(v.needs)), None)


def _cursor(ctx: Context) -> StepCursor | None:
    cursor = ctx.state.steps
    variations = ctx.exercise.variations
    return cursor if cursor and cursor.variation in variations and variations[cursor.variation].steps else None


def _reading(ctx: Context) -> Variation:
    cursor = _cursor(ctx)
    return ctx.exercise.variations[cursor.variation if cursor else ctx.exercise.default_variation]


def _move(ctx: Context, by: int) -> None:
    cursor = _cursor(ctx)
    if cursor is None:
        how_to(ctx)
        return
    variation = _reading(ctx)
    last = len(variation.steps or []) - 1
    target = cursor.index + by
    if target > last:
        ctx.turn.say("utter_steps_done", *ctx.offers(["start_session", "all_steps", "ask_mistakes"]))
        return
    if target < 0:
        ctx.turn.say("utter_first_step")
    ctx.state.steps = StepCursor(variation.id, max(target, 0))
    _say_step(ctx, variation)


def _say_step(ctx: Context, variation: Variation) -> None:
    steps = variation.steps or []
    index = ctx.state.steps.index if ctx.state.steps else 0
    step = steps[index]
    _remember(ctx, variation, step.facts, "step")
    last = index == len(steps) - 1
    ctx.turn.say(
        "utter_last_step" if last else "utter_step",
        *(() if ctx.utterance.voice else ctx.offers(["next_step", "previous_step", "all_steps"])),
        number=index + 1,
        total=len(steps),
        wording=step.short if ctx.utterance.voice else step.long,
    )


def _facts(steps: list[Step]) -> list[str]:
    return list(dict.fromkeys(fact for step in steps for fact in step.facts))


def _remember(ctx: Context, variation: Variation, facts: list[str], form: str = "long") -> None:
    line, _ = ctx.knowledge.provenance(facts)
    ctx.turn.answer = {"intent": "ask_how_to", "facts": list(facts), "source": line}
    ctx.state.topic = Topic("ask_how_to", f"how_to@{variation.id}", [variation.id], list(facts), form)
