"""What a check found wrong, put right where it can be: what is derived, passages, articles of their files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.clean import NothingLeft, clean
from corpus.errors import CuttingsError
from corpus.formats import formats
from corpus.guarded import read
from corpus.read import Raw, Skipped, file_of
from index.encoding.encoder import Encoder
from index.ingest.preparation import NewArticle, prepared
from index.ingest.tags import tagged
from index.original import Original
from index.store import Store
from index.verify import Problem, verify


@dataclass(slots=True)
class Repaired:
    """What became of what was wrong."""

    done: list[str] = field(default_factory=list)
    """What was put right, a line each."""
    left: list[Problem] = field(default_factory=list)
    """What is wrong still."""


class _Beyond(Exception):
    """An article cannot be made anew; says why."""


def repair(store: Store, encoder: Callable[[], Encoder], passage_tokens: int) -> Repaired:
    """Put right what `verify` finds. An article is replaced only once all of it was made anew.

    CuttingsError as `verify`, and where the collection was made with another model or size of passages.
    """
    problems = verify(store)
    report = Repaired()
    if not problems:
        return report
    report.done += store.mend()
    reasons: dict[str, str] = {}
    articles = list(dict.fromkeys(one.article_id for one in problems if one.article_id))
    model = encoder() if articles else None
    if model:
        store.require("model", model.name)
        store.require("passage_tokens", str(passage_tokens))
        locations = {entry.id: location for location, entry in store.stored().items()}
        for id in articles:
            try:
                new, how = _anew(store, id, locations[id])
                (made,) = prepared([new], model, passage_tokens)
                with store.change() as change:
                    made.put(change)
                report.done.append(f"{id}: {how}")
            except _Beyond as reason:
                reasons[id] = str(reason)
    store.settle()
    report.left = [
        replace(one, what=f"{one.what} ({reasons[one.article_id]})") if one.article_id in reasons else one
        for one in verify(store)
    ]
    return report


def _anew(store: Store, article_id: str, location: str) -> tuple[NewArticle, str]:
    """The article as it is to be stored, and what of it is made anew. _Beyond."""
    digest = next(entry.digest for at, entry in store.stored().items() if at == location)
    history = store.history(article_id)  # less what is damaged of it
    try:
        article, original = store.article(article_id), _whole(store, article_id, digest)
    except (CuttingsError, ValueError, TypeError):
        raw = _from_file(location)
        try:
            article = tagged(store, replace(clean(raw), id=article_id), location)
        except NothingLeft as error:
            raise _Beyond("nothing in its file can be quoted any more") from error
        kept = raw.original and len(raw.original) <= store.largest_original
        original = Original(formats.media_type_of(raw.original), raw.original, raw.pages) if kept else None
        how = "made anew from its file" + ("" if raw.digest == digest else ", which has changed since")
        return NewArticle(article, location, raw.digest, original, history=history), how
    return NewArticle(
        article, location, digest, original, history=history
    ), "its passages were made anew from its text"


def _whole(store: Store, article_id: str, digest: str) -> Original | None:
    """The file that is kept with an article. ValueError where it is not the one that was read."""
    original = store.original(article_id)
    if original and hashlib.sha256(original.content).hexdigest() != digest:
        raise ValueError("not the file that was read")
    return original


def _from_file(location: str) -> Raw:
    file = file_of(location)
    if not Path(file).is_absolute():  # a page, or standard input
        raise _Beyond("there is no file to make it anew from; restore a backup, or ingest it again")
    try:
        found = list(read([file]))
    except CuttingsError as error:
        raise _Beyond(
            f"its file {file} is gone; restore a backup, or remove it with `cuttings remove`"
        ) from error
    for one in found:
        if isinstance(one, Raw) and one.location == location:
            return one
    reason = next((one.reason for one in found if isinstance(one, Skipped)), "it is no longer in it")
    raise _Beyond(f"its file {file} is not read any more: {reason}")
