"""Turns that take longer than a speaker waits: they go on, and what they say is said with the next answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from countoff.channels.output import Message

MOST = 1_000
"""Users whose late turns are remembered; of further ones the words, and nothing else, are lost."""

_Task = asyncio.Task[list[Message]]


class LateTurns:
    """Waits for turns, each user's in their order."""

    def __init__(self) -> None:
        self._late: OrderedDict[str, list[_Task]] = OrderedDict()
        # A task that nobody holds may be collected before it is over.
        self._unheard: set[_Task] = set()

    async def wait(self, who: str, turn: Coroutine[Any, Any, list[Message]], seconds: float) -> list[Message] | None:
        """The messages of a turn, after those of earlier turns that are over by now.

        Returns:
            None if it is not over in time; then it goes on all the same.
        """
        task = asyncio.create_task(turn)
        tasks = [*self._late.pop(who, []), task]
        await asyncio.wait({task}, timeout=seconds)
        over = [one for one in tasks if one.done()]
        left = [one for one in tasks if not one.done()]
        if task in left:
            self._keep(who, tasks)
            return None
        if left:
            self._keep(who, left)
        earlier = [message for one in over if one is not task and not one.exception() for message in one.result()]
        return [*earlier, *task.result()]

    async def pass_by(self, turn: Coroutine[Any, Any, list[Message]], seconds: float) -> None:
        """Give a turn that nobody hears its time; it goes on after it all the same."""
        task = asyncio.create_task(turn)
        self._unheard.add(task)
        task.add_done_callback(self._unheard.discard)
        await asyncio.wait({task}, timeout=seconds)

    def _keep(self, who: str, tasks: list[_Task]) -> None:
        self._late[who] = tasks
        while len(self._late) > MOST:
            self._late.popitem(last=False)
