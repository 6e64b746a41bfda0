"""What it costs to compare what is read with its digest: passages of many articles located, with and without.

    python -m scripts.digests [--articles 2000] [--passages 50] [--rounds 200]

Prints one line of JSON: milliseconds to locate so many passages of as many articles (median of the rounds,
the two by turns), to check the whole collection, and the bytes that the digests take.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from corpus.article import Article, Passage, Sentence
from index.folder.collection import Collection
from index.folder.database import FILE
from index.store import Encoded
from index.verify import verify

_SENTENCE = "The council of the town met in the hall and agreed on rule {} of its plan for the bridge. "
_SENTENCES = 70
"""Of an article: some 6,000 characters."""


def fill(folder: Path, articles: int) -> None:
    vector = np.zeros(384, np.float32)
    vector[0] = 1
    with closing(Collection.create(folder)) as collection, collection.change() as change:
        for number in range(articles):
            text = "".join(_SENTENCE.format(f"{number}x{i:03}") for i in range(_SENTENCES))
            id = f"town-{number}"
            sentence = Sentence(id, 0, len(_SENTENCE) + 5)
            passages = [Encoded(Passage(id, 0, 500, "", (sentence,)), ["council"] * 80, vector)]
            change.put(Article(id, f"Town {number}", text, f"{id}.txt"), f"/{id}.txt", "", passages)


def milliseconds(collection: Collection, ids: list[int]) -> float:
    begun = time.perf_counter()
    assert len(collection.located(ids)) == len(ids)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name, default in (("articles", 2000), ("passages", 50), ("rounds", 200)):
        options.add_argument(f"--{name}", type=int, default=default)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as top:
        folders = [Path(top) / name for name in ("with", "without")]
        for folder in folders:
            fill(folder, args.articles)
        sizes = [(folder / FILE).stat().st_size for folder in folders]
        with closing(sqlite3.connect(folders[1] / FILE)) as connection:
            connection.executescript("DROP TABLE digests; VACUUM")
        sizes[1] = (folders[1] / FILE).stat().st_size
        collections = [Collection.open(folder) for folder in folders]
        chance = random.Random(1)
        taken: list[list[float]] = [[], []]
        for _ in range(args.rounds):
            ids = chance.sample(range(1, args.articles + 1), args.passages)
            for collection, times in zip(collections, taken, strict=True):
                times.append(milliseconds(collection, ids))
        begun = time.perf_counter()
        assert verify(collections[0]) == []
        checked = time.perf_counter() - begun
        for collection in collections:
            collection.close()
    found = {
        name: round(statistics.median(times), 2)
        for name, times in zip(("with", "without"), taken, strict=True)
    }
    print(
        json.dumps(
            {
                **found,
                "verify_seconds": round(checked, 1),
                "bytes_an_article": (sizes[0] - sizes[1]) // args.articles,
            }
        )
    )


if __name__ == "__main__":
    main()
