"""Sources into a collection: cleaned, cut, encoded and stored, as one change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.article import Article, Passage
from corpus.clean import NothingLeft, clean, repeated_blocks
from corpus.passages import dress, passages
from corpus.read import Raw, Skipped
from corpus.sentences import sentences
from index.collection import Change, Collection, Encoded, Stored
from index.embed import Encoder
from index.tokens import terms

_WINDOW = 256
"""Passages encoded together, so that those of like length share a batch; bounds the memory taken."""


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
    """Articles of the collection whose file is no longer there."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """An article with its passages, yet to be encoded."""

    article: Article
    location: str
    digest: str
    passages: tuple[Passage, ...]


def ingest(
    collection: Collection,
    encoder: Encoder,
    sources: Iterable[Raw | Skipped],
    passage_tokens: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Add new and changed articles; the same source with the same content is not encoded again.

    `passage_tokens` is the size of a passage in word pieces. `progress` hears of articles done and
    their total. All of it is one change: when anything fails, the collection is as it was.
    """
    report = Report()
    raws: list[Raw] = []
    for source in sources:
        if isinstance(source, Skipped):
            report.skipped.append(source)
        else:
            raws.append(source)
    with collection.change() as change:
        _shape(collection, encoder, passage_tokens, change)
        stored = collection.stored()
        _cut(list(_new(raws, stored, change, report)), encoder, passage_tokens, change, progress)
        report.missing = [
            entry.id
            for location, entry in stored.items()
            if is_gone(location) and entry.id not in report.moved
        ]
    return report


def ingest_articles(
    collection: Collection,
    encoder: Encoder,
    articles: Iterable[tuple[Article, str, str]],
    passage_tokens: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Articles as another collection holds them, each with its location and digest, into an empty one.

    They were cleaned before and stay as they are, so that every offset into them holds. All is one change.
    """
    with collection.change() as change:
        _shape(collection, encoder, passage_tokens, change)
        _cut(list(articles), encoder, passage_tokens, change, progress)


def _shape(collection: Collection, encoder: Encoder, passage_tokens: int, change: Change) -> None:
    """Note what shapes the collection. CuttingsError where it was made with something else."""
    for key, value in (("model", encoder.name), ("passage_tokens", str(passage_tokens))):
        collection.require(key, value)
        change.set(key, value)


def _cut(
    articles: Sequence[tuple[Article, str, str]],
    encoder: Encoder,
    passage_tokens: int,
    change: Change,
    progress: Callable[[int, int], None],
) -> None:
    """Articles, each with its location and digest, into passages that are encoded and stored."""
    window: list[_Cut] = []
    for done, (article, location, digest) in enumerate(articles, start=1):
        cut = passages(article, sentences(article), encoder.count, passage_tokens)
        window.append(_Cut(article, location, digest, cut))
        if done == len(articles) or sum(len(waiting.passages) for waiting in window) >= _WINDOW:
            _store(window, encoder, change)
            window = []
            progress(done, len(articles))


def _new(
    raws: list[Raw], stored: dict[str, Stored], change: Change, report: Report
) -> Iterator[tuple[Article, str, str]]:
    """Articles to encode, with location and digest; notes in the report what becomes of each source."""
    repeated = repeated_blocks(raws)
    owners = {entry.id: location for location, entry in stored.items()}
    gone = {entry.digest: entry for location, entry in stored.items() if is_gone(location)}
    for raw in raws:
        try:
            article = clean(raw, repeated)
        except NothingLeft as error:
            report.skipped.append(
                Skipped(raw.location, raw.source, str(error).removeprefix(f"{raw.source}: "))
            )
            continue
        location = raw.location if raw.location != "-" else f"-{raw.digest}"
        before = stored.get(location)
        if before and before.digest == raw.digest and before.removed == article.removed:
            report.unchanged.append(before.id)
        elif not before and raw.digest in gone:
            entry = gone.pop(raw.digest)
            change.move(entry.id, location, article.source)
            report.moved.append(entry.id)
        else:
            if before and before.id != article.id:
                change.remove(before.id)
                owners.pop(before.id)
            article = replace(article, id=_free(article.id, location, owners))
            owners[article.id] = location
            (report.updated if before else report.added).append(article.id)
            yield article, location, raw.digest


def _free(wanted: str, location: str, owners: dict[str, str]) -> str:
    """The id, with a suffix made of the location where another article has it already."""
    if owners.get(wanted, location) == location:
        return wanted
    return f"{wanted}-{hashlib.sha256(location.encode()).hexdigest()[:8]}"


def _store(window: Iterable[_Cut], encoder: Encoder, change: Change) -> None:
    """Encode the passages of some articles together and put them into the change."""
    dressed = [
        (dress(cut.article, passage), cut.article.text[passage.start : passage.end])
        for cut in window
        for passage in cut.passages
    ]
    encodings = encoder.encode_passages([context + text for context, text in dressed])
    lines = iter(dressed)
    for cut in window:
        encoded = []
        for passage in cut.passages:
            context, text = next(lines)
            encoding = next(encodings)
            inside = encoding.offsets[:, 0] >= len(context)
            encoded.append(
                Encoded(
                    passage,
                    terms(context + text),
                    encoding.vector,
                    encoding.tokens[inside],
                    encoding.offsets[inside] - len(context) + passage.start,
                )
            )
        change.put(cut.article, cut.location, cut.digest, encoded)


def is_gone(location: str) -> bool:
    """Whether the article came from a file that is no longer there."""
    return Path(location).is_absolute() and not Path(location).exists()
