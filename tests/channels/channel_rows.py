"""Rows of cases, one pytest id each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

CASES = Path(__file__).parent / "cases"


def read(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def rows(given: Iterable[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=str(row["id"])) for row in given]
