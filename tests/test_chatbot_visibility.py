"""Who may see which articles: hidden ones are as if they were not there, on every interface."""

from __future__ import annotations

import json
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.bot import Chatbot
from chatbot.cli.main import main
from chatbot.keys import ADMIN, ASK, FEEDBACK, INGEST, READ, Keys
from chatbot.seal import FILE as SEAL
from chatbot.seal import key_of
from chatbot.server.loading import Loaded
from chatbot.server.recognition import Mode
from chatbot.server.served import Collections
from chatbot.server.ui import page_app
from chatbot.settings import Settings
from chatbot.shelf import Shelf
from corpus.errors import CuttingsError
from corpus.read import Raw, Skipped, read
from index.copy import copy
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.showing import Chosen, show
from index.showing import told as said_of
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


HARBOUR = (
    "The harbour at Westwick was deepened in the spring of last year, after three decades of argument about"
    " the silt that the river carries down. Ships of the largest class can now reach the inner quay at any"
    " tide. The harbour master said that the first of them will arrive in June, with timber from Norway and"
    " paper from Finland, and that the old crane will be kept as a monument beside the customs house."
)
PUBLIC |= {"harbour.txt": f"The harbour\n\n{HARBOUR}\n"}
HIDDEN |= {  # a copy of a public story, and an article that changes
    "d-copy.md": f"---\ntitle: Harbour\npublisher: The Copy\n---\n\n{HARBOUR}\n",
}
OTHER = {"tram.txt": "The tram\n\nThe tram to the bridge stops at the library.\n"}
OTHER_HIDDEN = {
    "plan.md": "---\ntitle: A plan\nvisibility: internal\n---\n\nCarl Zimmer wants the tram gone by 2023.\n"
}
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


def changed(file: Path, more: str) -> None:
    """An article as it was before, so that what is ingested next is another version of it."""
    with file.open("a", encoding="utf-8") as written:
        written.write(f"\n{more}\n")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two collections each: of what is public, and of that and what is hidden in each way that there is."""
    top = tmp_path_factory.mktemp("visibility")
    public, hidden = write(top / "public", PUBLIC), write(top / "hidden", HIDDEN)
    other, plan = write(top / "tram", OTHER), write(top / "plan", OTHER_HIDDEN)
    (hidden / "wall.pdf").write_bytes(pdf(lines(60, 60, *WALL), title="The harbour wall"))
    changed(public / "mill.md", "It stands still.")
    changed(hidden / "c-secret.md", "Carl Zimmer fell.")
    without, hiding = top / "without", top / "with"
    with pytest.MonkeyPatch.context() as patched:  # both are read at one time
        for module in ("index.versions", "index.ingest.preparation", "index.folder.change"):
            patched.setattr(f"{module}.now", lambda: "2026-01-02T03:04:05+00:00")
        for folder, sources in ((without, ([public], [other])), (hiding, ([public, hidden], [other, plan]))):
            made(folder / "press", *sources[0]).close()
            made(folder / "trams", *sources[1]).close()
        (public / "mill.md").write_text(PUBLIC["mill.md"], encoding="utf-8")
        (hidden / "c-secret.md").write_text(HIDDEN["c-secret.md"], encoding="utf-8")
        made(without / "press", public).close()
        collection = made(hiding / "press", public, hidden)
    show(collection, "internal", Chosen(publishers=["The Secret", "The Copy"]))
    show(collection, "internal", Chosen(articles=["n-francais"]))
    show(collection, "internal", Chosen(sources=["*.pdf"]))
    collection.close()
    for name in ("press", "trams", "press/all"):
        (without / name).mkdir(exist_ok=True)
        (hiding / name).mkdir(exist_ok=True)
        key_of(without / name)
        shutil.copyfile(without / name / SEAL, hiding / name / SEAL)
    return without, hiding


@pytest.fixture(scope="module")
def both(folders: tuple[Path, Path]) -> Iterator[tuple[Served, Served]]:
    """Servers of the two, open to all."""
    without, hiding = (serve(folder) for folder in folders)
    with serving_app(without[0]) as one, serving_app(hiding[0]) as other:
        yield Served(one, *without[1:]), Served(other, *hiding[1:])


def serve(folder: Path) -> tuple[Any, Chatbot, dict[str, str]]:
    encoder, settings = HashEncoder(), Settings(reader="none", threshold=0.0, questions_per_minute=10_000)
    shelf = Shelf(
        {name: Chatbot(Collection.open(folder / name), encoder, settings) for name in ("press", "trams")}
    )
    kept = Keys(folder / "press")
    keys = {
        "admin": kept.add("admin", (ADMIN,)),
        "intake": kept.add("intake", (READ, INGEST)),
        "internal": kept.add("internal", (ASK, READ, FEEDBACK), groups=("internal",)),
        "operator": kept.add("operator", (ASK, READ, ADMIN), groups=("internal", "embargoed")),
    }
    for _, bot in shelf.bots():
        bot.try_suggestions()
    return page_app(shelf, Loaded(shelf), uploads=True, mode=Mode()), shelf.bot("press"), keys


def told(served: Served, method: str, params: dict[str, Any], key: str = "") -> Any:
    """What an MCP client gets."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    answer = served.send("POST", "/mcp", key, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json().get("result") or answer.json()["error"]


