"""What is stored on Milvus: two tables, their fields, and articles and passages as rows.

NAME holds the passages, which are searched. NAME_articles holds everything else, a `kind` each:

- "article": an article as lists show it, with the `version` of its text that counts;
- "part": what of an article's text does not fit into its own row;
- "original": the file that an article came from, in base64; the first row says how many there are;
- "history": its older versions, likewise;
- "former": under an id that an article had in an older version, the id that it has now, if it is still there;
- "meta": what `Store.meta` gives;
- "writing": which articles a process is about to change, so that what it leaves can be cleared.

A row's id is made of what the row is about, so that whoever stores the same again overwrites it. That of a
passage holds the version of its article: an update puts new passages beside the old ones, and it is the
article's row, written last, that says which of them count.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from corpus.article import Article, Passage, Removed, Sentence
from index.bm25 import K1, B
from index.milvus import histories
from index.milvus.engine import Row
from index.original import Original, packed, unpacked
from index.scope import Scope
from index.store import Encoded, Stored, Summary
from index.versions import History

FORMAT = 4
"""Version of the tables; raised by a change that older code cannot read. 1 differs in how texts are cut, 2
has no place for who wrote an article, its pages and its file, 3 none for older versions."""

READABLE = ("1", "2", "3", "4")
"""Formats that are read as they are; the next change makes the newest of 2 and 3, and 1 stays."""

_LONGEST = 65_535
"""Bytes of a text field."""
_FILE_ROW = 60_000
"""Letters of base64 in a row: a multiple of 4."""
_HIDDEN = "*"
"""In place of a list of removed spans that is too long for its field."""

_DAY = "published"


def key(*parts: object) -> int:
    """A row's id, 63 bits. Of 100 million rows, two share one with a chance of 1 in 1,800."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


FileKind = Literal["original", "history"]
"""What takes any number of rows."""

FILES: tuple[FileKind, ...] = ("original", "history")


def article_key(article_id: str) -> int:
    return key("article", article_id)


