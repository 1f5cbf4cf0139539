"""Scripts are sent without their comments, and lose nothing else."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from countoff.channels.web.files import STATIC
from countoff.channels.web.slim import slim

SCRIPTS = sorted(STATIC.rglob("*.js"))
NOT_OF_THE_WIDGET = ("page.js", "page.css", "types.js")
LARGEST = 40_000

CASES = {
    "a block": ("/**\n * What it does.\n */\nlet a = 1;\n", "let a = 1;\n"),
    "a line": ("  // Why.\n  let a = 1;\n", "  let a = 1;\n"),
    "a cast stays": ("  /** @type {A} */ (b).c();\n/** D */\nlet e;\n", "  /** @type {A} */ (b).c();\nlet e;\n"),
    "behind code it stays": ("let a = 1; // one\n", "let a = 1; // one\n"),
    "an address stays": ('const a = "https://b";\n', 'const a = "https://b";\n'),
}


@pytest.mark.parametrize(("script", "left"), CASES.values(), ids=CASES)
def test_comments_with_lines_to_themselves_go(script: str, left: str) -> None:
    assert slim(script.encode()) == left.encode()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_goes_over_the_end_of_a_line(path: Path) -> None:
    """In a template of many lines a comment would be text."""
    assert [line for line in slim(path.read_bytes()).decode().splitlines() if line.count("`") % 2] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_what_is_left_is_a_script(path: Path, tmp_path: Path) -> None:
    (tmp_path / "slim.mjs").write_bytes(slim(path.read_bytes()))
    subprocess.run(["node", "--check", str(tmp_path / "slim.mjs")], check=True, capture_output=True)


def test_the_widget_is_small() -> None:
    sizes = {
        path.relative_to(STATIC).as_posix(): len(
            gzip.compress(slim(path.read_bytes()) if path.suffix == ".js" else path.read_bytes(), 9)
        )
        for path in STATIC.rglob("*")
        if path.suffix in (".js", ".css") and path.name not in NOT_OF_THE_WIDGET
    }
    assert sum(sizes.values()) < LARGEST, sizes
