"""Every sentence that a button sends is answered as the button promises."""

from __future__ import annotations

from typing import Any

import pytest

from countoff.exercises import load_knowledge
from tests.e2e.coach import Reply, Talk
from tests.project.repository import domain, read_yaml

pytestmark = pytest.mark.e2e

TOPICS = read_yaml("tests/e2e/cases/topics.yml")
BUTTONS = read_yaml("tests/e2e/cases/buttons.yml")
FINISHED = "(finished)"


@pytest.mark.parametrize("intent", load_knowledge().topics)
def test_topic(talk: Talk, intent: str) -> None:
    reply = talk.say(load_knowledge().topics[intent].ask)
    if intent in TOPICS:
        assert any(reply.says(name) for name in TOPICS[intent]), reply.texts
    else:
        assert intent == reply.answer.get("intent"), reply.texts
        assert reply.answer["facts"]


@pytest.mark.parametrize("row", BUTTONS, ids=lambda row: f"{row['payload']} after {' / '.join(row['before'])}")
def test_button(talk: Talk, row: dict[str, Any]) -> None:
    replies: list[Reply] = []
    for text in row["before"]:
        replies.append(talk.finish(replies[-1]) if text == FINISHED else talk.say(text))
    reply = talk.say(row["payload"])
    assert reply.says(row["says"]), (replies[-1].texts, reply.texts)


def test_every_button_of_the_domain_has_a_row() -> None:
    payloads = {
        button["payload"]
        for variants in domain()["responses"].values()
        for variant in variants
        for button in variant.get("buttons", [])
    }
    assert payloads == {row["payload"] for row in BUTTONS}


def test_every_row_of_topics_is_a_topic() -> None:
    assert set() == set(TOPICS) - set(load_knowledge().topics)


@pytest.mark.parametrize(
    "leading",
    [
        ["hello"], ["which band should I use"], ["how do I do it"], ["start eight reps", "pause"], ["make it easier"],
        ["what's the weather"], ["start eight reps", "what should my back do"], ["what can you do"], ["stop"],
        ["which other exercises do you know"],
    ],
    ids=" / ".join,
)  # fmt: skip
def test_whatever_is_offered_is_understood(talk: Talk, leading: list[str]) -> None:
    offered = talk.tell(*leading).buttons
    assert offered, "nothing is offered here"
    for payload in offered.values():
        reply = talk.say(payload)
        assert not reply.says("not_understood"), payload
        assert not reply.says("out_of_scope"), payload
        assert not reply.says("did_you_mean"), payload
