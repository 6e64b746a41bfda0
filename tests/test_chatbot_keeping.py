"""The commands that keep a collection in step, corrections, and syncs while the server runs."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from chatbot.bot import Chatbot
from chatbot.cli.main import main
from chatbot.corrections import Corrections, corrections, exported, judged, links
from chatbot.feedback import Feedback, Versions, store, stored
from chatbot.render.schema import answer_json
from chatbot.server import api
from chatbot.server.schedule import Schedule
from chatbot.settings import Settings
from corpus.web.polite import Polite
from index.folder.collection import Collection
from index.stores import open_store
from index.sync.sources import remember
from tests.fakes import HashEncoder
from tests.website import Clock, serving

POSIX = pytest.mark.skipif(os.name != "posix", reason="a signal ends the process as on POSIX")


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("CUTTINGS_COLLECTION", str(tmp_path / "collection"))
    monkeypatch.setattr("index.encoding.encoder.SentenceEncoder", lambda model: HashEncoder())
    clock = Clock()
    monkeypatch.setattr("index.sync.sync.Polite", lambda client: Polite(client, clock, clock.sleep))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("bridge", "ferry", "tunnel"):
        write(folder, name, f"The {name} at Alford will open in May. It has cost three million pounds.")
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    capsys.readouterr()
    try:
        code = main([str(arg) for arg in argv])
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def as_json(capsys: pytest.CaptureFixture[str], *argv: object, code: int = 0) -> Any:
    ended, out, _ = run(capsys, *argv, "--json")
    assert ended == code
    return json.loads(out)


def test_a_source_is_remembered_with_its_first_sync(capsys, folder: Path) -> None:
    code, out, err = run(capsys, "sync", folder, "--dry-run")
    assert (code, out) == (1, "") and "there is no collection" in err
    assert run(capsys, "sync", folder) == (0, f"{folder} (folder): 3 added\n", "")
    assert run(capsys, "sync", folder)[1] == f"{folder} (folder): 3 unchanged\n"
    write(folder, "ferry", "The ferry at Alford will never open.")
    told = as_json(capsys, "sync", "--dry-run")
    assert told["dry_run"] and told["sources"][0]["updated"] == ["ferry"]
    assert as_json(capsys, "sync")["sources"][0]["updated"] == ["ferry"]
    assert run(capsys, "sources")[1] == f"{folder}  (3 articles)\n"
    assert as_json(capsys, "sources") == {"sources": [{"source": str(folder), "articles": 3}]}


def test_sources_are_added_and_removed_and_articles_stay(capsys, folder: Path, tmp_path: Path) -> None:
    assert run(capsys, "sync")[2].startswith("cuttings: there is no collection")
    code, out, _ = run(capsys, "sources", "add", folder, "https://news.example/feed#top")
    assert code == 0 and out.splitlines()[1] == "added https://news.example/feed; `cuttings sync` reads it"
    run(capsys, "sync", folder)
    assert "its articles stay" in run(capsys, "sources", "remove", folder, "https://News.example/feed")[1]
    assert run(capsys, "sources")[1].startswith("No source is remembered")
    assert run(capsys, "sync")[2].startswith("cuttings: no source is remembered; name one")
    assert len(open_store(tmp_path / "collection").articles()) == 3
    for argv, words in (
        (["sources", "remove", folder], "is no source of this collection"),
        (["sources", "add"], "name the sources"),
        (["sources", "add", tmp_path / "none"], "no such file or folder"),
        (["sources", "add", "https://a.example:22/"], "port 22 serves no pages"),
        (["sync", "-"], "standard input cannot be read again"),
    ):
        code, out, err = run(capsys, *argv)
        assert (code, out) == (1, "") and words in err and err.count("\n") == 1


def test_what_vanishes_at_once_is_kept_until_it_is_said_to_go(capsys, folder: Path) -> None:
    run(capsys, "sync", folder)
    for name in ("ferry", "tunnel"):
        (folder / f"{name}.txt").unlink()
    code, out, _ = run(capsys, "sync")
    assert code == 1
    assert "2 of its 3 articles are gone, more than a tenth; they were kept: ferry, tunnel" in out
    assert f"`cuttings sync {folder} --yes` removes them" in out
    code, out, _ = run(capsys, "sync", "--yes")
    assert code == 0 and "2 removed" in out


@pytest.mark.slow
def test_a_site_of_the_own_network_is_synced_where_the_settings_name_it(capsys, tmp_path: Path) -> None:
    with serving() as site:
        site.html("/a", "<p>The council met on Friday, and it agreed to open the bridge in May.</p>")
        code, out, _ = run(capsys, "sync", f"{site.address}/a")
        assert code == 1 and 'private_hosts = "127.0.0.1"' in out and site.asked == []
        (tmp_path / "collection" / "settings.toml").write_text('private_hosts = "127.0.0.1"\n')
        code, out, _ = run(capsys, "sync", f"{site.address}/a")
        assert (code, out) == (0, f"{site.address}/a (page): 1 added\n")
        assert run(capsys, "ingest", f"{site.address}/a")[0] == 0
        assert site.paths == ["/robots.txt", "/a", "/a"]


def test_the_journal_tells_what_every_command_has_changed(capsys, folder: Path) -> None:
    run(capsys, "ingest", folder)
    write(folder, "ferry", "The ferry at Alford will never open.")
    run(capsys, "sync", folder)
    run(capsys, "remove", "bridge")
    rows = as_json(capsys, "journal")["entries"]
    told = [(row["what"], row["article_id"]) for row in rows]
    assert told == [
        *(("added", name) for name in ("bridge", "ferry", "tunnel")),
        ("changed", "ferry"),
        ("gone", "bridge"),
    ]
    assert rows[3]["before"] == rows[1]["after"] != rows[3]["after"]
    assert rows[3]["source"] == str(folder) and rows[4]["after"] is None
    _, out, _ = run(capsys, "journal", "--since", "2020-01-01")
    assert len(out.splitlines()) == 5 and out.splitlines()[4].endswith(f"gone     bridge  ({folder})")
    assert run(capsys, "journal", "--since", "2999-01-01")[1] == "Nothing has changed.\n"
    assert run(capsys, "journal", "--since", "yesterday")[0] == 2


# Corrections


@pytest.fixture
def bot(capsys, folder: Path, tmp_path: Path) -> Chatbot:
    run(capsys, "sync", folder)
    collection = Collection.open(tmp_path / "collection")
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))


def found(bot: Chatbot, *ids: str) -> Corrections:
    feedback, _ = stored(bot.collection.folder)
    return corrections(bot.collection, judged(feedback), ids)


def test_quotations_that_changed_moved_or_went_are_told(capsys, bot: Chatbot, folder: Path) -> None:
    ids = []
    for name in ("ferry", "bridge", "tunnel"):
        answer = bot.ask(f"When will the {name} at Alford open?")
        assert [one.article_id for one in answer.citations] == [name]
        store(bot.collection.folder, Feedback("up", "", answer), Versions.of(bot))
        ids.append(answer.id)
    assert found(bot, *ids).found == ()
    write(folder, "ferry", "The ferry at Alford will open in June. It has cost three million pounds.")
    write(
        folder,
        "bridge",
        "Good news. The bridge at Alford will open in May. It has cost three million pounds.",
    )
    (folder / "tunnel.txt").unlink()
    run(capsys, "sync", "--yes")
    checked = found(bot, *ids)
    of_feedback = {one.article_id: one for one in checked.found if one.known_from not in ids}
    of_link = {one.article_id: one for one in checked.found if one.known_from in ids}
    assert checked.answers == checked.quotations == 6 and of_feedback.keys() == of_link.keys()
    opened = of_feedback["ferry"]
    assert (opened.what, opened.quote) == ("changed", "The ferry at Alford will open in May.")
    assert opened.now == "The ferry at Alford will open in June."
    link = of_link["ferry"]
    assert (link.what, link.quote, link.version, link.now) == ("changed", opened.quote, 1, opened.now)
    for moved in (of_feedback["bridge"], of_link["bridge"]):
        assert (moved.what, moved.now, moved.now_start) == (
            "moved",
            "The bridge at Alford will open in May.",
            11,
        )
    assert {one.what for one in checked.found if one.article_id == "tunnel"} == {"gone"}
    for one in checked.found:
        if one.now is not None:
            assert bot.collection.article(one.article_id).text[one.now_start : one.now_end] == one.now


def test_corrections_are_a_report(capsys, bot: Chatbot, folder: Path, tmp_path: Path, monkeypatch) -> None:
    answer = bot.ask("When will the ferry at Alford open?")
    id = answer.id
    write(folder, "ferry", "Nothing is known of it.")
    run(capsys, "sync")
    mail = tmp_path / "mail.txt"
    mail.write_text(f"See http://localhost:7860/#answer/{id} and #answer/{'x' * 80}.\n{id}\n")
    code, out, _ = run(capsys, "corrections", "--links", mail)
    assert code == 0
    assert "ferry 0-37: other words stand there now" in out and "xxx…: not the id of an answer" in out
    assert out.splitlines()[-1].startswith("1 quotation of 1 answer checked")
    conversation = tmp_path / "conversation.json"
    conversation.write_text(json.dumps({"title": "Ferry", "answers": [answer_json(answer)]}))
    rows = as_json(capsys, "corrections", "--links", conversation)["found"]
    assert {(row["article_id"], row["known_from"]) for row in rows} == {("ferry", "conversation Ferry")}
    assert "The ferry at Alford will open in May." in {row["quote"] for row in rows}
    assert "cannot read" in run(capsys, "corrections", "--links", tmp_path / "none")[2]
    assert run(capsys, "corrections")[1] == (
        "0 quotations of 0 answers checked: 0 stand where they stood, 0 do not\n"
    )


def test_links_are_found_in_any_text() -> None:
    id = "eJ" + "a1-_" * 20
    for text in (
        f"<a href='/#answer/{id}'>",
        f'{{"answer_id": "{id}"}}',
        f"GET /api/v1/answers/{id}?x",
        f" {id} ",
    ):
        assert links(text) == [id]
    assert links("a" * 50 + "\nno link at all") == []
    for text in ("", "[]", "{}", '{"title": 1, "answers": [1]}', '{"title": 1, "answers": 3}'):
        assert exported(text) is None


# While the server runs


def test_a_schedule_syncs_and_tells_the_operator(bot: Chatbot, folder: Path, caplog) -> None:
    schedule = Schedule(bot, every=3600)
    client = TestClient(api.app(bot, schedules={"collection": schedule}))
    figures = client.get("/metrics").text
    assert "cuttings_sync_next_seconds" in figures and "cuttings_sync_last" not in figures
    write(folder, "ferry", "The ferry at Alford will never open.")
    (folder / "empty.txt").write_text("")
    schedule.once()
    figures = client.get("/metrics").text
    assert 'cuttings_sync_last_articles{change="updated",collection="collection"} 1.0' in figures
    assert 'cuttings_sync_last_failed{collection="collection"} 0.0' in figures
    assert "the sync skipped empty.txt: empty file" in caplog.text
    assert "never open" in bot.ask("Will the ferry open?").citations[0].quote
    for file in folder.iterdir():
        file.unlink()
    with caplog.at_level(logging.ERROR):
        schedule.once()
    assert f"the sync of {folder} failed: the folder is empty or not there" in caplog.text
    assert 'cuttings_sync_last_failed{collection="collection"} 1.0' in client.get("/metrics").text
    assert "cuttings_sync" not in TestClient(api.app(bot)).get("/metrics").text


def test_a_schedule_survives_whatever_happens_and_runs_again(bot: Chatbot, caplog, monkeypatch) -> None:
    monkeypatch.setattr("chatbot.server.schedule.FIRST", 0.0)
    ran = threading.Event()
    runs: list[int] = []

    def failing(*_: object, **__: object) -> list[object]:
        runs.append(1)
        if len(runs) == 3:
            ran.set()
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("index.sync.sync.sync", failing)
    schedule = Schedule(bot, every=0.01)
    schedule.start()
    assert ran.wait(10)
    schedule.stop()
    assert "of all things" in caplog.text and schedule.last and schedule.last.failed == 1


@POSIX
@pytest.mark.slow
def test_a_folder_is_watched(bot: Chatbot, folder: Path, tmp_path: Path) -> None:
    script = (
        "import signal, sys; sys.path[:0] = [sys.argv.pop(1)]\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background is deaf to it\n"
        "import index.encoding.encoder as encoder; from tests.fakes import HashEncoder\n"
        "encoder.SentenceEncoder = lambda model: HashEncoder()\n"
        "from chatbot.cli.main import main; sys.exit(main(['watch']))"
    )
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, "-c", script, root], stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout
        try:
            assert watching.stdout.readline() == f"{folder} (folder): 3 unchanged\n"
            assert watching.stdout.readline().startswith(f"Watching {folder} ")
            time.sleep(0.3)  # until the system tells of changes
            write(folder, "ferry", "The ferry at Alford will never open.")
            assert watching.stdout.readline().startswith(f"{folder} (folder): 1 updated")
        finally:
            watching.send_signal(signal.SIGINT)
    assert watching.returncode == 130


@pytest.mark.slow
def test_what_cannot_be_a_schedule_is_wrong_usage(capsys) -> None:
    for text in ("1h", "every=", "every=h", "every=0h", "every=1", "every=1s", "every=-1h", "every=99999h"):
        assert run(capsys, "serve", "--sync", text)[0] == 2


def test_the_sources_of_a_collection_are_remembered_in_it(bot: Chatbot, tmp_path: Path) -> None:
    writing = Collection.create(tmp_path / "collection")
    revision = writing.revision
    remember(writing, ["https://news.example/feed"])
    assert writing.revision == revision  # nobody has to derive anything anew
    writing.close()


@pytest.mark.slow
def test_how_a_source_is_read_is_remembered_and_goes_along_with_a_copy(capsys, tmp_path: Path) -> None:
    tables, collection = tmp_path / "tables", os.environ["CUTTINGS_COLLECTION"]
    tables.mkdir()
    (tables / "news.csv").write_text("kop,inhalt\nBridge,The bridge opened in May.\n")
    assert "1 skipped" in run(capsys, "sync", tables)[1]
    assert "1 added" in run(capsys, "sync", tables, "--map", "title=kop,text=inhalt")[1]
    (tables / "news.csv").write_text(
        "kop,inhalt\nBridge,The bridge opened in May.\nFerry,It stopped in June.\n"
    )
    assert "1 added" in run(capsys, "sync")[1]
    assert run(capsys, "sources")[1] == f"{tables}  (2 articles)  --map title=kop,text=inhalt\n"
    copied = run(capsys, "copy", collection, tmp_path / "copy")[1]
    assert "1 source remembered there too" in copied
    assert as_json(capsys, "sources", "--collection", tmp_path / "copy")["sources"] == [
        {"source": str(tables), "articles": 2, "columns": {"title": "kop", "text": "inhalt"}, "ocr": False}
    ]
    assert run(capsys, "sync", "--ocr")[0] == 1 and run(capsys, "sources", "remove", tables)[0] == 0
    assert run(capsys, "sources", "add", tables, "--ocr")[0] == 0
    assert run(capsys, "sources")[1].endswith("  --ocr\n")
