"""What is asked of all articles of a collection together: who may see them, what filters and lists ask."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from contextlib import AbstractContextManager
from typing import Any

from index.copies import groups
from index.folder.digests import stamp
from index.folder.rows import fetched
from index.folder.sketches import sketches
from index.folder.visibility import given_of, restricted, rules_of
from index.scope import Scope
from index.visibility import Restricted, Rules


class Facts:
    """The part of `index.folder.collection.Collection` that reads no text."""

    def __init__(self) -> None:
        self._restricted = Restricted(-1)

    @property
    def revision(self) -> int:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[Any]:
        raise NotImplementedError

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple]:
        with self._reading() as connection:
            return fetched(connection, sql, parameters)

    # Who may see what

    def restricted(self) -> Restricted:
        """The same object while the collection is not changed."""
        if self._restricted.revision != self.revision:
            with self._reading() as connection:
                self._restricted = restricted(connection)
        return self._restricted

    def rules(self) -> Rules:
        with self._reading() as connection:
            return rules_of(connection)

    def given(self) -> dict[str, str]:
        with self._reading() as connection:
            return given_of(connection)

    def stamp(self, hidden: Set[str] = frozenset()) -> int:
        """`hidden` are ids of articles that do not count."""
        with self._reading() as connection:
            return stamp(connection, hidden)

    def languages(self, hidden: Set[str] = frozenset()) -> list[str]:
        """Those of the articles but the `hidden`, in two letters each, in order."""
        rows = self._rows("SELECT id, json_extract(more, '$.language') FROM articles")
        return sorted({language for id, language in rows if language and id not in hidden})

    # What filters ask of the articles

    def count(self, scope: Scope) -> int:
        """The number of articles that a scope leaves."""
        condition, values = _within(scope)
        return int(self._rows(f"SELECT count(*) FROM articles WHERE {condition}", values)[0][0])

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        """The ids of so many articles in a scope, newest or oldest first; those without a date last."""
        condition, values = _within(scope)
        rows = self._rows(
            f"SELECT id FROM articles WHERE {condition} ORDER BY published IS NULL OR published = '',"
            f" published {'ASC' if oldest else 'DESC'}, id LIMIT ?",
            [*values, count],
        )
        return [id for (id,) in rows]

    def undated(self) -> int:
        return int(
            self._rows("SELECT count(*) FROM articles WHERE published IS NULL OR published = ''")[0][0]
        )

    def publishers(self) -> set[str]:
        """The names of those whose articles there are."""
        return {name for (name,) in self._rows("SELECT DISTINCT publisher FROM articles") if name}

    def copies(self, hidden: Set[str] = frozenset()) -> list[list[str]]:
        """`hidden` are ids of articles that link no others."""
        with self._reading() as connection:
            found = sketches(connection)
        return groups({id: sketch for id, sketch in found.items() if id not in hidden})


def _within(scope: Scope) -> tuple[str, list[str]]:
    """The condition that an article fits a scope, with its values."""
    conditions, values = ["id NOT IN (SELECT value FROM json_each(?))"], [json.dumps([*scope.without])]
    if scope.publishers:
        conditions.append("publisher IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([*scope.publishers]))
    if scope.start or scope.end:
        conditions.append("published BETWEEN ? AND ?")
        values += [scope.start or "0", scope.end or "9999-12-31"]
    return " AND ".join(conditions), values
