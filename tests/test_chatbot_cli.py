"""The command line: its contract with other programs, and one clear line for whatever goes wrong."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from chatbot.answer import Answer, Citation
from chatbot.cli.main import main
from chatbot.render import terminal
from chatbot.threads import in_background
from corpus.article import Article, Removed
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.reading import found_hit

COMMAND = Path(sys.executable).with_name("cuttings")
CITATION = {"rank", "quote", "article_id", "title", "source", "start", "end", "score"}
HIT = {"rank", "article_id", "source", "start", "end", "score"}
ANSWER = {"question", "standalone_question", "state", "abstained", "confidence", "citations", "hits"}
HIT_ONE = found_hit("a", "First", "a.txt", "It opens in May.")

ANSWERABLE = "What share of clinical directors intend to quit in the next year?"
FOREIGN = "Who won the football world cup in 1998?"
STORY = "The bridge at Alford will open in May. It has cost three million pounds, the council said.\n"


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    capsys.readouterr()
    try:
        code = main([str(arg) for arg in argv])
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def fails(capsys: pytest.CaptureFixture[str], *argv: object, code: int = 1) -> str:
    """The one line with which a command fails."""
    ended, out, err = run(capsys, *argv)
    assert (ended, out) == (code, "")
    assert err.startswith("cuttings") and err.endswith("\n") and err.count("\n") == 1
    return err


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the collection of who runs it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("CUTTINGS_COLLECTION", raising=False)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A collection of two articles, made with the small encoder, that a test may change."""
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("bridge", "ferry"):
        (sources / f"{name}.txt").write_text(STORY.replace("bridge", name), encoding="utf-8")
    folder = tmp_path / "small"
    collection = Collection.create(folder)
    ingest(collection, HashEncoder(), read([sources]), 50)
    collection.close()
    return folder


@pytest.fixture
def eager(tmp_path: Path, bundled_folder: Path) -> Path:
    """The bundled articles, with settings that have every question answered."""
    return with_threshold(bundled_folder, tmp_path / "eager", 0.0)


@pytest.fixture
def silent(tmp_path: Path, bundled_folder: Path) -> Path:
    """The bundled articles, with settings that have no question answered."""
    return with_threshold(bundled_folder, tmp_path / "silent", 1.0)


def with_threshold(bundled_folder: Path, folder: Path, threshold: float) -> Path:
    shutil.copytree(bundled_folder, folder)
    settings = f"threshold = {threshold}\nsure_threshold = {threshold}\n"
    folder.joinpath("settings.toml").write_text(settings, encoding="utf-8")
    return folder


def ids(folder: Path) -> set[str]:
    return {article.id for article in Collection.open(folder).articles()}


def batch(tmp_path: Path, *lines: object, between: str = "\n", start: bytes = b"") -> Path:
    file = tmp_path / "questions.jsonl"
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    file.write_bytes(start + between.encode().join(texts) + between.encode())
    return file


# Questions


def test_an_answer_as_json_has_the_contract_and_every_quote_is_a_slice(capsys, bundled_folder):
    code, out, err = run(capsys, "ask", ANSWERABLE, "--collection", bundled_folder, "--json")
    answer = json.loads(out)
    assert code == 0 and err == "" and out.count("\n") == 1
    assert set(answer) >= ANSWER
    assert answer["citations"] and len(answer["hits"]) == 10
    check_slices(answer, bundled_folder)


def check_slices(answer: dict[str, Any], folder: Path) -> None:
    collection = Collection.open(folder)
    assert [citation["rank"] for citation in answer["citations"]] == list(
        range(1, len(answer["citations"]) + 1)
    )
    for citation in answer["citations"]:
        assert set(citation) >= CITATION
        article = collection.article(citation["article_id"])
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]
        assert (article.title, article.source) == (citation["title"], citation["source"])
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    for hit in answer["hits"]:
        assert set(hit) >= HIT
        assert 0 <= hit["start"] < hit["end"] <= len(collection.article(hit["article_id"]).text)
    assert answer["state"] in ("answer", "possibly", "none")
    assert answer["abstained"] == (answer["state"] == "none") and 0 <= answer["confidence"] <= 1


def test_an_answer_for_a_person_names_its_sources(capsys, eager):
    _, out, _ = run(capsys, "ask", ANSWERABLE, "--collection", eager, "--json")
    first = json.loads(out)["citations"][0]
    code, out, err = run(capsys, "ask", ANSWERABLE, "--collection", eager)
    assert code == 0 and err == ""
    assert out.splitlines()[0] == f"1. “{first['quote']}”"
    assert first["title"] in out and f"[{first['source']} {first['start']}-{first['end']}]" in out


def test_what_the_articles_do_not_answer_is_said_to_be_no_answer(capsys, silent):
    code, out, _ = run(capsys, "ask", ANSWERABLE, "--collection", silent)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "The articles do not answer that."
    assert lines[2] == "Closest passages (not an answer):"
    assert lines[4].startswith("-  “") and not any(line.startswith("1.") for line in lines)
    _, out, _ = run(capsys, "ask", ANSWERABLE, "--collection", silent, "--json")
    answer = json.loads(out)
    assert answer["abstained"] and answer["citations"] and answer["hits"]


