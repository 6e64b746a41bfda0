"""Feeds (RSS, RDF and Atom): one article an entry, of what the feed itself holds of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from corpus.article import Removed
from corpus.formats.document import Document, File, Layout, Options, Refused, Unread
from corpus.formats.html_blocks import story
from corpus.formats.parts import Parts, article, id_from, language_of, line, lines, web_address
from corpus.metadata import Metadata, day

ROOTS = ("rss", "feed", "RDF")
"""The outermost elements of feeds."""
ADDED = "added by the feed"

_TEASER_WORDS = 80
"""A text below this that a feed calls a summary is taken for one."""
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\b(?:read (?:more|on|the (?:full|whole) \w+)|continue reading)\b.{0,80})"
    r"[\s»›→>.]*\Z",
    re.IGNORECASE,
)
_APPEARED = re.compile(r"\n\n(The post .{1,400} (?:first )?appeared (?:first )?on .{1,200}\.)\s*\Z")
_END = re.compile(
    rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.{0,2000}?-->\s*)*\Z", re.IGNORECASE | re.DOTALL
)


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """Its entries. Those of which it has a teaser only are read as such, and their number is told.

    The feed is read as a whole, as the library does: feeds hold the newest entries, most are below one MB.
    Refused where there is no entry.
    """
    import feedparser  # parses badly made feeds of all versions, and expands no entities

    data = file.data()
    headers = {"content-location": file.url} if file.url else {}
    try:
        found = feedparser.parse(
            BytesIO(data), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except (RecursionError, LookupError, AttributeError, TypeError, AssertionError) as error:
        raise Refused(f"a feed that cannot be read ({type(error).__name__}); save it again") from error
    if not found.entries:
        raise Refused("a feed without entries")
    # The parser closes what is open at the end: the last entry is not whole where the feed breaks off.
    broken = not _END.search(data[-4096:].rstrip(b"\0"))
    dated = not str(found.get("version")).startswith("atom")
    parts = Parts()
    teasers = 0
    for number, entry in enumerate(found.entries, 1):
        part = parts.name(line(entry.get("id")) or line(entry.get("link")) or f"entry {number}")
        if broken and entry is found.entries[-1]:
            yield Unread(part, "the feed breaks off within this entry; save it again")
            continue
        text, layout, whole = _content(entry)
        read = article(part, text, layout, _metadata(entry, found.feed, part, file.url, dated), _added(text))
        teasers += isinstance(read, Document) and not whole
        yield read
    if teasers:
        yield Unread(
            "",
            f"{teasers:,} of {len(found.entries):,} entries have only a teaser in the feed, and only that was"
            " read; `cuttings ingest` with their addresses reads them whole",
        )


def _content(entry: Any) -> tuple[str, Layout, bool]:
    """Text and layout of an entry, and whether it seems to be the whole article: never what is a summary."""
    contents = [one for one in entry.get("content", ()) if one.get("value", "").strip()]
    summary = entry.get("summary_detail") or {}
    if contents:
        # Of several the longest: some give a plain one and a marked-up one.
        text, layout = _shown(max(contents, key=lambda one: len(one["value"])))
        return text, layout, not _CUT_OFF.search(text)
    text, layout = _shown(summary)
    return text, layout, len(text.split()) >= _TEASER_WORDS and not _CUT_OFF.search(text)


def _shown(content: Any) -> tuple[str, Layout]:
    value = content.get("value") or ""
    if content.get("type") == "text/plain":
        return value.strip(), "txt"
    if "<" not in value:  # a text that nobody marked up, with its lines
        return html.unescape(value).strip(), "txt"
    return story(value), "html"


def _added(text: str) -> tuple[Removed, ...]:
    found = _APPEARED.search(text)
    return (Removed(found.start(1), found.end(1), ADDED),) if found else ()


def _metadata(entry: Any, feed: Any, part: str, base: str | None, dated: bool) -> Metadata:
    """What an entry says of itself; `dated`: its one date is that of publication, and not of a change."""
    source = entry.get("source") or {}
    link = entry.get("link")
    url = web_address(urljoin(base, link) if base and link else link)
    people = [line(one.get("name")) for one in entry.get("authors", ())] or [line(entry.get("author"))]
    names = [name for name in dict.fromkeys(people) if name]
    title = entry.get("title_detail") or {}
    published, updated = _day(entry, "published") or _day(entry, "created"), _day(entry, "updated")
    if dated and not published:
        published, updated = updated, None
    return Metadata(
        title=line(story(title["value"]) if title.get("type") != "text/plain" and title.get("value") else "")
        or line(entry.get("title")),
        publisher=line(entry.get("dc_publisher") or source.get("title") or feed.get("title")),
        published=published,
        url=url,
        topics=lines([tag.get("label") or tag.get("term") for tag in entry.get("tags", ())]),
        id=id_from(url, part),
        author=", ".join(names) or None,
        updated=updated,
        language=language_of(
            (entry.get("summary_detail") or {}).get("language")
            or entry.get("language")
            or feed.get("language")
        ),
    )


def _day(entry: Any, name: str) -> str | None:
    """The day as it is printed, where its outlet is; of unusual forms as feedparser reads them, in UTC."""
    if name not in entry:  # it would give another date instead
        return None
    if found := day(entry[name]):
        return found
    try:
        return date(*entry[f"{name}_parsed"][:3]).isoformat()
    except (KeyError, TypeError, ValueError):
        return None
