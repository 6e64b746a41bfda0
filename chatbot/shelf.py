"""The chatbots of several collections, by the names of these: who is asked, one of them or all together.

Models and readers are loaded once, however many collections use them.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.conversation.suggestions import TogetherSuggester
from chatbot.reading.reader import Reader
from chatbot.reading.readers import open_reader
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from index.address import is_url
from index.encoding.encoder import Encoder, SentenceEncoder
from index.stores import Where, open_store
from index.together import Together
from index.visibility import EVERY_GROUP, Sight

log = logging.getLogger(__name__)

ALL = "all"
"""The name by which all collections are asked together."""

MOST = 50
"""Collections of one server."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_READ = 32
"""Passages that are read at most for a question to all of them; each of a few is read as when asked alone."""


class UnknownCollection(CuttingsError):
    """No collection has this name."""


class NotForThisKey(CuttingsError):
    """Who asks has a key for other collections."""


class Shelf:
    """Chatbots by the names of their collections, in their order; the first is meant where none is named.

    Where there are several, ALL asks them together.
    """

    def __init__(self, bots: Mapping[str, Chatbot]) -> None:
        """One at least; the names as `checked_name` has them. CuttingsError where there are too many."""
        if len(bots) > MOST:
            raise CuttingsError(f"{len(bots)} collections were given; a server has {MOST} at most")
        self._bots = dict(bots)
        self._together = together(self._bots) if len(bots) > 1 else None

    @classmethod
    def of(cls, bot: Chatbot | Shelf) -> Shelf:
        """A chatbot alone is a shelf of one."""
        return bot if isinstance(bot, Shelf) else cls({name_of(bot.collection.where): bot})

    @classmethod
    def open(cls, places: Mapping[str, Where]) -> Shelf:
        """The collections at these places. CuttingsError where one cannot be opened."""
        encoders: dict[str, Encoder] = {}
        readers: dict[tuple[str, str], Reader] = {}
        bots = {}
        for name, place in places.items():
            store = open_store(place)
            settings = Settings.load(store.folder)
            encoder = encoders.setdefault(settings.model, SentenceEncoder(settings.model))
            key = settings.reader, settings.model
            if key not in readers:
                readers[key] = open_reader(settings.reader, encoder)
            bots[name] = Chatbot(store, encoder, settings, readers[key])
        return cls(bots)

    @property
    def names(self) -> tuple[str, ...]:
        """Without ALL."""
        return tuple(self._bots)

    @property
    def first(self) -> str:
        return self.names[0]

    @property
    def together(self) -> bool:
        """Whether ALL can be asked."""
        return self._together is not None

    def bot(self, name: str) -> Chatbot:
        """KeyError where there is none of this name."""
        return self._bots[name]

    def bots(self) -> Iterator[tuple[str, Chatbot]]:
        """Each collection's, and last that of ALL where there is one."""
        yield from self._bots.items()
        if self._together:
            yield ALL, self._together


def name_of(place: Where) -> str:
    """What a collection is called that was given no name: as its folder, or on Milvus as it is there."""
    last = str(place).rpartition("/")[2] if is_url(place) else Path(os.path.abspath(place)).name
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip("-._")[:64]
    return name if _NAME.fullmatch(name) and name.casefold() != ALL else "collection"


def checked_name(name: str) -> str:
    """CuttingsError where it cannot be that of a collection."""
    if not _NAME.fullmatch(name):
        raise CuttingsError(
            f"{name!r:.80} is no name for a collection; take up to 64 letters, digits, dots, - and _"
        )
    if name.casefold() == ALL:
        raise CuttingsError(f"{name!r} stands for all collections together; take another name: NAME=PATH")
    return name


def together(bots: Mapping[str, Chatbot], sight: Sight = EVERY_GROUP) -> Chatbot | None:
    """Who answers from all of them; None where they cannot be compared, which is in the log.

    `sight` is what the bots see.
    """
    first = next(iter(bots.values()))
    for name, bot in bots.items():
        if (bot.settings.model, bot.settings.reader) != (first.settings.model, first.settings.reader):
            log.warning(
                "%s has another model or reader than %s, so the collections cannot be asked together",
                name,
                next(iter(bots)),
            )
            return None
    folder = first.collection.folder / ALL
    with suppress(OSError):  # where it cannot be made, nothing can be kept in it either
        folder.mkdir(exist_ok=True)
    stores = {name: bot.collection for name, bot in bots.items()}
    store = Together(stores, {name: bot.searcher for name, bot in bots.items()}, folder)
    read = min(_MOST_READ, len(bots) * first.settings.passages_read)
    settings = replace(first.settings, passages_read=max(read, first.settings.passages_read))
    suggester = TogetherSuggester(store, [bot.suggester for bot in bots.values()])
    return Chatbot(store, first.encoder, settings, first.reader, suggester, sight)
