"""The connections of the server: how many there are, and how long one may keep the server waiting."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS = 15
"""Seconds in which a request must have come up to its body; counted anew after each response."""

MOST = 1000
"""Connections at a time; where the operating system allows fewer files, a fifth less than it allows."""


def most_connections() -> int:
    """As many as may be kept, having asked the operating system for as many files as it will give."""
    try:
        import resource
    except ImportError:  # on Windows files are not counted
        return MOST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST if hard == resource.RLIM_INFINITY else min(2 * MOST, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST if soft == resource.RLIM_INFINITY else min(MOST, soft * 4 // 5)


class Connection(H11Protocol):
    """A connection that is closed where its next request does not come in time.

    Where there are too many, the one that has waited longest for a request gives way; where none waits, the
    one that comes does. Nothing of it is logged: a flood would fill the disk.
    """

    most = MOST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late: asyncio.TimerHandle | None = None
        if len(self.connections) > self.most:
            waiting = (one for one in self.connections if isinstance(one, Connection) and one._late)
            longest = min(waiting, key=lambda one: one._late.when() if one._late else 0.0, default=self)
            longest._close()
        if not transport.is_closing():
            self._wait()

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._late = self.loop.call_later(HEADERS, self._close)

    def _stop_waiting(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._stop_waiting()
        self.connections.discard(self)
        self.transport.abort()


def protocol() -> type[Any]:
    """The class of the connections, bound by what this machine allows."""
    return type("Bounded", (Connection,), {"most": most_connections()})
