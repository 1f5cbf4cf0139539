"""The cue book: complete, short, calm, and within the beat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.errors import KnowledgeError
from countoff.exercises.cues import CueBook, load_cue_book, required_ids

SHIPPED = Path(__file__).resolve().parents[3] / "knowledge" / "cues" / "en.yml"
FAULTS = {"back_rounds", "core", "knee_height", "lean", "too_fast", "arms", "balance", "breathing"}


def content() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return loaded


def write(root: Path, data: Any) -> Path:
    (root / "cues").mkdir()
    (root / "cues" / "en.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    return root


def test_the_shipped_book_is_complete_and_read_once() -> None:
    book = load_cue_book()
    assert set(required_ids()) <= set(book.cues)
    assert set(book.form_keys()) == FAULTS
    assert book.members("side") == ("side.left", "side.right")
    assert load_cue_book() is book


def test_sides_and_counts_fit_the_fastest_tempo() -> None:
    book = load_cue_book()
    assert max(cue.max_ms for cue in book.cues.values() if cue.kind == "side") <= 450
    assert max(cue.max_ms for cue in book.cues.values() if cue.kind == "count") < 1000


def test_the_same_words_for_the_same_number() -> None:
    book = load_cue_book()
    assert [book.cue("count_in", number).text for number in (3, 2, 1)] == [
        book.cue("count", number).text for number in (3, 2, 1)
    ]
    assert len({book.cue("count", number).text for number in range(1, 31)}) == 30


def test_an_unknown_cue_names_the_file_to_mend() -> None:
    with pytest.raises(KnowledgeError, match=r"knowledge/cues/en\.yml has no cue 'count\.31'"):
        load_cue_book().cue("count", 31)


@pytest.mark.parametrize(
    ("cue_id", "change", "says"),
    [
        ("side.left", {"max_ms": 451}, "a side cue may last 450 ms at most, not 451"),
        ("count.30", {"max_ms": 951}, "a count cue may last 950 ms at most, not 951"),
        ("session_done", {"max_ms": 2001}, "a done cue may last 2000 ms at most"),
        ("core", {"text": "one two three four five six seven"}, "at most six words"),
        ("core", {"text": "Tummy firm!"}, "no exclamation mark"),
        ("core", {"kind": "shout"}, "core → kind"),
        ("core", {"volume": 11}, "core → volume"),
    ],
)
def test_a_faulty_cue_is_named(tmp_path: Path, cue_id: str, change: dict[str, Any], says: str) -> None:
    data = content()
    data["cues"][cue_id] |= change
    with pytest.raises(KnowledgeError, match=says):
        load_cue_book(write(tmp_path, data))


def test_a_missing_cue_is_named(tmp_path: Path) -> None:
    data = content()
    del data["cues"]["count.17"]
    with pytest.raises(KnowledgeError, match=r"cues are missing: count\.17"):
        load_cue_book(write(tmp_path, data))


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"de\.yml: cannot be read"):
        load_cue_book(language="de")
    (tmp_path / "cues").mkdir()
    (tmp_path / "cues" / "en.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="is not valid YAML"):
        load_cue_book(tmp_path)


def test_a_book_in_another_order_is_the_same_book() -> None:
    data = content()
    data["cues"] = dict(reversed(data["cues"].items()))
    assert CueBook.model_validate(data) == load_cue_book()
