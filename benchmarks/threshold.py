"""The curve by which the fallback's threshold in ``config.yml`` is chosen; never on the held-out files.

Probabilities are only honest on sentences that the encoder was not tuned on. These are the sentences of ``data/nlu``
that were added since: the ones that the revision of the last tuning (``--tuned-on``) does not have. In three folds the
regression is fitted on the old ones and two thirds of the new, and asked about the rest:

    .venv/bin/python benchmarks/threshold.py --tuned-on 2b1a8d8
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from countoff.nlu.classifier import CoachClassifier  # noqa: E402
from countoff.nlu.encoder import normalise, shared_encoder  # noqa: E402

FOLDS = 3
SEED = 1
OUT = "out_of_scope"
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)

Rows = list[tuple[str, str]]


def rows_of(texts: list[str]) -> Rows:
    """The sentences of training files with their intents."""
    entries = [entry for text in texts for entry in yaml.safe_load(text)["nlu"]]
    return [(normalise(line[2:]), entry["intent"]) for entry in entries for line in entry["examples"].splitlines()]


def at(revision: str, path: Path) -> str:
    """A file as it was."""
    name = f"{revision}:{path.relative_to(PROJECT)}"
    return subprocess.run(["git", "show", name], cwd=PROJECT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Print the curve and add it to the results of today."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tuned-on", required=True, help="the revision whose sentences the encoder was tuned on")
    options = parser.parse_args()
    files = sorted((PROJECT / "data/nlu").glob("*.yml"))
    old = rows_of([at(options.tuned_on, path) for path in files])
    known = {text for text, _ in old}
    new = [row for row in rows_of([path.read_text(encoding="utf-8") for path in files]) if row[0] not in known]
    settings = CoachClassifier.get_default_config()
    config = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))["pipeline"][1]
    before, after = (settings["scale"] * shared_encoder().encode([t for t, _ in rows]) for rows in (old, new))
    truth_before, truth = (np.array([intent for _, intent in rows]) for rows in (old, new))
    often = {intent for intent, number in Counter(truth).items() if number >= FOLDS}
    strata = [intent if intent in often else "rare" for intent in truth]
    found, sure, lead = truth.astype(object), np.zeros(len(new)), np.zeros(len(new))
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(after, strata):
        model = LogisticRegression(C=settings["C"], max_iter=settings["max_iter"])
        model.fit(np.concatenate([before, after[seen]]), np.concatenate([truth_before, truth[seen]]))
        likely = model.predict_proba(after[unseen])
        ordered = np.sort(likely, 1)
        found[unseen] = model.classes_[likely.argmax(1)]
        sure[unseen], lead[unseen] = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
    outside = truth == OUT
    curve = {}
    for least in THRESHOLDS:
        declined = (found == OUT) | (sure < least) | (lead < config["ambiguity_threshold"])
        curve[f"{least:.2f}"] = {
            "out of scope declined": round(float(declined[outside].mean()), 4),
            "in scope declined": round(float(declined[~outside].mean()), 4),
            "in scope read as something else": round(float((~declined & (found != truth))[~outside].mean()), 4),
        }
        print(least, curve[f"{least:.2f}"])
    result = {"old": len(old), "new": len(new), "new out of scope": int(outside.sum()), "curve": curve}
    result["accuracy"] = round(float((found == truth).mean()), 4)
    path = PROJECT / f"benchmarks/results/understanding-{datetime.now(UTC):%Y-%m-%d}.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    results["threshold"] = result
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