def meta_key(name: str) -> int:
    return key("meta", name)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article, with the number of rows that it has in the two tables besides its own."""

    article_id: str
    version: int
    passages: int
    parts: int

    @property
    def passage_ids(self) -> list[int]:
        return [key("passage", self.article_id, self.version, i) for i in range(self.passages)]

    @property
    def part_ids(self) -> list[int]:
        return [key("part", self.article_id, self.version, i) for i in range(1, self.parts)]

    def file_id(self, kind: FileKind, at: int) -> int:
        """The id of a row of a file of the article; that of the first, 0, is there wherever any other is."""
        return key(kind, self.article_id, self.version, at)

    def counts(self, row: Row) -> bool:
        """Whether a passage is of this version."""
        return bool(row["version"] == self.version)

    @classmethod
    def of(cls, row: Row) -> Version:
        return cls(row["name"], row["version"], row["passages"], row["parts"])


VERSION = ("name", "version", "passages", "parts")
"""The fields that `Version.of` reads."""
ARTICLE = (*VERSION, "source", "characters")
"""The fields that `index/milvus/texts.py` reads, beside the text itself."""


def passage_fields(dimension: int, lite: bool) -> list[dict[str, Any]]:
    # Terms are letters and digits alone (`encoded_term`), so that both analyzers leave them as they are.
    analyzer = {"tokenizer": "standard" if lite else "whitespace"}
    return [
        {"name": "id", "kind": "INT64", "is_primary": True},
        {"name": "article", "kind": "INT64", "index": _SCALAR},
        {**_text("article_id")},
        {"name": "version", "kind": "INT64"},
        {"name": "start", "kind": "INT64"},
        {"name": "end", "kind": "INT64"},
        {**_text("heading")},
        {**_text("sentences")},
        {**_text("publisher"), "index": _SCALAR},
        {"name": _DAY, "kind": "INT64", "index": _SCALAR},
        {"name": "length", "kind": "INT64"},
        {**_text("terms"), "enable_analyzer": True, "enable_match": True, "analyzer_params": analyzer},
        {
            "name": "sparse",
            "kind": "SPARSE_FLOAT_VECTOR",
            "index": {
                "index_type": "SPARSE_INVERTED_INDEX",
                "metric_type": "BM25",
                "params": {"bm25_k1": K1, "bm25_b": B},
            },
        },
        {
            "name": "vector",
            "kind": "FLOAT_VECTOR",
            "dim": dimension,
            # The vectors have unit length: the inner product is the cosine.
            "index": {"index_type": "FLAT" if lite else "AUTOINDEX", "metric_type": "IP"},
        },
    ]


def article_fields() -> list[dict[str, Any]]:
    return [
        {"name": "id", "kind": "INT64", "is_primary": True},
        {**_text("kind"), "index": _SCALAR},
        {**_text("name")},
        {"name": "version", "kind": "INT64"},
        {"name": "passages", "kind": "INT64"},
        {"name": "parts", "kind": "INT64"},
        {**_text("publisher"), "index": _SCALAR},
        {"name": _DAY, "kind": "INT64", "index": _SCALAR},
        *map(_text, ("title", "url", "source", "location", "digest", "removed")),
        {"name": "characters", "kind": "INT64"},
        {**_text("body")},
        # Milvus wants a vector in every table.
        {
            "name": "vector",
            "kind": "FLOAT_VECTOR",
            "dim": 2,
            "index": {"index_type": "FLAT", "metric_type": "L2"},
        },
    ]


_SCALAR = {"index_type": "INVERTED"}


def _text(name: str) -> dict[str, Any]:
    return {"name": name, "kind": "VARCHAR", "max_length": _LONGEST}


def row_of(kind: str, id: int, name: str, **given: object) -> Row:
    """A row of the second table; what is not given is empty."""
    empty = {field["name"]: "" if field["kind"] == "VARCHAR" else 0 for field in article_fields()}
    return {**empty, "id": id, "kind": kind, "name": name, "vector": [0.0, 0.0], **given}


# Terms


def encoded_term(term: str) -> str:
    """A term in letters and digits only: "81%" and "6.5" as "81percent" and "6point5", which no text gives.

    A word's term holds no figure, and a number's no letter.
    """
    return term.replace("%", "percent").replace(".", "point")


def decoded_term(term: str) -> str:
    """A term as it was before `encoded_term`."""
    if term[0].isdigit():
        return term.replace("percent", "%").replace("point", ".")
    return term


# Filters


def expression(scope: Scope, article: str) -> str:
    """A scope as Milvus reads it; "" where it leaves out nothing. `article` names the article's field."""
    clauses = []
    if scope.without:
        clauses.append(f"{article} not in {[article_key(id) for id in sorted(scope.without)]}")
    if scope.publishers:
        clauses.append(f"publisher in [{', '.join(quoted(name) for name in sorted(scope.publishers))}]")
    if scope.start or scope.end:
        clauses.append(f"{_DAY} >= {max(day(scope.start), 1)}")
    if scope.end:
        clauses.append(f"{_DAY} <= {day(scope.end)}")
    return " and ".join(clauses)


def quoted(value: str) -> str:
    """A text within a filter. JSON's escapes are those that Milvus reads."""
    return json.dumps(value, ensure_ascii=False)


def day(published: str | None) -> int:
    """An ISO date as a number that compares as it does: 20240531; 0 for none."""
    return int(published.replace("-", "")) if published else 0


# Articles


def version_of(
    article: Article,
    digest: str,
    parts: Sequence[str],
    passages: Sequence[Encoded],
    original: Original | None,
    history: History,
) -> Version:
    """What tells this text, cut in this way, with its past, from any other of the article."""
    spans = [(p.start, p.end, p.heading, len(p.sentences)) for p in (one.passage for one in passages)]
    file = [_digest(original.content, packed(original.pages))] if original else []
    file += [_digest(histories.packed(history))] if history.earlier else []
    number = key("version", article.id, digest, *parts, spans, *file)
    return Version(article.id, number, len(passages), len(parts))


def article_row(article: Article, location: str, digest: str, version: Version, body: str) -> Row:
    removed = json.dumps([[one.start, one.end, one.reason] for one in article.removed])
    return row_of(
        "article",
        article_key(article.id),
        article.id,
        version=version.version,
        passages=version.passages,
        parts=version.parts,
        publisher=_fitted(article.publisher or ""),
        published=day(article.published),
        title=_fitted(article.title),
        url=_fitted(article.url or ""),
        source=article.source,
        location=location,
        digest=digest,
        removed=removed if len(removed.encode()) <= _LONGEST else _HIDDEN,
        characters=len(article.text),
        body=body,
    )


