"""Sizes, places and the few words that no file may hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.project.repository import PROJECT, kept_files, kept_texts, name_of, parsed, python_files

LONGEST_FUNCTION = 60
LONGEST_MODULE = 350
OTHER_CONFIG = {
    "setup.cfg", "setup.py", "mypy.ini", ".mypy.ini", ".flake8", ".isort.cfg", ".pylintrc", "pytest.ini", "tox.ini",
    ".coveragerc", "ruff.toml", ".ruff.toml", ".importlinter", ".style.yapf", ".black",
}  # fmt: skip
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")
OWN_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")
TEXT_OF_OTHERS = ("countoff/nlu/model/",)


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_module_is_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_functions_are_small(path: Path) -> None:
    functions = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", python_files("countoff", "actions", "scripts", "tests"), ids=name_of)
def test_module_says_in_one_line_what_it_is(path: Path) -> None:
    first = (ast.get_docstring(parsed(path)) or "").splitlines()
    if path.read_text(encoding="utf-8").strip():
        assert first, "no docstring"
        assert first[0].endswith((".", ":")), first[0]


def test_tools_are_configured_in_pyproject_alone() -> None:
    assert [name_of(path) for path in kept_files() if path.name in OTHER_CONFIG] == []


def test_nothing_is_left_unfinished() -> None:
    assert _found(UNFINISHED) == {}


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    assert _found(OWN_PATH) == {}


def test_data_holds_only_training_data() -> None:
    others = [path for path in (PROJECT / "data").rglob("*") if path.is_file() and path.suffix != ".yml"]
    assert others == []
    assert list((PROJECT / "data").rglob("test_*")) == [], "Rasa would train on it"


def _found(pattern: re.Pattern[str]) -> dict[str, str]:
    return {
        name_of(path): match.group()
        for path, text in kept_texts()
        if not name_of(path).startswith(TEXT_OF_OTHERS) and (match := pattern.search(text))
    }
