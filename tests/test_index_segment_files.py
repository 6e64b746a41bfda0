"""What is derived is right though its writing is killed, fails, or is done by two at once; and is kept."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from index.folder import arrays, segment_files, segments
from index.folder.collection import Collection
from index.folder.segment_files import SegmentFiles
from index.folder.segments import Segments
from tests.whole import WORDS, check, check_at, put, remove

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so low that a few passages are read piece by piece and merged in every way."""
    monkeypatch.setattr(segments, "CHUNK", 8)
    monkeypatch.setattr(segments, "LIGHT", 12)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """With three articles, derived, and two changes since."""
    collection = Collection.create(tmp_path / "collection")
    fill(collection, "abc", 7)
    Segments(collection).settle()
    remove(collection, "b")
    fill(collection, "de", 9)
    return collection


def fill(collection: Collection, ids: str, count: int) -> None:
    chance = random.Random(ids)
    for id in ids:
        put(collection, id, [chance.choices(WORDS, k=5) for _ in range(count)], "2024-01-01", "Post")


def derived(collection: Collection) -> set[str]:
    """The folders of what is derived."""
    return {entry.name for entry in (collection.folder / "derived").iterdir()}


def settled(collection: Collection) -> None:
    """All that a process does to what is derived."""
    found = Segments(collection)
    found.state()
    found.settle()


def child(act: Callable[[], object]) -> int:
    """A process that does something; gives its id."""
    process = os.fork()
    if not process:
        try:
            act()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    return process


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


# --- Killed -------------------------------------------------------------------------------------


