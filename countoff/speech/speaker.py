"""Which voice speaks: the first that can, and what happens to those that cannot."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from countoff.errors import CountoffError, KnowledgeError, VoiceError
from countoff.settings import settings
from countoff.speech.chain import voice_by_name
from countoff.speech.pcm import Pcm
from countoff.speech.text import spoken
from countoff.speech.voice import Voice

LONGEST = 5_000
"""The longest text that is spoken, in characters: about six minutes."""

REST_S = 60.0
"""How long a lost voice is left alone, in seconds, before it is tried again."""

BUDGET_S = 5.0
BUDGETS_S = {"gtts": 8.0, "espeak": 8.0}
"""How long a voice may take for one text, in seconds, by its name; a little more than it allows itself."""

logger = logging.getLogger(__name__)


class Speaker:
    """Speaks with the first voice that can, and leaves alone for a while those that are lost. Threads may share it.

    A voice that most likely fails again (its error is ``lasting``), does not answer in time, or breaks in an unforeseen
    way rests. The log tells its loss once, with the probable cause, and its return. That it cannot say one text is no
    loss.

    Args:
        voices: in order of preference.
        say_as: the text rules, which turn a text (and its language) into what should be said.
        budgets_s: seconds for one text by the name of the voice; 5 s for others.
        rest_s: how long a lost voice rests, in seconds.
        clock: seconds that only grow.
    """

    name = "speaker"

    def __init__(
        self,
        voices: Sequence[Voice],
        *,
        say_as: Callable[[str, str], str] = spoken,
        budgets_s: dict[str, float] | None = None,
        rest_s: float = REST_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        budgets = BUDGETS_S if budgets_s is None else budgets_s
        self._seats = [_Seat(voice, budgets.get(voice.name, BUDGET_S)) for voice in voices]
        self._say_as = say_as
        self._rest_s = rest_s
        self._clock = clock

    def speak(self, text: str, language: str = "en") -> Pcm:
        """The text as sound.

        Args:
            text: at most 5,000 characters, before the text rules, which also leave out control characters. Never
                anything that a user said: it may go to a network voice.
            language: two letters.

        Raises:
            VoiceError: there is nothing to say, too much, or no voice that can; then the text should be shown.
        """
        if len(text) > LONGEST:
            raise VoiceError(self.name, f"the text has {len(text)} characters; at most {LONGEST} are spoken")
        try:
            words = self._say_as(text, language)
        except KnowledgeError as error:
            raise VoiceError(self.name, str(error)) from error
        if not words.strip():
            raise VoiceError(self.name, "the text is empty; there is nothing to say")
        causes = []
        for seat in self._seats:
            try:
                return self._try(seat, words, language)
            except VoiceError as error:
                causes.append(f"{error.voice}: {error.cause}")
        raise VoiceError(self.name, "; ".join(causes) or "COUNTOFF_VOICES names no voice", lasting=True)

    def _try(self, seat: _Seat, text: str, language: str) -> Pcm:
        seat.refuse_while_resting(self._clock())
        try:
            sound = _in_time(seat, text, language)
        except VoiceError as error:
            if error.lasting:
                seat.lose(error, self._clock() + self._rest_s)
            else:
                logger.debug("%s", error)
            raise
        seat.find()
        return sound


@cache
def speaker_from_settings() -> Speaker:
    """The speaker with the voices of COUNTOFF_VOICES, in their order; one for each process.

    A voice is made when it first speaks, so that what it needs and is missing costs that voice only.
    """
    return Speaker([voice_by_name(name) for name in settings().voices])


@dataclass
class _Seat:
    """A voice and how it is doing.

    Attributes:
        voice: the voice.
        budget_s: how long it may take, in seconds.
        hung: the call that it never answered.
    """

    voice: Voice
    budget_s: float
    hung: Thread | None = None
    _loss: str | None = None
    _rests_until_s: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def refuse_while_resting(self, now_s: float) -> None:
        """Raise VoiceError with the cause of its loss, while it rests or its hung call has not ended."""
        with self._lock:
            is_hung = self.hung is not None and self.hung.is_alive()
            if self._loss and (is_hung or now_s < self._rests_until_s):
                raise VoiceError(self.voice.name, self._loss, lasting=True)

    def lose(self, error: VoiceError, until_s: float) -> None:
        """Let it rest; say so, unless it was lost before and has not come back."""
        with self._lock:
            is_new = self._loss is None
            self._loss = error.cause
            self._rests_until_s = until_s
        if is_new:
            logger.warning("%s; the next voice speaks meanwhile", error)

    def find(self) -> None:
        """It spoke; say so if it had been lost."""
        with self._lock:
            was_lost = self._loss is not None
            self._loss = None
        if was_lost:
            logger.info("the voice %s speaks again", self.voice.name)


def _in_time(seat: _Seat, text: str, language: str) -> Pcm:
    """What the voice makes of the text; a call that hangs is left behind in its thread, which ends with the process."""
    answers: SimpleQueue[Pcm | VoiceError] = SimpleQueue()
    call = Thread(target=lambda: answers.put(_call(seat.voice, text, language)), daemon=True, name=seat.voice.name)
    call.start()
    try:
        answer = answers.get(timeout=seat.budget_s)
    except Empty:
        seat.hung = call
        cause = f"it has not answered in {seat.budget_s:g} s; its program, disk or network hangs"
        raise VoiceError(seat.voice.name, cause, lasting=True) from None
    if isinstance(answer, VoiceError):
        raise answer
    return answer


def _call(voice: Voice, text: str, language: str) -> Pcm | VoiceError:
    try:
        return voice.speak(text, language)
    except VoiceError as error:
        return error
    except CountoffError as error:
        return VoiceError(voice.name, str(error), lasting=True)
    except Exception as error:  # a fault of one voice must not end a set
        logger.debug("the voice %s broke", voice.name, exc_info=True)
        return VoiceError(voice.name, f"it broke ({type(error).__name__}: {error}); please report it", lasting=True)
