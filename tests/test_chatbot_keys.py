"""API keys and the visitors' password: what is kept of them, and when they hold."""

from __future__ import annotations

import json
import os
import stat
import threading
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest

from chatbot import keys, password
from chatbot.cli.main import main
from chatbot.keys import ASK, READ, Keys
from chatbot.whole_file import write_whole
from corpus.errors import CuttingsError
from index.folder.collection import Collection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Collection.create(tmp_path / "collection").close()
    return tmp_path / "collection"


def test_a_key_is_found_by_its_secret_which_is_kept_nowhere(folder: Path) -> None:
    secret = Keys(folder).add("phone", (READ, ASK))
    assert len(secret) == len("cuttings_") + 43  # 256 bits
    file = folder / keys.FILE
    assert secret not in file.read_text() and stat.S_IMODE(file.stat().st_mode) == 0o600
    found = Keys(folder).of(secret)
    assert found and (found.name, found.scopes) == ("phone", (ASK, READ))
    assert Keys(folder).of(secret[:-1]) is None and Keys(folder).of("") is None
    assert Keys(folder).of("\ud800") is None


def test_a_server_sees_what_another_process_changed(folder: Path) -> None:
    server, operator = Keys(folder), Keys(folder)
    assert server.all() == ()
    first = operator.add("phone", (ASK,))
    assert server.of(first)
    second = operator.rotate("phone")
    assert server.of(first) is None and server.of(second)
    operator.remove("phone")
    assert server.of(second) is None


def test_a_key_holds_through_its_last_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, last = Keys(folder), keys.today() + timedelta(days=1)
    secret = kept.add("guest", (ASK,), expires=last)
    monkeypatch.setattr(keys, "today", lambda: last)
    assert kept.of(secret) and kept.named("guest")
    monkeypatch.setattr(keys, "today", lambda: last + timedelta(days=1))
    assert kept.of(secret) is None and kept.named("guest") is None


@pytest.mark.parametrize("name", ["", "two words", "-x", "ü", "a" * 65, "a\n", "../x"])
def test_what_is_no_name_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(CuttingsError, match="no name for a key"):
        Keys(folder).add(name, (ASK,))


def test_what_cannot_be_is_refused_and_changes_nothing(folder: Path) -> None:
    kept = Keys(folder)
    kept.add("phone", (ASK,))
    before = (folder / keys.FILE).read_bytes()
    for wrong in (
        lambda: kept.add("phone", (READ,)),
        lambda: kept.add("late", (ASK,), expires=date(2020, 1, 1)),
        lambda: kept.rotate("none"),
        lambda: kept.remove("none"),
    ):
        with pytest.raises(CuttingsError):
            wrong()
    assert (folder / keys.FILE).read_bytes() == before


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"keys": [{"name": "x"}]}', '{"keys": 5}', '{"keys": ' + "[" * 100_000]
)
def test_a_damaged_file_is_told_and_never_written_over(folder: Path, content: str) -> None:
    (folder / keys.FILE).write_text(content)
    for use in (Keys(folder).all, lambda: Keys(folder).of("x"), lambda: Keys(folder).add("phone", (ASK,))):
        with pytest.raises(CuttingsError, match="it is damaged"):
            use()
    assert (folder / keys.FILE).read_text() == content


def test_no_key_is_lost_where_many_are_made_at_once(folder: Path) -> None:
    threads = [
        threading.Thread(target=lambda one=number: Keys(folder).add(f"key{one}", (ASK,)))
        for number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Keys(folder).all()) == 12


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    write_whole(file, b"before")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, b"after")
    assert file.read_bytes() == b"before" and os.listdir(tmp_path) == ["secret"]


def test_a_password_is_known_again_and_not_kept(folder: Path) -> None:
    assert password.stored(folder) is None
    password.store(folder, "correct horse battery")
    file = folder / password.FILE
    assert "horse" not in file.read_text() and stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = password.stored(folder)
    assert kept and kept.is_it("correct horse battery")
    assert not kept.is_it("correct horse batter") and not kept.is_it("x" * 100_000)
    row = json.loads(file.read_text())
    file.write_text(json.dumps({**row, "n": 2}))  # a cost that somebody has lowered
    with pytest.raises(CuttingsError, match="set the password anew"):
        password.stored(folder)


@pytest.mark.slow
def test_the_commands(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*argv: str) -> tuple[int, str]:
        code = main(["keys", *argv, "--collection", str(folder)])
        return code, capsys.readouterr().out

    code, secret = run("add", "site", "--may", "ask,read", "--site", "https://Example.org")
    found = Keys(folder).of(secret.strip())
    assert code == 0 and found and found.site == "https://example.org"
    _, rotated = run("rotate", "site")
    assert rotated != secret and Keys(folder).of(rotated.strip())
    _, listed = run("list")
    assert "site  may ask, read  https://example.org  no end" in listed and rotated.strip() not in listed
    _, told = run("list", "--json")
    assert json.loads(told)["keys"][0]["may"] == ["ask", "read"] and found.digest not in told
    assert run("remove", "site")[0] == 0 and Keys(folder).all() == ()
    assert run("remove", "site")[0] == 1
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    assert run("password")[0] == 1 and password.stored(folder) is None
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery\n"))
    assert run("password")[0] == 0
    kept = password.stored(folder)
    assert kept and kept.is_it("correct horse battery")


@pytest.mark.parametrize(
    "argv",
    [
        ["keys", "add", "x", "--may", "ask,rule"],
        ["keys", "add", "x", "--may", "ask", "--expires", "soon"],
        ["keys", "add", "x"],
        ["serve", "--access", "anybody"],
        ["serve", "--access", "header:"],
        ["serve", "--access", "header:X User"],
        ["serve", "--trusted-proxy", "proxy.test"],
    ],
)
def test_wrong_usage_is_told_in_one_line(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2 and len(capsys.readouterr().err.splitlines()) == 1
