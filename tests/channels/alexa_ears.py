"""What Alexa would make of a sentence, by the interaction model alone: no more than the letter of its samples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from countoff.nlu.numerals import read_numerals
from countoff.skill.sentences import heard

_NUMBER = r"\d+|[a-z]+(?: [a-z]+){0,2}"
_PHRASE = r"\S.*"


@dataclass(frozen=True)
class _Sample:
    intent: str
    pattern: re.Pattern[str]
    letters: int
    numbers: frozenset[str]


class Ears:
    """Hears as Alexa does at its worst: the sample with the most letters of its own that fits exactly, or nothing."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        language = model["interactionModel"]["languageModel"]
        self._types = {kind["name"]: _wordings(kind) for kind in language["types"]}
        self._samples = [sample for intent in language["intents"] for sample in self._of(intent)]

    def hear(self, sentence: str) -> dict[str, Any]:
        """``request.intent`` as Alexa sends it."""
        text = heard(sentence)
        best: tuple[int, dict[str, Any]] = (-1, {"name": "AMAZON.FallbackIntent"})
        for sample in self._samples:
            found = sample.pattern.fullmatch(text) if sample.letters > best[0] else None
            if found and (slots := _slots(sample, found)) is not None:
                best = (sample.letters, {"name": sample.intent, "slots": slots})
        return best[1]

    def _of(self, intent: Mapping[str, Any]) -> Iterator[_Sample]:
        kinds = {slot["name"]: slot["type"] for slot in intent.get("slots", [])}
        for text in intent["samples"]:
            parts = re.split(r"\{(\w+)\}", text)
            pattern = "".join(
                f"(?P<{part}>{self._pattern(kinds[part])})" if odd else re.escape(part)
                for place, part in enumerate(parts)
                if (odd := place % 2) or part
            )
            numbers = frozenset(slot for slot in parts[1::2] if kinds[slot] == "AMAZON.NUMBER")
            yield _Sample(intent["name"], re.compile(pattern), sum(map(len, parts[::2])), numbers)

    def _pattern(self, kind: str) -> str:
        if kind == "AMAZON.NUMBER":
            return _NUMBER
        return self._types.get(kind, _PHRASE)


def _wordings(kind: Mapping[str, Any]) -> str:
    forms = [form for value in kind["values"] for form in (value["name"]["value"], *value["name"].get("synonyms", []))]
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


def _slots(sample: _Sample, found: re.Match[str]) -> dict[str, Any] | None:
    values = dict(found.groupdict())
    for slot in sample.numbers:
        numerals = read_numerals(values[slot])
        if len(numerals) != 1 or (numerals[0].start, numerals[0].end) != (0, len(values[slot])):
            return None
        values[slot] = f"{numerals[0].value:g}"
    return {name: {"name": name, "value": value} for name, value in values.items()}
