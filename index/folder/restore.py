"""A backup put back in place of a collection: checked before, and by one rename; a crash leaves either."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from corpus.errors import CuttingsError
from index.folder.backup import (
    FILES,
    MANIFEST,
    checked,
    copied_file,
    manifest_of,
    newest,
    not_whole,
    sync,
    synced,
)
from index.folder.database import FILE, explained
from index.store import Restored

_MARKS = (FILE, "derived", "seal.key", "feedback.jsonl")
"""What tells the folder of a collection, also of one whose file was lost."""
_PATIENCE = 5.0
"""Seconds to wait for who changes the collection that is replaced."""
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
"""Of renameat2(2)."""


def restore(source: Path, folder: Path) -> Restored:
    """Put a backup back in place of whatever collection is in the folder, which is kept beside it.

    CuttingsError where there is no backup or it is not whole, where the folder holds something else, or while
    another process changes the collection; OSError where it cannot be written. Nothing is changed then.
    """
    found = source if (source / MANIFEST).is_file() else newest(source)[1] if source.is_dir() else None
    if found is None:
        raise CuttingsError(
            f"there is no backup in {source}; name the folder that `cuttings backup` wrote to"
        )
    folder = Path(os.path.realpath(folder))
    if not (_is_free(folder) or any((folder / name).exists() for name in _MARKS)):
        raise CuttingsError(
            f"{folder} holds something else than a collection; choose another with --collection DIR"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{folder.name}.restoring-*"):
        shutil.rmtree(left, ignore_errors=True)
    building = folder.with_name(f".{folder.name}.restoring-{uuid.uuid4().hex[:16]}")
    try:
        building.mkdir()
        _copied_back(found, building)
        articles, passages = checked(building)
        synced(building)
        before = _swapped(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Restored(articles, passages, before)


def _is_free(folder: Path) -> bool:
    """Whether there is nothing, or an empty folder."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _copied_back(found: Path, building: Path) -> None:
    for name, about in manifest_of(found)["files"].items():
        target = building / name
        if building not in Path(os.path.normpath(target)).parents:
            raise not_whole(found, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copied = copied_file(found / FILES / name, target)
        except FileNotFoundError as error:
            raise not_whole(found, name) from error
        if copied != about:
            raise not_whole(found, name)


def _swapped(building: Path, folder: Path) -> Path | None:
    """Rename it to what it is to be; where that holds a collection, under which name it lies now."""
    if _is_free(folder):
        os.replace(building, folder)
        sync(folder.parent)
        return None
    numbers = (folder.with_name(f"{folder.name}.before-restore-{n}") for n in range(1, 10_000))
    aside = next(one for one in numbers if not one.exists())
    with _nobody_writes(folder):
        if _exchanged(building, folder):
            building.rename(aside)
        else:  # two renames: a crash between them leaves no collection, but both beside it
            folder.rename(aside)
            building.rename(folder)
        sync(folder.parent)
    return aside


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the two have changed their names at once, as Linux can. OSError where that fails."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS):  # a disk that cannot
        return False
    raise OSError(number, os.strerror(number), str(other))


@contextmanager
def _nobody_writes(folder: Path) -> Iterator[None]:
    """Busy while another process changes the collection. One that is damaged has nobody who writes."""
    if not (folder / FILE).is_file():
        yield
        return
    connection = sqlite3.connect(folder / FILE, timeout=_PATIENCE, isolation_level=None)
    with closing(connection), explained(folder):
        with suppress(sqlite3.DatabaseError) if _is_damaged(connection) else explained(folder):
            connection.execute("BEGIN IMMEDIATE")
        yield
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _is_damaged(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    return False
