"""Work for a client that may go away before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from anyio import CancelScope
from starlette.requests import Request

Made = TypeVar("Made")


GONE = 499
"""In place of a status where the client had gone before there was one."""


class Gone(Exception):
    """The client went away before there was a response."""


async def while_there(request: Request, work: Awaitable[Made]) -> Made:
    """What the work makes. Raises Gone, with the work cancelled, where its client goes away before."""
    with CancelScope() as scope:
        watching = asyncio.ensure_future(_cancel_when_gone(request, scope))
        try:
            return await work
        finally:
            watching.cancel()
    raise Gone


async def _cancel_when_gone(request: Request, scope: CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
