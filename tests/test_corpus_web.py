"""Fetching: which addresses are asked, redirects, sizes and times, what is compressed, and who is polite."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpcore
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.formats.document import Options, Refused
from corpus.read import Raw, Skipped, read
from corpus.web import client as client_module
from corpus.web.addresses import NotAllowed, Reach, check, is_public, normal
from corpus.web.client import REDIRECTS, Client, Response, Unreachable, gunzip, seconds_until
from corpus.web.connection import CheckedBackend
from corpus.web.listing import listing
from corpus.web.polite import LONGEST_PAUSE, PAUSE, Polite, in_turn
from tests.website import Clock, Site, serving

OWN = Reach(frozenset({"127.0.0.1"}))
STORY = b"The harbour bridge will stay shut until June. Engineers found rust in eleven of its cables."


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, whatever this machine has."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:db8::1",
    "no address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_stands_for_a_private_address_is_not_fetched_from(address: str) -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return [address]

    with pytest.raises(NotAllowed, match=r"^news\.example is at .*private_hosts = \"news\.example\""):
        Client(Reach(resolve=resolve)).get("http://news.example/story")
    assert asked == [("news.example", 80)]


def test_public_addresses_are_public() -> None:
    for address in ("93.184.216.34", "2606:4700::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"):
        assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "localhost",
        "[::1]",
        "[::ffff:7f00:1]",
        "0",
    ],
)
def test_no_way_of_writing_this_machine_reaches_it(site: Site, host: str) -> None:
    site.pages["/"] = (200, {}, STORY)
    port = site.address.rpartition(":")[2]
    with pytest.raises(Refused):
        Client().get(f"http://{host}:{port}/")
    assert site.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(site: Site) -> None:
    """A resolver that answers with another address the next time is not asked a next time."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    connected = []

    class Recording:
        def connect_tcp(self, address: str, *rest: object) -> None:
            connected.append(address)
            raise httpcore.ConnectError("nobody there")

    backend = CheckedBackend(Reach(resolve=lambda host, port: next(answers)), time.monotonic() + 5)
    backend._backend = Recording()  # type: ignore[assignment]
    with pytest.raises(Exception, match="nobody there"):
        backend.connect_tcp("news.example", 80)
    assert connected == ["93.184.216.34"]


def test_of_several_addresses_only_the_public_ones_are_asked() -> None:
    found = Reach(resolve=lambda host, port: ["10.0.0.1", "93.184.216.34", "::1"]).addresses(
        "news.example", 80
    )
    assert found == ["93.184.216.34"]


def test_hosts_of_the_own_network_are_named() -> None:
    reach = Reach(frozenset({"wiki", ".corp.example"}), resolve=lambda host, port: ["10.0.0.1"])
    for host in ("wiki", "WIKI", "wiki.", "a.corp.example"):
        assert reach.addresses(host, 80) == ["10.0.0.1"]
    for host in ("wiki.example", "notcorp.example", "corp.example", "xwiki"):
        with pytest.raises(NotAllowed):
            reach.addresses(host, 80)


def test_a_redirect_is_checked_as_the_address_itself(site: Site) -> None:
    for at, onward in enumerate(
        [
            "http://169.254.169.254/latest",
            "http://[::1]/",
            "file:///etc/passwd",
            "ftp://a.example/",
            "gopher:x",
        ]
    ):
        site.pages[f"/{at}"] = (302, {"Location": onward}, b"")
        with pytest.raises(Refused):
            Client(OWN).get(f"{site.address}/{at}")
    assert len(site.asked) == 5


