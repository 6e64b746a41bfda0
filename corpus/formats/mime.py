"""MIME messages within bounds, for mail and for saved pages (MHTML): their parts, headers and texts.

The older policy of the standard library is used: the newer one reads a header in quadratic time.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from corpus.formats.document import Refused
from corpus.formats.parts import line, whole_characters
from corpus.formats.text import decode

_LONGEST_HEADER = 4096
"""Characters of a header that are read."""
_LONGEST_FIELD = 16 * 1024
"""Bytes of a header that says how a message is put together; the library takes long over a longer one."""
_MOST_HOLDERS = 300
"""Parts that hold parts. The library takes quadratic time over those that lie in one another."""
_HOLDER = re.compile(rb":\s*(?:multipart|message)/", re.IGNORECASE)
_FIELDS = re.compile(rb"^content-[\w-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[bqBQ]\?[^?\s]*\?=")


def parsed(data: bytes) -> Message:
    """The message in `data`. Refused where its parts lie too deep in one another."""
    data = data.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    holders = 0
    for field in _FIELDS.finditer(data):
        holders += _HOLDER.search(field[0], 0, 100) is not None
        if field.end() - field.start() > _LONGEST_FIELD:
            raise Refused("a header of it is far too long; save it again in a mail program")
    if holders > _MOST_HOLDERS:
        raise Refused("made of far too many parts; save them as files of their own")
    try:
        return message_from_bytes(data, policy=policy.compat32)
    except RecursionError as error:
        raise Refused("nested too deeply; save its parts as files of their own") from error


def header(message: Message, name: str) -> str | None:
    """A header as it is read by people, in one line; None where there is none."""
    # As it was written: `get` puts marks for what is not ASCII.
    raw = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    value = next(raw, None)
    return None if value is None else _readable(value[:_LONGEST_HEADER])


def file_name(part: Message) -> str | None:
    """The name under which a part is saved, without folders; None where it has none."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):  # its encoding is none
        return None
    name = _readable(name[:_LONGEST_HEADER]) if name else None
    return re.split(r"[/\\]", name)[-1] or None if name else None


def _readable(text: str) -> str | None:
    if _ENCODED_WORD.search(text):
        with suppress(HeaderParseError, ValueError):
            text = "".join(
                piece if isinstance(piece, str) else _decoded(piece, charset)
                for piece, charset in decode_header(text)
            )
    # The library keeps bytes that are not ASCII as halves of characters.
    if re.search("[\udc80-\udcff]", text):
        with suppress(UnicodeEncodeError):
            text = _western(text.encode("utf-8", "surrogateescape"))
    return line(text)


def inside(part: Message) -> list[Message]:
    """The parts that a part holds."""
    parts = part.get_payload() if part.is_multipart() else []
    return [one for one in parts if isinstance(one, Message)]


def whole(part: Message) -> bytes:
    """The message that is attached as a part. Refused where it is too broken to be taken out."""
    try:
        return b"".join(message.as_bytes() for message in inside(part))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("broken: it cannot be taken out of its message; save it as a file") from error


def payload(part: Message) -> bytes:
    """The bytes of a part that has no parts."""
    try:
        data = part.get_payload(decode=True)
    except ValueError:  # its encoding is none
        part.del_param("charset")
        data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def content(part: Message) -> str:
    """The text of a part of text: as it says that it is encoded, where that is so."""
    data = payload(part)
    try:
        charset = part.get_content_charset()
        text = data.decode(charset) if charset and charset != "us-ascii" else None
    except (LookupError, ValueError, TypeError):
        text = None
    return whole_characters(decode(data, html=part.get_content_subtype() == "html") if text is None else text)


def _decoded(piece: bytes, charset: str | None) -> str:
    try:
        return piece.decode(charset or "ascii")
    except (LookupError, ValueError):
        return _western(piece)


def _western(data: bytes) -> str:
    """Headers are too short for statistics to tell their encoding."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