def called(served: Served, tool: str, arguments: dict[str, Any], key: str = "") -> Any:
    return told(served, "tools/call", {"name": tool, "arguments": arguments}, key)


def completed(served: Served, model: str, question: str, **more: Any) -> Any:
    """What a client of OpenAI's interface gets, but for what is another each time."""
    messages = [{"role": "user", "content": question}]
    got = served.send("POST", "/v1/chat/completions", json={"model": model, "messages": messages, **more})
    text = re.sub(r'"(id|created)": ?("chatcmpl[^"]*"|\d+)', "", got.text)
    return got.status_code, text.replace(served.address, "")


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


def body(served: Served, method: str, path: str, key: str = "", **how: Any) -> tuple[int, bytes]:
    got = served.send(method, path, key, **how)
    return got.status_code, got.content.replace(served.address.encode(), b"")


Request = Callable[[Served], Any]


def requests(whole: str, together: str) -> dict[str, Request]:
    """Whatever can be asked, by a name; `whole` and `together` are ids of answers with what is hidden."""
    found: dict[str, Request] = {}

    def rest(method: str, path: str, key: str = "", **how: Any) -> None:
        name = f"{key} {method} {path} {how}"
        found[name] = lambda served: body(served, method, path, key, **how)

    def mcp(method: str, **params: Any) -> None:
        found[f"mcp {method} {params}"] = lambda served: told(served, method, params)

    def openai(model: str, question: str, **more: Any) -> None:
        found[f"openai {model} {question} {more}"] = lambda one: completed(one, model, question, **more)

    history = [
        {"role": "user", "content": "Who opened the bridge?"},
        {"role": "assistant", "content": "The mayor"},
    ]
    base = "/api/v1"
    for question in QUESTIONS:
        rest("POST", f"{base}/ask", json={"question": question})
    rest("POST", f"{base}/ask", json={"question": "And what did it cost?", "history": history})
    for filters in ({"publishers": ["The Secret"]}, {"from": "2024-05-04", "to": "2025-12-31"}):
        rest("POST", f"{base}/ask", json={"question": QUESTIONS[1], "filters": filters})
    stream = {"accept": "text/event-stream"}
    rest("POST", f"{base}/ask", json={"question": QUESTIONS[1]}, headers=stream)
    rest("POST", f"{base}/feedback", json={"answer_id": whole, "verdict": "up"})
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    for kind, target in (("article", "c-secret"), ("answer", whole)):
        rest("POST", f"{base}/links", "admin", json={"kind": kind, "target": target, "until": tomorrow})
    for method in ("PATCH", "DELETE"):
        more = {"json": {"title": "Mine"}} if method == "PATCH" else {}
        rest(method, f"{base}/articles/c-secret", "intake", **more)
    for query in ("", "?collection=trams", "?collection=all"):
        rest("GET", f"/{query}")
    for of in ("", "/collections/all", "/collections/trams"):
        for words in ("bridge", "Zeppelin", "le+pont", "harbour+wall", "tram+gone"):
            rest("GET", f"{base}{of}/search?k=20&q={words}")
        for path in ("collection", "articles", "articles?q=secret", "articles?publisher=Le+Monde"):
            rest("GET", f"{base}{of}/{path}")
        rest("GET", f"{base}{of}/articles?copies=false")
        before = "press/" if of.endswith("all") else ""
        for id in ("c-secret", "mill", "wall", "plan", "never"):
            for what in ("", "/versions", "/changes", "?version=1", "/original", "/place?start=0&end=5"):
                if of == "" or what in ("", "/versions", "?version=1"):
                    rest("GET", f"{base}{of}/articles/{before}{id}{what}")
        shown = together if of.endswith("all") else whole
        rest("GET", f"{base}{of}/answers/{shown}")
        for format in ("markdown", "ris"):
            rest("POST", f"{base}{of}/citations", json={"answers": [shown], "format": format})
    for question in (QUESTIONS[2], QUESTIONS[6], "What does Carl Zimmer want?"):
        rest("POST", f"{base}/collections/all/ask", json={"question": question})
    rest("GET", f"{base}/collections")
    rest("GET", "/evaluation", "admin")
    for question in QUESTIONS[:3]:
        mcp("tools/call", name="ask", arguments={"question": question})
    mcp("tools/call", name="ask", arguments={"question": "Where is Carl Zimmer?", "collection": "all"})
    mcp("tools/call", name="search", arguments={"query": "Zeppelin"})
    mcp("tools/call", name="read_article", arguments={"article_id": "c-secret"})
    mcp("tools/call", name="list_collections", arguments={})
    mcp("resources/list")
    mcp("resources/read", uri="cuttings://article/c-secret")
    mcp("resources/read", uri="cuttings://article/c-secret/metadata")
    mcp("resources/read", uri="cuttings://collections/trams/article/plan")
    of_articles = {"type": "ref/resource", "uri": "cuttings://article/{id}{?start,end}"}
    mcp("completion/complete", ref=of_articles, argument={"name": "id", "value": "se"})
    for model in ("press", "trams", "all"):
        openai(model, QUESTIONS[2])
    openai("press", QUESTIONS[1], stream=True)
    openai("press", QUESTIONS[6], cuttings={"answer": True})
    found["page ask"] = lambda one: on_page(one, "submit", [QUESTIONS[1], "", None])
    found["page examples"] = lambda one: on_page(one, "load", [])
    found["page link"] = lambda one: on_page(one, "click", [json.dumps({"open": [whole]}), None])
    found["metrics"] = lambda one: [
        row
        for row in one.get("/metrics", "admin").text.splitlines()
        if re.match("cuttings_(articles|passages)", row)
    ]
    return found


