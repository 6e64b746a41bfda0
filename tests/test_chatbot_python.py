"""Cuttings from Python: the names of the package, and the examples of the documentation, which are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import chatbot
from chatbot import Chatbot, CuttingsError, Settings

ROOT = Path(__file__).parent.parent


def examples(file: str) -> str:
    """The Python examples of a file, one after the other."""
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / file).read_text(encoding="utf-8"), re.M | re.S)
    assert blocks
    return "\n".join(blocks)


@pytest.mark.model
@pytest.mark.parametrize("file", ["README.md", "docs/python.md"])
def test_the_examples_run_as_they_stand(file, tmp_path, bundled_folder):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "bundled").symlink_to(bundled_folder)
    done = subprocess.run(
        [sys.executable, "-c", examples(file)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    assert re.fullmatch(r".*11%.* [\w-]+ \d+ \d+", first)
    if file == "docs/python.md":
        assert "The articles do not answer that." in rest
        assert any("quit" in line and " because " in line for line in rest)
        assert sum(bool(re.match(r"[123] ", line)) for line in rest) == 3


def test_every_name_is_there_and_is_the_one_of_its_module():
    assert chatbot.__all__ == sorted(chatbot._HOMES)
    for name in chatbot.__all__:
        assert getattr(chatbot, name).__name__ == name
        assert name in dir(chatbot)
    with pytest.raises(AttributeError, match="module 'chatbot' has no attribute 'Chatbott'"):
        _ = chatbot.Chatbott


def test_a_folder_may_be_text_or_a_path(bundled_folder):
    for folder in (str(bundled_folder), bundled_folder):
        bot = Chatbot.open(folder, Settings(threshold=0.5))
        assert bot.collection.folder == bundled_folder and bot.settings.threshold == 0.5
    with pytest.raises(CuttingsError, match="nowhere"):
        Chatbot.open("nowhere")


@pytest.mark.slow
def test_the_package_says_that_it_is_typed(tmp_path):
    """As a program that uses it sees it: what is wrong with its calls is found by its type checker."""
    (tmp_path / "using.py").write_text(
        "from chatbot import Chatbot, Turn\n"
        "answer = Chatbot.open('x').ask('y', [Turn('user', 'z')])\n"
        "reveal_type(answer.citations[0].start)\n"
        "Chatbot.open(7)\n"
    )
    # In the repository, whose cache `make lint` has just filled: without it this takes half a minute.
    done = subprocess.run(
        [sys.executable, "-m", "mypy", str(tmp_path / "using.py")], capture_output=True, text=True, cwd=ROOT
    )
    assert 'Revealed type is "int"' in done.stdout.replace("builtins.", "")
    assert 'Argument 1 to "open" of "Chatbot" has incompatible type "int"' in done.stdout
    for room in ("chatbot", "index", "corpus"):
        assert (ROOT / room / "py.typed").exists()
