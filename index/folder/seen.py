"""A collection as somebody sees it from whom some of its articles are hidden: they are nowhere in it.

What searching derives is shared with the whole. The passages of what is hidden are passed over as those of
articles that were removed: before anything is ranked, and in every figure that a score is computed from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from corpus.article import Article, Passage
from index.encoding.encoder import Encoder
from index.folder.change import Change
from index.hit import Located
from index.languages import REMEMBERED, is_foreign, with_language
from index.original import Original
from index.scope import Scope
from index.search import Searcher
from index.store import Busy, Encoded, Store, Stored, Summary
from index.versions import NO_HISTORY, History
from index.visibility import Restricted, Rules, Sight

if TYPE_CHECKING:
    from index.folder.collection import Collection
    from index.folder.segments import Segments
    from index.folder.state import State

Result = TypeVar("Result")

_TRIES = 20
"""Changes of other processes between two readings that are put up with."""


class SeenCollection:
    """The `Store` that a sight leaves of a collection. Safe to use from several threads.

    Where nothing is hidden it is the whole, at the price of reading one number.
    """

    shared = False
    hides = True

    def __init__(self, whole: Collection, sight: Sight) -> None:
        self._whole = whole
        self._sight = sight
        self.where, self.folder = whole.where, whole.folder
        self.largest_original = whole.largest_original
        self._lock = threading.Lock()
        self._hidden_of: tuple[Restricted | None, frozenset[str]] = None, frozenset()
        self._listed: tuple[int, list[Summary]] = -1, []
        self._languages: tuple[int, str | None] = -1, None
        self._stamp: tuple[int, int] = -1, 0
        self._states: tuple[State, State] | None = None
        """The newest of the whole, and what is left of it."""

    def _hidden(self) -> frozenset[str]:
        """The ids of what is hidden now."""
        restricted = self._whole.restricted()
        known, hidden = self._hidden_of
        if known is not restricted:
            hidden = restricted.hidden_from(self._sight)
            self._hidden_of = restricted, hidden
        return hidden

    def _left(self, read: Callable[[frozenset[str]], Result]) -> Result:
        """What is read, given what is hidden, at one state of the collection."""
        for _ in range(_TRIES):
            hidden, before = self._hidden(), self._hidden_of[0]
            found = read(hidden)
            if self._whole.restricted() is before:
                return found
        raise _too_busy()

    # Reading

    @property
    def gone(self) -> bool:
        return self._whole.gone

    @property
    def revision(self) -> int:
        return self._whole.revision

    @property
    def disk(self) -> int:
        return self._whole.disk

    def stamp(self) -> int:
        revision = self.revision
        if self._stamp[0] != revision:
            self._stamp = revision, self._left(self._whole.stamp)
        return self._stamp[1]

    def meta(self, key: str) -> str | None:
        if key == REMEMBERED and self._hidden():
            return self._remembered()
        return self._whole.meta(key)

    def _remembered(self) -> str | None:
        """The languages of what is left."""
        revision = self.revision
        if self._languages[0] != revision:
            found = None
            for language in self._left(self._whole.languages):
                if is_foreign(language):
                    found = with_language(found, language)
            self._languages = revision, found
        return self._languages[1]

    def require(self, key: str, value: str) -> None:
        self._whole.require(key, value)

    def articles(self) -> list[Summary]:
        return self._left(lambda hidden: [one for one in self._whole.articles() if one.id not in hidden])

    def article(self, article_id: str) -> Article:
        return self._left(lambda hidden: self._whole.article(self._known(article_id, hidden)))

    def opening(self, article_id: str, characters: int) -> Article:
        return self._left(lambda hidden: self._whole.opening(self._known(article_id, hidden), characters))

    def _known(self, article_id: str, hidden: frozenset[str]) -> str:
        """The id. CuttingsError, that of one that is not there, where it is hidden."""
        if article_id in hidden:
            raise self._whole.without(article_id)
        return article_id

    def original(self, article_id: str) -> Original | None:
        return self._of(article_id, self._whole.original, None)

    def history(self, article_id: str) -> History:
        return self._of(article_id, self._whole.history, NO_HISTORY)

    def former(self, article_id: str) -> str | None:
        def read(hidden: frozenset[str]) -> str | None:
            found = self._whole.former(article_id)
            return None if found in hidden else found

        return self._left(read)

    def copies(self) -> list[list[str]]:
        return self._left(self._whole.copies)

    def passages(self, article_id: str) -> list[Passage]:
        return self._of(article_id, self._whole.passages, [])

    def passage_ids(self, article_id: str) -> list[int]:
        return self._of(article_id, self._whole.passage_ids, [])

    def encoded(self, article_id: str) -> list[Encoded]:
        return self._of(article_id, self._whole.encoded, [])

    def damage(self, article_id: str) -> list[str]:
        return self._of(article_id, self._whole.damage, [])

    def _of(self, article_id: str, read: Callable[[str], Result], nothing: Result) -> Result:
        return self._left(lambda hidden: nothing if article_id in hidden else read(article_id))

    def located(self, ids: Iterable[int]) -> dict[int, Located]:
        wanted = list(ids)
        return self._left(
            lambda hidden: {
                id: one for id, one in self._whole.located(wanted).items() if one.article.id not in hidden
            }
        )

    def stored(self) -> dict[str, Stored]:
        return self._left(
            lambda hidden: {place: one for place, one in self._whole.stored().items() if one.id not in hidden}
        )

    # What filters ask of the articles

    def count(self, scope: Scope) -> int:
        if not self._hidden():
            return self._whole.count(scope)
        return len(self._within(scope))

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        if not self._hidden():
            return self._whole.by_date(scope, count, oldest)
        found = sorted(self._within(scope), key=lambda one: one.id)
        dated = sorted(
            (one for one in found if one.published), key=lambda one: one.published or "", reverse=not oldest
        )
        return [one.id for one in [*dated, *(one for one in found if not one.published)]][:count]

    def undated(self) -> int:
        if not self._hidden():
            return self._whole.undated()
        return sum(not one.published for one in self._summaries())

    def publishers(self) -> set[str]:
        if not self._hidden():
            return self._whole.publishers()
        return {one.publisher for one in self._summaries() if one.publisher}

    def _within(self, scope: Scope) -> list[Summary]:
        return [one for one in self._summaries() if scope.holds(one.id, one.publisher, one.published)]

    def _summaries(self) -> list[Summary]:
        revision = self.revision
        if self._listed[0] != revision:
            self._listed = revision, self.articles()
        return self._listed[1]

    # Searching

    def searcher(self, encoder: Encoder) -> Searcher:
        from index.folder.searcher import LocalSearcher

        return LocalSearcher(self, encoder)

    @property
    def segments(self) -> Segments:
        return self._whole.segments

    def state(self, whole: Callable[[], State]) -> State:
        """What a search reads, of the newest state of the whole."""
        from index.folder.state import State

        with self._lock:
            for _ in range(_TRIES):
                newest = whole()
                if self._states and self._states[0] is newest:
                    return self._states[1]
                with self._whole.snapshot() as now:
                    if now.mark != newest.mark:
                        continue
                    hidden = now.hidden(self._sight)
                left = newest
                if len(hidden):
                    dead = np.union1d(newest.dead, hidden)
                    left = State(newest.mark, newest.last, newest.segments, dead)
                self._states = newest, left
                return left
        raise _too_busy()

    # What is done to the whole

    def restricted(self) -> Restricted:
        return self._whole.restricted()

    def rules(self) -> Rules:
        return self._whole.rules()

    def given(self) -> dict[str, str]:
        return self._whole.given()

    def seeing(self, sight: Sight) -> Store:
        return self if sight == self._sight else self._whole.seeing(sight)

    def unsound(self) -> list[str]:
        return self._whole.unsound()

    def mend(self) -> list[str]:
        return self._whole.mend()

    def settle(self) -> None:
        self._whole.settle()

    def changed_by_others(self) -> bool:
        return self._whole.changed_by_others()

    def change(self) -> AbstractContextManager[Change]:
        return self._whole.change()

    def close(self) -> None:
        self._whole.close()


def _too_busy() -> Busy:
    return Busy("the collection is changed without a pause; try again in a moment")
