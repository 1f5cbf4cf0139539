"""Whatever is meant, in whatever state: every turn says something that domain.yml has, with every blank filled."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest

from countoff.dialogue import ConversationState, Turn
from countoff.exercises import Knowledge
from countoff.exercises.cues import CueBook
from tests.dialogue.talk import Conversation
from tests.project.repository import domain

STATES: dict[str, list[dict[str, Any]]] = {
    "idle": [],
    "offered": [{"intent": "start_session"}],
    "counting": [{"intent": "start_session", "about": {"reps": 8}}, {"intent": "greet", "after": 15}],
    "counting with a band in sets": [
        {"intent": "start_session", "about": {"reps": 8, "sets": 3, "band_colour": "yellow"}},
        {"intent": "greet", "after": 15},
    ],
    "resting": [{"intent": "start_session", "about": {"reps": 1, "sets": 2}}, {"intent": "greet", "after": 20}],
    "paused": [{"intent": "start_session", "about": {"reps": 8}}, {"intent": "pause", "after": 15}],
    "stopped": [{"intent": "start_session", "about": {"reps": 8}}, {"intent": "stop", "after": 30}],
    "finished": [{"intent": "start_session", "about": {"reps": 1}}, {"intent": "greet", "after": 60}],
    "hurt": [{"intent": "start_session", "about": {"reps": 8}}, {"intent": "report_pain", "after": 15}],
    "asked what next": [
        {"intent": "start_session", "about": {"reps": 8}},
        {"intent": "report_pain", "about": {"body_part": "knee"}, "after": 15},
        {"intent": "inform", "about": {"body_part": "knee"}},
    ],
    "asked whether it is gone": [{"intent": "report_pain"}, {"intent": "start_session"}],
    "red flag": [{"intent": "start_session", "about": {"reps": 8}}, {"intent": "report_red_flag", "after": 15}],
    "asked to forget": [{"intent": "forget_me"}],
    "asked which": [{"intent": "nlu_fallback", "ranking": {"ask_arms": 0.29, "ask_stance": 0.27}}],
    "asked to restart": [{"intent": "start_session", "about": {"reps": 8}}, {"intent": "start_session"}],
    "refused a wish in mid-set": [
        {"intent": "start_session", "about": {"reps": 8}},
        {"intent": "start_session", "about": {"reps": 500}},
    ],
    "refused a value in mid-set": [
        {"intent": "start_session", "about": {"reps": 8, "band_colour": "green"}},
        {"intent": "inform", "about": {"reps": 500}},
    ],
    "reading steps": [{"intent": "ask_how_to", "voice": True}],
    "answered": [{"intent": "ask_band", "about": {"band_colour": "yellow"}}],
    "at the top": [{"intent": "harder"}] * 4,
    "another exercise": [{"intent": "choose_exercise", "about": {"exercise": "glute-bridge-march"}}],
}

ABOUT: dict[str, dict[str, Any]] = {
    "nothing": {},
    "five hundred reps": {"reps": 500},
    "a colour that nobody sells": {"band_colour": "mauve"},
    "a version without steps": {"variation": "hanging"},
    "a version that is not known": {"variation": "flying"},
    "the strongest load": {"load": "very_strong"},
    "no band": {"constraint": "no_band"},
    "a condition": {"condition": "hip_replacement"},
    "the chest": {"body_part": "chest"},
    "the other exercise": {"exercise": "glute-bridge-march"},
    "an effort": {"effort": "easy"},
}


def _intents() -> list[str]:
    found: list[str] = domain()["intents"]
    return found


def _conversation(knowledge: Knowledge, cues: CueBook, rows: list[dict[str, Any]]) -> Conversation:
    conversation = Conversation(knowledge, cues)
    for row in rows:
        _sound(conversation.say(row))
    return conversation


def _sound(done: Turn) -> None:
    assert done.says, "every turn says something"
    for said in done.says:
        assert said.response in domain()["responses"]
        text = domain()["responses"][said.response][0]["text"].format(**said.params)
        assert text.strip(), said.response
        assert "None" not in text, text
        titles = [button.title for button in said.buttons]
        assert len(titles) == len(set(titles)), titles


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("about", ABOUT)
def test_every_intent_is_answered(state: str, about: str, knowledge: Knowledge, cue_book: CueBook) -> None:
    conversation = _conversation(knowledge, cue_book, STATES[state])
    before, session, now_ms = conversation.state.to_json(), conversation.session, conversation.now_ms
    for intent in _intents():
        for voice in (False, True) if about == "nothing" else (False,):
            conversation.state = ConversationState.from_json(deepcopy(before))
            conversation.session, conversation.now_ms = session, now_ms
            conversation.ids = iter(f"n{number}" for number in range(9))
            try:
                _sound(conversation.say({"intent": intent, "about": ABOUT[about], "voice": voice}))
            except Exception as error:
                raise AssertionError(f"{intent}, voice {voice}: {type(error).__name__} {error}") from error


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", [None, "started", "paused", "resumed", "stopped", "pain", "finished"])
def test_every_report_without_words_is_answered(
    state: str, event: str | None, knowledge: Knowledge, cue_book: CueBook
) -> None:
    conversation = _conversation(knowledge, cue_book, STATES[state])
    events = [{"type": event, "position_ms": 20_000}] if event else []
    report = {"id": "s1", "rev": 1, "position_ms": 20_000, "events": events}
    _sound(conversation.say({"intent": "nlu_fallback", "text": "", "report": report}))


@pytest.mark.parametrize("seed", range(40))
def test_a_long_talk_stays_sound(seed: int, knowledge: Knowledge, cue_book: CueBook) -> None:
    chance = random.Random(seed)
    conversation = Conversation(knowledge, cue_book)
    hurt_for_good = False
    for _ in range(40):
        row = {
            "intent": chance.choice(_intents()),
            "about": chance.choice(list(ABOUT.values())),
            "voice": chance.random() < 0.5,
            "after": chance.choice([1, 5, 20, 90]),
        }
        done = conversation.say(row)
        _sound(done)
        hurt_for_good = hurt_for_good or bool(conversation.state.pain and conversation.state.pain.red_flag)
        if hurt_for_good and not done.forget:
            assert (done.session or {}).get("action") in (None, "stop"), row
        if done.forget:
            conversation, hurt_for_good = Conversation(knowledge, cue_book), False
