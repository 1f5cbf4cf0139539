"""The voice that is always at home: espeak-ng, in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from threading import Timer

import soundfile

from countoff.errors import VoiceError
from countoff.speech.cache import AudioCache, kept, phrase_key
from countoff.speech.pcm import Pcm
from countoff.speech.trim import trimmed

PROGRAMS = ("espeak-ng", "espeak")
"""Looked for on the PATH, in this order."""

HELPER = Path(__file__).with_name("espeak_process.py")

LANGUAGES = {"en": "en-us", "de": "de", "es": "es", "fr": "fr", "it": "it", "nl": "nl", "pt": "pt"}
"""espeak's voice for each language."""

RATE_WPM = 150
"""Words a minute: calm speech."""

START_S = 5.0
PER_CHARACTER_S = 0.0005
LONGEST_S = 7.5

LARGEST = 30_000_000
"""The most that is taken, in bytes: eleven minutes at 22,050 samples a second."""

COMPLAINT = 500
"""How much of what a program complains about is told, in bytes."""

MISSING = "no espeak-ng was found: install it (`apt install espeak-ng`), or the extra `espeak` of Countoff"


class EspeakVoice:
    """Speaks without a network, robotic but clear; a new process for each text, 30 to 90 ms.

    espeak-ng is under the GPL: it is run as a program from the PATH or, without one, by a helper process that loads it
    from the package espeakng-loader. The text goes in by the standard input, so that nothing in it can be an option.

    Args:
        words_per_minute: 80 to 450.
        cache: keeps every text that was spoken; None keeps nothing.
        path: where programs are looked for, as in the variable PATH; None takes that variable.
        wait_s: how long a short text may take, in seconds; 0.5 ms more for each character, 7.5 s at most.
    """

    name = "espeak"

    def __init__(
        self,
        *,
        words_per_minute: int = RATE_WPM,
        cache: AudioCache | None = None,
        path: str | None = None,
        wait_s: float = START_S,
    ) -> None:
        self._words_per_minute = words_per_minute
        self._cache = cache
        self._path = path
        self._wait_s = wait_s

    def speak(self, text: str, language: str = "en") -> Pcm:
        """The text as sound, 24 kHz, one channel, without silence around it.

        Raises:
            VoiceError: there is no program, it has no voice for the language, or it fails, hangs or never ends.
        """
        voice = LANGUAGES.get(language)
        if voice is None:
            raise VoiceError(self.name, f"it has no language {language!r}; it has {', '.join(LANGUAGES)}")
        command = self._command(voice)
        key = phrase_key(self.name, language, text, rate=self._words_per_minute, program=command[0])
        return kept(self._cache, key, lambda: self._synthesise(command, text))

    def _command(self, voice: str) -> list[str]:
        rate = str(self._words_per_minute)
        for name in PROGRAMS:
            program = shutil.which(name, path=self._path)
            if program:
                return [program, "-v", voice, "-s", rate, "-b", "1", "--stdin", "--stdout"]
        if importlib.util.find_spec("espeakng_loader") is None:
            raise VoiceError(self.name, MISSING, lasting=True)
        return [sys.executable, "-I", str(HELPER), voice, rate]

    def _synthesise(self, command: list[str], text: str) -> Pcm:
        # Two brackets would begin phonemes instead of words.
        content = text.replace("[[", "[ [").encode("utf-8", "replace")
        wait_s = min(self._wait_s + len(text) * PER_CHARACTER_S, LONGEST_S)
        try:
            wav = _run(command, content, wait_s)
            samples, rate = soundfile.read(BytesIO(wav), dtype="int16")
        except (OSError, soundfile.LibsndfileError, _Failed) as error:
            mend = f"try `echo hello | {Path(command[0]).name} …` by hand, or install it anew"
            raise VoiceError(self.name, f"{command[0]} does not work ({error}); {mend}", lasting=True) from error
        sound = trimmed(Pcm(samples, rate).mono())
        if not len(sound.samples):
            raise VoiceError(self.name, "it has no sound for this text; write it in letters of the language")
        return sound


class _Failed(Exception):
    """A program did not do what it should."""


def _run(command: list[str], content: bytes, wait_s: float) -> bytes:
    """What a program writes, given this on its standard input."""
    with subprocess.Popen(  # noqa: S603 (no shell, and options of our own)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # In a session of its own, it can be ended together with whatever it started.
        start_new_session=True,
    ) as process:
        timer = Timer(wait_s, _end, [process])
        timer.start()
        try:
            output, said = _talk(process, content)
        finally:
            timer.cancel()
            _end(process)
    if len(output) > LARGEST:
        raise _Failed("it writes without end")
    if process.returncode == -signal.SIGKILL:
        raise _Failed(f"it had not ended after {wait_s:.1f} s, or was killed")
    if process.returncode != 0:
        raise _Failed(f"status {process.returncode}: {said or 'it says nothing'}")
    return output


def _talk(process: subprocess.Popen[bytes], content: bytes) -> tuple[bytes, str]:
    """What it writes and what it says on the standard error, once it has ended or written too much."""
    assert process.stdin
    assert process.stdout
    assert process.stderr
    with suppress(BrokenPipeError):
        process.stdin.write(content)
        process.stdin.close()
    output = process.stdout.read(LARGEST + 1)
    if len(output) > LARGEST:
        return output, ""
    said = process.stderr.read(COMPLAINT).decode(errors="replace").strip()
    process.wait()
    return output, said


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
