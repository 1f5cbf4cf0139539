"""The conversations that README.md shows are those that the coach has."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest

from tests.e2e.coach import Coach, Talk
from tests.project.repository import PROJECT

pytestmark = pytest.mark.e2e

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_OTHER_LINE = re.compile(r"^\s+(?:♪|\[)")


def _blocks(language: str) -> list[str]:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    return [body for name, body in _BLOCK.findall(text) if name == language]


def _shown() -> list[tuple[str, list[str]]]:
    """What the user says in the terminal, and the messages that come back."""
    talks: list[tuple[str, list[str]]] = []
    for line in "".join(block for block in _blocks("text") if "coach>" in block).splitlines():
        if line.startswith("you  >"):
            talks.append((line.removeprefix("you  >").strip(), []))
        elif line.startswith("coach>"):
            talks[-1][1].append(line.removeprefix("coach>").strip())
        elif not _OTHER_LINE.match(line):
            talks[-1][1][-1] += f"\n{line}"
    return talks


def test_the_talk_in_the_terminal(talk: Talk) -> None:
    assert _shown(), "README.md shows no talk"
    assert _shown() == [(said, talk.say(said).texts) for said, _ in _shown()]


def test_the_first_cues_in_the_terminal(talk: Talk) -> None:
    block = next(block for block in _blocks("text") if "coach>" in block)
    shown = re.findall(r"♪ (.+)", block.partition("you  > slower")[0])
    start = next(said for said, _ in _shown() if said.startswith("start"))
    cues = talk.say(start).session["plan"]["cues"]
    assert shown == [cue["text"] for cue in cues if cue["text"]][: len(shown)]


def test_the_request_and_its_reply(coach: Coach) -> None:
    command = next(block for block in _blocks("bash") if "curl" in block)
    words = shlex.split(command.replace("\\\n", " "))
    body: dict[str, Any] = json.loads(words[words.index("-d") + 1])
    path = next(word for word in words if word.startswith("http")).partition("5005")[2]
    reply = coach.client.post(path, json=body)
    assert json.loads(_blocks("json")[0]) == reply.json()
