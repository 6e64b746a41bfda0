"""Files that are added on the page: kept and read, or neither."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from chatbot.bot import Chatbot
from chatbot.server import api
from chatbot.server.upload import add, folder_of
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import Report, ingest
from tests.fakes import HashEncoder
from tests.small import serving_app


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    (tmp_path / "ferry.txt").write_text("The ferry carries 213 cars across the wide harbour every day.")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([str(tmp_path / "ferry.txt")]), 200)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))


def kept(bot: Chatbot) -> list[str]:
    folder = folder_of(bot)
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_a_file_is_kept_read_and_quoted_at_once(bot: Chatbot) -> None:
    report = add(bot, "bridge.md", b"# Bridge\n\nThe bridge over the river opened to lorries in May 1994.")
    assert report.added == ["bridge"] and kept(bot) == ["bridge.md"]
    answer = bot.ask("When did the bridge open to lorries?")
    assert answer.citations[0].article_id == "bridge"


def test_a_file_of_the_same_name_takes_the_place_of_the_first(bot: Chatbot) -> None:
    add(bot, "bridge.txt", b"The bridge over the river opened to lorries in May 1994.")
    again = add(bot, "bridge.txt", b"The bridge over the river opened to lorries in May 1995.")
    assert (again.added, again.updated) == ([], ["bridge"])
    assert "1995" in bot.collection.article("bridge").text
    same = add(bot, "bridge.txt", b"The bridge over the river opened to lorries in May 1995.")
    assert same.unchanged == ["bridge"]


def test_a_file_of_which_a_part_is_read_is_kept(bot: Chatbot) -> None:
    report = add(
        bot, "a.jsonl", b'{"id": "bridge", "text": "The bridge opened to lorries in May."}\n{broken\n'
    )
    assert report.added == ["bridge"] and len(report.skipped) == 1
    assert kept(bot) == ["a.jsonl"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03 binary", b"   \n"])
def test_what_cannot_be_read_is_told_and_changes_nothing(bot: Chatbot, content: bytes) -> None:
    revision = bot.collection.revision
    report = add(bot, "bridge.txt", content)
    assert len(report.skipped) == 1 and report.skipped[0].reason
    assert kept(bot) == [] and bot.collection.revision == revision
    good = b"The bridge over the river opened to lorries in May 1994."
    add(bot, "bridge.txt", good)
    add(bot, "bridge.txt", content)
    assert (folder_of(bot) / "bridge.txt").read_bytes() == good
    assert "1994" in bot.collection.article("bridge").text


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\notes.txt", "notes.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\nb\x00.txt", "ab.txt"),
        ("Übung.TXT", "Übung.TXT"),
    ],
)
def test_a_name_is_only_a_name(bot: Chatbot, name: str, stored: str) -> None:
    add(bot, name, b"The bridge over the river opened to lorries in May 1994.")
    assert kept(bot) == [stored]
    assert not (bot.collection.folder.parent / "etc").exists()


@pytest.mark.parametrize("name", ["", "..", "/", "a" * 200 + ".txt", "picture.png", "none"])
def test_a_name_that_cannot_be_read_is_refused(bot: Chatbot, name: str) -> None:
    with pytest.raises(CuttingsError, match=r"name for a file|is not read"):
        add(bot, name, b"Text.")
    assert kept(bot) == []


def test_a_folder_that_cannot_be_written_is_told(bot: Chatbot) -> None:
    folder_of(bot).write_text("a file stands where the folder should")
    with pytest.raises(CuttingsError, match=r"cannot keep bridge\.txt"):
        add(bot, "bridge.txt", b"The bridge opened.")


@pytest.mark.parametrize("letter", ["é", "\U0001f4f0"])
def test_a_name_with_too_many_bytes_for_the_disk_is_told(bot: Chatbot, letter: str) -> None:
    add(bot, "bridge.txt", b"The bridge opened.")
    with pytest.raises(CuttingsError, match=r"cannot keep .*too long"):
        add(bot, letter * 140 + ".txt", b"The bridge opened.")
    assert kept(bot) == ["bridge.txt"]


def test_an_ingest_that_fails_leaves_no_file(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(bot.encoder, "encode_passages", fail)
    with pytest.raises(RuntimeError):
        add(bot, "bridge.txt", b"The bridge over the river opened to lorries in May 1994.")
    assert kept(bot) == []
    assert [article.id for article in bot.collection.articles()] == ["ferry"]


def client(bot: Chatbot, **how: object) -> TestClient:
    return TestClient(api.app(bot, **how))  # type: ignore[arg-type]


BRIDGE = b"The bridge over the river opened to lorries in May 1994."


@pytest.mark.slow
def test_over_rest_a_file_is_added_only_where_it_is_allowed(bot: Chatbot) -> None:
    closed = client(bot).post("/api/v1/articles", params={"name": "bridge.txt"}, content=BRIDGE)
    assert closed.status_code == 405 and kept(bot) == []
    assert client(bot).get("/api/v1/collection").json()["uploads"] is False
    opened = client(bot, uploads=True)
    assert opened.get("/api/v1/collection").json()["uploads"] is True
    told = opened.post("/api/v1/articles", params={"name": "bridge.txt"}, content=BRIDGE)
    assert told.json() == {"added": ["bridge"], "updated": [], "unchanged": [], "skipped": []}
    assert opened.get("/api/v1/articles", params={"q": "bridge"}).json()["total"] == 1
    skipped = opened.post("/api/v1/articles", params={"name": "empty.txt"}, content=b"").json()["skipped"]
    assert [one["source"] for one in skipped] == ["empty.txt"]
    refused = opened.post("/api/v1/articles", params={"name": "picture.png"}, content=b"\x89PNG")
    assert refused.status_code == 400 and "picture.png is not read" in refused.json()["detail"]


@pytest.mark.slow
def test_a_file_may_be_as_large_as_an_article_and_no_larger(bot: Chatbot) -> None:
    opened = client(bot, uploads=True)
    long = b"The bridge opened to lorries in May 1994. " * 8_000  # over 256 KB, which is the limit elsewhere
    assert opened.post("/api/v1/articles", params={"name": "a.txt"}, content=long).status_code == 200
    dump = b"a" * (20 * 1024 * 1024 + 1)
    assert opened.post("/api/v1/articles", params={"name": "b.txt"}, content=dump).status_code == 413
    assert client(bot).post("/api/v1/articles", params={"name": "b.txt"}, content=long).status_code == 413


def test_pages_of_an_allowed_site_add_nothing(bot: Chatbot) -> None:
    site = "https://example.org"
    opened = client(bot, uploads=True, sites=frozenset({site}))
    answer = opened.post(
        "/api/v1/articles", params={"name": "a.txt"}, content=BRIDGE, headers={"origin": site}
    )
    assert answer.status_code == 403 and kept(bot) == []


@pytest.mark.slow
def test_no_question_waits_for_uploads_and_too_many_of_them_are_refused(bot: Chatbot, monkeypatch) -> None:
    let = threading.Event()

    def slow(*_: object) -> Report:
        let.wait(20)
        return Report(added=["one"])

    monkeypatch.setattr("chatbot.server.upload.add", slow)
    with serving_app(api.app(bot, uploads=True)) as address, ThreadPoolExecutor(45) as pool:
        url = f"{address}/api/v1/articles?name=a.txt"
        sent = [pool.submit(httpx.post, url, content=b"a" * 300_000, timeout=30) for _ in range(45)]
        done, _ = wait(sent, timeout=20, return_when="FIRST_COMPLETED")
        asked = httpx.post(
            f"{address}/api/v1/ask", json={"question": "What does the ferry carry?"}, timeout=10
        )
        assert asked.status_code == 200 and not let.is_set()
        let.set()
        codes = [one.result().status_code for one in sent]
    assert codes.count(503) > 20 and codes.count(200) >= 1 and set(codes) == {200, 503}
    assert next(one.result() for one in done).headers["retry-after"]
