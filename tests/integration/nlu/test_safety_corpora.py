"""The safety net on all that the classifier learns, and in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from countoff.nlu.safety import Lexicon, check

PROJECT = Path(__file__).parents[3]
CASES = PROJECT / "tests" / "nlu" / "safety"
LEXICON = PROJECT / "knowledge" / "safety" / "en.yml"


@cache
def lexicon() -> Lexicon:
    return Lexicon.load(LEXICON)


def found(text: str) -> str | None:
    return check(text, lexicon()).kind


def _training(*files: str) -> dict[str, list[str]]:
    blocks = [
        block
        for file in files
        for block in yaml.safe_load((PROJECT / "data" / "nlu" / f"{file}.yml").read_text(encoding="utf-8"))["nlu"]
    ]
    return {block["intent"]: [line[2:] for line in block["examples"].splitlines()] for block in blocks}


@pytest.mark.parametrize(("intent", "kind"), [("report_pain", "pain"), ("report_red_flag", "red_flag")])
def test_recall_on_what_the_classifier_learns(intent: str, kind: str) -> None:
    texts = _training("care")[intent]
    missed = [text for text in texts if found(text) not in (kind, "red_flag")]
    assert len(missed) <= 0.005 * len(texts), missed


def test_false_alarms_on_what_the_classifier_learns() -> None:
    calm = _training("care", "form", "band", "exercise", "dose", "talk", "scope")
    texts = [text for intent, listed in calm.items() if not intent.startswith("report_") for text in listed]
    alarms = [text for text in texts if found(text)]
    assert len(alarms) <= 0.005 * len(texts), alarms


@pytest.mark.parametrize("seed", ["0", "3"])
def test_findings_do_not_depend_on_the_order_of_sets(seed: str) -> None:
    """Python shuffles sets anew in every process; "it hurts my head" was pain in one and an idiom in the next."""
    script = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from countoff.nlu.safety import Lexicon, check\n"
        "lexicon = Lexicon.load(Path(sys.argv[1]))\n"
        "print(json.dumps([check(text, lexicon).kind for text in json.load(sys.stdin)]))\n"
    )
    texts = [text for name in ("none", "pain", "red_flag", "stop") for text in _texts(name)]
    done = subprocess.run(
        [sys.executable, "-c", script, str(LEXICON)],
        input=json.dumps(texts),
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == [found(text) for text in texts]


def _texts(name: str) -> list[str]:
    groups = yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))
    return [text for texts in groups.values() for text in texts]
