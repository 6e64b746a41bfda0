"""What an HTML page says about itself, by whose word counts most.

JSON-LD (written for machines, and whole), then Open Graph and `article:*`, then Dublin Core and the other
names of `<meta>`, then microdata and `<time>`, then what a library makes of the page. A field is taken from
the first that says something.
"""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

import lxml.html

from corpus.blocks import key
from corpus.metadata import Metadata, day

Node = dict[str, object]

_MOST_SCRIPTS = 40
_LONGEST_SCRIPT = 1_000_000
"""Characters of a script of JSON-LD; a longer one is not read."""
_LONGEST_LINE = 300
"""Characters of a title, a name or a keyword; what is longer is none."""
_LONGEST_URL = 2000
_MOST_TOPICS = 40

_ARTICLES = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|SocialMediaPosting|Review|CreativeWork)$")
_PAGES = frozenset(("WebPage", "ItemPage", "AboutPage", "FAQPage"))
_TITLES = ("og:title", "dc.title", "dcterms.title", "twitter:title", "citation_title", "parsely-title")
_AUTHORS = (
    "article:author author dc.creator dcterms.creator byl parsely-author sailthru.author citation_author"
    " article:author_name"
).split()
_PUBLISHERS = (
    "og:site_name dc.publisher dcterms.publisher citation_publisher publisher application-name"
).split()
_PUBLISHED = (
    "article:published_time article:published og:published_time og:article:published_time dc.date.issued "
    "dcterms.issued dcterms.created dc.date.created dc.date dcterms.date datepublished pubdate "
    "publishdate publish-date publish_date parsely-pub-date sailthru.date citation_publication_date "
    "citation_date date cxenseparse:recs:publishtime "
).split()
_UPDATED = (
    "article:modified_time article:modified og:updated_time og:modified_time dcterms.modified"
    " dc.date.modified dc.modified datemodified lastmod last-modified revised"
).split()
_SECTIONS = "article:section og:section section parsely-section dc.subject.section".split()
_LANGUAGES = "dc.language dcterms.language content-language language".split()
_KEYWORDS = "article:tag news_keywords keywords parsely-tags dc.subject dcterms.subject".split()
_CHANGED = re.compile(r"updat|modif|edit|revis", re.IGNORECASE)
_ISSUED = re.compile(r"publi|posted|issued|date-?line|entry-date|byline", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von|par|por|gan)\b[:\s]+", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]+\s+")


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands in the `<meta>` elements: by name in small letters, all values in order."""

    by_name: dict[str, list[str]]

    def first(self, names: Iterable[str]) -> str | None:
        return next((value for name in names for value in self.by_name.get(name, ())), None)

    def first_day(self, names: Iterable[str]) -> str | None:
        return next(
            (found for name in names for value in self.by_name.get(name, ()) if (found := day(value))), None
        )


def said(tree: lxml.html.HtmlElement, url: str | None, guessed: Metadata) -> Metadata:
    """What the page says; `url` is where it was fetched, and `guessed` what a library makes of it."""
    meta = _meta(tree)
    address = _canonical(tree, meta, url) or _address(url, None)
    nodes = list(_nodes(tree))
    named = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str)}
    prints = [key(" ".join(h1.itertext())) for h1 in tree.iter("h1")]
    story = _story(nodes, address, [*prints, key(meta.first(_TITLES) or "")])
    page = next((node for node in nodes if _types(node) & _PAGES), {})
    own = Metadata(
        title=_line(story.get("headline")) or _line(story.get("name")),
        author=_people(story.get("author") or story.get("creator"), named),
        publisher=_people(story.get("publisher") or story.get("sourceOrganization"), named),
        published=_day_of(story, page, "datePublished"),
        updated=_day_of(story, page, "dateModified"),
        section=_line(story.get("articleSection")),
        language=language_code(_named(story.get("inLanguage")) or _named(page.get("inLanguage"))),
    )
    published = (
        own.published or meta.first_day(_PUBLISHED) or _timed(tree, updated=False) or guessed.published
    )
    updated = own.updated or meta.first_day(_UPDATED) or _timed(tree, updated=True)
    publisher = own.publisher or _name(meta.first(_PUBLISHERS)) or guessed.publisher
    return Metadata(
        title=_bare(own.title or _line(meta.first(_TITLES)) or guessed.title, publisher, prints),
        author=own.author or _writer(meta, tree) or guessed.author,
        publisher=publisher,
        published=published,
        # What was changed before it was published is not a change of the story.
        updated=updated if updated and updated >= (published or "") else None,
        url=address,
        section=own.section or _line(meta.first(_SECTIONS)),
        topics=_topics(story, meta, guessed.topics),
        language=_language(tree) or own.language or _declared(meta),
    )


def language_code(tag: str | None) -> str | None:
    """Two letters of a language tag ("en-GB", "de_AT", "cy"); None where it is none."""
    match = re.match(r"\s*([A-Za-z]{2})(?![A-Za-z])", tag or "")
    return match[1].lower() if match else None


def _meta(tree: lxml.html.HtmlElement) -> _Said:
    found: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        value = " ".join((node.get("content") or "").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (node.get(attribute) or "").strip().lower()
            if name and value:
                found.setdefault(name, []).append(value)
    return _Said(found)


def _nodes(tree: lxml.html.HtmlElement) -> Iterator[Node]:
    """The things that the page's JSON-LD describes at its top: not those that it only lists."""
    scripts = (node for node in tree.iter("script") if "ld+json" in (node.get("type") or "").lower())
    for script in islice(scripts, _MOST_SCRIPTS):
        text = (script.text or "").strip()
        if not text or len(text) > _LONGEST_SCRIPT:
            continue
        text = re.sub(r"^(?:<!--|<!\[CDATA\[|//<!\[CDATA\[|\s)+|(?:-->|//\]\]>|\]\]>|;|\s)+$", "", text)
        try:
            waiting: list[object] = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting[:0] = value
            elif isinstance(value, dict):
                yield value
                waiting[:0] = [value[name] for name in ("@graph", "mainEntity") if value.get(name)]