def test_a_batch_gives_a_line_for_a_line_in_order(capsys, tmp_path, bundled_folder):
    asked = [
        {"id": "q2", "question": ANSWERABLE},
        {"id": 1, "question": FOREIGN, "history": []},
        {
            "id": None,
            "question": "How many of them?",
            "history": [
                {"role": "user", "content": "Do clinical directors intend to quit?"},
                {"role": "assistant", "content": "More than one in ten."},
            ],
        },
        {"question": "the of and", "kind": "left out"},
    ]
    code, out, err = run(capsys, "ask", "--batch", batch(tmp_path, *asked), "--collection", bundled_folder)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and err == ""
    assert [answer["id"] for answer in answers] == ["q2", 1, None, None]
    assert [answer["question"] for answer in answers] == [row["question"] for row in asked]
    for answer in answers:
        assert set(answer) >= ANSWER | {"id"}
        check_slices(answer, bundled_folder)
    assert answers[1]["citations"] and answers[1]["hits"] and answers[3]["abstained"]
    assert answers[0]["standalone_question"] == ANSWERABLE
    assert "quit" in answers[2]["standalone_question"]
    _, single, _ = run(capsys, "ask", ANSWERABLE, "--collection", bundled_folder, "--json")
    assert answers[0] == {"id": "q2", **json.loads(single)}


MALFORMED = (
    (b"{bad", None, "not JSON"),
    (b"[" * 100_000, None, "not JSON"),
    (b'{"id": NaN, "question": "x"}', None, "NaN"),
    (b'{"id": "\xff", "question": "x"}', None, "not UTF-8"),
    ([], None, "not an object"),
    ("x", None, "not an object"),
    ({"id": 7}, 7, 'no "question"'),
    ({"id": 7, "question": 5}, 7, "not text"),
    ({"id": 7, "question": " \n"}, 7, "empty"),
    ({"id": 7, "question": "a" * 100_000}, 7, "100,000 characters"),
    ({"id": [7], "question": "x"}, None, "the id"),
    ({"id": 7, "question": "x", "history": "no"}, 7, "not a list"),
    ({"id": 7, "question": "x", "history": ["no"]}, 7, "turn 1 of the history is not an object"),
    ({"id": 7, "question": "x", "history": [{"role": "system", "content": ""}]}, 7, "'system'"),
    ({"id": 7, "question": "x", "history": [{"role": ["user"], "content": ""}]}, 7, "role"),
    ({"id": 7, "question": "x", "history": [{"role": "user"}]}, 7, "content"),
)


def test_a_malformed_line_has_its_place_and_the_others_are_answered(capsys, tmp_path, bundled_folder):
    lines = [part for line, _, _ in MALFORMED for part in (line, {"id": "ok", "question": "the of and"})]
    file = batch(tmp_path, *lines)
    code, out, err = run(capsys, "ask", "--batch", file, "--collection", bundled_folder)
    rows = [json.loads(line) for line in out.splitlines()]
    told = err.splitlines()
    assert code == 1 and len(rows) == len(lines) and len(told) == len(MALFORMED)
    for place, (_, id, words) in enumerate(MALFORMED):
        assert set(rows[2 * place]) == {"id", "line", "error"}
        assert rows[2 * place]["id"] == id and rows[2 * place]["line"] == 2 * place + 1
        assert words in rows[2 * place]["error"]
        assert told[place] == f"cuttings: {file}, line {2 * place + 1}: {rows[2 * place]['error']}"
        assert rows[2 * place + 1]["id"] == "ok" and "error" not in rows[2 * place + 1]


def test_a_batch_as_other_programs_write_it(capsys, tmp_path, bundled_folder):
    odd = [
        {"id": "bom", "question": "the of"},
        b"",
        b"   ",
        {"id": "\ud800", "question": "\ud800 networks \ud800"},
        {"id": "nul", "question": "a\x00b networks"},
        {"id": "emoji", "question": "😀"},
        {"id": "old", "question": "Why?", "history": [{"role": "user", "content": "\ud800 networks \udfff"}]},
        {"id": "null", "question": "the of", "history": None},
        {"id": "long", "question": "Why?", "history": [{"role": "user", "content": "word " * 200_000}]},
    ]
    file = batch(tmp_path, *odd, between="\r\n", start=b"\xef\xbb\xbf")
    code, out, err = run(capsys, "ask", "--batch", file, "--collection", bundled_folder)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [row["id"] for row in rows] == ["bom", "\ud800", "nul", "emoji", "old", "null", "long"]
    assert rows[1]["hits"] and rows[2]["hits"] and rows[4]["hits"]
    assert rows[3]["abstained"] and rows[3]["notice"]
    assert len(rows[6]["standalone_question"]) < 3000
    out.encode("ascii")


