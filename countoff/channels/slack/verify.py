"""Checks that a request comes from Slack."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier


def is_signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Whether Slack signed a request not more than five minutes ago.

    Bolt has such a check of its own, after it has read the body, which it may write to the log.

    Args:
        body: as it came.
        headers: of the request.
        secret: the app's signing secret.
    """
    try:
        return SignatureVerifier(secret).is_valid_request(body, dict(headers.items()))
    except (TypeError, ValueError):  # a time that is no number, a signature or a body of other bytes
        return False
