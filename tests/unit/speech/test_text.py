"""What is written becomes what should be said."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.errors import KnowledgeError
from countoff.speech.rules import load_rules
from countoff.speech.text import rule_problems, split_sentences, spoken

CASES = Path(__file__).parent / "cases"
SHIPPED = Path(__file__).resolve().parents[3] / "knowledge"
TEXTS = yaml.safe_load((CASES / "spoken.yml").read_text(encoding="utf-8"))
SENTENCES = yaml.safe_load((CASES / "sentences.yml").read_text(encoding="utf-8"))
EXAMPLES = [row.example for _, _, row in load_rules().rows()]
BITS = [
    *EXAMPLES,
    "(",
    ")",
    "[a](b)",
    "...",
    "…",
    "\n",
    "\n- ",
    "1) ",
    "**",
    "_",
    " - ",
    "—",
    "'",
    '"',
    "1",
    ".",
    ",",
    "?",
    "\u200c",
]
WRITTEN = st.one_of(
    st.text(max_size=60),
    st.text("a1 .,-/:x()[]'\"*_~#@&=+<>|\n%°½→lbsmA", max_size=40),
    st.lists(st.sampled_from(BITS), max_size=8).map("".join),
)


@pytest.mark.parametrize("case", TEXTS, ids=[case["id"] for case in TEXTS])
def test_a_text_is_said(case: dict[str, str]) -> None:
    assert spoken(case["written"]) == case["said"]


@pytest.mark.parametrize("case", SENTENCES, ids=[case["id"] for case in SENTENCES])
def test_a_text_is_split(case: dict[str, Any]) -> None:
    assert split_sentences(case["text"], case["limit"]) == case["pieces"]


def test_a_piece_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 character or more, not 0"):
        split_sentences("a", 0)


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_what_was_said_is_said_the_same_again(written: str) -> None:
    said = spoken(written)
    assert spoken(said) == said
    assert said.isprintable() or not said.isascii()
    assert not {"\n", "\ud800", "\u200b", "\u202e"} & set(said)


@settings(max_examples=200, deadline=None)
@given(WRITTEN, st.integers(1, 60))
def test_pieces_keep_every_word_and_the_limit(written: str, limit: int) -> None:
    pieces = split_sentences(written, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    if all(len(word) <= limit for word in written.split()):
        assert " ".join(pieces).split() == written.split()
    assert "".join("".join(pieces).split()) == "".join(written.split())


@pytest.mark.parametrize("seed", ["1", "8-", "a/", "((", "https://a.org/", "2:20 "])
def test_ten_times_the_text_takes_about_ten_times_as_long(seed: str) -> None:
    took = {}
    for length in (2_000, 20_000):
        start = time.process_time()
        spoken((seed * length)[:length])
        took[length] = time.process_time() - start
    # A quadratic rule would take a hundred times as long.
    assert took[20_000] < 40 * max(took[2_000], 0.005)


def test_a_hundred_thousand_characters_are_said() -> None:
    assert spoken("8" * 100_000) == "8" * 100_000


def test_the_shipped_rows_do_what_their_examples_say() -> None:
    assert rule_problems(SHIPPED) == []


def test_a_language_without_rules_is_named() -> None:
    with pytest.raises(KnowledgeError, match=r"spoken/xx\.yml:1: This file cannot be read"):
        spoken("eight", "xx")
    with pytest.raises(KnowledgeError, match=r"'\.\./cues/en' is no language"):
        spoken("eight", "../cues/en")


def write(root: Path, **change: Any) -> Path:
    pattern = {"match": "a{1,3}b", "say": "c", "example": "aab", "becomes": "c"}
    word = {"written": "lb", "say": "pounds", "example": "ten lb", "becomes": "ten pounds"}
    section, key, value = change.get("section"), change.get("key"), change.get("value")
    data: dict[str, Any] = {"language": "en", "patterns": [pattern], "words": [word]}
    if section:
        row = data[section][0]
        if value is None:
            del row[key]
        else:
            row[key] = value
    (root / "spoken").mkdir()
    (root / "spoken" / "en.yml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return root


def test_rows_of_another_folder_are_used(tmp_path: Path) -> None:
    assert rule_problems(write(tmp_path)) == []
    assert spoken("aab 3 LB", root=tmp_path) == "c 3 Pounds"


@pytest.mark.parametrize(
    ("section", "key", "value", "says"),
    [
        ("patterns", "match", "(a", r"en.yml:3: 'patterns → 1 → match' cannot be used: is no regular expression"),
        ("patterns", "match", "a+b", "repeats without a bound; write {0,9} or {1,9}"),
        ("patterns", "match", "a{2,}b", "repeats without a bound"),
        ("patterns", "say", r"\1", r"'patterns → 1' cannot be used: says group 1 and has 0"),
        ("patterns", "say", None, "'patterns → 1 → say' is missing. Add 'say:' here."),
        ("patterns", "becomes", "d", "en.yml:6: The example 'aab' becomes 'c'. Correct the row"),
        ("words", "wirtten", "x", "'words → 1 → wirtten' is not a known key."),
        ("words", "say", "lb", "The example 'ten lb' becomes 'ten lb'."),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, section: str, key: str, value: str | None, says: str) -> None:
    [problem] = rule_problems(write(tmp_path, section=section, key=key, value=value))
    assert says in problem


def test_a_row_that_does_nothing_is_named(tmp_path: Path) -> None:
    root = write(tmp_path)
    path = root / "spoken" / "en.yml"
    text = path.read_text(encoding="utf-8").replace("example: aab", "example: d").replace("becomes: c", "becomes: d")
    path.write_text(text, encoding="utf-8")
    [problem] = rule_problems(root)
    assert "en.yml:3: The row changes nothing in its example 'd'." in problem


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    [problem] = rule_problems(tmp_path)
    assert "spoken/en.yml:1: This file cannot be read" in problem
