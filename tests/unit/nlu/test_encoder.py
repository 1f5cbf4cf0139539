"""The shipped sentence encoder: its vectors, and what a damaged file is answered with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from countoff.errors import ModelFileError
from countoff.nlu.encoder import BATCH, DIMENSIONS, MODEL_FOLDER, SentenceEncoder, shared_encoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return shared_encoder()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "minilm"
    folder.mkdir()
    for path in MODEL_FOLDER.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


def test_vectors_have_length_one(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(["which band should I use", "ow", "", "\U0001f4aa", "我应该用哪条弹力带"])
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_in_nothing_out(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("how high should my knee go", "how far do I lift the knee", "what do my arms do"),
        ("which band should I use", "what strength of band do I take", "how long should I rest"),
        ("my hip hurts", "there is a pain in my hip", "play some jazz"),
        ("stop", "that's enough", "which muscles does it work"),
    ],
)
def test_close_meanings_give_a_small_angle(encoder: SentenceEncoder, text: str, near: str, far: str) -> None:
    one, two, three = encoder.encode([text, near, far])
    assert one @ two > one @ three + 0.1


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: SentenceEncoder) -> None:
    alone = encoder.encode(["which band"])[0]
    beside = encoder.encode(
        ["which band", "a much longer sentence about knees, arms, backs and bands, which is padded"]
    )[0]
    assert alone @ beside > 0.98
    np.testing.assert_array_equal(alone, encoder.encode(["which band"])[0])


def test_many_texts_keep_their_order(encoder: SentenceEncoder) -> None:
    texts = [f"start {number} reps" for number in range(BATCH + 3)]
    vectors = encoder.encode(texts)
    assert (len(texts), DIMENSIONS) == vectors.shape
    for index in (0, BATCH - 1, BATCH, BATCH + 2):
        assert vectors[index] @ encoder.encode([texts[index]])[0] > 0.98


def test_a_very_long_text_is_cut(encoder: SentenceEncoder) -> None:
    long = "band " * 5_000
    np.testing.assert_allclose(encoder.encode([long]), encoder.encode([long + "knee"]), atol=1e-5)


def test_it_is_loaded_once() -> None:
    assert shared_encoder() is shared_encoder()


def test_the_manifest_names_every_file_that_is_read() -> None:
    manifest = json.loads((MODEL_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert {"model.onnx", "tokenizer.json"} == set(manifest)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ModelFileError, match=rf"{name} is missing or damaged.*build_minilm"):
        SentenceEncoder(copied)


def test_a_damaged_file_is_named(copied: Path) -> None:
    (copied / "tokenizer.json").unlink()
    shutil.copy(MODEL_FOLDER / "tokenizer.json", copied / "tokenizer.json")
    with (copied / "tokenizer.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(ModelFileError, match=r"tokenizer\.json is missing or damaged"):
        SentenceEncoder(copied)


@pytest.mark.parametrize("content", [None, "{not json"])
def test_a_manifest_that_cannot_be_read_is_named(copied: Path, content: str | None) -> None:
    (copied / "manifest.json").unlink()
    if content is not None:
        (copied / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"manifest\.json cannot be read"):
        SentenceEncoder(copied)
