"""Decides what a turn does: state and utterance in, responses and session events out. Pure: no Rasa, no I/O."""

from countoff.dialogue.coach import Coach
from countoff.dialogue.state import ConversationState
from countoff.dialogue.turn import Button, Ended, Say, Turn
from countoff.dialogue.utterance import Entity, Question, Safety, Utterance

__all__ = ["Button", "Coach", "ConversationState", "Ended", "Entity", "Question", "Safety", "Say", "Turn", "Utterance"]
