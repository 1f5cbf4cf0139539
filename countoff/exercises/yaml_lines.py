"""Reading YAML so that every value can be traced back to its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Something wrong in a knowledge file: where, what, and how to mend it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        """One line as an editor can jump to it."""
        return f"{self.file}:{self.line}: {self.what} {self.mend}"


@dataclass(frozen=True)
class Document:
    """A parsed file, its name for messages, and the node tree that knows the lines."""

    file: str
    data: Any
    node: yaml.Node | None

    def line(self, path: Sequence[str | int]) -> int:
        """Line (from 1) of the deepest part of ``path`` that the file holds."""
        node, line = self.node, 1
        for key in path:
            found = _child(node, key)
            if found is None:
                break
            node, line = found
        return line

    def problem(self, path: Sequence[str | int], what: str, mend: str) -> Problem:
        """A problem at the line of ``path``."""
        return Problem(self.file, self.line(path), what, mend)


def read(path: Path, name: str) -> tuple[Document, list[Problem]]:
    """Parse one file; what cannot be parsed, or is said twice, comes back as problems."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"This file cannot be read ({type(error).__name__})."
        return Document(name, None, None), [Problem(name, 1, reason, "Put it back, as UTF-8 text.")]
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        return Document(name, None, None), [_syntax(name, error)]
    document = Document(name, data, node)
    return document, [
        Problem(name, line, f"The key '{key}' stands here twice.", "Keep one of the two.") for key, line in _twice(node)
    ]


def _syntax(name: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be parsed"
    line = mark.line + 1 if mark else 1
    mend = "Check the indent and quotes here; text with a colon needs quotes."
    return Problem(name, line, f"This is not YAML: {what}.", mend)


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value, name.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    return None


def _twice(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)
