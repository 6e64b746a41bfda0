"""What a source says about itself: front matter, and dates in the forms that newspapers print."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

import yaml

from corpus.language import MONTH_OR_SHORT, month_number

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST = 64 * 1024
"""Characters in which front matter has to end."""
_PAIR = re.compile(r"(\w+):[ \t]+(\S.*)")

_MONTH = rf"(?P<month>{MONTH_OR_SHORT})"
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d?)-(?P<day>\d\d?)(?!\d)",
        r"\b(?P<year>(?:19|20)\d\d)/(?P<number>\d\d?)/(?P<day>\d\d?)\b",
        rf"\b(?P<day>\d\d?)(?:st|nd|rd|th)?[ -](?:of )?{_MONTH},?[ -](?P<year>(?:19|20)\d\d)\b",
        rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d)\b",
    )
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """None or empty where the source does not say. `published` and `updated` are ISO dates (YYYY-MM-DD)."""

    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    """Its own address as the source gives it (canonical where it gives one)."""
    topics: tuple[str, ...] = ()
    """Keywords, tags and categories."""
    id: str | None = None
    author: str | None = None
    """Names, joined by ", "."""
    updated: str | None = None
    section: str | None = None
    language: str | None = None
    """Two letters (ISO 639-1)."""
    of_file: bool = False
    """Whether names and days are those of a file, by whom and when it was typed: what its text prints of a
    publisher, an author and days goes before them."""
    visibility: str | None = field(default=None, repr=False)
    """Who may see it, as `Article.visibility`; not in `repr`, of which older versions made digests."""


NOTHING_SAID = Metadata()


def day(value: object) -> str | None:
    """The first valid date in `value` as YYYY-MM-DD; None if there is none."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    for pattern in DATES:
        for match in pattern.finditer(str(value)):
            parts = match.groupdict()
            month = int(parts["number"]) if "number" in parts else month_number(parts["month"])
            try:
                return date(int(parts["year"]), month, int(parts["day"])).isoformat()
            except ValueError:
                continue
    return None


def front_matter(text: str) -> tuple[int, Metadata]:
    """Where the front matter of `text` ends (0 where there is none) and what it says.

    A block that cannot be read as a mapping is not front matter but text, so that nothing is lost.
    """
    match = _FRONT.match(text, 0, _LONGEST) if text.startswith(("---", "\ufeff---")) else None
    if not match:
        return 0, Metadata()
    fields = _fields(match[1])
    if fields is None:
        return 0, Metadata()
    return match.end(), Metadata(
        title=_line(fields.get("title")),
        publisher=_line(fields.get("publisher")),
        published=day(fields.get("published") or fields.get("date")),
        url=_line(fields.get("url")),
        topics=_topics(fields.get("topics") or fields.get("tags")),
        id=_line(fields.get("id")),
        visibility=_line(fields.get("visibility")),
    )


class _Loader(yaml.SafeLoader):
    """Without aliases, of which a few lines can stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def _fields(block: str) -> dict[str, object] | None:
    try:
        fields = yaml.load(block, _Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        # By far the commonest slip is a colon in an unquoted title.
        lines = [line for line in block.splitlines() if line.strip()]
        pairs = [_PAIR.fullmatch(line.rstrip()) for line in lines]
        return {pair[1].lower(): pair[2].strip("\"'") for pair in pairs if pair} if all(pairs) else None
    if not isinstance(fields, dict):
        return None
    return {str(name).lower(): value for name, value in fields.items()}


def _line(value: object) -> str | None:
    if isinstance(value, (str, int, float, date)) and not isinstance(value, bool):
        return " ".join(str(value).split()) or None
    return None


def _topics(value: object) -> tuple[str, ...]:
    values = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(dict.fromkeys(line for line in map(_line, values) if line))
