"""A run on disk: what was written comes back, what was torn is asked again, nothing of others is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from eval.manifest import Indexed, Manifest
from eval.record import Record
from eval.stored import RECORDS, RUN, Run, begin, fingerprint, read_manifest, read_run, refusal
from tests.records import record

SYSTEMS = ("hybrid+reader", "bm25")
ORDER = [[(system, id) for system in SYSTEMS] for id in ("q1", "q2", "q3")]
UNITS = [[record(system=system, id=id) for system, id in keys] for keys in ORDER]
EVERY = tuple(one for unit in UNITS for one in unit)
MANIFEST = Manifest(
    questions="gold.jsonl",
    questions_sha256="1" * 64,
    systems=SYSTEMS,
    settings={system: {"fusion.depth": 60} for system in SYSTEMS},
    collections={system: Indexed(3, 9, 1000, "2" * 64) for system in SYSTEMS},
    model={"model": "3" * 64},
    versions={"cuttings": "0.1.0"},
    machine={"cores": "2"},
    seed=7,
    jobs=1,
    started="2026-01-02T03:04:05+00:00",
)


def write(
    folder: Path, units: Sequence[Sequence[Record]] = UNITS, manifest: Manifest = MANIFEST
) -> Run | None:
    """A run that ended where all units are given, else one that was stopped behind those."""
    store = begin(folder, manifest, ORDER)
    for unit in units:
        store.append(unit)
    run = store.end(12.5, no_report) if len(units) == len(ORDER) else None
    store.close()
    return run


def no_report(run: Run, folder: Path) -> Run:
    """For runs of which no report is written."""
    return run


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    written = write(tmp_path / "a" / "run")
    read = read_run(tmp_path / "a" / "run")
    assert read == written == Run(replace(MANIFEST, seconds=12.5), EVERY)
    assert read_run(tmp_path / "a" / "run" / RUN) == read
    assert read.of("bm25") == tuple(one for one in EVERY if one.system == "bm25")
    assert names(tmp_path / "a" / "run") == {RUN, RECORDS}


def test_each_question_is_on_the_disk_before_the_next_is_asked(tmp_path: Path) -> None:
    store = begin(tmp_path, MANIFEST, ORDER)
    assert read_manifest(tmp_path) == MANIFEST
    for done, unit in enumerate(UNITS, start=1):
        store.append(unit)
        assert len((tmp_path / RECORDS).read_text().splitlines()) == 2 * done
    store.close()


@pytest.mark.parametrize("keep", range(0, 4200, 163))
def test_wherever_it_was_stopped_whole_questions_are_kept_and_the_rest_is_asked(
    tmp_path: Path, keep: int
) -> None:
    write(tmp_path, UNITS[:2])
    content = (tmp_path / RECORDS).read_bytes()
    (tmp_path / RECORDS).write_bytes(content[:keep])
    whole = content[:keep].count(b"\n") // 2
    store = begin(tmp_path, MANIFEST, ORDER)
    assert store.records == list(EVERY[: 2 * whole]) and store.resumed == 2 * whole
    assert (tmp_path / RECORDS).read_bytes() == b"".join(content.splitlines(keepends=True)[: 2 * whole])
    for unit in UNITS[whole:]:
        store.append(unit)
    store.end(1.0, no_report)
    store.close()
    assert read_run(tmp_path).records == EVERY


def test_time_that_was_spent_before_it_was_stopped_counts(tmp_path: Path) -> None:
    write(tmp_path, UNITS[:2])
    store = begin(tmp_path, replace(MANIFEST, started="2026-02-01T00:00:00+00:00"), ORDER)
    store.append(UNITS[2])
    run = store.end(5.0, no_report)
    store.close()
    assert run.manifest.seconds == pytest.approx(5.0 + 4 * 0.001)  # four records of a millisecond
    assert run.manifest.started == MANIFEST.started


def test_seed_jobs_and_machine_make_no_other_run_but_all_else_does(tmp_path: Path) -> None:
    write(tmp_path, UNITS[:1], replace(MANIFEST, jobs=4))
    same = replace(MANIFEST, seed=8, jobs=2, machine={}, questions="./gold.jsonl")
    assert fingerprint(same) == fingerprint(MANIFEST)
    store = begin(tmp_path, same, ORDER)
    assert (store.resumed, store.manifest.seed, store.manifest.jobs) == (2, 8, 4)
    store.close()


OTHERS = [
    (replace(MANIFEST, questions_sha256="9" * 64), r"other questions \(gold.jsonl\)"),
    (replace(MANIFEST, systems=("bm25",)), r"other systems \(hybrid\+reader, bm25\)"),
    (replace(MANIFEST, settings={"bm25": {"fusion.depth": 9}}), "other settings"),
    (replace(MANIFEST, collections={"bm25": Indexed(3, 9, 1000, "9" * 64)}), "before its articles changed"),
    (replace(MANIFEST, model={"model": "9" * 64}), "another version"),
    (replace(MANIFEST, versions={"cuttings": "0.2.0"}), "another version"),
]


@pytest.mark.parametrize(("other", "why"), OTHERS)
def test_a_stopped_run_of_something_else_is_not_overwritten(
    tmp_path: Path, other: Manifest, why: str
) -> None:
    write(tmp_path, UNITS[:1])
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(CuttingsError, match=why) as error:
        begin(tmp_path, other, ORDER)
    assert "--report DIR" in str(error.value) and "\n" not in str(error.value)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("other", [MANIFEST, *(other for other, _ in OTHERS)])
def test_a_run_that_has_ended_is_replaced_and_what_is_not_ours_stays(tmp_path: Path, other: Manifest) -> None:
    write(tmp_path)
    for name in ("report.html", "summary.json", "notes.txt", "mine.trec"):
        (tmp_path / name).write_text("before")
    store = begin(tmp_path, other, ORDER)
    store.close()
    assert store.records == []
    assert names(tmp_path) == {RUN, RECORDS, "notes.txt", "mine.trec"}
    assert read_manifest(tmp_path) == other


@pytest.mark.parametrize("name", [RECORDS, "report.html", "summary.json"])
def test_files_of_our_names_that_no_run_wrote_are_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(CuttingsError, match=f"holds {name}, but no run.json"):
        begin(tmp_path, MANIFEST, ORDER)
    assert names(tmp_path) == {name} and (tmp_path / name).read_text() == "mine"


def test_a_folder_with_other_files_can_take_a_run(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write(tmp_path)
    assert read_run(tmp_path).records == EVERY and (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_takes_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CuttingsError, match="--report DIR"):
            begin(folder, MANIFEST, ORDER)


def test_two_at_once_are_kept_apart(tmp_path: Path) -> None:
    first = begin(tmp_path, MANIFEST, ORDER)
    first.append(UNITS[0])
    with pytest.raises(CuttingsError, match="another `cuttings eval` writes into"):
        begin(tmp_path, MANIFEST, ORDER)
    first.append(UNITS[1])
    first.close()
    second = begin(tmp_path, MANIFEST, ORDER)
    assert second.records == list(EVERY[:4])
    second.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file that is always full")
def test_a_full_disk_is_one_line_and_the_run_can_be_gone_on_with(tmp_path: Path) -> None:
    write(tmp_path, UNITS[:1])
    store = begin(tmp_path, MANIFEST, ORDER)
    store._file = open("/dev/full", "a")  # noqa: SIM115 -- the disk from here on
    with pytest.raises(
        CuttingsError, match=r"No space left .* behind the 2 records that are stored"
    ) as error:
        store.append(UNITS[1])
    assert "\n" not in str(error.value)
    again = begin(tmp_path, MANIFEST, ORDER)
    assert again.records == list(EVERY[:2])
    again.close()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / RUN):
        with pytest.raises(CuttingsError, match="is no run"):
            read_run(path)
    for content in ("{", "[]", "{}", '"text"', json.dumps({"systems": 3})):
        (tmp_path / RUN).write_text(content)
        with pytest.raises(CuttingsError, match="cannot read"):
            read_run(tmp_path)


def test_a_run_that_was_stopped_is_not_read_as_if_it_were_whole(tmp_path: Path) -> None:
    write(tmp_path, UNITS[:2])
    with pytest.raises(CuttingsError, match="has not ended"):
        read_run(tmp_path)


def test_a_run_whose_report_cannot_be_written_is_gone_on_with(tmp_path: Path) -> None:
    def refused(run: Run, folder: Path) -> None:
        raise CuttingsError("no room")

    store = begin(tmp_path, MANIFEST, ORDER)
    for unit in UNITS:
        store.append(unit)
    with pytest.raises(CuttingsError, match="no room"):
        store.end(1.0, refused)
    store.close()
    again = begin(tmp_path, MANIFEST, ORDER)
    assert again.records == list(EVERY)
    run = again.end(1.0, no_report)
    again.close()
    assert run == read_run(tmp_path)


@pytest.mark.parametrize("torn", [0, 1, 200, -200, -1])
def test_a_run_of_which_a_part_is_gone_is_not_read_as_if_it_were_whole(tmp_path: Path, torn: int) -> None:
    write(tmp_path)
    content = (tmp_path / RECORDS).read_bytes()
    (tmp_path / RECORDS).write_bytes(content[:torn])
    with pytest.raises(CuttingsError, match="is not whole"):
        read_run(tmp_path)
    (tmp_path / RECORDS).write_bytes(b"".join(content.splitlines(keepends=True)[:-1]))
    with pytest.raises(CuttingsError, match="is not whole: 5 records"):
        read_run(tmp_path)


def test_a_damaged_record_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path)
    lines = (tmp_path / RECORDS).read_text().splitlines(keepends=True)
    (tmp_path / RECORDS).write_text("".join([lines[0], "{}\n", *lines[2:]]))
    with pytest.raises(CuttingsError, match=f"{RECORDS}:2 is no record"):
        read_run(tmp_path)
    (tmp_path / RECORDS).unlink()
    with pytest.raises(CuttingsError, match="the run is not whole"):
        read_run(tmp_path)


def test_an_empty_file_of_records_is_nothing_to_lose(tmp_path: Path) -> None:
    (tmp_path / RECORDS).touch()
    assert refusal(tmp_path, None, MANIFEST) == ""
