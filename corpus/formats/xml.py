"""Files of XML, which are told apart by their outermost element."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.formats import feed, html, newsml, wordpress
from corpus.formats.document import Document, File, Options, Refused, Unread
from corpus.formats.xml_stream import root_of

_SITEMAPS = ("urlset", "sitemapindex")
_READ = "feeds (RSS, Atom, RDF), WordPress exports, NewsML-G2, NITF and XHTML are"


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The articles of a feed, an export or a news item. Refused where it is none of these."""
    with file.open() as stream:
        root, namespaces = root_of(stream)
    if root == "rss" and any(uri.startswith(wordpress.NAMESPACE) for uri in namespaces):
        return wordpress.documents(file, options)
    if root in feed.ROOTS:
        return feed.documents(file, options)
    if root in newsml.ROOTS:
        return newsml.documents(file, options)
    if root == "html":
        return html.documents(file, options)
    if root in _SITEMAPS:
        raise Refused(
            "a sitemap, which lists addresses and has no text; use `cuttings sync` with its address"
        )
    if root:
        raise Refused(f"XML of a kind that is not read (its outermost element is {root[:40]!r}): {_READ}")
    raise Refused("not XML, or broken from its beginning; save or export it again")
