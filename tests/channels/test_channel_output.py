"""What is made of the messages of a turn."""

from __future__ import annotations

import pytest
from channel_rows import read, rows

from countoff.channels.output import CoachOutput
from countoff.channels.words import load_words

WORDS = load_words()
SPECIAL = {f"<{name}>": text for name, text in vars(WORDS).items()}


@pytest.mark.parametrize("row", rows(read("output")))
async def test_a_turn_becomes_a_reply(row):
    output = CoachOutput()
    for response in row["responses"]:
        await output.send_response("anna", {"text": None, "timestamp": 1.0, "utter_action": "utter_x", **response})
    expected = [{**message, "text": SPECIAL.get(message["text"], message["text"])} for message in row["reply"]]
    assert [{"recipient_id": "anna", **message} for message in expected] == output.reply("anna", WORDS)


async def test_a_payload_that_is_no_object_is_dropped():
    output = CoachOutput()
    await output.send_response("anna", {"text": "Hello.", "custom": ["a", "list"]})
    assert output.reply("anna", WORDS) == [{"recipient_id": "anna", "text": "Hello."}]