def test_a_batch_from_standard_input(capsys, monkeypatch, bundled_folder):
    stdin = io.TextIOWrapper(
        io.BytesIO(b'{"id": "a", "question": "the of"}\n\n{"id": "b", "question": "hello"}')
    )
    monkeypatch.setattr(sys, "stdin", stdin)
    code, out, _ = run(capsys, "ask", "--batch", "-", "--collection", bundled_folder)
    assert code == 0 and [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"]


def test_an_empty_batch_gives_nothing(capsys, tmp_path, bundled_folder):
    file = batch(tmp_path)
    assert run(capsys, "ask", "--batch", file, "--collection", bundled_folder) == (0, "", "")


def test_a_search_gives_as_many_passages_as_asked_for(capsys, bundled_folder):
    code, out, _ = run(capsys, "search", "primary care", "--k", 3, "--json", "--collection", bundled_folder)
    found = json.loads(out)
    assert code == 0 and found["query"] == "primary care" and len(found["hits"]) == 3
    for hit in found["hits"]:
        text = Collection.open(bundled_folder).article(hit["article_id"]).text
        assert text[hit["start"] : hit["end"]] == hit["text"]
    _, out, _ = run(capsys, "search", "primary care", "--k", 3, "--collection", bundled_folder)
    assert [line[:3] for line in out.splitlines()[::3]] == ["1. ", "2. ", "3. "]


@pytest.mark.parametrize(
    ("question", "words"), [("", "empty"), ("   ", "empty"), ("a" * 100_000, "100,000 characters")]
)
def test_a_question_that_is_none(capsys, bundled_folder, question, words):
    for command in ("ask", "search"):
        assert words in fails(capsys, command, question, "--collection", bundled_folder)


@pytest.mark.parametrize("question", ["the of and what", "😀 😀", "?!", "\x00"])
def test_a_question_with_nothing_to_search_for(capsys, bundled_folder, question):
    code, out, err = run(capsys, "ask", question, "--collection", bundled_folder)
    assert code == 0 and err == "" and out.count("\n") == 1 and "nothing in this question" in out


# What is in the collection


def test_an_unquoted_question_is_taken_whole(capsys, bundled_folder):
    at = ("--json", "--collection", bundled_folder)
    quoted = run(capsys, "ask", "What is a PCN", *at)
    assert run(capsys, "ask", "What", "is", "a", "PCN", *at) == quoted
    assert json.loads(quoted[1])["question"] == "What is a PCN"
    searched = json.loads(run(capsys, "search", "draft", "specifications", *at)[1])
    assert searched["query"] == "draft specifications"


def test_list_and_show_as_json(capsys, bundled_folder):
    _, out, _ = run(capsys, "list", "--json", "--collection", bundled_folder)
    articles = json.loads(out)["articles"]
    dates = [article["published"] for article in articles]
    assert len(articles) == len(ids(bundled_folder)) and dates == sorted(dates, reverse=True)
    _, out, _ = run(capsys, "show", articles[0]["id"], "--json", "--collection", bundled_folder)
    assert json.loads(out)["text"] == Collection.open(bundled_folder).article(articles[0]["id"]).text


def test_list_for_a_person_has_a_line_for_each_article(capsys, bundled_folder):
    code, out, _ = run(capsys, "list", "--collection", bundled_folder)
    assert code == 0
    assert {line.split()[1] for line in out.splitlines()} == ids(bundled_folder)


def test_show_leaves_out_what_was_removed_and_tells_it_when_asked(capsys, bundled_folder):
    article = Collection.open(bundled_folder).article("pipedream-without-investment")
    gone = article.removed[0]
    _, out, _ = run(capsys, "show", article.id, "--collection", bundled_folder)
    assert "publisher:" not in out and article.text.strip()[-60:] in out
    _, out, _ = run(capsys, "show", article.id, "--removed", "--collection", bundled_folder)
    assert out.startswith(f"{gone.start}-{gone.end}  {gone.reason}\n") and "publisher:" in out


def test_what_is_kept_of_a_text_is_what_lies_between_what_was_removed():
    article = Article("a", "T", "xxOne.yyTwo.zz", "a.txt", removed=(Removed(0, 2, "r"), Removed(6, 8, "s")))
    assert terminal.story(article) == "T, a.txt\n\nOne.Two.zz"
    assert terminal.removed(article) == "0-2  r\n    xx\n\n6-8  s\n    yy"


def test_where_much_was_removed_one_blank_line_is_shown():
    text = "One.\n\nShare\n \nTweet\n\r\n\nTwo.\nThree.\n"
    gone = tuple(
        Removed(at, at + len(word), "control") for word in ("Share", "Tweet") for at in [text.index(word)]
    )
    shown = terminal.story(Article("a", "A", text, "a.html", removed=gone))
    assert shown.endswith("\n\nOne.\n\nTwo.\nThree.")


def test_an_article_that_is_not_there(capsys, small):
    assert "'nobody'" in fails(capsys, "show", "nobody", "--collection", small)
    assert "'nobody'" in fails(capsys, "remove", "ferry", "nobody", "--collection", small)
    assert ids(small) == {"bridge", "ferry"}


def test_remove(capsys, small):
    assert run(capsys, "remove", "ferry", "ferry", "--collection", small) == (0, "removed ferry\n", "")
    assert ids(small) == {"bridge"}


def test_remove_missing(capsys, small, tmp_path):
    code, out, _ = run(capsys, "remove", "--missing", "--collection", small)
    assert code == 0 and "still there" in out and ids(small) == {"bridge", "ferry"}
    (tmp_path / "sources" / "ferry.txt").unlink()
    assert run(capsys, "remove", "--missing", "--collection", small) == (0, "removed ferry\n", "")
    assert ids(small) == {"bridge"}


def test_remove_missing_keeps_what_is_in_a_folder_that_is_not_there(capsys, small, tmp_path):
    missing = ("remove", "--missing", "--collection", small)
    sources, away = tmp_path / "sources", tmp_path / "away"
    sources.rename(away)
    code, out, _ = run(capsys, *missing)
    assert (
        code == 0
        and f"2 articles kept whose folder is empty or not there, perhaps not mounted: {sources}" in out
    )
    sources.mkdir()  # as a share is that is not mounted
    assert run(capsys, *missing) == (code, out, "")
    assert ids(small) == {"bridge", "ferry"}
    (away / "ferry.txt").rename(sources / "ferry.txt")
    assert run(capsys, *missing) == (0, "removed bridge\n", "")  # others of its folder are there
    (sources / "ferry.txt").unlink()
    assert run(capsys, *missing, "--yes", "--dry-run") == (0, "would remove ferry\n", "")
    assert ids(small) == {"ferry"}
    assert run(capsys, *missing, "--yes") == (0, "removed ferry\n", "")
    assert ids(small) == set()


def test_remove_missing_stops_where_more_than_a_tenth_would_go(capsys, small, tmp_path):
    missing = ("remove", "--missing", "--collection", small)
    (tmp_path / "sources" / "other.txt").touch()
    for name in ("bridge", "ferry"):
        (tmp_path / "sources" / f"{name}.txt").unlink()
    told = fails(capsys, *missing)
    assert "2 of 2 articles would be removed, more than a tenth" in told and "--dry-run" in told
    assert run(capsys, *missing, "--dry-run") == (0, "would remove bridge\nwould remove ferry\n", "")
    assert ids(small) == {"bridge", "ferry"}
    assert run(capsys, *missing, "--yes")[0] == 0
    assert ids(small) == set()


def test_verify_of_a_sound_collection(capsys, small, tmp_path):
    assert run(capsys, "verify", "--collection", small)[:2] == (
        0,
        "2 articles and 2 passages: as stored, and every sentence is a slice of its article's text\n",
    )
    (tmp_path / "sources" / "ferry.txt").write_text(STORY * 2, encoding="utf-8")
    code, out, _ = run(capsys, "verify", "--collection", small)
    assert code == 0 and out.startswith("ferry: its file has changed since")
    code, out, _ = run(capsys, "verify", "--json", "--collection", small)
    assert code == 0
    found = {"articles": 2, "passages": 2, "problems": [], "changed": ["ferry"], "repaired": []}
    assert json.loads(out) == found


def test_verify_of_a_damaged_collection(capsys, small, tmp_path, monkeypatch):
    damage(small, "UPDATE articles SET text = substr(text, 1, 50) WHERE id = 'ferry'")
    code, out, _ = run(capsys, "verify", "--collection", small)
    assert code == 1 and out.startswith("ferry: its text 0-50 is not as it was stored\n")
    assert out.endswith("; `cuttings verify --repair` puts right what can be\n")
    code, out, _ = run(capsys, "verify", "--json", "--collection", small)
    assert code == 1 and {problem["article_id"] for problem in json.loads(out)["problems"]} == {"ferry"}
    monkeypatch.setattr("index.encoding.encoder.SentenceEncoder", lambda _: HashEncoder())
    (small / "settings.toml").write_text("passage_tokens = 50\n")
    file = tmp_path / "sources" / "ferry.txt"
    file.rename(tmp_path / "ferry.txt")
    code, out, _ = run(capsys, "verify", "--repair", "--collection", small)
    assert code == 1 and f"(its file {file} is gone; restore a backup" in out and "repaired" not in out
    (tmp_path / "ferry.txt").rename(file)
    code, out, _ = run(capsys, "verify", "--repair", "--collection", small)
    assert code == 0 and out.startswith("repaired: ferry: made anew from its file\n2 articles and 2 passages")


def damage(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "collection.sqlite")
    assert connection.execute(sql).rowcount == 1
    connection.commit()
    connection.close()


# Ingesting


@pytest.mark.model
def test_an_ingest_from_the_first_article_to_the_last(capsys, tmp_path):
    folder, sources = tmp_path / "collection", tmp_path / "sources"
    sources.mkdir()
    for name in ("bridge", "ferry", "tunnel"):
        (sources / f"{name}.txt").write_text(STORY.replace("bridge", name), encoding="utf-8")
    (sources / "empty.md").touch()
    code, out, err = run(capsys, "ingest", sources, "--collection", folder)
    assert (code, err) == (0, "")  # no progress where standard error is no terminal
    assert out == "3 added, 0 updated, 0 unchanged, 0 moved, 1 skipped\nskipped empty.md: empty file\n" + (
        "1 of 4 sources not read, for the reasons above\n"
    )

    (sources / "bridge.txt").write_text(STORY + "\nIt is blue, and it has two lanes.\n", encoding="utf-8")
    (sources / "ferry.txt").rename(sources / "boat.txt")
    (sources / "tunnel.txt").unlink()
    code, out, _ = run(capsys, "ingest", sources, "--collection", folder)
    lines = out.splitlines()
    assert code == 0 and lines[0] == "0 added, 1 updated, 0 unchanged, 1 moved, 1 skipped"
    assert "the file is gone of tunnel" in lines and "`cuttings remove --missing`" in lines[-1]
    assert ids(folder) == {"bridge", "ferry", "tunnel"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty file"),
        (b" \n\n", "empty file"),
        (bytes(range(256)) * 100, "binary"),
        (b"a" * 50 * 1024 * 1024, "50 MB is over the limit"),
        (b"Share this article\n", "nothing to quote"),
    ],
    ids=["empty", "blank", "binary", "large", "furniture"],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line(capsys, tmp_path, content, words):
    file = tmp_path / "article.txt"
    file.write_bytes(content)
    folder = tmp_path / "collection"
    told = fails(capsys, "ingest", file, "--collection", folder)
    assert "nothing was read: article.txt: " in told and words in told
    assert not folder.exists() or ids(folder) == set()


def test_several_files_that_cannot_be_read_are_all_told(capsys, tmp_path):
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.txt").write_bytes(b"\0" * 9)
    code, out, err = run(
        capsys, "ingest", tmp_path / "a.txt", tmp_path / "b.txt", "--collection", tmp_path / "c"
    )
    assert code == 1 and "skipped a.txt: empty file\nskipped b.txt: " in out
    assert err == "cuttings: nothing was read: all 2 sources were skipped\n"
    assert not (tmp_path / "c").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.model
def test_names_that_are_not_utf_8(capsys, tmp_path, small):
    name = os.fsdecode(b"caf\xe9")
    file = tmp_path / f"{name}.txt"
    file.write_text(STORY, encoding="utf-8")
    assert "caf\\udce9.txt: the name of the file" in fails(capsys, "ingest", file, "--collection", small)
    for command in ("show", "remove"):
        assert "there is no article" in fails(capsys, command, name, "--collection", small)
    file.rename(tmp_path / "cafe.txt")
    assert run(capsys, "ingest", tmp_path / "cafe.txt", "--collection", tmp_path / name)[0] == 0
    assert ids(tmp_path / name) == {"cafe"}


@pytest.mark.model
def test_front_matter_nested_without_end_is_text(capsys, tmp_path):
    file = tmp_path / "deep.md"
    file.write_text(f"---\ntitle: {'[' * 5000}\n---\n{STORY}", encoding="utf-8")
    assert run(capsys, "ingest", file, "--collection", tmp_path / "new")[0] == 0
    assert ids(tmp_path / "new") == {"deep"}


def test_a_path_that_is_wrong_changes_nothing(capsys, tmp_path, small):
    (tmp_path / "nothing").mkdir()
    new = tmp_path / "new"
    for path, words in [
        ("/no/such/file", "/no/such/file"),
        (tmp_path / "nothing", "no article in this folder"),
    ]:
        for folder in (new, small):
            sources = (tmp_path / "sources", path)
            assert words in fails(capsys, "ingest", *sources, "--collection", folder)
    assert not new.exists() and ids(small) == {"bridge", "ferry"}


def test_what_there_is_no_right_to(capsys, tmp_path, small):
    file = tmp_path / "secret.txt"
    file.write_text(STORY, encoding="utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read and write everything")
    assert "no permission" in fails(capsys, "ingest", file, "--collection", tmp_path / "new")
    small.chmod(0o500)
    try:
        assert "no right to write" in fails(capsys, "remove", "ferry", "--collection", small)
        assert run(capsys, "list", "--collection", small)[0] == 0
        small.chmod(0)
        for command in commands(small, tmp_path / "sources"):
            assert str(small) in fails(capsys, *command)
    finally:
        small.chmod(0o700)
    assert ids(small) == {"bridge", "ferry"}


# Collections that cannot be used


def commands(folder: Path, source: Path) -> list[list[object]]:
    """Every command that needs a collection that can be read."""
    some = [["list"], ["show", "ferry"], ["verify"], ["remove", "ferry"], ["ingest", source]]
    return [[*command, "--collection", folder] for command in [*some, ["search", "x"], ["ask", "bridge"]]]


def test_no_collection(capsys, tmp_path):
    folder = tmp_path / "none"
    for command in commands(folder, tmp_path / "nowhere.txt"):
        assert str(folder) in fails(capsys, *command) or command[0] == "ingest"
    assert not folder.exists()


def test_a_collection_of_another_format(capsys, tmp_path, small):
    damage(small, "UPDATE meta SET value = '99' WHERE key = 'format'")
    for command in commands(small, tmp_path / "sources"):
        assert "format 99" in fails(capsys, *command)


def test_a_collection_of_another_model(capsys, small):
    for command in (["ask", "bridge"], ["search", "bridge"], ["ask", "--batch", os.devnull], ["serve"]):
        told = fails(capsys, *command, "--collection", small)
        assert "model 'hash'" in told and "'all-MiniLM-L6-v2'" in told
    told = fails(capsys, "ingest", small.parent / "sources", "--collection", small)
    assert "model 'hash'" in told and ids(small) == {"bridge", "ferry"}


def test_another_model_in_the_settings(capsys, tmp_path, bundled_folder):
    folder = tmp_path / "copy"
    shutil.copytree(bundled_folder, folder)
    folder.joinpath("settings.toml").write_text('model = "another/model"\n', encoding="utf-8")
    assert "'another/model'" in fails(capsys, "ask", ANSWERABLE, "--collection", folder)
    folder.joinpath("settings.toml").write_text('modle = "x"\n', encoding="utf-8")
    assert "unknown setting 'modle'" in fails(capsys, "ask", ANSWERABLE, "--collection", folder)


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"\0" * 5000, b"not a database, but long enough to be one" * 100])
def test_a_damaged_collection(capsys, tmp_path, small, content):
    small.joinpath("collection.sqlite").write_bytes(content)
    for command in commands(small, tmp_path / "sources"):
        assert "damaged" in fails(capsys, *command)
    assert small.joinpath("collection.sqlite").read_bytes() == content


