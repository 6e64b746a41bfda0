"""What each caller sees of a collection: a chatbot, a gate before it and a list for each kind of sight."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from chatbot.server.access import caller_of
from chatbot.server.async_chatbot import GatedChatbot
from chatbot.server.listing import Listing
from chatbot.threads import in_background
from index.visibility import EVERY_GROUP, Sight

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

Result = TypeVar("Result")

MOST = 16
"""Kinds of sight that are remembered, each with the words and suggestions of what it sees."""


@dataclass(frozen=True, slots=True)
class View:
    """What one kind of caller asks."""

    bot: Chatbot
    gated: GatedChatbot
    listing: Listing
    sight: Sight

    @property
    def whole(self) -> bool:
        """Whether nothing is hidden from it."""
        return self.sight == EVERY_GROUP


class Views:
    """The views of a server. Where everything is public there is one, whoever calls."""

    def __init__(self, bot: Chatbot, gated: GatedChatbot) -> None:
        self._bot = bot
        self._gated = gated
        self._whole = View(bot, gated, Listing(bot.collection), EVERY_GROUP)
        self._others: OrderedDict[Sight, View] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def whole(self) -> View:
        return self._whole

    def of(self, scope: Mapping[str, object]) -> View:
        """That of the caller of a request."""
        sight = self._sight(scope)
        if sight == EVERY_GROUP:
            return self._whole
        with self._lock:
            if sight not in self._others:
                self._others[sight] = self._made(sight)
                while len(self._others) > MOST:
                    self._others.popitem(last=False)
            self._others.move_to_end(sight)
            return self._others[sight]

    def _sight(self, scope: Mapping[str, object]) -> Sight:
        return caller_of(scope).sight.among(self._bot.collection.restricted().ids)

    def read(self, scope: Mapping[str, object], work: Callable[[View], Result]) -> Result:
        """What the caller of a request gets; again where something came to be hidden from it meanwhile."""
        while True:
            view = self.of(scope)
            result = work(view)
            if self._sight(scope) == view.sight:
                return result

    async def ask(
        self, scope: Mapping[str, object], work: Callable[[View], Coroutine[Any, Any, Result]]
    ) -> Result:
        """As `read`."""
        while True:
            view = self.of(scope)
            result = await work(view)
            if self._sight(scope) == view.sight:
                return result

    def _made(self, sight: Sight) -> View:
        bot = self._bot.seeing(sight)
        in_background(bot.try_suggestions)
        return View(bot, self._gated.seen(bot), Listing(bot.collection), sight)
