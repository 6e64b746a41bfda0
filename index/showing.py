"""Saying who may see which articles of a store, and telling what is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import CuttingsError
from corpus.read import found, is_url
from index.store import Store
from index.visibility import PUBLIC, UNSET, Rules, visibility


@dataclass(frozen=True, slots=True)
class Chosen:
    """Of which articles something is said: these ids, those by publishers, those of sources, and the rest."""

    articles: Sequence[str] = ()
    publishers: Sequence[str] = ()
    sources: Sequence[str] = ()
    rest: bool = False

    def __bool__(self) -> bool:
        return bool(self.articles or self.publishers or self.sources or self.rest)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, and what holds of it: the number of articles by visibility, without those for all."""

    rules: Rules
    articles: dict[str, str]
    """One by one, by id."""
    holding: dict[str, int]


def show(store: Store, said: str, chosen: Chosen) -> None:
    """Say that the chosen articles are seen by those for whom `said` is; `UNSET`: say nothing any more.

    CuttingsError where that is no visibility, an article is not there, or the store hides nothing.
    """
    said = said if said == UNSET else visibility(said)
    if not chosen:
        raise CuttingsError("name articles, or a publisher, a source or the rest of the collection")
    with store.change() as change:
        given = store.given()
        for id in dict.fromkeys(chosen.articles):
            if id not in given:  # of one that was removed what was said can still be taken back
                store.opening(id, 0)
            change.show(id, said)
        rules = store.rules()
        for publisher in chosen.publishers:
            rules = rules.having("publisher", publisher, said)
        for source in chosen.sources:
            rules = rules.having("source", source, said)
        if chosen.rest:
            rules = replace(rules, rest=PUBLIC if said == UNSET else said)
        if rules != store.rules():
            change.show_by(rules)


def show_paths(store: Store, said: str, paths: Iterable[str]) -> None:
    """The same of what is read from these files, folders and pages, now and later; raises as `show`."""
    said = visibility(said)
    with store.change() as change:
        rules = store.rules()
        for path in paths:
            if path == "-":
                raise CuttingsError(
                    "of standard input its own front matter says who may see it: `visibility: internal`"
                )
            if not is_url(path) and (top := Path(path).expanduser()).is_dir():
                rules = rules.having("at", str(top.resolve()), said)
            for location, source in found([path]):
                if rules.of(None, source, location) != said:  # what a link in the folder leads to, say
                    rules = rules.having("at", location, said)
        if rules != store.rules():
            change.show_by(rules)


def told(store: Store) -> Told:
    """What is said of a store's articles."""
    there = {one.id for one in store.stored().values()}
    holding = {name: len(ids & there) for name, ids in sorted(store.restricted().ids.items())}
    return Told(store.rules(), store.given(), {name: count for name, count in holding.items() if count})
