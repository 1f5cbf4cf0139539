"""Cleaning of what users write."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from channel_rows import read, rows
from hypothesis import given
from hypothesis import strategies as st

from countoff.channels.text import (
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
        pytest.param("a" * (MAX_CHARACTERS + 1), ReadText("", TOO_LONG), id="over the limit"),
        pytest.param("\u200b" * MAX_RAW_CHARACTERS, ReadText(""), id="much that is invisible"),
        pytest.param("\u200b" * (MAX_RAW_CHARACTERS + 1), ReadText("", TOO_LONG), id="too much to clean"),
        pytest.param(None, ReadText("", NOT_TEXT), id="no text"),
        pytest.param(b"stop", ReadText("", NOT_TEXT), id="bytes"),
        pytest.param({"url": "x"}, ReadText("", NOT_TEXT), id="an attachment"),
    ],
)
def test_what_cannot_be_read_says_why(raw, expected):
    assert expected == read_text(raw)
