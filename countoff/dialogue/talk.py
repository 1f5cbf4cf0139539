"""Talk about the talk: again, shorter, more, who says so, follow-ups, greetings, and what was not understood."""

from __future__ import annotations

from dataclasses import replace

from countoff.dialogue import answering, running, steps, walk, wording
from countoff.dialogue.context import Context
from countoff.dialogue.state import Topic
from countoff.dialogue.turn import Button, Say
from countoff.dialogue.utterance import Entity, Utterance

FORM_KINDS = ("form_point", "body_part")
FORM_POINTS = {
    "knee_height": "ask_knee_height",
    "arms": "ask_arms",
    "feet": "ask_stance",
    "tempo": "ask_tempo",
    "core": "ask_core",
    "back": "ask_back",
    "breathing": "ask_breathing",
    "knee": "ask_knee_height",
    "arm": "ask_arms",
    "hand": "ask_arms",
    "foot": "ask_stance",
    "head": "ask_stance",
    "chest": "ask_stance",
    "low_back": "ask_back",
    "stomach": "ask_core",
}
"""The form question that a bare point of form or body part stands for."""

NO_READING = frozenset({"nlu_fallback", "out_of_scope"})
STARTS = frozenset({"resume", "start_session", "harder", "faster"})
"""What is not offered while something hurts."""
CLEAR_LEAD = 0.25
"""Below the fallback's threshold, a best reading of at least this probability is worth asking about."""


def repeat(ctx: Context) -> None:
    """The last cue while a set counts; else what was said last, again."""
    if ctx.running and running.last_cue(ctx):
        return
    if not ctx.state.last_says:
        ctx.turn.say("utter_nothing_to_repeat", *ctx.offers(["help"]))
        return
    ctx.turn.says.extend(Say.from_json(says) for says in ctx.state.last_says)


def shorter(ctx: Context) -> None:
    """The last answer in its short form."""
    _again(ctx, "short")


def more(ctx: Context) -> None:
    """The last answer in its long form."""
    topic = ctx.state.topic
    if topic is None and ctx.state.last_direction:
        walk.walk(ctx, ctx.state.last_direction)
        return
    if topic and topic.form == "long" and topic.intent != "ask_how_to":
        ctx.turn.say("utter_that_is_all", *ctx.offers(["ask_source", "ask_how_to", "ask_mistakes"]))
        return
    _again(ctx, "long")


def in_other_words(ctx: Context) -> None:
    """The last step or answer in its second wording."""
    if not steps.in_other_words(ctx):
        _again(ctx, "other")


def who_says_so(ctx: Context) -> None:
    """The sources of the last answer, with what they disagree on."""
    topic = ctx.state.topic
    if wording.AUTHOR.search(ctx.utterance.text):
        ctx.turn.say("utter_about_the_author", *ctx.offers(["ask_what_is", "ask_how_to"]))
        return
    if topic is None or not topic.facts:
        ctx.turn.say("utter_sources_in_general", *ctx.offers(["ask_band", "ask_how_to"]))
        return
    knowledge = ctx.knowledge
    line, spoken = knowledge.provenance(topic.facts)
    ctx.turn.answer = {"intent": "ask_source", "facts": topic.facts, "source": line}
    if ctx.utterance.voice:
        ctx.turn.say("utter_source_spoken", source=spoken)
    else:
        ids = dict.fromkeys(s for fact in topic.facts for s in knowledge.facts[fact].sources)
        sources = [knowledge.sources[s] for s in ids]
        text = "\n".join(f"• {s.title}, {s.author}: {s.address} ({s.accessed})" for s in sources)
        ctx.turn.say("utter_source", sources=text)
        for source in sources:
            if source.cites:
                ctx.turn.say("utter_source_cites", source=source.spoken, cited=source.cites)
    if wording.ASKS_SOURCE.search(ctx.utterance.text) and _leaves_a_view_out(ctx, topic.facts):
        ctx.turn.say("utter_sources_disagree")


def _leaves_a_view_out(ctx: Context, facts: list[str]) -> bool:
    """Whether a source that disagrees is not in the answer itself."""
    known = ctx.knowledge.facts
    return any(other not in facts for fact in facts for other in known[fact].conflicts_with)


def _again(ctx: Context, form: str) -> None:
    topic = ctx.state.topic
    if topic is None:
        repeat(ctx)
        return
    if topic.intent == "ask_how_to":
        _steps_again(ctx, topic, form)
        return
    name, _, _ = topic.key.partition("/")
    found = ctx.knowledge.answer(
        name.partition("@")[0], topic.about, ctx.exercise.id, ctx.state.variation or ctx.rung.variation
    )
    if found is None:
        ctx.turn.say("utter_nothing_to_repeat", *ctx.offers(["help"]))
        return
    answering.give(ctx, found, topic.intent, topic.about, form)


def _steps_again(ctx: Context, topic: Topic, form: str) -> None:
    if form == "long":
        steps.all_steps(ctx)
    elif topic.form == "step":
        steps.current_step(ctx)
    else:
        steps.in_brief(ctx)


