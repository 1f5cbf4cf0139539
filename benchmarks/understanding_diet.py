"""Trains Rasa's DIETClassifier on rows of a file and says what it finds; started by benchmarks/understanding.py.

It runs in the environment of the stock Rasa (`make bench-setup`). The pipeline is the one that Rasa proposes to
beginners: white space tokens, patterns, lexical features, counts of words and of one to four letters, DIET.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import rasa.model_training
import yaml
from rasa.core.agent import Agent


def pipeline(seed: int, epochs: int) -> list[dict[str, object]]:
    """The components of ``rasa init``, up to the classifier."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {
            "name": "DIETClassifier",
            "epochs": epochs,
            "constrain_similarities": True,
            "entity_recognition": False,
            "random_seed": seed,
        },
    ]


def train(job: dict[str, Any], folder: Path) -> str:
    """Train on the rows of a job and return the path of the model."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in job["rows"]:
        by_intent.setdefault(intent, []).append(text)
    data = [{"intent": i, "examples": "".join(f"- {t}\n" for t in texts)} for i, texts in by_intent.items()]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": data}, width=1000), encoding="utf-8")
    recipe = {"recipe": "default.v1", "assistant_id": "diet", "language": "en"}
    config = {**recipe, "pipeline": pipeline(job["seed"], job["epochs"])}
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return str(rasa.model_training.train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder)))


async def parse(model: str, tests: dict[str, list[str]]) -> tuple[dict[str, list[str]], list[float]]:
    """What a model finds in each text, and how long each took in milliseconds."""
    agent = Agent.load(model)
    found, times = {}, []
    for name, texts in tests.items():
        found[name] = []
        for text in texts:
            start = time.perf_counter()
            parsed = await agent.parse_message(text)
            times.append(1000 * (time.perf_counter() - start))
            found[name].append(parsed["intent"]["name"])
    return found, times


def main(path: Path) -> None:
    """Read the job, train, and write what was found beside it."""
    job = json.loads(path.read_text(encoding="utf-8"))
    start = time.perf_counter()
    model = train(job, path.parent)
    trained = time.perf_counter() - start
    found, times = asyncio.run(parse(model, job["tests"]))
    answer = {"found": found, "ms": sorted(times)[len(times) // 2], "train_s": trained}
    path.with_suffix(".out.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
