"""Places for collections of both kinds: a folder, a milvus-lite file, and a milvus-lite server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.read import read
from index.encoding.encoder import Encoder
from index.ingest.ingest import Report, ingest
from index.milvus.store import MilvusStore
from index.store import Store

TOKENS = 40
"""Word pieces of a passage in these tests: short, so that a small article has several."""

needs_milvus = pytest.mark.skipif(
    find_spec("pymilvus") is None or find_spec("milvus_lite") is None,
    reason="pip install 'cuttings[milvus]' to run these tests",
)

KINDS = ["folder", pytest.param("milvus", marks=[needs_milvus, pytest.mark.slow])]


def place(kind: str, folder: Path, name: str = "news") -> str:
    """Where a collection of this kind can be made."""
    return str(folder / name) if kind == "folder" else f"milvus://{folder / 'milvus.db'}/{name}"


@contextmanager
def milvus_server(folder: Path) -> Iterator[str]:
    """The milvus-lite server, which several processes can use; gives the URL that a name is put behind.

    It answers one request at a time, since its engine is not made for several writers at once.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "milvus_lite",
        "server",
        "--data-dir",
        str(folder),
        "--host",
        "127.0.0.1",
    ]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--max-workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            for _ in range(300):
                with socket.socket() as asking:
                    if asking.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None, "milvus-lite server ended"
                time.sleep(0.1)
            yield f"milvus://127.0.0.1:{port}"
        finally:
            server.kill()


def sizes(store: MilvusStore) -> dict[str, int]:
    """Rows of each kind, leftovers included."""
    found = Counter(row["kind"] for row in store.engine.each(store.articles_table, "", ["kind"]))
    return {**found, "passage": store.engine.count(store.passages_table)}


def written(folder: Path, **articles: str) -> Path:
    """A folder of articles, NAME.txt each."""
    folder.mkdir(exist_ok=True)
    for name, text in articles.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def filled(store: Store, encoder: Encoder, *paths: Path) -> Report:
    return ingest(store, encoder, read(paths), TOKENS)
