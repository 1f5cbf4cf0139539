"""Which clauses of a message are taken up on their own."""

from __future__ import annotations

from countoff.dialogue.utterance import Question, Utterance

MOST = 3
CLEAR_QUESTION = 0.4
CLEAR_COMMAND = 0.6
CLEAR_WORD = 0.8
"""A clause whose best reading is less likely than these is not taken up on its own."""
FEWEST_WORDS = 2

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
    kept: dict[str, Question] = {}
    for question in utterance.questions:
        if _is_clear(question):
            kept.setdefault(question.intent, question)
    if "ask_condition" in kept:
        kept = {intent: question for intent, question in kept.items() if intent in BESIDE_CAUTION}
    alone = kept and (utterance.intent in small_talk | VAGUE or "ask_condition" in kept)
    if len(kept) < 2 and not alone:
        return []
    return sorted(kept.values(), key=_order)[:MOST]


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
