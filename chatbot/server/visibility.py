"""The routes by which an operator says who may see which articles."""

from __future__ import annotations

import logging
from contextlib import closing

from fastapi import Request
from pydantic import BaseModel, Field

from chatbot.render.schema import Json
from chatbot.server.access import caller_of
from chatbot.server.routes import Routes
from chatbot.server.served import Whole
from index import showing
from index.store import Store
from index.stores import create_store

log = logging.getLogger(__name__)

_MOST = 10_000
"""Articles of which something is said in one request."""


class Showing(BaseModel, extra="forbid"):
    visibility: str = Field(
        description="`public`, `counted` (never quoted), a group whose keys alone read it, or `unset`.",
        max_length=100,
    )
    articles: list[str] = Field([], description="Ids of articles.", max_length=_MOST)
    publishers: list[str] = Field([], description="All their articles, now and later.", max_length=100)
    sources: list[str] = Field([], description="Patterns of files or pages; likewise.", max_length=100)
    rest: bool = Field(False, description="Whatever nothing else is said of.")


class Rule(BaseModel):
    kind: str = Field(description="`publisher`, `source` (a pattern), or `at`: a path and all below it.")
    pattern: str
    visibility: str


class Told(BaseModel):
    rest: str = Field(description="Of whatever nothing else is said of.")
    rules: list[Rule] = Field(description="The one that was set last first.")
    articles: dict[str, str] = Field(description="What is said of single articles, by id.")
    holding: dict[str, int] = Field(description="Articles that there are, by what holds of them.")


def add_routes(routes: Routes) -> None:
    @routes.get(
        "/visibility",
        summary="Tell who may see what",
        description="What is said of whom, and how many articles it holds of. For those from whom nothing is "
        "hidden.",
        response_model=Told,
        response_description="What is said",
    )
    def tell(served: Whole) -> Json:
        with closing(create_store(served.bot.collection.where)) as store:
            return _json(store)

    @routes.put(
        "/visibility",
        summary="Say who may see what",
        description="In place of what was said of the same articles. For those from whom nothing is hidden.",
        response_model=Told,
        response_description="What is said now",
    )
    def say(request: Request, body: Showing, served: Whole) -> Json:
        chosen = showing.Chosen(body.articles, body.publishers, body.sources, body.rest)
        with closing(create_store(served.bot.collection.where)) as store:
            showing.show(store, body.visibility, chosen)
            log.info("%s said who may see what", caller_of(request.scope).who)
            return _json(store)


def _json(collection: Store) -> Json:
    said = showing.told(collection)
    rules = [
        {"kind": one.kind, "pattern": one.pattern, "visibility": one.visibility} for one in said.rules.rules
    ]
    return {"rest": said.rules.rest, "rules": rules, "articles": said.articles, "holding": said.holding}
