"""Rasa test stories: what is said, and which actions follow."""
