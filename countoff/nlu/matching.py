"""Finds the phrases of closed lists in a message: word for word, by lemma, by spelling and by sound."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import jellyfish
from rapidfuzz import fuzz, process
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Token

from countoff.nlu.language import common_words
from countoff.nlu.lookups import IGNORED, SEPARATOR, form_of

LEMMA_ENTITIES = frozenset({"activity", "body_part", "condition", "exercise", "item", "muscle", "variation"})
FUZZY_ENTITIES = frozenset({"band_colour", "condition", "exercise", "item", "muscle", "variation"})
# By sound alone "right band" would be red and "a little bend" an item.
SOUND_ENTITIES = FUZZY_ENTITIES - {"band_colour", "item"}
SPELLING_CUTOFF = 88.0
SOUND_CUTOFF = 70.0
# A word among so many most frequent ones is what was said, not a sound-alike: "the muscles" are not the thigh muscles.
SURE_WORDS = 1000
_VERBAL = frozenset({"activity", "condition", "exercise", "variation"})
_SHORTEST = 5
_LONGEST_WINDOW = 4


@dataclass(frozen=True)
class Found:
    """A listed phrase in a message: its entity and value, its place, and how sure the match is (0 to 1)."""

    entity: str
    value: str
    start: int
    end: int
    confidence: float = 1.0


class ListMatcher:
    """Matches messages against the forms of every entity; the longest match wins."""

    def __init__(
        self, nlp: Language, forms: Mapping[str, Mapping[str, str]], patterns: Mapping[str, Sequence[str]]
    ) -> None:
        """Prepare the matchers.

        Args:
            nlp: the pipeline that gives tokens and lemmas.
            forms: for each entity its folded forms, and the value of each.
            patterns: regular expressions by ``<entity>.<value>``.
        """
        self._nlp = nlp
        self._common = common_words(nlp)
        self._words = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._lemmas = PhraseMatcher(nlp.vocab, attr="LEMMA")
        self._patterns = [_compile(name, expressions) for name, expressions in patterns.items()]
        self._spelled: dict[int, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
        self._sounds: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for entity, listed in forms.items():
            self._add(entity, listed)

    def _add(self, entity: str, listed: Mapping[str, str]) -> None:
        for form, value in listed.items():
            doc = self._nlp(form)
            self._words.add(f"{entity}.{value}", [doc])
            # Only base forms go in by lemma: "left" must not be found in "leave".
            if entity in LEMMA_ENTITIES and all(token.lemma_ == token.text for token in doc):
                self._lemmas.add(f"{entity}.{value}", [doc])
            if entity in FUZZY_ENTITIES and len(form) >= _SHORTEST:
                self._spelled[len(form.split())][form].append((entity, value))
            if entity in SOUND_ENTITIES and " " in form and len(sound := _sound(form.split())) >= _SHORTEST:
                self._sounds[sound].append((form, entity, value))

    def find(self, text: str) -> list[Found]:
        """Return the phrases of a folded text in order; phrases of equal length at one place are all kept.

        A wording that several exercises use for a variation of their own gives each of those variations.
        """
        plain = text.replace("-", " ")
        doc = self._nlp(plain)
        found = [*self._exact(doc), *self._by_pattern(plain)]
        kept = longest(found)
        kept = longest([*kept, *self._near(doc, kept)])
        meant = [replace(one, value=value) for one in kept for value in one.value.split(SEPARATOR)]
        return sorted((one for one in meant if one.entity != IGNORED), key=lambda one: (one.start, one.end, one.entity))

    def _exact(self, doc: Doc) -> Iterable[Found]:
        seen: set[tuple[str, int, int]] = set()
        for matcher, confidence in ((self._words, 1.0), (self._lemmas, 0.95)):
            for key, first, last in matcher(doc):
                entity, value = doc.vocab.strings[key].split(".", 1)
                if confidence < 1 and entity not in _VERBAL and any(_is_verb_form(token) for token in doc[first:last]):
                    continue
                if (entity, first, last) not in seen:
                    seen.add((entity, first, last))
                    yield Found(entity, value, doc[first].idx, doc[last - 1].idx + len(doc[last - 1]), confidence)

    def _by_pattern(self, text: str) -> Iterable[Found]:
        for entity, value, pattern in self._patterns:
            for hit in pattern.finditer(text):
                yield Found(entity, value, hit.start(), hit.end())

    def _near(self, doc: Doc, kept: Sequence[Found]) -> list[Found]:
        """Look again around words that matched nothing: by spelling where a word is unknown, else by sound."""
        tokens = [token for token in doc if token.is_alpha]
        free = [not any(one.start <= token.idx < one.end for one in kept) for token in tokens]
        strange = [
            is_free and len(token) >= _SHORTEST and token.text not in self._common and token.lemma_ not in self._common
            for token, is_free in zip(tokens, free, strict=True)
        ]
        found: list[Found] = []
        for first in range(len(tokens)):
            for last in range(first + 1, min(first + _LONGEST_WINDOW, len(tokens)) + 1):
                if last - 1 > first and tokens[last - 1].nbor(-1).is_punct:
                    break
                window = [token.text for token in tokens[first:last]]
                start, end = tokens[first].idx, tokens[last - 1].idx + len(tokens[last - 1])
                hits = self._by_spelling(window) if any(strange[first:last]) else []
                if not hits and all(free[first:last]):
                    hits = self._by_sound(window)
                found += [Found(entity, value, start, end, confidence) for entity, value, confidence in hits]
        return longest(found)

    def _by_spelling(self, window: Sequence[str]) -> list[tuple[str, str, float]]:
        forms = self._spelled.get(len(window), {})
        best = process.extractOne(" ".join(window), forms.keys(), scorer=fuzz.ratio, score_cutoff=SPELLING_CUTOFF)
        return [(entity, value, best[1] / 100) for entity, value in forms[best[0]]] if best else []

    def _by_sound(self, window: Sequence[str]) -> list[tuple[str, str, float]]:
        text = " ".join(window)
        if len(window) == 1:
            return []
        near = self._sounds.get(_sound(window), [])
        return [
            (entity, value, 0.8)
            for form, entity, value in near
            if fuzz.ratio(text, form) >= SOUND_CUTOFF and not self._differs_in_sure_word(window, form)
        ]

    def _differs_in_sure_word(self, window: Sequence[str], form: str) -> bool:
        new = set(window) - set(form.split())
        return any(self._common.get(word, SURE_WORDS) < SURE_WORDS for word in new)


def _rank(one: Found) -> tuple[int, int, bool, float]:
    return one.start - one.end, one.start, one.entity != IGNORED, -one.confidence


def longest(found: Iterable[Found]) -> list[Found]:
    """Drop what overlaps something longer; what shares one place exactly stays, once for each entity.

    The part of the body inside a condition ("hurt my knee") stays too: where it hurts is asked for later.
    """
    kept: list[Found] = []
    for one in sorted(found, key=_rank):
        if all(_may_share(one, other) for other in kept):
            kept.append(one)
    return kept


def forms_from_training(
    tables: Iterable[Mapping[str, object]], synonyms: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Read forms and their values back from Rasa's look-up tables and synonyms.

    Args:
        tables: Rasa's ``lookup_tables``: name and elements.
        synonyms: Rasa's ``entity_synonyms``: form, or ``<entity>:<form>`` where one form has several values, to value.
    """
    folded = {form_of(form): value for form, value in synonyms.items()}
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    for table in tables:
        entity, elements = str(table["name"]), table["elements"]
        for element in elements if isinstance(elements, list) else []:
            form = form_of(str(element))
            value = folded.get(f"{form_of(entity)}:{form}") or folded.get(form) or str(element)
            forms[entity][form] = value
    return dict(forms)


def _is_verb_form(token: Token) -> bool:
    return token.lemma_ != token.text and not token.text.endswith("s") and token.text.endswith(("ing", "ed", "er"))


def _may_share(one: Found, other: Found) -> bool:
    """Tell whether a phrase may stay beside one that is at least as long."""
    if one.end <= other.start or one.start >= other.end:
        return True
    if one.entity == "body_part" and other.entity == "condition":
        return True
    return one.start == other.start and one.end == other.end and other.entity not in (one.entity, IGNORED)


def _compile(name: str, expressions: Sequence[str]) -> tuple[str, str, re.Pattern[str]]:
    entity, value = name.split(".", 1)
    return entity, value, re.compile("|".join(f"(?:{one})" for one in expressions))


@lru_cache(maxsize=4096)
def _sound_of(word: str) -> str:
    return str(jellyfish.metaphone(word))


def _sound(words: Sequence[str]) -> str:
    return "".join(_sound_of(word) for word in words)
