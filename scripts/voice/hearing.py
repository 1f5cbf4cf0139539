"""Whether a recogniser understands what is spoken."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from countoff.exercises.cues import load_cue_book
from countoff.speech.pcm import FULL, Pcm, to_int16
from scripts.voice import tools

AROUND_S = 0.5
"""Silence (or noise) before and after a clip that is listened to, in seconds."""

HOMOPHONES = {"for": "four", "to": "two", "too": "two", "won": "one", "ate": "eight", "write": "right"}
"""What sounds the same as a word of ours, so that a recogniser without context cannot know better."""


def hear(sounds: Mapping[str, Pcm]) -> dict[str, str]:
    """What Whisper hears in each sound, by the same names."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {str(Path(folder) / f"{number}.wav"): name for number, name in enumerate(sounds)}
        for path, name in paths.items():
            soundfile.write(path, sounds[name].samples, sounds[name].rate)
        heard = tools.run("listen.py", {"files": list(paths)})
    return {name: heard[path] for path, name in paths.items()}


def words(text: str) -> list[str]:
    """The words of a text, numbers written out and homophones made one."""
    numbers = {str(n): load_cue_book().cue("count", n).text for n in range(1, 31)} | {"60": "sixty"}
    found = []
    for word in re.findall(r"[a-z]+|\d+", text.lower().replace("'", "")):
        found += re.findall("[a-z]+", numbers.get(word, word))
    return [HOMOPHONES.get(word, word) for word in found]


def understood(text: str, heard: str) -> bool:
    """Whether the same words were heard; "half way" is "halfway"."""
    return "".join(words(text)) == "".join(words(heard))


def surrounded(sound: Pcm, noise_db: float | None = None, seed: int = 0) -> Pcm:
    """The sound with half a second before and after it, all in pink noise this far below the sound's mean power.

    Args:
        sound: one channel.
        noise_db: how far below, in dB; None for silence.
        seed: of the noise.
    """
    samples = sound.samples.astype(np.float64)
    around = round(AROUND_S * sound.rate)
    padded = np.pad(samples, around)
    if noise_db is not None:
        loud = samples[np.abs(samples) > FULL // 1000]
        padded += pink(len(padded), seed) * np.sqrt(np.mean(loud**2)) * 10 ** (-noise_db / 20)
    return Pcm(to_int16(padded), sound.rate)


def pink(length: int, seed: int) -> NDArray[np.float64]:
    """Noise of equal power in every octave, mean power 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    spectrum[0] = 0.0
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / noise.std(), dtype=np.float64)
