"""Alexa: a custom skill that answers, and counts inside an open session."""
