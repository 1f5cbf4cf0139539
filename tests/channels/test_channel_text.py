"""Cleaning of what users write."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from channel_rows import read, rows
from hypothesis import given
from hypothesis import strategies as st

from countoff.channels.text import (
    EDGE_CHARACTERS,
    MAX_CHARACTERS,
    MAX_RAW_CHARACTERS,
    NOT_TEXT,
    TOO_LONG,
    ReadText,
    clean_text,
    read_text,
)

CASES = read("clean_text")


@pytest.mark.parametrize("row", rows(CASES["slashes"]))
def test_a_leading_slash_never_gets_through(row):
    assert row["text"] == clean_text(row["raw"])


@pytest.mark.parametrize("row", rows(CASES["kept"]))
def test_what_can_be_seen_is_kept(row):
    assert row["text"] == clean_text(row["raw"])


@pytest.mark.parametrize("row", rows(CASES["garbage"]))
def test_garbage_becomes_printable(row):
    assert row["text"] == clean_text(row["raw"])


def test_no_character_hides_a_slash():
    hidden = []
    for code in range(sys.maxunicode + 1):
        text = clean_text(f"{chr(code)}/restart")
        if text.strip().startswith("/") or unicodedata.normalize("NFKC", text).strip().startswith("/"):
            hidden.append(hex(code))
    assert hidden == []


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("/\uff0f \u200b\u200d\ufe0f\n🏃"))))
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text)
    assert once == clean_text(once)
    assert not once.startswith("/")
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("a" * MAX_CHARACTERS, ReadText("a" * MAX_CHARACTERS), id="at the limit"),
        pytest.param("a" * (MAX_CHARACTERS + 1), ReadText("a" * (MAX_CHARACTERS + 1), TOO_LONG), id="over the limit"),
        pytest.param("\u200b/" * 6_000 + "stop", ReadText("stop", TOO_LONG), id="a slash before the end"),
        pytest.param("\u200b" * MAX_RAW_CHARACTERS, ReadText(""), id="much that is invisible"),
        pytest.param("\u200b" * (MAX_RAW_CHARACTERS + 1), ReadText("", TOO_LONG), id="too much to clean"),
        pytest.param(None, ReadText("", NOT_TEXT), id="no text"),
        pytest.param(b"stop", ReadText("", NOT_TEXT), id="bytes"),
        pytest.param({"url": "x"}, ReadText("", NOT_TEXT), id="an attachment"),
    ],
)
def test_what_cannot_be_read_says_why(raw, expected):
    assert expected == read_text(raw)


@given(st.integers(MAX_CHARACTERS + 1, 60_000), st.text(alphabet="/ a\u200b", max_size=50))
def test_of_a_long_message_both_ends_are_kept(length, before):
    words = "mind the gap " * (length // 13 + 1)
    read = read_text(f"{before}my hip hurts {words}my knee hurts")
    assert read.problem == TOO_LONG
    assert len(read.text) <= 2 * EDGE_CHARACTERS
    assert read.text.lstrip("a ").startswith(("my hip hurts", "/"))
    assert read.text.endswith("my knee hurts")
    assert not read.text.startswith("/")


@pytest.mark.parametrize(
    "raw", ["my hip hurts " * 8_000, "/\u200b" * 50_000, "\ufe0f\u200d🏃" * 34_000], ids=["words", "slashes", "emoji"]
)
def test_a_hundred_thousand_characters_are_read_at_once(raw):
    times = []
    for _ in range(5):
        begun = time.process_time()
        read_text(raw)
        times.append(time.process_time() - begun)
    assert min(times) < 0.02
