"""Build the small English spaCy pipeline that Countoff ships.

Run it from the root of the project with
``uv run --no-project --with spacy==3.8.14 --with spacy-lookups-data==1.0.5 --with pyyaml scripts/build_spacy.py``.
The look-up data is needed only here. Its tables are under the MIT licence of Explosion; the English lemmas among them
derive from WordNet 3.0, whose licence is copied into the pipeline folder.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import spacy
import spacy_lookups_data  # type: ignore[import-not-found]
import yaml
from spacy.lookups import Lookups

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from countoff.nlu.language import COMMON_WORDS, MODEL_DIR, write_manifest  # noqa: E402

LEMMAS = 20_000
COMMON = 20_000
# The stock table is made for no particular part of speech and reads these as verbs.
OVERRIDES = {"calves": "calf", "left": "left", "better": "better", "felt": "feel", "glutes": "glute", "quads": "quad"}
DATA = Path(spacy_lookups_data.__file__).parent / "data"


def read(name: str) -> dict[str, Any]:
    """Return one table of spacy-lookups-data."""
    with gzip.open(DATA / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return table


def domain_words() -> set[str]:
    """Return every word of the vocabulary file, so that no domain word loses its lemma to the cut."""
    text = yaml.safe_dump(yaml.safe_load((ROOT / "knowledge" / "vocabulary.yml").read_text(encoding="utf-8")))
    return set("".join(char if char.isalpha() else " " for char in text.lower()).split())


def frequent(size: int) -> list[str]:
    """Return the most frequent lower-case words of the probability table, most frequent first."""
    table = read("en_lexeme_prob")
    words = [word for word in table if word.isalpha() and word.islower() and word.isascii()]
    return sorted(words, key=lambda word: (-table[word], word))[:size]


def lemma_table(ranked: list[str]) -> dict[str, str]:
    """Return the lemmas of domain words and of the most frequent other words, where lemma and word differ."""
    stock = read("en_lemma_lookup")
    domain = domain_words()
    changed = {word: lemma for word, lemma in stock.items() if word != lemma and word.islower()}
    order = [word for word in ranked if word in changed and word not in domain]
    kept = sorted(domain & changed.keys()) + order
    return {**{word: changed[word] for word in kept[:LEMMAS]}, **OVERRIDES}


def build(folder: Path) -> None:
    """Write the pipeline, the licence of its data and its manifest to the folder, replacing what is there."""
    ranked = frequent(COMMON * 5)
    nlp = spacy.blank("en", vocab=True)
    nlp.meta.update(name="countoff", version="1.0.0", license="MIT", description="Tokens and lemmas for Countoff")
    lookups = Lookups()
    lookups.add_table("lemma_lookup", lemma_table(ranked))
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"}).initialize(lookups=lookups)  # type: ignore[attr-defined]
    nlp.vocab.lookups.add_table(COMMON_WORDS, {word: rank for rank, word in enumerate(ranked[:COMMON])})
    shutil.rmtree(folder, ignore_errors=True)
    nlp.to_disk(folder, exclude=["vectors"])
    shutil.copyfile(DATA / "en_license.txt", folder / "LICENSE.wordnet")
    write_manifest(folder)


if __name__ == "__main__":
    build(MODEL_DIR)
