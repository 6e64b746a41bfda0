"""The documentation holds together: its links, the place of each page in the site, its commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from chatbot.cli.arguments import parse
from scripts.site_pages import COMMANDS, ELSEWHERE, commands_page, relinked

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [*PAGES, ROOT / "README.md", *(ROOT / file for file in ELSEWHERE.values())]
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.M):
        plain = re.sub(r"[^\w\s-]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
        found.add(re.sub(r"\s", "-", plain.strip()))
    return found


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_to_a_heading_that_is_there(file: Path) -> None:
    dead = []
    for link in LINK.findall(FENCED.sub("", file.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (file.parent / path).resolve() if path else file
        here = target.exists()
        if here and anchor and target.suffix == ".md":
            here = anchor in anchors(target.read_text(encoding="utf-8"))
        dead += [] if here else [link]
    assert dead == []


def test_every_page_has_one_place_in_the_site() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    placed = [page for part in nav for pages in part.values() for page in pages]
    assert sorted(placed) == sorted([*(file.name for file in PAGES), *ELSEWHERE, COMMANDS]), (
        "give the page its place under `nav` in mkdocs.yml"
    )


def test_links_out_of_the_folder_lead_to_pages_of_the_site() -> None:
    page = relinked(
        "[a](../SECURITY.md) [b](settings.md#x) [c](https://a.example/y.md)", ROOT / "docs" / "a.md"
    )
    assert page == "[a](reporting.md) [b](settings.md#x) [c](https://a.example/y.md)"
    inner = relinked("[a](docs/access.md#keys)", ROOT / "CHANGELOG.md")
    assert inner == "[a](access.md#keys)"


def test_the_page_of_commands_has_them_all() -> None:
    page = commands_page()
    assert "## ingest" in page and "--fail-under" in page and "## completion" in page


@pytest.mark.parametrize(
    "name", ["index", "install", "tutorial", "deploy", "sites", "access", "backup", "milvus"]
)
def test_every_command_of_a_page_can_be_typed(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S))
    lines = [line for line in blocks.splitlines() if re.match(r"(sudo -u cuttings \S+ )?cuttings ", line)]
    for line in lines:
        words = shlex.split(re.split(r" [>|] ", line)[0], comments=True)
        last = len(words) - words[::-1].index("cuttings")  # the first may be the user of that name
        parse(words[last:])  # SystemExit where it is wrong
    assert lines or name == "sites"
