"""Slots by which the actions and Rasa's side of the house tell each other something; ``domain.yml`` declares them."""

from __future__ import annotations

HANDLED = "handled"
"""Which message an action has dealt with last."""

FORGET = "forget"
"""A conversation that is saved with this slot set to True is erased instead."""
