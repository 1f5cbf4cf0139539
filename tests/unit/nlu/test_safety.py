"""The safety net on the dev cases, and what must hold for any text."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.errors import KnowledgeError
from countoff.nlu.safety import Lexicon, SafetyFinding, check

PROJECT = Path(__file__).parents[3]
CASES = PROJECT / "tests" / "nlu" / "safety"
PLACES = {
    *("low_back", "upper_back", "hip", "groin", "knee", "ankle", "foot", "thigh", "calf", "shin", "shoulder", "neck"),
    *("chest", "arm", "hand", "head", "stomach", "ribs", "hamstring", "buttock", "leg"),
}


@cache
def lexicon() -> Lexicon:
    return Lexicon.load(PROJECT / "knowledge" / "safety" / "en.yml")


@cache
def found(text: str) -> SafetyFinding:
    return check(text, lexicon())


def groups(name: str, beginning: str = "") -> list[object]:
    """The sentences of a file by their group: one test each, since one for each of 5,900 sentences takes its time."""
    found = yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))
    return [pytest.param(texts, id=group) for group, texts in found.items() if group.startswith(beginning)]


def missed(texts: list[str], kind: str | None) -> dict[str, str | None]:
    """What is read otherwise, and as what."""
    read = {text: found(text).kind for text in texts}
    return {text: other for text, other in read.items() if other != kind}


@pytest.mark.parametrize("texts", groups("stop"))
def test_a_stop_is_found(texts: list[str]) -> None:
    assert missed(texts, "stop") == {}


@pytest.mark.parametrize("texts", groups("pain"))
def test_pain_is_found(texts: list[str]) -> None:
    assert missed(texts, "pain") == {}


@pytest.mark.parametrize("texts", groups("red_flag"))
def test_a_red_flag_is_found(texts: list[str]) -> None:
    assert missed(texts, "red_flag") == {}


@pytest.mark.parametrize("texts", groups("none"))
def test_nothing_is_found(texts: list[str]) -> None:
    assert missed(texts, None) == {}


@pytest.mark.parametrize(
    ("text", "kind", "words", "place"),
    [
        ("Stop, please.", "stop", "Stop", None),
        ("how high? Ow!", "pain", "Ow", None),
        ("My left KNEE really hurts now", "pain", "KNEE really hurts", "knee"),
        ("my lower back is killing me", "pain", "lower back is killing", "low_back"),
        ("the knee is fine but my hip hurts", "pain", "hip hurts", "hip"),
        ("pain between my shoulder blades", "pain", None, "upper_back"),
        ("my leg hurts", "pain", "leg hurts", "leg"),
        ("pains in me legs", "pain", "pains in me legs", "leg"),
        ("a shooting pain down me left leg", "pain", None, "leg"),
        ("the pain's back", "pain", None, None),
        ("the pain is back in my back", "pain", None, "low_back"),
        ("my hip, my hip", "pain", "my hip, my hip", "hip"),
        ("not feeling great in my hip", "pain", None, "hip"),
        ("s t o p now", "stop", "s t o p", None),
        ("ok \U0001f6d1", "stop", "\U0001f6d1", None),
        ("my new hurts", "pain", None, "knee"),
        ("mind me hurt", "pain", None, "knee"),
        ("I can\u2019t breathe", "red_flag", "can\u2019t breathe", None),
        ("pain in my chest", "red_flag", "pain in my chest", "chest"),
        ("my knee hurts and I feel dizzy", "red_flag", "dizzy", "knee"),
        ("stop, my knee hurts", "pain", "knee hurts", "knee"),
        ("my heart's racing", "red_flag", "heart's racing", None),
    ],
    ids=str,
)
def test_words_and_place_are_those_of_the_message(text: str, kind: str, words: str | None, place: str | None) -> None:
    finding = found(text)
    assert (finding.kind, finding.body_part) == (kind, place)
    assert finding.words in text
    assert words is None or finding.words == words


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("does it hurt", True),
        ("when should I stop", True),
        ("I'm not dizzy", True),
        ("my back used to hurt", True),
        ("what if my knee hurts", True),
        ("the pain is gone", True),
        ("no pain no gain", True),
        ("how high should my knee go", False),
        ("ten a side with the green band", False),
        ("", False),
        ("my knee hurts", False),
    ],
)
def test_cleared_marks_a_mention_that_is_no_report(text: str, cleared: bool) -> None:
    assert found(text).cleared is cleared


@pytest.mark.parametrize("part", sorted(PLACES))
def test_every_place_is_heard(part: str) -> None:
    spoken = part.replace("_", " ").replace("low back", "lower back")
    assert found(f"my {spoken} hurts").body_part == part


def test_places_are_values_of_the_entity() -> None:
    assert set(lexicon().body_parts.values()) == PLACES


@pytest.mark.parametrize("word", ["huh", "about", "stopp", "stob", "shtop", "Huh?", "stob it", "shtop please"])
def test_a_word_that_sounds_like_stop(word: str) -> None:
    assert found(word).phonetic == "stop"


@pytest.mark.parametrize("word", ["because", "pies", "boss", "plus", "paul", "paws", "pores", "Paws.", "plus please"])
def test_a_word_that_sounds_like_pause(word: str) -> None:
    assert found(word).phonetic == "pause"


NUMBERS = "one two three four five six seven eight nine ten eleven twelve twenty thirty sixty 8 10"
ANSWERS = "yes no go start started star starting restart slower faster easier harder next left right ok yeah green red"


@pytest.mark.parametrize("word", [*NUMBERS.split(), *ANSWERS.split(), "step", "it's fine", "one about", "plus two"])
def test_an_answer_is_never_taken_for_a_command(word: str) -> None:
    assert found(word) == SafetyFinding()


@pytest.mark.parametrize("text", ["because my knee wobbles a lot", "what about my arms", "paul told me to do this"])
def test_sound_counts_only_where_nothing_else_is_said(text: str) -> None:
    assert found(text).phonetic is None


@pytest.mark.parametrize(
    "frame", ["{}", "{} please", "ok {}", "please {}", "can we {} now", "I want to {}", "{} it", "{}!"]
)
def test_start_and_stop_are_never_confused(frame: str) -> None:
    assert found(frame.format("stop")).kind == "stop"
    started = found(frame.format("start"))
    assert (started.kind, started.phonetic) == (None, None)


@pytest.mark.parametrize("questions", groups("none", "questions"))
@pytest.mark.parametrize(
    ("tail", "kind"), [(". ow", "pain"), (". stop", "stop"), (", ouch", "pain"), ("? I feel dizzy", "red_flag")]
)
def test_a_report_after_a_question_is_found(questions: list[str], tail: str, kind: str) -> None:
    assert missed([question + tail for question in questions], kind) == {}


@given(st.text(max_size=3000))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    finding = found(text)
    assert finding.kind in (None, "stop", "pain", "red_flag")
    assert finding.words in text
    assert not (finding.kind and finding.cleared)


SCRAPS = "stop my knee hurts if not no when does it i feel dizzy pain , . ? but is gone ow start the band last year to"


@given(st.lists(st.sampled_from(SCRAPS.split()), max_size=40).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_no_order_of_its_own_words_makes_it_raise(text: str) -> None:
    assert found(text).words in text


@given(st.text(alphabet="abcdefghij klmnop,'?", max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_stop_of_its_own_at_the_end_is_always_heard(text: str) -> None:
    assert found(text + ". stop").kind is not None


def best_ms(text: str) -> float:
    # Processor time: on a busy machine the clock on the wall measures the other programs.
    check(text, lexicon())
    times = []
    for _ in range(7):
        begun = time.process_time()
        check(text, lexicon())
        times.append((time.process_time() - begun) * 1000)
    return min(times)


@pytest.mark.parametrize(
    ("text", "bound_ms"),
    [
        ("how high should my knee go when I lift it", 2),
        ("my left knee hurts when I lift it", 2),
        (("how high should my knee go and where is the band " * 30)[:1000], 15),
        (("is my knee fine if my hip hurts and not dizzy " * 30)[:1000], 15),
        ("my knee hurts " * 7200, 40),
        (("is my knee fine if my hip hurts and not dizzy " * 2200)[:100_000], 60),
        ("we went home, had some soup and talked about the weather for a while. " * 1500, 40),
        ("x" * 100_000, 15),
        ("a" * 50 + " " + "pain " * 190, 15),
    ],
    ids=[
        "question",
        "report",
        "1000 characters",
        "1000 characters of pain",
        "100k",
        "100k to weigh",
        "100k of prose",
        "one long word",
        "pain 190 times",
    ],
)
def test_it_is_fast(text: str, bound_ms: float) -> None:
    assert best_ms(text) < bound_ms


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    filler = "go on. " * 10_000
    assert found("my knee hurts. " + filler).words == "knee hurts"
    assert found(filler + "my hip hurts.").words == "hip hurts"
    assert found("go on. " * 2000 + "my hip hurts. " + "go on. " * 2000).kind is None
    assert found("go on. " * 250 + "my hip hurts. " + "go on. " * 2000).words == "hip hurts"


def test_no_common_word_is_mended_into_another() -> None:
    vocabulary = json.loads((PROJECT / "countoff/nlu/model/minilm/tokenizer.json").read_text(encoding="utf-8"))
    words = [word for word in vocabulary["model"]["vocab"] if word.isascii() and word.isalpha() and len(word) > 3]
    typos = yaml.safe_load((PROJECT / "knowledge/safety/en.yml").read_text(encoding="utf-8"))["typos"]
    slips = {slip for listed in typos["known"].values() for slip in listed}
    plain = [word for word in words if word not in typos["targets"] and word not in slips]
    assert {word: lexicon().correct(word) for word in plain if lexicon().correct(word) in typos["targets"]} == {}


@pytest.mark.parametrize("content", ["", "- a", "language: en", "{", "groups: {my: [yes]}"], ids=repr)
def test_a_file_that_is_no_lexicon_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(content)
    with pytest.raises(KnowledgeError):
        Lexicon.load(tmp_path / "bad.yml")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"none\.yml"):
        Lexicon.load(tmp_path / "none.yml")


@pytest.mark.parametrize("word", ["help", "Help!", "help me please"])
def test_a_bare_cry_for_help_sounds_like_stop(word: str) -> None:
    """Only while a set counts does that mean anything; elsewhere it asks for the commands."""
    finding = found(word)
    assert (finding.kind, finding.phonetic) == (None, "stop")


@pytest.mark.parametrize(
    ("text", "kind", "words", "place"),
    [
        ("no pain except in my groin", "pain", "in my groin", "groin"),
        ("stop, that didn't feel right", "pain", "that didn't feel right", None),
        ("I feel dizzy, and my knee isn't ok", "red_flag", "dizzy", "knee"),
        ("my knee is locked, I can't straighten it", "red_flag", None, "knee"),
        ("well... no pain... until now", "pain", None, None),
    ],
)
def test_a_report_over_the_edges_of_clauses(text: str, kind: str, words: str | None, place: str | None) -> None:
    finding = found(text)
    assert (finding.kind, finding.body_part) == (kind, place)
    assert finding.words in text
    assert words is None or finding.words == words
