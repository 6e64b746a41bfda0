"""Who may see which articles: hidden ones are as if they were not there, on every interface."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.bot import Chatbot
from chatbot.cli.main import main
from chatbot.keys import ADMIN, ASK, FEEDBACK, READ, Keys
from chatbot.seal import FILE as SEAL
from chatbot.seal import key_of
from chatbot.server.api import Loading
from chatbot.server.recognition import Mode
from chatbot.server.ui import page_app
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import Raw, Skipped, read
from index.copy import copy
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.showing import Chosen, show, told
from index.visibility import COUNTED, EVERYBODY, UNSET, Rules, Sight
from tests.fakes import HashEncoder
from tests.pdfs import lines, pdf
from tests.small import ARTICLES, serving_app

PUBLIC = {
    **ARTICLES,
    "mill.md": "---\ntitle: The mill\npublisher: The Post\npublished: 2024-07-01\n---\n\n"
    "## Who owns the mill?\n\nAnna Bell owns the mill. “It will grind again,” said Anna Bell on Monday.\n",
}
HIDDEN = {
    "a-figures.md": "---\ntitle: What the bridge cost\npublisher: The Times\npublished: 2024-05-04\n"
    "visibility: internal\n---\n\nThe mayor opened the new bridge on Friday."
    " It cost twelve million pounds.\n",
    "c-secret.md": "---\ntitle: Bridge secrets\npublisher: The Secret\npublished: 2023-01-02\n---\n\n"
    "## Who flew the Zeppelin?\n\nCarl Zimmer flew the Zeppelin over the bridge. “The mayor knew,” said Carl"
    " Zimmer on Sunday. The ferry runs on Mondays.\n",
    "n-francais.md": "---\ntitle: Le pont\npublisher: Le Monde\npublished: 2025-02-03\n---\n\n"
    "Le maire a ouvert le nouveau pont vendredi dernier devant une foule nombreuse. Les habitants disent que"
    " le pont est trop cher pour la ville, et que le tunnel ne sera jamais construit.\n",
}
WALL = (
    "The council decided on Tuesday to raise the harbour wall by a metre and a half.",
    "The mayor opened the new bridge on Friday, and the wall is to protect the bridge.",
)
QUESTIONS = [
    "Who opened the bridge?",
    "What did the bridge cost?",
    "Who flew the Zepelin?",
    "What does The Secret say about the bridge?",
    "What happened in 2023?",
    "What is the latest news about the bridge?",
    "How many articles mention the bridge?",
    "Summarise what the articles say about the bridge.",
    "Give me a timeline of the bridge.",
    "What did Carl Zimmer say?",
    "What did the mayor say?",
    "Qui a ouvert le pont ?",
    "Who opened the bridge and what did it cost?",
    "Which articles are from 2025?",
]


CLIENT = httpx.Client(timeout=60)


@dataclass
class Served:
    """A server of a collection, and its keys by their names."""

    address: str
    bot: Chatbot
    keys: dict[str, str]

    def get(self, path: str, key: str = "", **how: Any) -> httpx.Response:
        return self.send("GET", path, key, **how)

    def send(self, method: str, path: str, key: str = "", **how: Any) -> httpx.Response:
        headers = {"x-request-id": "the-same-for-both", **how.pop("headers", {})}
        headers |= {"authorization": f"Bearer {self.keys[key]}"} if key else {}
        return CLIENT.request(method, f"{self.address}{path}", headers=headers, **how)


def write(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def made(folder: Path, *sources: Path) -> Collection:
    collection = Collection.create(folder)
    raws = [raw for raw in read(sources) if isinstance(raw, Raw)]
    # Interleaved, so that what is hidden stands between the others.
    ingest(collection, HashEncoder(), sorted(raws, key=lambda raw: raw.source), Settings().passage_tokens)
    return collection


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A collection of what is public, and one of that and of what is hidden in each way that there is."""
    top = tmp_path_factory.mktemp("visibility")
    public, hidden = write(top / "public", PUBLIC), write(top / "hidden", HIDDEN)
    (hidden / "wall.pdf").write_bytes(pdf(lines(60, 60, *WALL), title="The harbour wall"))
    with pytest.MonkeyPatch.context() as patched:  # both are first seen at one time
        patched.setattr("index.ingest.preparation.now", lambda: "2026-01-02T03:04:05+00:00")
        made(top / "without", public).close()
        collection = made(top / "with", public, hidden)
    show(collection, "internal", Chosen(publishers=["The Secret"]))
    show(collection, "internal", Chosen(articles=["n-francais"]))
    show(collection, "internal", Chosen(sources=["*.pdf"]))
    collection.close()
    key_of(top / "without")
    shutil.copyfile(top / "without" / SEAL, top / "with" / SEAL)
    return top / "without", top / "with"


