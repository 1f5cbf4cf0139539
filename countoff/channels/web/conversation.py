"""The token of a conversation: made by the server, kept by the browser, and stored nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

from countoff.channels.refusal import RefusalError

BYTES = 16
"""Of chance, and of the signature: 128 bits each."""

_TOKEN = re.compile(r"([\w-]{22})\.([\w-]{22})", re.ASCII)


def make_token(secret: str) -> str:
    """A new conversation, as ``<chance>.<signature>``: 45 characters that are fit for a header."""
    name = _text(secrets.token_bytes(BYTES))
    return f"{name}.{_signature(name, secret)}"


def read_token(token: object, secret: str) -> str:
    """What names the user of a conversation.

    Raises:
        RefusalError: this installation did not make the token (403); the client is to ask for a new one.
    """
    found = _TOKEN.fullmatch(token) if isinstance(token, str) else None
    if found is None or not hmac.compare_digest(_signature(found[1], secret), found[2]):
        raise RefusalError(403, "There is no such conversation. POST to conversations for a new one.", "conversation")
    return found[1]


def _signature(name: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"web conversation\0{name}".encode(), hashlib.sha256).digest()
    return _text(digest[:BYTES])


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
