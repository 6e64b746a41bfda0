"""Mail: a message (EML) or a folder of messages (MBOX), an article for each, and for what is attached to it.

A newsletter, which says how to leave it, is published by whom it is from; of other mail that is the author.
What is quoted of earlier messages and the signature are set aside; a message that holds little else was
passed on for the sake of what it quotes, which stays.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html import escape
from itertools import chain, takewhile
from pathlib import PurePosixPath
from typing import BinaryIO

import lxml.html

from corpus.article import Removed
from corpus.formats import formats
from corpus.formats.document import LIMIT, Document, File, Layout, Options, Refused, Unread
from corpus.formats.html_blocks import tree
from corpus.formats.html_markup import harmless
from corpus.formats.html_page import page
from corpus.formats.mime import content, file_name, header, inside, parsed, payload, whole
from corpus.formats.parts import Parts, article, language_of, lines, web_address
from corpus.metadata import Metadata, day

QUOTED = "quoted message"
SIGNATURE = "signature"
_DEEPEST = 4
"""Messages attached to one another."""
_PASSED_ON = 20
"""Words. A message that has fewer of its own passes on what it quotes."""
_LONGEST_SIGNATURE = 12
"""Lines."""

_FROM = re.compile(rb"From \S.*\d{4}\s*$")
_ESCAPED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|tr|sv|vs|antw)\s*:\s*)+", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"(?:wrote|writes|schrieb|écrit|escribió|ysgrifennodd)[^\n]{0,40}:\s*$|\d{4}.{0,200}:\s*$"
)
_ORIGINAL = re.compile(r"\s*-{2,}\s*(?:original|forwarded|ursprüngliche)\s.{0,40}-{2,}\s*$", re.IGNORECASE)
_OLD_FROM = re.compile(r"[*]?(?:From|Von|De|Oddi wrth)\s?:[*]? \S")
_OLD_DATE = re.compile(r"[*]?(?:Sent|Date|Gesendet|Envoyé|Enviado|Anfonwyd)\s?:[*]? \S")
"""Headers of an earlier message, as Outlook prints them above it."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_QUOTING_CLASSES = frozenset("gmail_quote gmail_attr moz-cite-prefix yahoo_quoted protonmail_quote".split())
_QUOTING_IDS = frozenset("divRplyFwdMsg reply-intro appendonsend".split())
_SIGNING = frozenset("gmail_signature moz-signature Signature signature protonmail_signature_block".split())
_ENCRYPTED = frozenset("multipart/encrypted application/pkcs7-mime application/x-pkcs7-mime".split())


def documents(file: File, options: Options) -> Iterator[Document | Unread]:
    """The articles of a message or of a folder of them. Refused where it is neither."""
    parts, stem = Parts(), PurePosixPath(file.name).stem
    with file.open() as stream:
        folder = _FROM.match(stream.readline(1024)) is not None
        stream.seek(0)
        if not folder:
            yield from _articles(file.data(), "", parts, options, 0)
            return
        for number, data in enumerate(_messages(stream), 1):
            if data is None:
                yield Unread(parts.name(f"message {number}"), f"over the limit of {LIMIT // 1024**2} MB")
                continue
            try:
                for found in _articles(data, f"message {number}", parts, options, 0):
                    if isinstance(found, Document) and found.metadata.title and not found.metadata.id:
                        named = replace(found.metadata, id=f"{stem}-{found.metadata.title}")
                        found = replace(found, metadata=named)
                    yield found
            except Refused as error:
                yield Unread(parts.name(f"message {number}"), str(error))


def _messages(stream: BinaryIO) -> Iterator[bytes | None]:
    """The messages of a folder, one at a time; None for one over the limit."""
    held: list[bytes] = []
    size = 0
    blank = True
    while row := stream.readline(LIMIT):
        if blank and _FROM.match(row):
            if held or size:
                yield _joined(held, size)
            held, size = [], 0
        else:
            size += len(row)
            if size <= LIMIT:
                held.append(row)
        blank = not row.strip()
    if held or size:
        yield _joined(held, size)


