"""The errors of Countoff.

CountoffError
├── KnowledgeError     a knowledge file is missing or wrong
├── OutOfRange         a prescription asks for what is not allowed
├── ModelFileError     a shipped model file is missing or damaged
├── SettingsError      an environment setting cannot be used
├── StoreError         the history database cannot be used
├── TrackIdError       an id names no track of ours
└── VoiceError         a voice cannot say a text
"""

from __future__ import annotations


class CountoffError(Exception):
    """Base of every error that Countoff raises on purpose."""


class KnowledgeError(CountoffError):
    """A knowledge file is missing, malformed or inconsistent; the message names file, place and mend."""


class OutOfRange(CountoffError):
    """A value of a prescription lies outside what is allowed.

    Attributes:
        field: name of the field, e.g. ``reps_per_side``.
        value: what was asked for.
        low: smallest allowed value.
        high: largest allowed value.
    """

    def __init__(self, field: str, value: float, low: float, high: float) -> None:
        """Remember what was asked and what is allowed."""
        super().__init__(f"{field} must be {low} to {high}, not {value}")
        self.field = field
        self.value = value
        self.low = low
        self.high = high


class ModelFileError(CountoffError):
    """A shipped model file is missing or its checksum differs; the message says how to make it again."""


class SettingsError(CountoffError):
    """An environment setting has a value that cannot be used; the message names the variable."""


class StoreError(CountoffError):
    """The history database cannot be opened or written; the message says which and what to do."""


class TrackIdError(CountoffError):
    """An id names no track of ours: it is forged, malformed, or asks for what is not allowed."""


class VoiceError(CountoffError):
    """A voice cannot say a text.

    Attributes:
        voice: name of the voice.
        cause: the probable cause and what to do, in one line.
        lasting: whether the next text will most likely fail too (no network, no program), so that the voice rests.
    """

    def __init__(self, voice: str, cause: str, *, lasting: bool = False) -> None:
        """Remember which voice, why, and whether it will last."""
        super().__init__(f"the voice {voice} cannot speak: {cause}")
        self.voice = voice
        self.cause = cause
        self.lasting = lasting
