"""Loading the knowledge base: every file read once, checked, and put together."""

from __future__ import annotations

import functools
from pathlib import Path

from countoff.errors import KnowledgeError
from countoff.exercises.bands import Bands
from countoff.exercises.base import Fact
from countoff.exercises.files import GeneralFile, Loaded, SourcesFile, TopicsFile, read_all
from countoff.exercises.knowledge import Knowledge
from countoff.exercises.model import Exercise
from countoff.exercises.references import reference_problems

DEFAULT_ROOT = Path(__file__).resolve().parents[2] / "knowledge"


def load_knowledge(root: Path | None = None) -> Knowledge:
    """The knowledge base under ``root`` (default: the project's ``knowledge`` folder), read once.

    Raises:
        KnowledgeError: a file is missing or wrong; the message has a line per problem: file, line, what, mend.
    """
    return _load((root or DEFAULT_ROOT).resolve())


@functools.lru_cache(maxsize=8)
def _load(root: Path) -> Knowledge:
    loaded = read_all(root)
    if not loaded.problems:
        loaded.problems.extend(reference_problems(loaded))
    if loaded.problems:
        raise KnowledgeError("\n".join(str(problem) for problem in loaded.problems))
    return assemble(loaded)


def assemble(loaded: Loaded) -> Knowledge:
    """The knowledge base of files that have no problems."""
    general, bands = loaded.models["general.yml"], loaded.models["bands.yml"]
    sources, topics = loaded.models["sources.yml"], loaded.models["topics.yml"]
    assert isinstance(general, GeneralFile)
    assert isinstance(bands, Bands)
    assert isinstance(sources, SourcesFile)
    assert isinstance(topics, TopicsFile)
    exercises = {model.id: model for model in loaded.models.values() if isinstance(model, Exercise)}
    facts: dict[str, Fact] = {**general.facts, **bands.facts}
    for exercise in exercises.values():
        facts.update(exercise.facts)
    answers = {**general.answers, **bands.answers}
    return Knowledge(exercises, general.default_exercise, facts, sources.sources, bands, topics.topics, answers)
