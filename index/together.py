"""Several stores read as one: `NAME/ID` is the article ID of the store NAME, and a search has one ranking.

The scores of a search are shares of what is possible (`index/fusion.py`), so those of several stores can be
compared. A store that is gone is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from corpus.article import Article, Passage
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.fusion import STANDARD, Fusion
from index.hit import Hit, Located
from index.languages import REMEMBERED
from index.original import Original
from index.scope import EVERYWHERE, Scope
from index.search import Mode, Query, Searcher, read, terms_in
from index.store import Readable, Summary
from index.versions import NO_HISTORY, History
from index.visibility import Restricted, Sight, spread

_EXACT = 2**48
"""Every reader of JSON keeps numbers below it exactly."""


class Together:
    """A `Readable` of stores by their names, in their order; no name has a slash.

    `searchers` are those of some or all of them, all of one model. `folder` is where what belongs to all of
    them is kept.
    """

    def __init__(
        self, stores: Mapping[str, Readable], searchers: Mapping[str, Searcher], folder: Path
    ) -> None:
        self._stores = dict(stores)
        self._searchers = dict(searchers)
        self.folder = folder

    @property
    def where(self) -> str:
        return ", ".join(store.where for store in self._stores.values())

    @property
    def revision(self) -> int:
        return sum(store.revision for _, store in self._there())

    def stamp(self) -> int:
        return sum(store.stamp() for _, store in self._there()) % _EXACT

    def restricted(self) -> Restricted:
        rows = (
            (_joined(name, id), said)
            for name, store in self._there()
            for said, ids in store.restricted().ids.items()
            for id in ids
        )
        return Restricted(self.revision, spread(rows))

    def seeing(self, sight: Sight) -> Readable:
        """Of each store what is seen; one that hides nothing keeps its searcher."""
        seen = {name: store.seeing(sight) for name, store in self._stores.items()}
        same = {name: one for name, one in self._searchers.items() if seen[name] is self._stores[name]}
        return self if len(same) == len(seen) else Together(seen, same, self.folder)

    @property
    def gone(self) -> bool:
        return not any(True for _ in self._there())

    def meta(self, key: str) -> str | None:
        """Of what is remembered all of it, else what the first says."""
        values = [value for _, store in self._there() if (value := store.meta(key))]
        if key == REMEMBERED:
            return " ".join(dict.fromkeys(" ".join(values).split())) or None
        return values[0] if values else None

    def articles(self) -> list[Summary]:
        found = [
            replace(one, id=_joined(name, one.id), collection=name)
            for name, store in self._there()
            for one in store.articles()
        ]
        return sorted(found, key=lambda one: one.published or "", reverse=True)

    def copies(self) -> list[list[str]]:
        return [[_joined(name, id) for id in ids] for name, store in self._there() for ids in store.copies()]

    def article(self, article_id: str) -> Article:
        name, store, id = self._of(article_id)
        return _article(store.article(id), name)

    def opening(self, article_id: str, characters: int) -> Article:
        name, store, id = self._of(article_id)
        return _article(store.opening(id, characters), name)

    def original(self, article_id: str) -> Original | None:
        _, store, id = self._of(article_id)
        return store.original(id)

    def history(self, article_id: str) -> History:
        name, _, id = article_id.partition("/")
        return self._stores[name].history(id) if name in self.names() else NO_HISTORY

    def former(self, article_id: str) -> str | None:
        name, _, id = article_id.partition("/")
        now = self._stores[name].former(id) if name in self.names() else None
        return _joined(name, now) if now is not None else None

    def passages(self, article_id: str) -> list[Passage]:
        name, store, id = self._of(article_id)
        return [_passage(one, name) for one in store.passages(id)]

    def passage_ids(self, article_id: str) -> list[int]:
        name, store, id = self._of(article_id)
        return [self.joined_id(name, one) for one in store.passage_ids(id)]

    def located(self, ids: Iterable[int]) -> dict[int, Located]:
        by_name = defaultdict(list)
        names = list(self._stores)
        for id in ids:
            by_name[names[id % len(names)]].append(id // len(names))
        return {
            self.joined_id(name, id): located_in(one, name)
            for name, own in by_name.items()
            for id, one in self._stores[name].located(own).items()
        }

    def searcher(self, encoder: Encoder) -> Searcher:
        """With the searchers that it was given, so that no index is in memory twice."""
        made = {name: store.searcher(encoder) for name, store in self._there() if name not in self._searchers}
        return TogetherSearcher(self, {**self._searchers, **made}, encoder)

    def joined_id(self, name: str, passage_id: int) -> int:
        """The id here of a passage of a store."""
        return passage_id * len(self._stores) + list(self._stores).index(name)

    def names(self) -> list[str]:
        """Of those that are there."""
        return [name for name, _ in self._there()]

    def _there(self) -> Iterator[tuple[str, Readable]]:
        return ((name, store) for name, store in self._stores.items() if not store.gone)

    def _of(self, article_id: str) -> tuple[str, Readable, str]:
        """The store of an article, and the id that it has there. CuttingsError where there is none."""
        name, _, id = article_id.partition("/")
        if name not in self.names():
            raise CuttingsError(f"there is no article {article_id!r:.200} in {', '.join(self._stores)}")
        return name, self._stores[name], id


class TogetherSearcher:
    """The `Searcher` of several stores."""

    def __init__(self, store: Together, searchers: Mapping[str, Searcher], encoder: Encoder) -> None:
        self._store = store
        self._searchers = dict(searchers)
        self._encoder = encoder

    @property
    def revision(self) -> int:
        return self._store.revision

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        terms = terms_in(self._store.meta(REMEMBERED), lambda term: self.rarity(term) < 1)
        return read(self._encoder, question, context, weight, recent, terms)

    def search(
        self,
        query: Query,
        k: int,
        mode: Mode = "hybrid",
        scope: Scope = EVERYWHERE,
        fusion: Fusion = STANDARD,
    ) -> list[Hit]:
        found = [
            replace(
                hit,
                passage_id=self._store.joined_id(name, hit.passage_id),
                **located_in(Located(hit.passage, hit.article, hit.text), name)._asdict(),
            )
            for name, searcher in self._there()
            for hit in searcher.search(query, k, mode, _scope(scope, name), fusion)
        ]
        found.sort(key=lambda hit: -hit.score)
        return [replace(hit, rank=rank) for rank, hit in enumerate(found[:k], start=1)]

    def rarity(self, term: str) -> float:
        """The mean, which is 1 only where no store has the term."""
        rarities = [searcher.rarity(term) for _, searcher in self._there()]
        return sum(rarities) / len(rarities) if rarities else 1.0

    def count(self, scope: Scope) -> int:
        return sum(searcher.count(_scope(scope, name)) for name, searcher in self._there())

    def undated(self) -> int:
        return sum(searcher.undated() for _, searcher in self._there())

    def publishers(self) -> set[str]:
        return set().union(*(searcher.publishers() for _, searcher in self._there()))

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        ids = [
            _joined(name, id)
            for name, searcher in self._there()
            for id in searcher.by_date(_scope(scope, name), count, oldest)
        ]
        days = {id: self._store.opening(id, 1).published or "" for id in ids}
        dated = sorted((id for id in ids if days[id]), key=days.__getitem__, reverse=not oldest)
        return [*dated, *(id for id in ids if not days[id])][:count]

    def settle(self) -> None:
        """Each is settled by itself."""

    def _there(self) -> Iterator[tuple[str, Searcher]]:
        return ((name, self._searchers[name]) for name in self._store.names() if name in self._searchers)


def located_in(found: Located, name: str) -> Located:
    """What a store of this name has, as all of them together have it."""
    info = replace(found.article, id=_joined(name, found.article.id), collection=name)
    return Located(_passage(found.passage, name), info, found.text)


def _joined(name: str, article_id: str) -> str:
    return f"{name}/{article_id}"


def _article(article: Article, name: str) -> Article:
    return replace(article, id=_joined(name, article.id), collection=name)


def _passage(passage: Passage, name: str) -> Passage:
    id = _joined(name, passage.article_id)
    sentences = tuple(replace(one, article_id=id) for one in passage.sentences)
    return replace(passage, article_id=id, sentences=sentences)


def _scope(scope: Scope, name: str) -> Scope:
    """What of it concerns a store of this name, by the ids that it has."""
    start = f"{name}/"
    own = frozenset(id.removeprefix(start) for id in scope.without if id.startswith(start))
    return replace(scope, without=own)