def follow_up_next(ctx: Context) -> None:
    """The one after the one just talked about: the next band, the next step, the next rung."""
    topic = ctx.state.topic
    if ctx.utterance.values("variation"):
        steps.how_to(ctx)
        return
    if ctx.state.steps and topic and topic.intent == "ask_how_to":
        steps.next_step(ctx)
        return
    colour = _colour_of(ctx, topic) if topic and topic.intent == "ask_band" else None
    after = ctx.knowledge.bands.next_in_set(colour, ctx.state.band_brand) if colour else None
    if after:
        _ask_again(ctx, "ask_band", Entity("band_colour", after))
    elif colour:
        ctx.turn.say("utter_no_stronger_band", colour=colour)
    elif topic:
        more(ctx)
    else:
        ctx.turn.say("utter_next_of_what", *ctx.offers(["ask_how_to", "ask_band", "start_session"]))


def _colour_of(ctx: Context, topic: Topic) -> str:
    """The colour an answer about bands was about; the lightest, with which one begins, where it named none."""
    shades = [shade.colour for shade in ctx.knowledge.bands.convention(ctx.state.band_brand).shades]
    return next((thing for thing in topic.about if thing in shades), shades[0])


def other_one(ctx: Context) -> None:
    """The other of two things: the other leg, or the march lying down instead of standing."""
    exercise = ctx.exercise
    topic = ctx.state.topic
    if topic and topic.intent in ("ask_how_to", "ask_variations"):
        here = exercise.variations.get(ctx.state.variation or exercise.default_variation)
        others = [v for v in exercise.variations.values() if here and v.place != here.place and v.steps]
        if others:
            _ask_again(ctx, "ask_how_to", Entity("variation", others[0].id))
            return
    ctx.turn.say("utter_which_other", *ctx.offers(["ask_sides", "ask_variations", "ask_band"]))


def about_this(ctx: Context) -> bool:
    """A bare thing after an answer asks the same about it ("and glutes?"), or else about its form ("and my arms?").

    False where neither makes sense.
    """
    topic = ctx.state.topic
    things = answering.about(ctx)
    if topic is None or not things:
        return False
    if topic.intent == "ask_how_to" and ctx.utterance.values("variation"):
        steps.how_to(ctx)
        return True
    found = ctx.knowledge.answer(answering.topic_of(topic.intent), things, ctx.exercise.id, None)
    if found is not None and ("/" in found.key or "@" in found.key):
        answering.remember(ctx)
        answering.give(ctx, found, topic.intent, things, "short" if ctx.utterance.voice else "long")
        return True
    point = next((FORM_POINTS[value] for value in ctx.utterance.values(*FORM_KINDS) if value in FORM_POINTS), None)
    if point is None:
        return False
    answering.answer_question(replace(ctx, utterance=ctx.utterance.as_intent(point)))
    return True


def _ask_again(ctx: Context, intent: str, entity: Entity) -> None:
    asked: Utterance = replace(ctx.utterance, intent=intent, entities=(entity,), questions=())
    if intent == "ask_how_to":
        ctx.state.variation = str(entity.value)
        steps.how_to(replace(ctx, utterance=asked))
    else:
        answering.answer_question(replace(ctx, utterance=asked))


def not_understood(ctx: Context) -> None:
    """Ask which of two readings is meant where two are likely; else say so and name what the coach can do."""
    if about_this(ctx):
        return
    topics = ctx.knowledge.topics
    never = NO_READING | (STARTS if ctx.state.pain is not None else frozenset())
    likely = [(name, p) for name, p in ctx.utterance.ranking if name not in never][:2]
    first_is_scope = bool(ctx.utterance.ranking) and ctx.utterance.ranking[0][0] == "out_of_scope"
    if len(likely) == 2 and not first_is_scope and likely[0][1] >= CLEAR_LEAD and all(n in topics for n, _ in likely):
        one, two = (topics[name] for name, _ in likely)
        ctx.ask("did_you_mean", options=[name for name, _ in likely])
        ctx.turn.say(
            "utter_did_you_mean", Button(one.label, one.ask), Button(two.label, two.ask), one=one.label, two=two.label
        )
        return
    ctx.turn.say("utter_not_understood", *ctx.offers(["ask_how_to", "ask_band", "start_session", "easier"]))


def out_of_scope(ctx: Context) -> None:
    """Say so in one line and name what the coach can do."""
    ctx.turn.say("utter_out_of_scope", *ctx.offers(["ask_how_to", "ask_band", "start_session"]))


def choose_exercise(ctx: Context) -> None:
    """Change to the exercise that is named, or say which there are."""
    chosen = ctx.utterance.first("exercise")
    if chosen is None or chosen not in ctx.knowledge.exercises:
        names = [e.names.canonical for e in ctx.knowledge.exercises.values()]
        ctx.turn.say("utter_exercises", *[Button(n, n) for n in names], names=", ".join(names))
        return
    if ctx.in_set:
        ctx.turn.say("utter_exercise_after_set")
        return
    switch_exercise(ctx, chosen)
    exercise = ctx.exercise
    ctx.turn.say(
        "utter_exercise_chosen",
        *ctx.offers(["ask_how_to", "start_session", "ask_muscles"]),
        name=exercise.names.canonical,
        summary=exercise.summary.text,
    )
    line, _ = ctx.knowledge.provenance(exercise.summary.facts)
    ctx.turn.answer = {"intent": "choose_exercise", "facts": list(exercise.summary.facts), "source": line}


def switch_exercise(ctx: Context, exercise: str) -> None:
    """Talk about another exercise from now on."""
    state = ctx.state
    if (state.exercise or ctx.knowledge.default_exercise) == exercise:
        return
    state.exercise = exercise
    state.rung = state.variation = state.steps = state.topic = None
    state.faults = []
