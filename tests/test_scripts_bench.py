"""`python -m scripts.bench`: what it measures and prints. That times are short is not tested."""

from __future__ import annotations

import gzip
import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.pipeline import STAGES
from corpus.errors import CuttingsError
from corpus.read import read
from eval.questions.gold import Evidence, Gold
from index.encoding.encoder import SentenceEncoder
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from scripts.bench.alone import alone, busy, peak_megabytes
from scripts.bench.command import main
from scripts.bench.ranks import Ranking, quality, ranked
from scripts.bench.sets import peer_set
from scripts.bench.side_by_side import SYSTEMS
from scripts.bench.text import Report, Table, as_markdown, as_text, number
from tests.small import ARTICLES

PARTS = ["search: bm25", "search: dense", "search: fusion"]


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    capsys.readouterr()
    try:
        code = main([str(arg) for arg in argv])
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def here(one_model, monkeypatch):
    """What runs in processes of its own runs in this one, where the model need not be loaded anew."""

    def direct(work, *given, **how):
        return work(*given)

    for name in ("command", "collection", "side_by_side"):
        monkeypatch.setattr(f"scripts.bench.{name}.alone", direct)


@pytest.fixture
def town(tmp_path, encoder: SentenceEncoder) -> Path:
    """The folder of a small collection, made with the model."""
    written = tmp_path / "articles"
    written.mkdir()
    for name, text in ARTICLES.items():
        (written / name).write_text(text, encoding="utf-8")
    collection = Collection.create(tmp_path / "town")
    ingest(collection, encoder, read([written]), 200)
    collection.close()
    return tmp_path / "town"


def stories(path: Path, number: int = 6) -> Path:
    places = ["ferry", "bridge", "tunnel", "harbour", "mill", "library"]
    rows = [
        {
            "id": f"Story {n}",
            "title": f"{place} closed for repairs in ward {n}",
            "topic": "town",
            "text": f"The council said on Monday that the {place} will be shut until the work in ward {n} is "
            f"done. It costs {n * 17 + 11} thousand pounds. Residents complained about the noise, the dust, "
            "and the long way round through the old town centre. A spokesman promised better signs soon, and "
            "buses that leave every hour from the market square while builders replace beams and rails.",
        }
        for n, place in enumerate(places[:number])
    ]
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


# A process of its own


def hold(megabytes: int) -> int:
    held = bytearray(megabytes * 1024**2)
    held[::1024] = b"x" * len(held[::1024])
    return peak_megabytes()


def complain() -> None:
    raise CuttingsError("the pot is empty; fill it")


@pytest.mark.slow
def test_a_process_of_its_own_has_its_own_memory_and_threads():
    here = bytearray(200 * 1024**2)
    here[::1024] = b"x" * len(here[::1024])
    assert alone(os.getpid) != os.getpid()
    assert hold(0) > 200
    assert 100 <= alone(hold, 100) < hold(0)  # not that of the one that started it
    assert alone(os.getenv, "OMP_NUM_THREADS", one_thread=True) == "1"
    assert alone(os.getenv, "HF_HUB_OFFLINE") == "1"


def test_the_environment_is_put_back(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    alone(os.getpid, one_thread=True)
    assert os.environ["OMP_NUM_THREADS"] == "7" and "MKL_NUM_THREADS" not in os.environ


@pytest.mark.slow
def test_what_goes_wrong_in_it_is_told():
    with pytest.raises(CuttingsError, match="the pot is empty; fill it"):
        alone(complain)
    with pytest.raises(CuttingsError, match="ended from outside"):
        alone(os._exit, 1)


def test_the_machine_is_described():
    assert {"cores", "system", "load"} <= busy().keys()
    assert all(busy().values())


# Sets and ranks


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_a_headline_asks_for_its_story_and_is_not_in_it(tmp_path, name):
    found = peer_set(stories(tmp_path / name))
    assert len(found.raws) == len(found.golds) == 6 and found.left_out == ()
    for raw, gold in zip(found.raws, found.golds, strict=True):
        assert raw.metadata.title is None and gold.question not in raw.text
        assert gold.evidence == (Evidence(raw.metadata.id, 0, len(raw.text)),) and gold.unit == "article"
    assert peer_set(tmp_path / name) == found


def test_a_headline_that_two_stories_have_asks_for_neither(tmp_path):
    path = stories(tmp_path / "s.jsonl")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[0], json.dumps({"title": "A short one here", "text": "No."})]))
    found = peer_set(path)
    assert len(found.golds) == 5
    assert found.left_out == ("3 stories that are short, or whose headline is short or not theirs alone",)


