"""The collection that is kept in step: what it has, articles into it, and articles out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from corpus.metadata import NOTHING_SAID
from corpus.read import Raw, Skipped
from corpus.rules import REPEATED
from index.encoding.encoder import Encoder
from index.ingest.ingest import ingest
from index.ingest.workers import Workers
from index.store import Store, Stored
from index.sync.outcome import Outcome, Progress

NEIGHBOURS = 100
"""Articles of a source that are looked at for what its pages repeat."""


class Target:
    """A store with the model for it, which is loaded when an article has to be encoded."""

    def __init__(
        self,
        store: Store,
        make: Callable[[], Encoder],
        passage_tokens: int,
        progress: Progress,
        workers: Workers | None = None,
    ) -> None:
        self.store = store
        self._make = make
        self._encoder: Encoder | None = None
        self._passage_tokens = passage_tokens
        self._progress = progress
        self._workers = workers
        self._stored: dict[str, Stored] | None = None
        self._uploads = str(store.folder.resolve() / "uploads" / "_")[:-1]

    @property
    def stored(self) -> dict[str, Stored]:
        """What the collection has, by location, without what was uploaded to it."""
        if self._stored is None:
            self._stored = {
                location: entry
                for location, entry in self.store.stored().items()
                if not location.startswith(self._uploads)
            }
        return self._stored

    @property
    def folder(self) -> Path:
        """The collection's own, in which no source is looked for."""
        return self.store.folder.resolve()

    def take(self, sources: Iterable[Raw | Skipped], outcome: Outcome, own: Mapping[str, Stored]) -> None:
        """Store what is new and what has changed. Where nothing was read the collection is not touched.

        `own` are the articles that the source has, by location.
        """
        skipped: list[Skipped] = []
        rest = iter(sources)
        first = _first(rest, skipped)
        if first is None:
            outcome.skipped += skipped
            return
        self._encoder = self._encoder or self._make()
        report = ingest(
            self.store,
            self._encoder,
            chain(skipped, [first], rest),
            self._passage_tokens,
            lambda done, total: self._progress("storing articles", done, total),
            self._workers,
            neighbours=self._neighbours(own),
        )
        self._stored = None
        outcome.added += report.added
        outcome.updated += report.updated
        outcome.moved += report.moved
        outcome.unchanged += len(report.unchanged)
        outcome.skipped += report.skipped

    def _neighbours(self, own: Mapping[str, Stored]) -> Iterator[Raw]:
        """Some articles of the source, so that what it repeats is known in a single new page."""
        every = max(1, len(own) // NEIGHBOURS)
        for location, entry in [*own.items()][::every][:NEIGHBOURS]:
            article = self.store.article(entry.id)
            read = tuple(one for one in article.removed if one.reason != REPEATED)
            yield Raw(location, article.source, article.text, "txt", NOTHING_SAID, read, entry.digest)

    def remove(self, articles: Iterable[str]) -> None:
        with self.store.change() as change:
            for article in articles:
                change.remove(article)
        self.store.settle()
        self._stored = None


def _first(sources: Iterator[Raw | Skipped], skipped: list[Skipped]) -> Raw | None:
    """The first that was read; those before it are added to `skipped`."""
    for source in sources:
        if isinstance(source, Raw):
            return source
        skipped.append(source)
    return None
