"""The routes by which an operator says who may see which articles."""

from __future__ import annotations

import logging

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from chatbot.render.schema import Json
from chatbot.server.access import caller_of
from chatbot.server.views import Views
from index.showing import Chosen, show, told
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


def add_routes(api: FastAPI, views: Views) -> None:
    collection = views.whole.bot.collection

    @api.get("/api/v1/visibility", summary="Tell who may see what")
    def tell(request: Request) -> Json:
        """What is said of whom, and how many articles it holds of. For those from whom nothing is hidden."""
        _whole(request)
        return _json(collection)

    @api.put("/api/v1/visibility", summary="Say who may see what")
    def say(request: Request, body: Showing) -> Json:
        """In place of what was said of the same articles. For those from whom nothing is hidden."""
        _whole(request)
        store = create_store(collection.where)
        try:
            show(store, body.visibility, Chosen(body.articles, body.publishers, body.sources, body.rest))
        finally:
            store.close()
        log.info("%s said who may see what", caller_of(request.scope).name or "somebody here")
        return _json(collection)

    def _whole(request: Request) -> None:
        """An operator who may not read all is not to learn what else there is, or to open it to himself."""
        if not views.of(request.scope).whole:
            detail = "this is for who may read every group; ask who runs this for a key with --read"
            raise HTTPException(403, detail)


def _json(collection: Store) -> Json:
    said = told(collection)
    rules = [
        {"kind": one.kind, "pattern": one.pattern, "visibility": one.visibility} for one in said.rules.rules
    ]
    return {"rest": said.rules.rest, "rules": rules, "articles": said.articles, "holding": said.holding}