def _joined(held: list[bytes], size: int) -> bytes | None:
    return _ESCAPED_FROM.sub(b"", b"".join(held)) if size <= LIMIT else None


def _articles(
    data: bytes, place: str, parts: Parts, options: Options, depth: int
) -> Iterator[Document | Unread]:
    """The article of a message, then those attached to it. `place`: "" of a message that is a file."""
    message = parsed(data)
    if not message.keys():
        raise Refused("no mail, whatever its name says; check what it is")
    number = (header(message, "Message-ID") or "").strip("<> ")
    part = parts.name(number or place) if place else ""
    bodies, attached = _sorted(message)
    text, layout, removed = _body(bodies)
    metadata = _metadata(message)
    if text.strip():
        found = article(part, text, layout, metadata, removed)
        if isinstance(found, Document):
            found = replace(found, digest=hashlib.sha256(data).hexdigest() if part else "")
        yield found
    elif _ENCRYPTED & {one.get_content_type() for one in message.walk()}:
        yield Unread(part, "encrypted; open it in the mail program and save what it says")
    elif not attached:
        yield Unread(part, "it has no text")
    for one in attached:
        yield from _attached(one, part, parts, options, depth)


def _attached(
    one: Message, within: str, parts: Parts, options: Options, depth: int
) -> Iterator[Document | Unread]:
    message = one.get_content_type() == "message/rfc822"
    name = file_name(one) or "message.eml"
    place = f"{within}/{name}" if within else name
    try:
        data = whole(one) if message else payload(one)
        file = File(name, data)
        kind = "mail" if message else formats.read_as(file)
        if kind in formats.HOLDING_FILES:
            raise Refused("an archive in a message; save it as a file and ingest that")
        if kind == "mail":
            if depth + 1 == _DEEPEST:
                raise Refused("a message in a message, and so on; save it as a file and ingest that")
            yield from _articles(data, place, parts, options, depth + 1)
            return
        for found in formats.documents(file, options):
            part = parts.name(f"{place}/{found.part}" if found.part else place)
            if isinstance(found, Unread):
                yield replace(found, part=part)
            else:
                yield replace(found, part=part, digest=found.digest or hashlib.sha256(data).hexdigest())
    except Refused as error:
        yield Unread(parts.name(place), str(error))


def _sorted(message: Message) -> tuple[list[Message], list[Message]]:
    """The parts that are its text, and the attached ones of a kind that is read."""
    bodies: list[Message] = []
    attached: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        if kind == "message/rfc822":
            attached.append(part)
        elif below := inside(part):
            if kind == "multipart/alternative":
                below = [max(below, key=_worth)]
            waiting += reversed(below)
        elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            bodies.append(part)
        elif (name := file_name(part)) and formats.is_read(name):
            attached.append(part)
    return bodies, attached


def _worth(part: Message) -> int:
    """How well a part shows what the message says, among parts that say the same."""
    kinds = {one.get_content_type() for one in part.walk()}
    return 2 if "text/html" in kinds else 1 if "text/plain" in kinds else 0


def _body(bodies: list[Message]) -> tuple[str, Layout, tuple[Removed, ...]]:
    if not any(part.get_content_subtype() == "html" for part in bodies):
        text = "\n\n".join(content(part) for part in bodies)
        removed = _set_aside(text)
        return text, "txt", removed if _own_words(text, removed) >= _PASSED_ON else ()
    html = "\n".join(
        content(part) if part.get_content_subtype() == "html" else f"<pre>{escape(content(part))}</pre>"
        for part in bodies
    )
    html = _without_linked_headings(html)
    text, removed, _ = page(html, None, _aside)
    quoted = tuple(one for one in removed if one.reason in (QUOTED, SIGNATURE))
    if quoted and _own_words(text, quoted) < _PASSED_ON:
        text, removed, _ = page(html, None)
    return text, "html", removed


