"""The warming of chatbots in a thread, so that the page can open before it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from chatbot.shelf import Shelf
from chatbot.threads import in_background
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

log = logging.getLogger(__name__)


class Loading:
    """Nothing waits for it: a question that comes earlier loads for itself what it needs.

    It is `ready` when the models and indexes of every collection that has them are loaded, and `done` when
    suggestions have been tried too.
    """

    def __init__(self, bots: Chatbot | Shelf) -> None:
        self._shelf = Shelf.of(bots)
        self._warm: set[str] = set()
        self.done = False
        self.ready = False

    def is_ready(self, name: str) -> bool:
        """Whether the collection of this name is."""
        return self.ready and name in self._warm

    def start(self) -> None:
        in_background(self._load)

    def _load(self) -> None:
        try:
            for name, bot in self._shelf.bots():
                if self._worked(name, bot.warm):
                    self._warm.add(name)
            self.ready = bool(self._warm)
            warm = [(name, bot) for name, bot in self._shelf.bots() if name in self._warm]
            for name, bot in warm:
                self._worked(name, bot.try_suggestions)
            self.done = True
            for name, bot in warm:
                self._worked(name, bot.settle)
        finally:
            self.done = True

    def _worked(self, name: str, work: Callable[[], None]) -> bool:
        """Whether it ended well; else what went wrong is in the log."""
        try:
            work()
        except CuttingsError as error:
            log.error("%s: %s", name, error)
        except Exception:
            log.exception("%s: the models could not be loaded", name)
        else:
            return True
        return False


class Loaded(Loading):
    """Nothing is loaded ahead: what is needed is loaded when it is."""

    def __init__(self, bots: Chatbot | Shelf) -> None:
        super().__init__(bots)
        self.ready = self.done = True

    def is_ready(self, name: str) -> bool:
        return True
