"""What a collection's file says of who may see which articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.folder.rows import fetched
from index.visibility import KEY, UNSET, Restricted, Rules, holding, spread

VISIBILITY = """
CREATE TABLE IF NOT EXISTS visibility (
    article_id TEXT PRIMARY KEY,    -- stays when the article is removed: it may come back, and be hidden then
    said TEXT,                      -- by its file
    given TEXT                      -- by the operator
) WITHOUT ROWID
"""
"""Has a row for the few articles of which something is said. Files of older formats have none."""


def put_said(connection: Any, article_id: str, said: str | None) -> None:
    """Note what the file of an article says, in place of what it said before."""
    if said:
        connection.execute(
            "INSERT INTO visibility VALUES (?, ?, NULL)"
            " ON CONFLICT (article_id) DO UPDATE SET said = excluded.said",
            [article_id, said],
        )
    else:
        connection.execute("UPDATE visibility SET said = NULL WHERE article_id = ?", [article_id])
        _without_empty(connection, article_id)


def put_given(connection: Any, article_id: str, given: str) -> None:
    """Note what the operator says of an article; `UNSET`: nothing any more."""
    connection.execute(
        "INSERT INTO visibility VALUES (?, NULL, ?)"
        " ON CONFLICT (article_id) DO UPDATE SET given = excluded.given",
        [article_id, None if given == UNSET else given],
    )
    _without_empty(connection, article_id)


def given_of(connection: Any) -> dict[str, str]:
    """What the operator said of articles one by one, by id."""
    if not _has_table(connection):
        return {}
    return dict(fetched(connection, "SELECT article_id, given FROM visibility WHERE given IS NOT NULL"))


def rules_of(connection: Any) -> Rules:
    """CuttingsError where they are damaged."""
    rows = fetched(connection, "SELECT value FROM meta WHERE key = ?", [KEY])
    return Rules.unpacked(rows[0][0] if rows else None)


def restricted(connection: Any) -> Restricted:
    """The articles that not everybody may see. CuttingsError as `rules_of`."""
    rows = fetched(connection, "SELECT value FROM meta WHERE key = 'revision'")
    return Restricted(int(rows[0][0]) if rows else 0, spread(_holding(connection)))


def _holding(connection: Any) -> Iterator[tuple[str, str]]:
    """(id, visibility) of every article of which something is said."""
    rules = rules_of(connection)
    noted = fetched(connection, "SELECT * FROM visibility") if _has_table(connection) else []
    if not rules:  # then only those are asked of which something is noted
        for id, said, given in noted:
            yield id, holding(given, None, said, rules.rest)
        return
    by_id = {id: (said, given) for id, said, given in noted}
    for id, publisher, source, location in fetched(
        connection, "SELECT id, publisher, source, location FROM articles"
    ):
        said, given = by_id.pop(id, (None, None))
        yield id, holding(given, rules.of(publisher, source, location), said, rules.rest)


def _has_table(connection: Any) -> bool:
    return bool(fetched(connection, "SELECT 1 FROM sqlite_master WHERE name = 'visibility'"))


def _without_empty(connection: Any, article_id: str) -> None:
    connection.execute(
        "DELETE FROM visibility WHERE article_id = ? AND said IS NULL AND given IS NULL", [article_id]
    )
