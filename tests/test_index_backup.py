"""`cuttings backup` and `cuttings restore`: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.cli.main import main
from corpus.errors import CuttingsError
from corpus.read import read
from index.folder.collection import Collection
from index.folder.database import FILE
from index.ingest.ingest import ingest
from index.store import Busy
from index.stores import backup, restore
from index.verify import verify
from tests.crashing import apart, crashed_at
from tests.fakes import HashEncoder
from tests.stores import written

posix = pytest.mark.skipif(os.name != "posix", reason="processes of POSIX")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("made")
    add(top / "news", written(top / "articles", bridge="The bridge opens in May.\n", ferry="Ferries sail.\n"))
    return top / "news"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A collection with everything that lies beside one."""
    folder = tmp_path / "news"
    shutil.copytree(made, folder)
    (folder / "settings.toml").write_text("threshold = 0.5\n")
    (folder / "feedback.jsonl").write_text('{"verdict": "up"}\n')
    (folder / "seal.key").write_bytes(bytes(32))
    (folder / "seal.key").chmod(0o600)
    (folder / "uploads").mkdir()
    (folder / "uploads" / "note.txt").write_text("A note.\n")
    (folder / "uploads" / ".half.txt.new").write_text("A no")
    with closing(sqlite3.connect(folder / "sync.sqlite")) as other:
        other.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE seen (page TEXT); INSERT INTO seen VALUES ('a')"
        )
    return folder


def add(folder: Path, articles: Path) -> None:
    with closing(Collection.create(folder)) as collection:
        ingest(collection, HashEncoder(), read([articles]), 40)


def more(folder: Path, name: str = "tunnel") -> None:
    """Another article."""
    add(folder, written(folder.parent / name, **{name: f"A {name} is dug in June.\n"}))


def contents(folder: Path) -> dict[str, str]:
    """The texts of a sound collection, and whatever files lie beside it."""
    with closing(Collection.open(folder)) as collection:
        assert verify(collection) == []
        texts = {one.id: collection.article(one.id).text for one in collection.articles()}
    files = [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".")]
    return texts | {
        file.relative_to(folder).as_posix(): file.read_text("latin-1")
        for file in files
        if "sqlite" not in file.name and "derived" not in file.parts
    }


def kept(to: Path) -> dict[str, str]:
    """What a restore of the backup gives."""
    target = to.with_name("restored")
    shutil.rmtree(target, ignore_errors=True)
    restore(to, target)
    return contents(target)


def test_all_that_lies_in_the_folder_comes_back(folder: Path, tmp_path: Path) -> None:
    before, to = contents(folder), tmp_path / "disk" / "backup"
    about = backup(folder, to)
    assert (about.articles, about.passages, about.files) == (2, 2, 6) and about.copied == about.size > 10_000
    assert kept(to) == before and before.keys() >= {
        "bridge",
        "seal.key",
        "uploads/note.txt",
        "feedback.jsonl",
    }
    assert (tmp_path / "disk/restored/seal.key").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "disk/restored/sync.sqlite")) as other:
        assert other.execute("SELECT page FROM seen").fetchall() == [("a",)]


