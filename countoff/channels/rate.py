"""How many messages a sender may send."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MAX_SENDERS = 10_000
"""Senders remembered at once; whoever was quiet longest is forgotten first, and has a full bucket by then."""


class RateLimiter:
    """A token bucket per sender: short bursts pass, a flood does not."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        max_senders: int = MAX_SENDERS,
        burst: float | None = None,
    ) -> None:
        """Set the pace.

        Args:
            per_second: messages a sender may send each second, and at once after a pause (at least one).
            clock: seconds from any start, never going back.
            max_senders: senders remembered at once.
            burst: messages that may come at once after a long pause, instead of those of a second.

        Raises:
            ValueError: ``per_second`` is not above zero.
        """
        if per_second <= 0:
            raise ValueError(f"per_second must be above 0, not {per_second}")
        self._per_second = per_second
        self._capacity = max(1.0, per_second if burst is None else burst)
        self._clock = clock
        self._max_senders = max_senders
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, sender: str) -> float:
        """Let one message in: 0 where it may pass, else the seconds until the next one may. A refusal costs nothing."""
        now = self._clock()
        tokens, since = self._buckets.pop(sender, (self._capacity, now))
        tokens = min(self._capacity, tokens + (now - since) * self._per_second)
        admitted = tokens >= 1
        self._buckets[sender] = (tokens - 1 if admitted else tokens, now)
        while len(self._buckets) > self._max_senders:
            self._buckets.popitem(last=False)
        return 0.0 if admitted else (1 - tokens) / self._per_second

    @property
    def senders(self) -> int:
        """Senders remembered now."""
        return len(self._buckets)
