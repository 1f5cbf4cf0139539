"""Ways to classify our messages, compared on our own sentences.

Sentences of data/nlu, never the held-out files. Per seed a fifth of each intent is kept back and the classifiers are
fitted on the rest, or on a part of it, clean or with the noise of ``scripts/noise.py``; the figure is the mean over
seeds and the standard deviation. PyTorch and spaCy are needed, so it runs in an environment of its own:

    python3.11 -m venv /tmp/understanding
    /tmp/understanding/bin/pip install -r benchmarks/understanding.txt
    /tmp/understanding/bin/python benchmarks/understanding.py --per-intent 40
    /tmp/understanding/bin/python benchmarks/understanding.py --share 0.4 --tuning-epochs 3

With ``--diet .bench/stock/venv/bin/python`` Rasa's DIETClassifier is compared too, in the environment that
`make bench-setup` installs. Sentences of one intent in ``data/nlu`` are often near
variants of each other, so every figure is better than it would be on sentences by strangers; the order is what counts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

import build_minilm  # noqa: E402
import spacy  # noqa: E402
import torch  # noqa: E402
from noise import noisy  # noqa: E402
from wordfreq import top_n_list, word_frequency  # noqa: E402

from countoff.nlu.encoder import SentenceEncoder  # noqa: E402

RESULTS = PROJECT / "benchmarks/results"
SEEDS = (1, 2, 3)
KEPT_BACK = 0.2
SCALE = 3.0
C = 10.0
"""Length of the vectors and inverse regularisation, as in ``countoff/nlu/classifier.py``."""
WORDS = 30_000
STATIC_DIMENSIONS = 256
SIF = 1e-3
TIMED = 200

Rows = list[tuple[str, str]]
Encode = Callable[[Sequence[str]], Any]


def split(rows: Rows, seed: int, per_intent: int | None, share: float) -> tuple[Rows, Rows]:
    """Return (training rows, kept-back rows).

    Trained on are at most ``per_intent`` sentences of each intent, or ``share`` of them all, of each intent alike.
    """
    seen, unseen = train_test_split(rows, test_size=KEPT_BACK, stratify=[i for _, i in rows], random_state=seed)
    if per_intent is None:
        if share < 1:
            seen, _ = train_test_split(seen, train_size=share, stratify=[i for _, i in seen], random_state=seed)
        return seen, unseen
    chance = random.Random(seed)
    chance.shuffle(seen)
    taken: Counter[str] = Counter()
    part = []
    for text, intent in seen:
        if taken[intent] < per_intent:
            taken[intent] += 1
            part.append((text, intent))
    return part, unseen


class Static:
    """Word vectors distilled from plain MiniLM, in a spaCy pipeline: no network runs, a sentence is a weighted mean."""

    def __init__(self, encode: Encode, words: Sequence[str]) -> None:
        """Embed each word by itself, reduce to 256 dimensions and weigh the frequent ones down (SIF)."""
        vocabulary = sorted({*top_n_list("en", WORDS), *words})
        full = np.concatenate([encode(vocabulary[i : i + 512]) for i in range(0, len(vocabulary), 512)])
        reduced = PCA(STATIC_DIMENSIONS, random_state=0).fit_transform(full)
        weights = np.array([SIF / (SIF + word_frequency(word, "en")) for word in vocabulary])
        table = (reduced * weights[:, None]).astype(np.float32)
        self._nlp = spacy.blank("en")
        self._nlp.vocab.vectors = spacy.vectors.Vectors(shape=table.shape)
        for word, row in zip(vocabulary, table, strict=True):
            self._nlp.vocab.set_vector(word, row)

    def __call__(self, texts: Sequence[str]) -> Any:
        """Vectors of length 1, or 0 where no word is known."""
        rows = np.array([self._nlp.make_doc(text).vector for text in texts])
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class Regression:
    """Vectors into logistic regression, as the pipeline does it."""

    def __init__(self, encode: Encode) -> None:
        """Keep the encoder."""
        self.encode = encode
        self.model = LogisticRegression(C=C, max_iter=400)

    def fit(self, rows: Rows) -> Regression:
        """Learn from rows."""
        self.model.fit(SCALE * self.encode([t for t, _ in rows]), [i for _, i in rows])
        return self

    def probabilities(self, texts: Sequence[str]) -> Any:
        """One row a text, one column an intent."""
        return self.model.predict_proba(SCALE * self.encode(texts))

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intents."""
        return list(self.model.classes_[self.probabilities(texts).argmax(1)])


class Words:
    """TF-IDF of words and pairs of words into logistic regression."""

    def fit(self, rows: Rows) -> Words:
        """Learn from rows."""
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
        self.model = make_pipeline(words, LogisticRegression(C=C, max_iter=400))
        self.model.fit([t for t, _ in rows], [i for _, i in rows])
        return self

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intents."""
        return list(self.model.predict(list(texts)))


def joined(*encoders: Encode) -> Encode:
    """The vectors of several encoders side by side."""
    return lambda texts: np.concatenate([encode(texts) for encode in encoders], axis=1)


def quantised(encoder: Any, tokenizer: Any, source: Path) -> SentenceEncoder:
    """The encoder as it would be shipped: 8-bit, in ONNX."""
    folder = Path(tempfile.mkdtemp())
    build_minilm.export(encoder, tokenizer, source, folder)
    return SentenceEncoder(folder)


def tuned(rows: Rows, seed: int) -> SentenceEncoder:
    """MiniLM tuned on rows."""
    torch.manual_seed(seed)
    encoder, tokenizer, source = build_minilm.base()
    build_minilm.Tuning(encoder, tokenizer, list(rows)).run(random.Random(seed))
    return quantised(encoder, tokenizer, source)


def milliseconds(predict: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Median time to classify one text."""
    times = []
    for text in texts[:TIMED]:
        start = time.perf_counter()
        predict([text])
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times))


