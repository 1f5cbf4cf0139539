"""A client that is not ours drives the skill through the interaction model; its requests are signed on their way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.channels.alexa_signer import APPLICATION, Signer
from tests.channels.alexa_speaker import Speaker, serving, speaking_to
from tests.e2e.coach import Coach

pytestmark = pytest.mark.e2e

ROWS = yaml.safe_load(Path(__file__).with_name("cases").joinpath("virtual_alexa.yml").read_text(encoding="utf-8"))


@pytest.fixture
def speaker(coach: Coach, signer: Signer) -> Iterator[Speaker]:
    """A speaker behind a proxy that signs what it says, as Amazon does."""

    def sign_and_forward(body: bytes) -> tuple[int, bytes]:
        answer = coach.client.post("/webhooks/alexa/webhook", content=body, headers=signer.sign(body))
        return answer.status_code, answer.content

    with serving(sign_and_forward) as url, speaking_to(url, APPLICATION) as speaker:
        yield speaker


def spoken(response: dict[str, Any]) -> str:
    return " ".join(re.sub("<[^>]+>", " ", response["outputSpeech"]["ssml"]).split())


def test_questions_a_set_and_pain(speaker: Speaker) -> None:
    for row in ROWS:
        response = speaker.launch() if row["say"] is None else speaker.say(row["say"])
        text = spoken(response)
        assert re.search(row["hears"], text), (row["say"], text)
        assert response["shouldEndSession"] is row.get("ends", False), row["say"]
