"""How much the parts of what is stored take in a collection's file."""

from __future__ import annotations

from typing import Any

from index.folder.texts import Texts

_SUMS = {
    "text": "length(CAST(text AS BLOB))) FROM (SELECT text FROM articles UNION ALL SELECT text FROM {})",
    "terms": "length(CAST(terms AS BLOB))) FROM passages",
    "sentences": "length(CAST(sentences AS BLOB))) FROM passages",
    "vectors": "length(vector)) FROM passages",
}


def sizes(connection: Any) -> dict[str, int]:
    """Bytes, by name."""
    parts = Texts(connection).parts
    return {
        name: int(connection.execute(f"SELECT sum({of.format(parts)}").fetchone()[0] or 0)
        for name, of in _SUMS.items()
    }
