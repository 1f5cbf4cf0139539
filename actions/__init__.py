"""Rasa actions of Countoff: one thin file per topic."""