def test_redirects_are_followed_and_counted(site: Site) -> None:
    for at in range(10):
        site.pages[f"/{at}"] = (301, {"Location": f"{at + 1}"}, b"")
    site.pages["/10"] = (200, {}, STORY)
    found = Client(OWN).get(f"{site.address}/{10 - REDIRECTS}")
    assert (found.url, found.content) == (f"{site.address}/10", STORY)
    with pytest.raises(Refused, match="redirected more than 5 times"):
        Client(OWN).get(f"{site.address}/{9 - REDIRECTS}")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://a.example/x", "only http"),
        ("http:///x", "only http"),
        ("http://user:secret@a.example/", "leave user and password out"),
        ("http://a.example:22/", "port 22 serves no pages"),
        ("http://a.example:99999/", "can be read"),
        ("http://[::1/", "can be read"),
        ("http://a.example/" + "x" * 5000, "over 4,096 characters"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        check(url)
    with pytest.raises(NotAllowed, match=words):
        Client(OWN).get(url)


@given(st.text(max_size=60))
@example("\x0c?")
@example("?a\x0c&utm_b")
@example("?\x0c&utm_b")
def test_any_address_is_checked_without_a_crash(text: str) -> None:
    for url in (text, f"http://{text}", f"http://a.example/{text}"):
        try:
            plain = normal(url)
        except NotAllowed:
            continue
        assert normal(plain) == plain
        with contextlib.suppress(NotAllowed):
            client_module._target(plain)


def test_an_address_is_known_by_its_plain_form() -> None:
    for url in (
        "https://News.example/a?id=2",
        "HTTPS://news.example:443/a?id=2#top",
        "https://news.example/a?utm_source=x&id=2&UTM_Campaign=y",
    ):
        assert normal(url) == "https://news.example/a?id=2"
    assert normal("http://news.example") == "http://news.example/"
    assert normal("http://news.example/a/") != normal("http://news.example/a")
    assert normal("http://[2001:DB8::1]:8080/a") == "http://[2001:db8::1]:8080/a"


def test_a_page_that_is_too_large_or_unfolds_too_far_is_not_read(site: Site) -> None:
    site.pages["/large"] = (200, {}, b"x" * (1 << 20) + b"x")
    bomb = gzip.compress(bytes(1 << 26))
    site.pages["/bomb"] = (200, {"Content-Encoding": "gzip"}, bomb)
    site.pages["/cut"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(STORY)[:-9])
    site.pages["/damaged"] = (200, {"Content-Encoding": "gzip"}, b"no gzip")
    site.pages["/other"] = (200, {"Content-Encoding": "br"}, STORY)
    site.pages["/fine"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(STORY) + gzip.compress(STORY))
    client = Client(OWN)
    for path in ("large", "bomb"):
        with pytest.raises(Refused, match="over the limit of 1 MB"):
            client.get(f"{site.address}/{path}", limit=1 << 20)
    for path, words in (("cut", "cut off"), ("damaged", "damaged"), ("other", "sent as br")):
        with pytest.raises(Refused, match=words):
            client.get(f"{site.address}/{path}")
    assert client.get(f"{site.address}/fine").content == STORY * 2


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(1, 50))
def test_any_bytes_are_unfolded_or_refused(data: bytes, cut: int, size: int) -> None:
    folded = gzip.compress(data)
    blocks = [folded[at : at + size] for at in range(0, len(folded), size)]
    assert gunzip(blocks, 300) == data
    for given_bytes in (data, folded[:cut], folded[:cut] + data):
        with contextlib.suppress(Refused):
            assert len(gunzip([given_bytes], 300)) <= 300


def test_a_server_that_trickles_is_left_when_the_time_is_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    site.pages["/slow"] = trickle
    monkeypatch.setattr(client_module, "TOTAL", 0.3)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="took too long"):
        Client(OWN).get(f"{site.address}/slow")
    assert time.monotonic() - began < 3
    ended.set()


def test_nobody_there_and_half_a_page_are_unreachable(site: Site) -> None:
    site.pages["/half"] = (200, {"Content-Length": 1000}, STORY)

    def closing(handler: BaseHTTPRequestHandler) -> object:
        handler.close_connection = True
        return site.pages["/half"]

    site.pages["/closing"] = closing
    with pytest.raises(Unreachable, match=r"could not be fetched: .*try again later"):
        Client(OWN).get(f"{site.address}/closing")
    with pytest.raises(Unreachable, match="could not be fetched"):
        Client(Reach(frozenset({"localhost"}))).get("http://localhost:1/".replace(":1/", ":1025/"))


