"""The data types of the text: an article, and the spans that point into it.

Offsets are counted in characters (Python `str` indices) of `Article.text`, the end exclusive.
`Article.text` is the source as it was read, character for character, so an offset into it is an
offset into the decoded file; what is not the story is not cut out but listed in `removed`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Removed:
    """A stretch of the text that is not the story, and the rule that says so."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What is shown of an article beside its text; see `Article`."""

    id: str
    title: str
    source: str
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    untitled: bool = False
    """Whether the title is only the beginning of the first sentence, shortened."""
    author: str | None = None
    updated: str | None = None
    pages: tuple[int, ...] = ()
    collection: str | None = None

    def page(self, offset: int) -> int | None:
        """The page that the character at `offset` stands on, from 1; None where there are no pages."""
        return max(bisect_right(self.pages, offset), 1) if self.pages else None


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `published` is an ISO date (YYYY-MM-DD) where the source gives one."""

    id: str
    title: str
    text: str
    source: str
    """File name (relative to the folder that was ingested) or URL that the article came from."""
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    topics: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    """Ordered and disjoint."""
    author: str | None = None
    updated: str | None = None
    """ISO date of the last change that the source names."""
    fetched: str | None = None
    """ISO date on which it was fetched from its address; None of files."""
    section: str | None = None
    language: str | None = None
    """Two letters (ISO 639-1)."""
    pages: tuple[int, ...] = ()
    """Where each page of its file begins, in order; a page without text begins where the next one does."""
    visibility: str | None = None
    """Who may see it, as its source says (`index/visibility.py`); None where that says nothing."""
    collection: str | None = None
    """The name of its collection, where several are read as one; then `id` begins with it."""

    def story(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """The (start, end) of each stretch of `text[start:end]` that is not removed, in order."""
        end = len(self.text) if end is None else end
        first = bisect_right(self.removed, start, key=lambda removed: removed.end)
        for at in range(first, len(self.removed)):  # not a slice: a page may have many removed spans
            removed = self.removed[at]
            if removed.start >= end:
                break
            if start < removed.start:
                yield start, removed.start
            start = removed.end
        if start < end:
            yield start, end

    @property
    def info(self) -> ArticleInfo:
        return ArticleInfo(
            self.id,
            self.title,
            self.source,
            self.publisher,
            self.published,
            self.url,
            self._untitled(),
            self.author,
            self.updated,
            self.pages,
            self.collection,
        )

    def opening(self, characters: int) -> Article:
        """The same with at most so many characters of its text; the pages stay those of the whole."""
        within = [one for one in self.removed if one.start < characters]
        removed = tuple(replace(one, end=min(one.end, characters)) for one in within)
        return replace(self, text=self.text[:characters], removed=removed)

    def tells_info(self) -> bool:
        """Whether `info` would be the same with any further text behind this."""
        return bool(self._story()[len(self._bare_title()) :].strip(" ."))

    def _untitled(self) -> bool:
        story, title = self._story(), self._bare_title()
        line = story.splitlines()[0].rstrip(" .") if story else ""
        return story.startswith(title) and line != title

    def _bare_title(self) -> str:
        return self.title.rstrip("…. ")

    def _story(self) -> str:
        """The text from its first character on that is not removed."""
        written = (start for start, end in self.story() if self.text[start:end].strip())
        return self.text[next(written, len(self.text)) :].lstrip()


INFO_CHARACTERS = 4096
"""Of a text, which nearly always tell what `info_of` asks."""


def info_of(opening: Callable[[int], Article]) -> ArticleInfo:
    """What is shown of an article; `opening` gives the article with at most so many characters of its text.

    No more of it is read than tells whether the title is only its beginning.
    """
    characters = INFO_CHARACTERS
    while len((article := opening(characters)).text) == characters and not article.tells_info():
        characters *= 2
    return article.info


SentenceKind = Literal["prose", "item", "caption", "heading"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable unit: `article.text[start:end]`, without surrounding white space.

    `kind` is "prose", "item" (of a list, its bullet left out), "caption" (of a picture or a table) or
    "heading" (never quoted).
    """

    article_id: str
    start: int
    end: int
    kind: SentenceKind = "prose"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences, `article.text[start:end]`, that is searched as one.

    `heading` is the nearest heading above it ("" where there is none), and behind it, of rows of a table, the
    names of its columns, or that it is a caption. No removed text lies inside.
    """

    article_id: str
    start: int
    end: int
    heading: str
    sentences: tuple[Sentence, ...]
