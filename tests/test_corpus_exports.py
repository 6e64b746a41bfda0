"""Feeds, exports and news items: the text and what is said of it, what is left out, and what is broken."""

from __future__ import annotations

import gzip
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from corpus.formats import feed, formats, wordpress
from corpus.formats.document import AS_THEY_ARE, Document, File, Refused, Unread
from corpus.read import Raw
from corpus.read import read as read_paths
from scripts import exports
from scripts.exports import Known, awkward, bundled, read_back

KNOWN = [*bundled()[:3], *awkward()]


def read(name: str, data: bytes | str) -> tuple[list[Document], list[Unread]]:
    found = read_back(name, data.encode() if isinstance(data, str) else data)
    return [one for one in found if isinstance(one, Document)], [
        one for one in found if isinstance(one, Unread)
    ]


def refused(name: str, data: bytes | str) -> str:
    with pytest.raises(Refused) as error:
        read(name, data)
    return str(error.value)


@pytest.mark.parametrize("name", [name for name in exports.FORMATS if name != "WARC"])
def test_articles_come_back_as_they_were(name: str) -> None:
    sums = exports.measured(name, KNOWN)
    assert set(sums.values()) == {len(KNOWN)}, sums


def test_articles_come_back_as_they_were_from_nitf() -> None:
    sums = exports.measured_nitf(KNOWN)
    assert set(sums.values()) == {len(KNOWN)}, sums


@pytest.mark.parametrize("name", list(exports.FORMATS))
def test_parts_have_names_of_their_own_that_stay_the_same(name: str) -> None:
    file, make, _ = exports.FORMATS[name]
    first, _ = read(file, make(KNOWN))
    again, _ = read(file, make([*reversed(KNOWN)]))
    parts = {one.part for one in first}
    assert len(parts) == len(KNOWN)
    assert not any("#" in part for part in parts)
    # The post of WordPress is called by its number, which the maker counts.
    assert name == "WXR" or {(one.part, one.text) for one in first} == {(one.part, one.text) for one in again}
    assert all(len(one.digest) == 64 for one in first)
    assert len({one.digest for one in first}) == len(KNOWN)


def test_a_changed_entry_alone_has_another_digest() -> None:
    changed = [replace(KNOWN[0], author="Somebody Else"), *KNOWN[1:]]
    before, after = read("a.rss", exports.rss(KNOWN))[0], read("a.rss", exports.rss(changed))[0]
    same = [one.digest == other.digest for one, other in zip(before, after, strict=True)]
    assert same == [False, True, True, True, True]


# Feeds


def feed_of(*items: str, channel: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>The Post</title>{channel}{inside}</channel></rss>'


LONG = " ".join(["The harbour bridge will stay shut until June, the council said on Monday."] * 8)


def test_a_teaser_is_read_and_said_to_be_one() -> None:
    documents, unread = read(
        "a.rss",
        feed_of(
            f"<guid>1</guid><description>{LONG}</description>",
            "<guid>2</guid><description>The bridge stays shut.</description>",
            f"<guid>3</guid><description>{LONG} Read more »</description>",
            f"<guid>4</guid><description>{LONG} […]</description>",
        ),
    )
    assert [one.part for one in documents] == ["1", "2", "3", "4"]
    assert [one.part for one in unread] == [""]
    assert unread[0].reason.startswith("3 of 4 entries have only a teaser")


def test_a_text_without_marks_keeps_its_lines() -> None:
    (one,), _ = read("a.rss", feed_of(f"<description>{LONG} 3 &amp;lt; 4 &amp;amp; 5\n\nMore.</description>"))
    assert (one.text, one.layout) == (f"{LONG} 3 < 4 & 5\n\nMore.", "txt")


def test_the_line_that_a_feed_adds_is_set_aside() -> None:
    added = '<p>The post <a href="x">Bridge</a> appeared first on <a href="y">The Post</a>.</p>'
    (one,), _ = read("a.rss", feed_of(f"<description><![CDATA[<p>{LONG}</p>{added}]]></description>"))
    (removed,) = one.removed
    assert one.text[removed.start : removed.end] == "The post Bridge appeared first on The Post."
    assert removed.reason == feed.ADDED
    assert exports.seen(one) == LONG


def test_the_one_date_of_rss_is_that_of_publication_and_the_one_of_atom_that_of_a_change() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>'
        '<item rdf:about="https://a.example/1"><title>x</title><link>https://a.example/1</link>'
        f"<description>{LONG}</description><dc:date>2020-01-05T23:30:00-05:00</dc:date></item></rdf:RDF>"
    )
    (one,), _ = read("a.rdf", rdf)
    assert (one.metadata.published, one.metadata.updated) == ("2020-01-05", None)
    (one,), _ = read(
        "a.atom",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>x</title>'
        f"<updated>2020-01-05T10:00:00Z</updated><content>{LONG}</content></entry></feed>",
    )
    assert (one.metadata.published, one.metadata.updated, one.layout) == (None, "2020-01-05", "txt")
    printed = "<pubDate>Sun, 05 Jan 2020 23:30:00 -0500</pubDate>"
    (one,), _ = read("a.rss", feed_of(f"{printed}<description>{LONG}</description>"))
    assert (one.metadata.published, one.metadata.updated) == ("2020-01-05", None)  # as it is printed there


