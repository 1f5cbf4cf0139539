"""Health rules of the knowledge base beyond types and references: conflicts, wording and the ladder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from countoff.exercises import wording
from countoff.exercises.files import Loaded, SourcesFile, read_all
from countoff.exercises.ladder import differences
from countoff.exercises.loader import DEFAULT_ROOT
from countoff.exercises.model import Exercise
from countoff.exercises.references import answers_by_place, facts_by_place, reference_problems
from countoff.exercises.schema import schema_problems
from countoff.exercises.yaml_lines import Document, KeyPath, Problem


def validate(root: Path | None = None) -> list[Problem]:
    """Every problem of the knowledge base under ``root``; an empty list means that it is healthy."""
    folder = (root or DEFAULT_ROOT).resolve()
    loaded = read_all(folder)
    if not loaded.problems:
        loaded.problems.extend(reference_problems(loaded))
    if not loaded.problems:
        for rule in (_conflicts, _text_rules, _ladder_rules):
            loaded.problems.extend(rule(loaded))
    return [*loaded.problems, *schema_problems(folder)]


def _conflicts(loaded: Loaded) -> Iterator[Problem]:
    places = {fact.id: (document, fact) for document, fact in facts_by_place(loaded)}
    for fact_id, (document, fact) in places.items():
        for other in fact.conflicts_with:
            if other in places and fact_id not in places[other][1].conflicts_with:
                what = f"'{fact_id}' conflicts with '{other}', but not the other way round."
                yield document.problem(("facts", fact_id), what, f"Add '{fact_id}' to the conflicts of '{other}'.")


def _text_rules(loaded: Loaded) -> Iterator[Problem]:
    facts = {fact.id: fact for _, fact in facts_by_place(loaded)}
    sources = loaded.models["sources.yml"]
    assert isinstance(sources, SourcesFile)
    for document, key, answer in answers_by_place(loaded):
        path: KeyPath = ("answers", key)
        for what, mend in wording.answer_faults(answer, [facts[fact] for fact in answer.facts], sources.sources):
            yield document.problem(path, f"The answer '{key}' {what}.", mend)
    for name, model in loaded.models.items():
        if isinstance(model, Exercise):
            for path, what, mend in wording.exercise_faults(model):
                yield loaded.documents[name].problem(path, what, mend)


def _ladder_rules(loaded: Loaded) -> Iterator[Problem]:
    for name, model in loaded.models.items():
        if isinstance(model, Exercise):
            for check in (_neighbours, _rungs_fit):
                yield from check(loaded.documents[name], model)


def _neighbours(document: Document, exercise: Exercise) -> Iterator[Problem]:
    for line, ids in exercise.lines.items():
        for lower, upper in itertools.pairwise(ids):
            changes = differences(exercise.rungs[lower], exercise.rungs[upper])
            if len(changes) != 1:
                said = ", ".join(changes) or "nothing"
                what = f"On the line '{line}', '{lower}' and '{upper}' differ in {said}."
                yield document.problem(("lines", line), what, "Neighbours differ in exactly one of range, load, place.")
            if not exercise.rungs[lower].arrive_easier:
                what = f"The rung '{lower}' can be reached by 'easier' and has no words for it."
                yield document.problem(("rungs", lower), what, "Add 'arrive_easier:'.")
            if not exercise.rungs[upper].arrive_harder:
                what = f"The rung '{upper}' can be reached by 'harder' and has no words for it."
                yield document.problem(("rungs", upper), what, "Add 'arrive_harder:'.")


def _rungs_fit(document: Document, exercise: Exercise) -> Iterator[Problem]:
    for rung in exercise.rungs.values():
        variation = exercise.variations[rung.variation]
        fits = rung.load in variation.loads and (rung.place, rung.range) == (variation.place, variation.range)
        if not fits:
            what = f"The rung '{rung.id}' does not fit its variation '{variation.id}'."
            yield document.problem(("rungs", rung.id), what, "Use a load, place and range that the variation has.")
    for variation in exercise.variations.values():
        if variation.side_step and any(rung.variation == variation.id for rung in exercise.ladder):
            what = f"'{variation.id}' is a side-step and stands on the main line."
            yield document.problem(("lines", "main"), what, "Move it to a line of its own.")
        if variation.place in ("bench", "bar") and not variation.not_after_pain:
            what = f"'{variation.id}' could be offered after pain."
            yield document.problem(("variations", variation.id), what, "Add 'not_after_pain: true'.")
