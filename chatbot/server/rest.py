"""The routes under /api/v1: ask, search, read articles, open an answer again, say what one thinks of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from chatbot import feedback
from chatbot.feedback import Versions
from chatbot.filters import Filters
from chatbot.permalink import Reopened, reopen
from chatbot.render.json import answer_json, article_json, hit_json, summary_json
from chatbot.server import events, upload
from chatbot.server import rest_schema as schema
from chatbot.server.asking import Desk
from chatbot.server.disconnect import while_there
from chatbot.server.listing import Listing
from chatbot.server.rest_schema import gives
from corpus.article import Article
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot


_HIGHLIGHTS = 100
"""Places of an article that are given at once."""


async def _filters(
    publisher: Annotated[
        list[str], Query(default_factory=list, description="Name of a publisher; may be given several times.")
    ],
    start: Annotated[date | None, Query(alias="from", description="First day of publication.")] = None,
    end: Annotated[date | None, Query(alias="to", description="Last day of publication.")] = None,
) -> Filters:
    return Filters(tuple(publisher), start, end).checked()


Wanted = Annotated[Filters, Depends(_filters)]
Offsets = Annotated[list[int], Query(default_factory=list, description="Of a place to give as a highlight.")]


def add_questions(api: FastAPI, bot: Chatbot, desk: Desk) -> None:
    """What takes the model."""

    @api.post(
        "/api/v1/ask",
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
    async def ask(request: Request, body: schema.Ask) -> Response:
        asking = desk.ask(
            body.question,
            body.turns(),
            as_typed=body.as_typed,
            any_time=body.any_time,
            filters=body.wanted(),
        )
        answer = await while_there(request, asking)
        if events.MEDIA_TYPE not in request.headers.get("accept", ""):
            return JSONResponse(answer_json(answer))
        return StreamingResponse(
            events.stream(answer, request.scope["path"]),
            media_type=events.MEDIA_TYPE,
            # A proxy that gathers a response before it passes it on would hold the events back.
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    @api.get(
        "/api/v1/search",
        summary="Find passages",
        description="The passages nearest to a query, before any sentence is read for an answer.",
        responses=gives(schema.Found, "The passages, best first"),
    )
    async def search(
        request: Request, q: str, filters: Wanted, k: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> Response:
        hits = await while_there(request, desk.search(q, k, filters=filters))
        return JSONResponse({"query": q, "hits": [hit_json(hit, text=True) for hit in hits]})

    @api.get(
        "/api/v1/answers/{answer_id}",
        summary="Open an answer again",
        description="Every quotation is cut from its article anew; what no longer stands there is left out.",
        responses=gives(schema.Reopened, "The answer as it was given"),
    )
    def answer(answer_id: str) -> Response:
        reopened = _reopened(answer_id, bot)
        return JSONResponse({"answer": answer_json(reopened.answer), "lost": reopened.lost})

    @api.post(
        "/api/v1/feedback",
        status_code=201,
        summary="Say what you think of an answer",
        description="Kept beside the collection for later evaluation, with question, answer and versions.",
        responses=gives(schema.Stored, "It is stored", status=201),
    )
    def judge(body: schema.Feedback) -> Response:
        opened = _reopened(body.answer_id, bot)
        judged = feedback.Feedback(body.verdict, body.comment, opened.answer, opened.lost)
        feedback.store(bot.collection.folder, judged, Versions.of(bot))
        return JSONResponse({"stored": True}, 201)


def add_articles(api: FastAPI, bot: Chatbot, listing: Listing) -> None:
    """What is read from the collection as it is."""

    @api.get(
        "/api/v1/articles",
        summary="List articles",
        description="Newest first; with `q`, those that have it in title, publisher, id or source.",
        responses=gives(schema.Articles, "A page of the list"),
    )
    def articles(
        filters: Wanted,
        q: str = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        found = listing.found(q, filters)
        page = [summary_json(article) for article in found[offset : offset + limit]]
        return JSONResponse({"articles": page, "total": len(found)})

    # An article's id may hold a slash, hence `:path`.
    @api.get(
        "/api/v1/articles/{article_id:path}",
        summary="Read an article",
        description="With `start` and `end`, which may be given several times, also the text between them.",
        responses=gives(schema.Article, "The whole article"),
    )
    def article(article_id: str, start: Offsets, end: Offsets) -> Response:
        try:
            found = bot.collection.article(article_id)
        except CuttingsError as error:
            raise HTTPException(404, str(error)) from error
        return JSONResponse({**article_json(found), "highlights": _highlights(found, start, end)})


def add_uploads(api: FastAPI, bot: Chatbot) -> None:
    """What adds to the collection; only where whoever runs the server allows it."""

    @api.post(
        "/api/v1/articles",
        summary="Add a file",
        description="The body is the file, its name tells its kind. One of the same name is replaced.",
        responses=gives(schema.Added, "What became of it, by article id"),
    )
    async def add(request: Request, name: str) -> Response:
        report = await to_thread.run_sync(upload.add, bot, name, await request.body())
        skipped = [{"source": one.source, "reason": one.reason} for one in report.skipped]
        told = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
        return JSONResponse({**told, "skipped": skipped})


def add_status(api: FastAPI, bot: Chatbot, listing: Listing, ready: Callable[[], bool]) -> None:
    """What the server tells of itself. Added last: it tells whether a route for uploads was."""

    @api.get(
        "/api/v1/collection",
        summary="What the collection holds",
        responses=gives(schema.Collection, "Counts, publishers, versions"),
    )
    def collection() -> Response:
        first, last = listing.days()
        return JSONResponse(
            {
                "version": version("cuttings"),
                "articles": len(listing.articles()),
                "passages": listing.passages(),
                "revision": listing.revision,
                "first": first,
                "last": last,
                "publishers": [{"name": name, "articles": count} for name, count in listing.publishers()],
                "model": bot.settings.model,
                "reader": bot.settings.reader,
                "ready": ready(),
                "uploads": "post" in api.openapi()["paths"]["/api/v1/articles"],
                "examples": list(bot.examples()),
            }
        )


def _reopened(answer_id: str, bot: Chatbot) -> Reopened:
    try:
        return reopen(answer_id, bot.collection)
    except CuttingsError as error:
        raise HTTPException(404, str(error)) from error


def _highlights(article: Article, starts: list[int], ends: list[int]) -> list[dict[str, int | str]]:
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
