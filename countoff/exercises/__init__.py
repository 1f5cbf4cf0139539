"""The knowledge base: its typed model, loading, look-up, health rules and difficulty ladder."""

from __future__ import annotations

from countoff.exercises.bands import Bands, Convention
from countoff.exercises.base import LOADS, Answer, Fact, Source, Topic
from countoff.exercises.health import validate
from countoff.exercises.knowledge import FoundAnswer, Knowledge
from countoff.exercises.ladder import AtEnd, Move, allowed, refit, rung_for, step
from countoff.exercises.loader import DEFAULT_ROOT, load_knowledge
from countoff.exercises.model import Exercise, Mistake, Rung, Step, Variation
from countoff.exercises.schema import schema_problems, write_schema
from countoff.exercises.yaml_lines import Problem

__all__ = [
    "DEFAULT_ROOT",
    "LOADS",
    "Answer",
    "AtEnd",
    "Bands",
    "Convention",
    "Exercise",
    "Fact",
    "FoundAnswer",
    "Knowledge",
    "Mistake",
    "Move",
    "Problem",
    "Rung",
    "Source",
    "Step",
    "Topic",
    "Variation",
    "allowed",
    "load_knowledge",
    "refit",
    "rung_for",
    "schema_problems",
    "step",
    "validate",
    "write_schema",
]
