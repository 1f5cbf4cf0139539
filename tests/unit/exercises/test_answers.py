"""The look-up finds the most specific answer, and it says what the facts say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.exercises import load_knowledge

K = load_knowledge()
CASES = yaml.safe_load((Path(__file__).parent / "answers.yml").read_text(encoding="utf-8"))
IDS = [
    f"{case['topic']}-{'-'.join(case['about'])}-{case.get('variation') or case.get('exercise') or ''}" for case in CASES
]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_most_specific_answer_is_found(case: dict[str, Any]) -> None:
    found = K.answer(case["topic"], case["about"], case.get("exercise"), case.get("variation"))
    assert (found.key if found else None) == case["key"]
    for part in case["says"]:
        assert found is not None
        assert part.lower() in found.answer.long.lower()


def test_the_main_source_comes_first_and_each_once() -> None:
    found = K.answer("band")
    assert found is not None
    assert found.source_line.startswith("How To Do a Banded Psoas March (Sara Lindberg, M.Ed., Verywell Fit)")
    assert found.source_line.count("Sara Lindberg") == 1
    assert found.spoken_source.startswith("the Verywell Fit article")


@pytest.mark.parametrize(
    ("key", "single"), [("reps", True), ("band_placement", False), ("soreness", True), ("breathing", False)]
)
def test_a_lone_source_is_marked(key: str, single: bool) -> None:
    found = K.answer(key)
    assert found is not None
    assert found.single_source is single


def test_loading_again_gives_the_same_object() -> None:
    assert load_knowledge() is K
