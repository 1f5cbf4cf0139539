"""What is sent of a script: all but the comments that have lines to themselves, which are a third of it."""

from __future__ import annotations

import re

_BLOCK = r"[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n"
_LINE = r"[ \t]*//[^\n]*\n"
_COMMENT = re.compile(f"^(?:{_BLOCK}|{_LINE})", re.DOTALL | re.MULTILINE)


def slim(script: bytes) -> bytes:
    """A script without comments that begin and end a line; its strings must not go over the end of one."""
    return _COMMENT.sub("", script.decode()).encode()