def test_a_collection_that_is_a_file(capsys, tmp_path, small):
    file = tmp_path / "file"
    file.touch()
    for command in commands(file, tmp_path / "sources"):
        assert str(file) in fails(capsys, *command)


# Which collection


def test_the_collection_is_that_of_the_environment_or_the_users_own(capsys, monkeypatch, tmp_path, small):
    assert str(tmp_path / "data" / "cuttings" / "collection") in fails(capsys, "list")
    monkeypatch.setenv("CUTTINGS_COLLECTION", str(small))
    assert run(capsys, "list")[1].count("\n") == 2
    assert "nowhere" in fails(capsys, "list", "--collection", "nowhere")
    monkeypatch.setenv("CUTTINGS_COLLECTION", " ")
    assert "CUTTINGS_COLLECTION is empty" in fails(capsys, "list")
    monkeypatch.setenv("CUTTINGS_COLLECTION", "~nobody-of-that-name/articles")
    assert "there is no such home folder" in fails(capsys, "list")


# Usage


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "COMMAND"),
        (["ingets"], "did you mean 'ingest'?"),
        (["frobnicate"], "no command 'frobnicate';"),
        (["ingest"], "PATH"),
        (["ingest", ""], "empty"),
        (["remove"], "--missing"),
        (["remove", "a", "--missing"], "not allowed with"),
        (["ask"], "QUESTION"),
        (["ask", "x", "--batch", "y"], "not allowed with"),
        (["ask", "--batch", ""], "empty"),
        (["ask", "who", "is", "it", "--colection", "x"], "did you mean '--collection'?"),
        (["gold", "check", "g.jsonl", "--topic=x"], "did you mean '--topics'?"),
        (["list", "--frobnicate"], "--frobnicate;"),
        (["list", "--collection", ""], "empty"),
        (["list", "--coll", "x"], "unrecognized"),
        (["search", "x", "--k", "0"], "'0' is no number from 1 to 100"),
        (["search", "x", "--k", "many"], "'many' is no number"),
        (["serve", "--port", "65536"], "65535"),
        (["eval", "--cut", "--absent"], "not allowed with"),
        (["calibrate"], "GOLD.jsonl"),
        (["calibrate", ""], "empty"),
        (["calibrate", "g.jsonl", "--max-wrong", "0"], "'0' is no share between 0 and 1"),
        (["calibrate", "g.jsonl", "--sure-right", "1.0"], "'1.0' is no share"),
        (["calibrate", "g.jsonl", "--max-wrong", "nan"], "'nan' is no share"),
        (["calibrate", "g.jsonl", "--max-wrong", "5%"], "'5%' is no share"),
    ],
)
def test_wrong_usage_is_told_in_one_line(capsys, argv, words):
    assert words in fails(capsys, *argv, code=2)


