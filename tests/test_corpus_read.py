"""Reading: files, folders, standard input and pages; encodings, front matter, and what is skipped."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CuttingsError
from corpus.formats.document import LIMIT, Options
from corpus.formats.formats import SUFFIXES
from corpus.formats.text import decode
from corpus.metadata import day, front_matter
from corpus.read import Raw, Skipped, read

STORY = "The harbour bridge will stay shut until June. Engineers found rust in eleven of its cables."


OWN = Options(private_hosts=("127.0.0.1",))


def one(path: str | Path) -> Raw:
    (raw,) = read([path], OWN)
    assert isinstance(raw, Raw)
    return raw


def reason(path: str | Path) -> str:
    (skipped,) = read([path], OWN)
    assert isinstance(skipped, Skipped)
    return skipped.reason


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_text_is_kept_character_for_character(tmp_path: Path) -> None:
    text = "A\r\nB\u00a0C 🎉 e\u0301\n\n\tD \u200b"
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbf" + text.encode())
    raw = one(path)
    assert raw.text == text
    assert (raw.location, raw.source, raw.format) == (str(path), "a.txt", "txt")
    assert raw.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert raw.removed == ()


def test_a_folder_is_read_in_order_and_nothing_is_dropped_silently(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "sub/c.HTML", "sub/d.jpg", ".hidden.txt", ".git/e.txt"):
        write(tmp_path / name, STORY)
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    found = list(read([tmp_path]))
    assert [item.source for item in found] == ["a.txt", "b.md", "sub/c.HTML", "sub/d.jpg"]
    assert [item.format for item in found if isinstance(item, Raw)] == ["txt", "md", "html"]
    assert isinstance(found[3], Skipped)
    assert found[3].reason.startswith("not a kind of file that is read")


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", STORY)
    assert len(list(read([tmp_path, path, str(path)]))) == 1


def test_what_does_not_exist_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", STORY)
    with pytest.raises(CuttingsError, match="no such file or folder"):
        read([path, tmp_path / "missing.txt"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(CuttingsError, match=r"no article in this folder; .*\.txt .*\.html"):
        read([tmp_path / "empty"])


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("a.txt", b"", "empty file"),
        ("a.txt", b" \r\n\n", "empty file"),
        ("a.txt", b"text\x00\x01\x02" * 10, "looks like a binary file"),
        ("a.txt", bytes(range(1, 32)) * 9, "looks like a binary file"),
        ("a.jpg", b"PK\x03\x04", f"not a kind of file that is read ({' '.join(SUFFIXES)})"),
        ("a.html", b"<html><script>x</script></html>", "empty file"),
        ("a.txt", b"a" * (LIMIT + 1), "21 MB is over the limit of 20 MB; split it"),
    ],
)
def test_skipped(tmp_path: Path, name: str, data: bytes, wanted: str) -> None:
    path = write(tmp_path / name, data)
    assert reason(path) == wanted


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", STORY)
    path.chmod(0)
    assert reason(path) == "no permission to read it; check its rights"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café – “déjà vu” costs £5 at the naïve baker's, said Zoë in the village of Øster.", "cp1252"),
        ("Мост через гавань останется закрытым до июня, сообщил в понедельник совет графства.", "cp1251"),
        ("Мост через гавань останется закрытым до июня.", "utf-16"),
        ("Η γέφυρα του λιμανιού θα μείνει κλειστή μέχρι τον Ιούνιο, είπε το συμβούλιο.", "iso8859-7"),
        ("Plain text.", "utf-8-sig"),
        ("日本の橋は六月まで閉鎖されると、県議会は月曜日に発表した。", "utf-8"),
    ],
)
def test_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_utf8_with_a_few_broken_bytes_is_still_utf8() -> None:
    data = "“We need time,” she said. ‘So do we,’ he said. Café.".encode() + b" \xff\xe2 end"
    assert decode(data).startswith("“We need time,” she said. ‘So do we,’ he said. Café.")


@given(st.binary(max_size=300))
def test_any_bytes_can_be_decoded(data: bytes) -> None:
    assert isinstance(decode(data), str)


@pytest.mark.parametrize("name", ["idna", "undefined", "punycode", "no-such", "base64", "rot13"])
def test_an_encoding_that_is_none_of_text_is_passed_over(name: str) -> None:
    assert "story" in decode(f'<meta charset="{name}"><p>a story \xe9'.encode("latin-1"), html=True)


def test_html_says_its_own_encoding() -> None:
    data = '<meta charset="iso-8859-2"><p>Łódź była zamknięta'.encode("iso-8859-2")
    assert decode(data, html=True).endswith("Łódź była zamknięta")


FRONT = """---
title: "Bridge: shut"
publisher: Harbour Press
published: 2020-01-16
url: https://example.com/bridge
topics: [bridges, rust, bridges]
id: bridge-1
---
"""


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_front_matter(tmp_path: Path, name: str) -> None:
    raw = one(write(tmp_path / name, FRONT + STORY))
    m = raw.metadata
    assert (m.title, m.publisher, m.published, m.id) == (
        "Bridge: shut",
        "Harbour Press",
        "2020-01-16",
        "bridge-1",
    )
    assert (m.url, m.topics) == ("https://example.com/bridge", ("bridges", "rust"))
    assert raw.text == FRONT + STORY
    assert [(raw.text[r.start : r.end], r.reason) for r in raw.removed] == [(FRONT, "front matter")]


def test_front_matter_with_an_unquoted_colon_is_read_line_by_line() -> None:
    end, metadata = front_matter("---\r\ntitle: Bridge: shut until June\r\ndate: 16 Jan 2020\r\n---\r\nText")
    assert (metadata.title, metadata.published) == ("Bridge: shut until June", "2020-01-16")
    assert end == 61


@pytest.mark.parametrize(
    "text",
    [
        "---\n- a\n- b\n---\nText",
        "---\n[unclosed\n---\nText",
        "---\nno end",
        "---\n---\nText",
        "--- \nText",
        "",
    ],
)
def test_what_is_no_front_matter_stays_text(text: str) -> None:
    assert front_matter(text)[0] == 0


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2020-01-16", "2020-01-16"),
        ("2020-01-16T10:30:00Z", "2020-01-16"),
        ("2020/1/6", "2020-01-06"),
        ("16 January 2020", "2020-01-16"),
        ("January 16, 2020", "2020-01-16"),
        ("Jan. 16 2020", "2020-01-16"),
        ("Thursday 16th January, 2020 at 10am", "2020-01-16"),
        (" 2-MAR-1987 09:52:48.60", "1987-03-02"),
        ("2020-02-31", None),
        ("yesterday", None),
        (None, None),
        (20200116, None),
    ],
)
def test_days(value: object, wanted: str | None) -> None:
    assert day(value) == wanted


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_in_every_form_that_newspapers_print(value: date) -> None:
    for printed in (
        value,
        datetime(value.year, value.month, value.day, 23, 59),
        f"{value.year}/{value.month}/{value.day}",
        f"{value:%A} {value.day}th of {value:%B}, {value.year} at 10am",
        f"Updated {value:%b}. {value.day}, {value.year}",
        f"{value:%d-%b-%Y}".upper(),
        f"99 May 2020, 31 June 2020, {value:%B} {value.day} {value.year}",
    ):
        assert day(printed) == value.isoformat()


@given(
    st.lists(st.sampled_from("31 0 29 Feb June Sept. of , - / 2019 2020-02-30 2021/6/31".split()), max_size=8)
)
def test_whatever_is_read_as_a_day_is_in_the_calendar(pieces: list[str]) -> None:
    found = day(" ".join(pieces))
    assert found is None or date.fromisoformat(found).isoformat() == found


PAGE = """<!doctype html><html><head><title>Bridge shut | Harbour Press</title>
<meta property="og:site_name" content="Harbour Press">
<meta property="article:published_time" content="2020-01-16T10:00:00Z">
<style>p {color: red}</style></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<article><h1>Bridge shut</h1>
<p>The harbour bridge will stay <b>shut</b> until June, the county council said after a long debate.</p>
<!-- a comment --><script>track("x")</script>
<h2>What is next?</h2>
<p>Engineers found rust in eleven of its forty cables when they looked at it in March, it said.</p>
<ul><li>Buses will be sent over the old road until then.</li>
<li>The ferry will run every twenty minutes.</li></ul>
<p>The repairs will cost £3.5m, half of it paid by the government before the summer.</p></article>
<aside><p>Sign up for our newsletter today!</p></aside><footer>© 2020 Harbour Press</footer></body></html>"""


def test_html_keeps_the_visible_text_and_marks_what_is_not_the_story(tmp_path: Path) -> None:
    raw = one(write(tmp_path / "a.html", PAGE))
    assert raw.format == "html"
    assert raw.text.split("\n\n")[2:7] == [
        "Bridge shut",
        "The harbour bridge will stay shut until June, the county council said after a long debate.",
        "What is next?",
        "Engineers found rust in eleven of its forty cables when they looked at it in March, it said.",
        "• Buses will be sent over the old road until then.",
    ]
    assert "track" not in raw.text
    assert "color" not in raw.text
    gone = "\n\n".join(raw.text[r.start : r.end] for r in raw.removed)
    assert gone.split("\n\n") == [
        "• Home",
        "• News",
        "Sign up for our newsletter today!",
        "© 2020 Harbour Press",
    ]
    assert {r.reason for r in raw.removed} == {"not the story (page furniture)"}
    assert (raw.metadata.title, raw.metadata.publisher, raw.metadata.published) == (
        "Bridge shut",
        "Harbour Press",
        "2020-01-16",
    )


def test_html_in_which_no_story_is_found_keeps_everything(tmp_path: Path) -> None:
    raw = one(write(tmp_path / "a.htm", "<p>Rain.<br>More rain.<p>Sun."))
    assert raw.text == "Rain.\nMore rain.\n\nSun."
    assert raw.removed == ()


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def given_bytes(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    given_bytes(STORY.encode())
    raw = one("-")
    assert (raw.location, raw.source, raw.text) == ("-", "standard input", STORY)
    given_bytes(PAGE.encode())
    assert one("-").format == "html"


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kinds = {"/bridge": "text/html; charset=utf-8", "/a.md": "text/plain", "/a.png": "image/png"}
        self.send_response(200 if self.path in kinds else 404)
        self.send_header("Content-Type", kinds.get(self.path, "text/html"))
        self.end_headers()
        self.wfile.write(PAGE.encode() if self.path == "/bridge" else STORY.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_pages_from_the_web(site: str) -> None:
    raw = one(f"{site}/bridge")
    assert (raw.source, raw.format, raw.metadata.title) == (f"{site}/bridge", "html", "Bridge shut")
    assert one(f"{site}/a.md").format == "md"
    assert reason(f"{site}/missing") == "the server answered 404 (Not Found); open it in a browser to see why"
    assert "image/png" in reason(f"{site}/a.png")
