"""Links that an operator gives out: what they open, to whom, and when they no longer do."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chatbot import keys, links
from chatbot.cli.main import main
from chatbot.keys import ADMIN, ASK, READ, Keys
from chatbot.links import FILE, UNKNOWN, Links
from chatbot.seal import key_of
from chatbot.server import api
from chatbot.server.recognition import Mode
from corpus.errors import CuttingsError
from index.folder.collection import Collection
from index.showing import Chosen, show
from index.visibility import COUNTED, EVERY_GROUP
from tests.small import small_bot

TOMORROW = datetime.now(UTC).date() + timedelta(days=1)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = small_bot(tmp_path_factory.mktemp("links"))
    writing = Collection.create(made.collection.folder)
    show(writing, "internal", Chosen(articles=["tunnel"]))
    show(writing, COUNTED, Chosen(articles=["note"]))
    writing.close()
    return made


@pytest.fixture(scope="module")
def secrets(bot: Any) -> dict[str, str]:
    kept = Keys(bot.collection.folder)
    return {
        "admin": kept.add("admin", (ADMIN,)),
        "operator": kept.add("operator", (ASK, READ, ADMIN), groups=("internal",)),
    }


@pytest.fixture(scope="module")
def client(bot: Any, secrets: dict[str, str]) -> TestClient:
    """Of a server on which nobody without a key may read anything."""
    return TestClient(api.app(bot, mode=Mode("keys")), raise_server_exceptions=False)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_link_opens_what_its_visitor_may_not_see_and_nothing_else(
    bot: Any, client: TestClient, secrets: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    asked = bot.ask("Who wants a tunnel?")
    assert "tunnel" in {one.article_id for one in asked.citations}
    body = {"kind": "answer", "target": asked.id, "until": TOMORROW.isoformat()}
    assert client.post("/api/v1/links", json=body).status_code == 401
    made = client.post("/api/v1/links", json=body, headers=bearer(secrets["operator"]))
    assert made.status_code == 201
    path, token = made.json()["path"], made.json()["path"].rpartition("/")[2]
    page = client.get(path)
    assert page.status_code == 200 and "wants a tunnel under the river" in page.text
    assert "no-store" in page.headers["cache-control"] and page.headers["referrer-policy"] == "same-origin"
    told = client.get(f"/api/v1/linked/{token}").json()
    assert told["kind"] == "answer" and told["answer"]["citations"][0]["quote"] == asked.citations[0].quote
    assert client.get("/api/v1/articles/tunnel").status_code == 401
    assert "tunnel" not in client.get("/sign-in").text
    article = Links(bot.collection.folder).make("article", "tunnel", TOMORROW, EVERY_GROUP)[1]
    assert "The mayor said that the bridge is enough." in client.get(f"/link/{article}").text
    assert client.get(f"/api/v1/linked/{article}").json()["article"]["id"] == "tunnel"
    for secret in (token, article, *secrets.values()):
        own = [row.getMessage() for row in caplog.records if not row.name.startswith("httpx")]  # the client's
        assert own and secret not in " ".join(own)
    # Nobody opens to others what is hidden from himself, and nobody what is never quoted.
    assert client.get(f"/api/v1/links/{token}").status_code in (404, 405)
    for key, target, status in (
        ("admin", "tunnel", 404),
        ("operator", "note", 404),
        ("admin", "bridge", 201),
    ):
        body = {"kind": "article", "target": target, "until": TOMORROW.isoformat()}
        assert client.post("/api/v1/links", json=body, headers=bearer(secrets[key])).status_code == status
    body = {"kind": "answer", "target": asked.id, "until": TOMORROW.isoformat()}
    by_admin = client.post("/api/v1/links", json=body, headers=bearer(secrets["admin"]))
    if by_admin.status_code == 201:  # of what is left of it for who may not see the tunnel
        assert "wants a tunnel" not in client.get(by_admin.json()["path"]).text
    listed = client.get("/api/v1/links", headers=bearer(secrets["admin"])).json()["links"]
    assert token not in json.dumps(listed) and made.json()["name"] in {one["name"] for one in listed}


def test_one_that_is_over_altered_or_withdrawn_says_so_in_a_line(
    bot: Any, client: TestClient, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bot.collection.folder
    kept = Links(folder)
    link, token = kept.make("article", "tunnel", TOMORROW, EVERY_GROUP)
    other = kept.make("article", "bridge", TOMORROW, EVERY_GROUP)[1]

    def detail(token: str) -> tuple[int, str]:
        page, told = client.get(f"/link/{token}"), client.get(f"/api/v1/linked/{token}")
        assert page.status_code == told.status_code
        assert told.json()["detail"] in page.text.replace("&#x27;", "'") and "tunnel" not in page.text
        return told.status_code, told.json()["detail"]

    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (flipped, other[:16] + token[16:], token[:-1], token + "A", "x", "é" * 32):
        assert detail(forged) == (404, UNKNOWN)
    # Nor by who can change the file, but has not the key: longer, of something else, for other groups.
    before = (folder / FILE).read_text()
    for name, value in (
        ("until", "2999-01-01"),
        ("target", "bridge"),
        ("groups", ["internal"]),
        ("kind", "answer"),
    ):
        rows = json.loads(before)["links"]
        for row in rows:
            row.update({name: value} if row["name"] == link.name else {})
        (folder / FILE).write_text(json.dumps({"links": rows}))
        assert detail(token) == (404, UNKNOWN), name
    (folder / FILE).write_text(before)
    assert client.get(f"/link/{token}").status_code == 200
    for module in (keys, links):
        monkeypatch.setattr(module, "today", lambda: TOMORROW + timedelta(days=1), raising=False)
    assert detail(token)[0] == 410 and f"good until {TOMORROW}" in detail(token)[1]
    monkeypatch.undo()
    gone = client.delete(f"/api/v1/links/{link.name}", headers=bearer(secrets["admin"]))
    assert gone.status_code == 200 and detail(token) == (410, kept.all()[-2].over)
    assert client.delete(f"/api/v1/links/{link.name}", headers=bearer(secrets["admin"])).status_code == 404
    (folder / FILE).write_text("{")
    assert client.get(f"/link/{other}").status_code >= 400
    (folder / FILE).write_text(before)
    with pytest.raises(CuttingsError, match="is over"):
        kept.make("article", "bridge", date(2020, 1, 1), EVERY_GROUP)


def test_links_by_command(bot: Any, client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--collection", str(bot.collection.folder)]
    until = ["--until", TOMORROW.isoformat()]
    assert main(["link", "article", "tunnel", *until, "--address", "https://x.test/", *where]) == 0
    told = capsys.readouterr()
    address = told.out.strip()
    assert address.startswith("https://x.test/link/") and client.get(address[14:]).status_code == 200
    assert main(["link", "answer", bot.ask("Who opened the bridge?").id, *until, *where]) == 0
    assert client.get(capsys.readouterr().out.strip()).status_code == 200
    assert main(["link", "list", "--json", *where]) == 0
    found = json.loads(capsys.readouterr().out)["links"]
    assert main(["link", "revoke", found[-1]["name"], *where]) == 0
    assert main(["link", "list", *where]) == 0
    assert "REVOKED" in capsys.readouterr().out
    for wrong in (["article", "never"], ["article", "note"], ["answer", "nonsense"]):
        assert main(["link", *wrong, *until, *where]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert key_of(bot.collection.folder)  # which all of them are sealed with
