"""The collections of a server, each as its caller sees it; the one place that looks them up by name."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException, Request

from chatbot.server.access import Caller, caller_of
from chatbot.server.async_chatbot import AsyncChatbot
from chatbot.server.listing import Listing
from chatbot.shelf import ALL, NotForThisKey, Shelf, UnknownCollection, together
from index.store import Gone
from index.visibility import EVERY_GROUP, Sight

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

COLLECTION = "collection"
"""The parameter of the page's address that names its collection."""

KEY = "cuttings.collection"
"""Where a request's scope has the name of the collection that it was about."""

MOST = 100
"""Collections as somebody sees them that are remembered, each with a list and the words of what is seen."""


@dataclass(frozen=True, slots=True)
class Served:
    """One collection, or all of them together, with what `sight` sees of it and nothing else.

    `chatbot` is `bot` for an event loop, behind the gate.
    """

    name: str
    bot: Chatbot
    chatbot: AsyncChatbot
    listing: Listing
    sight: Sight = EVERY_GROUP

    @property
    def is_all(self) -> bool:
        return self.name == ALL

    @property
    def hides(self) -> bool:
        """Whether something of it is for others only."""
        return self.sight.among(self.bot.collection.restricted().ids) != EVERY_GROUP


class Collections:
    """Those of a shelf; `asked` makes of each, by its name, what is asked."""

    def __init__(self, shelf: Shelf, asked: Callable[[str, Chatbot], AsyncChatbot]) -> None:
        self._first = shelf.first
        self._asked = asked
        self._served: Mapping[str, Served] = {
            name: self._made(name, bot, EVERY_GROUP) for name, bot in shelf.bots()
        }
        self._seen: OrderedDict[tuple[str, Sight], Served] = OrderedDict()
        self._lock = threading.RLock()

    @property
    def first(self) -> Served:
        """For who looks after the server, as `each`."""
        return self._served[self._first]

    def each(self) -> Iterator[Served]:
        """In their order, as who has them sees them; that of all together, where there is one, comes last."""
        yield from self._served.values()

    def open_to(self, caller: Caller) -> list[Served]:
        """Those that a caller may use, as it sees them."""
        return [self._as_seen(one, caller.sight) for one in self.each() if caller.may_use(one.name)]

    def of(self, name: str, caller: Caller) -> Served:
        """The collection of a name, "" for the first, as somebody sees it who asks for it.

        UnknownCollection where there is none, NotForThisKey where it is not the caller's, Gone where it has
        vanished.
        """
        name = name or self._first
        if not caller.may_use(name):
            mine = ", ".join(one.name for one in self.open_to(caller)) or "none of this server"
            raise NotForThisKey(
                f"{caller.name or 'this caller'} may not use the collection {name!r:.80}, but {mine}"
            )
        served = self._served.get(name)
        if served is None:
            there = ", ".join(one.name for one in self.open_to(caller))
            raise UnknownCollection(f"there is no collection {name!r:.80}; there are: {there}")
        if served.bot.collection.gone:
            raise Gone(name if len(self._served) > 1 else "")
        return self._as_seen(served, caller.sight)

    def _as_seen(self, whole: Served, sight: Sight) -> Served:
        if sight == EVERY_GROUP:
            return whole
        with self._lock:
            key = whole.name, sight
            if key not in self._seen:
                self._seen[key] = self._made(whole.name, self._seeing(whole, sight), sight)
                while len(self._seen) > MOST:
                    self._seen.popitem(last=False)
            self._seen.move_to_end(key)
            return self._seen[key]

    def _seeing(self, whole: Served, sight: Sight) -> Chatbot:
        """Who answers from what is seen; all together from what is seen of each, with its suggestions."""
        if not whole.is_all:
            return whole.bot.seeing(sight)
        parts = {one.name: self._as_seen(one, sight).bot for one in self.each() if not one.is_all}
        bot = together(parts, sight)
        assert bot, "there is one of the whole"
        return bot

    def _made(self, name: str, bot: Chatbot, sight: Sight) -> Served:
        return Served(name, bot, self._asked(name, bot), Listing(bot.collection), sight)


def elsewhere(request: Request, collections: Collections) -> str:
    """Where a page is for a caller who may not use the first collection, and has named none; else ""."""
    names = [one.name for one in collections.open_to(caller_of(request.scope))]
    named = COLLECTION in request.query_params or not names or collections.first.name in names
    return "" if named else f"?{COLLECTION}={names[0]}"


def chosen(request: Request) -> Served:
    """The collection that the address of a request names. Raises as `Collections.of`."""
    collections: Collections = request.app.state.collections
    served = collections.of(request.path_params.get("collection", ""), caller_of(request.scope))
    request.scope[KEY] = served.name
    return served


Chosen = Annotated[Served, Depends(chosen)]
"""Given to the routes of a collection."""


def _one(served: Chosen) -> Served:
    if served.is_all:
        raise HTTPException(400, "this is about one collection at a time; name it in the address")
    return served


One = Annotated[Served, Depends(_one)]
"""Given to the routes of a collection by itself, and not of all together."""


def _unhidden(served: Chosen) -> Served:
    if served.hides:
        raise HTTPException(
            403, "this is for who may read every group; ask who runs this for a key with --read"
        )
    return served


Unhidden = Annotated[Served, Depends(_unhidden)]
"""Given to an operator's routes: who may not read all of a collection is not to learn what else there is, or
to open it to himself."""


def _whole(_: One, served: Unhidden) -> Served:
    return served


Whole = Annotated[Served, Depends(_whole)]
"""The same, of a collection by itself."""
