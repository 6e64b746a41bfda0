"""What searching derives from the passages of a collection, read at one revision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.folder.visibility import restricted
from index.visibility import Sight


@dataclass(frozen=True, slots=True)
class Row:
    """A passage, and what a filter asks of its article."""

    id: int
    article_id: str
    publisher: str | None
    published: str | None
    terms: str
    """joined by spaces"""
    vector: bytes
    """float32"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of a collection. No other state of any collection has the token.

    "" where the collection was last changed by an older version, or never.
    """

    revision: int
    token: str


class Snapshot:
    """One state of a collection, whoever changes it meanwhile. A passage never changes, nor does its id."""

    def __init__(self, connection: Any) -> None:
        """`connection` is within a transaction, and used by nobody else."""
        self._connection = connection
        revision = int(self._meta("revision") or 0)
        self.mark = Mark(revision, self._meta(f"state {revision}") or "")

    def descends(self, mark: Mark) -> bool:
        """Whether this state was made by changes to that one: no id means something else here."""
        return bool(mark.token) and self._meta(f"state {mark.revision}") == mark.token

    def count(self) -> int:
        """The number of passages; reads an index only, as the rows are large."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM passages INDEXED BY passages_of_article")
        return count

    def ids(self) -> np.ndarray:
        """(n,) int64, the id of each passage, rising; reads an index only."""
        rows = self._connection.execute("SELECT id FROM passages INDEXED BY passages_of_article")
        return np.sort(np.fromiter((id for (id,) in rows), np.int64))

    def after(self, id: int) -> Iterator[Row]:
        """The passages whose id is larger, by id."""
        rows = self._connection.execute(
            "SELECT passages.id, article_id, publisher, published, terms, vector FROM passages"
            " LEFT JOIN articles ON articles.id = article_id WHERE passages.id > ? ORDER BY passages.id",
            [id],
        )
        for row in rows:
            yield Row(*row)

    def hidden(self, sight: Sight) -> np.ndarray:
        """(n,) int64, rising, the ids of the passages of articles that are not seen."""
        hidden = restricted(self._connection).hidden_from(sight)
        sql = (
            "SELECT passages.id FROM json_each(?) JOIN passages INDEXED BY passages_of_article"
            " ON article_id = value"
        )
        rows = self._connection.execute(sql, [json.dumps([*hidden])]) if hidden else ()
        return np.sort(np.fromiter((id for (id,) in rows), np.int64))

    def _meta(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return row[0] if row else None