def part_rows(version: Version, parts: Sequence[str]) -> list[Row]:
    """The rows of the parts but the first, which the article's own row holds."""
    return [
        row_of("part", id, version.article_id, version=version.version, parts=at, body=part)
        for at, (id, part) in enumerate(zip(version.part_ids, parts[1:], strict=True), start=1)
    ]


def original_rows(version: Version, original: Original) -> list[Row]:
    """The rows of the file that an article came from."""
    content = original.content + packed(original.pages)
    return _file_rows("original", version, original.media_type, len(original.content), content)


def history_rows(version: Version, history: History) -> list[Row]:
    """The rows of the older versions of an article, and of the ids that it had in them."""
    former = {one.was for one in history.earlier} - {version.article_id}
    rows = [row_of("former", former_key(was), was, body=version.article_id) for was in sorted(former)]
    return rows + _file_rows("history", version, "", 0, histories.packed(history))


def former_key(article_id: str) -> int:
    return key("former", article_id)


def _file_rows(kind: FileKind, version: Version, media_type: str, size: int, content: bytes) -> list[Row]:
    whole = base64.b64encode(content).decode()
    bodies = [whole[first : first + _FILE_ROW] for first in range(0, len(whole), _FILE_ROW)]
    first = json.dumps([media_type, len(bodies), size])
    return [
        row_of(kind, version.file_id(kind, at), version.article_id, version=version.version, body=body)
        for at, body in enumerate([first, *bodies])
    ]


def file_parts(first: Row) -> int:
    """How many rows of a file there are behind the first."""
    return int(json.loads(first["body"])[1])


def original(first: Row, content: bytes) -> Original:
    """The original of its first row, and of what the others hold."""
    media_type, _, size = json.loads(first["body"])
    return Original(media_type, content[:size], unpacked(content[size:]))


def _digest(*contents: bytes) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()


SUMMARY = ("name", "title", "publisher", _DAY, "url", "source", "location", "characters", "passages")
"""The fields that `summary` reads."""


def summary(row: Row) -> Summary:
    number = str(row[_DAY])
    published = f"{number[:4]}-{number[4:6]}-{number[6:]}" if row[_DAY] else None
    about = row["name"], row["title"], row["publisher"] or None, published, row["url"] or None
    return Summary(*about, row["source"], row["location"], row["characters"], row["passages"])


STORED = ("name", "location", "digest", "removed")
"""The fields that `stored` reads."""


def stored(row: Row) -> Stored | None:
    """What is stored of an article; None where its removed spans do not fit into its row."""
    if row["removed"] == _HIDDEN:
        return None
    return Stored(row["name"], row["digest"], tuple(Removed(*span) for span in json.loads(row["removed"])))


# Passages


def passage_rows(article: Article, version: Version, passages: Sequence[Encoded]) -> Iterator[Row]:
    for id, encoded in zip(version.passage_ids, passages, strict=True):
        passage = encoded.passage
        terms = [encoded_term(term) for term in encoded.terms]
        yield {
            "id": id,
            "article": article_key(article.id),
            "article_id": article.id,
            "version": version.version,
            "start": passage.start,
            "end": passage.end,
            "heading": _fitted(passage.heading),
            "sentences": json.dumps([[s.start, s.end, s.kind] for s in passage.sentences]),
            "publisher": _fitted(article.publisher or ""),
            _DAY: day(article.published),
            "length": len(terms),
            "terms": _fitted(" ".join(terms)),
            "vector": encoded.vector.astype("float32"),
        }


PASSAGE = ("article", "article_id", "version", "start", "end", "heading", "sentences")
"""The fields that `passage` reads, and those that say whether it counts."""


def passage(row: Row) -> Passage:
    id = row["article_id"]
    sentences = tuple(Sentence(id, *one) for one in json.loads(row["sentences"]))
    return Passage(id, row["start"], row["end"], row["heading"], sentences)


def encoded(row: Row) -> Encoded:
    """A passage of a row that has its terms and its vector too."""
    terms = [decoded_term(term) for term in row["terms"].split()]
    return Encoded(passage(row), terms, np.asarray(row["vector"], np.float32))


def _fitted(text: str) -> str:
    """The text, cut to what a field holds: of a passage's terms, some 8,000 words, which no real one has."""
    if len(text) * 4 <= _LONGEST:
        return text
    return text.encode()[:_LONGEST].decode(errors="ignore")
