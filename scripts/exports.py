"""Articles as feeds, exports, news items, tables and archives, and what reading them gives back.

    python -m scripts.exports [--large MB]

makes each format of the bundled articles, and of two with the characters that exports go wrong on, reads it,
and prints of how many the text is equal (white space levelled) and each thing that is said of them right. The
tests make their files by the same functions. With --large, files of so many megabytes are read, each in a
process of its own, and the time and the most memory that it took are printed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.formats import formats
from corpus.formats.document import AS_THEY_ARE, Document, File, Unread
from corpus.metadata import front_matter

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
SAID = ("title", "publisher", "published", "updated", "url", "author", "topics")


@dataclass(frozen=True, slots=True)
class Known:
    """An article that is known, with its blocks: ("p" | "h2" | "li", text)."""

    id: str
    title: str
    publisher: str
    published: str
    updated: str
    url: str
    author: str
    topics: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "\n\n".join(text for _, text in self.blocks)

    @property
    def html(self) -> str:
        """Its blocks as HTML."""
        out: list[str] = []
        for kind, text in self.blocks:
            marked = f"<{kind}>{escape(text, quote=False)}</{kind}>"
            if kind == "li" and out and out[-1].endswith("</ul>"):
                out[-1] = f"{out[-1][:-5]}{marked}</ul>"
            else:
                out.append(f"<ul>{marked}</ul>" if kind == "li" else marked)
        return "\n".join(out)


def bundled() -> list[Known]:
    """The articles that come with Cuttings, and two with awkward characters."""
    known = []
    for number, path in enumerate(sorted(ARTICLES.glob("*.md")), 1):
        text = path.read_text(encoding="utf-8")
        end, said = front_matter(text)
        known.append(
            Known(
                path.stem,
                said.title or "",
                said.publisher or "",
                said.published or "",
                f"2020-03-{number:02}",
                f"https://news.example/2020/{path.stem}",
                f"Ann Reporter-{number}",
                said.topics,
                _blocks(text[end:]),
            )
        )
    return [*known, *awkward()]


def awkward() -> list[Known]:
    """Two articles with the characters that exports go wrong on."""
    first = (
        ("p", 'Ferries & buses cost <£3.50 — "a bargain", said O’Neill; 5 > 4, and CDATA ends in ]]> here.'),
        ("h2", "What’s next, Zoë?"),
        ("p", "One line, with commas; and semicolons\tand a tab. The cable (№ 11) was 🎉 mended at −5 °C."),
        ("li", "[The council] said so [sic]."),
        ("li", "Half of it: &amp; is how an ampersand is written."),
    )
    second = (("p", "Der Hafen in Łódź bleibt bis Juni geschlossen, sagte die Behörde am Montag."),)
    return [
        Known("ferries-buses", "Ferries & buses: “cheap”?", "Harbour & Post", "2021-06-01", "2021-06-02",
              "https://news.example/a?id=7&x=1", "Zoë O’Neill", ("R&D", "ferries"), first),
        Known("hafen", "Hafen geschlossen", "Harbour & Post", "2021-06-03", "2021-06-03",
              "https://news.example/hafen.html", "Jan Łoś", ("Häfen",), second),
    ]  # fmt: skip


def _blocks(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        kind = "h2" if line.startswith("## ") else "li" if line.startswith("- ") else "p"
        found.append((kind, line if kind == "p" else line.split(" ", 1)[1]))
    return tuple(found)


# The formats


def rss(articles: Sequence[Known]) -> bytes:
    """RSS 2.0 with content:encoded beside a summary."""
    items = "".join(
        f"""<item><title>{_x(one.title)}</title><link>{_x(one.url)}</link>
