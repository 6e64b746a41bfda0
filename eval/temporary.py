"""Collections made for an evaluation only, kept in the user's cache so that the second run starts at once."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from glob import escape
from pathlib import Path

import platformdirs

import corpus
import index
from chatbot.whole_folder import made_once
from corpus.read import Raw, Skipped
from eval.progress import progress_of
from index.encoding.encoder import PACKAGED, SentenceEncoder
from index.ingest.ingest import ingest, ingest_articles
from index.store import Store
from index.stores import create_store


def cache() -> Path:
    """The folder in which evaluation keeps what can be made again."""
    return Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "eval"


def collection_of(
    raws: Iterable[Raw | Skipped], name: str, encoder: SentenceEncoder, passage_tokens: int
) -> Path:
    """The folder of a collection of exactly these articles; made when there is none yet.

    It is kept under a digest of all that shapes it: the articles, the encoder, the size of a passage, and
    the files of `corpus` and `index`. An older one of the same name, encoder and size is deleted.
    """
    sources = list(raws)

    def fill(collection: Store) -> None:
        report = ingest(collection, encoder, sources, passage_tokens, progress_of(f"{name}: articles"))
        for skipped in report.skipped:
            print(f"{name}: skipped {skipped.source}: {skipped.reason}", file=sys.stderr)

    return _made(name, map(repr, sources), encoder, passage_tokens, fill)


def copy_of(collection: Store, encoder: SentenceEncoder, passage_tokens: int) -> Path:
    """The folder of a collection of the same articles, cut or encoded otherwise; kept as `collection_of`."""
    stored = sorted(collection.stored().items(), key=lambda entry: entry[1].id)
    articles = [(collection.article(entry.id), location, entry.digest) for location, entry in stored]
    folder = collection.folder.resolve()
    # Two collections may have one name.
    name = f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"

    def fill(copied: Store) -> None:
        shape = f"{encoder.name}, {passage_tokens} word pieces a passage"
        progress = progress_of(f"{folder.name} with {shape}: articles")
        ingest_articles(copied, encoder, articles, passage_tokens, progress)

    return _made(name, map(repr, articles), encoder, passage_tokens, fill)


def _made(
    name: str,
    content: Iterable[str],
    encoder: SentenceEncoder,
    passage_tokens: int,
    fill: Callable[[Store], None],
) -> Path:
    """The folder of a collection of this content, filled where it is not there yet."""
    model = "" if encoder.name == PACKAGED else f"-{re.sub(r'[^A-Za-z0-9.-]+', '_', encoder.name)[-40:]}"
    shaped = f"{name}-{passage_tokens}{model}"
    folder = cache() / f"{shaped}-{_digest(content, encoder.name, passage_tokens)}"

    def fill_store(building: Path) -> None:
        collection = create_store(building)
        try:
            fill(collection)
        finally:
            collection.close()
        for old in cache().glob(f"{escape(shaped)}-{'[0-9a-f]' * 16}"):
            shutil.rmtree(old, ignore_errors=True)

    return made_once(folder, fill_store)


def _digest(content: Iterable[str], model: str, passage_tokens: int) -> str:
    digest = hashlib.sha256(f"{model}\n{passage_tokens}\n".encode())
    for part in content:
        digest.update(part.encode("utf-8", "surrogatepass"))
    for package in (corpus, index):
        for file in sorted(Path(package.__path__[0]).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