def _types(node: Node) -> set[str]:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {re.split(r"[/#]", kind)[-1] for kind in kinds if isinstance(kind, str)}


def _story(nodes: list[Node], address: str | None, titles: list[str]) -> Node:
    """The node that is this page's article: the one with its address or its headline, else the first."""
    stories = [node for node in nodes if any(map(_ARTICLES.match, _types(node)))]
    for node in stories:
        own = {str(_named(node.get(name), "@id")) for name in ("url", "mainEntityOfPage", "@id")}
        if address and any(_same_page(one, address) for one in own):
            return node
    for node in stories:
        if key(_line(node.get("headline")) or "") in titles:
            return node
    return stories[0] if stories else {}


def _same_page(one: str, other: str) -> bool:
    return one.split("#")[0].rstrip("/") == other.split("#")[0].rstrip("/")


def _named(value: object, *names: str) -> str | None:
    """A string, or the name of what stands there."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next((value[name] for name in (*names, "name", "alternateName") if value.get(name)), None)
    return value if isinstance(value, str) else None


def _people(value: object, named: dict[str, Node]) -> str | None:
    """Names of people or organisations, joined by ", "; those given by their id are looked up."""
    out: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and not one.get("name"):
            one = named.get(str(one.get("@id")), one)
        if (name := _name(_named(one))) and name not in out:
            out.append(name)
    return ", ".join(out) or None


def _day_of(story: Node, page: Node, name: str) -> str | None:
    return day(story.get(name) or "") or day(page.get(name) or "")


def _line(value: object) -> str | None:
    """One line of text without markup; None where it is too long to be a title or a name."""
    text = " ".join(entities.unescape(re.sub(r"<[^<>]*>", "", _named(value) or "")).split())
    return text if 0 < len(text) <= _LONGEST_LINE else None


def _name(value: str | None) -> str | None:
    """A name: not an address, and without the "By" before it."""
    text = _line(value)
    if not text or re.match(r"(?:https?:)?//|www\.|@", text):
        return None
    return _BY.sub("", text).strip(" ,;|") or None


def _writer(meta: _Said, tree: lxml.html.HtmlElement) -> str | None:
    for name in _AUTHORS:
        names = [one for value in meta.by_name.get(name, ()) if (one := _name(value))]
        if names:
            return ", ".join(dict.fromkeys(names))
    for node in tree.xpath("//*[@itemprop='author' or @rel='author']")[:4]:
        inner = node.xpath(".//*[@itemprop='name']")
        text = _name(" ".join((inner[0] if inner else node).itertext()))
        if text and len(text.split()) <= 8:
            return text
    return None


def _bare(title: str | None, publisher: str | None, prints: list[str]) -> str | None:
    """The title without the site's name behind or before it; as the page prints it, where it does."""
    if not title or key(title) in prints:
        return title
    parts = list(_SEPARATOR.finditer(title))
    for cut in parts:
        if key(title[: cut.start()]) in prints:
            return title[: cut.start()]
    if parts and publisher and key(title[parts[-1].end() :]) == key(publisher):
        return title[: parts[-1].start()]
    if parts and publisher and key(title[: parts[0].start()]) == key(publisher):
        return title[parts[0].end() :]
    return title


