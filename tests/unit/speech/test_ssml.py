"""What a speaker is given is XML that it takes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.speech.rules import load_rules
from countoff.speech.ssml import MAX_CHARACTERS, audio, pause, speak, ssml

HARD = [*load_rules().ipa, "&", "<b>", "]]>", '"', "'", "\n", "\n\n", ". ", "\ud800", "\ufffe", "\x00", "lift"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "<speak></speak>"),
        ("Do 8-10 reps.", "<speak>Do 8 to 10 reps.</speak>"),
        ('band & "loop" <b>', "<speak>band and loop b</speak>"),
        ("One. Two.", "<speak>One. Two.</speak>"),
        ("- band\n- wall", '<speak>band<break time="400ms"/>wall</speak>'),
        ("Lift.\n\nLower.", '<speak>Lift.<break time="700ms"/>Lower.</speak>'),
        ("Psoas", '<speak><phoneme alphabet="ipa" ph="\u02c8soʊ.əs">Psoas</phoneme></speak>'),
        ("SO-us", "<speak>so-us</speak>"),
    ],
    ids=["empty", "range", "escaped", "sentences", "bullets", "paragraphs", "hard-word", "respelling"],
)
def test_a_text_as_ssml(written: str, said: str) -> None:
    assert ssml(written) == said


@pytest.mark.parametrize(
    ("ms", "breaks"), [(-5, []), (0, []), (700, [700]), (10_000, [10_000]), (25_001, [10_000, 10_000, 5_001])]
)
def test_a_pause_is_made_of_breaks_that_alexa_takes(ms: int, breaks: list[int]) -> None:
    root = ElementTree.fromstring(speak(pause(ms)))
    assert [int(one.get("time", "").removesuffix("ms")) for one in root] == breaks


def test_a_recording_is_named_by_its_address() -> None:
    assert (
        ElementTree.fromstring(speak(audio("https://a.example/?a=1&b=2")))[0].get("src") == "https://a.example/?a=1&b=2"
    )


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(HARD), max_size=20).map(" ".join)))
def test_any_text_gives_what_alexa_takes(written: str) -> None:
    root = ElementTree.fromstring(ssml(written))
    assert root.tag == "speak"
    assert {element.tag for element in root} <= {"break", "phoneme"}
    assert all(0 < int(pause.get("time", "").removesuffix("ms")) <= 10_000 for pause in root.iter("break"))


@pytest.mark.parametrize("piece", ["A sentence here. ", "psoas ", "- psoas\n", "x", "漢"])
def test_a_long_text_is_cut_whole(piece: str) -> None:
    said = ssml(piece * (20_000 // len(piece)))
    assert MAX_CHARACTERS // 2 < len(said) <= MAX_CHARACTERS
    root = ElementTree.fromstring(said)
    assert not list(root) or list(root)[-1].tag != "break"


def test_a_long_text_ends_with_a_sentence() -> None:
    said = ssml("Lift the knee to hip height. " * 1000)
    assert re.search(r"hip height\.</speak>$", said)