@pytest.fixture(scope="module")
def both(folders: tuple[Path, Path]) -> Iterator[tuple[Served, Served]]:
    """Servers of the two, open to all."""
    without, hiding = (serve(folder) for folder in folders)
    with serving_app(without[0]) as one, serving_app(hiding[0]) as other:
        yield Served(one, *without[1:]), Served(other, *hiding[1:])


def serve(folder: Path) -> tuple[Any, Chatbot, dict[str, str]]:
    collection = Collection.open(folder)
    bot = Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0))
    kept = Keys(folder)
    keys = {
        "admin": kept.add("admin", (ADMIN,)),
        "internal": kept.add("internal", (ASK, READ, FEEDBACK), groups=("internal",)),
        "operator": kept.add("operator", (ASK, READ, ADMIN), groups=("internal", "embargoed")),
    }
    bot.try_suggestions()
    loading = Loading(bot)
    loading.done = loading.ready = True
    return page_app(bot, loading, mode=Mode()), bot, keys


def called(served: Served, tool: str, arguments: dict[str, Any], key: str = "") -> Any:
    """What an MCP client gets."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    answer = served.send("POST", "/mcp", key, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def on_page(served: Served, function: str, data: list[Any]) -> Any:
    """What the page's event gives last, over Gradio's queue as a browser calls it."""
    config = served.get("/config").json()
    found = [one for one in config["dependencies"] if one["targets"][0][1] == function]
    ids = {one["id"]: one["props"].get("elem_id") for one in config["components"]}
    wanted = {"submit": "question", "load": None, "click": "open"}[function]
    number = next(one["id"] for one in found if ids.get(one["targets"][0][0]) == wanted)
    session = uuid.uuid4().hex[:11]
    joined = {"data": data, "fn_index": number, "session_hash": session, "trigger_id": None}
    served.send("POST", "/gradio_api/queue/join", json=joined).raise_for_status()
    shown = None
    with CLIENT.stream("GET", f"{served.address}/gradio_api/queue/data?session_hash={session}") as got:
        for line in got.iter_lines():
            message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            if message.get("msg") in ("process_generating", "process_completed"):
                shown = message["output"].get("data") or shown
            if message.get("msg") == "process_completed":
                assert message["success"], message
                return shown
    raise AssertionError("the event did not end")


def body(answer: httpx.Response) -> tuple[int, bytes]:
    return answer.status_code, answer.content


def asked(question: str, **more: Any) -> Callable[[Served], Any]:
    return lambda served: body(served.send("POST", "/api/v1/ask", json={"question": question, **more}))


def test_what_is_hidden_is_nowhere_byte_for_byte(both: tuple[Served, Served]) -> None:
    without, hiding = both
    whole = hiding.bot.ask("Who flew the Zeppelin?")
    assert {one.article_id for one in whole.citations} & {"c-secret"} and whole.id
    deadline = time.monotonic() + 20
    while without.get("/api/v1/collection").content != hiding.get("/api/v1/collection").content:
        assert time.monotonic() < deadline, hiding.get(
            "/api/v1/collection"
        ).text  # its examples are being tried
        time.sleep(0.05)
    told = hiding.get("/api/v1/collection").json()
    assert told["articles"] == 4 and told["examples"]
    history = [
        {"role": "user", "content": "Who opened the bridge?"},
        {"role": "assistant", "content": "The mayor"},
    ]
    stream = {"accept": "text/event-stream"}
    posted: list[Callable[[Served], Any]] = [
        *(asked(question) for question in QUESTIONS),
        asked("And what did it cost?", history=history),
        asked("What did the bridge cost?", filters={"publishers": ["The Secret"]}),
        asked("What did the bridge cost?", filters={"from": "2024-05-04", "to": "2025-12-31"}),
        lambda one: body(one.send("POST", "/api/v1/ask", json={"question": QUESTIONS[1]}, headers=stream)),
        lambda one: body(one.send("POST", "/api/v1/feedback", json={"answer_id": whole.id, "verdict": "up"})),
    ]
    paths = [
        "/",
        "/api/v1/articles",
        "/api/v1/articles?q=secret",
        "/api/v1/articles?copies=false",
        *(f"/api/v1/articles/{id}/{what}" for id in ("c-secret", "mill") for what in ("versions", "changes")),
        "/api/v1/articles?publisher=Le+Monde",
        *(f"/api/v1/articles/{id}" for id in ("c-secret", "a-figures", "wall", "never", "bridge")),
        *(f"/api/v1/articles/{id}/original" for id in ("wall", "never")),
        "/api/v1/articles/wall/place?start=0&end=5",
        f"/api/v1/answers/{whole.id}",
        *(f"/api/v1/search?k=20&q={words}" for words in ("bridge", "Zeppelin", "le+pont", "harbour+wall")),
    ]
    posted += [lambda one, path=path: body(one.get(path)) for path in paths]  # type: ignore[misc]
    posted += [
        *(lambda one, q=q: called(one, "ask", {"question": q}) for q in QUESTIONS[:4]),  # type: ignore[misc]
        lambda one: called(one, "search", {"query": "Zeppelin"}),
        lambda one: called(one, "read_article", {"article_id": "c-secret"}),
        lambda one: on_page(one, "submit", [QUESTIONS[1], "", None]),
        lambda one: on_page(one, "load", []),
        lambda one: on_page(one, "click", [json.dumps({"open": [whole.id]}), None]),
        lambda one: body(one.get("/evaluation", "admin")),
        lambda one: [
            row for row in one.get("/metrics", "admin").text.splitlines() if "cuttings_articles" in row
        ],
        lambda one: [
            row for row in one.get("/metrics", "admin").text.splitlines() if "cuttings_passages" in row
        ],
    ]
    for number, ask in enumerate(posted):
        got = ask(hiding)
        assert ask(without) == got, number
        assert "Zimmer" not in str(got).replace("What did Carl Zimmer say", "") and "twelve" not in str(got)
    # And with the right key all of it is there, as who has the collection sees it.
    shown = hiding.send("POST", "/api/v1/ask", "internal", json={"question": "Who flew the Zeppelin?"}).json()
    assert [one["quote"] for one in shown["citations"]] == [one.quote for one in whole.citations]
    assert hiding.get("/api/v1/collection", "internal").json()["articles"] == 8
    assert hiding.get("/api/v1/articles/wall/original", "internal").content.startswith(b"%PDF")
    assert not called(hiding, "read_article", {"article_id": "c-secret"}, "internal").get("isError")
    assert hiding.get("/api/v1/articles/c-secret", "internal").status_code == 200


def test_statistics_of_search_are_those_of_what_is_seen(folders: tuple[Path, Path]) -> None:
    encoder = HashEncoder()
    without, hiding = (Collection.open(folder) for folder in folders)
    seen = hiding.seeing(EVERYBODY).searcher(encoder)
    plain, whole = without.searcher(encoder), hiding.searcher(encoder)
    for term in ("bridg", "mayor", "zeppelin", "never"):
        assert seen.rarity(term) == plain.rarity(term)
    assert seen.rarity("zeppelin") == 1.0 > whole.rarity("zeppelin")
    assert whole.rarity("mayor") != seen.rarity("mayor")
    query = seen.query("who opened the bridge")
    found = [(hit.article_id, hit.start, hit.score, hit.bm25, hit.cosine) for hit in seen.search(query, 50)]
    assert found == [(h.article_id, h.start, h.score, h.bm25, h.cosine) for h in plain.search(query, 50)]
    assert hiding.seeing(Sight(frozenset({"internal"}))).stamp() == hiding.stamp() != without.stamp()


def test_what_is_counted_is_never_quoted_to_anybody(tmp_path: Path) -> None:
    public, hidden = write(tmp_path / "public", PUBLIC), write(tmp_path / "hidden", HIDDEN)
    collection = made(tmp_path / "c", public, hidden)
    bot = Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.3))
    show(collection, COUNTED, Chosen(articles=["c-secret"]))
    answer = bot.ask("Who flew the Zeppelin over the bridge?")
    assert answer.unquoted == 1 and "Zimmer" not in repr(answer)
    assert bot.ask("Who grinds the corn of Venus?", as_typed=True).unquoted == 0
    with pytest.raises(CuttingsError, match="there is no article"):
        bot.collection.article("c-secret")
    assert collection.article("c-secret")  # for who looks after the collection
    collection.close()


def test_what_is_said_of_articles_holds_in_order_and_outlives_them(tmp_path: Path) -> None:
    public, hidden = write(tmp_path / "public", PUBLIC), write(tmp_path / "hidden", HIDDEN)
    collection = made(tmp_path / "c", public, hidden)

    def seen(*groups: str) -> set[str]:
        return {one.id for one in collection.seeing(Sight(frozenset(groups))).articles()}

    everything = {one.id for one in collection.articles()}
    assert everything - seen() == {"a-figures"}  # its file says so
    show(collection, "press", Chosen(publishers=["The Times"]))
    assert "a-figures" not in seen("internal") and "a-figures" in seen("press")
    show(collection, "public", Chosen(articles=["a-figures"]))
    assert seen() == everything
    show(collection, UNSET, Chosen(articles=["a-figures"], publishers=["The Times"]))
    show(collection, "board", Chosen(rest=True))
    assert seen("internal") == {"a-figures"} and seen("board") == everything - {"a-figures"}
    show(collection, UNSET, Chosen(rest=True))
    # One that is removed and comes back is not public meanwhile; nor one that is updated.
    show(collection, "internal", Chosen(articles=["mill"]))
    with collection.change() as change:
        assert change.remove("mill")
    (public / "mill.md").write_text(PUBLIC["mill.md"] + "\nIt turns.\n", encoding="utf-8")
    ingest(collection, HashEncoder(), read([public]), Settings().passage_tokens)
    assert "mill" in {one.id for one in collection.articles()} - seen()
    copied = Collection.create(tmp_path / "copy")
    assert copy(collection, copied).problems == []
    assert told(copied) == told(collection) and told(copied).holding == {"internal": 2}
    for wrong in ("Top Secret", "all", ""):
        with pytest.raises(CuttingsError, match="no name of a group"):
            show(collection, wrong, Chosen(rest=True))
    with pytest.raises(CuttingsError, match="no article"):
        show(collection, "internal", Chosen(articles=["never"]))
    with collection.change() as change:
        change.set("visibility", '{"rules": 3}')
        change.changed = True
    with pytest.raises(CuttingsError, match="damaged"):  # and not: everything is public
        collection.seeing(EVERYBODY).articles()
    (public / "odd.md").write_text("---\nvisibility: Only Me!\n---\n\nA line that nobody may see.\n")
    report = ingest(copied, HashEncoder(), read([public / "odd.md"]), 200)
    assert [type(one) for one in report.skipped] == [Skipped] and "visibility" in report.skipped[0].reason
    assert Rules.unpacked(Rules().having("at", "/a", "x").packed()).of(None, "b", "/a/b") == "x"
    assert Rules().having("at", "/a", "x").of(None, "b", "/ab") is None
    collection.close()
    copied.close()


def test_an_operator_says_it_by_command_and_over_rest(
    both: tuple[Served, Served], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = both[1].bot.collection.folder
    assert main(["visibility", "--json", "--collection", str(folder)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["holding"] == {"internal": 4} and ["publisher", "The Secret", "internal"] in said["rules"]
    assert main(["visibility", "internal", "--collection", str(folder)]) == 1
    assert "name articles" in capsys.readouterr().err
    for key, status in (("", 401), ("internal", 403), ("admin", 403), ("operator", 200)):
        assert both[1].get("/api/v1/visibility", key).status_code == status
    body = {"visibility": "embargoed", "articles": ["mill"]}
    assert (
        both[1].send("PUT", "/api/v1/visibility", "operator", json=body).json()["holding"]["embargoed"] == 1
    )
    assert both[1].get("/api/v1/articles/mill").status_code == 404
    assert both[1].get("/api/v1/articles/mill", "operator").status_code == 200
    assert main(["visibility", "unset", "mill", "--collection", str(folder)]) == 0
    assert both[1].get("/api/v1/articles/mill").status_code == 200
