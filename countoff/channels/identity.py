"""Names of conversations that nobody can guess."""

from __future__ import annotations

import hashlib
import hmac

DIGITS = 32
"""Hexadecimal digits kept of the hash: 128 bits."""


def conversation_id(channel: str, who: str, secret: str) -> str:
    """The conversation of one user of one channel, as ``<channel>-<hash>``.

    Args:
        channel: name of the channel; the same user of another channel gets another conversation.
        who: the user's id as the channel's vendor gives it; it cannot be found out from the result.
        secret: the secret of this installation.

    Raises:
        ValueError: the secret is empty, so that anybody could compute the hash.
    """
    if not secret:
        raise ValueError("the secret of the installation is empty")
    message = f"{channel}\0{who}".encode("utf-8", "surrogatepass")
    return f"{channel}-{hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:DIGITS]}"
