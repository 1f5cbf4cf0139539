"""The way every channel speaks with Rasa: nothing reaches it, and nothing comes back, but through here."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa.core.channels.channel import InputChannel, UserMessage

from countoff.channels.identity import conversation_id
from countoff.channels.metadata import known_metadata
from countoff.channels.output import CoachOutput, Message
from countoff.channels.rate import RateLimiter
from countoff.channels.refusal import RefusalError
from countoff.channels.text import read_text
from countoff.channels.words import Words, load_words
from countoff.settings import settings

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


@dataclass(frozen=True)
class Incoming:
    """A message as a channel received it, verified and parsed, and not yet cleaned."""

    who: str
    """The user's id as the channel knows it."""
    text: object
    """What the user said; anything but a string (a picture, a sticker) is answered kindly."""
    metadata: object = field(default_factory=dict)
    """What the client sent along; only its known parts are passed on."""


class CoachInput(InputChannel):
    """Base of every channel that takes messages.

    A channel verifies a request, parses it to ``Incoming``, awaits ``take`` and renders what comes back.
    """

    output_class: ClassVar[type[CoachOutput]]
    """The channel's own collector, of the same name as the channel."""
    hashes_ids: ClassVar[bool] = True
    """False only for REST, whose clients name their conversations themselves."""

    def __init__(
        self, limiter: RateLimiter | None = None, secret: str | None = None, words: Words | None = None
    ) -> None:
        """Take what is shared from the settings and the knowledge base, unless it is given."""
        self._limiter = RateLimiter(settings().rate_per_second) if limiter is None else limiter
        self._secret = secret
        self.words = words or load_words()

    @property
    def key(self) -> str:
        """The installation's own, for hashed ids and signed links."""
        return self._secret or settings().secret

    def conversation_id(self, who: str) -> str:
        """The name of a user's conversation in Rasa, in the history and in the logs."""
        if not self.hashes_ids:
            return who
        return conversation_id(self.name(), who, self.key)

    def admit(self, limiter: RateLimiter, who: str, field: str | None) -> None:
        """Count one request.

        Raises:
            RefusalError: ``who``, whom ``field`` of the request names, is over the rate (429).
        """
        wait_s = limiter.wait_s(who)
        if wait_s:
            raise RefusalError(429, self.words.too_many_messages, field, wait_s)

    async def take(self, on_new_message: OnNewMessage, incoming: Incoming) -> list[Message]:
        """Run one turn.

        Returns:
            At least one message, each with ``text``; the first carries ``custom`` where the turn has one.

        Raises:
            RefusalError: the metadata is malformed (400), or the sender is over the rate (429).
        """
        metadata = known_metadata(incoming.metadata)
        conversation = self.conversation_id(incoming.who)
        self.admit(self._limiter, conversation, "sender")
        read = read_text(incoming.text)
        if read.problem:
            metadata["countoff"] = {"problem": read.problem}
        output = self.output_class()
        message = UserMessage(read.text, output, conversation, input_channel=self.name(), metadata=metadata)
        try:
            await on_new_message(message)
        except Exception as error:
            _log_failure(self.name(), error)
        return output.reply(conversation, self.words)


def _log_failure(channel: str, error: Exception) -> None:
    """Say where a turn failed; the error's own words may quote the user, so they are left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
    logger.error("A turn on channel %s failed with %s at %s.", channel, type(error).__name__, place)
