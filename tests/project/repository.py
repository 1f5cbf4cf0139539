"""The repository as the tests of this folder read it."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
PRODUCT = ("countoff", "actions")
_PUNCTUATION = re.compile(r"[^\w\s]|_")


@cache
def read_yaml(name: str) -> Any:
    return yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))


def domain() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml("domain.yml")
    return found


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders or PRODUCT for path in (PROJECT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in python_files(*folders):
        for node in ast.walk(parsed(path)):
            yield path, node


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, under version control; in an unpacked archive, what looks like one."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
        found = [PROJECT / name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in PROJECT.rglob("*") if not _is_made(path.relative_to(PROJECT))]
    return tuple(sorted(path for path in found if path.is_file()))


def _is_made(path: Path) -> bool:
    return path.parts[0] in ("models", "var", "results") or any(
        part == "__pycache__" or (part.startswith(".") and part != ".ci") for part in path.parts[:-1]
    )


def kept_texts() -> Iterator[tuple[Path, str]]:
    for path in kept_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """The training sentences of every intent."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for item in read_yaml(name_of(path))["nlu"]:
            if "intent" in item:
                lines = item["examples"].splitlines()
                found[item["intent"]] = found.get(item["intent"], ()) + tuple(
                    line.removeprefix("- ").strip() for line in lines if line.startswith("- ")
                )
    return found


def plain(sentence: str) -> str:
    """A sentence without capitals, punctuation and doubled spaces."""
    return " ".join(_PUNCTUATION.sub(" ", sentence.lower().replace("\u2019", "'")).split())
