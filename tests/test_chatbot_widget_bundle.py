"""The widget's bundle in the repository is made of the modules as they are."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from chatbot.server.files import WEB
from chatbot.server.shell import SCRIPTS

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "scripts" / "widget"
BUNDLE = WEB / "widget.js"
PACKED = WEB / "widget.js.gz"
CSS_AND_MODULES = [*(WEB / "shared").iterdir(), *(WEB / "widget").iterdir()]


def test_it_is_made_from_the_sources_as_they_are():
    sources = {
        source.relative_to(ROOT).as_posix(): source
        for source in [*CSS_AND_MODULES, BUILD / "build.js", BUILD / "package-lock.json"]
    }
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(f"{path}\n".encode() + sources[path].read_bytes())
    first_line = BUNDLE.read_text(encoding="utf-8").partition("\n")[0]
    assert first_line.endswith(f" {digest.hexdigest()[:24]}"), "widget.js is out of date: make widget"
    assert gzip.decompress(PACKED.read_bytes()) == BUNDLE.read_bytes(), "widget.js.gz is of another one"


@pytest.mark.slow
def test_building_it_again_gives_the_same(tmp_path):
    if not shutil.which("node") or not (BUILD / "node_modules").is_dir():
        pytest.skip("needs node and esbuild: make widget")
    built = tmp_path / "widget.js"
    subprocess.run(["node", BUILD / "build.js", built], check=True)
    assert built.read_bytes() == BUNDLE.read_bytes()
    assert (tmp_path / "widget.js.gz").read_bytes() == PACKED.read_bytes()


def test_it_is_small_and_runs_no_text():
    bundle = BUNDLE.read_bytes()
    assert PACKED.stat().st_size < 15 * 1024
    assert re.findall(rb"\beval\(|\bFunction\(|innerHTML|insertAdjacentHTML|\.write\(", bundle) == []


def test_every_module_says_what_it_owns_and_is_part_of_page_or_widget():
    modules = [path for path in [*WEB.glob("*.js"), *CSS_AND_MODULES] if path != BUNDLE]
    assert [
        path.name for path in modules if not path.read_text(encoding="utf-8").startswith(("// ", "/* "))
    ] == []
    text = {path: path.read_text(encoding="utf-8") for path in modules}
    imported = {
        (path.parent / name).resolve()
        for path, code in text.items()
        for name in re.findall(r'^import .*?"(\./.*?|\.\./.*?)";$', code, flags=re.M | re.S)
    }
    entries = {
        WEB / "theme.js",
        WEB / "page.js",
        WEB / "demo.js",
        WEB / "sign-in.js",
        WEB / "operator.js",
        WEB / "widget" / "main.js",
    }
    assert {path.resolve() for path in modules} - imported == {path.resolve() for path in entries}


def test_what_is_served_is_in_the_wheel_and_nothing_of_node_is():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    found = [ROOT.joinpath("chatbot").glob(pattern) for pattern in listed["package-data"]["chatbot"]]
    packed = {path for paths in found for path in paths if path.is_file()}
    assert packed >= {
        WEB / name for name in (*SCRIPTS, "widget.js", "widget.js.gz", "page.html", "page.css", "demo.html")
    }
    assert [path for path in packed if path.suffix == ".json" or "node_modules" in path.parts] == []


def test_every_language_says_everything():
    english = (WEB / "shared" / "english.js").read_text(encoding="utf-8")
    others = (WEB / "widget" / "texts.js").read_text(encoding="utf-8")
    languages = re.findall(r"^  (\w\w): \{\n(.*?)^  \},$", others, flags=re.M | re.S)
    assert [language for language, _ in languages] == ["de", "fr", "es", "it", "cy"]
    said = [
        re.findall(r'^ +(\w+): "(.+)",$', text, flags=re.M) for text in (english, *dict(languages).values())
    ]
    slots = [{key: sorted(re.findall(r"\{\w+\}", text)) for key, text in each} for each in said]
    assert len(slots[0]) > 40 and all(each == slots[0] for each in slots)
