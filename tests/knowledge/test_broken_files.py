"""A mistake in a knowledge file is told with file, line and mend."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from countoff.cli import main
from countoff.errors import KnowledgeError
from countoff.exercises import DEFAULT_ROOT, load_knowledge, validate
from countoff.speech import clips

CASES = yaml.safe_load((Path(__file__).parent / "broken_files.yml").read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the knowledge base that may be broken."""
    root = tmp_path / "knowledge"
    shutil.copytree(DEFAULT_ROOT, root)
    return root


def broken(root: Path, case: dict[str, Any]) -> list[str]:
    """Break a copy as the case says and return the lines of the file."""
    path = root / case["file"]
    text = path.read_text(encoding="utf-8")
    for change in (case, case.get("extra")):
        if change:
            assert change["replace"] in text
            text = text.replace(change["replace"], change["with"], 1)
    path.write_text(text, encoding="utf-8")
    return text.splitlines()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_mistake_names_file_line_and_mend(copy: Path, case: dict[str, Any]) -> None:
    lines = broken(copy, case)
    problems = [problem for problem in validate(copy) if problem.file == f"knowledge/{case['file']}"]
    told = [problem for problem in problems if all(part in str(problem) for part in case["says"])]
    assert told, [str(problem) for problem in problems]
    expected = next(number for number, line in enumerate(lines, 1) if case["line_of"] in line)
    near = [problem.line for problem in told if abs(problem.line - expected) <= 4]
    assert near, f"expected line {expected}, told {[problem.line for problem in told]}"
    assert all(problem.mend for problem in told)


def test_loading_a_broken_file_raises_with_its_place(copy: Path) -> None:
    path = copy / "general.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("sources: [par-q]", "sources: [par-x]"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"knowledge/general\.yml:\d+: .*par-x.* Add it to sources\.yml\."):
        load_knowledge(copy)


def test_a_missing_file_is_told(copy: Path) -> None:
    (copy / "bands.yml").unlink()
    with pytest.raises(KnowledgeError, match=r"knowledge/bands\.yml:1: .*cannot be read.*Put it back"):
        load_knowledge(copy)


def test_an_outdated_schema_is_told(copy: Path) -> None:
    (copy / "schema" / "bands.schema.json").write_text("{}", encoding="utf-8")
    assert [str(problem) for problem in validate(copy)] == [
        "knowledge/schema/bands.schema.json:1: This schema is not what the models say. Run 'make generate'."
    ]


def test_the_check_names_a_cue_that_nobody_has_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = clips.load_pack()
    spoken = tuple(entry for entry in shipped.entries if "halfway" not in entry.cues)
    pack = clips.ClipPack(shipped.folder, shipped.manifest.model_copy(update={"clips": spoken}))
    monkeypatch.setattr(clips, "load_pack", lambda: pack)
    done = CliRunner().invoke(main, ["knowledge", "validate"])
    assert done.exit_code == 1
    assert "halfway" in done.output
    assert "make voice" in done.output
