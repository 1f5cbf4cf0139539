"""The loaded knowledge base and its look-up of answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countoff.exercises.bands import Bands
from countoff.exercises.base import Answer, Fact, Source, Topic
from countoff.exercises.model import Exercise


@dataclass(frozen=True)
class FoundAnswer:
    """An answer with its provenance.

    Attributes:
        key: the entry that answered, e.g. ``benefits/running``.
        source_line: titles and authors for a screen, the main source first.
        spoken_source: short names for a voice.
        single_source: True where a safety or dosage fact among ``facts`` rests on one source.
    """

    key: str
    answer: Answer
    facts: list[Fact]
    source_line: str
    spoken_source: str
    single_source: bool


@dataclass(frozen=True)
class Knowledge:
    """Everything the coach knows; made by ``load_knowledge``."""

    exercises: dict[str, Exercise]
    default_exercise: str
    facts: dict[str, Fact]
    sources: dict[str, Source]
    bands: Bands
    topics: dict[str, Topic]
    general: dict[str, Answer]

    def answer(
        self, topic: str, about: Sequence[str] = (), exercise: str | None = None, variation: str | None = None
    ) -> FoundAnswer | None:
        """The most specific answer to a topic.

        Keys are tried in this order, each in the exercise first and then in what holds for any exercise:
        ``<topic>/<value>`` and ``<topic>@<value>`` for each value of ``about``, ``<topic>@<variation>``, ``<topic>``.

        Args:
            topic: an intent without ``ask_``, e.g. ``knee_height``.
            about: entity values, the most telling first, e.g. ``["running"]``.
            exercise: id of a family; the default one where None or unknown.
            variation: id of the variation that is being talked about.
        """
        family = self.exercises.get(exercise or "", self.exercises[self.default_exercise])
        keys = [f"{topic}{mark}{value}" for value in about for mark in "/@"]
        if variation:
            keys.append(f"{topic}@{variation}")
        keys.append(topic)
        for key in keys:
            for pool in (family.answers, self.general):
                if key in pool:
                    return self.found(key, pool[key])
        return None

    def found(self, key: str, answer: Answer) -> FoundAnswer:
        """Dress an answer with its facts and sources."""
        facts = [self.facts[fact] for fact in answer.facts]
        line, spoken = self.provenance(answer.facts)
        single = any(fact.care != "none" and len(fact.sources) == 1 for fact in facts)
        return FoundAnswer(key, answer, facts, line, spoken, single)

    def provenance(self, facts: Iterable[str]) -> tuple[str, str]:
        """The source line for a screen and the spoken sources of some facts, each source once, main one first."""
        ids = dict.fromkeys(source for fact in facts for source in self.facts[fact].sources)
        sources = [self.sources[source] for source in ids]
        line = "; ".join(dict.fromkeys(f"{source.title} ({source.author})" for source in sources))
        names = list(dict.fromkeys(source.spoken for source in sources))
        spoken = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
        return line, spoken
