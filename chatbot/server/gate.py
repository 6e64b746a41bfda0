"""The gate before the model: how many questions run at once, how many wait, and that more are refused."""

from __future__ import annotations

import asyncio

from corpus.errors import CuttingsError

AT_ONCE = 4
"""Questions that are answered side by side."""

WAITING = 64
"""Questions that may wait for their turn."""

RETRY_AFTER = 5
"""Seconds after which a place in the queue is free again, as a rule."""


class QueueFull(CuttingsError):
    """As many wait as may."""


class Gate:
    """An async context manager: `async with gate:` waits for a place and keeps it. For one event loop.

    Raises QueueFull at once where too many wait. Whoever is cancelled while waiting leaves the queue.
    """

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most_waiting = most_waiting
        self.waiting = 0
        self.at_work = 0
        self.turned_away = 0
        """Since the start."""

    async def __aenter__(self) -> None:
        if self._places.locked() and self.waiting >= self._most_waiting:
            self.turned_away += 1
            raise QueueFull(
                f"{self.waiting} questions are waiting already; ask again in {RETRY_AFTER} seconds"
            )
        self.waiting += 1
        try:
            await self._places.acquire()  # first come, first served
        finally:
            self.waiting -= 1
        self.at_work += 1

    async def __aexit__(self, *_: object) -> None:
        self.at_work -= 1
        self._places.release()
