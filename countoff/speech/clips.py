"""The clip pack: recordings of all cues, in one voice, that are there without a network."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from pydantic import ValidationError

from countoff.errors import VoiceError
from countoff.speech.manifest import MANIFEST, ClipEntry, Manifest, plain
from countoff.speech.pcm import RATE, Pcm

PACKS = Path(__file__).resolve().parent / "pack"
MEND = "run `make voice`, or install Countoff again"

VOICE = "clips"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Clip:
    """A recording of a cue.

    Attributes:
        entry: what the manifest says of it.
        pcm: the sound, in one channel at 24 kHz.
    """

    entry: ClipEntry
    pcm: Pcm

    @property
    def onset_ms(self) -> float:
        """Where the words begin, in milliseconds from its start."""
        return self.entry.onset_ms


class ClipPack:
    """The clips of one language. A clip is read when it is first asked for, checked, and kept.

    Args:
        folder: holds the files.
        manifest: tells which.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._by_cue = {cue: entry for entry in manifest.clips for cue in entry.cues}
        self._by_text = {plain(entry.text): entry for entry in manifest.clips}
        self._read: dict[str, Clip] = {}

    @property
    def language(self) -> str:
        """Two or three letters."""
        return self.manifest.language

    @property
    def entries(self) -> tuple[ClipEntry, ...]:
        """What the manifest says of every clip."""
        return self.manifest.clips

    def clip(self, cue_id: str) -> Clip:
        """The recording of a cue.

        Raises:
            VoiceError: there is none, or its file is missing or damaged; the message names it and the mend.
        """
        try:
            return self._clip(self._by_cue[cue_id])
        except KeyError:
            raise VoiceError(VOICE, f"no clip speaks the cue {cue_id!r}; {MEND}") from None

    def by_text(self, text: str) -> Clip:
        """The recording of these words, whatever their case and punctuation.

        Raises:
            VoiceError: as for ``clip``.
        """
        try:
            return self._clip(self._by_text[plain(text)])
        except KeyError:
            # The text may be a long answer, so the message does not repeat it.
            raise VoiceError(VOICE, f"no clip says these {len(text)} characters; another voice can") from None

    def _clip(self, entry: ClipEntry) -> Clip:
        if entry.file not in self._read:
            self._read[entry.file] = Clip(entry, read_clip(self.folder / entry.file, entry.sha256))
        return self._read[entry.file]


class ClipVoice:
    """Speaks what there is a clip of, and nothing else.

    Args:
        pack: the clips.
    """

    name = VOICE

    def __init__(self, pack: ClipPack) -> None:
        self._pack = pack

    def speak(self, text: str, language: str = "en") -> Pcm:
        """The clip that says this text.

        Raises:
            VoiceError: none does, its language is another, or it is damaged; the next text may well have one.
        """
        if language != self._pack.language:
            raise VoiceError(self.name, f"the clips speak {self._pack.language}, not {language}")
        return self._pack.by_text(text).pcm


def load_pack(language: str = "en", root: Path | None = None) -> ClipPack:
    """The clip pack of a language; its manifest is read once, its clips when they are asked for.

    Args:
        language: two or three letters.
        root: holds a folder for each language; by default the packs that are shipped.

    Raises:
        VoiceError: there is no such pack, or its manifest is missing or damaged.
    """
    if not re.fullmatch("[a-z]{2,3}", language) or not ((root or PACKS) / language).is_dir():
        raise VoiceError(
            VOICE, f"there are no clips in the language {language[:20]!r}; see docs/recipes/add-a-voice.md"
        )
    return _load((root or PACKS) / language)


def find_pack(language: str = "en") -> ClipPack | None:
    """The shipped pack of a language, or None where it is lost, which the log tells: tones stand in for it then."""
    try:
        return load_pack(language)
    except VoiceError as error:
        logger.warning("Tones stand in for the clips: %s", error.cause)
        return None


def read_clip(path: Path, sha256: str) -> Pcm:
    """Read and check a clip.

    Raises:
        VoiceError: it is missing, its checksum differs, or it is not one channel at 24 kHz.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VoiceError(VOICE, f"the clip {path} cannot be read ({error.strerror}); {MEND}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise VoiceError(VOICE, f"the clip {path} is damaged: its checksum is not that of the manifest; {MEND}")
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    except soundfile.LibsndfileError as error:
        raise VoiceError(VOICE, f"the clip {path} is no sound ({error.error_string}); {MEND}") from error
    if rate != RATE or samples.ndim != 1 or not len(samples):
        raise VoiceError(VOICE, f"the clip {path} is not one channel at {RATE} Hz; {MEND}")
    # A clip is shared by all who ask for it.
    samples.flags.writeable = False
    return Pcm(np.asarray(samples, dtype=np.int16), rate)


@cache
def _load(folder: Path) -> ClipPack:
    path = folder / MANIFEST
    try:
        return ClipPack(folder, Manifest.model_validate_json(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise VoiceError(VOICE, f"{path} cannot be read ({error}); {MEND}", lasting=True) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part) for part in first["loc"])
        raise VoiceError(VOICE, f"{path} is damaged ({place}: {first['msg']}); {MEND}", lasting=True) from error
