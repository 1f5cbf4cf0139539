"""What a user wrote, made fit to be read: visible characters only, and never a command to Rasa."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 1_000
"""Longest message that is answered, in characters after cleaning."""

MAX_RAW_CHARACTERS = 10 * MAX_CHARACTERS
"""A message longer than this is too long whatever cleaning would leave of it."""

EDGE_CHARACTERS = 2_000
"""Of a message that is too long so many characters of its beginning and of its end are read, for the safety net."""

TOO_LONG = "too_long"
NOT_TEXT = "not_text"

_SLASHES = "/\uff0f\u2044\u2215\u29f8\u29f6\u2571\u27cb\U0001f67c"
"""The solidus and what looks like it. Only the first injects an intent; some readers fold the others into it."""

_ZERO_WIDTH_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\ufffd",
)
"""Characters that show nothing, or stand for what was lost, though their category does not say so."""

_LINE_ENDS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True)
class ReadText:
    """A message as the coach will read it."""

    text: str
    problem: str | None = None
    """``not_text`` where there is no text, which is empty then; ``too_long`` where the text may hold only its ends."""


def read_text(raw: object) -> ReadText:
    """Clean a message, or say why it cannot be answered.

    A message that is too long keeps its text up to twice ``EDGE_CHARACTERS``, and its two ends beyond: nothing in it is
    acted upon but a stop, pain or a red flag (``countoff.nlu.safety_component``).

    Args:
        raw: what the channel received; anything but a string is not text.
    """
    if not isinstance(raw, str):
        return ReadText("", NOT_TEXT)
    if len(raw) > MAX_RAW_CHARACTERS:
        half = MAX_RAW_CHARACTERS // 2
        return ReadText(_ends(clean_text(f"{raw[:half]}\n{raw[-half:]}")), TOO_LONG)
    text = clean_text(raw)
    return ReadText(_ends(text), TOO_LONG) if len(text) > MAX_CHARACTERS else ReadText(text)


def _ends(text: str) -> str:
    if len(text) <= 2 * EDGE_CHARACTERS:
        return text
    return f"{text[: EDGE_CHARACTERS - 1]}\n{text[-EDGE_CHARACTERS:]}"


def clean_text(text: str) -> str:
    r"""Keep what can be seen, and take away white space at both ends and every slash at the start.

    Rasa reads a text that begins with a slash as an intent, so nothing returned here begins with one, nor with a
    look-alike. Emoji and all scripts are kept; line ends become ``\n`` and other white space a plain space.
    """
    visible = _drop_loose_joiners("".join(map(_visible, text.replace("\r\n", "\n"))))
    return _from_first_word(visible).rstrip()


@lru_cache(maxsize=4_096)
def _visible(character: str) -> str:
    if " " <= character <= "~":
        return character
    if character in _LINE_ENDS:
        return "\n"
    if character in (_ZERO_WIDTH_JOINER, _EMOJI_STYLE):
        return character
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    return "" if _is_unseen(character, category) else character


def _is_unseen(character: str, category: str) -> bool:
    code = ord(character)
    return (
        category in ("Cc", "Cf", "Cs", "Co")
        or character in _UNSEEN
        or 0xFE00 <= code <= 0xFE0F  # variation selectors
        or 0xFDD0 <= code <= 0xFDEF  # not characters
        or code & 0xFFFE == 0xFFFE  # not characters
        or 0xE0000 <= code <= 0xE0FFF  # tags and more selectors; unassigned ones show nothing either
    )


def _drop_loose_joiners(text: str) -> str:
    """Keep joiners and emoji selectors only where they hold an emoji together."""
    if _ZERO_WIDTH_JOINER not in text and _EMOJI_STYLE not in text:
        return text
    kept: list[str] = []
    for place, character in enumerate(text):
        before = kept[-1] if kept else ""
        after = text[place + 1 : place + 2]
        if character == _EMOJI_STYLE:
            loose = not (_is_pictorial(before) or before in tuple("0123456789#*"))
        elif character == _ZERO_WIDTH_JOINER:
            loose = not ((_is_pictorial(before) or before == _EMOJI_STYLE) and _is_pictorial(after))
        else:
            loose = False
        if not loose:
            kept.append(character)
    return "".join(kept)


def _is_pictorial(character: str) -> bool:
    """True for emoji, the skin tones that follow them, and the arrows that they are joined with."""
    return bool(character) and unicodedata.category(character) in ("So", "Sk", "Sm", "Cn")


def _from_first_word(text: str) -> str:
    for place, character in enumerate(text):
        mark = unicodedata.category(character) in ("Mn", "Me", "Mc")
        if not (character.isspace() or character in _SLASHES or mark):
            return text[place:]
    return ""
