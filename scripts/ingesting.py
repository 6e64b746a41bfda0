"""How long an ingest takes and its memory, but for the encoding: newswire stories as a folder of text files.

    python -m scripts.ingesting ../shared/scale/reuters.jsonl.gz [--jobs N]

Prints one line of JSON: seconds and peak memory (MB) of a first ingest, of one in which nothing has
changed, and of one before which every file was touched. The vectors are made up, so that reading, cleaning,
cutting and storing are what is measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from corpus.formats.document import AS_THEY_ARE
from index.ingest.files import ingest_files

DIMENSION = 384
"""Numbers of a vector, as the packaged model's."""


class MadeUp:
    """An encoder that takes next to no time; of one text it makes the same in any process."""

    name = "made up"
    longest = 512

    def __init__(self) -> None:
        self.encoded = 0
        """passages"""

    def count(self, text: str) -> int:
        return len(text.split())

    def encode_query(self, text: str) -> np.ndarray:
        chance = np.random.default_rng(zlib.crc32(text.encode()))
        vector = chance.standard_normal(DIMENSION, np.float32)
        return vector / np.linalg.norm(vector)

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        for text in texts:
            self.encoded += 1
            yield self.encode_query(text)


def write_stories(stories: Path, folder: Path, most: int) -> int:
    """Each story as a Markdown file with front matter, a hundred to a folder; gives their number."""
    number = 0
    with gzip.open(stories, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            story = json.loads(line)
            within = folder / f"{number // 100:04}"
            within.mkdir(parents=True, exist_ok=True)
            front = f"---\nid: {story['id']}\ntitle: {json.dumps(story['title'])}\n---\n\n"
            (within / f"{story['id']}.md").write_text(front + story["text"] + "\n", encoding="utf-8")
            if number == most:
                break
    return number


def measured(folder: Path, collection: Path, jobs: int) -> dict[str, float | int]:
    encoder = MadeUp()
    begun, cpu = time.monotonic(), time.process_time()
    report = ingest_files(collection, [str(folder)], AS_THEY_ARE, lambda: encoder, 200, jobs=jobs)
    seconds = time.monotonic() - begun
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "added": len(report.added),
        "unchanged": len(report.unchanged),
        "skipped": len(report.skipped),
        "passages": encoder.encoded,
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stories", type=Path, help="JSON lines with id, title and text, gzipped")
    parser.add_argument("--most", type=int, default=0, help="so many stories at most (default: all)")
    parser.add_argument("--jobs", type=int, default=1, help="processes that read (default: %(default)s)")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as place:
        articles, collection = Path(place, "articles"), Path(place, "collection")
        write_stories(args.stories, articles, args.most)
        first = measured(articles, collection, args.jobs)
        again = measured(articles, collection, args.jobs)
        for file in articles.rglob("*.md"):
            os.utime(file)
        touched = measured(articles, collection, args.jobs)
    print(json.dumps({"first": first, "again": again, "touched": touched}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