def test_stories_are_drawn_where_there_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.bench.sets.STORIES", 4)
    found = peer_set(stories(tmp_path / "s.jsonl"))
    assert len(found.golds) == 4 and found.left_out == ("2 that were not drawn",)
    assert peer_set(tmp_path / "s.jsonl") == found


@pytest.mark.parametrize(
    "content", [b'{"title": "No text"}', b"[1]", b"no json", b'{"title": "x", "text": "y"}', b"", b"\xff\xfe"]
)
def test_a_file_without_stories_is_refused(tmp_path, content):
    path = tmp_path / "s.jsonl"
    path.write_bytes(content)
    with pytest.raises(CuttingsError, match=r"s\.jsonl"):
        peer_set(path)


def test_a_broken_archive_and_a_missing_path_are_refused(tmp_path):
    (tmp_path / "s.jsonl.gz").write_bytes(b"no archive")
    with pytest.raises(CuttingsError, match="cannot read"):
        peer_set(tmp_path / "s.jsonl.gz")
    with pytest.raises(CuttingsError, match="cannot read"):
        peer_set(tmp_path / "nowhere")


def test_follow_ups_and_questions_without_an_answer_are_left_out_and_counted(tmp_path):
    text = "The mayor opened the bridge. It cost nine million pounds."
    (tmp_path / "articles.jsonl").write_text(json.dumps({"id": "a", "text": text}))
    row = {
        "id": "1",
        "question": "Who opened it?",
        "article_id": "a",
        "start": 0,
        "end": 9,
        "answer": "The mayor",
    }
    later = {**row, "id": "2", "history": [{"role": "user", "content": "What about the bridge?"}]}
    (tmp_path / "questions.jsonl").write_text(f"{json.dumps(row)}\n{json.dumps(later)}\n")
    found = peer_set(tmp_path)
    assert [gold.id for gold in found.golds] == ["1"]
    assert found.left_out == ("1 follow-ups, which the others cannot be asked",)
    (tmp_path / "questions.jsonl").write_text(f"{json.dumps(later)}\n")
    with pytest.raises(CuttingsError, match="every question is a follow-up"):
        peer_set(tmp_path)


def test_quality_is_what_the_arithmetic_says():
    # Second of two; first; not found.
    got = quality([Ranking(("x", "a"), {"a": 1}), Ranking(("b",), {"b": 1}), Ranking((), {"c": 1})])
    assert got["hit@1"] == pytest.approx(1 / 3)
    assert got["MRR"] == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert got["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 + 0) / 3)
    assert quality([Ranking((), {"a": 1})]) == {"hit@1": 0.0, "nDCG@10": 0.0, "MRR": 0.0}
    assert quality([Ranking((), {})]) == {}  # nothing to find


def test_a_ranking_names_passages_or_articles_each_once_and_ten_at_most():
    places = [Evidence("a", 0, 5), Evidence("a", 5, 9), Evidence("b", 0, 3), Evidence("a", 0, 5)]
    gold = Gold("1", "?", "", (), True, (places[0],))
    assert ranked(places, gold, {}).ranking == ("a:0-5", "a:5-9", "b:0-3")
    assert ranked(places, replace(gold, unit="article"), {}).ranking == ("a", "b")
    assert len(ranked([Evidence("a", n, n + 1) for n in range(30)], gold, {}).ranking) == 10


# What is printed

REPORT = Report(
    "On this.", (Table("Speed", "ms", ("stage", "p50"), (("read", "1"), ("encode", "20"))),), ("Note.",), {}
)


def test_tables_as_text_and_as_markdown():
    assert as_text(REPORT) == "On this.\n\nSpeed (ms)\nstage   p50\nread      1\nencode   20\n\nNote."
    assert as_markdown(REPORT) == (
        "On this.\n\n**Speed** (ms)\n\n"
        "| stage | p50 |\n| --- | ---: |\n| read | 1 |\n| encode | 20 |\n\nNote."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        (0.0, "0"),
        (0.00123, "0.00123"),
        (1.0, "1"),
        (12.34, "12.3"),
        (1234.5, "1,234"),
        (99.99, "100"),
    ],
)
def test_numbers_are_short(value, said):
    assert number(value) == said


