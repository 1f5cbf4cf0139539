"""Draw docs/images/set.png: the sound of a short set, with the times of its plan.

.venv/bin/python scripts/draw_set.py
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

from countoff.exercises.cues import load_cue_book
from countoff.recordings import prescribe
from countoff.session import Plan, make_plan
from countoff.speech.clips import load_pack
from countoff.speech.pcm import FULL, Pcm
from countoff.speech.track import render_plan

mpl.use("Agg")
from matplotlib import pyplot

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "set.png"
ROWS = 2
INK = {"side": "#0b6e4f", "count": "#1f4e9e", "count_in": "#1f4e9e"}
OTHER_INK = "#6b6b6b"


def draw(plan: Plan, sound: Pcm) -> None:
    """Write the picture."""
    row_s = np.ceil(plan.duration_ms / 1000 / ROWS)
    figure, axes = pyplot.subplots(ROWS, 1, figsize=(12, 4.6), layout="constrained")
    seconds = np.arange(len(sound.samples)) / sound.rate
    for row, axis in enumerate(axes):
        axis.plot(seconds, sound.samples / FULL, color="#b9c4d0", linewidth=0.4)
        for cue in plan.cues:
            at_s = cue.at_ms / 1000
            if cue.text is None or not row * row_s <= at_s + 0.3 < (row + 1) * row_s:
                continue
            ink = INK.get(cue.kind, OTHER_INK)
            axis.axvline(at_s, color=ink, linewidth=0.8)
            axis.text(at_s, 1.04, cue.text, color=ink, rotation=35, ha="left", va="bottom", fontsize=8)
        axis.set(xlim=(row * row_s - 0.3, (row + 1) * row_s - 0.3), ylim=(-1, 1), yticks=[])
        axis.spines[["top", "right", "left"]].set_visible(False)
    axes[-1].set_xlabel("seconds")
    figure.savefig(TARGET, dpi=110)


def main() -> None:
    """Draw a set of three reps a side."""
    plan = make_plan(prescribe(None, 3, None, None, None, None), load_cue_book())
    draw(plan, render_plan(plan, load_pack()))
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
