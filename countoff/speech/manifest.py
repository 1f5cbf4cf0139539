"""The manifest of a clip pack."""

from __future__ import annotations

import re
from collections import Counter

from pydantic import BaseModel, ConfigDict, Field, model_validator

MANIFEST = "manifest.json"


class ClipEntry(BaseModel):
    """What the manifest says of a clip.

    Attributes:
        cues: the ids of the cues that it speaks, at least one.
        text: the words of those cues.
        file: its name in the folder of the pack.
        sha256: of the file, in hexadecimal.
        duration_ms: its length in milliseconds.
        onset_ms: where the words begin, in milliseconds from its start, as ``countoff.speech.onset`` finds it.
        said: what the engine was given to say.
        speed: how fast it said it; 1 is natural.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cues: tuple[str, ...] = Field(min_length=1)
    text: str = Field(min_length=1)
    file: str = Field(pattern=r"^[\w-][\w.-]*\.flac$")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    duration_ms: float = Field(gt=0)
    onset_ms: float = Field(ge=0)
    said: str
    speed: float


class OnsetRule(BaseModel):
    """What an onset is: where the envelope of this window comes within this many dB of its greatest value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_ms: float
    threshold_db: float


class Manifest(BaseModel):
    """What a pack holds, who speaks and under which licence.

    Attributes:
        language: two or three letters.
        voice: name of the engine's voice.
        engine: what made the clips.
        licence: of the clips, as an SPDX id.
        rate: samples a second.
        loudness_lufs: the loudness that all clips share.
        onset: how ``onset_ms`` was found.
        clips: in the order of the cue book.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    voice: str
    engine: str
    licence: str
    rate: int
    loudness_lufs: float
    onset: OnsetRule
    clips: tuple[ClipEntry, ...]

    @model_validator(mode="after")
    def _one_clip_each(self) -> Manifest:
        for what, names in (
            ("cue", [cue for entry in self.clips for cue in entry.cues]),
            ("text", [plain(entry.text) for entry in self.clips]),
            ("file", [entry.file for entry in self.clips]),
        ):
            name, times = max(Counter(names).items(), key=lambda item: item[1], default=("", 0))
            if times > 1:
                raise ValueError(f"the {what} {name!r} has {times} clips")
        return self


def plain(text: str) -> str:
    """The words of a text without case and punctuation, which clips do not tell apart."""
    return " ".join(re.findall(r"\w+", text.casefold()))
