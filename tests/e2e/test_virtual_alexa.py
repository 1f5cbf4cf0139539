"""A client that is not ours speaks with the coach through the interaction model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from countoff.channels.alexa.interaction import said
from tests.channels.alexa_speaker import Speaker, serving, speaking_to
from tests.e2e.coach import Coach

pytestmark = pytest.mark.e2e

ROWS = yaml.safe_load(Path(__file__).with_name("cases").joinpath("virtual_alexa.yml").read_text(encoding="utf-8"))


@pytest.fixture
def speaker(coach: Coach) -> Iterator[Speaker]:
    """A speaker and the running coach; what lies between them only passes on what each intent stands for."""
    talk = coach.talk()

    def answer(body: bytes) -> tuple[int, bytes]:
        request = json.loads(body)["request"]
        sentence = said(request["intent"]) if "intent" in request else "hello"
        assert sentence
        speech = {"type": "PlainText", "text": " ".join(talk.say(sentence, surface="voice").texts)}
        return 200, json.dumps({"version": "1.0", "response": {"outputSpeech": speech}}).encode()

    with serving(answer) as url, speaking_to(url) as speaker:
        yield speaker


def spoken(response: dict[str, Any]) -> str:
    speech = response["outputSpeech"]
    return " ".join(re.sub("<[^>]+>", " ", speech.get("ssml") or speech["text"]).split())


def test_questions_a_set_and_pain(speaker: Speaker) -> None:
    for row in ROWS:
        text = spoken(speaker.launch() if row["say"] is None else speaker.say(row["say"]))
        assert re.search(row["hears"], text), (row["say"], text)
