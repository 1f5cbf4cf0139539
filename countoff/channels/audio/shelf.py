"""The clips as clients get them: a list, and each file under the hash of what it sounds like."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any

from countoff.errors import VoiceError
from countoff.exercises.cues import CueBook
from countoff.speech.encode import FORMATS, encode
from countoff.speech.track import Clips, Sound

LISTED = "flac"
"""The format of the addresses in the list: it loses nothing, and a decoder adds no delay to it."""

EXTENSIONS = {known.extension: known.name for known in FORMATS.values() if known.name != "mp3_16k"}
"""The formats in which a clip is served, by the extension of its address."""


class Shelf:
    """All clips of a language.

    Args:
        clips: the pack; None where there is none, so that the shelf is empty.
        book: the cues that a clip may be of.
    """

    def __init__(self, clips: Clips | None, book: CueBook) -> None:
        self._clips = clips
        self._book = book
        self._files: dict[tuple[str, str], bytes] = {}

    @cached_property
    def listing(self) -> bytes:
        """``{"language", "clips": {cue id: {"text", "hash", "duration_ms", "onset_ms", "url"}}}`` as JSON.

        A clip that is missing or damaged is left out; a client plays a tone in its place, as a track has it. Addresses
        are relative to that of the list.
        """
        listed = {which: self._entry(which, digest) for which, digest in self._digests.items()}
        body = {"language": self._book.language, "clips": listed}
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()

    @cached_property
    def edition(self) -> str:
        """A hash of everything that this shelf brings to a track: words, times and sounds."""
        return hashlib.sha256(self.listing + self._book.model_dump_json().encode()).hexdigest()

    def file(self, digest: str, extension: str) -> bytes | None:
        """A clip as a sound file; None where no clip has this hash, or there is no such format.

        Args:
            digest: SHA-256 of its samples, in hexadecimal digits.
            extension: a key of ``EXTENSIONS``.
        """
        sound = self._sounds.get(digest)
        if sound is None or extension not in EXTENSIONS:
            return None
        if (digest, extension) not in self._files:
            self._files[digest, extension] = b"".join(encode(sound.pcm, EXTENSIONS[extension]))
        return self._files[digest, extension]

    @property
    def is_empty(self) -> bool:
        """Whether every cue is a tone."""
        return not self._sounds

    def _entry(self, which: str, digest: str) -> dict[str, Any]:
        sound = self._sounds[digest]
        return {
            "text": self._book.cues[which].text,
            "hash": digest,
            "duration_ms": round(sound.pcm.duration_ms, 3),
            "onset_ms": round(sound.onset_ms, 3),
            "url": f"clips/{digest}.{LISTED}",
        }

    @cached_property
    def _by_cue(self) -> dict[str, Sound]:
        found: dict[str, Sound] = {}
        if self._clips is None:
            return found
        for which in self._book.cues:
            try:
                found[which] = self._clips.clip(which)
            except VoiceError:
                # A track that needs it tells the log.
                continue
        return found

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {which: hashlib.sha256(sound.pcm.samples.tobytes()).hexdigest() for which, sound in self._by_cue.items()}

    @cached_property
    def _sounds(self) -> dict[str, Sound]:
        return {self._digests[which]: sound for which, sound in self._by_cue.items()}
