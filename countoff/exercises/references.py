"""References between knowledge files: every fact, source, topic, variation and rung that is named exists."""

from __future__ import annotations

from collections.abc import Iterator

from countoff.exercises.bands import Bands
from countoff.exercises.base import Answer, Fact
from countoff.exercises.files import GeneralFile, Loaded, SourcesFile, TopicsFile
from countoff.exercises.model import Exercise
from countoff.exercises.yaml_lines import Document, KeyPath, Problem

Cited = tuple[Document, KeyPath, list[str]]


def reference_problems(loaded: Loaded) -> list[Problem]:
    """Ids that point nowhere: facts, sources, topics, variations, rungs, the default exercise."""
    return [*_fact_references(loaded), *_source_references(loaded), *_topic_references(loaded), *_own_ids(loaded)]


def facts_by_place(loaded: Loaded) -> Iterator[tuple[Document, Fact]]:
    """Every fact with the document that holds it."""
    for name, model in loaded.models.items():
        if isinstance(model, GeneralFile | Bands | Exercise):
            for fact in model.facts.values():
                yield loaded.documents[name], fact


def answers_by_place(loaded: Loaded) -> Iterator[tuple[Document, str, Answer]]:
    """Every answer with its document and key."""
    for name, model in loaded.models.items():
        if isinstance(model, GeneralFile | Bands | Exercise):
            for key, answer in model.answers.items():
                yield loaded.documents[name], key, answer


def _fact_references(loaded: Loaded) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for document, fact in facts_by_place(loaded):
        if fact.id in seen:
            what = f"The fact '{fact.id}' is also in {seen[fact.id]}."
            yield document.problem(("facts", fact.id), what, "Give one of them another id.")
        seen[fact.id] = document.file
    cited = [*_citations(loaded)]
    cited.extend(
        (doc, ("facts", fact.id, "conflicts_with"), fact.conflicts_with) for doc, fact in facts_by_place(loaded)
    )
    for document, path, ids in cited:
        for fact_id in ids:
            if fact_id not in seen:
                what = f"There is no fact '{fact_id}'."
                yield document.problem(path, what, "Add it under 'facts:' or correct the id.")


def _citations(loaded: Loaded) -> Iterator[Cited]:
    for document, key, answer in answers_by_place(loaded):
        yield document, ("answers", key, "facts"), answer.facts
    for name, model in loaded.models.items():
        document = loaded.documents[name]
        if isinstance(model, Bands):
            for one in model.conventions.values():
                yield document, ("conventions", one.id, "facts"), one.facts
        if isinstance(model, Exercise):
            yield from _exercise_citations(document, model)


def _exercise_citations(document: Document, exercise: Exercise) -> Iterator[Cited]:
    yield document, ("preflight_facts",), exercise.preflight_facts
    yield document, ("summary", "facts"), exercise.summary.facts
    yield document, ("dosage", "facts"), exercise.dosage.facts
    yield document, ("tempo", "facts"), exercise.tempo.facts
    yield document, ("ends", "easiest"), exercise.ends.easiest.facts
    yield document, ("ends", "hardest"), exercise.ends.hardest.facts
    for section, entries in (("benefits", exercise.benefits), ("cautions", exercise.cautions)):
        for place, said in enumerate(entries):
            yield document, (section, place), said.facts
    for place, mistake in enumerate(exercise.mistakes):
        yield document, ("mistakes", place), mistake.facts
    for rung in exercise.rungs.values():
        yield document, ("rungs", rung.id), rung.facts
    for variation in exercise.variations.values():
        yield document, ("variations", variation.id), variation.facts
        for place, step in enumerate(variation.steps or []):
            yield document, ("variations", variation.id, "steps", place), step.facts


def _source_references(loaded: Loaded) -> Iterator[Problem]:
    file = loaded.models["sources.yml"]
    assert isinstance(file, SourcesFile)
    used: set[str] = set()
    for document, fact in facts_by_place(loaded):
        used.update(fact.sources)
        for source in fact.sources:
            if source not in file.sources:
                what = f"The fact '{fact.id}' names the source '{source}', which does not exist."
                yield document.problem(("facts", fact.id, "sources"), what, "Add it to sources.yml.")
    for source in file.sources:
        if source not in used:
            what = f"No fact uses the source '{source}'."
            yield loaded.documents["sources.yml"].problem(("sources", source), what, "Use it or remove it.")


def _topic_references(loaded: Loaded) -> Iterator[Problem]:
    file = loaded.models["topics.yml"]
    assert isinstance(file, TopicsFile)
    for document, key, answer in answers_by_place(loaded):
        for intent in answer.suggestions:
            if intent not in file.topics:
                what = f"The answer '{key}' suggests '{intent}', which has no topic."
                yield document.problem(("answers", key, "suggestions"), what, "Add it to topics.yml.")


def _own_ids(loaded: Loaded) -> Iterator[Problem]:
    general = loaded.models["general.yml"]
    assert isinstance(general, GeneralFile)
    families = {model.id for model in loaded.models.values() if isinstance(model, Exercise)}
    if general.default_exercise not in families:
        what = f"There is no exercise '{general.default_exercise}'."
        yield loaded.documents["general.yml"].problem(("default_exercise",), what, "Name the id of a family.")
    for name, model in loaded.models.items():
        if isinstance(model, Exercise):
            yield from _family_ids(loaded.documents[name], name, model)


def _family_ids(document: Document, name: str, exercise: Exercise) -> Iterator[Problem]:
    if f"exercises/{exercise.id}.yml" != name:
        yield document.problem(("id",), f"The id '{exercise.id}' differs from the file name.", "Make them equal.")
    for key in ("default_variation", "start_variation"):
        if getattr(exercise, key) not in exercise.variations:
            what = f"There is no variation '{getattr(exercise, key)}'."
            yield document.problem((key,), what, "Name one that exists.")
    for rung in exercise.rungs.values():
        if rung.variation not in exercise.variations:
            what = f"The rung '{rung.id}' names no known variation."
            yield document.problem(("rungs", rung.id, "variation"), what, "Name one that exists.")
    if "main" not in exercise.lines:
        yield document.problem(("lines",), "The line 'main' is missing.", "Add the ladder as 'main:'.")
    for line, ids in exercise.lines.items():
        for rung_id in ids:
            if rung_id not in exercise.rungs:
                what = f"The line '{line}' names the rung '{rung_id}', which does not exist."
                yield document.problem(("lines", line), what, "Add it under 'rungs:'.")