def test_the_version(capsys):
    code, out, _ = run(capsys, "--version")
    assert code == 0 and out.startswith("cuttings ") and out.split()[1][0].isdigit()


def test_a_batch_or_a_gold_file_that_is_not_there(capsys, tmp_path, bundled_folder):
    at = ("--collection", bundled_folder)
    assert str(tmp_path) in fails(capsys, "ask", "--batch", tmp_path, *at)
    assert "/no/such" in fails(capsys, "ask", "--batch", "/no/such", *at)
    told = fails(capsys, "eval", "/no/such", *at)
    assert "cannot read /no/such: No such file or directory. Give" in told and "Errno" not in told


# Evaluation


def test_what_is_no_run_cannot_be_compared(capsys, tmp_path):
    assert f"{tmp_path} is no run" in fails(capsys, "compare", tmp_path, tmp_path)


def test_an_evaluation_and_its_gates(capsys, tmp_path, eager, silent):
    gold = tmp_path / "gold.jsonl"
    row = {
        "id": "q",
        "question": ANSWERABLE,
        "kind": "none",
        "history": [],
        "answerable": False,
        "evidence": [],
    }
    gold.write_text(json.dumps(row), encoding="utf-8")

    def evaluate(folder: Path, gate: str) -> tuple[int, str, str]:
        return run(capsys, "eval", gold, "--collection", folder, "--json", "--fail-under", gate)

    code, out, _ = evaluate(silent, "false_answers=0")
    assert code == 0 and "measures" in json.loads(out)
    code, _, err = evaluate(eager, "false_answers=0")
    assert code == 3 and "gate missed: false_answers" in err
    code, out, err = evaluate(eager, "nonsense=1")
    assert (code, out) == (1, "")
    assert err.startswith("cuttings: --fail-under nonsense=1: ") and err.count("\n") == 1


