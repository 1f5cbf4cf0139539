"""Which clauses of a message are taken up on their own."""

from __future__ import annotations

import re

from countoff.dialogue.utterance import Question, Utterance

MOST = 3
CLEAR_QUESTION = 0.4
CLEAR_COMMAND = 0.6
CLEAR_WORD = 0.8
"""A clause whose best reading is less likely than these is not taken up on its own."""
FEWEST_WORDS = 2
POINTS_BACK = re.compile(r"\b(it|they|that|this|them|those)\b", re.IGNORECASE)

BESIDE_CAUTION = frozenset(
    {"ask_condition", "ask_band", "ask_band_placement", "ask_reps", "ask_rest", "ask_frequency", "ask_knee_height"}
    | {"ask_arms", "ask_stance", "ask_balance", "ask_back", "ask_core", "ask_tempo", "ask_breathing", "ask_equipment"}
)
"""What is still answered beside the caution given to somebody with a condition; all else would take it back."""
COMMANDS = frozenset({"start_session", "easier", "harder", "slower", "faster"})
VAGUE = frozenset({"nlu_fallback", "out_of_scope", "inform"})


def chosen(utterance: Utterance, small_talk: frozenset[str]) -> list[Question]:
    """The clauses to be dealt with one by one: caution first, then questions, then commands; empty for the whole.

    One clear question is enough where the message as a whole reads as small talk or as nothing in particular.
    """
    spoken_for = [q for place, q in enumerate(utterance.questions) if not _points_back(utterance, place)]
    kept: dict[str, Question] = {}
    for question in spoken_for:
        if _is_clear(question):
            kept.setdefault(question.intent, question)
    if "ask_condition" in kept:
        kept = {intent: question for intent, question in kept.items() if intent in BESIDE_CAUTION}
    explained = len(spoken_for) < len(utterance.questions)
    alone = kept and (explained or utterance.intent in small_talk | VAGUE or "ask_condition" in kept)
    if len(kept) < 2 and not alone:
        return []
    return sorted(kept.values(), key=_order)[:MOST]


def _points_back(utterance: Utterance, place: int) -> bool:
    """Whether a clause only points to what the one before it names: "what about my chest, should it be lifted"."""
    before, question = utterance.questions[place - 1], utterance.questions[place]
    if not place or question.intent in COMMANDS or POINTS_BACK.search(question.text) is None:
        return False
    return bool(utterance.clause(before).entities) and not utterance.clause(question).entities


def _is_clear(question: Question) -> bool:
    if len(question.text.split()) < FEWEST_WORDS:
        return question.intent.startswith("ask_") and question.confidence >= CLEAR_WORD
    if question.intent in COMMANDS:
        return question.confidence >= CLEAR_COMMAND
    return question.intent.startswith("ask_") and question.confidence >= CLEAR_QUESTION


def _order(question: Question) -> int:
    if question.intent == "ask_condition":
        return 0
    return 2 if question.intent in COMMANDS else 1