def test_a_relative_link_is_that_of_the_address_it_was_fetched_from() -> None:
    data = feed_of(f"<link>/bridge</link><description>{LONG}</description>").encode()
    (one,) = formats.documents(File("a.rss", data, "https://a.example/feed.xml"), AS_THEY_ARE)
    assert isinstance(one, Document)
    assert one.metadata.url == "https://a.example/bridge"
    (one,), _ = read("a.rss", data)
    assert one.metadata.url is None


@pytest.mark.parametrize("said", ["A & B", "A &nbsp; B", "A <b>bold</i> B", "A\x0bB"])
def test_a_feed_that_is_badly_made_is_read(said: str) -> None:
    documents, _ = read(
        "a.rss", feed_of(f"<description>{said} {LONG}</description>", f"<description>{LONG}</description>")
    )
    assert [LONG in one.text for one in documents] == [True, True]


def test_a_feed_that_breaks_off_gives_what_stands_before() -> None:
    data = exports.rss(KNOWN)
    for cut in range(1200, len(data) - 8, 997):
        try:
            documents, unread = read("a.rss", data[:cut])
        except Refused:
            continue
        whole = data[:cut].count(b"</item>")
        assert [one.text for one in documents] == [one.text for one in read("a.rss", data)[0]][
            : len(documents)
        ]
        assert len(documents) in (
            whole,
            whole - 1,
        )  # cut behind an entry, it cannot be known whether it is whole
        assert "breaks off" in unread[-1].reason or "teaser" in unread[-1].reason


# WordPress


def test_drafts_comments_and_attachments_are_left_out_and_counted() -> None:
    documents, unread = read("a.xml", exports.wordpress(KNOWN))
    assert [one.part for one in documents] == ["1", "2", "3", "4", "5"]
    assert [(one.part, one.reason) for one in unread] == [("", "left out: 1 not published (draft)")]
    text = "\n".join(one.text for one in documents)
    assert not any(
        words in text for words in ("A comment.", "An excerpt.", "A picture.", "[gallery", "contact-form")
    )
    assert "[The council] said so [sic]." in text
    assert {one.metadata.publisher for one in documents} == {KNOWN[0].publisher}
    assert {one.metadata.language for one in documents} == {"en"}


