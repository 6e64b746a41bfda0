"""What a site lists: the pages of a feed or of a sitemap, and the further sitemaps of an index."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urljoin

import lxml.etree

from corpus.formats.document import Refused
from corpus.web.addresses import NotAllowed, check, normal
from corpus.web.client import gunzip

LARGEST = 50 * 1024 * 1024
"""Bytes of a sitemap, unfolded: what the protocol allows."""

LARGEST_FEED = 5 * 1024 * 1024

MOST = 50_000
"""Pages of a feed or a sitemap, as the protocol allows; those behind are left out, and said so."""

Kind = Literal["feed", "sitemap", "index"]

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>\s*)*"
    rb"<(?:[\w.-]+:)?(rss|feed|RDF|urlset|sitemapindex)[\s/>]",
    re.DOTALL,
)
_KINDS: dict[bytes, Kind] = {
    b"rss": "feed",
    b"feed": "feed",
    b"RDF": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "index",
}
_HEAD = 8192
"""Bytes in which a feed or a sitemap shows what it is."""
_ENTRIES = ("url", "sitemap")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page, or a sitemap of an index; `stamp` is what the list says of its last change, "" for nothing."""

    url: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The pages that a feed or a sitemap names, or the sitemaps of an index, each once."""

    kind: Kind
    listed: tuple[Listed, ...]
    left_out: int = 0
    """Those over the limit, and those whose address is none."""


def listing(content: bytes, url: str) -> Listing | None:
    """What `content` lists, fetched from `url`; None where it is neither feed nor sitemap.

    Refused where it is one that cannot be read.
    """
    if content.startswith(_GZIP):
        content = gunzip([content], LARGEST)
    root = _ROOT.match(content[:_HEAD])
    if root is None:
        return None
    kind = _KINDS[root[1]]
    named = _of_feed(content, url) if kind == "feed" else _of_sitemap(content)
    found: dict[str, str] = {}
    left_out = 0
    for address, stamp in named:
        try:
            plain = normal(urljoin(url, address.strip()))
            check(plain)
        except (NotAllowed, ValueError):
            left_out += 1
            continue
        if plain not in found and len(found) == MOST:
            left_out += 1
        else:
            found.setdefault(plain, " ".join(stamp.split())[:80])
    return Listing(kind, tuple(Listed(*one) for one in found.items()), left_out)


def _of_feed(content: bytes, url: str) -> Iterator[tuple[str, str]]:
    if len(content) > LARGEST_FEED:
        raise Refused(f"a feed of over {LARGEST_FEED // 1024**2} MB")
    import feedparser

    # Without the address of the feed feedparser fetches nothing and resolves nothing.
    for entry in feedparser.parse(io.BytesIO(content), sanitize_html=False).entries:
        if link := entry.get("link"):
            # Not by `get`, which gives the one for the other.
            dates = [str(entry[name]) for name in ("updated", "published") if name in entry.keys()]  # noqa: SIM118
            yield str(link), dates[0] if dates else ""


def _of_sitemap(content: bytes) -> Iterator[tuple[str, str]]:
    """The (address, lastmod) of each entry. Entities are not replaced, and nothing is fetched for it."""
    address = stamp = ""
    try:
        parts = lxml.etree.iterparse(
            io.BytesIO(content), events=("end",), resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, node in parts:
            space, name = _name(node)
            above, parent = _name(node.getparent())
            # A picture or a video of a page has an address of its own, in another namespace.
            if space == above and parent in _ENTRIES and name == "loc":
                address = node.text or ""
            elif parent in _ENTRIES and name == "lastmod":
                stamp = node.text or ""
            elif name in _ENTRIES:
                if address:
                    yield address, stamp
                address = stamp = ""
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except lxml.etree.LxmlError as error:
        raise Refused(f"a sitemap that cannot be read ({' '.join(str(error).split())})") from error


def _name(node: Any) -> tuple[str, str]:
    """The namespace and the name of an element."""
    tag = node.tag if node is not None and isinstance(node.tag, str) else ""
    space, _, name = tag.rpartition("}")
    return space, name
