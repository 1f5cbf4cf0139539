"""Commands, settings, pins and generated files are what the documents say they are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from countoff.exercises import DEFAULT_ROOT, schema_problems
from countoff.nlu import lookups
from tests.project.repository import PROJECT, kept_files, name_of, nodes

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_MAKE = re.compile(r"\bmake ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)")
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_HELPED = re.compile(r"^([a-z][a-z-]*):.*## ", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


def _read(name: str) -> str:
    path = PROJECT / name
    assert path.is_file(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def _documents() -> list[Path]:
    return [path for path in kept_files() if path.suffix == ".md"]


def _commands(text: str) -> set[str]:
    """The targets of every ``make …`` that stands in code."""
    found: set[str] = set()
    for code in _CODE.findall(text):
        for line in code.splitlines():
            for names in _MAKE.findall(line.partition("#")[0]):
                found.update(names.split())
    return found


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_document_names_commands(name: str) -> None:
    assert _commands(_read(name))


@pytest.mark.parametrize("path", _documents(), ids=name_of)
def test_commands_exist(path: Path) -> None:
    assert set() == _commands(path.read_text(encoding="utf-8")) - set(_TARGET.findall(MAKEFILE))


@pytest.mark.parametrize("target", _HELPED.findall(MAKEFILE))
def test_command_is_described_for_contributors(target: str) -> None:
    assert f"make {target}" in _read("CONTRIBUTING.md")


@pytest.mark.parametrize("path", _documents(), ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    linked = _LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in linked if not (path.parent / link).exists()] == []


def _settings() -> list[str]:
    found = {
        node.value
        for path, node in nodes("countoff")
        if path.name == "settings.py" and isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"PORT|COUNTOFF_[A-Z_]+", node.value)
    }
    return sorted(found)


def test_settings_are_read() -> None:
    assert {"PORT", "COUNTOFF_VAR", "COUNTOFF_SECRET"} <= set(_settings())


@pytest.mark.parametrize("variable", _settings())
def test_setting_is_described_for_operators(variable: str) -> None:
    assert re.search(rf"(?<!\w){variable}(?!\w)", _read("docs/operate.md"))


def test_every_pin_has_a_hash_and_no_address() -> None:
    lock = _read("requirements.lock")
    pins = re.split(r"\n(?=[A-Za-z0-9])", "\n" + lock)[1:]
    assert len(pins) > 100
    assert [pin.splitlines()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert "://" not in lock
    assert not re.search(r"^-(?:i|f|e)\b|^--(?:index|extra-index|find-links)", lock, re.MULTILINE)


def test_generated_look_ups_are_current() -> None:
    assert lookups.is_current(DEFAULT_ROOT, PROJECT / "data" / "nlu" / "generated")


def test_generated_schema_is_current() -> None:
    assert [str(problem) for problem in schema_problems(DEFAULT_ROOT)] == []
