"""JSON Schemas of the knowledge files, made from the models and kept in ``knowledge/schema``."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from countoff.exercises.bands import Bands
from countoff.exercises.files import GeneralFile, SourcesFile, TopicsFile
from countoff.exercises.loader import DEFAULT_ROOT
from countoff.exercises.model import Exercise
from countoff.exercises.yaml_lines import Problem

SCHEMAS: dict[str, type[BaseModel]] = {
    "bands": Bands,
    "exercise": Exercise,
    "general": GeneralFile,
    "sources": SourcesFile,
    "topics": TopicsFile,
}
# The key of the entry stands for these fields in a file.
_FROM_KEY = {"Fact": "id", "Source": "id", "Topic": "intent", "Variation": "id", "Rung": "id", "Convention": "id"}
_FROM_FILE_NAME = {"exercise": "id"}


@functools.cache
def schema_texts() -> dict[str, str]:
    """File name to the text of each JSON Schema."""
    return {f"{name}.schema.json": _text(name, model) for name, model in SCHEMAS.items()}


def write_schema(root: Path | None = None) -> list[Path]:
    """Write the JSON Schemas under ``root``/schema and return the files that changed."""
    folder = (root or DEFAULT_ROOT) / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in schema_texts().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def schema_problems(root: Path | None = None) -> list[Problem]:
    """A problem for each schema file that is missing or no longer what the models say."""
    folder = (root or DEFAULT_ROOT) / "schema"
    problems = []
    for name, text in schema_texts().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            what = "This schema is not what the models say."
            problems.append(Problem(f"knowledge/schema/{name}", 1, what, "Run 'make generate'."))
    return problems


def _text(name: str, model: type[BaseModel]) -> str:
    schema: dict[str, Any] = model.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for part, field in _FROM_KEY.items():
        _relax(schema.get("$defs", {}).get(part), field)
    _relax(schema, _FROM_FILE_NAME.get(name))
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _relax(part: dict[str, Any] | None, field: str | None) -> None:
    if part and field in part.get("required", []):
        part["required"].remove(field)
