"""Whether a trained model can be served here; Rasa itself would load another one, or fail late and at length."""

from __future__ import annotations

import json
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from countoff.errors import CountoffError

METADATA = "metadata.json"
ASSISTANT = "countoff"


def check_model(path: Path) -> None:
    """Check that a file is a model of this assistant, trained by the Rasa that is installed.

    Raises:
        CountoffError: it is missing, damaged, another assistant's or another version's; the message says what to do.
    """
    if not path.is_file():
        raise CountoffError(f"There is no model at {path}; run `make train`.")
    metadata = _metadata(path)
    if (assistant := metadata.get("assistant_id")) != ASSISTANT:
        raise CountoffError(
            f"{path} is a model of another assistant ({assistant}); run `make train` and serve that one."
        )
    trained, installed = metadata.get("rasa_open_source_version"), version("rasa")
    if trained != installed:
        raise CountoffError(f"{path} was trained with Rasa {trained}, and {installed} is installed; run `make train`.")


def _metadata(path: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path) as archive:
            member = archive.extractfile(METADATA)
            found: dict[str, Any] = json.load(member) if member else {}
    except (OSError, EOFError, KeyError, ValueError, tarfile.TarError) as error:
        raise CountoffError(f"{path} is not a model, or is damaged; delete it and run `make train`.") from error
    return found if isinstance(found, dict) else {}
