"""The plugin for WordPress: what it writes into a page, whatever was typed into it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import html

ROOT = Path(__file__).parent.parent
PLUGIN = ROOT / "deploy" / "wordpress" / "cuttings" / "cuttings.php"
HOSTILE = "\"></script><script>alert(1)</script>' onload=x"
SERVER = {"server": "https://cuttings.example.org"}

pytestmark = pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed")


def plugin(**given: Any) -> dict[str, Any]:
    """What WordPress gets of the plugin, under these settings, this right and this shortcode."""
    loud = ["-d", "display_errors=stderr", "-d", "error_reporting=-1"]
    run = subprocess.run(
        ["php", *loud, ROOT / "tests" / "wordpress.php", PLUGIN],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return json.loads(run.stdout)


def scripts(page: str) -> list[dict[str, str]]:
    """The attributes of each script of a page."""
    return [dict(tag.attrib) for tag in html.fromstring(f"<div>{page}</div>").iter("script")]


def test_the_shortcode_and_the_block_write_the_widget_with_their_attributes() -> None:
    settings = {**SERVER, "title": "Ask us", "theme": "dark"}
    made = plugin(option=settings, shortcode={"title": "Ask the archive", "collection": "news", "lang": "cy"})
    (tag,) = scripts(made["shortcode"])
    assert tag["src"] == "https://cuttings.example.org/widget.js"
    asked = {name: tag[f"data-{name}"] for name in ("title", "theme", "collection", "lang", "target")}
    assert asked == {
        "title": "Ask the archive",
        "theme": "dark",
        "collection": "news",
        "lang": "cy",
        "target": "#cuttings-1",
    }
    assert 'id="cuttings-1"' in made["shortcode"]
    # A second widget on the page has a place of its own.
    assert scripts(made["block"])[0]["data-target"] == "#cuttings-2"
    assert made["footer"] == ""
    (corner,) = scripts(plugin(option={**settings, "button": "1"})["footer"])
    assert "data-target" not in corner and corner["data-title"] == "Ask us"


def test_nothing_that_is_typed_becomes_markup_or_another_script() -> None:
    typed = dict.fromkeys(("title", "accent", "lang", "theme", "position", "collection"), HOSTILE)
    stored = plugin(option={**SERVER, **typed, "button": "1"}, shortcode=typed, can=True)
    for part in ("shortcode", "block", "footer"):
        (tag,) = scripts(stored[part])
        assert tag["src"] == "https://cuttings.example.org/widget.js"
        assert not any(name.startswith("on") for name in tag)
        assert {"data-lang", "data-theme", "data-position", "data-collection"} & set(tag) == set()
    page = html.fromstring(stored["settings"])
    assert not list(page.iter("script"))
    assert page.xpath("//input[@name='cuttings[title]']/@value") == [HOSTILE]
    assert page.xpath("//input[@name='_wpnonce']")


@pytest.mark.parametrize(
    "server",
    ["javascript:alert(1)", "//evil.example", "data:text/html,x", "https://u:p@a.example", "a.b", ["x"]],
)
def test_an_address_that_is_none_gives_no_script_and_is_not_stored(server: Any) -> None:
    made = plugin(
        option={"server": server if isinstance(server, str) else "", "button": "1"}, sent={"server": server}
    )
    assert (made["shortcode"], made["footer"], made["stored"]["server"]) == ("", "", "")
    assert len(made["errors"]) == 1


def test_who_can_put_it_right_is_told_that_there_is_no_server() -> None:
    assert "Settings, Cuttings" in plugin(can=True)["shortcode"]
    assert plugin(can=True)["settings"] and not plugin()["settings"]


def test_what_was_sent_is_stored_as_the_widget_takes_it() -> None:
    sent = {
        "server": " https://a.example/cuttings ",
        "button": "1",
        "theme": "light",
        "lang": "<b>",
        "other": "x",
    }
    stored = plugin(sent=sent)["stored"]
    assert stored == {
        "server": "https://a.example/cuttings/",
        "button": "1",
        "theme": "light",
        **dict.fromkeys(("title", "accent", "lang", "position", "collection"), ""),
    }


def test_its_attributes_are_those_of_the_widget() -> None:
    """But for the target, which it sets itself, and the key, which is for who makes a theme."""
    documented = {
        line.split("`")[1].removeprefix("data-")
        for line in (ROOT / "docs" / "widget.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `data-")
    }
    named = PLUGIN.read_text(encoding="utf-8").split("CUTTINGS_ATTRIBUTES = array(")[1].split(")")[0]
    taken = {name.strip(" '") for name in named.split(",")}
    assert documented - {"target", "key"} - taken == set()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_block_is_a_script_that_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "block.js"
    file.write_text(plugin()["inline"], encoding="utf-8")
    subprocess.run(["node", "--check", file], check=True, timeout=60)
