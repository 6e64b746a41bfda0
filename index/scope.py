"""Which articles a search may find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What an article must fit to be found. Empty, it leaves out nothing, and is false.

    `without` are ids of articles that are passed over; `publishers` names, any of which will do. `start` and
    `end` are ISO days of publication, both included; an article without a date fits neither.
    """

    without: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    start: str | None = None
    end: str | None = None

    def __bool__(self) -> bool:
        return bool(self.without or self.publishers or self.start or self.end)

    def holds(self, article_id: str, publisher: str | None, published: str | None) -> bool:
        """Whether an article fits, by its id, its publisher and its ISO day."""
        if article_id in self.without or (self.publishers and publisher not in self.publishers):
            return False
        if not (self.start or self.end):
            return True
        return bool(published) and (self.start or "") <= (published or "") <= (self.end or "9999-12-31")


EVERYWHERE = Scope()
