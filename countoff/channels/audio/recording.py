"""A track while it is being made: many may listen before it is whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

PIECE_BYTES = 1 << 16
"""The most that is sent at once, in bytes."""


class Recording:
    """The bytes of a track, from the first to the last; all its methods belong to one event loop."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._size: int | None = None
        self._over = False
        self._changed = asyncio.Event()

    def expect(self, size: int) -> None:
        """Say how many bytes there will be, before they are there."""
        self._size = size
        self._wake()

    def add(self, piece: bytes) -> None:
        """Have more of it."""
        self._data += piece
        self._wake()

    def end(self) -> None:
        """Have no more; where bytes are missing that were expected, it has failed."""
        self._over = True
        if self._size is None and self._data:
            self._size = len(self._data)
        self._wake()

    async def size(self) -> int | None:
        """How many bytes there will be, as soon as that is known; None if it has failed before."""
        while self._size is None and not self._over:
            await self._changed.wait()
        return self._size

    async def part(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` to before ``stop``, in pieces, as they come; fewer if it fails on the way."""
        while start < stop:
            piece = bytes(self._data[start : min(stop, start + PIECE_BYTES)])
            if piece:
                start += len(piece)
                yield piece
            elif self._over:
                return
            else:
                await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
