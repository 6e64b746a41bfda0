"""Which article a source is once more: a page that was saved and is fetched too, or that has two addresses.

They say the same canonical address of themselves, and most of the words are the same: an address by itself is
no proof, since a site may give that of its front page on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from datasketch import MinHash

from corpus.article import Article
from corpus.errors import CuttingsError
from corpus.web.addresses import normal
from index.copies import signature
from index.store import Store

_SAME = 0.5
"""The share of all runs of words that both have, from which on they are one article, or versions of one."""


@dataclass(slots=True)
class Known:
    """An article of an address; `signature` is made when it is first compared."""

    id: str
    location: str
    day: str
    """ISO date of its last change, "" where there is none."""
    signature: MinHash | None = None


class Addresses:
    """The articles of a collection by the addresses that they give themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _known(self) -> dict[str, Known]:
        known: dict[str, Known] = {}
        for one in self._store.articles():
            if one.url and (key := _key(one.url)):
                known.setdefault(key, Known(one.id, one.location, one.published or ""))
        return known

    def same(self, article: Article, location: str) -> Known | None:
        """The other one that the article at this location is once more; None where it is none, or its own."""
        known = self._known.get(_key(article.url)) if article.url else None
        if known is None or known.location == location:
            return None
        try:
            stored = self._store.article(known.id) if known.signature is None else None
        except CuttingsError:  # removed meanwhile
            return None
        if stored:
            known.signature, known.day = signature(stored), last_day(stored)
        assert known.signature
        return known if known.signature.jaccard(signature(article)) >= _SAME else None

    def add(self, article: Article, location: str) -> None:
        """Note an article that is about to be stored."""
        if article.url and (key := _key(article.url)):
            self._known[key] = Known(article.id, location, last_day(article), signature(article))


def last_day(article: Article) -> str:
    """The ISO date of its last change that is known, or of its publication; "" where there is none."""
    return article.updated or article.published or ""


def _key(url: str) -> str:
    """What tells an address from others, whatever its scheme; "" for a front page, or for none."""
    try:
        parts = urlsplit(normal(url))
    except CuttingsError:
        return ""
    path = parts.path.rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}" if path else ""
