"""Fixtures that every part of the tests may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from countoff.exercises import Knowledge, load_knowledge
from countoff.exercises.cues import CueBook, load_cue_book

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def cue_book() -> CueBook:
    return load_cue_book()
