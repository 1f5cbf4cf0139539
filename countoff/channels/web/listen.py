"""What a widget that only spots words listens for: the plain lists of the safety lexicon.

The server reads every message with the whole lexicon (``countoff.nlu``). A browser stops by itself only on the lists
that the head of the lexicon names for it; none of them uses the notation of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from countoff.errors import KnowledgeError

NAME = Path("safety", "en.yml")
PHONETIC = ("stop", "pause", "with", "never")
_NOTATION = re.compile(r"[|(){}?*~!^$]")


def read_listen(root: Path) -> dict[str, Any]:
    """``stop``, ``pause``, ``exclamations``, ``pain`` and ``phonetic`` as plain lower-case phrases.

    Args:
        root: the knowledge folder.

    Raises:
        KnowledgeError: the lexicon cannot be read, or one of these lists is missing or holds more than plain words.
    """
    file = root / NAME
    try:
        # A million characters; the reader in C takes a tenth of the time.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        data = yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506  # both are safe loaders
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"safety lexicon {file}: {error}") from error

    def phrases(*path: str) -> list[str]:
        return spoken_forms(_at(data, path), f"safety lexicon {file}: {'.'.join(path)}")

    return {
        "stop": phrases("stop", "words"),
        "pause": phrases("pause"),
        "exclamations": phrases("exclamations"),
        "pain": phrases("pain", "words"),
        "phonetic": {name: phrases("phonetic", name) for name in PHONETIC},
    }


def spoken_forms(phrases: object, where: str) -> list[str]:
    """Phrases as the safety net compares them: lower case, without apostrophes, hyphens as spaces; each once.

    Args:
        phrases: a list of plain phrases.
        where: file and place, for the error.

    Raises:
        KnowledgeError: it is no such list.
    """
    if not isinstance(phrases, list) or not phrases:
        raise KnowledgeError(f"{where} must be a list of words.")
    wrong = [phrase for phrase in phrases if not isinstance(phrase, str) or _NOTATION.search(phrase)]
    if wrong:
        raise KnowledgeError(f"{where} holds {wrong[0]!r}; a browser needs plain words there, in quotation marks.")
    folded = (" ".join(phrase.lower().replace("'", "").replace("-", " ").split()) for phrase in phrases)
    return list(dict.fromkeys(folded))


def _at(data: object, path: tuple[str, ...]) -> object:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