def score(name: str, model: Any, tests: dict[str, list[str]], truth: list[str], found: dict[str, Any]) -> None:
    """Add the accuracy of one classifier, on each version of the sentences, and its time."""
    for kind, texts in tests.items():
        right = np.array(model.predict(texts)) == np.array(truth)
        found[name][kind].append(float(right.mean()))
    found[name]["ms"].append(milliseconds(model.predict, tests["clean"]))
    print(f"  {name}: { ({key: round(values[-1], 3) for key, values in found[name].items()}) }", flush=True)


def diet(python: str, seen: Rows, tests: dict[str, list[str]], truth: list[str], seed: int, epochs: int) -> Any:
    """Train and score DIET in another environment."""
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(
            json.dumps({"rows": seen, "tests": tests, "seed": seed, "epochs": epochs, "timed": TIMED}), encoding="utf-8"
        )
        script = Path(__file__).with_name("understanding_diet.py")
        subprocess.run([python, str(script), str(job)], check=True, cwd=folder)
        answer = json.loads(job.with_suffix(".out.json").read_text(encoding="utf-8"))
    scores = {k: float(np.mean([a == b for a, b in zip(v, truth, strict=True)])) for k, v in answer["found"].items()}
    return {**scores, "ms": answer["ms"], "train_s": answer["train_s"]}


def compare(options: argparse.Namespace) -> dict[str, Any]:
    """Accuracy of every classifier over the seeds."""
    rows = build_minilm.sentences()
    if not options.only_diet:
        encoder, tokenizer, source = build_minilm.base()
        plain = quantised(encoder, tokenizer, source).encode
        static = Static(plain, {word for text, _ in rows for word in text.split()})
    found: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    pairs: Counter[tuple[str, str]] = Counter()
    for seed in options.seeds:
        seen, unseen = split(rows, seed, options.per_intent, options.share)
        chance = random.Random(seed)
        truth = [intent for _, intent in unseen]
        tests = {"clean": [t for t, _ in unseen], "noisy": [noisy(t, chance) for t, _ in unseen]}
        print(f"seed {seed}: {len(seen)} sentences trained on, {len(unseen)} kept back", flush=True)
        if options.diet:
            result = diet(options.diet, seen, tests, truth, seed, options.epochs)
            for key, value in result.items():
                found["DIET"][key].append(value)
            print(f"  DIET: {result}", flush=True)
            if options.only_diet:
                continue
        score("TF-IDF", Words().fit(seen), tests, truth, found)
        score("static", Regression(static).fit(seen), tests, truth, found)
        score("plain MiniLM", Regression(plain).fit(seen), tests, truth, found)
        score("plain MiniLM and static", Regression(joined(plain, static)).fit(seen), tests, truth, found)
        if not options.no_tuning:
            own = tuned(seen, seed).encode
            model = Regression(own).fit(seen)
            score("tuned MiniLM", model, tests, truth, found)
            pairs += misread(model, unseen)
            score("tuned MiniLM and static", Regression(joined(own, static)).fit(seen), tests, truth, found)
    summary = {
        name: {k: {"mean": round(float(np.mean(v)), 4), "sd": round(float(np.std(v, ddof=1)), 4), "n": len(v)}
               for k, v in values.items() if len(v) > 1}
        for name, values in found.items()
    }  # fmt: skip
    size = {
        "per_intent": options.per_intent,
        "share": options.share,
        "seeds": list(options.seeds),
        "trained": len(seen),
        "tested": len(unseen),
    }
    if options.diet:
        size["diet_epochs"] = options.epochs
    if not options.no_tuning:
        size["tuning_epochs"] = build_minilm.EPOCHS
    confused = [[*pair, number] for pair, number in pairs.most_common(30)]
    return {
        "size": size,
        "classifiers": summary,
        "confused": confused,
        "runs": {n: dict(v) for n, v in found.items()},
    }


def misread(model: Regression, unseen: Rows) -> Counter[tuple[str, str]]:
    """How often which intent is taken for which; the sentences are printed."""
    pairs: Counter[tuple[str, str]] = Counter()
    for (text, intent), best in zip(unseen, model.predict([t for t, _ in unseen]), strict=True):
        if best != intent:
            pairs[intent, best] += 1
            print(f"    {intent} -> {best}: {text}")
    return pairs


def main() -> None:
    """Compare, and add the result to the file of today."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-intent", type=int, help="train on at most so many sentences an intent")
    parser.add_argument("--share", type=float, default=1.0, help="train on this share of what is not kept back")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--no-tuning", action="store_true", help="leave out what has to be tuned")
    parser.add_argument("--tuning-epochs", type=int, default=build_minilm.EPOCHS)
    parser.add_argument("--diet", metavar="PYTHON", help="the interpreter of the stock Rasa")
    parser.add_argument("--only-diet", action="store_true", help="nothing but DIET")
    parser.add_argument("--epochs", type=int, default=100, help="of DIET")
    parser.add_argument("--name", help="the name of the result in the file")
    options = parser.parse_args()
    torch.set_num_threads(build_minilm.THREADS)
    build_minilm.EPOCHS = options.tuning_epochs
    result = compare(options)
    path = RESULTS / f"understanding-{datetime.now(UTC):%Y-%m-%d}.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    before[options.name or f"{options.per_intent or 'all'} an intent"] = result
    path.write_text(json.dumps(before, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