@pytest.mark.model
def test_a_collection_is_measured_and_left_as_it_was(capsys, here, town):
    before = (town / "collection.sqlite").read_bytes()
    code, out, _ = run(capsys, "--collection", town, "--form", "json")
    told = json.loads(out)
    assert code == 0
    assert (told["articles"], told["passages"]) == (3, 3)
    assert list(told["asked"]["stages"]) == [*STAGES, "whole", *PARTS]
    for stage in told["asked"]["stages"].values():
        assert 0 <= stage["p50"] <= stage["p95"] <= stage["p99"] and stage["n"] >= 3
    assert list(told["asked"]["start"]) == ["process and code", "model", "indexes", "first question"]
    assert list(told["asked"]["memory"])[-1] == "all questions"
    assert told["asked"]["quality"] == {}
    assert 0 < sum(size for name, size in told["sizes"].items() if name != "file") < told["sizes"]["file"]
    assert told["built"]["passages"] == 3 and told["build_seconds"] > 0
    assert {"cores", "load"} <= set(told["machine"])
    assert (town / "collection.sqlite").read_bytes() == before
    assert sorted(file.name for file in town.iterdir() if "-" not in file.name) == [
        "collection.sqlite",
        "derived",
        "seal.key",
    ]


@pytest.mark.model
def test_a_gold_file_gives_the_questions_and_the_quality(capsys, here, town, tmp_path):
    quote = "The mayor opened the new bridge on Friday."
    evidence = [{"article_id": "bridge", "quote": quote}]
    row = {
        "id": "1",
        "question": "Who opened the new bridge?",
        "kind": "fact",
        "history": [],
        "answerable": True,
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps({**row, "evidence": evidence}))
    code, out, _ = run(capsys, tmp_path / "gold.jsonl", "--collection", town, "--form", "markdown")
    assert code == 0
    assert "| hit@1 | 1.000 |" in out and "1 of 1 gold questions" in out
    for stage in (*STAGES, "whole", *PARTS, "vectors", "until the first answer"):
        assert f"| {stage} |" in out


@pytest.mark.model
def test_made_articles_are_measured(capsys, here, monkeypatch):
    monkeypatch.setattr("scripts.bench.command._QUESTIONS", 3)
    code, out, _ = run(capsys, "--articles", 1, "--form", "json")
    told = json.loads(out)
    assert code == 0
    assert told["articles"] == 1 and told["built"]["passages"] == told["passages"] and told["note"] == ""
    assert set(told["asked"]["quality"]) == {"hit@1", "nDCG@10", "MRR"}
    assert told["asked"]["stages"]["whole"]["n"] == 3
    monkeypatch.setattr("scripts.bench.command.ENCODED", 0)
    code, out, _ = run(capsys, "--articles", 1)
    assert code == 0 and "Vectors made, not encoded" in out


@pytest.mark.model
def test_systems_side_by_side(capsys, here, tmp_path):
    for module in ("bm25s", "txtai"):
        pytest.importorskip(module)
    path = stories(tmp_path / "s.jsonl")
    code, out, _ = run(capsys, "--peers", path, "--form", "json")
    told = json.loads(out)
    assert code == 0
    assert (told["passages"], told["questions"]) == (6, 6)
    assert list(told["figures"]) == list(told["ratios"]) == list(SYSTEMS)
    for name, figures in told["figures"].items():
        assert figures["quality"]["hit@1"] == 1.0  # each headline has a word of its own
        assert 0 < figures["p50_ms"] <= figures["p95_ms"]
        assert (figures["disk_mb"] is None) == (name == "rank-bm25")
    assert all(value == 1 for value in told["ratios"]["Cuttings"].values())
    assert told["ratios"]["txtai"]["p50 ms"] == pytest.approx(
        told["figures"]["txtai"]["p50_ms"] / told["figures"]["Cuttings"]["p50_ms"]
    )


def test_wrong_usage_is_told_in_a_line(capsys, tmp_path):
    for argv in (
        ("--articles", "0"),
        ("--articles", "-3"),
        ("--articles", "many"),
        ("--articles", "3", "--peers", "x"),
        ("gold.jsonl", "--articles", "3"),
        ("--form", "html"),
    ):
        code, out, err = run(capsys, *argv)
        assert (code, out) == (2, "") and "scripts.bench: error: " in err


@pytest.mark.slow
def test_what_cannot_be_measured_is_told_in_a_line(capsys, tmp_path):
    Collection.create(tmp_path / "empty").close()
    for folder, why in ((tmp_path / "empty", "is empty"), (tmp_path / "none", "there is no collection")):
        code, out, err = run(capsys, "--collection", folder)
        assert (code, out, err.count("\n")) == (1, "", 1) and why in err
    for module in ("bm25s", "txtai"):
        pytest.importorskip(module)
    code, out, err = run(capsys, "--peers", tmp_path / "nowhere")
    assert (code, out, err.count("\n")) == (1, "", 1) and "nowhere" in err
