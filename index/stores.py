"""The store that a folder or a URL names; the only file that knows both kinds."""

from __future__ import annotations

from pathlib import Path

from index.address import address, is_url
from index.store import Store

Where = str | Path
"""A folder, or a URL as `index/address.py` reads it."""


def open_store(where: Where) -> Store:
    """To read. CuttingsError when there is no collection, or none that this version can read."""
    if is_url(where):
        from index.milvus.store import MilvusStore

        return MilvusStore.open(address(str(where)))
    from index.folder.collection import Collection

    return Collection.open(Path(where))


def create_store(where: Where) -> Store:
    """To read and change; an empty collection is made where there is none."""
    if is_url(where):
        from index.milvus.store import MilvusStore

        return MilvusStore.create(address(str(where)))
    from index.folder.collection import Collection

    return Collection.create(Path(where))
