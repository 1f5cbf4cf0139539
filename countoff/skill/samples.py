"""Sample utterances out of training sentences: what an intent can take is put in slots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from countoff.nlu.folding import fold
from countoff.nlu.numbers import find_numbers
from countoff.skill.sentences import heard, is_spoken

LONGEST = 10
"""Words in a sample. Commands to a speaker are short; what is longer is told, and the phrases hear it."""

ANY_NUMBER = "number"
"""The slot of a number whose words do not say what it counts."""

_SLOT = re.compile(r"\{(\w+)\}")


def sample_of(sentence: str, forms: Mapping[str, tuple[str, ...]], own: set[str]) -> str | None:
    """The sample that a sentence gives; None where there is none.

    A sentence that holds a number, or the same thing twice, which the intent has no slot for gives none: what it says
    would be lost.

    Args:
        sentence: as written in data/nlu.
        forms: for each slot that the intent has, the wordings of its type; none for a number.
        own: the words of the vocabulary.
    """
    sample = _slotted(fold(sentence), forms)
    return sample if sample and len(sample.split()) <= LONGEST and is_spoken(sample, own) else None


def slots_of(sample: str) -> list[str]:
    """The slots of a sample, in their order."""
    return _SLOT.findall(sample)


def wording(sample: str, types: Mapping[str, str]) -> str:
    """A sample by the types of its slots: two with the same wording are one to Alexa, whatever the slots are called."""
    return _SLOT.sub(lambda slot: f"{{{types.get(slot[1])}}}", sample)


def _slotted(text: str, forms: Mapping[str, tuple[str, ...]]) -> str | None:
    for number in reversed(find_numbers(text)):
        slot = number.role or ANY_NUMBER
        if slot not in forms:
            return None
        text = f"{text[: number.start]}{{{slot}}}{text[number.end :]}"
    text = heard(text)
    for slot, wordings in forms.items():
        if wordings:
            text = _any_of(wordings).sub(f"{{{slot}}}", text)
    slots = slots_of(text)
    stand_apart = not re.search(r"\w\{|\}\w", text)
    return text if stand_apart and len(set(slots)) == len(slots) else None


@lru_cache(maxsize=64)
def _any_of(wordings: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(wordings, key=lambda wording: (-len(wording), wording))
    return re.compile(rf"(?<![\w{{'])(?:{'|'.join(map(re.escape, longest_first))})(?![\w}}'])")
