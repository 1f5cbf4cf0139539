"""A request that a channel turns away."""

from __future__ import annotations

import math
from typing import Any

from countoff.errors import CountoffError


class RefusalError(CountoffError):
    """A request cannot be taken; the message tells the client's developer why.

    Attributes:
        status: the HTTP status that fits (400, 403, 404, 405, 413, 416, 429 or 503).
        field: the part of the request that is wrong, or None for the whole.
        retry_after_s: whole seconds after which to try again, or None where trying again would not help.
    """

    def __init__(self, status: int, error: str, field: str | None = None, retry_after_s: float | None = None) -> None:
        """Remember what to answer."""
        super().__init__(error)
        self.status = status
        self.field = field
        self.retry_after_s = None if retry_after_s is None else max(1, math.ceil(retry_after_s))

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"error": str(self), "field": self.field}
        if self.retry_after_s is not None:
            body["retry_after_s"] = self.retry_after_s
        return body
