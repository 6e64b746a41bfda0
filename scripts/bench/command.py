"""Time, memory and disk: which collection is measured, with which questions.

python -m scripts.bench [GOLD.jsonl] [--collection DIR]     a collection; nothing in it is changed
python -m scripts.bench --articles N                        made articles
python -m scripts.bench --peers SET                         beside other libraries
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Literal, get_args

from chatbot.cli.location import where
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.prepare import print_left_out
from eval.questions.gold import Gold, load_gold
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from scripts.bench.alone import alone, busy
from scripts.bench.collection import Built, built, measure
from scripts.bench.made_articles import made_articles
from scripts.bench.made_collection import GOLD, MadeEncoder, fill, write_gold
from scripts.bench.peers import require
from scripts.bench.sets import peer_set
from scripts.bench.side_by_side import compare
from scripts.bench.tables import of_collection, of_peers
from scripts.bench.text import Report, as_markdown, as_text

Form = Literal["text", "markdown", "json"]

ENCODED = 2000
"""Made articles up to which their vectors are encoded; those of more are made as well."""

_QUESTIONS = 300
"""About made articles."""

_MOST_ARTICLES = 20_000


def bench(folder: Path, settings: Settings, questions: Path | None, form: Form) -> int:
    """Measure a collection, with the questions of a gold file if there is one; nothing in it is changed."""
    on = busy()
    collection = Collection.open(folder)
    if not collection.articles():
        raise CuttingsError(f"the collection in {folder} is empty; fill it with `cuttings ingest PATH`")
    golds = _golds(questions, collection) if questions else None
    measured = measure(folder, settings, golds, built(folder, settings), on)
    return _print(of_collection(str(folder), measured), form)


def bench_made(articles: int, form: Form) -> int:
    """Measure a collection of so many made articles."""
    on = busy()
    with tempfile.TemporaryDirectory(prefix="cuttings-bench-") as temporary:
        folder = Path(temporary)
        build = alone(_fill, folder, articles)
        note = ""
        if articles > ENCODED:
            note = (
                f"Vectors made, not encoded: {build.passages:,} passages, stored in {build.seconds:.0f} s "
                "without the model. The build time is that of a sample, which was encoded. How well passages "
                "are ranked says little about dense search."
            )
            build = built(folder, Settings())
        write_gold(folder, _QUESTIONS)
        golds = _golds(folder / GOLD, Collection.open(folder))
        measured = measure(folder, Settings(), golds, build, on)
        return _print(of_collection(f"{articles:,} made articles", measured, note), form)


def bench_peers(path: Path, form: Form) -> int:
    """Measure Cuttings and its peers on a question set, side by side. CuttingsError where one is missing."""
    require()
    questions = peer_set(path)
    return _print(of_peers(questions.name, questions.left_out, compare(questions)), form)


def _golds(path: Path, collection: Collection) -> tuple[Gold, ...]:
    loaded = load_gold(path, collection)
    print_left_out(loaded.left_out, loaded.notes)
    return loaded.golds


def _fill(folder: Path, articles: int) -> Built:
    model = SentenceEncoder()
    next(iter(model.encode_passages(["warm"])))
    raws = list(made_articles(articles))
    begun = perf_counter()
    passages = fill(folder, raws, MadeEncoder(model) if articles > ENCODED else model)
    return Built(passages, perf_counter() - begun)


def _print(report: Report, form: Form) -> int:
    if form == "json":
        print(json.dumps(report.figures, indent=2))
    else:
        print(as_markdown(report) if form == "markdown" else as_text(report))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description="Time, memory and disk.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("questions", metavar="GOLD.jsonl", nargs="?", type=Path, help="default: its headings")
    what.add_argument("--articles", metavar="N", type=int, help="measure so many made articles instead")
    what.add_argument("--peers", metavar="SET", type=Path, help="measure beside other libraries, on a set")
    parser.add_argument("--collection", metavar="DIR", help="default: as `cuttings` has it")
    parser.add_argument("--form", choices=get_args(Form), default="text")
    args = parser.parse_args(argv)
    if args.articles is not None and not 1 <= args.articles <= _MOST_ARTICLES:
        parser.error(f"--articles {args.articles}: give a number from 1 to {_MOST_ARTICLES:,}")
    try:
        if args.articles:
            return bench_made(args.articles, args.form)
        if args.peers:
            return bench_peers(args.peers, args.form)
        folder = where(args)
        if isinstance(folder, str):
            raise CuttingsError(f"a folder is measured; copy {folder} to one with `cuttings copy`")
        return bench(folder, Settings.load(folder), args.questions, args.form)
    except CuttingsError as error:
        print(f"scripts.bench: {error}", file=sys.stderr)
        return 1
