"""Several collections in one server: each by its name, and all of them together in one ranking."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from mcp import Client

from chatbot.bot import Chatbot
from chatbot.cli.arguments import parse
from chatbot.cli.location import places
from chatbot.feedback import FILE
from chatbot.keys import Keys
from chatbot.server import api
from chatbot.server.access import OPERATOR, Caller, current
from chatbot.server.async_chatbot import AsyncChatbot
from chatbot.server.mcp_server import server
from chatbot.server.mcp_tools import TOOLS
from chatbot.server.recognition import Mode
from chatbot.server.served import Collections
from chatbot.settings import Settings
from chatbot.shelf import ALL, Shelf, name_of
from corpus.errors import CuttingsError
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.scope import EVERYWHERE, Scope
from index.tokens import terms
from tests.browsing import ask, axe, served
from tests.fakes import HashEncoder
from tests.small import ARTICLES

REPORTS = {
    "bridge.md": """\
---
title: The bridge in figures
publisher: The Institute
published: 2024-07-01
---

The bridge carries 9,000 cars a day. The mayor opened the new bridge on Friday.
""",
    "tram.txt": "The tram\n\nThe tram to the harbour stops at the library.\n",
}
QUESTION = {"question": "Who opened the new bridge?"}


def bot_of(folder: Path, articles: dict[str, str]) -> Chatbot:
    written = folder.with_name(f"{folder.name} articles")
    written.mkdir()
    for name, text in articles.items():
        (written / name).write_text(text, encoding="utf-8")
    collection, encoder = Collection.create(folder), HashEncoder()
    ingest(collection, encoder, read([written]), Settings().passage_tokens)
    return Chatbot(collection, encoder, Settings(reader="none", threshold=0.0))


def shelf_in(folder: Path) -> Shelf:
    return Shelf({"news": bot_of(folder / "news", ARTICLES), "reports": bot_of(folder / "reports", REPORTS)})


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Shelf:
    """Not to be changed."""
    return shelf_in(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def client(shelf) -> TestClient:
    return TestClient(api.app(shelf))


# What they are called


def named(*given: str) -> dict[str, Any]:
    return places(parse(["serve", *(word for one in given for word in ("--collection", one))]))


def test_a_collection_is_called_as_its_folder_or_as_one_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b").mkdir()
    assert named("x/news", "old=x/reports", "milvus://host:19530/Press", "./c=d", "a=b") == {
        "news": Path("x/news"),
        "old": Path("x/reports"),
        "Press": "milvus://host:19530/Press",
        "c-d": Path("./c=d"),
        "a-b": Path("a=b"),  # there is such a folder
    }
    assert name_of(Path(".")) == tmp_path.name.replace("_", "_")[:64] and name_of("/") == "collection"
    assert list(places(Namespace(collections=["x/All"]))) == ["collection"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["a/news", "b/news"], "two collections are named news; give one of them another name"),
        (["a/news", "News=b"], "two collections are named News"),
        (["one=a/news", "two=a/x/../news"], "is given twice"),
        (["all=a"], "'all' stands for all collections together"),
        (["..=a"], "'..' is no name for a collection"),
        (["%2e=a"], "'%2e' is no name"),
        (["=a"], "'' is no name"),
        (["news="], "names no place"),
    ],
)
def test_a_name_that_is_none_or_not_alone_is_refused_in_one_line(given, told):
    with pytest.raises(CuttingsError, match=r"^[^\n]+$") as refused:
        named(*given)
    assert told in str(refused.value)


# Over REST


@pytest.mark.slow
def test_each_is_asked_at_its_own_address_and_the_first_at_the_old_one(client, shelf):
    listed = client.get("/api/v1/collections").json()
    assert listed["together"] and [(one["name"], one["articles"]) for one in listed["collections"]] == [
        ("news", 3),
        ("reports", 2),
    ]
    for name in shelf.names:
        base, bot = f"/api/v1/collections/{name}", shelf.bot(name)
        answer = client.post(f"{base}/ask", json=QUESTION).json()
        assert answer["answer_id"] == bot.ask(QUESTION["question"]).id and answer["state"] == "answer"
        assert {one["collection"] for one in answer["citations"]} == {None}
        assert client.get(f"{base}/collection").json()["name"] == name
        ids = [one["id"] for one in client.get(f"{base}/articles").json()["articles"]]
        assert ids == [one.id for one in bot.collection.articles()]
    first = client.post("/api/v1/ask", json=QUESTION).json()
    assert first == client.post("/api/v1/collections/news/ask", json=QUESTION).json()
    assert client.get("/api/v1/articles/tram").status_code == 404
    assert "harbour" in client.get("/api/v1/collections/reports/articles/tram").json()["text"]
    # What one has sealed is not sealed by another.
    opened = client.get(f"/api/v1/collections/reports/answers/{first['answer_id']}").json()
    assert opened["sealed"] is False
    judged = {"answer_id": first["answer_id"], "verdict": "up"}
    assert client.post("/api/v1/collections/reports/feedback", json=judged).status_code == 400
    assert client.post("/api/v1/collections/news/feedback", json=judged).status_code == 201
    assert (shelf.bot("news").collection.folder / FILE).is_file()
    assert not (shelf.bot("reports").collection.folder / FILE).exists()


NO_NAMES = ["nope", "News", "..%2f..", "news%2f..", "%00", "a" * 5000, "%F0%9F%93%B0"]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_no_collection_has_is_not_found(client, name):
    response = client.post(f"/api/v1/collections/{name}/ask", json=QUESTION)
    assert response.status_code == 404 and "\n" not in response.json()["detail"]
    assert client.get(f"/api/v1/collections/{name}/articles").status_code == 404


def test_all_are_asked_together_in_one_ranking(client, shelf):
    answer = client.post("/api/v1/collections/all/ask", json=QUESTION).json()
    cited = [*answer["citations"], *(also for one in answer["citations"] for also in one["also"])]
    assert {one["collection"] for one in cited} == {"news", "reports"}
    scores = [one["score"] for one in answer["citations"]]
    assert scores == sorted(scores, reverse=True)
    for one in cited:
        # Its id opens it among all, and behind the slash, in its own collection.
        name, _, id = one["article_id"].partition("/")
        among = client.get(f"/api/v1/collections/all/articles/{one['article_id']}").json()
        alone = client.get(f"/api/v1/collections/{name}/articles/{id}").json()
        assert one["collection"] == name == among["collection"] and alone["collection"] is None
        assert among["text"] == alone["text"] and among["text"][one["start"] : one["end"]] == one["quote"]
    again = client.get(f"/api/v1/collections/all/answers/{answer['answer_id']}").json()
    assert again["sealed"] and again["lost"] == 0
    cited_again = [one["quote"] for one in again["answer"]["citations"]]
    assert cited_again == [one["quote"] for one in answer["citations"]]
    judged = {"answer_id": answer["answer_id"], "verdict": "down"}
    assert client.post("/api/v1/collections/all/feedback", json=judged).status_code == 201
    told = client.get("/api/v1/collections/all/collection").json()
    assert (told["name"], told["articles"], told["uploads"]) == ("all", 5, False)
    assert [one["name"] for one in told["publishers"]] == ["The Echo", "The Institute", "The Post"]
    filtered = {**QUESTION, "filters": {"publishers": ["The Institute"]}}
    only = client.post("/api/v1/collections/all/ask", json=filtered).json()
    assert {one["collection"] for one in only["citations"]} == {"reports"}
    hits = client.get("/api/v1/collections/all/search", params={"q": "bridge", "k": 3}).json()["hits"]
    assert [one["rank"] for one in hits] == [1, 2, 3] and len({one["article_id"] for one in hits}) == 3


def test_stores_that_are_read_as_one_agree_with_each_by_itself(shelf):
    (together,) = (bot for name, bot in shelf.bots() if name == ALL)
    store, searcher = together.collection, together.searcher
    assert searcher.by_date(EVERYWHERE, 3) == ["reports/bridge", "news/tunnel", "news/bridge"]
    assert searcher.by_date(EVERYWHERE, 9, oldest=True)[:2] == ["news/bridge", "news/tunnel"]
    assert searcher.count(Scope(without=frozenset({"news/bridge"}))) == 4 and searcher.undated() == 2
    assert searcher.rarity(*terms("ferry")) < 1 == searcher.rarity(*terms("zeppelin"))
    for article in store.articles():
        located = store.located(store.passage_ids(article.id))
        assert [one.passage for one in located.values()] == store.passages(article.id)
        for one in located.values():
            assert one.article.id == article.id == one.passage.article_id
            assert one.text == store.article(article.id).text[one.passage.start : one.passage.end]
    for id in ("bridge", "other/bridge", "/bridge", ""):
        with pytest.raises(CuttingsError):
            store.article(id)


def test_collections_of_other_models_are_not_asked_together(shelf, tmp_path, caplog):
    other = shelf.bot("reports").having(Settings(reader="none", model="other"))
    both = Shelf({"news": shelf.bot("news"), "reports": other})
    assert not both.together and "reports has another model or reader than news" in caplog.text
    client = TestClient(api.app(both))
    assert client.get("/api/v1/collections").json()["together"] is False
    assert client.post("/api/v1/collections/all/ask", json=QUESTION).status_code == 404


@pytest.fixture
def changing(tmp_path) -> Iterator[tuple[TestClient, Shelf]]:
    shelf = shelf_in(tmp_path)
    yield TestClient(api.app(shelf, uploads=True)), shelf


def test_a_file_is_added_to_one_and_found_there_and_among_all(changing):
    client, shelf = changing
    body = "The lighthouse\n\nThe lighthouse keeper of Skerryvore retired.\n"
    path = "/api/v1/collections/{}/articles"
    added = client.post(path.format("reports"), params={"name": "keeper.txt"}, content=body)
    assert added.json()["added"] == ["keeper"]
    counted = {name: len(bot.collection.articles()) for name, bot in shelf.bots()}
    assert counted == {"news": 3, "reports": 3, "all": 6}
    refused = client.post(path.format("all"), params={"name": "keeper.txt"}, content=body)
    assert refused.status_code == 400 and "one collection" in refused.json()["detail"]
    found = client.get("/api/v1/collections/all/search", params={"q": "lighthouse keeper Skerryvore"}).json()
    assert found["hits"][0]["article_id"] == "reports/keeper"


def test_one_that_vanishes_takes_no_other_with_it(changing, tmp_path):
    client, _ = changing
    (tmp_path / "reports").rename(tmp_path / "elsewhere")
    for path in ("ask", "articles", "collection"):
        method, how = ("POST", {"json": QUESTION}) if path == "ask" else ("GET", {})
        gone = client.request(method, f"/api/v1/collections/reports/{path}", **how)
        assert gone.status_code == 503 and "the collection reports was deleted" in gone.json()["detail"]
        for there in ("", "collections/news/", "collections/all/"):
            assert client.request(method, f"/api/v1/{there}{path}", **how).status_code == 200
    answer = client.post("/api/v1/collections/all/ask", json=QUESTION).json()
    assert {one["collection"] for one in answer["citations"]} == {"news"}
    assert client.get("/readyz").json()["collections"] == {"news": "ready", "reports": "gone"}
    listed = client.get("/api/v1/collections").json()["collections"]
    assert [(one["name"], one["articles"], one["gone"]) for one in listed] == [
        ("news", 3, False),
        ("reports", None, True),
    ]
    metrics = client.get("/metrics").text
    assert 'cuttings_ready{collection="news"} 1.0' in metrics
    assert 'cuttings_ready{collection="reports"} 0.0' in metrics
    (tmp_path / "news").rename(tmp_path / "also elsewhere")
    assert client.get("/readyz").status_code == 503


@pytest.mark.slow
def test_a_key_may_be_for_some_collections_only(changing, caplog):
    _, shelf = changing
    keys = Keys(shelf.bot("news").collection.folder)
    secret = keys.add("press", ("ask", "read", "feedback"), collections=("reports",))
    closed = TestClient(api.app(shelf, mode=Mode("keys")), headers={"authorization": f"Bearer {secret}"})
    assert closed.post("/api/v1/collections/reports/ask", json=QUESTION).status_code == 200
    for path in ("/api/v1/ask", "/api/v1/collections/news/ask", "/api/v1/collections/all/ask"):
        refused = closed.post(path, json=QUESTION)
        assert refused.status_code == 403 and "reports" in refused.json()["detail"]
    assert closed.get("/api/v1/articles").status_code == 403
    listed = closed.get("/api/v1/collections").json()
    assert [one["name"] for one in listed["collections"]] == ["reports"] and not listed["together"]
    # Strangers are not told what there is.
    stranger = TestClient(api.app(shelf, mode=Mode("keys")))
    assert stranger.get("/api/v1/collections").status_code == 401
    assert stranger.get("/readyz").json() == {"ready": True, "collections": {}}


def test_the_log_names_the_collection(client, caplog):
    with caplog.at_level("INFO"):
        client.post("/api/v1/collections/reports/ask", json=QUESTION)
        client.post("/api/v1/ask", json=QUESTION)
        client.get("/healthz")
    entries = [record.request for record in caplog.records if hasattr(record, "request")]
    assert [(one["path"], one["collection"]) for one in entries] == [
        ("/api/v1/collections/{collection}/ask", "reports"),
        ("/api/v1/ask", "news"),
        ("/healthz", None),
    ]


# Over MCP


def test_an_mcp_client_lists_them_and_names_one(shelf):
    async def conversation() -> None:
        current.set(OPERATOR)
        async with Client(server(Collections(shelf, lambda _, bot: AsyncChatbot(bot)))) as client:
            listed = (await client.call_tool("list_collections", {})).structured_content
            assert listed == {
                "collections": [{"name": "news", "articles": 3}, {"name": "reports", "articles": 2}],
                "together": "all",
            }
            both = {"news/bridge", "reports/bridge"}
            for name, ids in (("", {"bridge"}), ("reports", {"bridge"}), ("all", both)):
                given = {**QUESTION, "collection": name}
                answer = (await client.call_tool("ask", given)).structured_content
                cited = {one["article_id"] for top in answer["citations"] for one in [top, *top["also"]]}
                assert ids <= cited
                place = {key: answer["citations"][0][key] for key in ("article_id", "start", "end")}
                article = await client.call_tool("read_article", {**place, "collection": name})
                assert f">>>{answer['citations'][0]['quote']}<<<" in article.content[0].text
            unknown = await client.call_tool("search", {"query": "bridge", "collection": "nope"})
            assert unknown.is_error and "there are: news, reports, all" in unknown.content[0].text

    anyio.run(conversation)


def test_a_key_for_one_collection_asks_no_other_over_mcp(shelf):
    collections = Collections(shelf, lambda _, bot: AsyncChatbot(bot))
    caller = Caller("key:press", frozenset({"ask", "read"}), collections=frozenset({"reports"}))
    tools = {tool.name: tool for tool in TOOLS}
    given, _ = anyio.run(tools["list_collections"].call, collections, caller, {})
    assert given.as_json() == {"collections": [{"name": "reports", "articles": 2}], "together": None}
    for name in ("", "news", "all"):
        with pytest.raises(CuttingsError, match="may not use the collection"):
            anyio.run(tools["search"].call, collections, caller, {"query": "bridge", "collection": name})


# In the page


def test_the_page_chooses_a_collection_and_links_lead_back_to_it(shelf, open_page):
    with served(shelf) as address:
        page, seen = open_page(address)
        assert page.locator("#collection option").all_inner_texts() == ["news", "reports", "All collections"]
        page.select_option("#collection", "reports")
        page.wait_for_url("**/?collection=reports")
        page.wait_for_selector("#question textarea")
        ask(page, "Where does the tram stop?")
        page.wait_for_selector("#chat .permalink")
        assert "The tram to the harbour" in page.inner_text("#chat")
        link = page.get_attribute("#chat .permalink", "href")
        page.select_option("#collection", "all")
        page.wait_for_url("**/?collection=all")
        page.wait_for_selector("#question textarea")
        assert page.locator("#past").is_hidden()  # conversations are of their collection
        ask(page, QUESTION["question"])
        page.wait_for_selector("#chat .permalink")
        chips = page.locator("#chat a.chip").all_inner_texts()
        assert any("news, " in chip for chip in chips)
        page.locator("#chat a.chip").first.click()
        page.wait_for_selector("#source mark")
        name = page.inner_text("#source-where").split(", ")[0]
        assert name in ("news", "reports") and f"?collection=all#cite/{name}%2F" in page.url
        assert axe(page) == []
        # A collection that is not there is told on a page, with the way to those that are.
        page.goto(f"{address}/?collection=nope")
        page.get_by_text("There is no collection 'nope'").wait_for()
        assert page.get_by_role("link").all_inner_texts() == ["news", "reports", "all"] and axe(page) == []
        # The link of an answer, and the conversation, open in the collection that they are of.
        page.goto(f"{address}/?collection=reports{link}")
        page.wait_for_selector("#chat .permalink")
        assert (
            "The tram to the harbour" in page.inner_text("#chat")
            and page.input_value("#collection") == "reports"
        )
        page.goto(f"{address}/embed?collection=reports")
        page.locator("cuttings-widget textarea").fill("Where does the tram stop?")
        page.keyboard.press("Enter")
        chip = page.locator("cuttings-widget .chip")
        chip.first.click()
        full = page.locator("cuttings-widget .source a").last
        assert "/?collection=reports#cite/tram/" in full.get_attribute("href")
        assert seen.outside(address) == []
