"""The articles as a list shows them; read once for each revision, since a large collection takes a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatbot.filters import Filters
from index.copies import by_story
from index.store import Readable, Summary


class Listing:
    """The list of a collection's articles. Safe to use from several threads."""

    def __init__(self, collection: Readable) -> None:
        self._collection = collection
        self._read: tuple[int, list[Summary]] = (-1, [])
        self._stories: tuple[int, list[list[str]]] = (-1, [])

    @property
    def revision(self) -> int:
        return self._collection.revision

    def stamp(self) -> int:
        """A number for what the articles are, as they are seen."""
        return self._collection.stamp()

    def articles(self) -> list[Summary]:
        """Every article, newest first."""
        revision = self.revision
        read, articles = self._read
        if read != revision:
            articles = self._collection.articles()
            self._read = revision, articles
        return articles

    def found(self, words: str, filters: Filters) -> list[Summary]:
        """With the words in title, publisher, id, source or a topic, in any case, that fit the filters."""
        words = words.casefold().strip()
        return [
            article
            for article in self.articles()
            if filters.hold(article.publisher, article.published)
            and any(
                words in (field or "").casefold()
                for field in (article.title, article.publisher, article.id, article.source, *article.topics)
            )
        ]

    def stories(self, articles: Sequence[Summary]) -> list[list[Summary]]:
        """The articles by the story that they are copies of, in their order; most are one by itself."""
        revision = self.revision
        if self._stories[0] != revision:
            self._stories = revision, self._collection.copies()
        return by_story(articles, self._stories[1])

    def passages(self) -> int:
        return sum(article.passages for article in self.articles())

    def days(self) -> tuple[str | None, str | None]:
        """The first and the last day of publication; None where no article has a date."""
        days = sorted(article.published for article in self.articles() if article.published)
        return (days[0], days[-1]) if days else (None, None)

    def publishers(self) -> list[tuple[str, int]]:
        """Each publisher with its number of articles, by name."""
        return sorted(Counter(article.publisher for article in self.articles() if article.publisher).items())