def test_calibrated_thresholds_hold_for_later_commands(capsys, tmp_path, eager):
    with (eager / "settings.toml").open("a") as settings:
        settings.write('reader = "fast"\n')
    question = "How many clinical directors plan to quit?"
    first = json.loads(run(capsys, "ask", question, "--collection", eager, "--json")[1])["citations"][0]
    row = {"kind": "single", "history": [], "answerable": True}
    quoted = [{"article_id": first["article_id"], "quote": first["quote"]}]
    right = [row | {"id": f"r{i}", "question": question, "evidence": quoted} for i in range(12)]
    none = {"answerable": False, "evidence": []}
    wrong = [row | none | {"id": f"w{i}", "question": FOREIGN} for i in range(4)]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(map(json.dumps, right + wrong)), encoding="utf-8")
    asked = ("calibrate", gold, "--collection", eager, "--max-wrong")
    before = (eager / "settings.toml").read_text()

    # 12 right answers show no less than 1 - 0.1 ** (1 / 12) = 0.175.
    code, out, err = run(capsys, *asked, "0.05")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("cuttings: no threshold keeps wrong answers to 0.05 with 90%")
    assert (eager / "settings.toml").read_text() == before
    code, out, err = run(capsys, *asked, "0.5")
    assert (code, out) == (1, "")
    assert "no threshold keeps wrong answers without “Possibly:” to 0.1 with" in err
    assert "give --sure-right 0.825" in err
    assert (eager / "settings.toml").read_text() == before

    def states() -> list[str]:
        asked = (run(capsys, "ask", one, "--collection", eager, "--json") for one in (question, FOREIGN))
        return [json.loads(out)["state"] for _, out, _ in asked]

    # 16 answers, 4 of them wrong, are shown to be right half the time; the 12 right ones 8 times in 10.
    code, out, _ = run(capsys, *asked, "0.5", "--sure-right", "0.8")
    assert code == 0 and states() == ["answer", "possibly"]
    assert "16 of 16 (100%)" in out and "4 of 16 (25%)" in out and "12 of 16 (75%)" in out
    assert str(eager / "settings.toml") in out and "`threshold = 0`" in out
    # Where all answers are to be right so often, none is left that is only possibly one.
    code, out, _ = run(capsys, *asked, "0.2", "--sure-right", "0.8")
    assert code == 0 and states() == ["answer", "none"]


