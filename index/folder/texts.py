"""The articles in a collection's file, their texts in parts: the only file that knows how they are cut.

The first part is in the article's own row, so that a short article has no other. Of a long one only the
parts are read that are asked for. An article of formats 1 and 2 has its whole text in its row; formats 1 to 3
know neither who wrote it and the like, nor its pages and the file itself. What is read of a text is compared
with its digest (`digests.py`) before anybody sees it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from corpus.article import Article, Removed
from corpus.errors import CuttingsError
from index.folder.digests import ABOUT, digest, part_digest, split
from index.folder.rows import fetched
from index.original import Original, packed, unpacked

PART = 32_768
"""Characters of a part but the last. May be raised, and not lowered: older parts would not be found."""

PARTS = """
CREATE TABLE IF NOT EXISTS parts (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start_offset INTEGER NOT NULL,  -- of the part's first character in the text
    text TEXT NOT NULL,
    PRIMARY KEY (article_id, start_offset)
) WITHOUT ROWID
"""
MORE = "more TEXT NOT NULL DEFAULT '{}'"
"""The column of what few articles have: a JSON object of the fields in `_MORE` that are not empty, and `seen`
of `index/versions.py`."""
ORIGINALS = """
CREATE TABLE IF NOT EXISTS originals (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL,
    pages BLOB NOT NULL             -- index/original.py
)
"""
_MORE = ("author", "updated", "fetched", "section", "language", "pages", "visibility")
_NO_MORE = "'{}' AS more"
_NO_PARTS = "(SELECT '' AS article_id, 0 AS start_offset, '' AS text LIMIT 0)"


class Damaged(CuttingsError):
    """What is stored of an article is not what was stored."""

    def __init__(self, article_id: str) -> None:
        super().__init__(
            f"what is stored of {article_id} was damaged on the disk and is not quoted; "
            "`cuttings verify --repair` makes it anew from its file"
        )
        self.article_id = article_id


@dataclass(frozen=True, slots=True)
class _Known:
    """What an article's text is known by."""

    characters: int
    parts: frozenset[bytes]
    """The digests of its parts."""


class Texts:
    """The articles as one connection sees them, within a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        # Another process may bring the file to this version's format at any moment.
        sql = (
            "SELECT value, EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'digests') FROM meta"
            " WHERE key = 'format'"
        )
        found, digests = connection.execute(sql).fetchone()
        format = int(found)
        self._columns = f"{', '.join(ABOUT[:-1])}, {'more' if format >= 4 else _NO_MORE}, text"
        self._from = "articles"
        if digests:
            self._columns += ", digests.characters, digests.about, digests.parts"
            self._from += " LEFT JOIN digests ON article_id = id"
        self._known: dict[str, _Known] = {}
        self.damaged: set[str] = set()
        """Articles of which something that was read is not what was stored."""
        self.parts = "parts" if format >= 3 else _NO_PARTS
        """The table of all parts but the first of each article, to select from."""
        self._originals = format >= 4

    def beginnings(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids that there are, each with the first part of its text only.

        Without those that are damaged.
        """
        wanted = list(ids)
        found = {}
        for row in fetched(
            self._connection,
            f"SELECT {self._columns} FROM {self._from} WHERE id IN ({', '.join('?' * len(wanted))})",
            wanted,
        ):
            id, text = row[0], row[len(ABOUT)]
            if self._is_damaged(row):
                self.damaged.add(id)
                continue
            about = dict(zip(ABOUT, row, strict=False))
            found[id] = Article(
                text=text,
                topics=tuple(json.loads(about["topics"])),
                removed=removed_of(about["removed"]),
                **{name: about[name] for name in ("id", "title", "source", "publisher", "published", "url")},
                **_more_of(about["more"]),
            )
        return found

    def _is_damaged(self, row: tuple) -> bool:
        about, text, known = row[: len(ABOUT)], row[len(ABOUT)], row[len(ABOUT) + 1 :]
        if not known:  # an older version's, which has no digests
            return False
        characters, of_about, of_parts = known
        if of_about is None or digest(about) != of_about:
            return True
        self._known[row[0]] = _Known(characters, frozenset(split(of_parts)))
        return part_digest(0, text) not in self._known[row[0]].parts

    def opening(self, beginning: Article, characters: int) -> Article:
        """The article, of which the first part is given, with at most so many characters of its text."""
        return replace(beginning, text=self.between(beginning, 0, characters)).opening(characters)

    def between(self, beginning: Article, start: int, end: int) -> str:
        """`text[start:end]` of the article of which the first part is given. Damaged where it is not that."""
        if end <= len(beginning.text):
            return beginning.text[start:end]
        rows = fetched(
            self._connection,
            f"SELECT start_offset, text FROM {self.parts}"
            " WHERE article_id = ? AND start_offset > ? AND start_offset < ? ORDER BY start_offset",
            [beginning.id, start - PART, end],
        )
        text = beginning.text[start:] + "".join(part[max(start - at, 0) : end - at] for at, part in rows)
        known = self._known.get(beginning.id)
        if known and (
            len(text) != max(min(end, known.characters) - start, 0)
            or any(part_digest(at, part) not in known.parts for at, part in rows)
        ):
            self.damaged.add(beginning.id)
            raise Damaged(beginning.id)
        return text

    def original(self, article_id: str) -> Original | None:
        if not self._originals:
            return None
        row = self._connection.execute(
            "SELECT media_type, content, pages FROM originals WHERE article_id = ?", [article_id]
        ).fetchone()
        return Original(row[0], row[1], unpacked(row[2])) if row else None


def removed_of(stored: str) -> tuple[Removed, ...]:
    """The removed spans of an article, as its row has them."""
    return tuple(Removed(*row) for row in json.loads(stored))


def more(article: Article, seen: str) -> str:
    """What goes into the column `MORE`; `seen` as `index/versions.py` has it, of the newest version."""
    found = {name: value for name in _MORE if (value := getattr(article, name))}
    return json.dumps({**found, **({"seen": seen} if seen else {})})


def _more_of(stored: str) -> dict[str, Any]:
    found = json.loads(stored)
    found.pop("seen", None)
    return {**found, "pages": tuple(found["pages"])} if "pages" in found else found


def first_part(text: str) -> str:
    return text[:PART]


def put_parts(connection: Any, article_id: str, text: str) -> None:
    """Store all parts but the first of an article that has none."""
    starts = range(PART, len(text), PART)
    rows = ([article_id, start, text[start : start + PART]] for start in starts)
    connection.executemany("INSERT INTO parts VALUES (?, ?, ?)", rows)


def put_original(connection: Any, article_id: str, original: Original) -> None:
    """Store the file of an article that has none."""
    connection.execute(
        "INSERT INTO originals VALUES (?, ?, ?, ?)",
        [article_id, original.media_type, original.content, packed(original.pages)],
    )
