"""The files of the page and the widget, read once; no part of a request's address ever reaches the disk."""

from __future__ import annotations

import gzip
import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from countoff.channels.http import is_known
from countoff.channels.web.policy import FOR_EVERY_PAGE, page_headers
from countoff.channels.web.slim import slim
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

_PACKED = "-gzip"
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:,|$|;\s*q\s*=\s*(?:1|0?\.0*[1-9]))", re.IGNORECASE)
_BLANK = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class File:
    """What is sent for one address.

    Attributes:
        body: the whole of it.
        packed: the same, compressed with gzip.
        etag: its tag, without quotation marks.
        headers: of every answer.
        media_type: of the body.
    """

    body: bytes
    packed: bytes
    etag: str
    headers: dict[str, str]
    media_type: str

    def answer(self, asked: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request with these headers, names in lower case."""
        takes_packed = _GZIP.search(asked.get("accept-encoding", "")) is not None
        body = self.packed if takes_packed else self.body
        plain, packed = f'"{self.etag}"', f'"{self.etag}{_PACKED}"'
        told = {**self.headers, "Vary": "Accept-Encoding", "ETag": packed if takes_packed else plain}
        if is_known(asked, plain, packed):
            return 304, told, b""
        if takes_packed:
            told["Content-Encoding"] = "gzip"
        return 200, {**told, "Content-Length": str(len(body))}, body


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
            body = path.read_bytes()
            found[name] = _file(slim(body) if path.suffix == ".js" else body, path.suffix, FOR_EVERY_PAGE)
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
    # No time of making in it, so that every server sends the same.
    packed = gzip.compress(body, 9, mtime=0)
    return File(body, packed, digest, dict(headers), MEDIA_TYPES[suffix])