def dying(monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """From here on this process is killed at the so-manieth thing that it does to files."""
    left = [moment]

    def counted(owner: object, name: str) -> None:
        whole = getattr(owner, name)

        def one(*args, **kwargs):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(*args, **kwargs)

        monkeypatch.setattr(owner, name, one)

    for owner, name in (
        (arrays.InFile, "__init__"),
        (arrays.InFile, "put"),
        (arrays.InFile, "done"),
        (os, "utime"),
        (Path, "write_text"),
        (Path, "rename"),
        (Path, "mkdir"),
        (shutil, "rmtree"),
    ):
        counted(owner, name)


@posix
@pytest.mark.slow
def test_killed_at_each_step_of_writing_it_is_right_afterwards(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment in range(1, 500, 3):
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(collection.folder, folder)

        def act(folder: Path = folder, moment: int = moment) -> None:
            opened = Collection.open(folder)
            dying(monkeypatch, moment)
            settled(opened)

        code = ended(child(act))
        assert code in (0, -signal.SIGKILL)
        opened = Collection.open(folder)
        check(opened, Segments(opened).state())
        settled(opened)
        check(opened, Segments(opened).state())
        opened.close()
        if code == 0:
            break
    assert 50 < moment < 499


@posix
@pytest.mark.slow
def test_killed_at_any_moment_it_is_right_afterwards(collection: Collection) -> None:
    began = time.monotonic()
    assert ended(child(lambda: settled(Collection.open(collection.folder)))) == 0
    took = time.monotonic() - began
    chance = random.Random(3)
    killed = 0
    for number in range(20):
        fill(collection, chance.choice("abcdef"), chance.randrange(1, 20))
        process = child(lambda: settled(Collection.open(collection.folder)))
        time.sleep(chance.uniform(0, took))
        os.kill(process, signal.SIGKILL)
        killed += ended(process) == -signal.SIGKILL
        if number % 3:  # else it is killed again, on what was left
            check(collection, Segments(collection).state())
    assert killed


# --- Several at once ----------------------------------------------------------------------------


@posix
@pytest.mark.slow
def test_several_processes_change_and_derive_at_once(collection: Collection) -> None:
    def act(own: str) -> None:
        opened = Collection.create(collection.folder)
        found = Segments(opened)
        for number in range(12):
            fill(opened, own, number + 1)
            state = found.state()
            with opened.snapshot() as now:
                if now.mark == state.mark:
                    check_at(now, state)
            if number % 4 == 0:
                found.settle()

    processes = [child(lambda own=own: act(own)) for own in "xyz"]
    assert [ended(process) for process in processes] == [0, 0, 0]
    check(collection, Segments(collection).state())
    settled(collection)
    check(collection, Segments(collection).state())


def test_whoever_is_later_goes_on_from_what_the_other_published(collection: Collection) -> None:
    one, other = Segments(collection), Segments(Collection.open(collection.folder))
    publish = SegmentFiles.publish
    raced = []

    class Late(SegmentFiles):
        def publish(self, number, stored):
            if not raced:
                raced.append(other.state())
            return publish(self, number, stored)

    one._files = Late(collection.folder / "derived")
    state = one.state()
    check(collection, state)
    assert [segment.name for segment in state.segments] == [segment.name for segment in raced[0].segments]


def test_a_merge_takes_its_place_in_what_another_process_has_published(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "LIGHT", 0)
    found = Segments(collection)
    state = found.state()
    ((first, stop),) = segments.merges_due(state, 10**9)
    assert first == 0 < 1 < stop
    merge = segments.merge
    names = []

    def slow(*args):
        monkeypatch.setattr(segments, "merge", merge)
        remove(collection, "a")
        fill(collection, "z", 1)
        names.extend(segment.name for segment in Segments(collection).state().segments)
        return merge(*args)

    monkeypatch.setattr(segments, "merge", slow)
    found._merge(state.segments[:stop], state.live[:stop])
    after = Segments(collection).state()
    assert [segment.name for segment in after.segments][1:] == names[stop:]
    assert len(after.segments[0]) == sum(state.sizes[:stop]) > after.sizes[0]
    check(collection, after)


# --- Not to be written, or damaged --------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("allowed", range(0, 60, 3))
def test_a_full_disk_is_no_matter_to_a_search(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    put_ = arrays.InFile.put
    left = [allowed]

    def full(*args):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        put_(*args)

    monkeypatch.setattr(arrays.InFile, "put", full)
    found = Segments(collection)
    check(collection, found.state())
    found.settle()
    check(collection, found.state())
    fill(collection, "a", 5)
    check(collection, found.state())
    monkeypatch.setattr(arrays.InFile, "put", put_)
    assert not [name for name in derived(collection) if name.startswith("building")]
    check(collection, Segments(collection).state())


@posix
def test_files_that_may_not_grow_are_no_matter_to_a_search(collection: Collection) -> None:
    def act() -> None:
        import resource

        opened = Collection.open(collection.folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        found = Segments(opened)
        check(opened, found.state())
        found.settle()
        check(opened, found.state())

    assert ended(child(act)) == 0


def test_where_there_can_be_no_folder_it_is_in_memory(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path)
    (tmp_path / "derived").write_text("in the way")
    fill(collection, "abc", 20)
    found = Segments(collection)
    for _ in range(3):
        check(collection, found.state())
        found.settle()
        fill(collection, "b", 4)
    assert not any(segment.name for segment in found.state().segments)


def test_of_a_folder_that_cannot_be_written_to_it_is_in_the_users_cache(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = derived(collection)
    read_only(monkeypatch, tmp_path / "cache")
    state = Segments(collection).state()
    check(collection, state)
    again = Segments(Collection.open(collection.folder)).state()
    assert [segment.name for segment in again.segments] == [segment.name for segment in state.segments]
    assert all(segment.name for segment in state.segments)
    assert derived(collection) == before
    assert len(list((tmp_path / "cache" / "derived").iterdir())) == 1


def test_what_is_beside_a_collection_is_read_though_its_folder_cannot_be_written_to(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(collection)
    read_only(monkeypatch, tmp_path / "cache")
    state = Segments(collection).state()
    check(collection, state)
    assert {segment.name for segment in state.segments} <= derived(collection)
    assert not (tmp_path / "cache").exists()


def read_only(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """As it is for a user without the right to write beside the collection, which tests may have."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setattr(segment_files.platformdirs, "user_cache_dir", lambda *_, **__: str(cache))


@pytest.mark.parametrize("damage", ["cut", "garbage", "gone", "emptied"])
def test_what_is_damaged_is_made_again(collection: Collection, tmp_path: Path, damage: str) -> None:
    settled(collection)
    files = [file.relative_to(collection.folder) for file in collection.folder.glob("derived/*/*")]
    assert len(files) > 3
    for file in files:
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(collection.folder, folder)
        whole = (folder / file).read_bytes()
        if damage == "gone":
            (folder / file).unlink()
        else:
            (folder / file).write_bytes(
                {"cut": whole[: len(whole) // 2], "garbage": b"?" * len(whole), "emptied": b""}[damage]
            )
        opened = Collection.open(folder)
        check(opened, Segments(opened).state())
        again = Segments(opened)
        names = [segment.name for segment in again.state().segments]
        check(opened, again.state())
        assert all(names)
        assert [segment.name for segment in Segments(opened).state().segments] == names
        opened.close()


def test_of_another_format_it_is_made_again(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    old = {segment.name for segment in Segments(collection).state().segments}
    monkeypatch.setattr(segment_files, "FORMAT", segment_files.FORMAT + 1)
    state = Segments(collection).state()
    check(collection, state)
    assert not old & {segment.name for segment in state.segments}


# --- Whose it is --------------------------------------------------------------------------------


def test_of_a_collection_that_was_put_back_to_an_earlier_state_it_is_made_again(
    collection: Collection, tmp_path: Path
) -> None:
    collection.close()
    shutil.copytree(collection.folder, tmp_path / "copy")
    other = Collection.create(tmp_path / "copy")
    fill(other, "fg", 3)  # the same ids and revisions as below, for other passages
    settled(other)
    collection = Collection.create(collection.folder)
    fill(collection, "hi", 3)
    settled(collection)
    collection.close()
    shutil.rmtree(collection.folder / "derived")
    shutil.copytree(tmp_path / "copy" / "derived", collection.folder / "derived")
    again = Collection.create(collection.folder)
    check(again, Segments(again).state())
    check(again, Segments(again).state())


def test_a_state_that_is_ahead_of_the_collection_is_not_taken(collection: Collection, tmp_path: Path) -> None:
    shutil.copytree(collection.folder, tmp_path / "copy")
    fill(collection, "fg", 3)
    settled(collection)
    shutil.rmtree(tmp_path / "copy" / "derived")
    shutil.copytree(collection.folder / "derived", tmp_path / "copy" / "derived")
    before = Collection.create(tmp_path / "copy")
    check(before, Segments(before).state())


def test_a_collection_that_an_older_version_changed_last_is_searched_from_memory(
    collection: Collection,
) -> None:
    settled(collection)
    before = derived(collection)
    collection._connection.execute("DELETE FROM meta WHERE key LIKE 'state %'")
    found = Segments(collection)
    check(collection, found.state())
    found.settle()
    check(collection, found.state())
    assert derived(collection) == before
    fill(collection, "z", 1)
    check(collection, found.state())
    assert derived(collection) != before


def test_it_moves_with_its_collection(collection: Collection, tmp_path: Path) -> None:
    state = Segments(collection).state()
    collection.close()
    collection.folder.rename(tmp_path / "moved")
    moved = Segments(Collection.open(tmp_path / "moved")).state()
    assert [segment.name for segment in moved.segments] == [segment.name for segment in state.segments]


# --- What it costs ------------------------------------------------------------------------------


def test_a_change_writes_what_is_new_and_leaves_the_rest(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(collection)
    before = Segments(collection).state().segments
    fill(collection, "f", 1)
    found = Segments(collection)
    read = []
    of = segments.Segment.of
    monkeypatch.setattr(segments.Segment, "of", lambda rows: read.append(len(rows)) or of(rows))
    after = found.state().segments
    assert read == [1]
    assert before[0].name == after[0].name and len(after[0]) > 20
    assert sum(map(len, after[1:])) <= 3  # the small ones are one now
    again = Segments(collection).state().segments
    assert read == [1]
    assert [segment.name for segment in again] == [segment.name for segment in after]


@pytest.mark.slow
def test_there_are_few_segments_and_little_is_left_lying(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "LIGHT", 6)  # less than is read at once, as it is
    shutil.rmtree(collection.folder / "derived")
    found = Segments(collection)
    for number in range(80):
        put(collection, f"n{number}", [["rust"]])
        found.state()
        found.settle()
        assert len(found.state().segments) <= 5
        assert len(derived(collection)) == len(found.state().segments) + 1
    left = collection.folder / "derived" / "building-by-one-that-was-killed"
    left.mkdir()
    put(collection, "last", [["rust"]])
    found.state()
    assert left.is_dir()
    monkeypatch.setattr(segment_files, "_UNFINISHED_SECONDS", -1)
    remove(collection, "last")
    check(collection, found.state())
    assert not left.is_dir()
    assert {"building" in name for name in derived(collection)} == {False}