<guid isPermaLink="false">guid-{one.id}</guid><pubDate>{_mail(one.published)}</pubDate>
<atom:updated>{one.updated}T09:30:00Z</atom:updated><dc:creator>{_cdata(one.author)}</dc:creator>
<source url="https://news.example/feed">{_x(one.publisher)}</source>
{"".join(f"<category>{_cdata(topic)}</category>" for topic in one.topics)}
<description>{_x(one.blocks[0][1][:60])}…</description>
<content:encoded>{_cdata(one.html)}</content:encoded></item>"""
        for one in articles
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>A feed</title><link>https://news.example/</link><language>en-GB</language>{items}</channel></rss>
""".encode()


def atom(articles: Sequence[Known]) -> bytes:
    """Atom 1.0 with XHTML content."""
    entries = "".join(
        f"""<entry><id>tag:news.example,2020:{one.id}</id><title type="text">{_x(one.title)}</title>
<link rel="alternate" href="{_x(one.url)}"/><published>{one.published}T09:30:00Z</published>
<updated>{one.updated}T10:00:00Z</updated><author><name>{_x(one.author)}</name></author>
<source><title>{_x(one.publisher)}</title></source>
{"".join(f'<category term="{_x(topic)}"/>' for topic in one.topics)}
<summary>{_x(one.blocks[0][1][:60])}…</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{one.html}</div></content></entry>"""
        for one in articles
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>A feed</title><id>urn:feed</id>
<updated>2020-03-01T00:00:00Z</updated>{entries}</feed>""".encode()


def wordpress(articles: Sequence[Known]) -> bytes:
    """A WXR export of one site, with its blocks as Gutenberg writes them, and what is not to be read."""
    names = {"p": "paragraph", "h2": "heading", "li": "list"}
    items = ""
    for number, one in enumerate(articles, 1):
        body = "\n\n".join(
            f'<!-- wp:{names[kind]} {{"x":1}} -->\n{replace(one, blocks=(block,)).html}\n<!-- /wp:x -->'
            for block in one.blocks
            for kind in (block[0],)
        )
        body += (
            '\n\n[gallery ids="1,2,3"]\n\n<!-- wp:shortcode -->[contact-form-7 id="5"]<!-- /wp:shortcode -->'
        )
        items += _post(number, one, body, "post" if number % 2 else "page", "publish")
    first = articles[0]
    items += _post(901, first, "<p>A draft.</p>", "post", "draft")
    items += _post(902, first, "<p>A picture.</p>", "attachment", "inherit")
    authors = "".join(
        f"<wp:author><wp:author_login>{_cdata(f'user{n}')}</wp:author_login>"
        f"<wp:author_display_name>{_cdata(one.author)}</wp:author_display_name></wp:author>"
        for n, one in enumerate(articles, 1)
    )
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>{_x(first.publisher)}</title><link>https://news.example</link><language>en-GB</language>
<wp:wxr_version>1.2</wp:wxr_version>{authors}{items}</channel></rss>""".encode()


def _post(number: int, one: Known, body: str, kind: str, status: str) -> str:
    topics = "".join(
        f'<category domain="post_tag" nicename="t">{_cdata(topic)}</category>' for topic in one.topics
    )
    return f"""<item><title>{_cdata(one.title)}</title><link>{_x(one.url)}</link>
<pubDate>{_mail(one.published)}</pubDate><dc:creator>{_cdata(f"user{number}")}</dc:creator>
<guid isPermaLink="false">https://news.example/?p={number}</guid>
<content:encoded>{_cdata(body)}</content:encoded><excerpt:encoded>{_cdata("An excerpt.")}</excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>{_cdata(f"{one.published} 09:30:00")}</wp:post_date>
<wp:post_modified>{_cdata(f"{one.updated} 10:00:00")}</wp:post_modified>
<wp:post_name>{_cdata(one.id)}</wp:post_name><wp:status>{_cdata(status)}</wp:status>
<wp:post_type>{_cdata(kind)}</wp:post_type><wp:post_password></wp:post_password>{topics}
<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>{_cdata("A comment.")}</wp:comment_content>
</wp:comment></item>"""


def newsml(articles: Sequence[Known]) -> bytes:
    """A NewsML-G2 message; its items have their text as NITF and as XHTML in turn."""
    items = ""
    for number, one in enumerate(articles):
        if number % 2:
            kind, body = (
                "application/xhtml+xml",
                f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
                f"<body>{one.html}</body></html>",
            )
        else:
            kind, body = (
                "application/nitf+xml",
                f'<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content>{_nitf(one)}'
                "</body.content></body></nitf>",
            )
        keywords = "".join(f"<keyword>{_x(topic)}</keyword>" for topic in one.topics)
        items += f"""<newsItem guid="urn:newsml:{one.id}" version="2" standard="NewsML-G2" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="p:1"><name>{_x(one.publisher)}</name></provider>
<versionCreated>{one.updated}T10:00:00Z</versionCreated><firstCreated>{one.published}T09:00:00Z</firstCreated>
<embargoed>2020-01-01T00:00:00Z</embargoed><pubStatus qcode="stat:usable"/>
<link rel="irel:permalink" href="{_x(one.url)}"/></itemMeta>
<contentMeta><by>By {_x(one.author)}</by><headline>{_x(one.title)}</headline>{keywords}</contentMeta>
<contentSet><inlineXML contenttype="{kind}">{body}</inlineXML></contentSet></newsItem>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2020-03-01T00:00:00Z</sent></header>
<itemSet>{items}</itemSet></newsMessage>""".encode()


def nitf(one: Known) -> bytes:
    """One article as a file of NITF."""
    keys = "".join(f'<keyword key="{_x(topic)}"/>' for topic in one.topics)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">
<nitf><head><title>{_x(one.title)}</title><docdata><doc-id id-string="{one.id}"/>
<date.issue norm="{one.published.replace("-", "")}T093000Z"/><key-list>{keys}</key-list></docdata>
<pubdata name="{_x(one.publisher)}" ex-ref="{_x(one.url)}"/>
<revision-history norm="{one.updated.replace("-", "")}T100000Z" function="editor"/></head>
<body><body.head><hedline><hl1>{_x(one.title)}</hl1></hedline>
<byline>By <person>{_x(one.author)}</person><byttl>Correspondent</byttl></byline></body.head>
<body.content>{_nitf(one)}<media media-type="image"><media-reference source="a.jpg"/></media></body.content>
</body></nitf>""".encode()


def _nitf(one: Known) -> str:
    return re.sub(r"(</?)h2>", r"\1hl2>", one.html)


def json_lines(articles: Sequence[Known]) -> bytes:
    """One object a line, with names of columns as they are usual."""
    return "".join(f"{json.dumps(_values(one), ensure_ascii=False)}\n" for one in articles).encode()


def json_array(articles: Sequence[Known]) -> bytes:
    """One array of objects, with characters escaped."""
    return json.dumps([_values(one) for one in articles], indent=1).encode()


def csv_table(articles: Sequence[Known], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A table with a line of names."""
    text = io.StringIO(newline="")
    rows = [
        {name: ", ".join(value) if isinstance(value, list) else value for name, value in _values(one).items()}
        for one in articles
    ]
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _values(one: Known) -> dict[str, object]:
    return {
        "id": one.id,
        "headline": one.title,
        "body": one.text,
        "source": one.publisher,
        "publishedAt": f"{one.published}T09:30:00Z",
        "updated_at": one.updated,
        "link": one.url,
        "byline": f"By {one.author}",
        "tags": list(one.topics),
    }


def warc(articles: Sequence[Known]) -> bytes:
    """A compressed web archive with a page of each, pictures, and a page that was not found."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)

    def put(url: str, status: str, kind: str, body: bytes) -> None:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
        writer.write_record(record)

    for one in articles:
        put(one.url, "200 OK", "text/html; charset=utf-8", page(one))
    put("https://news.example/logo.png", "200 OK", "image/png", b"\x89PNG")
    put("https://news.example/gone", "404 Not Found", "text/html", b"<p>It is not here.</p>")
    return out.getvalue()


def page(one: Known) -> bytes:
    """A web page with little around its story."""
    keywords = ", ".join(one.topics)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_x(one.title)}</title>
<link rel="canonical" href="{_x(one.url)}"><meta property="og:site_name" content="{_x(one.publisher)}">
<meta property="og:title" content="{_x(one.title)}"><meta name="author" content="{_x(one.author)}">
<meta name="keywords" content="{_x(keywords)}">
<meta property="article:published_time" content="{one.published}T09:30:00Z">
<meta property="article:modified_time" content="{one.updated}T09:30:00Z"></head>
<body><article>{one.html}</article></body></html>""".encode()


def zipped(articles: Sequence[Known]) -> bytes:
    """A zip of a text with front matter for each."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in articles:
            archive.writestr(f"2020/{one.id}.md", markdown(one))
    return out.getvalue()


def markdown(one: Known) -> str:
    """A text with front matter, which has no place for an author and an update."""
    said = {"title": one.title, "publisher": one.publisher, "published": one.published, "url": one.url}
    front = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items())
    topics = json.dumps(list(one.topics), ensure_ascii=False)
    return f"---\nid: {one.id}\n{front}topics: {topics}\n---\n{one.text}\n"


def _x(text: str) -> str:
    return escape(text)


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _mail(day: str) -> str:
    return format_datetime(datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC))


# Measuring

FORMATS: dict[str, tuple[str, Callable[[Sequence[Known]], bytes], tuple[str, ...]]] = {
    "RSS": ("feed.rss", rss, SAID),
    "Atom": ("feed.atom", atom, SAID),
    "WXR": ("export.xml", wordpress, tuple(name for name in SAID if name != "publisher")),
    "NewsML-G2": ("news.xml", newsml, SAID),
    "JSONL": ("export.jsonl", json_lines, SAID),
    "JSON": ("export.json", json_array, SAID),
    "CSV": ("export.csv", csv_table, SAID),
    "WARC": ("crawl.warc.gz", warc, SAID),
    "zip": ("texts.zip", zipped, tuple(name for name in SAID if name not in ("updated", "author"))),
}
"""By name: a file name, what makes the file, and what the file says of its articles."""


def _small() -> list[Known]:
    return [replace(one, blocks=one.blocks[:2], topics=one.topics[:1]) for one in awkward()]


def _tarred(articles: Sequence[Known]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        files = {f"{one.id}.md": markdown(one).encode() for one in articles}
        for name, data in {**files, "feed.rss": rss(articles)}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "rss": lambda: rss(_small()),
    "atom": lambda: atom(_small()),
    "wxr": lambda: wordpress(_small()),
    "xml": lambda: newsml(_small()),
    "nitf": lambda: nitf(_small()[0]),
    "jsonl": lambda: json_lines(_small()),
    "json": lambda: json_array(_small()),
    "csv": lambda: csv_table(_small()),
    "warc": lambda: gzip.decompress(warc(_small())),
    "zip": lambda: zipped(_small()),
    "tar": lambda: gzip.decompress(_tarred(_small()[1:])),
    "jsonl.gz": lambda: gzip.compress(json_lines(_small())),
}
"""By suffix, a small valid file of each kind that is read, to be broken by `scripts.fuzz`."""


def read_back(name: str, data: bytes) -> list[Document | Unread]:
    """What is read of a file."""
    return list(formats.documents(File(name, data), AS_THEY_ARE))


def level(text: str) -> str:
    """Text without bullets and marks of headings, its white space levelled."""
    return " ".join(re.sub(r"^(?:[•▣-]|#+)\s+", "", text, flags=re.MULTILINE).split())


def seen(found: Document) -> str:
    """The text of a document without what is set aside."""
    out, at = [], 0
    for one in found.removed:
        out.append(found.text[at : one.start])
        at = one.end
    return level("".join([*out, found.text[at:]]))


def right(found: Document, known: Known, names: Sequence[str]) -> dict[str, bool]:
    """Whether its text, and each thing that is said of it, is as it is known."""
    marks = {name: getattr(found.metadata, name) == getattr(known, name) for name in names}
    return {"text": seen(found) == level(known.text), **marks}


def measured(name: str, articles: Sequence[Known]) -> dict[str, int]:
    """Of how many articles each is right."""
    file, make, names = FORMATS[name]
    found = [one for one in read_back(file, make(articles)) if isinstance(one, Document)]
    return _sums(found, articles, names)


def measured_nitf(articles: Sequence[Known]) -> dict[str, int]:
    """The same of files of NITF, each of which has one article."""
    found = [
        one for known in articles for one in read_back("a.nitf", nitf(known)) if isinstance(one, Document)
    ]
    return _sums(found, articles, SAID)


def _sums(found: Sequence[Document], articles: Sequence[Known], names: Sequence[str]) -> dict[str, int]:
    marks = [right(one, known, names) for one, known in zip(found, articles, strict=False)]
    return {"read": len(found)} | {name: sum(one[name] for one in marks) for name in ("text", *names)}


def large(name: str, megabytes: int, folder: Path) -> str:
    """Time and memory of reading a file of `megabytes`, made of the bundled articles over and over."""
    file, _, _ = FORMATS[name]
    path = folder / file
    _write_large(name, megabytes * 1_000_000, path)
    code = (
        "import resource, sys, time; from pathlib import Path; from corpus.formats import formats;"
        "from corpus.formats.document import AS_THEY_ARE, Document, File; start = time.monotonic();"
        "path = Path(sys.argv[1]);"
        "n = sum(isinstance(one, Document) for one in formats.documents(File(path.name, path), AS_THEY_ARE));"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024;"
        "print(f'{n:,} articles  {time.monotonic() - start:.1f} s  {peak} MB')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    size = path.stat().st_size / 1e6
    path.unlink()
    return f"{name:10} {size:.0f} MB  {result.stdout.strip()}"


def _write_large(name: str, size: int, path: Path) -> None:
    """A file of some `size` bytes: between what it begins and ends with, one part after the other."""
    articles = bundled()
    some = FORMATS[name][1](articles)
    begins, ends = {
        "JSONL": (b"", b""),
        "JSON": (b"[", b"{}]"),
        "CSV": (some.partition(b"\n")[0] + b"\n", b""),
        "WXR": (some.partition(b"<item>")[0], b"</channel></rss>"),
    }[name]
    with path.open("wb") as out:
        out.write(begins)
        for number in range(1_000_000):
            if out.tell() >= size:
                break
            copies = [replace(one, id=f"{one.id}-{number}", url=f"{one.url}?{number}") for one in articles]
            made = FORMATS[name][1](copies)
            if name == "JSON":
                made = made.strip()[1:-1] + b","
            elif name == "CSV":
                made = made.partition(b"\n")[2]
            elif name == "WXR":
                made = b"<item>" + made.partition(b"<item>")[2].rpartition(b"</item>")[0] + b"</item>"
            out.write(made)
        out.write(ends)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--large", type=int, metavar="MB")
    args = parser.parse_args()
    if args.large:
        with TemporaryDirectory() as folder:
            for name in ("JSONL", "JSON", "CSV", "WXR"):
                print(large(name, args.large, Path(folder)), flush=True)
        return 0
    articles = bundled()
    print(f"n = {len(articles)} articles")
    for name in (*FORMATS, "NITF"):
        sums = measured_nitf(articles) if name == "NITF" else measured(name, articles)
        print(f"{name:10}", "  ".join(f"{what} {count}" for what, count in sums.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
