"""Where a run is kept, and which one that was stopped is continued."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.stored import fingerprint, read_manifest, storage
from tests.test_eval_stored import MANIFEST, ORDER, UNITS, write

SHORT = fingerprint(MANIFEST)[:8]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cuttings" / "eval" / "runs"


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    (tmp_path / "collection").mkdir()
    return tmp_path / "collection"


def kept(named: Path | None, collection: Path | None, manifest=MANIFEST) -> tuple[Path, int]:
    """The folder that is chosen, and the records that are there already."""
    store = storage(named, collection, manifest, ORDER)
    store.close()
    return store.folder, store.resumed


def test_a_folder_that_is_named_is_taken(tmp_path, collection):
    assert kept(tmp_path / "out", collection) == (tmp_path / "out", 0)


def test_of_a_collection_beside_it_else_in_the_cache(collection, cache):
    name = f"20260102T030405Z-{SHORT}"
    assert kept(None, collection) == (collection / "evaluation" / "runs" / name, 0)
    assert kept(None, None) == (cache / name, 0)


def test_the_newest_that_was_stopped_is_gone_on_with(collection):
    runs = collection / "evaluation" / "runs"
    write(runs / f"20250101T000000Z-{SHORT}", UNITS[:2])
    write(runs / f"20250102T000000Z-{SHORT}", UNITS[:1])
    write(runs / f"20250103T000000Z-{SHORT}")
    assert kept(None, collection) == (runs / f"20250102T000000Z-{SHORT}", 2)
    other = replace(MANIFEST, questions_sha256="9" * 64)
    assert kept(None, collection, other) == (runs / f"20260102T030405Z-{fingerprint(other)[:8]}", 0)


def test_a_run_that_has_ended_or_cannot_be_read_is_left(collection):
    runs = collection / "evaluation" / "runs"
    write(runs / f"20250103T000000Z-{SHORT}")
    (runs / f"20250104T000000Z-{SHORT}").mkdir()
    (runs / f"20250104T000000Z-{SHORT}" / "run.json").write_text("{")
    folder, resumed = kept(None, collection)
    assert (folder.name, resumed) == (f"20260102T030405Z-{SHORT}", 0)
    assert read_manifest(runs / f"20250103T000000Z-{SHORT}") == replace(MANIFEST, seconds=12.5)


def test_two_that_begin_in_the_same_second_have_a_folder_each(collection):
    first = storage(None, collection, MANIFEST, ORDER)
    second = storage(None, collection, MANIFEST, ORDER)
    assert {store.folder.name for store in (first, second)} == {
        f"20260102T030405Z-{SHORT}",
        f"20260102T030405Z.2-{SHORT}",
    }
    first.close()
    second.close()


def test_where_the_collection_takes_nothing_the_cache_does(collection, cache, capsys):
    (collection / "evaluation").write_text("in the way")
    assert kept(None, collection)[0].parent == cache
    told = capsys.readouterr().err
    assert "cannot write to" in told and "in the cache instead" in told and told.count("\n") == 1


def test_where_nothing_takes_it_it_is_one_line(collection, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(CuttingsError, match="cannot write to"):
        kept(None, None)