def test_a_calibration_that_cannot_be_made_changes_nothing(capsys, tmp_path, eager, small):
    before = (eager / "settings.toml").read_text()
    gold = tmp_path / "gold.jsonl"
    asked = ("calibrate", gold, "--collection", eager)
    assert "gold.jsonl" in fails(capsys, *asked)  # is not there
    gold.write_text("\n")
    assert "no questions" in fails(capsys, *asked)
    gold.write_text(
        '{"id": "q", "question": "Why?", "kind": "single", "history": [], "answerable": true,'
        ' "evidence": [{"article_id": "elsewhere", "quote": "So."}]}'
    )
    assert "no article 'elsewhere'" in fails(capsys, *asked)
    assert "is a folder" in fails(capsys, "calibrate", tmp_path, "--collection", eager)
    assert "no collection in" in fails(capsys, "calibrate", gold, "--collection", tmp_path / "nowhere")
    assert (eager / "settings.toml").read_text() == before


# What a terminal shows


def test_no_article_commands_the_terminal():
    quote = "Red \x1b[31mtext\x07\r\nand \u202emore."
    citation = Citation(1, quote, "a", "T\x1b]0;x", "a.txt", 0, 9, 0.9)
    shown = terminal.answer(Answer("q?", "q?", "", "answer", 0.9, (citation,), (HIT_ONE,)), None)
    assert shown == "1. “Red \ufffd[31mtext\ufffd and \ufffdmore.”\n   T\ufffd]0;x [a.txt 0-9]"


def test_the_same_sentence_elsewhere_and_the_completed_question_are_shown():
    also = Citation(1, "It opens in May.", "b", "Second", "b.txt", 5, 21, 0.8, "Mail", "2020-05-01")
    citation = Citation(1, "It opens in May.", "a", "First", "a.txt", 0, 16, 0.9, also=(also,))
    answer = Answer("When?", "When? (the bridge)", "why", "answer", 0.9, (citation,), (HIT_ONE,))
    assert terminal.answer(answer, None) == (
        "Searched for: When? (the bridge)\n\n"
        "1. “It opens in May.”\n   First [a.txt 0-16]\n   also in Second, Mail, 1 May 2020 [b.txt 5-21]\n"
        "   1 independent source"
    )


