"""Exports of WordPress (WXR): the posts and pages that are published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from corpus.formats.document import Document, File, Options, Unread
from corpus.formats.html_blocks import story
from corpus.formats.parts import Parts, article, id_from, language_of, line, lines, web_address
from corpus.formats.xml_stream import Broken, children, name_of, text_in
from corpus.metadata import Metadata, day

NAMESPACE = "http://wordpress.org/export/"
"""Followed by the version."""

_ARTICLES = ("post", "page")
_NO_TEXT = ("attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache")
"""Kinds of items in which nobody expects an article."""
_NEVER = "0000-00-00"

_TAG = re.compile(r"\[(/?)([A-Za-z][\w-]{0,40})((?:\s+[^\[\]]{0,2000})?)(/?)\]")
_CAPTIONS = ("caption", "wp_caption")
_SHORTCODES = frozenset("audio caption embed gallery playlist toc video wp_caption".split())
"""Those of WordPress itself and the commonest other: in brackets they are never words of the text."""
_EMBEDDED = re.compile(r"\[embed[^\]]{0,500}\]\s*[^\s\[\]]{1,2000}\s*\[/embed\]", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """One article a post or page, called by its number; how many others were left out is told at the end."""
    parts = Parts()
    site: dict[str, str] = {}
    names: dict[str, str] = {}
    left_out: Counter[str] = Counter()
    broken = ""
    with file.open() as stream:
        try:
            for element in children(stream, "channel"):
                kind = name_of(element)
                if kind == "author":
                    login, name = _field(element, "author_login"), _field(element, "author_display_name")
                    if login and name:
                        names[login] = name
                elif kind != "item":
                    site.setdefault(kind, line(text_in(element)) or "")
                elif reason := _not_read(element):
                    left_out[reason] += reason not in _NO_TEXT
                else:
                    yield _article(element, parts, site, names)
        except Broken as error:
            broken = str(error)
    if broken:
        yield Unread("", f"the export breaks off or goes wrong, and what follows was not read ({broken})")
    if told := ", ".join(f"{count:,} {reason}" for reason, count in sorted(left_out.items()) if count):
        yield Unread("", f"left out: {told}")


def _not_read(item: etree._Element) -> str:
    """Why an item is no article, or ""."""
    kind, status = _field(item, "post_type") or "post", _field(item, "status") or "publish"
    if kind in _NO_TEXT:
        return kind
    if kind not in _ARTICLES:
        return f"of the kind {kind[:40]!r}"
    if status != "publish":
        return f"not published ({status[:20]})"
    return "with a password" if _field(item, "post_password") else ""


def _article(
    item: etree._Element, parts: Parts, site: dict[str, str], names: dict[str, str]
) -> Document | Unread:
    url = web_address(_field(item, "link"))
    part = parts.name(_field(item, "post_id") or _field(item, "guid") or url or "post")
    login = _field(item, "creator")
    categories = [one for one in item if name_of(one) == "category"]
    topics = lines([line(text_in(one)) for one in categories])
    sections = [line(text_in(one)) for one in categories if one.get("domain") == "category"]
    published = _field(item, "post_date") or ""
    modified = _field(item, "post_modified") or ""
    metadata = Metadata(
        title=line(story(_field(item, "title") or "")),
        publisher=site.get("title") or None,
        published=day(published if not published.startswith(_NEVER) else "") or day(_field(item, "pubDate")),
        url=url,
        topics=tuple(topic for topic in topics if topic != "Uncategorized"),
        id=_field(item, "post_name") or id_from(url, part),
        author=names.get(login or "", login),
        updated=day(modified) if not modified.startswith(_NEVER) else None,
        section=next((one for one in sections if one and one != "Uncategorized"), None),
        language=language_of(site.get("language")),
    )
    text = next((text_in(one) for one in item if str(one.tag).endswith("/content/}encoded")), "")
    return article(part, story(_paragraphs(_without_shortcodes(text))), "html", metadata)


def _field(element: etree._Element, name: str) -> str | None:
    """The text of a child of that name; the first that has any."""
    return next((said for one in element if name_of(one) == name and (said := line(text_in(one)))), None)


def _without_shortcodes(text: str) -> str:
    """The text without "[gallery ids=...]" and the like, but with what stands between two of a pair.

    A word in brackets alone, as editors put it into a quotation, is none unless WordPress knows it.
    """
    text = _EMBEDDED.sub("", text)
    closed = {found[2].lower() for found in _TAG.finditer(text) if found[1]}

    def shown(found: re.Match[str]) -> str:
        closes, name, attributes = found[1], found[2].lower(), found[3]
        if name in _CAPTIONS:
            return "</figcaption>" if closes else "<figcaption>"
        if closes or found[4] or "=" in attributes or name in closed or name in _SHORTCODES:
            return ""
        return found[0]

    return _TAG.sub(shown, text)


def _paragraphs(text: str) -> str:
    """The text of the classic editor with its paragraphs and lines marked, as WordPress shows it."""
    text = text.replace("\r\n", "\n")
    if "<!-- wp:" not in text:
        text = re.sub(r"(?<!\n)\n(?!\s*\n)", "<br>\n", text)
    return _BLANK_LINES.sub("\n<p>", text)
