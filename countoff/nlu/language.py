"""Our own small spaCy pipeline for English: where it lives, and how it is checked and loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import spacy
from spacy.language import Language

from countoff.errors import ModelFileError

MODEL_DIR = Path(__file__).parent / "model" / "spacy"
MANIFEST = "SHA256SUMS"
COMMON_WORDS = "common_words"
REBUILD = (
    "uv run --no-project --with spacy==3.8.14 --with spacy-lookups-data==1.0.5 --with pyyaml scripts/build_spacy.py"
)


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of the folder except the manifest, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_manifest(folder: Path) -> None:
    """Write the checksums of the folder in the form that ``sha256sum -c`` reads."""
    lines = [f"{digest}  {name}\n" for name, digest in checksums(folder).items()]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")


def verify(folder: Path) -> None:
    """Check every file of the pipeline against its manifest.

    Raises:
        ModelFileError: a file is missing, changed or not listed; the message names it and the command that mends it.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ModelFileError(f"{manifest} is missing. Make it again with: {REBUILD}")
    lines = manifest.read_text(encoding="utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines if line)}
    actual = checksums(folder)
    wrong = sorted(name for name in expected.keys() | actual.keys() if expected.get(name) != actual.get(name))
    if wrong:
        raise ModelFileError(f"{folder} differs from its manifest in {', '.join(wrong)}. Make it again with: {REBUILD}")


@lru_cache(maxsize=2)
def load_language(folder: Path = MODEL_DIR) -> Language:
    """Load the pipeline (tokenizer and look-up lemmatizer), once per process.

    Raises:
        ModelFileError: the folder is missing or damaged.
    """
    verify(folder)
    return spacy.load(folder)


def common_words(nlp: Language) -> Mapping[str, int]:
    """Return the frequent English words that the pipeline carries, each with its rank (0 is the most frequent)."""
    table: Mapping[str, int] = nlp.vocab.lookups.get_table(COMMON_WORDS)
    return table
