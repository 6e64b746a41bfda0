"""The sources of a collection that are remembered with it: folders and files by path, the rest by URL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import CuttingsError
from corpus.read import is_url
from corpus.web.addresses import NotAllowed, check, normal
from index.store import Store
from index.sync.memory import Memory
from index.sync.reading import Reading, keep_readings

_KEY = "sources"
_LONGEST = 60_000
"""Bytes of the list; a row of Milvus holds 65,535."""


def remembered(store: Store) -> list[str]:
    """The sources of a collection, in the order in which they were added."""
    return [str(one) for one in json.loads(store.meta(_KEY) or "[]")]


def remember(store: Store, sources: Iterable[str]) -> list[str]:
    """Add sources, named as `named` gives them, to a collection; gives those that it did not have."""
    before = remembered(store)
    new = [one for one in dict.fromkeys(sources) if one not in before]
    if new:
        _write(store, [*before, *new])
    return new


def add(store: Store, sources: Iterable[str], said: Reading | None = None) -> list[str]:
    """Remember sources, with how they are to be read; gives those that were not remembered before."""
    added = remember(store, sources)
    keep_readings(store, dict.fromkeys(added, said) if said else {})
    return added


def remove(store: Store, source: str) -> None:
    """Forget a source, and what was seen of it; its articles stay. CuttingsError where there is none such."""
    before = remembered(store)
    if source not in before:
        raise CuttingsError(f"{source} is no source of this collection; `cuttings sources` lists them")
    _write(store, [one for one in before if one != source])
    keep_readings(store, {source: Reading()})
    memory = Memory.open(store.folder)
    try:
        memory.forget(source)
    finally:
        memory.close()


def named(given: str) -> str:
    """A source as it is remembered. CuttingsError where there is no such file, and for a wrong URL."""
    if not given.strip():  # which would be the folder that this runs in
        raise CuttingsError("no source is given; name a folder, a file or a URL")
    if given == "-":
        raise CuttingsError("standard input cannot be read again; use `cuttings ingest -`")
    if is_url(given):
        try:
            check(given)
            return normal(given)
        except NotAllowed as error:
            raise CuttingsError(f"{given}: {error}") from error
    try:
        path = Path(given).expanduser()
        if path.exists():
            return str(path.resolve())
    except (OSError, RuntimeError) as error:  # too long a name, no right to look, nobody's home
        why = error.strerror if isinstance(error, OSError) else "there is no such person"
        raise CuttingsError(f"{given}: cannot be looked at ({why}); check the path and its rights") from error
    raise CuttingsError(f"{given}: no such file or folder; check the spelling")


def meant(given: str) -> str:
    """The name of a source that need not be there any more."""
    return normal(given) if is_url(given) else str(Path(given).expanduser().resolve())


def _write(store: Store, sources: list[str]) -> None:
    value = json.dumps(sources)
    if len(value) > _LONGEST:
        raise CuttingsError("there are too many sources; put files into a folder, and pages into a sitemap")
    with store.change() as change:
        change.set(_KEY, value)