OPENSSL = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    " -subj /CN=news.example -addext subjectAltName=DNS:news.example"
)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_certificate_has_to_be_trusted_and_of_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the host that was asked for, though the connection goes to a number."""
    made, key = tmp_path / "made.pem", tmp_path / "key.pem"
    subprocess.run(
        [*OPENSSL.split(), "-keyout", str(key), "-out", str(made)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    names = frozenset({"news.example", "other.example"})
    client = Client(Reach(names, resolve=lambda host, port: ["127.0.0.1"]))
    with serving(context) as site:
        site.pages["/"] = (200, {}, STORY)
        port = site.address.rpartition(":")[2]
        monkeypatch.setattr(client_module, "_trusted", ssl.create_default_context)
        with pytest.raises(Unreachable, match="certificate verify failed"):
            client.get(f"https://news.example:{port}/")
        monkeypatch.setattr(client_module, "_trusted", lambda: ssl.create_default_context(cafile=str(made)))
        assert client.get(f"https://news.example:{port}/").content == STORY
        with pytest.raises(Unreachable, match="certificate verify failed"):
            client.get(f"https://other.example:{port}/")


def test_a_proxy_is_used_and_private_names_are_not_sent_to_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.address.replace("//", "//me:secret@"))
    site.pages["http://news.example/a"] = (302, {"Location": "http://127.0.0.1/"}, b"")
    site.pages["http://news.example/b"] = (200, {}, STORY)

    def resolve(host: str, port: int) -> list[str]:
        if host == "news.example":
            raise OSError("only the proxy knows it")
        return [host]

    client = Client(Reach(resolve=resolve))
    assert client.get("http://news.example/b").content == STORY
    assert site.asked[0][1]["proxy-authorization"] == "Basic bWU6c2VjcmV0"
    for url in ("http://news.example/a", "http://169.254.169.254/latest"):
        with pytest.raises(NotAllowed):
            client.get(url)
    assert site.paths == ["http://news.example/b", "http://news.example/a"]


def test_a_page_is_asked_for_only_where_it_has_changed(site: Site) -> None:
    def page(handler: BaseHTTPRequestHandler) -> object:
        unchanged = handler.headers["If-None-Match"] == '"7"'
        tags = {"ETag": '"7"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}
        return (304, {**tags, "Content-Length": 0}, b"") if unchanged else (200, tags, STORY)

    site.pages["/a"] = page
    client = Client(OWN)
    first = client.get(f"{site.address}/a")
    again = client.get(f"{site.address}/a", first.etag, first.modified)
    assert (first.status, first.content, again.status, again.content) == (200, STORY, 304, b"")
    assert site.asked[1][1]["if-modified-since"] == first.modified


def test_when_to_come_back_is_understood() -> None:
    assert seconds_until("120") == 120.0
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert 90 < (seconds_until(soon) or 0) <= 100
    assert seconds_until("Wed, 01 Jan 2020 00:00:00 GMT") == 0.0
    for value in (None, "", "soon", "-1", "٣"):
        assert seconds_until(value) is None


def test_a_page_that_a_person_names_is_read_and_dated(site: Site) -> None:
    site.pages["/a"] = (200, {}, STORY)
    site.pages["/b.md"] = (200, {"Content-Type": "application/octet-stream"}, STORY)
    site.pages["/c"] = (200, {"Content-Type": "image/png"}, STORY)
    own = Options(private_hosts=("127.0.0.1",))
    urls = [f"{site.address}{path}" for path in ("/a#top", "/a?utm_source=x", "/b.md", "/c", "/none")]
    first, second, third, fourth = read(urls, own)
    assert isinstance(first, Raw) and first.location == f"{site.address}/a"
    assert first.fetched == datetime.now(UTC).date().isoformat()
    assert isinstance(second, Raw) and second.format == "md"
    assert isinstance(third, Skipped) and "image/png" in third.reason
    assert isinstance(fourth, Skipped) and "the server answered 404 (Not Found)" in fourth.reason
    assert "/robots.txt" not in site.paths  # a person asked for these
    (refused,) = read([urls[0]])
    assert isinstance(refused, Skipped) and 'private_hosts = "127.0.0.1"' in refused.reason


# Politeness, by a clock of its own


class Net(Client):
    """Answers from a table: of an address its responses, the last of them for ever."""

    def __init__(self, clock: Clock, pages: dict[str, list[Response | Exception]]) -> None:
        super().__init__()
        self.clock = clock
        self.pages = pages
        self.asked: list[tuple[float, str]] = []

    def get(
        self,
        url: str,
        etag: str | None = None,
        modified: str | None = None,
        limit: int = 0,
        permit: Callable[[str], None] = check,
    ) -> Response:
        permit(url)
        self.asked.append((self.clock.now, url))
        found = self.pages.get(url, [Response(url, 404)])
        response = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(response, Exception):
            raise response
        return response


def polite(pages: dict[str, list[Response | Exception]]) -> tuple[Polite, Net]:
    clock = Clock()
    net = Net(clock, pages)
    return Polite(net, clock, clock.sleep), net


def ok(url: str, content: bytes = STORY) -> Response:
    return Response(url, 200, "text/plain", content)


A, B = "https://a.example", "https://b.example"


def test_a_host_is_asked_once_a_second_and_others_meanwhile() -> None:
    web, net = polite({f"{host}/{n}": [ok(f"{host}/{n}")] for host in (A, B) for n in range(3)})
    for url in in_turn([*(f"{A}/{n}" for n in range(3)), *(f"{B}/{n}" for n in range(3))]):
        web.get(url)
    of_a = [time for time, url in net.asked if url.startswith(A)]
    of_b = [time for time, url in net.asked if url.startswith(B)]
    assert of_a == [0.0, PAUSE, 2 * PAUSE, 3 * PAUSE] and of_b == [1.0, 2.0, 3.0, 4.0]


def test_robots_are_read_once_and_heeded() -> None:
    robots = b"User-agent: *\nDisallow: /\n\nUser-agent: cuttings\nDisallow: /private\nCrawl-delay: 5\n"
    web, net = polite({f"{A}/robots.txt": [ok("", robots)], f"{A}/a": [ok("")], f"{A}/b": [ok("")]})
    web.get(f"{A}/a")
    web.get(f"{A}/b")
    with pytest.raises(Refused, match=r"robots\.txt asks programs not to fetch it"):
        web.get(f"{A}/private/x")
    assert net.asked == [(0.0, f"{A}/robots.txt"), (5.0, f"{A}/a"), (10.0, f"{A}/b")]


@pytest.mark.parametrize(
    ("robots", "words"),
    [
        (Response("", 503), r"asked for its robots\.txt, the server answered 503"),
        (Response("", 429), "429"),
        (Unreachable("could not be fetched"), "could not be fetched"),
        (Refused("redirected more than 5 times"), r"its robots\.txt: redirected"),
        (ok("", b"User-agent: *\nCrawl-delay: 3600\n"), "wants 3,600 s between two pages"),
    ],
)
def test_where_it_is_not_known_what_a_site_allows_nothing_is_asked(robots: Response, words: str) -> None:
    web, net = polite({f"{A}/robots.txt": [robots], f"{A}/a": [ok("")]})
    for _ in range(2):
        with pytest.raises(Unreachable, match=words):
            web.get(f"{A}/a")
    assert [url for _, url in net.asked] == [f"{A}/robots.txt"]


def test_any_other_answer_than_a_robots_txt_allows_everything() -> None:
    web, _ = polite({f"{A}/robots.txt": [Response("", 403)], f"{A}/a": [ok("")]})
    assert web.get(f"{A}/a").status == 200


def test_who_is_told_to_come_back_does_so_once() -> None:
    busy = Response(f"{A}/a", 503, retry_after=20.0)
    web, net = polite({f"{A}/a": [busy, ok(f"{A}/a")]})
    assert web.get(f"{A}/a").status == 200
    assert net.asked[-1][0] - net.asked[-2][0] == 20.0
    web, net = polite({f"{A}/a": [busy], f"{B}/a": [ok("")]})
    for path in ("a", "b"):
        with pytest.raises(Unreachable, match=r"503 .*left alone"):
            web.get(f"{A}/{path}")
    assert [url for _, url in net.asked] == [f"{A}/robots.txt", f"{A}/a", f"{A}/a"]
    assert web.get(f"{B}/a").status == 200


def test_who_is_told_to_come_back_tomorrow_does_not_wait_for_it() -> None:
    web, net = polite({f"{A}/a": [Response(f"{A}/a", 429, retry_after=LONGEST_PAUSE + 1)]})
    with pytest.raises(Unreachable):
        web.get(f"{A}/a")
    assert net.clock.now <= 2 * PAUSE


# What sites list

RSS = b"""<?xml version="1.0"?><!-- made by hand -->
<rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><title>One</title><link>/one?utm_source=rss</link>
<pubDate>Wed, 01 Jan 2025 08:00:00 GMT</pubDate></item>
<item><title>Two</title><link>https://news.example/two#top</link></item>
<item><title>Two again</title><link>https://news.example/two</link></item>
<item><title>No link</title></item>
<item><title>Bad</title><link>ftp://news.example/three</link></item>
</channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>One</title><link href="https://news.example/one"/><updated>2025-01-01T08:00:00Z</updated></entry></feed>"""

SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://news.example/one </loc><lastmod>2025-01-01</lastmod>
<image:image><image:loc>https://news.example/one.png</image:loc></image:image></url>
<url><loc>https://news.example/two</loc></url><url><loc></loc></url></urlset>"""

INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/s1.xml.gz</loc><lastmod>2025-01-02</lastmod></sitemap></sitemapindex>"""


def listed(content: bytes) -> tuple[str, list[tuple[str, str]], int]:
    found = listing(content, "https://news.example/feed")
    assert found
    return found.kind, [(one.url, one.stamp) for one in found.listed], found.left_out


def test_feeds_and_sitemaps_are_told_from_pages() -> None:
    one, two = "https://news.example/one", "https://news.example/two"
    assert listed(RSS) == ("feed", [(one, "Wed, 01 Jan 2025 08:00:00 GMT"), (two, "")], 1)
    assert listed(ATOM) == ("feed", [(one, "2025-01-01T08:00:00Z")], 0)
    assert listed(SITEMAP) == ("sitemap", [(one, "2025-01-01"), (two, "")], 0)
    assert listed(gzip.compress(SITEMAP)) == listed(SITEMAP)
    assert listed(INDEX) == ("index", [("https://news.example/s1.xml.gz", "2025-01-02")], 0)
    for page in (b"", b"<html><body>rss</body></html>", b"<rssx/>", STORY, b"{}", b"<!DOCTYPE html><html>"):
        assert listing(page, "https://news.example/") is None


def test_what_is_too_much_or_damaged_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.web.listing.MOST", 1)
    assert listed(SITEMAP)[1:] == ([("https://news.example/one", "2025-01-01")], 1)
    with pytest.raises(Refused, match="a sitemap that cannot be read"):
        listing(SITEMAP[:-20], "https://news.example/")
    monkeypatch.setattr("corpus.web.listing.LARGEST_FEED", 100)
    with pytest.raises(Refused, match="a feed of over"):
        listing(RSS, "https://news.example/")


def test_entities_are_not_replaced() -> None:
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha" * 50) for n in range(9)
    )
    outside = b'<!ENTITY file SYSTEM "file:///etc/hostname">'
    for declared, name in ((laughs, b"l8"), (outside, b"file")):
        head = b"<!DOCTYPE urlset [" + declared + b"]>"
        hostile = SITEMAP.replace(b"<urlset", head + b"<urlset").replace(b"/two", b"/&" + name + b";")
        began = time.monotonic()
        try:
            found = listing(hostile, "https://news.example/")
        except Refused:
            continue
        finally:
            assert time.monotonic() - began < 2
        assert found is None or all("ha" not in one.url[20:] for one in found.listed)


@given(st.data())
def test_any_bytes_are_a_listing_a_page_or_refused(data: st.DataObject) -> None:
    valid = data.draw(
        st.sampled_from([RSS, ATOM, SITEMAP, INDEX, zlib.compress(SITEMAP), gzip.compress(SITEMAP)])
    )
    at = data.draw(st.integers(0, len(valid)))
    changed = valid[:at] + data.draw(st.binary(max_size=8)) + valid[at + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(Refused):
        listing(changed, "https://news.example/")
