"""The versions of an article as they are shown: the one that is asked for, the list of them, what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from corpus.article import Article
from corpus.changes import Changes, changes
from corpus.errors import CuttingsError
from index.store import Readable
from index.versions import History


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of versions shows of one."""

    number: int
    seen: str
    """ISO time (UTC) at which it was first seen; "" where that is not known."""
    title: str
    published: str | None
    updated: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class Past:
    """An article with its versions; `newest` is the one that is searched and quoted."""

    newest: Article
    history: History

    @classmethod
    def of(cls, store: Readable, article_id: str) -> Past:
        """Also by an id that the article had in an older version. CuttingsError where there is none."""
        try:
            return cls(store.article(article_id), store.history(article_id))
        except CuttingsError:
            now = store.former(article_id)
            if now is None:
                raise
            return cls(store.article(now), store.history(now))

    def version(self, number: int | None) -> Article:
        """The newest one for None. CuttingsError where there is no such version."""
        if number in (None, self.history.number):
            return self.newest
        for one in self.history.earlier:
            if one.number == number:
                try:
                    return one.article
                except ValueError as error:
                    raise CuttingsError(
                        f"version {number} of {self.newest.id} was damaged on the disk; restore a backup"
                    ) from error
        numbers = ", ".join(str(one.number) for one in self.listed())
        raise CuttingsError(f"there is no version {number} of {self.newest.id}; it has {numbers}")

    def listed(self) -> Iterator[Listed]:
        """The oldest first, the newest last; without those that are damaged."""
        for one in self.history.earlier:
            try:
                yield _listed(one.number, one.seen, one.article)
            except ValueError:
                continue
        yield _listed(self.history.number, self.history.seen, self.newest)

    def before(self, number: int | None) -> int:
        """The number of the version before one. CuttingsError where there is none."""
        stop = self.history.number if number is None else number
        earlier = [one.number for one in self.history.earlier if one.number < stop]
        if not earlier:
            self.version(number)
            raise CuttingsError(f"{self.newest.id} has no version before that; `--versions` lists them")
        return earlier[-1]

    def changes(self, before: int, after: int | None) -> Changes:
        """What changed from one version to another. CuttingsError where there is no such."""
        return changes(self.version(before), self.version(after))

    def holding(self, start: int, end: int, holds: Callable[[str], bool]) -> tuple[int, Article] | None:
        """The last of the older versions in which words stand from `start` to `end` that `holds` knows."""
        for one in reversed(self.history.earlier):
            try:
                article = one.article
            except ValueError:
                continue
            if end <= len(article.text) and holds(article.text[start:end]):
                return one.number, article
        return None


def _listed(number: int, seen: str, article: Article) -> Listed:
    return Listed(number, seen, article.title, article.published, article.updated, len(article.text))
