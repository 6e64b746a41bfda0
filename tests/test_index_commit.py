"""Crashes in the middle of a commit, torn writes, clocks that go backwards, and several who write at a time.

A power cut is made of what a disk may hold then: the file and its log as they were at some statement, the log
cut off or torn anywhere behind what was synced, the file with any of the log's pages in it, also half of one.
Not made is a disk that says it has synced and has not, and one that reorders writes across a sync.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from corpus.read import read
from index.folder.collection import Collection
from index.folder.database import FILE
from index.ingest.ingest import ingest
from index.store import Busy
from index.stores import backup, restore
from index.verify import verify
from tests.crashing import CRASHED, apart, begun
from tests.fakes import HashEncoder
from tests.stores import written

posix = pytest.mark.skipif(os.name != "posix", reason="processes of POSIX")

LOG = f"{FILE}-wal"
FRAME = 24
"""Bytes before each page in the log; the log itself has 32 before the first."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("made")
    articles = {f"town-{n}": f"The council of town {n} met. It agreed on rule {n}.\n" for n in range(4)}
    with closing(Collection.create(top / "news")) as collection:
        ingest(collection, HashEncoder(), read([written(top / "articles", **articles)]), 40)
    written(top / "articles", **{"town-1": "The board met.\n", "town-9": "Town 9 is new here.\n"})
    return top


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "news", tmp_path / "news")
    return tmp_path / "news"


def change(folder: Path, articles: Path, trace: Callable[[str], None] = lambda sql: None) -> None:
    """One article updated, one added, one removed, in one transaction."""
    with closing(Collection.create(folder)) as collection:
        collection._connection.set_trace_callback(trace)
        with collection.change() as first:
            first.remove("town-3")
            first.set("note", "before")
        ingest(collection, HashEncoder(), read([articles]), 40)


def contents(folder: Path) -> dict[str, str]:
    with closing(Collection.open(folder)) as collection:
        assert verify(collection) == []
        return {one.id: collection.article(one.id).text for one in collection.articles()}


def states(made: Path, folder: Path) -> list[dict[str, str]]:
    """What may be there, oldest first."""
    work = folder.with_name("states")
    shutil.copytree(folder, work)
    with closing(Collection.create(work)) as collection, collection.change() as first:
        first.remove("town-3")
    found = [contents(folder), contents(work)]
    change(work, made / "articles")
    return [*found, contents(work)]


