"""The collections of a server, each with what its routes need; the one place that looks them up by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException, Request

from chatbot.server.access import Caller, caller_of
from chatbot.server.async_chatbot import AsyncChatbot
from chatbot.server.listing import Listing
from chatbot.shelf import ALL, NotForThisKey, Shelf, UnknownCollection
from index.store import Gone

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

COLLECTION = "collection"
"""The parameter of the page's address that names its collection."""

KEY = "cuttings.collection"
"""Where a request's scope has the name of the collection that it was about."""


@dataclass(frozen=True, slots=True)
class Served:
    """One collection, or all of them together. `chatbot` is `bot` for an event loop, behind the gate."""

    name: str
    bot: Chatbot
    chatbot: AsyncChatbot
    listing: Listing

    @property
    def is_all(self) -> bool:
        return self.name == ALL


class Collections:
    """Those of a shelf; `asked` makes of each, by its name, what is asked."""

    def __init__(self, shelf: Shelf, asked: Callable[[str, Chatbot], AsyncChatbot]) -> None:
        self._first = shelf.first
        self._served: Mapping[str, Served] = {
            name: Served(name, bot, asked(name, bot), Listing(bot.collection)) for name, bot in shelf.bots()
        }

    @property
    def first(self) -> Served:
        return self._served[self._first]

    def each(self) -> Iterator[Served]:
        """In their order; that of all together, where there is one, comes last."""
        yield from self._served.values()

    def open_to(self, caller: Caller) -> list[Served]:
        """Those that a caller may use."""
        return [one for one in self.each() if caller.may_use(one.name)]

    def of(self, name: str, caller: Caller) -> Served:
        """The collection of a name, "" for the first, for somebody who asks for it.

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
        return served


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
