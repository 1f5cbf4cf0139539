"""The closed lists, and what is found by them in messages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.errors import KnowledgeError
from countoff.nlu.finding import find_entities
from countoff.nlu.language import load_language
from countoff.nlu.lookups import read_forms, read_patterns
from countoff.nlu.matching import ListMatcher

ROOT = Path(__file__).parents[3]
KNOWLEDGE = ROOT / "knowledge"
ROWS = [
    row
    for name in ("lists", "noise")
    for row in yaml.safe_load((ROOT / "tests" / "nlu" / "entities" / f"{name}.yml").read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def matcher() -> ListMatcher:
    return ListMatcher(load_language(), read_forms(KNOWLEDGE), read_patterns(KNOWLEDGE))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"].strip() or "empty")
def test_entities(matcher: ListMatcher, row: dict[str, Any]) -> None:
    found, _ = find_entities(matcher, row["text"])
    assert sorted(row["entities"]) == sorted(f"{one.entity}={one.value}" for one in found)


def test_place_is_that_of_the_words_said(matcher: ListMatcher) -> None:
    text = "\u0130\u2019d use the GREEN one"
    found, _ = find_entities(matcher, text)
    assert [text[one.start : one.end] for one in found] == ["GREEN"]


def test_a_number_inside_a_phrase_is_no_number(matcher: ListMatcher) -> None:
    _, numbers = find_entities(matcher, "type 2 diabetes, ten reps")
    assert [one.value for one in numbers] == [10]


def test_one_form_for_two_values_is_refused(tmp_path: Path) -> None:
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    vocabulary = tmp_path / "knowledge" / "vocabulary.yml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(text.replace("synonyms: [knees,", "synonyms: [ankles, knees,"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match='"ankles" stands for both knee and ankle of body_part'):
        read_forms(tmp_path / "knowledge")


def test_a_broken_knowledge_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yml").write_text("entities: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"vocabulary\.yml cannot be read"):
        read_forms(tmp_path)
