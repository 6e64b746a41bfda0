"""A process that is killed, or a disk that fills up, leaves each article as it was or as it was to be."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder

from corpus.errors import CuttingsError
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.verify import verify
from scripts.killed import copy_of

pytestmark = pytest.mark.slow  # processes

TOKENS = 40
posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

WRITER = f"""
import os, signal, sys, time
from pathlib import Path
from fakes import HashEncoder
from corpus.read import read
from index.folder.collection import Collection
from index.ingest import batches
from index.ingest import preparation
from index.ingest.ingest import ingest

preparation.WINDOW = 1

class Dying(HashEncoder):
    def __init__(self, passage):
        super().__init__()
        self.passage = passage
    def encode_passages(self, texts):
        for encoding in super().encode_passages(texts):
            if len(self.encoded) == self.passage:
                os.kill(os.getpid(), signal.SIGKILL)
            yield encoding

for line in sys.stdin:
    folder, articles, passage, seconds, batches.ARTICLES = line.rstrip("\\n").split("\\t")
    batches.ARTICLES = int(batches.ARTICLES)
    began = time.monotonic()
    child = os.fork()
    if not child:
        collection = Collection.create(Path(folder))
        ingest(collection, Dying(int(passage)), read([articles]), {TOKENS})
        os._exit(0)  # never closed: the change lies in the write-ahead log alone
    if seconds:
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), time.monotonic() - began, flush=True)
"""
"""For each line of input, a process that ingests and is killed: at a passage, or after some seconds."""


class Writer:
    """The process of WRITER; it forks for each ingest, since starting Python takes long."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        )

    def ingest(
        self, folder: Path, articles: Path, passage: int = 0, seconds: str = "", batch: int = 200
    ) -> tuple[int, float]:
        """How it ended (0, or minus the signal), and after how many seconds."""
        assert self.process.stdin and self.process.stdout
        print(folder, articles, passage, seconds, batch, sep="\t", file=self.process.stdin, flush=True)
        code, took = self.process.stdout.readline().split()
        return int(code), float(took)


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    writer = Writer()
    yield writer
    writer.process.communicate()


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write(folder, range(8), "council")
    return folder


@pytest.fixture
def folder(tmp_path: Path, articles: Path) -> Path:
    """A collection of eight articles, four of which have changed since; four more wait to be added."""
    folder = tmp_path / "collection"
    add(folder, articles)
    write(articles, range(4, 12), "board")
    return folder


def write(folder: Path, numbers: range, word: str) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        sentences = (f"The {word} of town {number} met {i} times and agreed on rule {i}." for i in range(20))
        folder.joinpath(f"town-{number:02}.txt").write_text("\n\n".join(sentences) + "\n", encoding="utf-8")


def add(folder: Path, articles: Path) -> HashEncoder:
    collection, encoder = Collection.create(folder), HashEncoder()
    try:
        ingest(collection, encoder, read([articles]), TOKENS)
    finally:
        collection.close()
    return encoder


def contents(folder: Path) -> dict[str, str]:
    """The text of every article by its id, in a collection that is sound."""
    collection = Collection.open(folder)
    try:
        assert verify(collection) == []
        return {entry.id: collection.article(entry.id).text for entry in collection.articles()}
    finally:
        collection.close()


@posix
def test_an_ingest_killed_at_any_moment_is_done_or_was_never_begun(tmp_path, writer, folder, articles):
    before = contents(folder)
    work = tmp_path / "work"
    shutil.copytree(folder, work)
    code, took = writer.ingest(work, articles)
    after = contents(work)
    assert code == 0 and len(before) == 8 and len(after) == 12 and before["town-05"] != after["town-05"]

    chance = random.Random(20)
    # Many of them about the end, where all that was done is written at once.
    moments = [chance.uniform(0, 1) for _ in range(12)] + [chance.uniform(0.9, 1.1) for _ in range(12)]
    killed = 0
    for moment in moments:
        shutil.rmtree(work)
        shutil.copytree(folder, work)
        code, _ = writer.ingest(work, articles, seconds=str(moment * took))
        now = contents(work)
        assert now in (before, after)
        assert code != 0 or now == after
        killed += code == -signal.SIGKILL and now == before
    assert killed, "no kill came in time"
    add(work, articles)
    assert contents(work) == after


