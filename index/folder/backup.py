"""A collection's folder kept elsewhere, whole and checked; `restore.py` puts it back.

    TO/backup-00000007/manifest.json    size and SHA-256 of each file, and which state of the collection it is
    TO/backup-00000007/files/...        the files of the collection's folder, under their names

A backup is written under another name and renamed when it is whole and checked; only then is the one before
it deleted. A file that has not changed since is one with that (a hard link), so that it takes no room twice.
What searching derives from the articles is not kept, since it is made anew.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError
from index.folder.collection import Collection
from index.folder.database import FILE, explained, open_existing
from index.store import Kept
from index.verify import Problem, verify

FORMAT = 1
"""Of the manifest; raised by a change that older code cannot read."""

MANIFEST = "manifest.json"
FILES = "files"
_LOCK = "lock"
_BACKUP = re.compile(r"backup-(\d{8})")
_BUILDING = "building-"
_LEFT_OUT = {"derived"}
_SQLITE = b"SQLite format 3\x00"
_BESIDE_SQLITE = ("-wal", "-shm", "-journal")


def backup(folder: Path, to: Path) -> Kept:
    """Keep a collection, which others may read and change meanwhile.

    CuttingsError where there is none, where it is unsound, or where `to` is no place for it; OSError where it
    cannot be written. The backup that is there stays as it was then.
    """
    Collection.open(folder).close()
    _check_place(folder, to)
    to.mkdir(parents=True, exist_ok=True)
    with _locked(to):
        for left in to.glob(f"{_BUILDING}*"):  # of one that was killed, since nobody else has the lock
            shutil.rmtree(left, ignore_errors=True)
        number, before = newest(to)
        building = to / f"{_BUILDING}{uuid.uuid4().hex[:16]}"
        try:
            kept = _filled(folder, building, before)
            synced(building)
            target = to / f"backup-{number + 1:08}"
            building.rename(target)
            sync(to)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        for older in _backups(to):
            if older != target:
                shutil.rmtree(older, ignore_errors=True)
    articles, passages, files, size, copied = kept
    return Kept(target, articles, passages, files, size, copied)


def _check_place(folder: Path, to: Path) -> None:
    here, there = Path(os.path.realpath(folder)), Path(os.path.realpath(to))
    if there == here or here in there.parents:
        raise CuttingsError(
            f"{to} is within the collection itself; choose a folder elsewhere, on another disk"
        )
    if to.exists() and not to.is_dir():
        raise CuttingsError(f"{to} is a file; choose a folder")
    if to.is_dir():
        others = [entry.name for entry in to.iterdir() if not _is_ours(entry.name)]
        if others:
            raise CuttingsError(
                f"{to} is not empty and holds no backup ({others[0]!r}); choose an empty folder"
            )


def _is_ours(name: str) -> bool:
    return bool(_BACKUP.fullmatch(name)) or name == _LOCK or name.startswith(_BUILDING)


def _filled(folder: Path, building: Path, before: Path | None) -> tuple[int, int, int, int, int]:
    """Articles, passages, files, bytes, and bytes that were copied."""
    old = _files_of(before)
    files: dict[str, dict[str, Any]] = {}
    copied = 0
    (building / FILES).mkdir(parents=True)
    for name in _names(folder):
        target = building / FILES / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            about = _kept(folder / name, target)
        except FileNotFoundError:  # deleted meanwhile
            continue
        files[name] = about
        if before and old.get(name) == about and _linked(before / FILES / name, target, about["sha256"]):
            continue
        copied += about["bytes"]
    articles, passages = checked(building / FILES)
    size = sum(about["bytes"] for about in files.values())
    about = {"format": FORMAT, "articles": articles, "passages": passages, "files": files}
    (building / MANIFEST).write_text(json.dumps(about, indent=1), encoding="utf-8")
    return articles, passages, len(files), size, copied


def _files_of(before: Path | None) -> dict[str, Any]:
    """What the backup before has; nothing where there is none, or its list is damaged."""
    with suppress(CuttingsError):
        return dict(manifest_of(before)["files"]) if before else {}
    return {}


def _names(folder: Path) -> Iterator[str]:
    """Paths of what is kept, in order. Links are not followed; hidden files are half of something."""
    for parent, folders, files in os.walk(folder):
        top = Path(parent) == folder
        folders[:] = sorted(one for one in folders if not (top and one in _LEFT_OUT))
        for name in sorted(files):
            path = Path(parent, name)
            beside = any(
                name.endswith(end) and _is_sqlite(path.with_name(name[: -len(end)])) for end in _BESIDE_SQLITE
            )
            if path.is_file() and not path.is_symlink() and not name.startswith(".") and not beside:
                yield path.relative_to(folder).as_posix()


def _kept(file: Path, target: Path) -> dict[str, Any]:
    """Copy a file; its size and digest."""
    if not _is_sqlite(file):
        return copied_file(file, target)
    with explained(file.parent), closing(_opened(file)) as connection:
        try:
            with closing(sqlite3.connect(target, isolation_level=None)) as copy:
                connection.backup(copy)
                copy.execute(
                    "PRAGMA journal_mode = DELETE"
                ).fetchone()  # one file, to be opened read-only too
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
            raise
    with target.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return {"bytes": target.stat().st_size, "sha256": digest.hexdigest()}


def _opened(file: Path) -> sqlite3.Connection:
    if file.name == FILE:
        return open_existing(file.parent)
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def copied_file(file: Path, target: Path) -> dict[str, Any]:
    whole, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.stat().st_mode & 0o777 | 0o200)
    with file.open("rb") as source, open(descriptor, "wb") as copy:
        while block := source.read(1 << 20):
            whole.update(block)
            copy.write(block)
            size += len(block)
    return {"bytes": size, "sha256": whole.hexdigest()}


def _linked(before: Path, target: Path, digest: str) -> bool:
    """Whether the file is now one with that of the backup before, which is still as it was written."""
    try:
        with before.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                return False
        link = target.with_name(f"{target.name}.link")
        os.link(before, link)
        link.replace(target)
    except OSError:  # a disk without hard links
        return False
    return True


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def checked(folder: Path) -> tuple[int, int]:
    """Articles and passages of a sound collection. CuttingsError where it is not."""
    with closing(Collection.open(folder)) as collection:
        problems = verify(collection)
        if problems:
            raise CuttingsError(
                f"the collection is not sound, {_said(problems[0])}; `cuttings verify --repair` puts right "
                "what can be; nothing was changed"
            )
        articles = collection.articles()
    return len(articles), sum(one.passages for one in articles)


def _said(problem: Problem) -> str:
    return f"{problem.article_id}: {problem.what}" if problem.article_id else problem.what


def _backups(to: Path) -> list[Path]:
    try:
        names = os.listdir(to)
    except OSError:
        return []
    return sorted(to / name for name in names if _BACKUP.fullmatch(name))


def newest(to: Path) -> tuple[int, Path | None]:
    backups = _backups(to)
    return (int(backups[-1].name.rpartition("-")[2]), backups[-1]) if backups else (0, None)


def manifest_of(found: Path) -> dict[str, Any]:
    try:
        about = json.loads((found / MANIFEST).read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise CuttingsError(f"{found} was written by a newer version; restore it with that")
        if FILE not in about["files"]:
            raise not_whole(found, FILE)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise not_whole(found, MANIFEST) from error
    return about


def not_whole(found: Path, name: str) -> CuttingsError:
    return CuttingsError(
        f"the backup {found} is not whole: {name} is not as it was written; nothing was changed"
    )


@contextmanager
def _locked(to: Path) -> Iterator[None]:
    """Nobody else writes there meanwhile."""
    with (to / _LOCK).open("w") as stream:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CuttingsError(
                    f"another backup is writing to {to}; wait until it has finished"
                ) from error
        yield


def synced(folder: Path) -> None:
    """All of it is on the disk when this returns. OSError."""
    for parent, _, files in os.walk(folder):
        for name in files:
            sync(Path(parent, name))
        sync(Path(parent))


def sync(path: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
