"""What can be done to a collection within one transaction."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from corpus.article import Article
from index.folder.digests import moved, put_digests
from index.folder.histories import history_of, put_versions
from index.folder.sketches import put_sketch
from index.folder.texts import Damaged, Texts, first_part, more, put_original, put_parts
from index.folder.visibility import put_given, put_said
from index.languages import REMEMBERED, is_foreign, with_language
from index.original import Original
from index.store import Encoded
from index.versions import NO_HISTORY, History, followed, now
from index.visibility import KEY, Rules


class Change:
    """What can be done to a collection within one transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.changed = False
        """Whether anything was stored or removed."""

    def set(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    def put(
        self,
        article: Article,
        location: str,
        digest: str,
        passages: Iterable[Encoded],
        original: Original | None = None,
        history: History = NO_HISTORY,
    ) -> None:
        self.remove(article.id)
        about = article.source, article.title, article.publisher, article.published, article.url
        topics = json.dumps(article.topics)
        removed = json.dumps([[one.start, one.end, one.reason] for one in article.removed])
        self._connection.execute(
            "INSERT INTO articles (id, location, digest, source, title, publisher, published, url, topics,"
            " text, removed, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                article.id,
                location,
                digest,
                *about,
                topics,
                first_part(article.text),
                removed,
                more(article, history.seen),
            ],
        )
        put_parts(self._connection, article.id, article.text)
        if original:
            put_original(self._connection, article.id, original)
        for encoded in passages:
            self._put_passage(encoded)
        put_digests(self._connection, article.id)
        put_said(self._connection, article.id, article.visibility)
        put_versions(self._connection, article.id, history)
        put_sketch(self._connection, article)
        self._remember(article.language)
        self.changed = True

    def move(self, article_id: str, location: str, source: str) -> None:
        moved(self._connection, article_id, location, source)
        self.changed = True

    def show(self, article_id: str, visibility: str) -> None:
        put_given(self._connection, article_id, visibility)
        self.changed = True

    def show_by(self, rules: Rules) -> None:
        self.set(KEY, rules.packed())
        self.changed = True

    def followed(self, article_id: str, by: Article) -> History:
        texts = Texts(self._connection)
        found = texts.beginnings([article_id])
        history = history_of(self._connection, article_id)
        sql = "SELECT digest FROM articles WHERE id = ?"
        digests = self._connection.execute(sql, [article_id]).fetchall()
        try:
            old = texts.opening(found[article_id], sys.maxsize)
        except (LookupError, Damaged):  # what is damaged is not kept
            return replace(history, seen=now())
        return followed(history, old, digests[0][0], by)

    def keep(self, article_id: str, history: History) -> None:
        put_versions(self._connection, article_id, history)
        self.changed = True

    def drop_lost(self) -> bool:
        """Remove what belongs to no article; whether there was anything."""
        dropped = 0
        for table in ("passages", "parts", "originals", "digests", "versions", "sketches"):
            sql = f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM articles)"
            dropped += self._connection.execute(sql).rowcount
        self.changed |= dropped > 0
        return dropped > 0

    def remove(self, article_id: str) -> bool:
        removed = self._connection.execute("DELETE FROM articles WHERE id = ?", [article_id]).rowcount > 0
        self.changed |= removed
        return removed

    def _remember(self, language: str | None) -> None:
        if is_foreign(language):
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", [REMEMBERED]).fetchone()
            self.set(REMEMBERED, with_language(row[0] if row else None, language))

    def _put_passage(self, encoded: Encoded) -> None:
        one = encoded.passage
        sentences = json.dumps([[s.start, s.end, s.kind] for s in one.sentences])
        terms, vector = " ".join(encoded.terms), encoded.vector.astype(np.float32).tobytes()
        self._connection.execute(
            "INSERT INTO passages (article_id, start_offset, end_offset, heading, sentences, terms, vector)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [one.article_id, one.start, one.end, one.heading, sentences, terms, vector],
        )
