"""`cuttings help`, `completion` and `demo`: what someone new meets first."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.cli import guide
from chatbot.cli.demo import FIRST_QUESTIONS, demo_collection
from chatbot.cli.main import main
from chatbot.whole_folder import made_once
from corpus.errors import CuttingsError

COMPLETED = """
source {script}
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); COMPREPLY=()
_shtab_cuttings cuttings "${{COMP_WORDS[-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def test_help_explains_commands_and_their_actions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    listed = capsys.readouterr().out
    assert "  ingest" in listed and "  formats" in listed and "  sync.md" in listed
    assert main(["help", "keys", "add"]) == 0
    assert "--may SCOPE,..." in capsys.readouterr().out
    assert main(["help", "sync"]) == 0
    shown = capsys.readouterr().out
    assert "--dry-run" in shown and "`cuttings help sync.md`" in shown


def test_help_shows_the_pages_of_the_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    docs = Path(__file__).parent.parent / "docs"
    for topic, page in (("formats", "formats"), ("sync.md", "sync")):
        assert main(["help", topic]) == 0
        assert capsys.readouterr().out == (docs / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("topic", "near"),
    [("formts", "formats"), ("ingst", "ingest"), ("keys ad", "keys add"), ("ask me", ""), ("../README", "")],
)
def test_help_on_what_is_unknown_names_what_is_near(
    capsys: pytest.CaptureFixture[str], topic: str, near: str
) -> None:
    assert main(["help", *topic.split()]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and repr(topic) in err and "`cuttings help` lists them" in err
    assert (f"did you mean {near!r}?" in err) == bool(near)


def test_pages_come_from_the_installation_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import chatbot

    (tmp_path / "manual").mkdir()
    (tmp_path / "manual" / "only.md").write_text("# Only\n", encoding="utf-8")
    monkeypatch.setattr(chatbot, "__path__", [str(tmp_path)])
    assert list(guide._pages()) == ["only"]


@pytest.mark.parametrize(
    ("words", "among"),
    [("cuttings se", "serve"), ("cuttings keys ro", "rotate"), ("cuttings ask --coll", "--collection")],
)
def test_bash_completes(capsys: pytest.CaptureFixture[str], tmp_path: Path, words: str, among: str) -> None:
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "cuttings"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    run = COMPLETED.format(script=script, words=words)
    done = subprocess.run(["bash", "-c", run], capture_output=True, text=True, timeout=30)
    assert among in done.stdout.split()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_can_read_their_script(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shell: str
) -> None:
    assert main(["completion", shell]) == 0
    script = tmp_path / "cuttings"
    script.write_text(capsys.readouterr().out, encoding="utf-8")
    assert "rotate" in script.read_text(encoding="utf-8")
    if shutil.which(shell):
        subprocess.run([shell, "-n", script], check=True, timeout=30)


def test_what_only_some_commands_need_is_not_loaded_for_all() -> None:
    code = "import sys, chatbot.cli.main; print({'shtab', 'rich', 'gradio', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "set()"


def test_a_folder_that_several_make_at_once_is_made_whole(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "made"
    together = threading.Barrier(4)

    def fill(building: Path) -> None:
        assert not folder.exists()
        (building / "first").write_text("1", encoding="utf-8")
        together.wait(10)
        (building / "last").write_text("2", encoding="utf-8")

    threads = [threading.Thread(target=made_once, args=(folder, fill)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(file.name for file in folder.iterdir()) == ["first", "last"]
    assert [file.name for file in folder.parent.iterdir()] == ["made"]  # nothing half made is left


def test_a_folder_that_cannot_be_filled_is_not_there(tmp_path: Path) -> None:
    def fail(building: Path) -> None:
        (building / "half").write_text("1", encoding="utf-8")
        raise CuttingsError("no")

    with pytest.raises(CuttingsError, match="no"):
        made_once(tmp_path / "made", fail)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CuttingsError, match="XDG_CACHE_HOME"):
        made_once(tmp_path / "file" / "made", fail)


@pytest.mark.model
def test_the_demo_is_made_once_and_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = demo_collection(tmp_path)
    assert "this once" in capsys.readouterr().err
    bot = Chatbot.open(folder)
    assert len(bot.collection.articles()) == 15
    assert bot.search(FIRST_QUESTIONS[0], 1)
    assert demo_collection(tmp_path) == folder
    assert capsys.readouterr().err == ""
