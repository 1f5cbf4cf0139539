"""What every voice is: text in, sound out."""

from __future__ import annotations

from typing import Protocol

from countoff.errors import VoiceError
from countoff.speech.pcm import Pcm

__all__ = ["Pcm", "Voice", "VoiceError"]


class Voice(Protocol):
    """Says a text.

    Attributes:
        name: what the setting and the log call it.
    """

    name: str

    def speak(self, text: str, language: str = "en") -> Pcm:
        """The text as sound, without silence around it.

        Args:
            text: what is to be said, after the text rules; never anything that a user said.
            language: two letters.

        Raises:
            VoiceError: it cannot be said by this voice; the error tells the probable cause and the mend.
        """