def test_what_has_not_changed_is_not_kept_twice(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    first = backup(folder, to)
    note = (first.folder / "files/uploads/note.txt").stat().st_ino
    assert backup(folder, to).copied == 0
    more(folder)
    third = backup(folder, to)
    assert 0 < third.copied == (third.folder / "files" / FILE).stat().st_size < third.size
    assert (third.folder / "files/uploads/note.txt").stat().st_ino == note
    assert [one.name for one in to.iterdir() if one.is_dir()] == ["backup-00000003"]
    assert kept(to) == contents(folder)


def test_it_is_of_one_state_while_another_process_changes_the_collection(
    folder: Path, tmp_path: Path
) -> None:
    before = contents(folder)
    with closing(Collection.create(folder)) as writer, closing(Collection.open(folder)) as reader:
        with writer.change() as change:
            assert change.remove("ferry")
            backup(folder, tmp_path / "backup")
            assert len(reader.articles()) == 2
        assert len(reader.articles()) == 1
    assert kept(tmp_path / "backup") == before
    backup(folder, tmp_path / "backup")
    assert "ferry" not in kept(tmp_path / "backup")


@pytest.mark.slow
@posix
def test_a_backup_that_is_cut_off_leaves_the_one_before_or_is_whole(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    before = contents(folder)
    backup(folder, to)
    more(folder)
    after = contents(folder)
    seen = []
    for moment in range(0, 400, 13):
        shutil.copytree(to, tmp_path / "work", dirs_exist_ok=True)
        whole = not crashed_at(moment, lambda: backup(folder, tmp_path / "work"))
        seen.append(kept(tmp_path / "work"))
        assert seen[-1] in (before, after)
        if whole:
            break
        backup(folder, tmp_path / "work")  # and the next one goes on
        assert not list((tmp_path / "work").glob("building-*"))
        shutil.rmtree(tmp_path / "work")
    assert seen[0] == before and seen[-1] == after and len(seen) > 7


@pytest.mark.slow
@posix
def test_a_restore_that_is_cut_off_leaves_the_old_or_the_new(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    new = contents(folder)
    backup(folder, to)
    more(folder)
    old = contents(folder)
    seen = []
    for moment in range(0, 400, 4):
        work = tmp_path / f"work-{moment}"
        shutil.copytree(folder, work)
        whole = not crashed_at(moment, lambda work=work: restore(to, work))  # type: ignore[misc]
        seen.append(contents(work))
        assert seen[-1] in (old, new)
        if whole:
            break
    assert seen[0] == old and seen[-1] == new and len(seen) > 10
    assert contents(work.with_name(f"{work.name}.before-restore-1")) == old


def too_large() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@posix
def test_where_there_is_no_room_the_old_backup_stays(folder: Path, tmp_path: Path) -> None:
    to, before = tmp_path / "backup", contents(folder)
    backup(folder, to)
    more(folder)
    assert apart(lambda: backup(folder, to), too_large) == 1
    assert [one.name for one in to.iterdir() if one.is_dir()] == ["backup-00000001"] and kept(to) == before
    after = contents(folder)
    assert apart(lambda: restore(to, folder), too_large) == 1
    assert contents(folder) == after


def test_a_disk_that_fails_to_sync_keeps_the_old_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to, before = tmp_path / "backup", contents(folder)
    backup(folder, to)
    more(folder)

    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        backup(folder, to)
    with pytest.raises(OSError, match="Input/output"):
        restore(to, folder)
    monkeypatch.undo()
    assert kept(to) == before and "tunnel" in contents(folder)


@pytest.mark.parametrize("name", [FILE, "seal.key", "uploads/note.txt"])
def test_a_backup_that_was_damaged_is_not_put_back(name: str, folder: Path, tmp_path: Path) -> None:
    about = backup(folder, tmp_path / "backup")
    file = about.folder / "files" / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    before = contents(folder)
    with pytest.raises(
        CuttingsError, match=f"is not whole: {name} is not as it was written; nothing was changed"
    ):
        restore(tmp_path / "backup", folder)
    assert contents(folder) == before
    again = backup(folder, tmp_path / "backup")  # which does not take it for the file
    assert again.copied > 0
    assert kept(tmp_path / "backup") == before


def test_a_collection_that_is_damaged_does_not_replace_a_sound_backup(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    backup(folder, tmp_path / "backup")
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data.replace(b"opens in May", b"opens in Mai"))
    with pytest.raises(CuttingsError, match=r"is not sound, bridge: .*`cuttings verify --repair` puts right"):
        backup(folder, tmp_path / "backup")
    assert kept(tmp_path / "backup") == before
    restored = restore(tmp_path / "backup", folder)
    assert contents(folder) == before and restored.before == folder.with_name("news.before-restore-1")


def test_who_serves_the_collection_learns_that_it_was_replaced(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.folder.restore._PATIENCE", 0.01)
    backup(folder, tmp_path / "backup")
    with closing(Collection.open(folder)) as reader:
        assert not reader.gone
        restore(tmp_path / "backup", folder)
        assert reader.gone
    with (
        closing(Collection.create(folder)) as writer,
        writer.change(),
        pytest.raises(Busy, match="another ingest is writing"),
    ):
        restore(tmp_path / "backup", folder)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[object]:
    def said(*arguments: object) -> tuple[int, str]:
        code = main([str(one) for one in arguments])
        out = capsys.readouterr()
        return code, out.out + out.err

    yield said


def test_each_mistake_is_told_in_one_line(folder: Path, tmp_path: Path, said) -> None:
    to = tmp_path / "backup"
    full = written(tmp_path / "full", letter="Dear all")
    for arguments, words in (
        (("backup", to, "--collection", tmp_path / "none"), "there is no collection in"),
        (("backup", full, "--collection", folder), "is not empty and holds no backup ('letter.txt')"),
        (("backup", folder / "backup", "--collection", folder), "is within the collection itself"),
        (("backup", full / "letter.txt", "--collection", folder), "is a file; choose a folder"),
        (("backup", to, "--collection", "milvus://host:1/news"), "copy it with `cuttings copy URL DIR`"),
        (("restore", to, "--collection", folder), "there is no backup in"),
        (("restore", full, "--collection", folder), "there is no backup in"),
    ):
        code, line = said(*arguments)
        assert code == 1 and line.startswith("cuttings: ") and words in line and line.count("\n") == 1
    assert not to.exists()
    assert said("backup", to, "--collection", folder)[1].startswith("2 articles and 2 passages kept in ")
    code, line = said("restore", to, "--collection", full)
    assert code == 1 and "holds something else than a collection" in line
    code, line = said("restore", to, "--collection", folder)
    assert code == 0 and "the collection that was there is now" in line