def test_the_classic_editor_has_paragraphs_without_marks() -> None:
    body = (
        "The bridge is <em>shut</em>.\nIt opens in June.\n\n"
        '[caption id="a" width="3"]<img src="a.jpg" /> The bridge in May.[/caption]\n\n'
        "[embed]https://video.example/1[/embed]\n\n"
        "The ferry runs [box]twice[/box] a day. [Later] it will not.\n\n"
        "[gallery]\n\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>"
    )
    one = replace(KNOWN[0], blocks=())
    item = wordpress_item(one, body)
    (found,), _ = read("a.xml", item)
    plain = [exports.level(block) for block in found.text.split("\n\n")]
    assert plain[0] == "The bridge is shut. It opens in June."
    assert found.text.startswith("The bridge is shut.\nIt opens in June.")
    assert "The bridge in May." in plain[1]
    assert plain[2:] == ["The ferry runs twice a day. [Later] it will not.", "One", "Two"]


def wordpress_item(one: Known, body: str) -> bytes:
    made = exports.wordpress([one]).decode()
    start, end = made.index("<content:encoded>"), made.index("</content:encoded>")
    return (made[:start] + f"<content:encoded><![CDATA[{body}]]>" + made[end:]).encode()


def test_an_export_that_breaks_off_or_goes_wrong_gives_what_stands_before() -> None:
    data = exports.wordpress(KNOWN)
    at = data.index(b"<item>", data.index(b"</item>"))
    for broken in (data[: at + 600], data[:at] + b"<wrong>" + data[at:]):
        documents, unread = read("a.xml", broken)
        assert documents[0].part == "1"
        assert "and what follows was not read (" in unread[-1].reason if len(documents) < 5 else True


def test_bytes_that_are_not_utf8_are_read_as_windows_has_them() -> None:
    data = exports.wordpress(KNOWN[:1]).replace(
        b"</p>", b" \x93caf\xe9\x94 \x00</p>".replace(b"\x00", b"\x0b"), 1
    )
    (one,), _ = read("a.xml", data)
    assert "“café” \ufffd" in one.text
    latin = exports.wordpress([KNOWN[4]]).decode().replace('encoding="UTF-8"', 'encoding="iso-8859-2"')
    (one,), _ = read("a.xml", latin.encode("iso-8859-2"))
    assert "Łódź" in one.text


def test_the_version_of_the_export_does_not_matter() -> None:
    data = exports.wordpress(KNOWN[:1]).replace(b"export/1.2/", b"export/1.0/")
    assert wordpress.NAMESPACE.encode() in data
    assert len(read("a.xml", data)[0]) == 1


# News items


def test_an_embargo_and_what_its_provider_holds_back_are_respected() -> None:
    data = exports.newsml(KNOWN[:1]).decode()
    ended = "<embargoed>2020-01-01T00:00:00Z</embargoed>"
    for said, reason in (
        (
            "<embargoed>2999-01-01T00:00:00Z</embargoed>",
            "embargoed until 2999-01-01T00:00:00Z; ingest it again then",
        ),
        ("<embargoed/>", "embargoed until further notice"),
        ("<embargoed>soon</embargoed>", "embargoed until 'soon'"),
    ):
        documents, (unread,) = read("a.xml", data.replace(ended, said))
        assert not documents
        assert unread.part == f"urn:newsml:{KNOWN[0].id}"
        assert unread.reason.startswith(reason)
    for status in ("canceled", "withheld"):
        documents, (unread,) = read("a.xml", data.replace("stat:usable", f"stat:{status}"))
        assert (documents, unread.reason) == ([], f"{status} by its provider, so it was not read")
    late = exports.nitf(KNOWN[0]).replace(b"<key-list>", b'<date.release norm="29990101T100000Z"/><key-list>')
    assert read("a.nitf", late) == (
        [],
        [Unread("", "embargoed until 2999-01-01T10:00:00Z; ingest it again then")],
    )


def test_a_dateline_stands_above_its_text_once() -> None:
    data = exports.nitf(KNOWN[4]).decode()
    dateline = "<dateline><location>LONDON</location>, <story.date>3 June</story.date></dateline></body.head>"
    (one,), _ = read("a.nitf", data.replace("</body.head>", dateline))
    assert one.text.startswith("LONDON, 3 June\n\nDer Hafen")
    again = data.replace("</body.head>", dateline).replace("<p>Der", "<p>LONDON, 3 June — Der")
    (one,), _ = read("a.nitf", again)
    assert one.text.startswith("LONDON, 3 June — Der Hafen")


