"""The routes under /api/v1: ask, search, read articles, open an answer again, say what one thinks of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from chatbot import feedback
from chatbot.feedback import Versions
from chatbot.filters import Filters
from chatbot.keys import INGEST
from chatbot.permalink import Reopened, reopen
from chatbot.render import schema
from chatbot.render.schema import Json, answer_json, filters_of
from chatbot.server import events, originals, rest_schema, versions
from chatbot.server.access import caller_of
from chatbot.server.addresses import LIST
from chatbot.server.disconnect import unless_disconnected
from chatbot.server.routes import Routes
from chatbot.server.served import Chosen, Collections, Served
from corpus.article import Article
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot


log = logging.getLogger(__name__)

_COPIES = 50
"""Copies of a story that are named."""

_HIGHLIGHTS = 100
"""Places of an article that are given at once."""


async def _filters(
    publisher: Annotated[
        list[str], Query(default_factory=list, description="Name of a publisher; may be given several times.")
    ],
    start: Annotated[schema.Day | None, Query(alias="from", description="First day of publication.")] = None,
    end: Annotated[schema.Day | None, Query(alias="to", description="Last day of publication.")] = None,
) -> Filters:
    return Filters(tuple(publisher), start, end).checked()


ChosenFilters = Annotated[Filters, Depends(_filters)]
Words = Annotated[str, Query(json_schema_extra=schema.WORDS)]
Offsets = Annotated[list[int], Query(default_factory=list, description="Of a place to give as a highlight.")]


def add_questions(routes: Routes) -> None:
    """What takes the model."""

    @routes.post(
        "/ask",
        summary="Ask a question",
        description="Gives the answer as JSON, or, to a client that accepts `text/event-stream`, as events: "
        "`question`, a `citation` for each sentence unless abstained, and the whole `answer`; `error`, a "
        "problem, where it fails after the start.",
        responses={
            200: {
                "model": schema.Answer,
                "description": "The answer, or that there is none",
                "content": {events.MEDIA_TYPE: {"schema": {"type": "string"}, "example": events.EXAMPLE}},
            }
        },
    )
    async def ask(request: Request, body: rest_schema.Ask, served: Chosen) -> Response:
        asking = served.chatbot.ask(
            body.question,
            body.turns(),
            as_typed=body.as_typed,
            any_time=body.any_time,
            filters=filters_of(body.filters),
        )
        answer = await unless_disconnected(request, asking)
        if events.MEDIA_TYPE not in request.headers.get("accept", ""):
            return JSONResponse(answer_json(answer))
        return StreamingResponse(
            events.stream(answer, request.scope["path"]),
            media_type=events.MEDIA_TYPE,
            # A proxy that gathers a response before it passes it on would hold the events back.
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    @routes.get(
        "/search",
        summary="Find passages",
        description="The passages nearest to a query, before any sentence is read for an answer.",
        response_model=schema.Found,
        response_description="The passages, best first",
    )
    async def search(
        request: Request,
        q: Words,
        filters: ChosenFilters,
        served: Chosen,
        k: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> Json:
        found = served.chatbot.search(q, k, filters=filters)
        return {"query": q, "hits": await unless_disconnected(request, found)}

    @routes.get(
        "/answers/{answer_id}",
        summary="Open an answer again",
        description="Every quotation is cut from its article anew; what no longer stands there is left out.",
        response_model=rest_schema.Reopened,
        response_description="The answer as it was given",
    )
    def answer(answer_id: str, served: Chosen) -> Json:
        reopened = _reopened(answer_id, served.bot)
        shown = schema.Answer.of(reopened.answer)
        return {"answer": shown, "lost": reopened.lost, "sealed": reopened.sealed}

    @routes.post(
        "/feedback",
        status_code=201,
        summary="Say what you think of an answer",
        description="Kept beside the collection for later evaluation, with question, answer and versions.",
        response_model=rest_schema.Stored,
        response_description="It is stored",
    )
    def judge(body: rest_schema.Feedback, served: Chosen) -> Json:
        bot = served.bot
        opened = _reopened(body.answer_id, bot)
        if not opened.sealed:
            raise HTTPException(
                400, "this id does not come from this collection; ask again and judge that answer"
            )
        judged = feedback.Feedback(body.verdict, body.comment, opened.answer, opened.lost)
        try:
            feedback.store(bot.collection.folder, judged, Versions.of(bot))
        except feedback.NotKept as error:
            log.error("%s", error)  # with a path, which is for the operator alone
            detail = "the server cannot keep feedback at the moment; tell who runs it"
            raise HTTPException(507, detail) from error
        return {"stored": True}


def add_articles(routes: Routes) -> None:
    """What is read from the collection as it is."""

    @routes.get(
        "/articles",
        summary="List articles",
        description="Newest first; with `q`, those that have it in title, publisher, id, source or a topic. "
        "With `copies=false` one of each story that several papers print, the others in its `copies`.",
        response_model=rest_schema.Articles,
        response_description="A page of the list",
    )
    def articles(
        filters: ChosenFilters,
        served: Chosen,
        q: str = "",
        copies: bool = True,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Json:
        found = served.listing.found(q, filters)
        stories = [[one] for one in found] if copies else served.listing.stories(found)
        shown = stories[offset : offset + limit]
        rows = [
            {**schema.Summary.json_of(first), "copies": list(others[:_COPIES]), "more": len(others[_COPIES:])}
            for first, *others in shown
        ]
        return {"articles": rows, "total": len(stories)}

    originals.add_routes(routes)
    versions.add_routes(routes)

    # An article's id may hold a slash, hence `:path`; what is below it was added before.
    @routes.get(
        "/articles/{article_id:path}",
        summary="Read an article",
        description="With `start` and `end`, which may be given several times, also the text between them; "
        "with `version`, an older version.",
        response_model=rest_schema.Article,
        response_description="The whole article",
    )
    def article(
        article_id: str, start: Offsets, end: Offsets, served: Chosen, version: versions.Number = None
    ) -> Json:
        past = versions.past(served.bot, article_id)
        shown = versions.found(lambda: schema.Version.of(past, version))
        return {**shown, "highlights": _highlights(past.version(version), start, end)}


def add_status(routes: Routes, ready: Callable[[str], bool], uploads: bool) -> None:
    """What the server tells of a collection; `ready` by its name, `uploads`: whether files can be added."""

    @routes.get(
        "/collection",
        summary="What the collection holds",
        response_model=rest_schema.Collection,
        response_description="Counts, publishers, versions",
    )
    def collection_of(request: Request, served: Chosen) -> Json:
        bot, listing = served.bot, served.listing
        first, last = listing.days()
        return {
            "version": version("cuttings"),
            "name": served.name,
            "articles": len(listing.articles()),
            "passages": listing.passages(),
            "revision": listing.stamp(),
            "first": first,
            "last": last,
            "publishers": [{"name": name, "articles": count} for name, count in listing.publishers()],
            "model": bot.settings.model,
            "reader": bot.settings.reader,
            "ready": ready(served.name),
            "uploads": uploads and not served.is_all and caller_of(request.scope).may(INGEST),
            "examples": bot.examples(),
        }


def add_list(api: FastAPI, collections: Collections, ready: Callable[[str], bool]) -> None:
    """The collections of the server."""

    @api.get(
        LIST,
        summary="Which collections there are",
        description="Every other address is that of the first one; under `/api/v1/collections/{collection}` "
        "it is that of the one named, or under `/api/v1/collections/all` of all of them together.",
        response_model=rest_schema.Collections,
        response_description="Those that the caller may use, the first of the server first",
    )
    def listed(request: Request) -> Json:
        mine = collections.open_to(caller_of(request.scope))
        return {
            "collections": [_listed(one, ready(one.name)) for one in mine if not one.is_all],
            "together": any(one.is_all for one in mine),
        }


def _listed(served: Served, ready: bool) -> Json:
    gone = served.bot.collection.gone
    articles = None if gone else len(served.listing.articles())
    return {"name": served.name, "articles": articles, "ready": ready and not gone, "gone": gone}


def _reopened(answer_id: str, bot: Chatbot) -> Reopened:
    try:
        return reopen(answer_id, bot.collection)
    except CuttingsError as error:
        raise HTTPException(404, str(error)) from error


def _highlights(article: Article, starts: list[int], ends: list[int]) -> list[Json]:
    if len(starts) != len(ends):
        raise HTTPException(400, f"{len(starts)} times start, {len(ends)} times end; give them in pairs")
    if len(starts) > _HIGHLIGHTS:  # each may be the whole article
        raise HTTPException(400, f"{len(starts)} places; ask for at most {_HIGHLIGHTS} at once")
    for start, end in zip(starts, ends, strict=True):
        if not 0 <= start < end <= len(article.text):
            raise HTTPException(
                400,
                f"{start} to {end} is no place in {article.id!r}, which has {len(article.text)} characters",
            )
    return [
        {"start": start, "end": end, "text": article.text[start:end]}
        for start, end in zip(starts, ends, strict=True)
    ]