@pytest.mark.slow
@posix
def test_killed_at_each_statement_or_copied_there_it_is_one_of_its_states(
    made: Path, folder: Path, tmp_path: Path
) -> None:
    allowed, seen, copies = states(made, folder), [], tmp_path / "copies"

    def copied(sql: str) -> None:
        if sql.startswith(("BEGIN", "COMMIT", "INSERT INTO passages", "DELETE", "ROLLBACK")):
            shutil.copytree(work, copies / str(len(seen)), ignore=shutil.ignore_patterns("*-shm", "derived"))
            seen.append(sql)

    work = tmp_path / "work"
    shutil.copytree(folder, work)
    change(work, made / "articles", copied)
    found = [contents(copies / str(at)) for at in range(len(seen))]
    assert [allowed.index(one) for one in found] == sorted(allowed.index(one) for one in found)
    assert len(seen) > 12 and {"BEGIN IMMEDIATE", "COMMIT"} <= set(seen) and allowed[1] in found

    for at in range(1, 70, 6):
        shutil.rmtree(work)
        shutil.copytree(folder, work)
        left = iter(range(at))

        def killed(sql: str, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                os._exit(CRASHED)

        apart(lambda trace=killed: change(work, made / "articles", trace))  # type: ignore[misc]
        assert contents(work) in allowed
        change(work, made / "articles")
        assert contents(work) == allowed[2]


@pytest.fixture
def logged(made: Path, folder: Path, tmp_path: Path) -> tuple[Path, list[dict[str, str]]]:
    """A collection whose last changes are in its log only, as before a checkpoint."""
    work = tmp_path / "logged"
    with closing(Collection.create(folder)) as collection:
        collection._connection.execute("PRAGMA wal_autocheckpoint = 0")
        before = contents(folder)
        with collection.change() as first:
            first.remove("town-3")
        shutil.copytree(folder, work, ignore=shutil.ignore_patterns("*-shm", "derived"))
        found = [before, contents(folder)]
        ingest(collection, HashEncoder(), read([made / "articles"]), 40)
        shutil.copytree(folder, tmp_path / "later", ignore=shutil.ignore_patterns("*-shm", "derived"))
        return tmp_path / "later", [*found, contents(folder)]


def test_a_log_cut_off_or_torn_anywhere_gives_a_state_that_was_committed(
    logged: tuple[Path, list[dict[str, str]]], tmp_path: Path
) -> None:
    folder, allowed = logged
    chance, whole = random.Random(4), (folder / LOG).read_bytes()
    assert len(whole) > 12 * 4096
    seen = set()
    for turn in range(40):
        at = chance.randrange(len(whole))
        torn = bytearray(whole)
        if turn % 2:  # the rest was never written
            del torn[at:]
        else:  # a sector of the old contents, and all behind it
            torn[at - at % 512 :] = chance.randbytes(len(whole) - (at - at % 512))
        work = tmp_path / f"torn-{turn}"
        work.mkdir()
        shutil.copyfile(folder / FILE, work / FILE)
        (work / LOG).write_bytes(torn)
        seen.add(allowed.index(contents(work)))
    (folder / LOG).write_bytes(whole)
    assert seen >= {0, 1} and contents(folder) == allowed[2]


def test_a_checkpoint_that_was_cut_off_with_half_a_page_written_loses_nothing(
    logged: tuple[Path, list[dict[str, str]]], tmp_path: Path
) -> None:
    folder, allowed = logged
    chance, log = random.Random(5), (folder / LOG).read_bytes()
    (size,) = struct.unpack(">I", log[8:12])
    frames = range(32, len(log) - FRAME - size + 1, FRAME + size)
    for turn in range(20):
        data = bytearray((folder / FILE).read_bytes())
        for at in chance.sample(frames, chance.randrange(1, len(frames))):
            (page,) = struct.unpack(">I", log[at : at + 4])
            written = chance.choice((size, size, size // 2, 512))  # half of them whole
            data.extend(bytes(max(page * size - len(data), 0)))
            data[(page - 1) * size : (page - 1) * size + written] = log[at + FRAME : at + FRAME + written]
        work = tmp_path / f"checkpoint-{turn}"
        work.mkdir()
        (work / FILE).write_bytes(data)
        shutil.copyfile(folder / LOG, work / LOG)
        assert contents(work) == allowed[2]


def test_a_clock_that_goes_backwards_changes_nothing(
    made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = states(made, folder)[2]
    clock = iter(range(2_000_000_000, 0, -40_000))
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    monkeypatch.setattr(time, "time_ns", lambda: next(clock) * 10**9)
    revisions = []
    for _ in range(3):
        change(folder, made / "articles")
        with closing(Collection.open(folder)) as collection:
            revisions.append(collection.revision)
            searches = collection.searcher(HashEncoder())
            hits = searches.search(searches.query("Town 9 is new here"), 3)
            assert hits[0].article_id == "town-9"
        backup(folder, folder.with_name("backup"))
    assert contents(folder) == wanted and revisions == sorted({*revisions})
    assert [one.name for one in folder.with_name("backup").glob("backup-*")] == ["backup-00000003"]


@pytest.mark.slow
@posix
def test_two_who_write_one_who_reads_and_one_who_keeps_it_do_not_disturb_each_other(
    folder: Path, tmp_path: Path
) -> None:
    sources = [
        written(tmp_path / f"by-{one}", **{f"{one}-{n}": f"Writer {one} wrote {n}.\n" for n in range(6)})
        for one in "ab"
    ]
    before = contents(folder)

    def write(source: Path) -> None:
        for file in sorted(source.iterdir()):
            stored = False
            while not stored:
                with (
                    closing(Collection.create(folder)) as collection,
                    suppress(Busy),
                ):  # as a person tries again
                    ingest(collection, HashEncoder(), read([file]), 40)
                    stored = True

    children = [begun(lambda source=source: write(source)) for source in sources]  # type: ignore[misc]
    codes: list[int] = []
    sizes: list[int] = []
    while children:
        for child in tuple(children):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                children.remove(child)
                codes.append(os.waitstatus_to_exitcode(status))
        sizes.append(len(contents(folder)))
        backup(folder, tmp_path / "backup")
        target = tmp_path / f"restored-{len(sizes)}"
        restore(tmp_path / "backup", target)
        assert len(contents(target)) >= sizes[-1]
    names = {f"{one}-{n}" for one in "ab" for n in range(6)}
    assert codes == [0, 0] and contents(folder).keys() == before.keys() | names
    assert sizes == sorted(sizes)
    with closing(Collection.create(folder)) as one, closing(Collection.create(folder)) as other:
        other._connection.execute("PRAGMA busy_timeout = 10")
        with one.change(), pytest.raises(Busy), other.change():
            pass