def test_a_quote_is_wrapped_for_a_terminal_and_only_there():
    citation = Citation(1, "word " * 30 + "end.", "a", "First", "a.txt", 0, 9, 0.9)
    answer = Answer("q?", "q?", "", "answer", 0.9, (citation,), (HIT_ONE,))
    narrow = terminal.answer(answer, 40).splitlines()
    assert len(narrow) > 4 and max(map(len, narrow)) <= 40 and narrow[1].startswith("   word")
    assert len(terminal.answer(answer, None).splitlines()) == 2


@pytest.mark.model
def test_an_empty_collection_says_that_it_is_empty(capsys, tmp_path):
    Collection.create(tmp_path / "empty").close()
    at = ("--collection", tmp_path / "empty")
    for command in (["list"], ["ask", "the bridge"]):
        code, out, _ = run(capsys, *command, *at)
        assert code == 0 and "cuttings ingest PATH" in out
    assert run(capsys, "verify", *at)[0] == 0
    assert run(capsys, "search", "the bridge", *at)[1] == "Nothing was found.\n"


# The command itself, as a process


def start(*argv: object, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [COMMAND, *map(str, argv)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def test_in_another_program_a_command_only_returns(capsys, small):
    """Its own process it may end while a thread still loads something; not one that called it."""
    going = threading.Event()
    in_background(lambda: (going.wait(), None)[1])
    code, out, _ = run(capsys, "list", "--collection", small)
    going.set()
    assert code == 0 and out.count("\n") == 2


@pytest.mark.slow
def test_its_own_process_ends_though_a_thread_goes_on(small):
    code = """
import sys, threading
from chatbot.cli.main import run
from chatbot.threads import in_background
in_background(threading.Event().wait)
sys.argv[1:] = ["list", "--collection", sys.argv[1]]
sys.exit(run())
"""
    done = subprocess.run([sys.executable, "-c", code, small], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.count("\n") == 2


def test_help_imports_nothing_heavy():
    code = """
import sys
from chatbot.cli.main import main
try:
    main(["--help"])
finally:
    heavy = {"numpy", "torch", "transformers", "faiss", "scipy", "gradio", "fastapi",
             "trafilatura", "sqlite3", "platformdirs", "eval", "index"}
    print(*heavy & set(sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.startswith("usage: cuttings") and done.stderr == "\n"


def test_a_reader_that_goes_away_ends_a_batch_quietly(tmp_path, bundled_folder):
    file = batch(tmp_path, *({"id": i, "question": "clinical directors"} for i in range(40)))
    process = start("ask", "--batch", file, "--collection", bundled_folder)
    assert process.stdout and process.stderr
    assert json.loads(process.stdout.readline())["id"] == 0
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(os.name != "posix", reason="file descriptors of POSIX")
@pytest.mark.slow
def test_a_stream_that_is_closed(small):
    def shell(redirection: str) -> tuple[int, bytes, bytes]:
        line = f'"$0" list --collection "$1" {redirection}'
        done = subprocess.run(["sh", "-c", line, COMMAND, small], capture_output=True)
        return done.returncode, done.stdout, done.stderr

    code, out, err = shell(">&-")
    assert (code, out) == (1, b"") and err.startswith(b"cuttings: standard output is closed")
    assert err.count(b"\n") == 1
    code, out, err = shell("2>&- <&-")
    assert (code, err) == (0, b"") and out.count(b"\n") == 2
    if Path("/dev/full").exists():
        code, out, err = shell(">/dev/full")
        assert (code, out) == (1, b"") and b"No space left" in err and err.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_control_c_ends_quietly(bundled_folder):
    # A shell starts what runs in its background with SIGINT ignored, and that is inherited.
    process = start(
        *("ask", "--batch", "-", "--collection", bundled_folder),
        stdin=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin and process.stdout
    process.stdin.write(b'{"id": 1, "question": "the of"}\n')
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.model
def test_two_ingests_at_once_both_end_well_or_say_why(tmp_path):
    folder, texts = tmp_path / "collection", []
    for name in ("first", "second"):
        texts.append(tmp_path / name)
        texts[-1].mkdir()
        for number in range(3):
            story = STORY.replace("bridge", f"{name} bridge {number}")
            (texts[-1] / f"{name}-{number}.txt").write_text(story, encoding="utf-8")
    processes = [start("ingest", sources, "--collection", folder) for sources in texts]
    ended = [(*process.communicate(), process.returncode) for process in processes]
    expected = set()
    for name, (out, err, code) in zip(("first", "second"), ended, strict=True):
        if code == 0:
            assert out.startswith(b"3 added") and err == b""
            expected |= {f"{name}-{number}" for number in range(3)}
        else:
            assert (code, out) == (1, b"") and err.count(b"\n") == 1 and b"another ingest" in err
    assert expected and ids(folder) == expected
