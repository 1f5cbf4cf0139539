"""Sentence vectors from the shipped MiniLM model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from countoff.errors import ModelFileError

MODEL_FOLDER = Path(__file__).parent / "model" / "minilm"
DIMENSIONS = 384
MAX_TOKENS = 128
BATCH = 64

_SPACE = re.compile(r"\s+")

Vectors = npt.NDArray[np.float32]


def normalise(text: str) -> str:
    """Lower-case, straighten quotation marks and fold white space, as the model was tuned with."""
    return _SPACE.sub(" ", text.replace("\u2019", "'").replace("\u2018", "'").lower()).strip()


class SentenceEncoder:
    """Turns texts into unit-length vectors of 384 numbers; close meanings give a small angle."""

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        """Load model and tokenizer.

        Raises:
            ModelFileError: a file is missing or is not the one that was built.
        """
        _check_manifest(folder)
        options = SessionOptions()
        # One thread: a sentence is too short to share out, and a server has other work for its cores.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (number of texts, 384)."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.concatenate([self._encode_batch(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])

    def _encode_batch(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        feed = {
            "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
        }
        vectors: Vectors = self._session.run(["vector"], feed)[0]
        return vectors


@cache
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process."""
    return SentenceEncoder()


def _check_manifest(folder: Path) -> None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelFileError(f"{folder}/manifest.json cannot be read; run scripts/build_minilm.py") from error
    for name, expected in manifest.items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise ModelFileError(f"{path} is missing or damaged; restore it or run scripts/build_minilm.py")
