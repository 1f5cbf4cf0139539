"""What a speaker is to say, as SSML: the text rules, pauses where a screen has lines, and the sound of hard words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from countoff.speech.rules import SpokenRules, load_rules
from countoff.speech.text import paragraphs, split_sentences

MAX_CHARACTERS = 8000
"""The most characters of Alexa's outputSpeech, tags included (developer.amazon.com, response format)."""

LINE_MS = 400
PARAGRAPH_MS = 700
"""The pauses after a line and after a paragraph, in milliseconds."""

LONGEST_BREAK_MS = 10_000
"""The longest break of Alexa's SSML, in milliseconds (its SSML reference)."""


def ssml(text: str, language: str = "en", root: Path | None = None) -> str:
    """A text for a speaker, in the part of SSML that Alexa takes.

    Args:
        text: anything, not yet through the text rules; what has no word in it gives an empty ``speak``.
        language: two small letters, with a file in ``knowledge/spoken/``.
        root: the knowledge folder; the project's own if None.

    Returns:
        Well-formed XML of at most ``MAX_CHARACTERS``; a longer text ends after its last sentence that fits.

    Raises:
        KnowledgeError: there are no rules for the language, or they are wrong.
    """
    return speak(ssml_body(text, MAX_CHARACTERS - len(speak()), language, root))


def ssml_body(text: str, room: int, language: str = "en", root: Path | None = None) -> str:
    """What ``ssml`` puts within ``speak``, in at most ``room`` characters."""
    found = []
    for piece in _pieces(load_rules(root, language), text):
        if len(piece) > room:
            break
        found.append(piece)
        room -= len(piece)
    return "".join(found)


def speak(*bodies: str) -> str:
    """A whole answer of what ``ssml_body``, ``pause`` and ``audio`` gave."""
    return f"<speak>{''.join(bodies)}</speak>"


def pause(ms: int) -> str:
    """Silence, in breaks of at most ``LONGEST_BREAK_MS``."""
    whole, left = divmod(max(0, ms), LONGEST_BREAK_MS)
    return _break(LONGEST_BREAK_MS) * whole + (_break(left) if left else "")


def audio(address: str) -> str:
    """A recording, by its address."""
    return f"<audio src={quoteattr(address)}/>"


def _pieces(rules: SpokenRules, text: str) -> Iterator[str]:
    """Sentences, each with the pause that comes before it, so that what is cut off leaves no pause behind."""
    pause = ""
    for lines in paragraphs(rules, text, frozenset(rules.ipa)):
        for line in lines:
            # A sentence of hard words grows tenfold by its tags and must still fit.
            for sentence in split_sentences(line, MAX_CHARACTERS // 20, rules.language):
                yield pause + _marked(rules, sentence)
                pause = " "
            pause = _break(LINE_MS)
        pause = _break(PARAGRAPH_MS)


def _break(ms: int) -> str:
    return f'<break time="{ms}ms"/>'


def _marked(rules: SpokenRules, sentence: str) -> str:
    if not rules.ipa:
        return escape(sentence)
    hard = re.compile(rf"(?<![\w.])({'|'.join(sorted(map(re.escape, rules.ipa), key=len, reverse=True))})(?!\w)", re.I)
    # Every second part is a hard word.
    parts = enumerate(hard.split(sentence))
    return "".join(_phoneme(rules, part) if at % 2 else escape(part) for at, part in parts)


def _phoneme(rules: SpokenRules, word: str) -> str:
    return f'<phoneme alphabet="ipa" ph={quoteattr(rules.ipa[word.lower()])}>{escape(word)}</phoneme>'
