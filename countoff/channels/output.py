"""What a turn yielded, collected for a reply."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

from countoff.channels.custom import merge_custom
from countoff.channels.words import Words

logger = logging.getLogger(__name__)

Message = dict[str, Any]


class CoachOutput(CollectingOutputChannel):
    """Collects all messages of one turn; a channel's own subclass gives it the channel's name.

    Rasa chooses the ``channel:`` variant of a response by that name.
    """

    def __init__(self) -> None:
        """Start with nothing said."""
        super().__init__()
        self.custom: dict[str, Any] = {}
        """The payloads of the turn, joined."""

    async def send_text_message(self, recipient_id: str, text: str, **_: Any) -> None:
        """Keep a text whole; Rasa's own collector cuts it at blank lines."""
        await self._persist_message(self._message(recipient_id, text=text))

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: Sequence[Mapping[str, Any]], **_: Any
    ) -> None:
        """Keep a text and its buttons, each as title and payload only."""
        kept = [_button(button) for button in buttons if button.get("title")]
        await self._persist_message(self._message(recipient_id, text=text, buttons=kept or None))

    async def send_custom_json(self, recipient_id: str, json_message: object, **_: Any) -> None:
        """Join a payload with the others of the turn."""
        if isinstance(json_message, Mapping):
            self.custom = merge_custom(self.custom, json_message)
        else:
            logger.warning("Dropped a custom payload that is not an object.")

    def reply(self, recipient_id: str, words: Words) -> list[Message]:
        """The messages of the turn, each with a text, the first with the joined payload; an apology if there are none.

        A picture, a file or buttons that came without words go with the message beside them.
        """
        messages: list[Message] = []
        for message in self.messages:
            piece = {**message, "text": (message.get("text") or "").strip()}
            if messages and _fits(messages[-1], piece):
                messages[-1] = _join(messages[-1], piece)
            elif set(piece) > {"recipient_id", "text"} or piece["text"]:
                messages.append(piece)
        for message in messages:
            message["text"] = message["text"] or words.shown
        if not messages:
            silent = words.done if self.custom else words.apology
            messages.append(self._message(recipient_id, text=silent))
        if self.custom:
            messages[0]["custom"] = self.custom
        return messages


def _button(button: Mapping[str, Any]) -> dict[str, str]:
    title = str(button["title"])
    return {"title": title, "payload": str(button.get("payload") or title)}


def _fits(before: Message, piece: Message) -> bool:
    """True where two messages can be one: what the one has, the other lacks."""
    held = {key for key, value in before.items() if value and key != "recipient_id"}
    brought = {key for key, value in piece.items() if value and key != "recipient_id"}
    return not held & brought


def _join(before: Message, piece: Message) -> Message:
    return {**before, **piece, "text": before["text"] or piece["text"]}
