"""Where the questions of every visitor come in: through the gate, into a thread, and counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import to_thread

from chatbot.answer import Answer
from chatbot.server.gate import Gate
from chatbot.server.metrics import Metrics
from corpus.errors import CuttingsError
from index.hit import Hit

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

Found = TypeVar("Found")


class Desk:
    """`Chatbot.ask` and `Chatbot.search` for the event loop of a server; they take and raise the same.

    Both raise Full besides, where too many wait.
    """

    def __init__(self, bot: Chatbot, gate: Gate, metrics: Metrics) -> None:
        self._bot = bot
        self._gate = gate
        self._metrics = metrics

    async def ask(self, *asked: Any, **how: Any) -> Answer:
        try:
            answer = await self._in_turn(partial(self._bot.ask, *asked, **how))
        except CuttingsError:
            raise  # of the question, or of the gate
        except Exception:
            self._metrics.failed()
            raise
        self._metrics.answered(answer)
        return answer

    async def search(self, *asked: Any, **how: Any) -> tuple[Hit, ...]:
        return await self._in_turn(partial(self._bot.search, *asked, **how))

    async def _in_turn(self, work: Callable[[], Found]) -> Found:
        async with self._gate:
            # Cancelled, this ends when the thread does: until then its place is taken.
            return await to_thread.run_sync(work)