def _without_linked_headings(html: str) -> str:
    """In a newsletter a heading that is a link stands above its own story; on a page it leads to another."""
    top = tree(harmless(html))
    links = [] if top is None else [link for one in top.iter(*_HEADINGS) for link in one.iter("a")]
    for link in links:
        link.drop_tag()
    return str(lxml.html.tostring(top, encoding="unicode")) if links else html


def _own_words(text: str, removed: tuple[Removed, ...]) -> int:
    edges = [0, *chain.from_iterable((one.start, one.end) for one in removed), len(text)]
    return sum(len(text[start:end].split()) for start, end in zip(edges[::2], edges[1::2], strict=True))


def _aside(element: lxml.html.HtmlElement) -> str:
    names = {
        *(element.get("class") or "").split(),
        element.get("id") or "",
        element.get("data-smartmail") or "",
    }
    if names & _SIGNING:
        return SIGNATURE
    cited = element.tag == "blockquote" and (element.get("type") or "").lower() == "cite"
    return QUOTED if cited or names & _QUOTING_CLASSES or names & _QUOTING_IDS else ""


def _set_aside(text: str) -> tuple[Removed, ...]:
    """What is quoted in a message of text, with the line that says of whom, and the signature."""
    rows = text.splitlines(keepends=True)
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    reasons = [""] * len(rows)
    for i, row in enumerate(rows):
        if row.startswith(">"):
            reasons[i] = QUOTED
            above = i - 1
            while above >= 0 and not rows[above].strip():
                above -= 1
            if above >= 0 and not reasons[above] and _ATTRIBUTION.search(rows[above]):
                reasons[above:i] = [QUOTED] * (i - above)
        elif _ORIGINAL.match(row) or _heads_old_message(rows[i : i + 4]):
            reasons[i:] = [QUOTED] * (len(rows) - i)
            break
        elif row.rstrip("\r\n") in ("-- ", "--") and len(rows) - i <= _LONGEST_SIGNATURE:
            reasons[i:] = [SIGNATURE] * (len(rows) - i)
            break
    removed: list[Removed] = []
    for i, reason in enumerate(reasons):
        if reason and removed and (removed[-1].end, removed[-1].reason) == (starts[i], reason):
            removed[-1] = Removed(removed[-1].start, starts[i + 1], reason)
        elif reason:
            removed.append(Removed(starts[i], starts[i + 1], reason))
    return tuple(removed)


def _heads_old_message(rows: list[str]) -> bool:
    headers = list(takewhile(str.strip, rows))
    return _OLD_FROM.match(rows[0]) is not None and any(map(_OLD_DATE.match, headers))


def _metadata(message: Message) -> Metadata:
    name, address = _sender(header(message, "From"))
    group = re.sub(r"\s*<.*", "", header(message, "List-Id") or "").strip('" ')
    bulk = (header(message, "Precedence") or "").lower() in ("bulk", "list")
    sent_to_many = bulk or any(message.get(one) for one in ("List-Id", "List-Unsubscribe", "List-Post"))
    name = name.strip("\"' ")
    by, _, via = name.partition(" via ")
    if sent_to_many:
        publisher: str | None = via or name or group or address.rpartition("@")[2]
        author: str | None = by if via else None
    else:
        publisher, author = header(message, "Organization"), name or address
    subject = header(message, "Subject") or ""
    return Metadata(
        title=_REPLY.sub("", subject, count=1).strip() if _REPLY.match(subject) else subject or None,
        publisher=publisher or None,
        published=_day(header(message, "Date")),
        url=web_address((header(message, "Archived-At") or "").strip("<> ")),
        topics=lines(header(message, "Keywords") or ()),
        author=author or None,
        language=language_of(header(message, "Content-Language")),
    )


def _sender(value: str | None) -> tuple[str, str]:
    try:
        return parseaddr(value or "")
    except RecursionError:  # at brackets in brackets
        return "", ""


def _day(value: str | None) -> str | None:
    """The day on which a message was sent, where it was sent."""
    try:
        return parsedate_to_datetime(value or "").date().isoformat()
    except (TypeError, ValueError, OverflowError, IndexError):
        return day(value or "")
