"""Work for a client that may go away before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from anyio import CancelScope
from starlette.requests import Request

Made = TypeVar("Made")


CLIENT_CLOSED_REQUEST = 499
"""In place of a status where the client had gone before there was one."""


class ClientDisconnected(Exception):
    """The client went away before there was a response."""


async def unless_disconnected(request: Request, work: Awaitable[Made]) -> Made:
    """What the work gives. Raises ClientDisconnected, and cancels the work, where the client goes first."""
    with CancelScope() as scope:
        watching = asyncio.ensure_future(_cancel_when_gone(request, scope))
        try:
            return await work
        finally:
            watching.cancel()
    raise ClientDisconnected


async def _cancel_when_gone(request: Request, scope: CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
