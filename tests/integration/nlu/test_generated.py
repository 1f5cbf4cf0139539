"""The lists for the training, as files: what is generated, and when it is stale."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from countoff.nlu.lookups import generate, is_current, read_forms, read_patterns
from countoff.nlu.matching import forms_from_training

ROOT = Path(__file__).parents[3]
KNOWLEDGE = ROOT / "knowledge"
GENERATED = ROOT / "data" / "nlu" / "generated"


def test_generated_files_are_current() -> None:
    assert is_current(KNOWLEDGE, GENERATED), "run: countoff knowledge generate"


def test_a_changed_list_is_noticed_and_generated_again(tmp_path: Path) -> None:
    knowledge, out = tmp_path / "knowledge", tmp_path / "generated"
    shutil.copytree(KNOWLEDGE, knowledge)
    generate(knowledge, out)
    (out / "left_over.yml").write_text("nlu: []\n", encoding="utf-8")
    assert not is_current(knowledge, out)
    generate(knowledge, out)
    assert is_current(knowledge, out)
    vocabulary = knowledge / "vocabulary.yml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(text.replace("synonyms: [knees,", "synonyms: [patella, knees,"), encoding="utf-8")
    assert not is_current(knowledge, out)


def test_generated_files_say_what_the_knowledge_base_says() -> None:
    tables: list[dict[str, Any]] = []
    synonyms: dict[str, str] = {}
    patterns: dict[str, list[str]] = {}
    for path in GENERATED.glob("*.yml"):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            examples = [line.removeprefix("- ") for line in item["examples"].splitlines()]
            if "lookup" in item:
                tables.append({"name": item["lookup"], "elements": examples})
            elif "synonym" in item:
                synonyms.update(dict.fromkeys(examples, item["synonym"]))
            else:
                patterns[item["regex"]] = examples
    assert read_forms(KNOWLEDGE) == forms_from_training(tables, synonyms)
    assert read_patterns(KNOWLEDGE) == patterns
