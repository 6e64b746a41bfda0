"""What a store of articles is, wherever it is: what goes into it, what comes out, and what it does.

It knows neither of the two that there are, in a folder (`index/folder`) and on Milvus (`index/milvus`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus.article import Article, Passage, Removed
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.hit import Located
from index.original import Original
from index.search import Searcher
from index.versions import NO_HISTORY, History
from index.visibility import Restricted, Rules, Sight


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of articles shows of one."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    source: str
    location: str
    characters: int
    passages: int
    topics: tuple[str, ...] = field(default=(), compare=False)
    """Of a collection in a folder; on Milvus a list shows none."""
    collection: str | None = None
    """Its name, where several are read as one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What decides whether a source has changed since it was stored."""

    id: str
    digest: str
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A passage ready to be stored."""

    passage: Passage
    terms: Sequence[str]
    vector: np.ndarray
    """(d,) float32, unit length"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds, and what was copied for it; sizes in bytes."""

    folder: Path
    articles: int
    passages: int
    files: int
    size: int
    copied: int
    """Bytes of files that the backup before did not have just so."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `before` is where the collection is now that was there; None: there was none."""

    articles: int
    passages: int
    before: Path | None


class Busy(CuttingsError):
    """Another process is changing the store."""


class Gone(CuttingsError):
    """What was opened is no longer where it was; `name` is that of the collection, of several."""

    def __init__(self, name: str = "") -> None:
        which = f" {name}" if name else ""
        super().__init__(f"the collection{which} was deleted or replaced since it was opened; start again")


class Changing(Protocol):
    """What can be done to a store while it is being changed."""

    def set(self, key: str, value: str) -> None:
        """Store a setting with the collection."""

    def put(
        self,
        article: Article,
        location: str,
        digest: str,
        passages: Iterable[Encoded],
        original: Original | None = None,
        history: History = NO_HISTORY,
    ) -> None:
        """Store an article in place of the one that has its id, and of that one's past.

        `original` is its file, of at most `Store.largest_original` bytes.
        """

    def followed(self, article_id: str, by: Article) -> History:
        """The past of an article that takes the place of another one, which is still there."""

    def keep(self, article_id: str, history: History) -> None:
        """Store the older versions of an article that is there, in place of those that it has."""

    def move(self, article_id: str, location: str, source: str) -> None:
        """Note that an article's source now lies elsewhere."""

    def remove(self, article_id: str) -> bool:
        """Whether there was an article to remove."""

    def show(self, article_id: str, visibility: str) -> None:
        """Say who may see an article; that stays when it is stored again, or removed and comes back.

        `index.visibility.UNSET`: nothing is said of it any more. CuttingsError where the store hides nothing.
        """

    def show_by(self, rules: Rules) -> None:
        """Say who may see which articles, those that come later too, in place of what was said. As `show`."""


class Readable(Protocol):
    """What answering needs of articles: of one store, or of several read as one (`index/together.py`)."""

    @property
    def where(self) -> str:
        """The folder or the URL, without any secret."""

    @property
    def folder(self) -> Path:
        """Where settings.toml, feedback, reports and uploads are kept."""

    @property
    def revision(self) -> int:
        """Another number after each change; 0 while nothing was ever stored."""

    @property
    def gone(self) -> bool:
        """Whether what was opened is no longer where it was: deleted, or another in its place."""

    def stamp(self) -> int:
        """A number for what the articles are: another when one has changed, whatever else there is."""

    def restricted(self) -> Restricted:
        """The articles that not everybody may see; also such as were removed since."""

    def seeing(self, sight: Sight) -> Readable:
        """The same as if what this does not see were not there, in the statistics of search neither."""

    def meta(self, key: str) -> str | None:
        """A setting that is stored with the collection."""

    def articles(self) -> list[Summary]:
        """Every article, newest first, those without a date last."""

    def copies(self) -> list[list[str]]:
        """The ids of articles that are copies of one story, those of a story together, in no certain order.

        Nothing on Milvus.
        """

    def article(self, article_id: str) -> Article:
        """CuttingsError when there is no such article."""

    def opening(self, article_id: str, characters: int) -> Article:
        """An article with at most so many characters of its text. CuttingsError as `article`."""

    def original(self, article_id: str) -> Original | None:
        """The file that an article came from; None where it is not kept, or there is no such article."""

    def history(self, article_id: str) -> History:
        """The past of an article, without versions that are damaged; empty where there is no such article."""

    def former(self, article_id: str) -> str | None:
        """The id of the article that had this one in an older version; None where there is none."""

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, in the order of the text."""

    def passage_ids(self, article_id: str) -> list[int]:
        """The ids of the passages of an article, as `located` knows them, in the order of the text."""

    def located(self, ids: Iterable[int]) -> dict[int, Located]:
        """The passages with these ids, those that are still there. No article is read whole for them."""

    def searcher(self, encoder: Encoder) -> Searcher:
        """Search, with the model that it was made with. CuttingsError where that is another."""


class Store(Readable, Protocol):
    """Articles and their passages. Each article is there wholly or not at all."""

    @property
    def shared(self) -> bool:
        """Whether several processes may change it at a time."""

    @property
    def hides(self) -> bool:
        """Whether it can keep articles from some of those who ask."""

    @property
    def largest_original(self) -> int:
        """Bytes of an article's own file that can be stored with it at most."""

    @property
    def disk(self) -> int:
        """Bytes that it takes on this machine's disk; 0 where it is elsewhere."""

    def require(self, key: str, value: str) -> None:
        """CuttingsError when the collection was made with another value of a setting."""

    def encoded(self, article_id: str) -> list[Encoded]:
        """The passages of an article as another store takes them, in the order of the text."""

    def stored(self) -> dict[str, Stored]:
        """What is stored, by location."""

    def rules(self) -> Rules:
        """What is said of who may see which articles, of many at once."""

    def given(self) -> dict[str, str]:
        """The same of single articles, by id."""

    def seeing(self, sight: Sight) -> Store:
        """As `Readable.seeing`; it is changed as a whole all the same."""

    def unsound(self) -> list[str]:
        """What is wrong with the whole, a line each: its file, its passages, what is derived."""

    def damage(self, article_id: str) -> list[str]:
        """What of an article, its passages and its file is not as it was stored, a line each.

        Nothing where an older version stored it, which kept no digests.
        """

    def mend(self) -> list[str]:
        """Put right what needs no article's source; what was done, a line each."""

    def settle(self) -> None:
        """Bring what searching derives from the articles up to date, where the store does not by itself."""

    def changed_by_others(self) -> bool:
        """Whether others have changed it since this was asked before; asked within a change."""

    def change(self) -> AbstractContextManager[Changing]:
        """Changes, made when the block ends; on Milvus, some of them before, an article each at once.

        Busy where another process does so for longer than a few seconds, and only one may at a time.
        """

    def close(self) -> None: ...


def setting(key: str, value: str) -> str:
    """A setting as it is stored with a collection, by this version or an older one.

    Older ones also stored vectors made by a reader, and its name behind the model's; the vectors that are
    searched were the model's own all the same.
    """
    return value.removesuffix(" with reader-1") if key == "model" else value
