"""The gate before the model: how many questions run at once, how many wait, in which order."""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import ContextVar

from corpus.errors import CuttingsError

AT_ONCE = 4
"""Questions that are answered side by side."""

WAITING = 64
"""Questions that may wait for their turn."""

RETRY_AFTER = 5
"""Seconds after which a place in the queue is free again, as a rule."""

caller: ContextVar[str] = ContextVar("caller", default="")
"""The address that a question comes from."""


class QueueFull(CuttingsError):
    """As many wait as may."""


class Gate:
    """An async context manager: `async with gate:` waits for a place and keeps it. For one event loop.

    Callers take turns, each in the order of its own questions, so that one who asks much waits for itself
    and no other for it. Where too many wait, the last question of the caller who has most of them is refused
    with QueueFull, which may be the one that comes. Whoever is cancelled while waiting leaves the queue.
    """

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = WAITING, what: str = "questions") -> None:
        self._what = what
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        """By caller, in the order of their turns; none is empty."""
        self.waiting = 0
        self.at_work = 0
        self.turned_away = 0
        """Since the start."""

    async def __aenter__(self) -> None:
        if self.at_work < self._at_once:
            self.at_work += 1
            return
        who = caller.get()
        if self.waiting >= self._most_waiting:
            self._make_room(who)
        turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(who, deque()).append(turn)
        self.waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._leave()  # its turn came at the same moment
            else:
                self._remove(who, turn)
            raise

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    def _leave(self) -> None:
        self.at_work -= 1
        while self._lines:
            who = next(iter(self._lines))
            line = self._lines.pop(who)
            turn = line.popleft()
            if line:
                self._lines[who] = line  # behind all others
            self.waiting -= 1
            if not turn.cancelled():  # by who leaves the queue at this moment
                self.at_work += 1
                turn.set_result(None)
                return

    def _make_room(self, who: str) -> None:
        """Refuse the last question of who has most of them. QueueFull where that is the one that comes."""
        self.turned_away += 1
        full = QueueFull(
            f"{self.waiting} {self._what} are waiting already; try again in {RETRY_AFTER} seconds"
        )
        most = max(self._lines, key=lambda one: len(self._lines[one]), default=who)
        if most == who or len(self._lines[most]) <= len(self._lines.get(who, ())) + 1:
            raise full
        turn = self._lines[most][-1]
        self._remove(most, turn)
        if not turn.cancelled():
            turn.set_exception(full)

    def _remove(self, who: str, turn: asyncio.Future[None]) -> None:
        line = self._lines.get(who)
        if line and turn in line:
            line.remove(turn)
            self.waiting -= 1
            if not line:
                del self._lines[who]
