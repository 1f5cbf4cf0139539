"""Rasa with all of Countoff's changes but one: `python -m benchmarks.without CHANGE FOLDER run --model …`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from countoff.settings import PROJECT


def _no_shortcut(name: str) -> Callable[[dict[str, Any]], None]:
    def change(endpoints: dict[str, Any]) -> None:
        from countoff import shortcuts  # noqa: PLC0415  # it imports Rasa

        if not callable(getattr(shortcuts, name)):
            raise SystemExit(f"countoff.shortcuts has no {name}")
        setattr(shortcuts, name, lambda: None)

    return change


def _stock_trackers(endpoints: dict[str, Any]) -> None:
    del endpoints["tracker_store"]


def _stock_sql_trackers(endpoints: dict[str, Any]) -> None:
    endpoints["tracker_store"] = {"type": "SQL", "dialect": "sqlite", "db": "stock.db"}


def _stock_locks(endpoints: dict[str, Any]) -> None:
    del endpoints["lock_store"]


def _whole_domain(endpoints: dict[str, Any]) -> None:
    endpoints["action_endpoint"]["selective_domain"] = False


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "nothing": lambda endpoints: None,
    "remember_action_schema": _no_shortcut("remember_action_schema"),
    "remember_event_types": _no_shortcut("remember_event_types"),
    "use_one_thread": _no_shortcut("use_one_thread"),
    "our tracker store (Rasa's in memory)": _stock_trackers,
    "our tracker store (Rasa's in SQL)": _stock_sql_trackers,
    "our lock store": _stock_locks,
    "selective_domain": _whole_domain,
}
"""What may be left out."""


def main() -> None:
    """Take the change out, then be `rasa`."""
    change, folder = sys.argv[1], Path(sys.argv[2])
    endpoints = yaml.safe_load((PROJECT / "endpoints.yml").read_text(encoding="utf-8"))
    from countoff import shortcuts  # noqa: PLC0415  # it imports Rasa

    CHANGES[change](endpoints)
    # Our tracker store takes them too; here they are to hold without it.
    shortcuts.take()
    file = folder / "endpoints.yml"
    # Rasa fills ${…} in only where it is not quoted.
    file.write_text(yaml.safe_dump(endpoints, default_style=None).replace("'", ""), encoding="utf-8")
    sys.argv[1:] = [*sys.argv[3:], "--endpoints", str(file)]
    from rasa.__main__ import main as rasa  # noqa: PLC0415  # what it imports was to be changed first

    rasa()


if __name__ == "__main__":
    main()
