"""`cuttings copy`, `ingest --workers` and `--shard`, and a URL wherever a folder was, as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.cli.main import main
from tests.stores import needs_milvus

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
QUESTION = "How many clinical directors plan to quit?"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@needs_milvus
@pytest.mark.model
def test_a_url_is_taken_wherever_a_folder_is(
    bundled_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*argv: str) -> str:
        assert main(argv) == 0
        return capsys.readouterr().out

    url, back = f"milvus://{tmp_path}/milvus.db/news", str(tmp_path / "back")
    assert said("copy", str(bundled_folder), url).splitlines() == [
        "15 copied, 0 there already",
        "15 articles and 42 passages checked: as in the source, "
        "and every sentence a slice of its article's text",
    ]
    assert said("copy", url, back).startswith("15 copied, 0 there already\n")
    assert said("copy", url, back).startswith("0 copied, 15 there already\n")
    places = [str(bundled_folder), url, back]
    answers = [json.loads(said("ask", QUESTION, "--json", "--collection", place)) for place in places]
    quotes = [[citation["quote"] for citation in answer["citations"]] for answer in answers]
    assert quotes[0] == quotes[1] == quotes[2] != []
    lists = [said("list", "--collection", place) for place in places]
    assert lists[0] == lists[1] == lists[2]
    monkeypatch.setenv("CUTTINGS_COLLECTION", url)
    assert said("verify").startswith("15 articles and 42 passages: as stored, and every sentence is a slice")
    assert said("remove", "pipedream-without-investment") == "removed pipedream-without-investment\n"
    assert said("ingest", str(ARTICLES)).startswith("1 added, 0 updated, 14 unchanged")
    # It is copied again, since it was first seen at another time now.
    assert said("copy", url, back).startswith("1 copied, 14 there already\n")


@pytest.mark.model
def test_shares_of_the_articles_add_up_to_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "news")
    for number in (1, 2, 3):
        argv = ["ingest", str(ARTICLES), "--collection", folder, "--shard", f"{number}/3"]
        assert main([*argv, "--workers", "2"] if number == 3 else argv) == 0
    added = [int(line.split()[0]) for line in capsys.readouterr().out.splitlines()]
    assert sum(added) == 15 and all(added)
    assert main(["verify", "--collection", folder]) == 0


@pytest.mark.parametrize("wrong", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"])
def test_a_share_that_is_none_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "articles", f"--shard={wrong}"])
    assert ended.value.code == 2
    assert "is no part of a whole, such as 1/4" in capsys.readouterr().err


def test_a_url_that_names_no_collection_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--collection", "milvus://localhost"]) == 1
    assert capsys.readouterr().err == (
        "cuttings: milvus://localhost: '' is no name for a collection; "
        "take a letter, then letters, digits and _\n"
    )
