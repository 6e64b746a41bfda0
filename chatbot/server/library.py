"""The routes that change the library: add, remove, say what an article is; only where the operator allows it.

Changes have a gate and a thread of their own, so that no question waits for them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import HTTPException, Query, Request

from chatbot.render import schema
from chatbot.render.schema import Json
from chatbot.server import rest_schema, upload
from chatbot.server.access import caller_of
from chatbot.server.gate import Gate
from chatbot.server.routes import Routes
from chatbot.server.served import One, Served
from corpus.errors import CuttingsError
from index.ingest.ingest import Report

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

log = logging.getLogger(__name__)

_WAITING = 8
"""Changes that may wait for their turn; what is added waits on disk."""

Words = Annotated[str | None, Query(json_schema_extra=schema.WORDS)]
_Result = TypeVar("_Result")


def add_library(routes: Routes) -> None:
    """Adds to a collection, and changes it."""
    one_by_one, thread = Gate(at_once=1, most_waiting=_WAITING, what="files"), CapacityLimiter(1)

    async def done(change: Callable[..., _Result], served: Served, *about: Any) -> _Result:
        async with one_by_one:
            return await to_thread.run_sync(change, served.bot, *about, limiter=thread)

    @routes.post(
        "/articles",
        summary="Add a file or a page",
        description="The body is the file, and `name` tells its kind; one of the same name is replaced. Or "
        "`url` is the address of a page, which is fetched where it is on the public net.",
        response_model=rest_schema.Added,
        response_description="What became of it, by article id",
    )
    async def add(request: Request, served: One, name: Words = None, url: Words = None) -> Report:
        if (name is None) == (url is None):
            raise HTTPException(400, "give either the name of the file in the body, or the url of a page")
        if url is not None:
            report = await done(upload.add_page, served, url)
        else:
            async with one_by_one:  # its body is read within: what waits for its turn is on disk
                body = await request.body()
                report = await to_thread.run_sync(upload.add, served.bot, name or "", body, limiter=thread)
        log.info("%s added %s to %s", _who(request), [*report.added, *report.updated], served.name)
        return report

    @routes.patch(
        "/articles/{article_id:article}",
        summary="Say what an article is",
        description="Title, publisher, day, authors, topics in place of what its source says, also when that "
        "is read again. Its text stays as it is.",
        response_model=schema.Article,
        response_description="The article as it is now",
    )
    async def say(request: Request, article_id: str, body: rest_schema.Retag, served: One) -> Json:
        given = body.model_dump(mode="json", exclude_unset=True)
        _known(served.bot, article_id)
        article = await done(upload.say, served, article_id, given)
        log.info("%s said %s of %s", _who(request), sorted(given), article_id)
        return schema.Article.json_of(article)

    @routes.delete(
        "/articles/{article_id:article}",
        summary="Remove an article",
        description="Also its file, where that was added over this interface and holds no other article.",
        response_model=rest_schema.Removed,
        response_description="It is removed",
    )
    async def remove(request: Request, article_id: str, served: One) -> Json:
        _known(served.bot, article_id)
        file = await done(upload.remove, served, article_id)
        log.info("%s removed %s", _who(request), article_id)
        return {"removed": article_id, "file": file}


def _known(bot: Chatbot, article_id: str) -> None:
    """HTTPException where there is no such article."""
    try:
        bot.collection.opening(article_id, 1)
    except CuttingsError as error:
        detail = f"there is no article {article_id!r:.200}; it may have been removed since"
        raise HTTPException(404, detail) from error


def _who(request: Request) -> str:
    return caller_of(request.scope).who
