"""Follow-ups to the list of common mistakes: "the last one", "how do I fix the first one"."""

from __future__ import annotations

from countoff.dialogue import wording
from countoff.dialogue.context import Context
from countoff.dialogue.state import Topic
from countoff.exercises import Mistake

OTHER_THAN_QUESTIONS = frozenset({"nlu_fallback", "out_of_scope", "inform", "more", "other_one"})
STEPS = frozenset({"current_step", "next_step", "previous_step", "follow_up_next"})


def answered(ctx: Context) -> bool:
    """Answer on the mistake that is meant by its place in the list just given; False where none is."""
    mistake = _meant(ctx)
    if mistake is None:
        return False
    line, _ = ctx.knowledge.provenance(mistake.facts)
    ctx.turn.answer = {"intent": "ask_mistakes", "facts": list(mistake.facts), "source": line}
    response = "utter_mistake" if ctx.utterance.voice else "utter_mistake_with_source"
    buttons = () if ctx.utterance.voice else ctx.offers(["ask_mistakes", "ask_source", "start_session"])
    ctx.turn.say(response, *buttons, why=mistake.why, fix=mistake.fix, source=line)
    return True


def _meant(ctx: Context) -> Mistake | None:
    topic, intent, place = ctx.state.topic, ctx.utterance.intent, wording.place_in(ctx.utterance.text)
    if place is None or topic is None or topic.intent != "ask_mistakes" or ctx.in_set:
        return None
    if not intent.startswith("ask_") and intent not in OTHER_THAN_QUESTIONS | STEPS:
        return None
    listed = _listed(ctx, topic)
    return listed[place] if place < len(listed) and listed else None


def _listed(ctx: Context, topic: Topic) -> list[Mistake]:
    """The mistakes in the order of the answer: those that rest on its first fact."""
    return [mistake for mistake in ctx.exercise.mistakes if set(topic.facts[:1]) & set(mistake.facts)]
