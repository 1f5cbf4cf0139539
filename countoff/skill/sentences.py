"""The sentences of data/nlu as a speech recogniser writes them; what people only type is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from countoff.errors import KnowledgeError
from countoff.nlu.folding import fold
from countoff.nlu.language import common_words, load_language
from countoff.nlu.lookups import SEPARATOR, form_of, read_forms
from countoff.nlu.safety_lexicon import Lexicon

Values = dict[str, list[str]]
"""The values of an entity, each with its forms."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there

_NOT_SPOKEN = re.compile(r"[^\w\s'{}]|(?<!\w)'|'(?!\w)")


def heard(text: str) -> str:
    """A text as a recogniser writes it: small letters, and of all marks only the apostrophe inside a word."""
    return " ".join(_NOT_SPOKEN.sub(" ", fold(text)).split())


@cache
def read_sentences(nlu: Path) -> dict[str, list[str]]:
    """The sentences of each intent under ``data/nlu``, as written there and in their order; read once.

    Raises:
        KnowledgeError: a file cannot be read.
    """
    sentences: dict[str, list[str]] = {}
    for file in sorted(nlu.glob("*.yml")):
        for block in _read(file).get("nlu", []):
            if "intent" in block:
                sentences[block["intent"]] = [line.removeprefix("- ") for line in block["examples"].splitlines()]
    return sentences


@cache
def read_values(knowledge: Path) -> dict[str, Values]:
    """For each entity its values with their forms, without those that are only misheard; read once.

    Alexa leans towards what a slot type lists, so a list of mistakes would teach it to make them.

    Raises:
        KnowledgeError: a file cannot be read.
    """
    files = [knowledge / "vocabulary.yml", *sorted((knowledge / "exercises").glob("*.yml"))]
    mistakes = {form_of(form) for file in files for form in _misheard(_read(file))}
    entities: dict[str, Values] = {}
    for entity, forms in read_forms(knowledge).items():
        values: Values = entities.setdefault(entity, {})
        for form, value in forms.items():
            if form not in mistakes and (spoken := heard(form)):
                values.setdefault(value.split(SEPARATOR)[0], []).append(spoken)
    return entities


def own_words(entities: Mapping[str, Values]) -> set[str]:
    """Every word of the vocabulary, however rare it is elsewhere."""
    return {
        word for values in entities.values() for forms in values.values() for form in forms for word in form.split()
    }


def is_spoken(sentence: str, own: set[str]) -> bool:
    """Tell whether a recogniser would write a sentence: words it knows, and no figures. Slots are passed over."""
    words = re.sub(r"\{\w+\}", " ", sentence).split()
    return all(word in own or word.partition("'")[0] in _frequent() for word in words)


@cache
def body_talk(knowledge: Path) -> re.Pattern[str]:
    """What finds talk of the speaker's own body: "my old knees", "my heart", and every word of pain or a red flag.

    Raises:
        KnowledgeError: the safety lexicon cannot be read.
    """
    lexicon = Lexicon.load(knowledge / "safety" / "en.yml")
    parts = "|".join(map(re.escape, (*lexicon.groups["body"], *lexicon.groups["heart"])))
    signs = "|".join(map(re.escape, lexicon.symptoms | lexicon.exclamations))
    return re.compile(rf"\b(?:(?:my|these) (?:\w+ )?(?:{parts})|{signs})\b")


@cache
def _frequent() -> Mapping[str, int]:
    return common_words(load_language())


def _misheard(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("misheard") or []
        for child in node.values():
            yield from _misheard(child)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506  # it is a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{file}: cannot be read ({type(error).__name__}). Put it back.") from error
    if not isinstance(content, dict):
        raise KnowledgeError(f"{file}: must hold a mapping.")
    return content
