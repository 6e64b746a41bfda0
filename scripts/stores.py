"""Does a collection on Milvus find and answer what it does in a folder? On a question set, one by one.

    python -m scripts.stores QUESTIONS URL [--reckoned]

Copies the collection of a question set to URL, asks both every question, and says how often they agree and
what it means for the measures. `--reckoned` makes a small collection be searched as one is that has more
passages than are counted at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from eval.asking import Opened, ask_all
from eval.measures.metrics import summary
from eval.prepare import prepare
from eval.progress import progress_of
from eval.record import Record
from eval.systems import systems
from index.copy import copy
from index.encoding.encoder import SentenceEncoder
from index.milvus import searcher as milvus_search
from index.stores import create_store, open_store

SYSTEMS = "bm25,dense,hybrid,hybrid+reader"
MEASURES = ("nDCG@10", "hit@1", "first_citation", "latency_p50_ms")


def compared(questions: Path | None, where: str) -> dict[str, Any]:
    """Of each system: the measures of both stores, and the questions on which they agree."""
    settings = Settings()
    encoder = SentenceEncoder(settings.model)
    about = prepare(questions, Path(), settings)
    source, target = open_store(about.where), create_store(where)
    if problems := copy(source, target, progress_of("articles")).problems:
        raise CuttingsError(f"the copy is not as the source: {problems[0].article_id}: {problems[0].what}")
    asked: list[dict[str, list[Record]]] = []
    for store in (source, target):
        bot = Chatbot(store, encoder, settings)
        opened = [Opened(system, bot) for system in systems(SYSTEMS, [], settings)]
        by_system = defaultdict(list)
        for record in ask_all(opened, about.loaded.golds, progress_of(f"questions on {store.where}")):
            by_system[record.system].append(record)
        asked.append(by_system)
    return {system: _agreement(asked[0][system], asked[1][system]) for system in asked[0]}


def _agreement(ours: Sequence[Record], theirs: Sequence[Record]) -> dict[str, Any]:
    pairs = list(zip(ours, theirs, strict=True))
    measures = [summary(records) for records in (ours, theirs)]
    return {
        "questions": len(pairs),
        "same top ten": sum(_places(a.hits[:10]) == _places(b.hits[:10]) for a, b in pairs),
        "same state": sum(a.state == b.state for a, b in pairs),
        "same quotations": sum(_places(a.citations) == _places(b.citations) for a, b in pairs),
        **{name: [one[name].value for one in measures] for name in MEASURES if name in measures[0]},
    }


def _places(found: Iterable[Any]) -> list[tuple[str, int, int]]:
    return [(one.article_id, one.start, one.end) for one in found]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.stores", description=__doc__.splitlines()[0])
    parser.add_argument("questions", metavar="QUESTIONS", type=Path)
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--reckoned", action="store_true")
    args = parser.parse_args(argv)
    if args.reckoned:
        milvus_search.COUNT_LIMIT = 0
    try:
        print(json.dumps(compared(args.questions, args.url), indent=2))
    except CuttingsError as error:
        print(f"scripts.stores: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
