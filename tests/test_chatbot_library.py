"""The library changed over REST: pages added, articles removed and said anew, by who may and nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from chatbot.bot import Chatbot
from chatbot.server import api
from chatbot.server.access import RULES, rules
from chatbot.server.upload import folder_of
from corpus.read import read
from index.copy import copy
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.small import small_bot
from tests.website import serving

BRIDGE = "/api/v1/articles/bridge"


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    return small_bot(tmp_path)


def client(bot: Chatbot, uploads: bool = True) -> TestClient:
    return TestClient(api.app(bot, uploads=uploads))


def test_who_may_not_add_may_not_change_either(bot: Chatbot) -> None:
    closed = client(bot, uploads=False)
    assert closed.delete(BRIDGE).status_code == 405
    assert closed.patch(BRIDGE, json={"publisher": "X"}).status_code == 405
    for method in ("PATCH", "DELETE", "POST"):
        about = [rule for rule in RULES if method in rule.methods and "articles" in rule.path.pattern]
        assert {rule.scopes for rule in about} == {("ingest",)}
    assert [rule.scopes for rule in rules("/api/v1/articles/a/b") if "DELETE" in rule.methods] == [
        ("ingest",)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("what", ["original", "place", "versions", "changes"])
def test_what_there_is_of_an_article_is_read_and_not_changed(bot: Chatbot, what: str) -> None:
    for method in ("PATCH", "DELETE"):
        for place in (f"{BRIDGE}/{what}", f"/api/v1/collections/collection/articles/a/b/{what}"):
            refused = client(bot).request(method, place)
            assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


def test_an_article_is_removed_with_the_file_that_was_added_here(bot: Chatbot) -> None:
    opened = client(bot)
    assert opened.delete(BRIDGE).json() == {"removed": "bridge", "file": False}
    assert opened.get(BRIDGE).status_code == 404 and opened.delete(BRIDGE).status_code == 404
    assert (bot.collection.folder.parent / "articles" / "bridge.md").exists()
    two = b'{"id": "one", "text": "The pier has a lamp."}\n{"id": "two", "text": "The pier has a crane."}\n'
    opened.post("/api/v1/articles", params={"name": "two.jsonl"}, content=two)
    file = folder_of(bot) / "two.jsonl"
    assert opened.delete("/api/v1/articles/one").json()["file"] is False and file.exists()
    assert opened.delete("/api/v1/articles/two").json()["file"] is True and not file.exists()
    assert opened.get("/api/v1/articles").json()["total"] == 2


def test_what_is_said_of_an_article_holds_when_its_source_changes_and_moves(bot: Chatbot) -> None:
    opened, file = client(bot), bot.collection.folder.parent / "articles" / "bridge.md"
    before = opened.get(BRIDGE).json()
    topics = ["rails", " rails", "x\ty"]
    said = {"title": "Zeppelin over\n the river", "publisher": None, "topics": topics}
    now = opened.patch(BRIDGE, json=said).json()
    assert (now["title"], now["publisher"]) == ("Zeppelin over the river", None)
    assert (now["topics"], now["published"]) == (["rails", "x y"], "2024-05-03")
    assert (now["text"], now["removed"]) == (before["text"], before["removed"])
    assert bot.search("zeppelin", 1)[0].article_id == "bridge"  # its title is searched
    assert [one["id"] for one in opened.get("/api/v1/articles?q=RAILS").json()["articles"]] == ["bridge"]
    assert opened.patch(BRIDGE, json={"published": "2024-05-04"}).json()["title"] == "Zeppelin over the river"

    def ingested() -> str:
        report = ingest(bot.collection, HashEncoder(), read([str(file.parent)]), bot.settings.passage_tokens)
        return next(name for name in ("unchanged", "moved", "updated") if "bridge" in getattr(report, name))

    assert ingested() == "unchanged"
    file = file.rename(file.parent.parent / "articles" / "other.md")
    assert ingested() == "moved"
    file.write_text(file.read_text().replace("nine million", "ten million"))
    ingest(bot.collection, HashEncoder(), read([str(file)]), bot.settings.passage_tokens)
    kept = bot.collection.article("other")  # an article without an id of its own is called as its file is
    assert "ten million" in kept.text
    assert (kept.title, kept.publisher, kept.published) == ("Zeppelin over the river", None, "2024-05-04")
    assert kept.topics == ("rails", "x y")


def test_a_copy_has_what_was_said_later_too(bot: Chatbot, tmp_path: Path) -> None:
    target = Collection.create(tmp_path / "copy")
    copy(bot.collection, target)
    client(bot).patch(BRIDGE, json={"publisher": "The Echo"})
    report = copy(bot.collection, target)
    assert report.copied == ["bridge"] and report.problems == []
    assert target.article("bridge").publisher == "The Echo"


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        ({"published": "2024-02-30"}, 422, "published"),
        ({"title": " \n"}, 400, "needs a title"),
        ({"title": None}, 400, "needs a title"),
        ({"publisher": "x" * 301}, 400, "at most 300"),
        ({"topics": ["x"] * 5 + [str(n) for n in range(20)]}, 400, "at most 20"),
        ({"text": "Forged."}, 422, "text"),
    ],
)
def test_what_cannot_be_said_is_told_and_changes_nothing(
    bot: Chatbot, said: dict, status: int, told: str
) -> None:
    revision = bot.collection.revision
    refused = client(bot).patch(BRIDGE, json=said)
    assert refused.status_code == status and told in refused.json()["detail"]
    assert bot.collection.revision == revision


@pytest.mark.slow
def test_a_page_is_added_by_its_address_where_that_is_on_the_public_net(bot: Chatbot) -> None:
    with serving() as site:
        site.html(
            "/crane", "<p>The crane at the quay lifts forty tonnes, said the harbour master.</p>", "A crane"
        )
        url = f"{site.address}/crane"
        (skipped,) = client(bot).post("/api/v1/articles", params={"url": url}).json()["skipped"]
        assert "no address of the public net" in skipped["reason"] and site.asked == []
        bot = bot.having(replace(bot.settings, private_hosts="127.0.0.1"))  # as its operator may say
        added = client(bot).post("/api/v1/articles", params={"url": url}).json()
        assert added["added"] == ["crane"]
        assert bot.collection.article("crane").title == "A crane"
    for wrong in ({"url": "file:///etc/passwd"}, {"url": "", "name": "a.txt"}, {}):
        assert client(bot).post("/api/v1/articles", params=wrong).status_code == 400
