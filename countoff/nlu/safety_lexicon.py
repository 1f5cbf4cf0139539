"""The safety net's lexicon: reads its file and compiles its phrases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jellyfish
import yaml
from rapidfuzz.distance import OSA

from countoff.errors import KnowledgeError
from countoff.nlu.safety_text import shorten

Kind = Literal["stop", "pain", "red_flag"]

_ITEM = re.compile(r"(?P<body>!?\([^()]*\)|\{\w+\}|[^\s?*]+)(?P<many>[?*]?)")
_CACHE_LIMIT = 20_000
_GRAVEST_FIRST: tuple[Kind, ...] = ("red_flag", "pain")


@dataclass(frozen=True)
class Phrase:
    """A compiled phrase.

    Attributes:
        group: where it is listed; ``soreness`` is harmless on the day after a workout, ``unwell`` is told of the whole
            person, the groups of ``safety_guards.TOPICS`` count only beside another word.
        needs: of each of these sets a clause must hold a word, or the phrase cannot be in it.
    """

    kind: Kind
    regex: re.Pattern[str]
    group: str = ""
    needs: tuple[frozenset[str], ...] = ()


class Lexicon:
    """Words, phrases and guards of one language; see the head of ``knowledge/safety/en.yml`` for the notation."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Compile a lexicon.

        Raises:
            KnowledgeError: a part is missing or a phrase cannot be read.
        """
        try:
            self._build(data)
        except (KeyError, TypeError, AttributeError, ValueError, re.error) as error:
            raise KnowledgeError(f"safety lexicon: {error}") from error

    @classmethod
    def load(cls, path: Path | str) -> Lexicon:
        """Read a lexicon file (YAML, UTF-8).

        Raises:
            KnowledgeError: the file cannot be read or is not a lexicon.
        """
        try:
            data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise KnowledgeError(f"safety lexicon {path}: {error}") from error
        if not isinstance(data, dict):
            raise KnowledgeError(f"safety lexicon {path} is no mapping")
        return cls(data)

    def _build(self, data: Mapping[str, Any]) -> None:
        self.body_parts = {_fold(form): part for part, forms in data["body_parts"].items() for form in forms}
        self.groups = {name: _forms(forms) for name, forms in data["groups"].items()}
        wide = _forms(data["no_place"])
        self.groups["place"] = tuple(form for form in self.body_parts if form not in wide)
        self.groups["body"] = tuple(dict.fromkeys((*self.body_parts, *wide)))
        self.guards = {name: frozenset(_forms(forms)) for name, forms in data["guards"].items()}
        self.grammar = {name: frozenset(_forms(forms)) for name, forms in data["grammar"].items()}
        self.stop = {name: frozenset(_forms(forms)) for name, forms in data["stop"].items() if name != "phrases"}
        self.lead_regex = re.compile(f"(?:(?:{_choice(self.groups['lead'])}) )*")
        self.tail_regex = re.compile(f"(?:(?:{_choice(self.groups['tail'])}) )*")
        self.exclamations = frozenset(_forms(data["exclamations"]))
        self.mild = frozenset(_forms(data["mild"]))
        self.muscles = frozenset(self.groups["muscle"])
        self.worked_regex = _any_of(self.groups["worked"])
        self.phonetic = {name: frozenset(_forms(forms)) for name, forms in data["phonetic"].items()}
        self.pain_nouns = frozenset(self.groups["bad_noun"])
        self._guard_words = self.guards["negations"] | self.guards["hypotheses"] | self.guards["governors"]
        self.place_regex = _any_of(self.body_parts)
        self.guard_regex = {name: _any_of(forms) for name, forms in self.guards.items()}
        self.symptoms = _words(data["typos"]["targets"]) | self.pain_nouns
        self._compile(data)
        self._spelling(data)

    def _compile(self, data: Mapping[str, Any]) -> None:
        pain, stop = data["pain"], data["stop"]
        listed: list[tuple[Kind, str, str]] = [("pain", word, "words") for word in ["|".join(pain["words"])]]
        listed += [("pain", text, name) for name in ("phrases", "misheard", "soreness") for text in pain[name]]
        listed += [("red_flag", text, name) for name, texts in data["red_flag"].items() for text in texts]
        listed += [("stop", text, "phrases") for text in stop["phrases"]]
        parsed = [(kind, self._parse(text), group) for kind, text, group in listed]
        seen = Counter(word for _, items, _ in parsed for item in items for word in item.first)
        self._by_word: dict[str, list[Phrase]] = {}
        for kind, items, group in parsed:
            phrase = Phrase(kind, _compiled(items), group, tuple(item.first for item in items if item.needed))
            for word in _anchors(items, seen):
                self._by_word.setdefault(word, []).append(phrase)
        idioms = [self._parse(text) for text in data["idiom_phrases"]]
        self._idioms: dict[str, list[re.Pattern[str]]] = {}
        for items in idioms:
            regex = _compiled(items)
            for word in _anchors(items, seen):
                self._idioms.setdefault(word, []).append(regex)
        across: list[tuple[Kind, list[_Item]]] = [
            (kind, self._parse(text)) for kind in _GRAVEST_FIRST for text in data["across"][kind]
        ]
        self._across = [
            Phrase(kind, _compiled(items), "across", tuple(item.first for item in items if item.needed))
            for kind, items in across
        ]
        outright = [self._parse(text) for text in data["outright_phrases"]]
        self.outright_regexes = tuple(_compiled(items) for items in outright)
        self.cry_regex = self._cry()
        lists = [*idioms, *outright, *(items for _, items in across), *(items for _, items, _ in parsed)]
        self._known = frozenset(word for items in lists for item in items for word in item.words)

    def _cry(self) -> re.Pattern[str]:
        """A part of the body twice, or after "no no", and nothing else but cries: "ah no, my hip, my hip"."""
        owner, side, cry = (_choice(forms) for forms in (self.groups["my"], self.groups["left"], self.grammar["cries"]))
        part = rf"(?:{owner}) (?:(?:{side}) )?"
        cries = rf"(?:(?:{cry}) )*"
        limbs = "|".join(form for form, place in self.body_parts.items() if place == "leg")
        twice = rf"{part}(?P<part>{_choice(self.groups['body'])}) {cries}(?:(?:{part})(?P=part) {cries})+"
        denied = rf"(?:ooh ooh|ah ah|no no|no god) {cries}(?:{owner}) (?!{limbs})(?:{_choice(self.body_parts)}) {cries}"
        return re.compile(rf"{cries}(?:{twice}|{denied})")

    def _parse(self, text: str) -> list[_Item]:
        return [self._item(match["body"], match["many"]) for match in _ITEM.finditer(text)]

    def _item(self, body: str, many: str) -> _Item:
        if body in ("^", "$"):
            return _Item(body, frozenset(), frozenset(), False)
        if body == "~":
            fence = "|".join(re.escape(word) for word in sorted(self._guard_words) if " " not in word)
            return _Item(rf"(?:(?!(?:{fence}) )[^ ]+ ){{0,3}}?", frozenset(), frozenset(), False)
        if body.startswith("!"):
            return _Item(f"(?!(?:{_choice(_forms(body[2:-1].split('|')))}) )", frozenset(), frozenset(), False)
        forms = self.groups[body[1:-1]] if body.startswith("{") else _forms(body.strip("()").split("|"))
        times = {"": "", "?": "?", "*": "{0,8}"}[many]
        first = frozenset(form.split()[0] for form in forms)
        return _Item(f"(?:(?:{_choice(forms)}) ){times}", first, _words(forms), not many)

    def _spelling(self, data: Mapping[str, Any]) -> None:
        typos = data["typos"]
        self._slips = {slip: _fold(word) for word, slips in typos["known"].items() for slip in _forms(slips)}
        known = {*self._known, *self.exclamations, *_forms(data["never"])}
        for forms in (
            *self.groups.values(),
            *self.guards.values(),
            *self.grammar.values(),
            *self.stop.values(),
            *self.phonetic.values(),
        ):
            known |= _words(forms)
        self._vocabulary = frozenset(known)
        self._targets: dict[str, list[tuple[str, str]]] = {}
        for target in _forms(typos["targets"]):
            self._targets.setdefault(target[0], []).append((target, jellyfish.metaphone(target)))
        self._corrected: dict[str, str] = {}

    def candidates(self, words: Sequence[str]) -> list[Phrase]:
        """Return the phrases that could be in a clause of these words."""
        found = {id(phrase): phrase for word in words for phrase in self._by_word.get(word, ())}
        held = frozenset(words)
        return [phrase for phrase in found.values() if not any(held.isdisjoint(need) for need in phrase.needs)]

    def across(self, words: Sequence[str]) -> list[Phrase]:
        """Return the phrases for a whole message that could be in these words, the graver first."""
        held = frozenset(words)
        return [phrase for phrase in self._across if not any(held.isdisjoint(need) for need in phrase.needs)]

    def idioms(self, words: Iterable[str]) -> list[re.Pattern[str]]:
        """Return the idioms that could be in a clause of these words."""
        found = {id(regex): regex for word in words for regex in self._idioms.get(word, ())}
        return [self.guard_regex["idioms"], *found.values()]

    def correct(self, word: str) -> str:
        """Mend the spelling of one word in lower case; a word that is known stays as it is."""
        found = self._corrected.get(word)
        if found is None:
            found = self._mend(word)
            if len(self._corrected) < _CACHE_LIMIT:
                self._corrected[word] = found
        return found

    def _mend(self, word: str) -> str:
        if word in self._slips:
            return self._slips[word]
        word = shorten(word, self._vocabulary.__contains__)
        if word in self._slips:
            return self._slips[word]
        if word in self._vocabulary or not 4 <= len(word) <= 16:
            return word
        return self._nearest(word) or word

    def _nearest(self, word: str) -> str | None:
        sound = jellyfish.metaphone(word)
        for target, target_sound in self._targets.get(word[0], ()):
            near = OSA.distance(word, target, score_cutoff=2)
            if near <= (2 if len(target) >= 9 else 1) or (near <= 2 and len(word) >= 5 and sound == target_sound):
                return target
        return None


@dataclass(frozen=True)
class _Item:
    regex: str
    first: frozenset[str]
    words: frozenset[str]
    needed: bool


def _compiled(items: Iterable[_Item]) -> re.Pattern[str]:
    return re.compile("(?:(?<= )|^)" + "".join(item.regex for item in items))


def _anchors(items: Iterable[_Item], seen: Mapping[str, int]) -> frozenset[str]:
    """The words one of which a text must hold for the items to be in it: those that the fewest phrases share."""
    return min((item.first for item in items if item.needed), key=lambda words: sum(seen[word] for word in words))


def _fold(form: object) -> str:
    if not isinstance(form, str):
        raise TypeError(f"{form!r} is no word: put it in quotation marks")
    return " ".join(form.lower().replace("'", "").replace("-", " ").split())


def _forms(forms: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_fold(form) for form in forms))


def _words(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(word for form in forms for word in form.split())


def _choice(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<= )|^)(?:{_choice(forms)})(?= )")
