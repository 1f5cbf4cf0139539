"""Trains the model when there is none for the present inputs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from countoff.errors import CountoffError
from countoff.settings import PROJECT

INPUTS = ("config.yml", "domain.yml", "data", "countoff/nlu", "requirements.lock")
"""What a model depends on. Responses live in ``domain.yml``: changing one retrains in seconds, from Rasa's cache."""


def model_path() -> Path:
    """Where the model of the present inputs is, or will be."""
    return PROJECT / "models" / f"countoff-{_fingerprint()}.tar.gz"


def ensure_model() -> Path:
    """Return the model of the present inputs, training it first where there is none.

    Raises:
        CountoffError: the training failed; its output has been shown.
    """
    path = model_path()
    if not path.is_file():
        print("Training the model (about a minute) …", flush=True)
        train(path)
    return path


def train(path: Path) -> None:
    """Run ``rasa train`` into a file of this name.

    Raises:
        CountoffError: the training failed.
    """
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", path.name.removesuffix(".tar.gz")]
    done = subprocess.run([*command, "--out", str(path.parent)], cwd=PROJECT, env=rasa_environment(), check=False)  # noqa: S603
    if done.returncode != 0 or not path.is_file():
        raise CountoffError("The training failed; what Rasa said stands above.")


def rasa_environment() -> dict[str, str]:
    """The environment for every Rasa command: no telemetry, and no warnings about what Rasa itself uses."""
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _files() -> Iterator[Path]:
    for name in INPUTS:
        root = PROJECT / name
        found = sorted(root.rglob("*")) if root.is_dir() else [root]
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)
