"""Rows of a collection's file, also where the disk has changed bytes of their texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any


def fetched(connection: Any, sql: str, parameters: Sequence[object] = ()) -> list[tuple]:
    """All rows of a query. What is no UTF-8 any more comes with U+FFFD, so that its digest tells of it."""
    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    connection.text_factory = lenient
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.text_factory = str


def lenient(text: bytes) -> str:
    """A `text_factory` that takes any bytes."""
    return text.decode("utf-8", "replace")
