"""`cuttings demo`: the bundled articles, served from a collection that is made when it is first asked for."""

from __future__ import annotations

import hashlib
import sys
from argparse import Namespace
from collections.abc import Iterable
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from corpus.errors import CuttingsError

FIRST_QUESTIONS = ("What is the network DES?", "When were its draft specifications published?")
"""Worth asking of the bundled articles; the second follows up the first."""


def demo(args: Namespace) -> int:
    """Serve the bundled articles until interrupted. CuttingsError."""
    import platformdirs

    from chatbot.bot import Chatbot
    from chatbot.server.ui import serve

    folder = demo_collection(Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "demo")
    first, second = FIRST_QUESTIONS
    print(f'Fifteen articles on primary care networks in England. Ask "{first}", then "{second}"')
    print(f"They are in {folder}; `cuttings ask`, `search` and others take it as --collection.", flush=True)
    serve(Chatbot.open(folder), "127.0.0.1", args.port)
    return 0


def demo_collection(cache: Path) -> Path:
    """The folder of a collection of the bundled articles, in this one; made where there is none."""
    from chatbot.whole_folder import made_once

    with as_file(files("corpus") / "articles") as articles:
        found = sorted(articles.glob("*.md"))
        if not found:
            raise CuttingsError(f"there are no bundled articles in {articles}; install Cuttings again")
        return made_once(cache / _digest(found), partial(_fill, articles))


def _fill(articles: Path, folder: Path) -> None:
    from chatbot.cli.progress import progress
    from chatbot.settings import Settings
    from corpus.guarded import read
    from index.encoding.encoder import SentenceEncoder
    from index.ingest.ingest import ingest
    from index.stores import create_store

    print("Reading the bundled articles, this once.", file=sys.stderr)
    settings = Settings()
    collection = create_store(folder)
    try:
        with progress() as phase:
            report = ingest(
                collection,
                SentenceEncoder(settings.model),
                read([str(articles)]),
                settings.passage_tokens,
                phase("storing articles"),
            )
    finally:
        collection.close()
    if report.skipped:
        first = report.skipped[0]
        raise CuttingsError(f"a bundled article cannot be read: {first.source}: {first.reason}")


def _digest(articles: Iterable[Path]) -> str:
    """Of the articles and where they lie, which a collection of them depends on, and the version."""
    from importlib.metadata import version

    digest = hashlib.sha256(version("cuttings").encode())
    for file in articles:
        digest.update(f"\n{file}\n".encode("utf-8", "surrogateescape"))
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
