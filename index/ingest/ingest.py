"""Sources into a collection: cleaned, cut, encoded and stored, a batch at a time.

An ingest that ends in the middle leaves what it has stored; the next one finds it unchanged and goes on
behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain

from corpus.article import Article
from corpus.clean import NothingLeft, clean, repeated_blocks
from corpus.errors import CuttingsError
from corpus.formats import formats
from corpus.naming import slug
from corpus.read import Raw, Skipped
from index.encoding.encoder import Encoder
from index.ingest.batches import Batches, ChangedByOthers
from index.ingest.identity import Addresses, last_day
from index.ingest.late import LateVersions
from index.ingest.missing import is_missing, missing
from index.ingest.preparation import NewArticle, Prepared, prepared
from index.ingest.spool import Spool
from index.ingest.tags import carry, tagged
from index.ingest.workers import WHOLE, Shard, Workers
from index.original import Original
from index.store import Store, Stored
from index.visibility import PUBLIC, visibility


@dataclass(slots=True)
class Report:
    """What became of each source; lists of article ids."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    """The same file in another place."""
    same: list[tuple[str, str]] = field(default_factory=list)
    """Sources that are an article once more which is there already, with its id, which is unchanged."""
    skipped: list[Skipped] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Articles of the collection whose file is no longer in its folder."""
    unreachable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By folder, articles of the collection whose whole folder is missing, or not mounted."""
    without_original: list[str] = field(default_factory=list)
    """Articles that are stored, but not the file itself that citations are shown in: it is too large."""
    others: int = 0
    """Sources of other shards."""
    stored: int = 0
    """Articles that were encoded and stored."""
    emptied: int = 0
    """Those of `skipped` that were read, and had nothing to quote."""

    def note(self, became: str, article_id: str) -> None:
        """Add an article to the list of this name."""
        getattr(self, became).append(article_id)

    @property
    def passed_over(self) -> int:
        """Sources that were read and are not to be encoded."""
        return len(self.unchanged) + len(self.moved) + self.others + self.emptied


def ingest(
    store: Store,
    encoder: Encoder,
    sources: Iterable[Raw | Skipped],
    passage_tokens: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    workers: Workers | None = None,
    shard: Shard = WHOLE,
    neighbours: Iterable[Raw] = (),
) -> Report:
    """Add new and changed articles; the same source with the same content is not encoded again.

    `passage_tokens` is the size of a passage in word pieces. `progress` hears of articles done, those that
    have not changed among them, and their total. Articles are stored a batch at a time (`batches.py`), and
    what is stored stays when anything fails later; at the end what searching derives from them is brought up
    to date, so that no search has to wait for it. All sources are read, those of the shard are stored.
    `neighbours` are articles that only show what their site repeats on every page.
    """
    with closing(Spool()) as raws:
        skipped = []
        for source in sources:
            if isinstance(source, Raw):
                raws.add(source)
            elif shard.holds(source.source):
                skipped.append(source)
        progress(0, len(raws))
        storing = _Storing(store, encoder, passage_tokens, progress, workers)
        whole = _Sources(raws, repeated_blocks(chain(raws, neighbours)), shard)
        while True:
            report = Report(skipped=[*skipped])
            try:
                storing.store(whole, report)
                break
            except ChangedByOthers:  # seen anew; what is stored is not encoded again
                continue
    store.settle()
    return report


def ingest_articles(
    store: Store,
    encoder: Encoder,
    articles: Iterable[tuple[Article, str, str]],
    passage_tokens: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Articles as another collection holds them, each with its location and digest, into an empty one.

    They were cleaned before and stay as they are, so that every offset into them holds.
    """
    storing = _Storing(store, encoder, passage_tokens, progress, None)
    new = [NewArticle(*one) for one in articles]
    with storing.batches() as batches:
        storing.put(new, len(new), batches, Report())


@dataclass(frozen=True, slots=True)
class _Sources:
    """What was read, and what became of it so far."""

    raws: Spool
    repeated: frozenset[str]
    """Keys of the blocks that are furniture across articles."""
    shard: Shard
    became: dict[str, str] = field(default_factory=dict)
    """By location the list of the report that an article belongs to, though it is found as it is to be."""