@posix
@pytest.mark.parametrize(("passage", "stored"), [(1, 0), (55, 3), (75, 6)])
def test_an_ingest_killed_at_a_passage_keeps_the_batches_before_and_goes_on_behind_them(
    tmp_path, writer, folder, articles, passage, stored
):
    before = contents(folder)
    shutil.copytree(folder, tmp_path / "whole")
    whole = add(tmp_path / "whole", articles)
    after = contents(tmp_path / "whole")
    assert writer.ingest(folder, articles, passage, batch=3)[0] == -signal.SIGKILL
    now = contents(folder)
    new = [id for id in after if now.get(id) == after[id] and before.get(id) != after[id]]
    assert new == sorted(new) and len(new) == stored
    assert {id: text for id, text in now.items() if id not in new} == {
        id: text for id, text in before.items() if id not in new
    }
    searched(folder)
    rest = add(folder, articles)
    assert contents(folder) == after
    searched(folder)
    # Nothing that was stored is encoded again.
    assert rest.encoded == [text for text in whole.encoded if not any(title(id) in text for id in new)]


def title(id: str) -> str:
    return f"town {int(id.removeprefix('town-'))} "


def searched(folder: Path) -> None:
    """What is found goes by the articles as they are, whatever was derived of them before."""
    collection = Collection.open(folder)
    copied = folder.with_name("underived")
    shutil.rmtree(copied, ignore_errors=True)
    copy_of(folder, copied)
    anew = Collection.open(copied)
    found = []
    for one in (collection, anew):
        searches = one.searcher(HashEncoder())
        found.append(
            [(hit.article_id, hit.text) for hit in searches.search(searches.query("the board of town 9"), 30)]
        )
        one.close()
    assert found[0] == found[1] and found[0]


@posix
@pytest.mark.parametrize("passage", [1, 7, 30])
def test_an_ingest_killed_at_a_passage_changes_nothing(writer, folder, articles, passage):
    before = contents(folder)
    assert writer.ingest(folder, articles, passage)[0] == -signal.SIGKILL
    assert contents(folder) == before
    add(folder, articles)
    assert len(contents(folder)) == 12


@posix
def test_a_first_ingest_that_is_killed_can_be_done_again(tmp_path, writer, articles):
    folder = tmp_path / "new"
    assert writer.ingest(folder, articles, passage=3)[0] == -signal.SIGKILL
    assert contents(folder) == {}
    add(folder, articles)
    assert len(contents(folder)) == 8


def test_a_full_disk_changes_nothing_and_the_collection_stays_usable(folder, articles):
    before = contents(folder)
    collection = Collection.create(folder)
    (pages,) = collection._connection.execute("PRAGMA page_count").fetchone()
    collection._connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(CuttingsError, match="the disk is full; what was stored before is kept"):
        ingest(collection, HashEncoder(), read([articles]), TOKENS)
    assert {entry.id for entry in collection.articles()} == set(before)
    collection._connection.execute("PRAGMA max_page_count = 1000000")
    ingest(collection, HashEncoder(), read([articles]), TOKENS)
    collection.close()
    assert len(contents(folder)) == 12


@posix
def test_a_file_that_may_not_grow_changes_nothing(folder, articles):
    before = contents(folder)
    # The write-ahead log reaches the limit in the middle of the change.
    limit = 40_000
    script = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n{WRITER}"
    process = subprocess.run(
        [sys.executable, "-c", script],
        input=f"{folder}\t{articles}\t0\t\t200\n",
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    assert process.stdout.startswith("1 ")
    assert f"corpus.errors.CuttingsError: the collection in {folder} cannot be used: " in process.stderr
    assert contents(folder) == before
    add(folder, articles)
    assert len(contents(folder)) == 12


def test_a_second_ingest_is_told_to_wait_and_changes_nothing(folder, articles):
    before = contents(folder)
    first = sqlite3.connect(folder / "collection.sqlite", isolation_level=None)
    first.execute("BEGIN IMMEDIATE")
    collection = Collection.create(folder)
    collection._connection.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(CuttingsError, match="another ingest is writing to it; wait"):
        ingest(collection, HashEncoder(), read([articles]), TOKENS)
    assert contents(folder) == before  # reading goes on meanwhile
    first.execute("ROLLBACK")
    first.close()
    ingest(collection, HashEncoder(), read([articles]), TOKENS)
    collection.close()
    assert len(contents(folder)) == 12
