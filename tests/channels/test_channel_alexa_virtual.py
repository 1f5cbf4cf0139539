"""virtual-alexa finds in the committed interaction model what a person says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from countoff.channels.alexa.interaction import said
from tests.channels.alexa_speaker import Speaker, serving, speaking_to
from tests.channels.channel_rows import read

NOT_HEARD = {"Tell me how to do it", "Tell me more about that", "No"}


def repeat_request(body: bytes) -> tuple[int, bytes]:
    """Answer with what was asked, as the card."""
    response = {"card": {"type": "Simple", "content": json.loads(body)["request"]}, "shouldEndSession": False}
    return 200, json.dumps({"version": "1.0", "response": response}).encode()


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with serving(repeat_request) as url, speaking_to(url) as speaker:
        yield speaker


def asked(response: dict[str, Any]) -> dict[str, Any]:
    return response["card"]["content"]  # type: ignore[no-any-return]


def test_the_skill_opens(speaker: Speaker) -> None:
    assert asked(speaker.launch())["type"] == "LaunchRequest"


def test_a_number_reaches_its_slot(speaker: Speaker) -> None:
    intent = asked(speaker.say("start ten reps"))["intent"]
    assert intent["name"] == "StartIntent"
    assert intent["slots"]["reps"]["value"] == "ten"
    assert said(intent) == "start ten reps a side"


def test_a_synonym_is_resolved_and_said_as_heard(speaker: Speaker) -> None:
    intent = asked(speaker.say("my lower back hurts"))["intent"]
    resolved = intent["slots"]["body_part"]["resolutions"]["resolutionsPerAuthority"][0]
    assert resolved["status"]["code"] == "ER_SUCCESS_MATCH"
    assert said(intent) == "my lower back hurts"


@pytest.mark.parametrize("row", read("alexa_heard"), ids=lambda row: row["text"])
def test_every_sentence_by_hand_is_found_and_put_back(speaker: Speaker, row: dict[str, Any]) -> None:
    if row["text"] in NOT_HEARD:
        pytest.skip("virtual-alexa takes “tell” anywhere for the opening of a skill, and nothing at all for a number")
    assert said(asked(speaker.say(row["text"]))["intent"])
