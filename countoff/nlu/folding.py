"""Folds a message for matching without moving any of its characters."""

from __future__ import annotations

# Curly quotation marks and the backtick; en dash, em dash and the hyphen that does not break.
_PLAIN = str.maketrans("\u2019\u2018`\u2013\u2014\u2011", "'''---")


def fold(text: str) -> str:
    """Return the text in lower case with plain apostrophes and dashes; every character keeps its place."""
    plain = text.translate(_PLAIN)
    low = plain.lower()
    return low if len(low) == len(plain) else "".join(_lower(char) for char in plain)


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char
