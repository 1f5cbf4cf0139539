"""A request that is not to be trusted."""

from __future__ import annotations

from countoff.errors import CountoffError


class Distrust(CountoffError):
    """A request is not verified; the message is for the operator's log, never for the sender."""