@dataclass(frozen=True, slots=True)
class _Storing:
    """Articles into a store."""

    _store: Store
    _encoder: Encoder
    _passage_tokens: int
    _progress: Callable[[int, int], None]
    _workers: Workers | None

    def store(self, sources: _Sources, report: Report) -> None:
        """Whatever is new or has changed; notes in the report what becomes of each source of the shard.

        ChangedByOthers where that has to be done anew for what is not stored yet.
        """
        with self.batches() as batches:
            stored = self._store.stored()
            late = LateVersions()
            self.put(self._new(sources, stored, batches, report, late), len(sources.raws), batches, report)
            late.keep(self._store, batches.change)
            without_file = missing(stored, report.moved)
            report.missing, report.unreachable = list(without_file.deleted), without_file.unreachable

    @contextmanager
    def batches(self) -> Iterator[Batches]:
        """What shapes the collection is noted. CuttingsError where it was made with something else."""
        with Batches(self._store) as batches:
            for key, value in (
                ("model", self._encoder.name),
                ("passage_tokens", str(self._passage_tokens)),
            ):
                self._store.require(key, value)
                batches.change.set(key, value)
            yield batches

    def put(self, articles: Iterable[NewArticle], total: int, batches: Batches, report: Report) -> None:
        """Articles into passages that are encoded and stored; `total` are those passed over too."""
        with closing(self._prepared(articles)) as made:
            for batch in made:
                if isinstance(batch, int):  # stored where they were encoded
                    report.stored += batch
                    batches.stored(batch)
                else:
                    for one in batch:
                        one.put(batches.change)
                        report.stored += 1
                        batches.stored(1)
                self._progress(report.stored + report.passed_over, total)
        self._progress(total, total)

    def _prepared(self, articles: Iterable[NewArticle]) -> Generator[list[Prepared] | int, None, None]:
        if self._workers:
            yield from self._workers.spread(articles, self._passage_tokens, self._store)
        else:
            yield from ([one] for one in prepared(articles, self._encoder, self._passage_tokens))

    def _new(
        self,
        sources: _Sources,
        stored: dict[str, Stored],
        batches: Batches,
        report: Report,
        late: LateVersions,
    ) -> Iterator[NewArticle]:
        """Articles to encode."""
        owners = {entry.id: location for location, entry in stored.items()}
        addresses = Addresses(self._store)
        without_file = {
            entry.digest: (location, entry) for location, entry in stored.items() if is_missing(location)
        }
        for raw in sources.raws:
            self._progress(report.stored + report.passed_over, len(sources.raws))
            if not sources.shard.holds(raw.source):  # its name is kept for it
                report.others += 1
                owners.setdefault(_free(slug(raw), raw.location, owners), raw.location)
                continue
            try:
                article = clean(raw, sources.repeated)
            except NothingLeft as error:
                report.emptied += 1
                report.skipped.append(
                    Skipped(raw.location, raw.source, str(error).removeprefix(f"{raw.source}: "))
                )
                continue
            if problem := self._unshowable(article):
                report.emptied += 1
                report.skipped.append(Skipped(raw.location, raw.source, problem))
                continue
            location = raw.location if raw.location != "-" else f"-{raw.digest}"
            before = stored.get(location)
            if before and owners.get(before.id) != location:  # a newer version took its place
                before = None
            if before and before.digest == raw.digest and before.removed == article.removed:
                report.note(sources.became.get(location, "unchanged"), before.id)
                continue
            if not before and raw.digest in without_file:
                old, entry = without_file.pop(raw.digest)
                batches.change.move(entry.id, location, article.source)
                carry(self._store, batches.change, old, location)
                report.note("moved", entry.id)
                sources.became[location] = "moved"
                continue
            twin = None if before else addresses.same(article, location)
            if twin and is_missing(twin.location):
                twin = None
            if twin and last_day(article) <= twin.day:
                if last_day(article) < twin.day:
                    late.add(twin.id, article, raw.digest)
                report.note("unchanged", twin.id)
                report.same.append((raw.source, twin.id))
                continue
            became, replaces, history = "updated" if before or twin else "added", None, None
            follows = before.id if before else twin.id if twin else None
            if twin:  # a later version of it stands here
                article = replace(article, id=twin.id)
                owners[twin.id] = location
            if before and before.id != article.id:
                owners.pop(before.id)
                replaces = before.id
            article = replace(article, id=_free(article.id, location, owners))
            owners[article.id] = location
            addresses.add(article, location)
            report.note(became, article.id)
            sources.became[location] = became
            if replaces and self._workers and self._store.shared:
                # Who encodes stores, in any order: another article may have this id by then.
                history = batches.change.followed(replaces, article)
                batches.change.remove(replaces)
                replaces = None
            article = tagged(self._store, article, location)
            original = self._original(sources.raws, raw, article.id, report)
            yield NewArticle(article, location, raw.digest, original, replaces, follows, history)

    def _unshowable(self, article: Article) -> str:
        """Why an article cannot be kept from those whom its source keeps it from; "" where it can."""
        said = article.visibility
        if said in (None, PUBLIC):
            return ""
        try:
            visibility(said)
        except CuttingsError as error:
            return f"its visibility: {error}"
        if self._store.hides:
            return ""
        return f"it is {said}, and a collection on Milvus cannot hide articles; keep it in a folder"

    def _original(self, raws: Spool, raw: Raw, article_id: str, report: Report) -> Original | None:
        """The file that citations are shown in, where there is one and the store has room for it."""
        size = raws.original_size(raw.location)
        if size > self._store.largest_original:
            report.without_original.append(article_id)
        elif size:
            content = raws.original(raw.location)
            return Original(formats.media_type_of(content), content, raw.pages)
        return None


def _free(id: str, location: str, owners: dict[str, str]) -> str:
    """The id, with a suffix made of the location where another article has it already."""
    if owners.get(id, location) == location:
        return id
    return f"{id}-{hashlib.sha256(location.encode()).hexdigest()[:8]}"
