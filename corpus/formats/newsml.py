"""News items of agencies: NewsML-G2 with its text inside (NITF, XHTML or plain), and NITF by itself.

What is embargoed, withheld or cancelled is not read, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from corpus.formats.document import Document, File, Layout, Options, Refused, Unread
from corpus.formats.html_blocks import story
from corpus.formats.parts import Parts, article, id_from, language_of, line, lines, names_of, web_address
from corpus.formats.xml_stream import Broken, as_html, children, name_of, root_of, text_in, whole
from corpus.metadata import Metadata, day

ROOTS = ("newsItem", "newsMessage", "nitf")
"""The outermost elements of news items."""

_HTML = {
    "hl1": "h1",
    "hl2": "h2",
    "bq": "blockquote",
    "block": "div",
    "media": "figure",
    "media-caption": "figcaption",
    "media-metadata": "",
    "media-reference": "",
    "media-object": "",
    "media-producer": "",
    "note": "aside",
    "nitf-table-metadata": "",
}
"""What elements of NITF are in HTML; "": they have no text of the story."""
_USABLE = ("", "usable")


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The news items of a file, each called by its guid. Refused where it is broken from its start."""
    parts = Parts()
    now = datetime.now(UTC)
    with file.open() as stream:
        root, _ = root_of(stream)
    with file.open() as stream:
        try:
            if root == "newsMessage":
                for element in children(stream, "itemSet"):
                    if name_of(element) == "newsItem":
                        yield _item(element, parts, now)
            elif root == "newsItem":
                yield _item(whole(stream), Parts(), now)
            else:
                yield _nitf_alone(whole(stream), now)
        except Broken as error:
            if root != "newsMessage":
                raise Refused(f"broken ({error}); ask for it again") from error
            yield Unread("", f"the message breaks off or goes wrong, and what follows was not read ({error})")


# NewsML-G2


def _item(item: etree._Element, parts: Parts, now: datetime) -> Document | Unread:
    part = parts.name(line(item.get("guid")) or "item")
    about, content = _child(item, "itemMeta"), _child(item, "contentMeta")
    status = (_code(_child(about, "pubStatus")) or "").lower()
    if reason := _held_back(status, _text(about, "embargoed"), _child(about, "embargoed") is not None, now):
        return Unread(part, reason)
    found = _content(item)
    if found is None:
        return Unread(part, "a news item without text of its own (a picture, or text kept elsewhere)")
    text, layout, nitf = found
    return article(part, text, layout, _of_item(item, about, content, nitf, part))


def _of_item(
    item: etree._Element,
    about: etree._Element | None,
    content: etree._Element | None,
    nitf: Metadata,
    part: str,
) -> Metadata:
    """What an item says of itself; where it is silent, the NITF inside it is asked."""
    provider = _child(about, "provider")
    web = next((one.get("href") for one in _all(about, "link") if _code(one, "rel") == "permalink"), None)
    tags = [tag.get("tag") for tag in _all(content, "language")]
    subjects = [_name(one) for one in _all(content, "subject")]
    keywords = [_text_of(one) for one in _all(content, "keyword")]
    writers = [names_of(_text_of(one)) for one in _all(content, "by")]
    writers = writers or [_name(one) for one in _all(content, "creator")]
    created = (
        _text(about, "firstCreated") or _text(content, "contentCreated") or _text(about, "versionCreated")
    )
    url = web_address(web) or nitf.url
    return Metadata(
        title=_text(content, "headline") or nitf.title or _text(about, "title"),
        publisher=_name(provider) or nitf.publisher,
        published=day(created) or nitf.published,
        url=url,
        topics=lines([*keywords, *subjects, *(_text_of(one) for one in _all(content, "slugline"))])
        or nitf.topics,
        id=id_from(url, part),
        author=", ".join(dict.fromkeys(one for one in writers if one)) or nitf.author,
        updated=day(_text(about, "versionCreated")),
        section=nitf.section,
        language=next((two for tag in tags if (two := language_of(tag))), None)
        or language_of(item.get("{http://www.w3.org/XML/1998/namespace}lang")),
    )


def _content(item: etree._Element) -> tuple[str, Layout, Metadata] | None:
    """The text inside an item, its layout, and what NITF in it says."""
    inside = _child(item, "contentSet")
    for one in inside if inside is not None else ():
        if name_of(one) == "inlineXML":
            top = next((child for child in one if name_of(child)), None)
            if top is not None and name_of(top) == "nitf":
                return _nitf(top)
            if top is not None:
                return _with_dateline(item, story(as_html(_body(top)))), "html", Metadata()
        elif name_of(one) == "inlineData":
            text = text_in(one)
            kind = (one.get("contenttype") or "").lower()
            if "html" in kind:
                return _with_dateline(item, story(text)), "html", Metadata()
            if not kind or kind.startswith("text/"):
                return _with_dateline(item, text.strip()), "txt", Metadata()
    return None


def _with_dateline(item: etree._Element, text: str) -> str:
    """The text below its dateline, unless it begins with it itself."""
    return _below(_text(_child(item, "contentMeta"), "dateline"), text)


