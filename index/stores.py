"""The store that a folder or a URL names; the only file that knows both kinds."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import CuttingsError
from index.address import address, is_url
from index.store import Kept, Restored, Store

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


def backup(where: Where, to: Path) -> Kept:
    """Keep a collection in another folder, while it is in use. CuttingsError where that cannot be done."""
    from index.folder.backup import backup

    return backup(_folder(where), to)


def restore(source: Path, where: Where) -> Restored:
    """Put back what `backup` kept. CuttingsError where that cannot be done; nothing is changed then."""
    from index.folder.restore import restore

    return restore(source, _folder(where))


def _folder(where: Where) -> Path:
    if is_url(where):
        raise CuttingsError(
            "a collection on Milvus is backed up with Milvus's own tools; or copy it with "
            "`cuttings copy URL DIR` and back that up"
        )
    return Path(where)
