"""A store that is changed a batch of articles at a time, so that what is done stays done."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from index.store import Busy, Changing, Store

ARTICLES = 200
SECONDS = 30.0
"""A change is made of so many articles, or of what was ready after so many seconds, whichever is first."""


PATIENCE = 600.0
"""Seconds to wait for another process before any batch but the first."""


class ChangedByOthers(Exception):
    """Between two batches another process has changed the store; what is known of it no longer holds."""


class Batches:
    """Within it, `change` is the change in hand; the last is made at the end, none when anything fails."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: AbstractContextManager[Changing] | None = None
        self._articles = 0
        self._since = 0.0
        self.change = self._begin()
        store.changed_by_others()  # from now on

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        begun, self._begun = self._begun, None
        if begun:
            begun.__exit__(kind, error, trace)

    def stored(self, articles: int) -> None:
        """So many more were stored; makes the change, and begins another, where that is due.

        ChangedByOthers where another process was faster.
        """
        self._articles += articles
        if self._articles >= ARTICLES or time.monotonic() - self._since >= SECONDS:
            self.__exit__(None, None, None)
            self.change = self._begin(PATIENCE)
            if self._store.changed_by_others():
                raise ChangedByOthers

    def _begin(self, patience: float = 0.0) -> Changing:
        until = time.monotonic() + patience
        while True:
            begun = self._store.change()
            try:
                change = begun.__enter__()
                break
            except Busy:  # the store has waited already
                if time.monotonic() >= until:
                    raise
        self._begun, self._articles, self._since = begun, 0, time.monotonic()
        return change
