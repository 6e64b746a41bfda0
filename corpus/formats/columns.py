"""Rows of a table, and objects of JSON -> articles: which column is which field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from corpus.errors import CuttingsError
from corpus.formats.document import Document, Layout, Options, Refused, Unread
from corpus.formats.parts import (
    Parts,
    article,
    id_from,
    language_of,
    line,
    lines,
    names_of,
    web_address,
    whole_characters,
)
from corpus.metadata import Metadata, day

FIELDS: dict[str, str] = {
    "text": "text body content articlebody fulltext maintext story article contenthtml contenttext bodyhtml"
    " html markdown md paragraphs description summary abstract",
    "title": "title headline heading headlines",
    "publisher": "publisher source publication outlet site sitename newspaper sourcename medium",
    "published": "published date publishedat datepublished publisheddate publicationdate publishdate pubdate"
    " firstpublished created createdat datecreated timestamp",
    "updated": "updated updatedat dateupdated modified modifiedat datemodified lastmodified dateupdate",
    "url": "url link permalink canonicalurl weburl canonical address href uri",
    "author": "author authors byline creator by writer writers",
    "topics": "topics tags keywords categories subjects topic",
    "section": "section category desk articlesection rubric",
    "language": "language lang inlanguage locale",
    "id": "id guid articleid uuid docid identifier key slug",
    "visibility": "visibility",
}
"""By field, the names that its column often has, in small letters and without anything between the words."""

_INSIDE = ("name", "rendered", "title", "value", "text", "html")
"""Of an object in the place of a text, what holds the text."""
_MARKUP = re.compile(
    r"</(?:p|div|li|h[1-6]|article|section|blockquote)\s*>|<(?:p|br)\b[^>]{0,500}>", re.IGNORECASE
)
_MARKDOWN = ("markdown", "md")
_DEEPEST = 5
_SHAPES = 1000
"""Sets of names of which the columns are kept: objects of JSON lines may each have others."""


class Columns:
    """Which column each field of an article is in: as a person named it, else by the names that are usual."""

    def __init__(self, options: Options) -> None:
        self._mapped = options.columns
        self._missing = set(self._mapped.values())
        self._known: dict[tuple[str, ...], dict[str, str]] = {}

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """By field, its column among `names`. Refused where that of the text is missing."""
        names = tuple(names)
        if names not in self._known:
            if len(self._known) > _SHAPES:
                self._known.clear()
            self._known[names] = self._found(names)
        return self._known[names]

    def missing(self) -> str:
        """That a column which a person named was in nothing so far; "" where none was missing."""
        return f"it has no column {min(self._missing)!r}" if self._missing else ""

    def _found(self, names: tuple[str, ...]) -> dict[str, str]:
        there = [name for name in names if name]
        usual: dict[str, str] = {}
        for name in there:
            usual.setdefault(re.sub(r"[\W_]+", "", name).lower(), name)
        found = {}
        for field, column in self._mapped.items():
            if column in there or column.partition(".")[0] in there:
                found[field] = column
                self._missing.discard(column)
        taken = set(found.values())
        for field, known in FIELDS.items():
            column = next((usual[one] for one in known.split() if usual.get(one, "") not in ("", *taken)), "")
            if field not in self._mapped and column:
                found[field] = column
                taken.add(column)
        if "text" not in found:
            listed = listed_names(there)
            if wanted := self._mapped.get("text"):
                raise Refused(f"it has no column {wanted!r}; its columns are: {listed}")
            raise Refused(f"no column of text was found among: {listed}; name it with `--map text=COLUMN`")
        return found


def listed_names(names: Sequence[str]) -> str:
    """Names of columns in one line, the first of them where they are many."""
    return ", ".join(" ".join(name.split()) for name in names[:20])[:300] or "none"


def mapping(said: str) -> dict[str, str]:
    """The columns by field of "title=headline,text=body". CuttingsError where there is no such field."""
    found = {}
    for pair in said.split(","):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column:
            raise CuttingsError(f"{pair.strip()!r} is not FIELD=COLUMN, as in title=headline,text=body")
        if field not in FIELDS:
            raise CuttingsError(f"there is no field {field!r}; the fields are {', '.join(FIELDS)}")
        found[field] = column
    return found


def row(
    values: Mapping[str, Any], columns: Mapping[str, str], parts: Parts, where: str, file: str
) -> Document | Unread:
    """The article of a row: called by its id, its address or else its place in the file ("line 12").

    `where` is that place; "" where the file is this article.
    """

    def said(field: str) -> Any:
        return _at(values, columns[field]) if field in columns else None

    url = web_address(_text(said("url")))
    identity = line(_text(said("id")))
    part = parts.name(identity or url or where) if where else ""
    text = _text(said("text"), "\n\n").strip()
    layout: Layout = "txt"
    if _MARKUP.search(text):
        from corpus.formats.html_blocks import story  # takes longer to load, and most tables have plain text

        text, layout = story(text), "html"
    elif columns["text"].lower() in _MARKDOWN:
        layout = "md"
    names = [names_of(line(_text(one))) for one in _list(said("author"))]
    metadata = Metadata(
        title=line(_text(said("title"))),
        publisher=line(_text(said("publisher"))),
        published=_day(said("published")),
        url=url,
        topics=lines([topic for one in _list(said("topics")) for topic in lines(_text(one))]),
        id=identity or (id_from(url, part) if url else f"{file}-{where}" if where else file),
        author=", ".join(name for name in names if name) or None,
        updated=_day(said("updated")),
        section=line(_text(said("section"))),
        language=language_of(_text(said("language"))),
        visibility=line(_text(said("visibility"))),
    )
    return article(part, text, layout, metadata)


def _at(values: Mapping[str, Any], column: str) -> Any:
    """What a column holds; "source.name" is the name inside the source."""
    if column in values:
        return values[column]
    found: Any = values
    for step in column.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any, between: str = ", ", depth: int = 0) -> str:
    """A value as text: a list's values one after the other, of an object what is its name or text."""
    if isinstance(value, str):
        return whole_characters(value)
    if depth == _DEEPEST or value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        return between.join(text for one in value if (text := _text(one, between, depth + 1)))
    if isinstance(value, Mapping):
        return next((text for name in _INSIDE if (text := _text(value.get(name), between, depth + 1))), "")
    return str(value)


def _day(value: Any) -> str | None:
    """A day, also of seconds or milliseconds since 1970."""
    text = _text(value).strip()
    if re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}", text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    if found := re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\D.*)?", text):
        text = "-".join(found.groups())
    return day(text)
