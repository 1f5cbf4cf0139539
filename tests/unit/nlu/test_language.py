"""The spaCy pipeline that is shipped: it loads, gives lemmas, is small, and notices damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from countoff.errors import ModelFileError
from countoff.nlu.language import MODEL_DIR, common_words, load_language, verify


@pytest.mark.parametrize(
    ("word", "lemma"),
    [("knees", "knee"), ("calves", "calf"), ("feet", "foot"), ("ran", "run"), ("left", "left"), ("bands", "band")],
)
def test_lemma(word: str, lemma: str) -> None:
    assert lemma == load_language()(word)[0].lemma_


def test_common_words_are_ranked_and_hold_no_misspelling() -> None:
    words = common_words(load_language())
    assert words["the"] < words["yellow"] < words["treadmill"]
    assert "yelow" not in words


def test_pipeline_is_smaller_than_3_mb() -> None:
    assert sum(path.stat().st_size for path in MODEL_DIR.rglob("*") if path.is_file()) < 3_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL_DIR, tmp_path / "spacy"))


def test_whole_pipeline_passes(copy: Path) -> None:
    verify(copy)


def test_changed_file_is_named_with_the_mend(copy: Path) -> None:
    (copy / "meta.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"meta\.json\. Make it again with: uv run .*build_spacy\.py"):
        load_language(copy)


def test_missing_file_is_named(copy: Path) -> None:
    (copy / "tokenizer").unlink()
    with pytest.raises(ModelFileError, match="tokenizer"):
        verify(copy)


def test_added_file_is_named(copy: Path) -> None:
    (copy / "extra.bin").write_bytes(b"x")
    with pytest.raises(ModelFileError, match=r"extra\.bin"):
        verify(copy)


def test_missing_folder_says_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"SHA256SUMS is missing"):
        load_language(tmp_path)