def test_a_single_item_with_plain_text() -> None:
    data = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:1" xml:lang="en-GB">
    <itemMeta><provider literal="Harbour Agency"/>
    <versionCreated>2020-01-16T10:00:00Z</versionCreated></itemMeta>
    <contentMeta><slugline>BRIDGE-SHUT</slugline><headline>Bridge shut</headline><dateline>LONDON —</dateline>
    <creator><name>Zoë</name></creator></contentMeta>
    <contentSet><inlineData contenttype="text/plain">It stays shut.

Until June.</inlineData></contentSet></newsItem>"""
    (one,), _ = read("a.xml", data)
    said = one.metadata
    assert (one.part, one.layout, one.text) == ("urn:1", "txt", "LONDON —\n\nIt stays shut.\n\nUntil June.")
    assert (said.title, said.publisher, said.author) == ("Bridge shut", "Harbour Agency", "Zoë")
    assert (said.topics, said.language) == (("BRIDGE-SHUT",), "en")
    assert (said.published, said.updated) == ("2020-01-16", "2020-01-16")


def test_a_picture_has_no_text() -> None:
    data = '<newsItem guid="urn:2"><contentSet><remoteContent href="a.jpg"/></contentSet></newsItem>'
    _, (unread,) = read("a.xml", data)
    assert (unread.part, unread.reason[:31]) == ("urn:2", "a news item without text of its")


# Any XML


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "a sitemap, which lists addresses"),
        ("<sitemapindex/>", "a sitemap, which lists addresses"),
        ("<svg/>", "XML of a kind that is not read (its outermost element is 'svg')"),
        ("hello", "not XML, or broken from its beginning"),
        ("<rss><channel/></rss>", "a feed without entries"),
        ("<nitf><body>", "broken (line 1"),
        ("<newsMessage></newsMessage>", "no article is in it"),
        ("", "empty file"),
    ],
)
def test_other_xml_is_refused_with_what_it_is(data: str, reason: str) -> None:
    assert refused("a.xml", data).startswith(reason)


def test_xhtml_is_a_page() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">'
    (one,), _ = read(
        "a.xml", f'{head}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>A story.</p></body></html>'
    )
    assert one.text == "A story."


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha ha ha ha ha ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12))
    + '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
)
"""Entities that stand for ten times the one before, and one for a file."""


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel><item><description>&{}; bridge</description></item></channel></rss>",
        "<nitf><body><body.content><p>&{}; bridge</p></body.content></body></nitf>",
        '<nitf><head><pubdata name="&{};"/></head><body><body.content>bridge</body.content></body></nitf>',
    ],
)
@pytest.mark.parametrize("before", ["", f"<!--{'x' * 70_000}-->"])
def test_entities_are_never_expanded(body: str, before: str) -> None:
    for entity in ("m", "file"):
        try:
            documents, _ = read("a.xml", before + LAUGHS + body.replace("{}", entity))
        except Refused:
            continue
        assert all(len(one.text) < 30 and "root" not in one.text for one in documents)


def test_elements_inside_elements_are_bounded() -> None:
    deep = "<div>" * 20_000 + "bridge" + "</div>" * 20_000
    assert "broken" in refused("a.xml", f"<nitf><body><body.content>{deep}</body.content></body></nitf>")
    read("a.xml", feed_of(f"<description>{deep}</description>"))


def test_a_file_that_is_one_article_has_the_digest_of_the_file(tmp_path: Path) -> None:
    """So that `cuttings verify` can tell whether it has changed since."""
    packed = gzip.compress(exports.nitf(KNOWN[0]))
    for name, data in (
        ("a.nitf", exports.nitf(KNOWN[0])),
        ("a.nitf.gz", packed),
        ("a.json", b'{"text": "x"}'),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        (raw,) = read_paths([path])
        assert isinstance(raw, Raw)
        assert (raw.location, raw.digest) == (str(path), sha256(data).hexdigest())
