"""Reading the knowledge files into their models, with problems that name file, line and mend."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from countoff.exercises.bands import Bands
from countoff.exercises.base import Answer, Fact, Id, Source, Strict, Topic
from countoff.exercises.model import Exercise
from countoff.exercises.yaml_lines import Document, Problem, read

M = TypeVar("M", bound=BaseModel)


class GeneralFile(Strict):
    """``general.yml``: what holds for any exercise, and which exercise is meant when none is named."""

    default_exercise: Id
    facts: dict[Id, Fact]
    answers: dict[str, Answer]


class SourcesFile(Strict):
    """``sources.yml``: every source by its id."""

    sources: dict[Id, Source]


class TopicsFile(Strict):
    """``topics.yml``: every intent that can be offered, by its name."""

    topics: dict[Id, Topic]


@dataclass
class Loaded:
    """What was read: models where they could be made, documents for their lines, and the problems."""

    documents: dict[str, Document] = field(default_factory=dict)
    models: dict[str, BaseModel] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_all(root: Path) -> Loaded:
    """Read and type every knowledge file of this package; problems are collected, not raised."""
    loaded = Loaded()
    _one(loaded, root, "sources.yml", SourcesFile, {"sources": "id"})
    _one(loaded, root, "topics.yml", TopicsFile, {"topics": "intent"})
    _one(loaded, root, "bands.yml", Bands, {"facts": "id", "conventions": "id"})
    _one(loaded, root, "general.yml", GeneralFile, {"facts": "id"})
    files = sorted((root / "exercises").glob("*.yml"))
    for path in files:
        name = f"exercises/{path.name}"
        _one(loaded, root, name, Exercise, {"facts": "id", "variations": "id", "rungs": "id"}, {"id": path.stem})
    if not files:
        problem = Problem(f"{root.name}/exercises", 1, "There is no exercise.", "Add one file per family.")
        loaded.problems.append(problem)
    return loaded


def _one(
    loaded: Loaded,
    root: Path,
    name: str,
    model: type[M],
    keyed: Mapping[str, str],
    own: Mapping[str, str] | None = None,
) -> None:
    """Read one file into ``loaded``; ``keyed`` names mappings whose key is also a field of each entry."""
    document, problems = read(root / name, f"{root.name}/{name}")
    loaded.documents[name] = document
    loaded.problems.extend(problems)
    if document.node is None:
        if not problems:
            loaded.problems.append(document.problem((), "This file is empty.", "Fill it or remove it."))
        return
    try:
        loaded.models[name] = model.model_validate(_with_keys(document.data, keyed, own or {}))
    except ValidationError as error:
        loaded.problems.extend(_typed(document, model, item) for item in error.errors())


def _with_keys(data: Any, keyed: Mapping[str, str], own: Mapping[str, str]) -> Any:
    if not isinstance(data, dict):
        return data
    full = {**own, **data}
    for section, name in keyed.items():
        entries = full.get(section)
        if isinstance(entries, dict):
            full[section] = {
                key: {name: key, **entry} if isinstance(entry, dict) else entry for key, entry in entries.items()
            }
    return full


def _typed(document: Document, model: type[BaseModel], item: Any) -> Problem:
    """A pydantic error in words that an author of content understands."""
    path = tuple(part for part in item["loc"] if part != "[key]")
    place = ".".join(str(part) for part in path) or "this file"
    name = str(path[-1]) if path else ""
    kind = item["type"]
    if kind == "missing":
        return document.problem(path, f"'{place}' is missing.", f"Add '{name}:' here.")
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, _field_names(model), n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "Remove it, or correct its spelling."
        return document.problem(path, f"'{place}' is not a known key.", hint)
    if kind == "literal_error":
        return document.problem(path, f"'{place}' is '{item['input']}'.", f"Use one of {item['ctx']['expected']}.")
    if kind == "string_pattern_mismatch":
        return document.problem(
            path, f"'{place}' is '{item['input']}'.", "An id has small letters, digits and single hyphens only."
        )
    return document.problem(path, f"'{place}' cannot be used: {item['msg']}.", "Correct the value.")


@functools.lru_cache(maxsize=16)
def _field_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Every field name in the schema of a model, for hints at spelling."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return tuple(sorted({name for part in parts for name in part.get("properties", {})}))
