"""Every word of the page and the widget, and the words that a microphone listens for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countoff.channels.web.listen import read_listen, spoken_forms
from countoff.channels.words import read_mapping
from countoff.errors import KnowledgeError
from countoff.settings import settings

NAME = Path("web", "en.yml")
SECTIONS = ("page", "chat", "player")
MOST_LISTED = 20

Text = str | list[str]


@dataclass(frozen=True)
class WebWords:
    """What ``words.json`` holds.

    Attributes:
        language: two letters.
        words: by section and key a text, or a short list of texts.
        listen: by purpose the phrases to listen for, lower case, without apostrophes; ``phonetic`` by command.
    """

    language: str
    words: dict[str, dict[str, Text]]
    listen: dict[str, Any]

    def to_json(self) -> bytes:
        """The body of ``words.json``."""
        body = {"language": self.language, "words": self.words, "listen": self.listen}
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def load_web_words(root: Path | None = None) -> WebWords:
    """The words under ``root`` (default: the knowledge folder of the settings).

    Raises:
        KnowledgeError: the file is missing, or something in it is neither a text nor a short list of texts; or the
            safety lexicon lacks what a microphone needs.
    """
    folder = root or settings().knowledge
    file = folder / NAME
    data = read_mapping(file)
    if set(data) != {"language", "listen", *SECTIONS}:
        raise KnowledgeError(f"{file}: needs exactly the keys language, listen, {', '.join(SECTIONS)}.")
    listen = read_mapping(file, data["listen"], "listen")
    if set(listen) != {"resume"} or not isinstance(data["language"], str):
        raise KnowledgeError(f"{file}: language must be a text, and listen must hold exactly resume.")
    return WebWords(
        data["language"],
        {section: _texts(file, section, data[section]) for section in SECTIONS},
        {**read_listen(folder), "resume": spoken_forms(listen["resume"], f"{file}: listen.resume")},
    )


def _texts(file: Path, section: str, data: object) -> dict[str, Text]:
    texts = read_mapping(file, data, section)
    wrong = [str(key) for key, value in texts.items() if not (isinstance(key, str) and _is_text(value))]
    if wrong:
        raise KnowledgeError(
            f"{file}: {section}.{wrong[0]} must be a text, or a list of at most {MOST_LISTED} texts. "
            "Put what YAML reads as something else (yes, no, on, numbers) in quotation marks."
        )
    return texts


def _is_text(value: object) -> bool:
    if isinstance(value, list):
        return 0 < len(value) <= MOST_LISTED and all(isinstance(item, str) and item.strip() for item in value)
    return isinstance(value, str) and bool(value.strip())
