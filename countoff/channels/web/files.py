"""The files of the page and the widget, read once; no part of a request's address ever reaches the disk."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from countoff.channels.web.policy import FOR_EVERY_PAGE, page_headers
from countoff.channels.web.words import NAME, Text, WebWords
from countoff.errors import KnowledgeError

STATIC = Path(__file__).parent / "static"
PAGE = "index.html"

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
"""What is served, by the end of its name; any other file of the folder is not."""

_BLANK = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class File:
    """What is sent for one address.

    Attributes:
        body: the whole of it.
        headers: of the answer, with ``ETag``.
        media_type: of the body.
    """

    body: bytes
    headers: dict[str, str]
    media_type: str


def load_files(words: WebWords, origins: Iterable[str] = (), folder: Path = STATIC) -> dict[str, File]:
    """Every file by its address below the channel's; the page is at the empty address.

    Args:
        words: fill the blanks of the page, and are ``words.json``.
        origins: who else may show the page in a frame.
        folder: where they are.

    Raises:
        KnowledgeError: the page has a blank that no word fills.
    """
    found = {"words.json": _file(words.to_json(), ".json", FOR_EVERY_PAGE)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == PAGE:
            body = fill(path.read_text(encoding="utf-8"), words.words["page"], words.language).encode()
            found[""] = _file(body, path.suffix, page_headers(origins))
        elif path.suffix in MEDIA_TYPES and path.is_file():
            found[name] = _file(path.read_bytes(), path.suffix, FOR_EVERY_PAGE)
    return found


def fill(page: str, words: Mapping[str, Text], language: str) -> str:
    """Put words into the blanks of a page, ``{{key}}``, as text that cannot become markup; a list becomes list items.

    Raises:
        KnowledgeError: no word fills a blank.
    """

    def filled(blank: re.Match[str]) -> str:
        found = language if blank[1] == "language" else words.get(blank[1])
        if found is None:
            raise KnowledgeError(f"{NAME}: page.{blank[1]} is missing; the page needs it.")
        if isinstance(found, list):
            return "".join(f"<li>{html.escape(item)}</li>" for item in found)
        return html.escape(found)

    return _BLANK.sub(filled, page)


def _file(body: bytes, suffix: str, headers: Mapping[str, str]) -> File:
    # The headers of the page are its policy: a change of them is a change of the file.
    digest = hashlib.sha256(repr(sorted(headers.items())).encode() + body).hexdigest()[:32]
    return File(body, {**headers, "ETag": f'"{digest}"'}, MEDIA_TYPES[suffix])