def _timed(tree: lxml.html.HtmlElement, updated: bool) -> str | None:
    """The first day in the page's `<time>` and microdata that is of publication, or of a change."""
    for node in islice(tree.xpath("//time|//*[@itemprop='datePublished' or @itemprop='dateModified']"), 40):
        told = " ".join(filter(None, (node.get("itemprop"), node.get("class"), *_around(node))))
        changed = _CHANGED.search(told) is not None
        published = node.get("pubdate") is not None or _ISSUED.search(told) is not None
        if changed if updated else published and not changed:
            found = day(node.get("datetime") or node.get("content") or "") or day(" ".join(node.itertext()))
            if found:
                return found
    return None


def _around(node: lxml.html.HtmlElement) -> Iterator[str]:
    """The class of the element that holds `node`, and the words directly before it."""
    parent, before = node.getparent(), node.getprevious()
    if parent is not None:
        yield parent.get("class") or ""
        yield ((parent.text if before is None else before.tail) or "")[-30:]


def _topics(story: Node, meta: _Said, guessed: tuple[str, ...]) -> tuple[str, ...]:
    given = story.get("keywords")
    values: list[object] = list(given) if isinstance(given, list) else [given]
    out: dict[str, str] = {}
    values += [one for name in _KEYWORDS for one in meta.by_name.get(name, ())]
    for value in values if any(values) else guessed:
        for part in re.split(r"[,;]", _named(value) or ""):
            if topic := _line(part):
                out.setdefault(key(topic), topic)
    return tuple(list(out.values())[:_MOST_TOPICS])


def _language(tree: lxml.html.HtmlElement) -> str | None:
    root = next(tree.iter("html"), tree)
    return language_code(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"))


def _declared(meta: _Said) -> str | None:
    return language_code(meta.first(_LANGUAGES)) or language_code(meta.first(("og:locale",)))


def _canonical(tree: lxml.html.HtmlElement, meta: _Said, url: str | None) -> str | None:
    """The address that the page says is its own.

    A page may only name an address of its own site, so that none takes the place of another's article; and no
    page but a front page is the front page.
    """
    links = [node.get("href") for node in tree.iter("link") if "canonical" in (node.get("rel") or "").split()]
    for given in [*links, meta.first(("og:url",))]:
        address = _address(given, url)
        if address is None or (url and not _one_site(address, url)):
            continue
        if urlsplit(address).path.strip("/") or urlsplit(address).query or (url and _same_page(address, url)):
            return address
    return None


def _address(given: str | None, base: str | None) -> str | None:
    """A web address without its fragment; None where it is none."""
    if not given or len(given) > _LONGEST_URL:
        return None
    try:
        whole = urljoin(base or "", given.strip()).split("#")[0]
        parts = urlsplit(whole)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s<>\"\x00-\x1f]", whole)
    return whole if good else None


def _one_site(one: str, other: str) -> bool:
    from courlan import extract_domain

    mine, yours = extract_domain(one), extract_domain(other)
    return urlsplit(one).hostname == urlsplit(other).hostname or (mine is not None and mine == yours)
