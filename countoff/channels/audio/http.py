"""Ranges, tags and headers of the sound files (RFC 9110, sections 8.8, 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

FOREVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
LOOK_AGAIN = "no-cache"

OPEN = {
    # Nothing here is personal, so every page may play it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer of this channel carries."""


@dataclass(frozen=True)
class Part:
    """Which bytes of a file are sent, and how.

    Attributes:
        status: 200 for all of it, 206 for a part, 416 where the part does not exist.
        start: the first byte.
        stop: the one after the last.
        headers: what tells the client so.
    """

    status: int
    start: int
    stop: int
    headers: dict[str, str]


def part_of(size: int, headers: Mapping[str, str], etag: str) -> Part:
    """What a client wants of a file.

    One range is answered. Several at once, and what is no range of bytes, get the whole file, as the RFC allows.

    Args:
        size: of the file, in bytes.
        headers: of the request, names in lower case.
        etag: the tag of the file, with its quotation marks.
    """
    whole = Part(200, 0, size, {"Content-Length": str(size)})
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", headers.get("range", "").replace(" ", ""))
    # A client that has the start of another file wants all of this one.
    if asked is None or headers.get("if-range", etag) != etag:
        return whole
    first, last = asked.groups()
    if (not first and not last) or (first and last and int(first) > int(last)):
        return whole
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= size or start >= stop:
        return Part(416, 0, 0, {"Content-Range": f"bytes */{size}"})
    sent = {"Content-Range": f"bytes {start}-{stop - 1}/{size}", "Content-Length": str(stop - start)}
    return Part(206, start, stop, sent)
