"""Which clauses of a message are taken up on their own."""

from __future__ import annotations

import re

from countoff.dialogue import wording
from countoff.dialogue.utterance import Question, Utterance

MOST = 3
CLEAR_QUESTION = 0.4
CLEAR_COMMAND = 0.6
CLEAR_WORD = 0.8
"""A clause whose best reading is less likely than these is not taken up on its own."""
FEWEST_WORDS = 2
POINTS_BACK = re.compile(r"\b(it|they|that|this|them|those|these)\b", re.IGNORECASE)

BESIDE_CAUTION = frozenset(
    {"ask_condition", "ask_band", "ask_band_placement", "ask_reps", "ask_rest", "ask_frequency", "ask_knee_height"}
    | {"ask_arms", "ask_stance", "ask_balance", "ask_back", "ask_core", "ask_tempo", "ask_breathing", "ask_equipment"}
    | {"easier"}
)
"""What is still answered beside the caution given to somebody with a condition; all else would take it back."""
LADDER = frozenset({"easier", "harder"})
ASKS_WHAT_FOLLOWS = frozenset({"ask_whats_next", "next_step", "follow_up_next"})
MAY_BE_TOLD = frozenset({"ask_feel", "ask_benefits", "ask_level"})
"""What a statement may be read as: "abs are burning", "I am a runner", "I'm new to this"."""
A_BARE_REQUEST = 2
COMMANDS = frozenset({"start_session", "easier", "harder", "slower", "faster"})
VAGUE = frozenset({"nlu_fallback", "out_of_scope", "inform"})


def chosen(utterance: Utterance, small_talk: frozenset[str]) -> list[Question]:
    """The clauses to be dealt with one by one: caution first, then questions, then commands; empty for the whole.

    One clear question is enough where the message as a whole reads as small talk or as nothing in particular.
    """
    if _is_one_question(utterance):
        return []
    spoken_for = [q for place, q in enumerate(utterance.questions) if not _points_back(utterance, place)]
    if any(question.intent in LADDER for question in spoken_for):
        # "Too easy, what's next": the next rung is what is asked for.
        spoken_for = [q for q in spoken_for if not _tells_of_a_band(q) and q.intent not in ASKS_WHAT_FOLLOWS]
    spoken_for = _asked(utterance, spoken_for)
    kept: list[Question] = []
    for question in spoken_for:
        if _is_clear(question) and all(_is_other(utterance, question, earlier) for earlier in kept):
            kept.append(question)
    cautions = any(question.intent == "ask_condition" for question in kept)
    if cautions:
        kept = [question for question in kept if question.intent in BESIDE_CAUTION]
    explained = len(spoken_for) < len(utterance.questions)
    alone = kept and (explained or utterance.intent in small_talk | VAGUE or cautions)
    if len(kept) < 2 and not alone:
        return []
    return sorted(kept, key=_order)[:MOST]


def _asked(utterance: Utterance, questions: list[Question]) -> list[Question]:
    """Without what is only told beside a question ("I'm a runner"), and without "show me" after what nobody knows."""
    if any(wording.ASKS.search(question.text) for question in questions):
        questions = [q for q in questions if q.intent not in MAY_BE_TOLD or wording.ASKS.search(q.text)]
    if utterance.intent != "out_of_scope":
        return questions
    return [q for q in questions if len(q.text.split()) > A_BARE_REQUEST or utterance.clause(q).entities]


def _tells_of_a_band(question: Question) -> bool:
    """Whether a clause beside "easier" or "harder" only says which band is in use."""
    if question.intent not in VAGUE | {"ask_band"} or wording.ASKS.search(question.text):
        return False
    return wording.stands_with(question.text)


def _is_one_question(utterance: Utterance) -> bool:
    """Whether a clause that only names something is asked about in the next: "tight hips, will this loosen them"."""
    if len(utterance.questions) != 2:
        return False
    before, question = utterance.questions
    says_only = before.intent != "ask_condition" and not wording.ASKS.search(before.text)
    return says_only and question.intent == utterance.intent and _points_back(utterance, 1)


def _is_other(utterance: Utterance, question: Question, earlier: Question) -> bool:
    """Whether a clause asks something else than an earlier one, be it only about another thing."""
    if question.intent != earlier.intent:
        return True
    if question.intent == "ask_condition":
        return False
    one, other = _things(utterance, earlier), _things(utterance, question)
    if not (one and other):
        # "How many reps and how many sets": only one names what it is about, and both ask.
        named = any(thing.startswith("subject ") for thing in one | other)
        return named and all(wording.ASKS.search(part.text) for part in (earlier, question))
    return not one & other


def _things(utterance: Utterance, question: Question) -> set[str]:
    named = {f"{entity.kind} {entity.value}" for entity in utterance.clause(question).entities}
    ways = {"easier": wording.TO_EASIER, "harder": wording.TO_HARDER}
    return named | {name for name, words in ways.items() if words.search(question.text)}


def _points_back(utterance: Utterance, place: int) -> bool:
    """Whether a clause only points to what the one before it names: "what about my chest, should it be lifted"."""
    before, question = utterance.questions[place - 1], utterance.questions[place]
    if not place or question.intent in COMMANDS or POINTS_BACK.search(question.text) is None:
        return False
    return bool(utterance.clause(before).entities) and not utterance.clause(question).entities


def _is_clear(question: Question) -> bool:
    if question.intent == "ask_source" and not wording.ASKS_SOURCE.search(question.text):
        return False
    if len(question.text.split()) < FEWEST_WORDS:
        return question.intent.startswith("ask_") and question.confidence >= CLEAR_WORD
    if question.intent in COMMANDS:
        return question.confidence >= CLEAR_COMMAND
    return question.intent.startswith("ask_") and question.confidence >= CLEAR_QUESTION


def _order(question: Question) -> int:
    if question.intent == "ask_condition":
        return 0
    return 2 if question.intent in COMMANDS else 1
