"""The conversations that the README promises."""

from __future__ import annotations

import re

import pytest

from tests.e2e.coach import Talk

pytestmark = pytest.mark.e2e


def test_a_question_is_answered_with_its_source(talk: Talk) -> None:
    reply = talk.say("Which band should I use?")
    assert reply.responses in (["answer_with_source"], ["answer_with_sources"])
    assert reply.answer["intent"] == "ask_band"
    assert reply.answer["facts"]
    assert reply.answer["source"].partition("; ")[0] in reply.texts[0]


def test_who_says_so_names_the_sources_of_the_answer(talk: Talk) -> None:
    facts = talk.say("Which band should I use?").answer["facts"]
    reply = talk.say("Who says so?")
    assert facts == reply.answer["facts"]
    assert "https://" in reply.texts[0]


def test_my_back_rounds_and_make_it_easier(talk: Talk) -> None:
    assert talk.say("my back rounds, what now").answer["intent"] == "ask_back"
    assert talk.say("make it easier").says("rung_next")


def test_start_offers_the_defaults_and_yes_starts(talk: Talk) -> None:
    offer = talk.say("start")
    assert offer.says("offer_start")
    assert offer.action is None
    started = talk.say("yes")
    assert started.says("preflight")
    assert started.action == "start"


def test_a_voice_hears_one_step_at_a_time(talk: Talk) -> None:
    first = talk.say("how do I do it", surface="voice")
    assert first.texts[0].startswith("Step 1 of"), first.texts
    second = talk.say("next", surface="voice")
    assert second.texts[0].startswith("Step 2 of"), second.texts
    other = talk.say("say it another way", surface="voice")
    assert other.texts[0].startswith("In other words"), other.texts


def test_two_questions_get_two_answers(talk: Talk) -> None:
    reply = talk.say("Which band should I use and how many reps should I do?")
    assert len(reply.texts) == 2
    assert all(name in ("answer_with_source", "answer_with_sources") for name in reply.responses), reply.responses
    assert reply.answer["facts"]


def test_and_after_that_one(talk: Talk) -> None:
    talk.say("what does yellow mean")
    reply = talk.say("and after that one?")
    assert reply.answer["intent"] == "ask_band"
    assert "green" in reply.texts[0].lower()


def test_out_of_scope_is_said_in_one_line(talk: Talk) -> None:
    reply = talk.say("what's the weather like tomorrow")
    assert reply.responses == ["out_of_scope"]
    assert len(reply.texts[0].splitlines()) == 1


def test_what_no_source_says_is_not_invented(talk: Talk) -> None:
    reply = talk.say("how many calories does it burn")
    assert reply.answer["facts"] == [] or reply.says("answer_with_source")


def test_a_condition_gets_the_caution_and_no_set(talk: Talk) -> None:
    reply = talk.say("I had a hip replacement, can I do it?")
    assert re.search("doctor|physical therapist", " ".join(reply.texts))
    assert reply.answer["facts"]
    assert reply.action is None
    assert "count me in" not in " ".join(reply.buttons.values()).lower()


@pytest.mark.parametrize(
    "sentence",
    ["when should I stop", "don't stop", "does it help back pain", "I had a fall last year", "is it supposed to hurt"],
)
def test_questions_and_history_stop_nothing(talk: Talk, sentence: str) -> None:
    talk.tell("start eight reps")
    reply = talk.say(sentence)
    assert reply.action != "stop", reply.texts
