"""Which pages may talk with the coach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from countoff.channels.refusal import RefusalError

PREFLIGHT_S = 600
TOKEN_HEADER = "X-Countoff-Conversation"  # noqa: S105
"""Carries the conversation where there is no body."""


class Origins:
    """The origins that may use the channel besides its own.

    Args:
        allowed: scheme, host and port of each, as a browser writes them.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(allowed)

    def check(self, headers: Mapping[str, str]) -> None:
        """Let a request in.

        A request without an origin comes from a program or a plain link; it has no token of somebody else to send.

        Args:
            headers: of the request, names in lower case.

        Raises:
            RefusalError: a page of an origin that is neither ours nor listed sent it (403).
        """
        origin = headers.get("origin")
        if origin is None or self._is_listed(headers) or _is_our_own(origin, headers):
            return
        raise RefusalError(403, "This origin may not use the coach; see COUNTOFF_WEB_ORIGINS.", "origin")

    def answer(self, headers: Mapping[str, str]) -> dict[str, str]:
        """What tells a browser whether its page may read an answer, or may ask at all (CORS)."""
        told = {"Vary": "Origin"}
        if self._is_listed(headers):
            told |= {"Access-Control-Allow-Origin": headers["origin"], "Access-Control-Expose-Headers": "Retry-After"}
            if "access-control-request-method" in headers:
                told |= {
                    "Access-Control-Allow-Methods": "GET, HEAD, POST",
                    "Access-Control-Allow-Headers": f"Content-Type, {TOKEN_HEADER}",
                    "Access-Control-Max-Age": str(PREFLIGHT_S),
                }
        return told

    def _is_listed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("origin") in self._allowed


def _is_our_own(origin: str, headers: Mapping[str, str]) -> bool:
    """Whether the page came from this very server.

    The browser knows best, and no page can write what it says. An old browser does not say: there the host decides, as
    behind a proxy the scheme is not known.
    """
    said = headers.get("sec-fetch-site")
    if said is not None:
        return said == "same-origin"
    scheme, _, host = origin.partition("://")
    return scheme in ("http", "https") and host == headers.get("host", "").lower() != ""