def leaks(hiding: Served, asked: dict[str, Request], plain: dict[str, Any]) -> list[str]:
    """The names of the requests that are not answered as where there is nothing to hide, or tell what is."""
    found = []
    for name, ask in asked.items():
        got = ask(hiding)
        text = str(got).replace("What did Carl Zimmer say", "").replace("does Carl Zimmer want", "")
        text = text.replace("Where is Carl Zimmer", "")
        if got != plain[name] or "Zimmer" in text or "twelve" in text:
            found.append(name)
    return found


@pytest.mark.slow
def test_what_is_hidden_is_nowhere_byte_for_byte(both: tuple[Served, Served]) -> None:
    without, hiding = both
    whole = hiding.bot.ask("Who flew the Zeppelin?")
    assert {one.article_id for one in whole.citations} & {"c-secret"} and whole.id
    question = {"question": "Who flew the Zeppelin?"}
    of_all = hiding.send("POST", "/api/v1/collections/all/ask", "internal", json=question).json()
    assert of_all["citations"][0]["article_id"] == "press/c-secret"
    deadline = time.monotonic() + 20
    status = "/api/v1/collection"
    while without.get(status).content != hiding.get(status).content:  # its examples are being tried
        assert time.monotonic() < deadline, (without.get(status).text, hiding.get(status).text)
        time.sleep(0.05)
    shown = hiding.get(status).json()
    assert shown["articles"] == 5 and shown["examples"]
    asked = requests(whole.id, of_all["answer_id"])
    plain = {name: ask(without) for name, ask in asked.items()}
    assert leaks(hiding, asked, plain) == []
    # And with the right key all of it is there, as who has the collection sees it.
    answer = hiding.send("POST", "/api/v1/ask", "internal", json=question).json()
    assert [one["quote"] for one in answer["citations"]] == [one.quote for one in whole.citations]
    assert hiding.get("/api/v1/collection", "internal").json()["articles"] == 10
    assert hiding.get("/api/v1/collections/all/collection", "internal").json()["articles"] == 12
    assert hiding.get("/api/v1/articles/wall/original", "internal").content.startswith(b"%PDF")
    assert not called(hiding, "read_article", {"article_id": "c-secret"}, "internal").get("isError")
    assert hiding.get("/api/v1/articles/c-secret", "internal").status_code == 200
    assert len(hiding.get("/api/v1/articles/c-secret/versions", "internal").json()["versions"]) == 2
    stories = hiding.get("/api/v1/articles?copies=false", "internal").json()
    assert stories["total"] == 9  # the harbour's are one
    assert "c-secret" in str(told(hiding, "resources/list", {}, "internal"))
    # The battery finds it where callers are not told apart; but nothing is changed that way.
    read = {name: ask for name, ask in asked.items() if "PATCH" not in name and "DELETE" not in name}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Collections, "_as_seen", lambda _, whole, sight: whole)
        found = leaks(hiding, read, plain)
    for way in ("/ask", "/search", "/versions", "/changes", "/original", "/place", "/answers", "/citations"):
        assert any(way in name for name in found), way
    for way in ("articles/press/c-secret", "POST /api/v1/links", "mcp tools", "mcp resources", "mcp comp"):
        assert any(way in name for name in found), way
    for way in (
        "openai press",
        "openai trams",
        "openai all",
        "page ask",
        "page link",
        "metrics",
        "?collection=all",
    ):
        assert any(way in name for name in found), way


