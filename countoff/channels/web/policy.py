"""What a browser may do with the page and with our answers."""

from __future__ import annotations

from collections.abc import Iterable

NOT_GUESSED = {"X-Content-Type-Options": "nosniff"}

PRIVATE = {**NOT_GUESSED, "Cache-Control": "no-store"}
"""For answers of a conversation."""

FOR_EVERY_PAGE = {
    **NOT_GUESSED,
    "Cache-Control": "no-cache",
    # A page of another origin loads the modules and the words; nothing in them is personal.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""For files of the widget."""


def page_headers(origins: Iterable[str]) -> dict[str, str]:
    """For the demo page: scripts, styles, sounds and requests of this server alone, and no markup out of strings.

    Args:
        origins: who else may show the page in a frame.
    """
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(["'self'", *origins]),
    }
    return {
        **NOT_GUESSED,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        # With "no-referrer" some requests of the page itself would come without an origin.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    }
