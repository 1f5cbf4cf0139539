"""The rows of the benchmark as a table, as Markdown and as a picture."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.contenders import PASSES
from countoff.errors import CountoffError
from countoff.settings import PROJECT

README = PROJECT / "README.md"
BEGIN, END = "<!-- bench: written by `make bench` -->", "<!-- bench: end -->"
PICTURED = {
    "turn with an action, 5th, p50": "a turn, 5th of a talk",
    "turn with an action, 200th, p50": "a turn, 200th of a talk",
    "parse, p50": "reading a message",
    "turns a second, 10 users": "turns a second, 10 users",
    "ready after the start command": "ready after start",
    "memory of all processes": "memory",
    "installed": "disk",
    "training, processor time": "training",
}
"""Rows in the picture, and what they are called there."""


@dataclass(frozen=True)
class Row:
    """One measure of both."""

    name: str
    unit: str
    ours: float
    stock: float
    budget: str = ""
    more_is_better: bool = False

    @property
    def is_known(self) -> bool:
        """Whether both were measured."""
        return not (math.isnan(self.ours) or math.isnan(self.stock))

    @property
    def times_better(self) -> float | None:
        """How many times better ours is; None for shares, and where one is zero."""
        if self.unit == "%" or not self.ours or not self.stock:
            return None
        return self.ours / self.stock if self.more_is_better else self.stock / self.ours

    def as_json(self) -> dict[str, Any]:
        """The row with its ratio."""
        return {**asdict(self), "times_better": self.times_better}

    def cells(self) -> tuple[str, str, str, str, str]:
        """Name, ours, stock, ratio or difference, budget."""
        ratio = self.times_better
        if ratio is not None:
            versus = f"{ratio:.1f} × better" if ratio >= 1 else f"{1 / ratio:.1f} × worse"
        elif self.unit == "%":
            versus = f"{self.ours - self.stock:+.1f} points"
        else:
            versus = ""
        return self.name, _number(self.ours, self.unit), _number(self.stock, self.unit), versus, self.budget


def _number(value: float, unit: str) -> str:
    digits = 0 if value == 0 or abs(value) >= 100 else 1
    return f"{value:.{digits}f} {unit}".strip()


def print_table(rows: list[Row], paired: dict[str, float]) -> None:
    """Print all rows."""
    head = ("", "Countoff", "stock Rasa", "Countoff is", "budget")
    lines = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    print(_paired(paired))


def update_readme(rows: list[Row], made: dict[str, Any]) -> None:
    """Put the table between its marks in the README.

    Raises:
        CountoffError: the marks are not there.
    """
    text = README.read_text(encoding="utf-8")
    if not 0 <= text.find(BEGIN) < text.find(END):
        raise CountoffError(f"{README.name} lacks the lines {BEGIN} and {END}, between which the table goes.")
    body = "\n".join(
        [
            BEGIN,
            f"Measured on {made['date'][:10]} at commit {made['commit']}, both in one run.{_passes(made)}",
            "",
            "| | Countoff | stock Rasa | Countoff is | budget |",
            "|---|---|---|---|---|",
            *(f"| {' | '.join(row.cells())} |" for row in rows),
            "",
            _paired(made["paired_test_of_intents"]),
            END,
        ]
    )
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    README.write_text(pattern.sub(lambda _: body, text), encoding="utf-8")


def _passes(made: dict[str, Any]) -> str:
    passes = made["passes_of_stock"]
    return "" if passes == PASSES else f" The stock Rasa made {passes} passes over the data in training, not {PASSES}."


def _paired(paired: dict[str, float]) -> str:
    p = "p < 0.001" if paired["p"] < 0.001 else f"p = {paired['p']:.3f}"
    only = (
        f"{paired['ours_only']:.0f} messages only Countoff read right, {paired['others_only']:.0f} only the stock Rasa"
    )
    return f"Intents, paired on the same messages: {only} ({p}, exact two-sided McNemar test)."


def draw(rows: list[Row], path: Path) -> None:
    """Draw how many times better ours is, as bars."""
    import matplotlib as mpl  # noqa: PLC0415  # only the picture needs it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    bars = [(PICTURED[row.name], row.times_better or 1.0) for row in rows if row.name in PICTURED][::-1]
    figure, axes = plt.subplots(figsize=(7.2, 0.42 * len(bars) + 1.1), dpi=140)
    axes.barh([name for name, _ in bars], [value for _, value in bars], color="#2f6f5e", height=0.62)
    for place, (_, value) in enumerate(bars):
        axes.text(value * 1.06, place, f"{value:.1f} ×", va="center", fontsize=9)
    axes.set_xscale("log")
    axes.set_xlim(0.8, max(value for _, value in bars) * 2.2)
    axes.axvline(1, color="#777777", linewidth=1)
    axes.set_xticks([1, 2, 5, 10, 20, 50, 100], ["1", "2", "5", "10", "20", "50", "100"])
    axes.minorticks_off()
    axes.set_xlabel("times better than a stock Rasa on the same data (logarithmic)")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(left=False)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
