"""Older versions of an article that turn up when the newer one is there already."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.article import Article
from corpus.errors import CuttingsError
from index.ingest.identity import last_day
from index.store import Changing, Store
from index.versions import preceded

MOST = 1000
"""Versions of one ingest, which are held in memory; further ones are kept by the next."""


@dataclass(slots=True)
class LateVersions:
    """Those of one ingest. They are kept at its end, since the newer ones may not be stored before."""

    _found: list[tuple[str, Article, str]] = field(default_factory=list)

    def add(self, newest: str, older: Article, digest: str) -> None:
        """Note an older version, read from `digest`, of the article with the id `newest`."""
        if len(self._found) < MOST:
            self._found.append((newest, older, digest))

    def keep(self, store: Store, change: Changing) -> None:
        """Those that are not known yet, each by its day among the versions of its article."""
        for id, older, digest in self._found:
            try:
                newest, history = store.article(id), store.history(id)
            except CuttingsError:  # damaged, or another process took it out
                continue
            before = sum(last_day(one.article) <= last_day(older) for one in history.earlier)
            if (longer := preceded(history, newest, older, digest, before)) is not None:
                change.keep(id, longer)
