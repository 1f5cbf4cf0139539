"""The voices by their names in the setting, each made when it first speaks."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from countoff.errors import VoiceError
from countoff.speech.cache import audio_cache
from countoff.speech.pcm import Pcm
from countoff.speech.voice import Voice


class LazyVoice:
    """A voice that is made when it first speaks, and again the next time if that failed.

    Args:
        name: of the voice.
        make: makes it, for a language.
        mend: what to do where a package is missing.
    """

    def __init__(self, name: str, make: Callable[[str], Voice], mend: str) -> None:
        self.name = name
        self._make = make
        self._mend = mend
        self._made: dict[str, Voice] = {}
        self._lock = Lock()

    def speak(self, text: str, language: str = "en") -> Pcm:
        """The text as sound, as the voice makes it.

        Raises:
            VoiceError: the voice cannot be made, or cannot say it.
        """
        return self._voice(language).speak(text, language)

    def _voice(self, language: str) -> Voice:
        with self._lock:
            if language not in self._made:
                try:
                    self._made[language] = self._make(language)
                except ImportError as error:
                    cause = f"the package {error.name} is missing; {self._mend}"
                    raise VoiceError(self.name, cause, lasting=True) from error
            return self._made[language]


def voice_by_name(name: str) -> Voice:
    """The voice of this name, from ``settings.VOICES``; the cache of the installation keeps what it speaks."""
    make, mend = _VOICES[name]
    return LazyVoice(name, make, mend)


def _clips(language: str) -> Voice:
    from countoff.speech.clips import ClipVoice, load_pack  # noqa: PLC0415 (each voice with its own packages)

    return ClipVoice(load_pack(language))


def _google(_language: str) -> Voice:
    from countoff.speech.google import GoogleVoice  # noqa: PLC0415

    return GoogleVoice(cache=audio_cache())


def _espeak(_language: str) -> Voice:
    from countoff.speech.espeak import EspeakVoice  # noqa: PLC0415

    return EspeakVoice(cache=audio_cache())


def _tones(_language: str) -> Voice:
    from countoff.speech.tones import TonesVoice  # noqa: PLC0415

    return TonesVoice()


_SETUP = "run `make setup`"
_EXTRA = "install the extra `gtts` (`make setup` does), or take gtts out of COUNTOFF_VOICES"
_VOICES: dict[str, tuple[Callable[[str], Voice], str]] = {
    "clips": (_clips, _SETUP),
    "gtts": (_google, _EXTRA),
    "espeak": (_espeak, _SETUP),
    "tones": (_tones, _SETUP),
}
