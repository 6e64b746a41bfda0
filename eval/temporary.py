"""Collections made for an evaluation only, kept in the user's cache so that the second run starts at once."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from glob import escape
from pathlib import Path

import platformdirs

import corpus
import index
from corpus.errors import CuttingsError
from corpus.read import Raw, Skipped
from index.collection import Collection
from index.embed import Encoder
from index.ingest import ingest


def collection_of(raws: Iterable[Raw | Skipped], name: str, encoder: Encoder, passage_tokens: int) -> Path:
    """The folder of a collection of exactly these articles; made when there is none yet.

    It is kept under a digest of all that shapes it: the articles, the encoder, the size of a passage, and
    the files of `corpus` and `index`. An older one of the same name is deleted.
    """
    sources = list(raws)
    wanted = f"{name}-{_digest(sources, encoder.name, passage_tokens)}"
    cache = Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "eval"
    folder = cache / wanted
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
    except OSError as error:
        raise CuttingsError(
            f"cannot write to {cache}: {error}. Set XDG_CACHE_HOME to another folder."
        ) from error
    try:
        _fill(building, sources, name, encoder, passage_tokens)
        for old in cache.glob(f"{escape(name)}-{'[0-9a-f]' * 16}"):
            shutil.rmtree(old, ignore_errors=True)
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster, and its collection is the same
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _fill(
    folder: Path, sources: list[Raw | Skipped], name: str, encoder: Encoder, passage_tokens: int
) -> None:
    collection = Collection.create(folder)
    try:
        report = ingest(collection, encoder, sources, passage_tokens, told(f"{name}: articles"))
    finally:
        collection.close()
    for skipped in report.skipped:
        print(f"{name}: skipped {skipped.source}: {skipped.reason}", file=sys.stderr)


def told(what: str) -> Callable[[int, int], None]:
    """A progress callback: one line of standard error, rewritten on a terminal, written once in a log."""
    live = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if live or done == total:
            start, end = "\r" if live else "", "\n" if done == total else ""
            print(f"{start}{what} {done}/{total}", end=end, file=sys.stderr, flush=True)

    return tell


def _digest(sources: list[Raw | Skipped], model: str, passage_tokens: int) -> str:
    digest = hashlib.sha256(f"{model}\n{passage_tokens}\n".encode())
    for source in sources:
        digest.update(repr(source).encode())
    for package in (corpus, index):
        for file in sorted(Path(package.__path__[0]).glob("*.[ps]*")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
