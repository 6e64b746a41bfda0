"""Articles cut into passages and encoded: what a store takes, and nearly all the work of an ingest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.article import Article, Passage
from corpus.errors import CuttingsError
from corpus.passages import passages, searched_text
from corpus.sentences import sentences
from index.encoding.encoder import Encoder
from index.original import Original
from index.store import Changing, Encoded
from index.tokens import terms
from index.versions import History, now

WINDOW = 256
"""Passages encoded together, so that those of like length share a batch; bounds the memory taken."""


_LARGEST = 64 * 1024**2
"""Bytes of the files of articles that are encoded together, for the same reason."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article that a store does not have yet, or not like this."""

    article: Article
    location: str
    digest: str
    original: Original | None = None
    """Its file, where citations are shown in it."""
    replaces: str | None = None
    """The id that the article of this location had until now, if another."""
    follows: str | None = None
    """The id of the article that it is a later version of."""
    history: History | None = None
    """Its past, where that is not to be made of the article that it follows."""

    @property
    def file_size(self) -> int:
        """Bytes of its file."""
        return len(self.original.content) if self.original else 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new article with its passages as a store takes them."""

    new: NewArticle
    passages: tuple[Encoded, ...]

    def put(self, change: Changing) -> None:
        """Store it, in place of what its location had."""
        new = self.new
        history = new.history or (
            change.followed(new.follows, new.article) if new.follows else History(now())
        )
        if new.replaces:
            change.remove(new.replaces)
        change.put(new.article, new.location, new.digest, self.passages, new.original, history)


def prepared(articles: Iterable[NewArticle], encoder: Encoder, passage_tokens: int) -> Iterator[Prepared]:
    """Each article in turn; `passage_tokens` is the size of a passage in word pieces.

    CuttingsError where that is more than the model reads.
    """
    window: list[tuple[NewArticle, tuple[Passage, ...]]] = []
    for new in articles:
        if passage_tokens > encoder.longest:  # asked for here, since the model is needed now anyway
            raise CuttingsError(
                f"passage_tokens = {passage_tokens}, but {encoder.name} reads {encoder.longest} word pieces "
                "at a time, and would not see the rest; set it to at most that in settings.toml"
            )
        article = new.article
        window.append((new, passages(article, sentences(article), encoder.count, passage_tokens)))
        if (
            sum(len(cut) for _, cut in window) >= WINDOW
            or sum(one.file_size for one, _ in window) >= _LARGEST
        ):
            yield from _encoded(window, encoder)
            window = []
    yield from _encoded(window, encoder)


def _encoded(window: list[tuple[NewArticle, tuple[Passage, ...]]], encoder: Encoder) -> Iterator[Prepared]:
    """The passages of some articles, encoded together."""
    texts = [
        searched_text(new.article.info, passage, new.article.text[passage.start : passage.end])
        for new, cut in window
        for passage in cut
    ]
    vectors = encoder.encode_passages(texts)
    lines = iter(texts)
    for new, cut in window:
        yield Prepared(
            new,
            tuple(
                Encoded(passage, terms(next(lines), new.article.language), next(vectors)) for passage in cut
            ),
        )