def test_statistics_of_search_are_those_of_what_is_seen(folders: tuple[Path, Path]) -> None:
    encoder = HashEncoder()
    without, hiding = (Collection.open(folder / "press") for folder in folders)
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
    assert said_of(copied) == said_of(collection) and said_of(copied).holding == {"internal": 2}
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


@pytest.mark.slow
def test_an_operator_says_it_by_command_and_over_rest(
    both: tuple[Served, Served], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = both[1].bot.collection.folder
    assert main(["visibility", "--json", "--collection", str(folder)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["holding"] == {"internal": 5} and ["publisher", "The Secret", "internal"] in said["rules"]
    assert main(["visibility", "internal", "--collection", str(folder)]) == 1
    assert "name articles" in capsys.readouterr().err
    for key, status in (("", 401), ("internal", 403), ("admin", 403), ("operator", 200)):
        assert both[1].get("/api/v1/visibility", key).status_code == status
    # What is judged, synced and measured quotes and names articles.
    for path in ("sources", "journal", "keys", "feedback", "feedback.jsonl", "evaluation"):
        for of in ("", "/collections/all"):
            got = both[1].get(f"/api/v1{of}/operator/{path}", "admin")
            assert got.status_code in (400, 403) and "Zimmer" not in got.text, path
        assert both[1].get(f"/api/v1/operator/{path}", "operator").status_code == 200, path
    body = {"visibility": "embargoed", "articles": ["mill"]}
    assert (
        both[1].send("PUT", "/api/v1/visibility", "operator", json=body).json()["holding"]["embargoed"] == 1
    )
    assert both[1].get("/api/v1/articles/mill").status_code == 404
    assert both[1].get("/api/v1/articles/mill", "operator").status_code == 200
    assert main(["visibility", "unset", "mill", "--collection", str(folder)]) == 0
    assert both[1].get("/api/v1/articles/mill").status_code == 200
