"""What goes back to Alexa."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from countoff.speech.ssml import MAX_CHARACTERS, speak, ssml_body

VERSION = "1.0"
MOST_ON_A_CARD = 8_000
"""Characters of a card, its title included (developer.amazon.com, "Response Format")."""


@dataclass(frozen=True)
class Answer:
    """A response in the making.

    Attributes:
        text: what is said first.
        sound: what comes after it, as SSML.
        then: what is said last, such as a question.
        again: what is said where nobody answers; the session ends with this answer where it is empty.
        card: title and text for the app and the screen.
        directives: for the AudioPlayer.
        keeps: what Alexa keeps for us until the next request of this session.
    """

    text: str = ""
    sound: str = ""
    then: str = ""
    again: str = ""
    card: tuple[str, str] | None = None
    directives: tuple[Mapping[str, Any], ...] = ()
    keeps: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The body of the response."""
        response: dict[str, Any] = {"shouldEndSession": not self.again}
        if said := self._said():
            response["outputSpeech"] = _speech(said)
        if self.again:
            response["reprompt"] = {"outputSpeech": _speech(ssml_body(self.again, MAX_CHARACTERS))}
        if self.card is not None:
            title, text = self.card
            response["card"] = {"type": "Simple", "title": title, "content": text[: MOST_ON_A_CARD - len(title)]}
        if self.directives:
            response["directives"] = list(self.directives)
        return envelope(response, self.keeps)

    def _said(self) -> str:
        then = f" {ssml_body(self.then, MAX_CHARACTERS // 4)}" if self.then else ""
        room = MAX_CHARACTERS - len(speak()) - len(self.sound) - len(then)
        return f"{ssml_body(self.text, room)}{self.sound}{then}".strip()


def envelope(response: Mapping[str, Any], keeps: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A response and what is kept; what answers an event may hold neither words nor the end of a session."""
    return {"version": VERSION, "sessionAttributes": dict(keeps or {}), "response": dict(response)}


def play(address: str, token: str) -> dict[str, Any]:
    """Give the AudioPlayer a recording, in place of whatever it has."""
    stream = {"url": address, "token": token, "offsetInMilliseconds": 0}
    return {"type": "AudioPlayer.Play", "playBehavior": "REPLACE_ALL", "audioItem": {"stream": stream}}


STOP: Mapping[str, Any] = {"type": "AudioPlayer.Stop"}


def can_fulfill(can: bool, slots: Mapping[str, Any]) -> dict[str, Any]:
    """Whether an intent is one of ours, for users who did not name the skill."""
    word = "YES" if can else "NO"
    each = {name: {"canUnderstand": word, "canFulfill": word} for name in slots}
    return envelope({"canFulfillIntent": {"canFulfill": word, "slots": each}})


def _speech(body: str) -> dict[str, str]:
    return {"type": "SSML", "ssml": speak(body)}
