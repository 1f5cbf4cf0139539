"""The files of the skill package: the manifest, and the interaction model of each locale."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from countoff.channels.alexa.interaction import Listing, load_interaction
from countoff.errors import KnowledgeError
from countoff.skill.limits import problems
from countoff.skill.model import Builder

LOCALES = ("en-GB", "en-US")
ADDRESS = "https://coach.example.org"
"""Stands in the committed package for the address of whoever deploys it."""

ENDPOINT = "/webhooks/alexa/webhook"

_VALUE = re.compile(r'\{\s+"name": \{\s+"value": ("[^"]*")\s+\}\s+\}')


def render(knowledge: Path, nlu: Path, address: str = ADDRESS) -> dict[str, str]:
    """The text of each file by its path in the package, the same for the same input.

    Args:
        knowledge: the knowledge folder.
        nlu: the folder of the training sentences.
        address: where the coach is reached from outside, without a path.

    Raises:
        KnowledgeError: a file cannot be read, or Amazon would refuse the model.
    """
    manifest = _manifest(load_interaction(knowledge).listing, address.rstrip("/"))
    models = {f"interactionModels/custom/{locale}.json": _model(knowledge, nlu) for locale in LOCALES}
    return {"skill.json": _json(manifest), **models}


def write(files: dict[str, str], folder: Path) -> None:
    """Write the files below a folder, which is made."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def stale(files: dict[str, str], folder: Path) -> list[str]:
    """The paths below a folder whose text is another, that are missing, or that are no longer due."""
    present = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.json")}
    return sorted(name for name in files.keys() | present.keys() if files.get(name) != present.get(name))


@cache
def _model(knowledge: Path, nlu: Path) -> str:
    model = Builder(knowledge, nlu).build()
    if wrong := problems(model):
        raise KnowledgeError("\n".join(["Amazon would refuse the interaction model.", *wrong]))
    return _json(model)


def _manifest(listing: Listing, address: str) -> dict[str, Any]:
    endpoint = {"uri": f"{address}{ENDPOINT}", "sslCertificateType": "Trusted"}
    local = {
        "name": listing.name,
        "summary": listing.summary,
        "description": listing.description,
        "examplePhrases": list(listing.examples),
        "keywords": list(listing.keywords),
    }
    return {
        "manifest": {
            "manifestVersion": "1.0",
            "apis": {"custom": {"endpoint": endpoint, "interfaces": [{"type": "AUDIO_PLAYER"}]}},
            "publishingInformation": {
                "category": "HEALTH_AND_FITNESS",
                "isAvailableWorldwide": True,
                "testingInstructions": listing.testing,
                "locales": dict.fromkeys(LOCALES, local),
            },
            # A training log is kept for each user, under a keyed hash of Amazon's name for them.
            "privacyAndCompliance": {
                "allowsPurchases": False,
                "containsAds": False,
                "isChildDirected": False,
                "isExportCompliant": True,
                "usesPersonalInfo": True,
            },
        }
    }


def _json(content: dict[str, Any]) -> str:
    """Indented, with each value of a slot type that has no synonyms on one line."""
    return _VALUE.sub(r'{"name": {"value": \1}}', json.dumps(content, indent=2, ensure_ascii=False)) + "\n"
