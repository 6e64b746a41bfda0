"""Sources into a collection: cleaned, cut, encoded and stored, as one change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from corpus.article import Article
from corpus.clean import NothingLeft, clean, repeated_blocks
from corpus.formats import formats
from corpus.naming import slug
from corpus.read import Raw, Skipped
from index.encoding.encoder import Encoder
from index.ingest.missing import is_missing, missing
from index.ingest.preparation import NewArticle, prepared
from index.ingest.spool import Spool
from index.ingest.workers import WHOLE, Shard, Workers
from index.original import Original
from index.store import Changing, Store, Stored


@dataclass(slots=True)
class Report:
    """What became of each source; lists of article ids."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    """The same file in another place."""
    skipped: list[Skipped] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Articles of the collection whose file is no longer in its folder."""
    unreachable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By folder, articles of the collection whose whole folder is missing, or not mounted."""
    without_original: list[str] = field(default_factory=list)
    """Articles that are stored, but not the file itself that citations are shown in: it is too large."""
    others: int = 0
    """Sources of other shards."""
    emptied: int = 0
    """Those of `skipped` that were read, and had nothing to quote."""

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
) -> Report:
    """Add new and changed articles; the same source with the same content is not encoded again.

    `passage_tokens` is the size of a passage in word pieces. `progress` hears of articles done and their
    total. In a folder all of it is one change: when anything fails, the collection is as it was; then what
    searching derives from it is brought up to date, so that no search has to wait for it. On Milvus, the
    articles that are done stay. All sources are read, those of the shard are stored.
    """
    report = Report()
    with closing(Spool()) as raws:
        for source in sources:
            if isinstance(source, Raw):
                raws.add(source)
            elif shard.holds(source.source):
                report.skipped.append(source)

        def left() -> int:
            """Articles that are to be encoded, as far as is known by now."""
            return len(raws) - report.passed_over

        with store.change() as change:
            _shape(store, encoder, passage_tokens, change)
            stored = store.stored()
            new = _new(raws, stored, change, report, shard, store.largest_original)
            _put(new, left, store, encoder, passage_tokens, change, progress, workers)
            without_file = missing(stored, report.moved)
            report.missing, report.unreachable = list(without_file.deleted), without_file.unreachable
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

    They were cleaned before and stay as they are, so that every offset into them holds. All is one change.
    """
    with store.change() as change:
        _shape(store, encoder, passage_tokens, change)
        new = [NewArticle(*one) for one in articles]
        _put(new, lambda: len(new), store, encoder, passage_tokens, change, progress, None)


def _shape(store: Store, encoder: Encoder, passage_tokens: int, change: Changing) -> None:
    """Note what shapes the collection. CuttingsError where it was made with something else."""
    for key, value in (("model", encoder.name), ("passage_tokens", str(passage_tokens))):
        store.require(key, value)
        change.set(key, value)


def _put(
    articles: Iterable[NewArticle],
    total: Callable[[], int],
    store: Store,
    encoder: Encoder,
    passage_tokens: int,
    change: Changing,
    progress: Callable[[int, int], None],
    workers: Workers | None,
) -> None:
    """Articles into passages that are encoded and stored."""
    done = 0
    made = (
        workers.spread(articles, passage_tokens, store)
        if workers
        else ([one] for one in prepared(articles, encoder, passage_tokens))
    )
    for batch in made:
        if isinstance(batch, int):  # stored where they were encoded
            done += batch
        else:
            for one in batch:
                one.put(change)
            done += len(batch)
        progress(done, total())


def _new(
    raws: Spool,
    stored: dict[str, Stored],
    change: Changing,
    report: Report,
    shard: Shard,
    largest_original: int,
) -> Iterator[NewArticle]:
    """Articles to encode; notes in the report what becomes of each source of the shard."""
    repeated = repeated_blocks(raws)
    owners = {entry.id: location for location, entry in stored.items()}
    without_file = {entry.digest: entry for location, entry in stored.items() if is_missing(location)}
    for raw in raws:
        if not shard.holds(raw.source):  # its name is kept for it
            report.others += 1
            owners.setdefault(_free(slug(raw), raw.location, owners), raw.location)
            continue
        try:
            article = clean(raw, repeated)
        except NothingLeft as error:
            report.emptied += 1
            report.skipped.append(
                Skipped(raw.location, raw.source, str(error).removeprefix(f"{raw.source}: "))
            )
            continue
        location = raw.location if raw.location != "-" else f"-{raw.digest}"
        before = stored.get(location)
        if before and before.digest == raw.digest and before.removed == article.removed:
            report.unchanged.append(before.id)
        elif not before and raw.digest in without_file:
            entry = without_file.pop(raw.digest)
            change.move(entry.id, location, article.source)
            report.moved.append(entry.id)
        else:
            if before and before.id != article.id:
                change.remove(before.id)
                owners.pop(before.id)
            article = replace(article, id=_free(article.id, location, owners))
            owners[article.id] = location
            (report.updated if before else report.added).append(article.id)
            original = _original(raw)
            if original and len(original.content) > largest_original:
                report.without_original.append(article.id)
                original = None
            yield NewArticle(article, location, raw.digest, original)


def _original(raw: Raw) -> Original | None:
    return Original(formats.media_type_of(raw.original), raw.original, raw.pages) if raw.original else None


def _free(id: str, location: str, owners: dict[str, str]) -> str:
    """The id, with a suffix made of the location where another article has it already."""
    if owners.get(id, location) == location:
        return id
    return f"{id}-{hashlib.sha256(location.encode()).hexdigest()[:8]}"
