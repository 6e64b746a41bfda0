"""What a person says of an article in place of what its source says: its tags.

They are kept with the collection, by the location of the source, so that they hold when that is read anew.
Who removes the article removes them too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from corpus.article import Article
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder
from index.ingest.preparation import NewArticle, prepared
from index.store import Changing, Encoded, Store

FIELDS = ("title", "publisher", "published", "author", "topics")
"""What of an article can be said."""

LONGEST = 300
"""Characters of a title, a publisher or a line of authors."""
MOST_TOPICS = 20
LONGEST_TOPIC = 80

Tag = str | tuple[str, ...] | None
Said = Mapping[str, Tag]
"""Some of FIELDS with what is said: a text, None for nothing; of topics a row of texts."""


def checked(tags: Mapping[str, object]) -> dict[str, Tag]:
    """The same, as an article has it. CuttingsError where something cannot be said of one."""
    found: dict[str, Tag] = {}
    for name, value in tags.items():
        if name not in FIELDS:
            raise CuttingsError(f"{name!r:.40} is nothing that can be said; say some of {', '.join(FIELDS)}")
        if name == "topics":
            found[name] = _topics(value)
            continue
        line = _line(value)
        if line and len(line) > LONGEST:
            raise CuttingsError(f"the {name} has {len(line):,} characters; give at most {LONGEST}")
        if name == "title" and not line:
            raise CuttingsError("an article needs a title; give it one of at least a character")
        if name == "published" and line:
            line = _day(line)
        found[name] = line
    return found


def _line(value: object) -> str | None:
    """A text on one line; None where there is nothing."""
    kept = "".join(
        character for character in str(value or "") if character.isprintable() or character.isspace()
    )
    return " ".join(kept.split()) or None


def _topics(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, Iterable) and not isinstance(value, str) else ()
    topics = tuple(dict.fromkeys(topic for one in given if (topic := _line(one))))
    if len(topics) > MOST_TOPICS or any(len(topic) > LONGEST_TOPIC for topic in topics):
        raise CuttingsError(f"give at most {MOST_TOPICS} topics of at most {LONGEST_TOPIC} characters each")
    return topics


def _day(line: str) -> str:
    try:
        return date.fromisoformat(line).isoformat()
    except ValueError as error:
        raise CuttingsError(f"{line!r:.40} is no day; give it as YYYY-MM-DD") from error


def said(store: Store, location: str) -> dict[str, Tag]:
    """What was said of the article at a location."""
    kept = json.loads(store.meta(_key(location)) or "{}")
    return {
        name: tuple(value) if name == "topics" else value for name, value in kept.items() if name in FIELDS
    }


def keep(store: Store, change: Changing, location: str, tags: Said) -> None:
    """From here on this is what is said of it; nothing, and its source speaks for itself."""
    if tags or store.meta(_key(location)):
        change.set(_key(location), json.dumps(tags) if tags else "")


def tagged(store: Store, article: Article, location: str) -> Article:
    """The article that was read at a location, with what was said of it."""
    tags = said(store, location)
    return replace(article, **tags) if tags else article  # type: ignore[arg-type]


def carry(store: Store, change: Changing, before: str, after: str) -> None:
    """What was said at a location holds at another from now on, to which its source has moved."""
    if tags := said(store, before):
        keep(store, change, after, tags)
        keep(store, change, before, {})


@dataclass(frozen=True, slots=True)
class _Known:
    article: Article
    location: str
    digest: str


def retag(store: Store, encoder: Encoder, passage_tokens: int, article_id: str, tags: Said) -> Article:
    """Say something of an article; the article as it is then. CuttingsError where there is none.

    Its passages are encoded anew only where the title changes, which is searched with each of them.
    """
    known = _known(store, article_id)
    article = replace(known.article, **tags)  # type: ignore[arg-type]
    if article == known.article:
        return article
    original = store.original(article_id)
    new = NewArticle(article, known.location, known.digest, original)
    passages: Iterable[Encoded]
    if article.title == known.article.title:
        passages = store.encoded(article_id)
    else:
        store.require("model", encoder.name)
        store.require("passage_tokens", str(passage_tokens))
        (made,) = prepared([new], encoder, passage_tokens)
        passages = made.passages
    with store.change() as change:
        change.put(article, known.location, known.digest, passages, original, store.history(article_id))
        keep(store, change, known.location, {**said(store, known.location), **tags})
    store.settle()
    return article


def take_out(store: Store, article_id: str) -> str:
    """Remove an article and what was said of it; its location. CuttingsError where there is none."""
    known = _known(store, article_id)
    with store.change() as change:
        change.remove(article_id)
        keep(store, change, known.location, {})
    store.settle()
    return known.location


def _known(store: Store, article_id: str) -> _Known:
    article = store.article(article_id)
    location, entry = next((at, one) for at, one in store.stored().items() if one.id == article.id)
    return _Known(article, location, entry.digest)


def _key(location: str) -> str:
    return f"tags {location}"
