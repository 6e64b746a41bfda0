"""A quotation whose article has changed since is shown in the version that had it; what changed is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.bot import Chatbot
from chatbot.cli.main import main
from chatbot.corrections import corrections
from chatbot.permalink import reopen
from chatbot.render import terminal
from chatbot.render.message import message
from chatbot.server import api
from chatbot.settings import Settings
from index.stores import create_store
from tests.browsing import browser_needed, served
from tests.fakes import HashEncoder
from tests.small import serving_app
from tests.stores import filled, written

FRONT = "---\ntitle: The bridge\npublisher: The Post\npublished: 2025-04-01\n---\n\n"
FIRST = f"{FRONT}The council met on Monday. The new bridge will cost £4 million. Nobody came to see.\n"
SECOND = f"{FRONT}It rained all day. The council met on Monday. The new bridge will cost £5 million.\n"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chatbot, str]]:
    """A chatbot whose only article has changed since it gave an answer, with the id of that."""
    folder = tmp_path_factory.mktemp("versions")
    store = create_store(folder / "news")
    articles = written(folder / "articles", bridge=FIRST)
    filled(store, HashEncoder(), articles)
    bot = Chatbot(store, HashEncoder(), Settings(reader="none", threshold=0.0))
    answer = bot.ask("What will the new bridge cost?")
    assert answer.citations[0].quote == "The new bridge will cost £4 million."
    moved = bot.ask("When did the council meet?")
    assert moved.citations[0].quote == "The council met on Monday."
    written(articles, bridge=SECOND)
    filled(store, HashEncoder(), articles)
    opened = reopen(moved.id, store).answer.citations[0]
    assert (opened.quote, opened.version) == ("The council met on Monday.", None)
    assert SECOND[opened.start : opened.end] == opened.quote
    with closing(store):
        yield bot, answer.id


def test_a_kept_link_opens_the_version_in_which_its_quotation_stood(changed: tuple[Chatbot, str]) -> None:
    bot, id = changed
    opened = reopen(id, bot.collection)
    (cited,) = [one for one in opened.answer.citations if "£4" in one.quote]
    assert opened.lost == 0 and cited.version == 1 and FIRST[cited.start : cited.end] == cited.quote
    assert "version 1, changed since" in terminal.place(cited)
    assert f"#cite/bridge/{cited.start}/{cited.end}/v1" in message(opened.answer)
    assert "One sentence cited here is of an older version" in message(opened.answer)
    found = corrections(bot.collection, [], [id]).found
    (told,) = [one for one in found if one.quote == cited.quote]
    assert (told.what, told.version, told.now) == ("changed", 1, "The new bridge will cost £5 million.")
    asked = bot.ask("What will the new bridge cost?")
    assert asked.citations[0].version is None and "£4" not in message(asked)


def test_versions_at_the_command_line(changed: tuple[Chatbot, str], capsys: pytest.CaptureFixture) -> None:
    bot, _ = changed

    def show(*more: str) -> str:
        assert main(["show", "bridge", "--collection", bot.collection.where, *more]) == 0
        return capsys.readouterr().out

    assert show().startswith("Version 2 of 2, the newest") and "£5 million" in show()
    assert "£4 million" in show("--version", "1") and "an older one; the newest is 2" in show(
        "--version", "1"
    )
    assert [line.split()[0] for line in show("--versions").splitlines()] == ["1", "2"]
    changes = show("--changes")
    assert "- The new bridge will cost £4 million. [" in changes and "1 sentence unchanged" in changes
    assert json.loads(show("--versions", "--json"))["versions"][1]["number"] == 2
    told = json.loads(show("--changes", "--version", "1", "--json"))
    for one in told["changes"]:
        for side, text in (("before", FIRST), ("after", SECOND)):
            if quoted := one[side]:
                assert text[quoted["start"] : quoted["end"]] == quoted["quote"]
    assert json.loads(show("--version", "1", "--json"))["text"] == FIRST
    for wrong in (["--version", "9"], ["--version", "1", "--versions", "--changes"]):
        with pytest.raises(SystemExit) if len(wrong) > 2 else pytest.MonkeyPatch.context():
            assert main(["show", "bridge", "--collection", bot.collection.where, *wrong]) == 1
    assert "there is no version 9 of bridge; it has 1, 2" in capsys.readouterr().err


def test_versions_over_rest(changed: tuple[Chatbot, str]) -> None:
    bot, id = changed
    with serving_app(api.app(bot)) as address, httpx.Client(base_url=f"{address}/api/v1/") as client:
        newest: dict[str, Any] = client.get("articles/bridge").json()
        assert [newest[key] for key in ("text", "version", "versions", "newest")] == [SECOND, 2, 2, 2]
        start = FIRST.index("The new")
        place = {"version": 1, "start": start, "end": start + 36}
        older = client.get("articles/bridge", params=place).json()
        assert older["highlights"][0]["text"] == "The new bridge will cost £4 million."
        listed = client.get("articles/bridge/versions").json()["versions"]
        assert [one["number"] for one in listed] == [1, 2] and older["seen"] == listed[0]["seen"]
        changes = client.get("articles/bridge/changes").json()
        assert (changes["before"], changes["after"], changes["same"]) == (1, 2, 1)
        assert client.get(f"answers/{id}").json()["answer"]["citations"][0]["version"] == 1
        for path in (
            "bridge?version=9",
            "bridge/changes?before=9",
            "bridge/changes?after=1",
            "none/versions",
        ):
            assert client.get(f"articles/{path}").status_code == 404, path
        assert client.get("articles/bridge?version=0").status_code == 422
        (story,) = client.get("articles?copies=false").json()["articles"]
        assert (story["id"], story["copies"], story["more"]) == ("bridge", [], 0)


@pytest.mark.browser
@browser_needed
def test_the_panel_shows_the_older_version_and_what_changed(
    changed: tuple[Chatbot, str], gradio_folder: Path, open_page: Any
) -> None:
    bot, id = changed
    with served(bot) as address:
        page, seen = open_page(f"{address}/#answer/{id}")
        page.locator("#chat .from .chip").first.click()
        page.locator("#source mark").wait_for()
        assert page.locator("#source mark").inner_text() == "The new bridge will cost £4 million."
        assert "The article was changed after this answer" in page.locator("#source").inner_text()
        line = page.locator("#source-versions summary")
        assert line.inner_text().startswith("An older version, first seen ")
        line.click()
        page.locator("#source-versions ins").first.wait_for()
        assert "£5 million" in " ".join(page.locator("#source-versions ins").all_inner_texts())
        assert "£4 million" in " ".join(page.locator("#source-versions del").all_inner_texts())
        page.get_by_role("button", name="Read the newest").click()
        page.wait_for_function(
            "() => document.querySelector('#source-text').innerText.includes('£5 million')"
        )
        assert line.inner_text().startswith("Updated ")
        assert seen.complaints == []
