"""What an operator does on a server: sources, keys, feedback and evaluation, over REST and on the page."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chatbot.bot import Chatbot
from chatbot.keys import ADMIN, ASK, READ, Keys
from chatbot.server import api
from chatbot.server.evaluation import newest, report_of, summary_of
from chatbot.server.recognition import Mode
from chatbot.shelf import Shelf
from tests.browsing import HOSTILE, Seen, axe, browser_needed, served
from tests.small import small_bot

OPERATOR = "/api/v1/operator"
FRIEND = "https://friend.test"


@pytest.fixture
def bot(tmp_path) -> Chatbot:
    return small_bot(tmp_path)


def client(bots: Any, mode: Mode = Mode(local=True), **how: Any) -> TestClient:  # noqa: B008 -- it is frozen
    return TestClient(api.app(bots, mode=mode, **how), raise_server_exceptions=False)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def synced(on: TestClient, **wanted: Any) -> Any:
    """What came of a sync that is begun now."""
    assert on.post(f"{OPERATOR}/sync", json=wanted).status_code == 202
    for _ in range(300):
        state = on.get(f"{OPERATOR}/sync").json()
        if state["now"] is None:
            return state["last"]
        time.sleep(0.02)
    raise AssertionError("the sync does not end")


def judge(on: TestClient, question: str, verdict: str, comment: str = "") -> None:
    answer = on.post("/api/v1/ask", json={"question": question}).json()["answer_id"]
    said = {"answer_id": answer, "verdict": verdict, "comment": comment}
    assert on.post("/api/v1/feedback", json=said).status_code == 201


def evaluated(folder: Path) -> None:
    """As `cuttings eval` leaves it, with more than is read."""
    report_of(folder).parent.mkdir()
    report_of(folder).write_text(
        "<!doctype html><html lang=en><title>Report</title><h1>61 of 100 were right</h1></html>"
    )
    scores = {"served": (0.64, 100), "false_answers": (12 / 38, 38), "first_citation": (None, 0)}
    summary_of(folder).write_text(
        json.dumps(
            {
                "about": "gold.jsonl",
                "questions": 100,
                "measures": {name: {"value": value, "n": n} for name, (value, n) in scores.items()},
                "run": {"started": "2026-05-03T10:00:00+00:00"},
            }
        )
    )


@pytest.mark.slow
def test_sources_are_synced_held_back_and_told_of_whoever_synced_them(bot, tmp_path) -> None:
    on, folder = client(bot), tmp_path / "articles"
    assert on.get(f"{OPERATOR}/sources").json() == {"sources": [], "paths": True}
    for again in (True, False):
        added = on.post(f"{OPERATOR}/sources", json={"source": f" {folder} "})
        assert added.json() == {"source": str(folder), "changed": again}
    (folder / "ferry.txt").write_text("The ferry\n\nThe ferry sank on Monday.\n")
    (folder / "broken.pdf").write_text("no PDF")
    assert synced(on)["changes"] == {"added": 1, "updated": 0, "moved": 0, "removed": 0}
    (source,) = on.get(f"{OPERATOR}/sources").json()["sources"]
    assert source["articles"] == 4 and source["last"]["added"] == 1 and source["last"]["skipped"] == 1
    assert source["last"]["reasons"][0]["source"] == "broken.pdf"
    assert on.get("/api/v1/collection").json()["articles"] == 4
    (newest_entry,) = on.get(f"{OPERATOR}/journal?limit=1").json()["entries"]
    assert (newest_entry["what"], newest_entry["article_id"]) == ("added", "ferry")
    for name in ("ferry.txt", "bridge.md"):
        (folder / name).unlink()
    assert synced(on, source=str(folder))["failed"] == 1
    # From the file, and not from this server's memory: another one, or a command, tells the same.
    (source,) = client(bot).get(f"{OPERATOR}/sources").json()["sources"]
    assert source["last"]["held_back"] == 2 and set(source["last"]["held"]) == {"bridge", "ferry"}
    assert synced(on, source=str(folder), remove_gone=True)["changes"]["removed"] == 2
    nothing = on.post(f"{OPERATOR}/sources", json={"source": "\f"})
    assert nothing.status_code == 400 and "no source is given" in nothing.json()["detail"]
    assert on.post(f"{OPERATOR}/sync", json={"source": "elsewhere"}).status_code == 404
    assert on.post(f"{OPERATOR}/sync", json={"remove_gone": True}).status_code == 400
    assert on.delete(f"{OPERATOR}/sources", params={"source": str(folder)}).status_code == 200
    gone = on.delete(f"{OPERATOR}/sources", params={"source": str(folder)})
    assert gone.status_code == 400 and "is no source" in gone.json()["detail"]
    for wrong in ("nowhere", "-", "http://", "\x00", "x" * 3000, "y" * 999, "~no-such-person/x"):
        refused = on.post(f"{OPERATOR}/sources", json={"source": wrong})
        assert refused.status_code in (400, 422) and "\n" not in refused.json()["detail"], wrong
    half = b'{"source": "\\ud800"}'
    assert on.post(f"{OPERATOR}/sources", content=half).status_code == 422


def test_a_sync_that_runs_is_not_begun_again_and_says_why_it_failed(bot, monkeypatch) -> None:
    schedule = api.Schedule(bot, None)
    on = client(bot, schedules={"collection": schedule})
    assert on.get(f"{OPERATOR}/sync").json() == {"now": None, "last": None, "next": None, "every": None}
    with schedule._running:
        again = on.post(f"{OPERATOR}/sync", json={})
    assert again.status_code == 409 and "runs already" in again.json()["detail"]
    monkeypatch.setattr(schedule, "_synced", lambda *_: 1 / 0)
    last = synced(on)
    assert last["failed"] == 1 and "its log says what" in last["error"]


def test_keys_are_made_rotated_and_removed_and_no_secret_is_told_again(bot, caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    on = client(bot)
    wanted = {"name": "phone", "may": ["read", "ask"], "site": "HTTPS://Example.org", "expires": "2099-01-01"}
    made = on.post(f"{OPERATOR}/keys", json=wanted)
    assert made.status_code == 201 and made.headers["cache-control"] == "private, no-store"
    first = made.json()["secret"]
    (key,) = on.get(f"{OPERATOR}/keys").json()["keys"]
    assert key["may"] == ["ask", "read"] and key["site"] == "https://example.org"
    assert (key["expires"], key["expired"], key["own"]) == ("2099-01-01", False, False)
    second = on.post(f"{OPERATOR}/keys/phone/rotate").json()["secret"]
    keys = Keys(bot.collection.folder)
    assert keys.of(first) is None and keys.of(second)
    listed = on.get(f"{OPERATOR}/keys").text
    assert on.delete(f"{OPERATOR}/keys/phone").json() == {"name": "phone"} and keys.all() == ()
    assert on.delete(f"{OPERATOR}/keys/phone").status_code == 400
    said = caplog.text + "".join(capfd.readouterr()) + listed
    assert "phone" in caplog.text and first not in said and second not in said
    for wrong in (
        {"name": "../x", "may": ["ask"]},
        {"name": "x", "may": []},
        {"name": "x", "may": ["everything"]},
        {"name": "x", "may": ["ask"], "site": "javascript:alert(1)"},
        {"name": "x", "may": ["ask"], "expires": "2020-01-01"},
        {"name": "x", "may": ["ask"], "collections": ["nowhere"]},
    ):
        refused = on.post(f"{OPERATOR}/keys", json=wrong)
        assert refused.status_code in (400, 422) and keys.all() == (), wrong


@pytest.mark.slow
def test_a_stolen_key_reads_no_file_of_the_machine_and_makes_itself_no_larger_one(tmp_path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (small_bot(tmp_path / name) for name in ("one", "two"))
    keys = Keys(one.collection.folder)
    ops, limited, asking = (
        keys.add("ops", (ADMIN,)),
        keys.add("limited", (ADMIN,), collections=("two",)),
        keys.add("asking", (ASK, READ)),
    )
    on = client(Shelf({"one": one, "two": two}), Mode(), sites=frozenset({FRIEND}))
    second = "/api/v1/collections/two/operator"
    for path in ("sources", "sync", "journal", "keys", "feedback", "feedback.jsonl", "evaluation"):
        assert on.get(f"{OPERATOR}/{path}").status_code == 401, path
        assert on.get(f"{OPERATOR}/{path}", headers=bearer(asking)).status_code == 403, path
        assert on.get(f"{OPERATOR}/{path}", headers=bearer(ops)).status_code == 200, path
        assert on.get(f"{OPERATOR}/{path}", headers=bearer(limited)).status_code == 403, path
        expected = 403 if path == "keys" else 200
        assert on.get(f"{second}/{path}", headers=bearer(limited)).status_code == expected, path
        # Pages elsewhere, also those that may ask.
        for to in (on, client(one, sites=frozenset({FRIEND}))):
            assert to.get(f"{OPERATOR}/{path}", headers={"origin": FRIEND}).status_code == 403, path
    for method, path in (("POST", "keys/ops/rotate"), ("DELETE", "keys/ops"), ("POST", "keys")):
        body = {"name": "mine", "may": ["admin"]} if path == "keys" else None
        answer = on.request(method, f"{second}/{path}", headers=bearer(limited), json=body)
        assert answer.status_code == 403 and "some collections" in answer.json()["detail"]
        for origin in (FRIEND, "https://evil.test", "null"):
            answer = on.request(method, f"{OPERATOR}/{path}", headers={**bearer(ops), "origin": origin})
            assert answer.status_code == 403, (method, path, origin)
    for path in ("/etc", str(tmp_path), "nowhere", "~"):
        refused = on.post(f"{OPERATOR}/sources", json={"source": path}, headers=bearer(ops))
        assert refused.status_code == 403 and "own machine" in refused.json()["detail"], path
    page = {"source": "https://example.org/feed.xml"}
    assert on.post(f"{second}/sources", json=page, headers=bearer(ops)).status_code == 201
    assert len(on.get(f"{second}/sources", headers=bearer(ops)).json()["sources"]) == 1
    assert on.get(f"{OPERATOR}/sources", headers=bearer(ops)).json() == {"sources": [], "paths": False}
    together = on.get("/api/v1/collections/all/operator/sources", headers=bearer(ops))
    assert together.status_code == 400 and "name it in the address" in together.json()["detail"]
    assert len(keys.all()) == 3
    board = keys.add("board", (READ,), groups=("board",))
    stolen = on.post(f"{OPERATOR}/keys/board/rotate", headers=bearer(ops))
    assert stolen.status_code == 403 and keys.of(board)


def test_feedback_is_counted_filtered_and_downloaded(bot) -> None:
    on = client(bot)
    empty = on.get(f"{OPERATOR}/feedback").json()
    assert (empty["up"], empty["down"], empty["entries"]) == (0, 0, [])
    assert on.get(f"{OPERATOR}/feedback.jsonl").content == b""
    judge(on, "Who opened the new bridge?", "up")
    judge(on, "What did the bridge cost?", "down", "Too <b>dear</b>")
    file = bot.collection.folder / "feedback.jsonl"
    file.write_bytes(file.read_bytes() + b"{\n")
    said = on.get(f"{OPERATOR}/feedback").json()
    assert (said["up"], said["down"], said["damaged"], said["total"]) == (1, 1, 1, 2)
    last, first = said["entries"]
    assert (last["verdict"], last["comment"]) == ("down", "Too <b>dear</b>")
    quoted = first["quoted"][0]
    text = bot.collection.article(quoted["article_id"]).text
    assert text[quoted["start"] : quoted["end"]] == quoted["quote"]
    assert said["command"].startswith("cuttings gold from-feedback")
    only = on.get(f"{OPERATOR}/feedback?verdict=up&limit=1").json()
    assert only["total"] == 1 and only["entries"] == [first]
    assert on.get(f"{OPERATOR}/feedback?offset=1").json()["entries"] == [first]
    got = on.get(f"{OPERATOR}/feedback.jsonl")
    assert got.content == file.read_bytes() and "attachment" in got.headers["content-disposition"]


def test_the_figures_of_an_evaluation_are_counts(bot) -> None:
    on, folder = client(bot), bot.collection.folder
    none = on.get(f"{OPERATOR}/evaluation").json()
    assert none["report"] is False and none["figures"] is None and "cuttings eval" in none["command"]
    evaluated(folder)
    told = on.get(f"{OPERATOR}/evaluation").json()
    assert told["report"] and told["figures"]["shares"] == [
        {"measure": "served", "count": 64, "of": 100},
        {"measure": "false_answers", "count": 12, "of": 38},
    ]
    for damaged in ("", "[]", "{}", '{"measures": []}', '{"measures": {"served": 3}}'):
        summary_of(folder).write_text(damaged)
        assert newest(folder) is None
        assert on.get(f"{OPERATOR}/evaluation").json()["figures"] is None


@pytest.mark.browser
@browser_needed
def test_an_operator_does_all_of_it_on_the_page(tmp_path, browser, gradio_folder) -> None:
    bot = small_bot(tmp_path)
    folder = bot.collection.folder
    hostile = tmp_path / "articles" / "<img src=x onerror=alert(1)>.md"
    hostile.write_text(HOSTILE)
    on = client(bot)
    on.post(f"{OPERATOR}/sources", json={"source": str(tmp_path / "articles")})
    synced(on)
    judge(on, "Who opened the new bridge?", "up")
    judge(on, "What did the bridge cost?", "down", "<img src=x onerror=alert(1)> too dear")
    for name in ("bridge.md", "tunnel.md"):
        (tmp_path / "articles" / name).unlink()
    ops = Keys(folder).add("ops", (ADMIN, ASK, READ))
    evaluated(folder)
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    seen, found = Seen(page), []
    page.on("dialog", lambda dialog: dialog.dismiss())
    with served(bot, mode=Mode("keys")) as address:
        shown = page.goto(f"{address}/operator#keys")
        policy = shown.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert "who runs the server" in page.locator("#hint").inner_text()
        page.fill("#secret", ops)
        page.keyboard.press("Enter")
        page.locator("#keys-list li", has_text="You are signed in with it.").wait_for()
        assert page.url == f"{address}/operator#keys"

        page.fill("#key-add [name=name]", "phone")
        page.get_by_label("judge answers").check()
        page.get_by_role("button", name="Make the key").click()
        page.locator("#secret[open]").wait_for()
        found += axe(page)
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        secret = page.evaluate("navigator.clipboard.readText()")
        key = Keys(folder).of(secret)
        assert key and key.scopes == ("ask", "read", "feedback")
        page.get_by_role("button", name="I have kept it").click()
        page.locator("#keys-list li", has_text="phone").wait_for()
        assert secret not in page.content() and page.locator("#secret-value").input_value() == ""
        page.get_by_role("button", name="New secret for phone").click()
        page.get_by_role("button", name="New secret", exact=True).last.click()
        page.locator("#secret[open]").wait_for()
        page.keyboard.press("Escape")
        assert Keys(folder).of(secret) is None
        page.get_by_role("button", name="Remove phone").click()
        page.locator("#sure-yes").click()
        page.locator("#keys-list li", has_text="phone").wait_for(state="detached")
        assert len(Keys(folder).all()) == 1

        page.get_by_role("link", name="Sources").click()
        page.locator("#sources-list li", has_text="1 added").wait_for()
        page.get_by_role("button", name="Sync now", exact=True).click()
        held = page.locator("#sources-list li", has_text="2 of its articles are gone")
        held.wait_for()
        assert {"bridge", "tunnel"} == set(held.locator("ul li").all_inner_texts())
        found += axe(page)
        page.get_by_role("button", name="Remove what is gone").click()
        page.locator("#sure-yes").click()
        page.locator("#journal tr", has_text="gone").first.wait_for()
        assert page.locator("#journal tr").count() == 3
        page.fill("#source-name", str(tmp_path))
        page.keyboard.press("Enter")
        page.locator("#source-add .wrong", has_text="own machine").wait_for()
        page.fill("#source-name", "https://example.org/feed.xml")
        page.keyboard.press("Enter")
        page.locator("#sources-list li", has_text="not synced yet").wait_for()
        page.get_by_role("button", name="Remove https://example.org/feed.xml").click()
        page.locator("#sure-yes").click()
        page.locator("#sources-list li", has_text="example.org").wait_for(state="detached")

        page.get_by_role("link", name="Feedback").click()
        page.locator("#feedback-list li", has_text="too dear").wait_for()
        page.locator("#feedback-list summary").first.click()
        found += axe(page)
        page.get_by_role("button", name="Helpful", exact=True).click()
        page.locator("#feedback-list li", has_text="too dear").wait_for(state="detached")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as JSON lines").click()
        assert Path(download.value.path()).read_bytes() == (folder / "feedback.jsonl").read_bytes()
        page.locator("#feedback-list summary").first.click()
        place = page.locator("#feedback-list blockquote a").first.get_attribute("href")
        assert place.startswith("./#cite/bridge/")

        page.get_by_role("link", name="Evaluation").click()
        page.get_by_text("64 of 100 questions were served rightly").wait_for()
        page.get_by_text("Of 38 questions that the articles do not answer, 12 were answered").wait_for()
        with context.expect_page() as opened:
            page.get_by_role("link", name="The whole report").click()
        assert opened.value.locator("h1").all_inner_texts() == ["61 of 100 were right"]
        opened.value.close()

        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.goto(f"{address}/operator?lang=cy#sources")
        for view in ("Ffynonellau", "Allweddi", "Adborth", "Gwerthusiad"):
            page.get_by_role("link", name=view).click()
            page.get_by_role("heading", name=view).wait_for()
            page.wait_for_load_state("networkidle")
            found += axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, view
        page.goto(f"{address}/")
        page.get_by_role("link", name="Operator").click()
        page.locator("#view-sources").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.locator("input[type=password]").wait_for()
        assert found == []
    unexpected = [said for said in seen.complaints if "401" not in said and "403" not in said]
    assert unexpected == [] and seen.outside(address) == []
    context.close()
