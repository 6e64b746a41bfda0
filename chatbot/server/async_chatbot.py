"""The chatbot for an event loop: each question runs in a thread; on a server it passes the gate first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import to_thread

from chatbot.answer import Answer
from corpus.errors import CuttingsError
from index.hit import Hit

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.server.gate import Gate
    from chatbot.server.metrics import Metrics

Result = TypeVar("Result")


class AsyncChatbot:
    """`Chatbot.ask` and `Chatbot.search`; they take and raise the same."""

    def __init__(self, bot: Chatbot) -> None:
        self._bot = bot

    async def ask(self, *args: Any, **options: Any) -> Answer:
        return await self._in_thread(partial(self._bot.ask, *args, **options))

    async def search(self, *args: Any, **options: Any) -> tuple[Hit, ...]:
        return await self._in_thread(partial(self._bot.search, *args, **options))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await to_thread.run_sync(work)


class GatedChatbot(AsyncChatbot):
    """The same for many visitors at once. Both also raise QueueFull where too many wait.

    `name` is that of the collection, in the metrics.
    """

    def __init__(self, bot: Chatbot, gate: Gate, metrics: Metrics, name: str) -> None:
        super().__init__(bot)
        self._gate = gate
        self._metrics = metrics
        self._name = name

    async def ask(self, *args: Any, **options: Any) -> Answer:
        try:
            answer = await super().ask(*args, **options)
        except CuttingsError:
            raise  # of the question, or of the gate
        except Exception:
            self._metrics.failed(self._name)
            raise
        self._metrics.answered(answer, self._name)
        return answer

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        async with self._gate:
            # Cancelled, this ends when the thread does: until then its place is taken.
            return await super()._in_thread(work)