def _below(dateline: str | None, text: str) -> str:
    if not dateline or " ".join(text[: 4 * len(dateline)].split()).startswith(dateline.rstrip(" -–—")):
        return text
    return f"{dateline}\n\n{text}"


def _body(top: etree._Element) -> etree._Element:
    return next((one for one in top if name_of(one) == "body"), top)


def _name(element: etree._Element | None) -> str | None:
    """The name that an item gives somebody or something, else its code without its scheme."""
    if element is None:
        return None
    named = next((_text_of(one) for one in element if name_of(one) == "name"), None)
    return named or line(element.get("literal")) or line((element.get("qcode") or "").rpartition(":")[2])


def _code(element: etree._Element | None, attribute: str = "qcode") -> str:
    return (element.get(attribute) or "").rpartition(":")[2] if element is not None else ""


# NITF


def _nitf_alone(top: etree._Element, now: datetime) -> Document | Unread:
    data = _child(_child(top, "head"), "docdata")
    status = (data.get("management-status") or "").lower() if data is not None else ""
    released = _time(_attribute(data, "date.release", "norm"))
    if reason := _held_back(status, released, False, now):
        return Unread("", reason)
    found = _nitf(top)
    if found is None:
        return Unread("", "it has no text")
    text, layout, metadata = found
    return article("", text, layout, metadata)


def _nitf(top: etree._Element) -> tuple[str, Layout, Metadata] | None:
    head, body = _child(top, "head"), _child(top, "body")
    content = _child(body, "body.content")
    if content is None:
        return None
    above, data = _child(body, "body.head"), _child(head, "docdata")
    place = _child(above, "dateline")
    keys = [one.get("key") for one in _all(_child(data, "key-list"), "keyword")]
    metadata = Metadata(
        title=_text(_child(above, "hedline"), "hl1") or _text(head, "title"),
        publisher=_attribute(head, "pubdata", "name")
        or _text(above, "distributor")
        or _attribute(data, "doc.copyright", "holder"),
        published=day(_time(_attribute(data, "date.issue", "norm")))
        or day(_time(_attribute(head, "pubdata", "date.publication")))
        or day(_time(_attribute(place, "story.date", "norm"))),
        url=web_address(_attribute(head, "pubdata", "ex-ref")),
        topics=lines([*keys, _attribute(data, "fixture", "fix-id")]),
        id=_attribute(data, "doc-id", "id-string"),
        author=_writers(above),
        updated=_revised(head),
        section=_attribute(head, "pubdata", "position.section"),
        language=language_of(top.get("{http://www.w3.org/XML/1998/namespace}lang")),
    )
    # What follows takes the tags of NITF from the tree.
    under = _child(_child(above, "hedline"), "hl2")
    second = line(text_in(under)) if under is not None else None
    text = _below(_text_of(place) if place is not None else None, story(as_html(content, _HTML)))
    return (f"{second}\n\n{text}" if second else text), "html", metadata


def _writers(above: etree._Element | None) -> str | None:
    """Those named in the by-lines, without their titles."""
    names: list[str | None] = []
    for one in _all(above, "byline"):
        people = [_text_of(person) for person in _all(one, "person")]
        own = [
            one.text,
            *(f"{text_in(child)}{child.tail or ''}" for child in one if name_of(child) != "byttl"),
        ]
        names += people or [names_of(line("".join(part or "" for part in own)))]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _revised(head: etree._Element | None) -> str | None:
    """The day when it was last revised, by its history."""
    days = [day(_time(one.get("norm"))) for one in _all(head, "revision-history")]
    return max((one for one in days if one), default=None)


def _time(value: str | None) -> str | None:
    """A time in the form of NITF, 20200116T100000Z, as 2020-01-16T10:00:00Z."""
    value = (value or "").strip()
    found = re.match(r"(\d{4})-?(\d\d)-?(\d\d)(?:T?(\d\d):?(\d\d)(?::?(\d\d))?(.*))?$", value)
    if not found:
        return value or None
    year, month, date, hour, minute, second, zone = found.groups()
    return f"{year}-{month}-{date}" + (f"T{hour}:{minute}:{second or '00'}{zone or 'Z'}" if hour else "")


# Both


def _held_back(status: str, until: str | None, for_ever: bool, now: datetime) -> str:
    """Why an item may not be read now, or ""; `for_ever`: an embargo without an end that it names."""
    if status not in _USABLE:
        return f"{status[:20]} by its provider, so it was not read"
    if until:
        try:
            end = datetime.fromisoformat(until)
        except ValueError:
            return f"embargoed until {until[:40]!r}, which is no time that is understood, so it was not read"
        end = end if end.tzinfo else end.replace(tzinfo=UTC)
        return f"embargoed until {until}; ingest it again then" if end > now else ""
    return "embargoed until further notice" if for_ever else ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next((one for one in element if name_of(one) == name), None) if element is not None else None


def _all(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [one for one in element if name_of(one) == name] if element is not None else []


def _attribute(element: etree._Element | None, name: str, attribute: str) -> str | None:
    found = _child(element, name)
    return line(found.get(attribute)) if found is not None else None


def _text_of(element: etree._Element) -> str | None:
    return line(text_in(element))


def _text(element: etree._Element | None, name: str) -> str | None:
    found = _child(element, name)
    return _text_of(found) if found is not None else None
