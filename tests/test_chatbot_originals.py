"""The file of an article over REST, where a quotation stands on its pages, and the pages of citations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from chatbot.bot import Chatbot
from chatbot.render import markdown, terminal
from chatbot.render.message import message
from chatbot.server import api
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.pdfs import newspaper

ORIGINAL, PLACE = "/api/v1/articles/harbour/original", "/api/v1/articles/harbour/place"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("press")
    (folder / "harbour.pdf").write_bytes(newspaper().data)
    (folder / "plain.txt").write_text("The ferry was late on every day of the week, its passengers said.\n")
    collection = Collection.create(folder / "collection")
    ingest(collection, HashEncoder(), read([folder / "harbour.pdf", folder / "plain.txt"]), 200)
    yield Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))
    collection.close()


@pytest.fixture(scope="module")
def client(bot: Chatbot) -> Iterator[TestClient]:
    with TestClient(api.app(bot), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.slow
def test_the_file_comes_byte_for_byte_and_is_no_page_of_ours(client: TestClient) -> None:
    came = client.get(ORIGINAL)
    assert came.content == newspaper().data
    assert came.headers["content-type"] == "application/pdf"
    assert came.headers["content-disposition"] == 'inline; filename="harbour.pdf"'
    assert came.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self';" in came.headers["content-security-policy"]


def test_a_quotation_is_found_on_its_page(client: TestClient, bot: Chatbot) -> None:
    text = bot.collection.article("harbour").text
    start = text.index("Volunteers will look")
    end = text.index("heating", start)
    (page,) = client.get(PLACE, params={"start": start, "end": end}).json()["pages"]
    assert (page["page"], page["width"], page["height"]) == (2, 595.3, 841.9)
    assert len(page["rectangles"]) > 1
    for one in page["rectangles"]:
        assert 0 < one["x0"] < one["x1"] < 595 and 0 < one["top"] < one["bottom"] < 842


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/v1/articles/plain/original", 404, "the file of 'plain' is not kept; read its text instead"),
        ("/api/v1/articles/none/original", 404, "none"),
        ("/api/v1/articles/plain/place?start=0&end=3", 404, "not kept"),
        (f"{PLACE}?start=3&end=3", 400, "3 to 3 is no place"),
        (f"{PLACE}?start=0&end=99999999", 400, "is no place"),
        (f"{PLACE}?start=x", 422, ""),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, status: int, said: str) -> None:
    came = client.get(path)
    assert came.status_code == status and said in came.json()["detail"]


def test_a_citation_names_its_page_in_every_format(bot: Chatbot) -> None:
    answer = bot.ask("Who will look after the library buildings in the additional hours?")
    cited = next(one for one in answer.citations if "Volunteers" in one.quote)
    assert cited.page == 2
    only = replace(answer, citations=(cited,), state="answer", sections=(), differ=())
    assert ", p. 2 [harbour.pdf" in terminal.answer(only, None)
    assert "p. 2 (harbour.pdf" in markdown.markdown([only])
    assert "p&#46; 2" in message(only)
