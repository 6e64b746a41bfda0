"""The script that kills ingests finds nothing wrong, and sees what is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.folder.database import FILE
from index.folder.digests import put_all_digests
from scripts.killed import ingest_here, measured, write_files, wrong


@pytest.mark.slow
def test_an_ingest_that_is_killed_goes_on(tmp_path: Path) -> None:
    found = measured(tmp_path, files=20, kills=2, seed=1)
    assert (found["kills"], found["problems"]) == (2, [])


def test_an_article_that_is_not_as_its_file_is_found(tmp_path: Path) -> None:
    write_files(tmp_path / "articles", 2)
    ingest_here(tmp_path / "articles", tmp_path / "c", tmp_path / "log")
    assert wrong(tmp_path / "c") == []
    with sqlite3.connect(tmp_path / "c" / FILE) as connection:
        connection.execute("UPDATE articles SET text = replace(text, 'bridge', 'ferry!') WHERE id LIKE '%1'")
        put_all_digests(connection)  # else it is known to be damaged
    connection.close()
    assert wrong(tmp_path / "c") == ["town00001: its text is not that of its file"]
