"""OpenAI's interface under /v1: a collection as a model, so that any client of that interface can ask it."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from chatbot.render.linked import linked
from chatbot.render.links import page_of
from chatbot.server import events
from chatbot.server.access import caller_of
from chatbot.server.async_chatbot import AsyncChatbot
from chatbot.server.disconnect import unless_disconnected
from chatbot.server.openai_answer import Reply, beside
from chatbot.server.openai_errors import Refusal, error_json
from chatbot.server.openai_request import Asked, asked
from chatbot.server.openai_tasks import FOLLOW_UPS, Task, task
from chatbot.server.served import KEY, Collections, Served
from chatbot.shelf import NotForThisKey, UnknownCollection

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", re.ASCII)


def add_routes(api: FastAPI, collections: Collections) -> None:
    """They are not in the OpenAPI document, which is about an interface of our own."""
    created = int(collections.first.bot.collection.folder.stat().st_ctime)

    def model_json(served: Served) -> dict[str, object]:
        return {"id": served.name, "object": "model", "created": created, "owned_by": "cuttings"}

    @api.exception_handler(Refusal)
    def refused(_: Request, error: Refusal) -> JSONResponse:
        body = error_json(error.status_code, error.detail, error.param, error.code)
        return JSONResponse(body, error.status_code)

    @api.get("/v1/models", include_in_schema=False)
    def models(request: Request) -> JSONResponse:
        mine = collections.open_to(caller_of(request.scope))
        return JSONResponse({"object": "list", "data": [model_json(served) for served in mine]})

    @api.get("/v1/models/{name:path}", include_in_schema=False)
    def model(request: Request, name: str) -> JSONResponse:
        return JSONResponse(model_json(_model(request, name, collections)))

    @api.post("/v1/chat/completions", include_in_schema=False)
    async def completions(request: Request) -> Response:
        # Reading 256 KB of messages takes moments in which no other request would be answered.
        given = await run_in_threadpool(asked, await request.body())
        served = _model(request, given.model, collections)
        page = _page(request, served, collections.first)
        reply = await unless_disconnected(request, _reply(given, served.chatbot, page))
        if not given.stream:
            return JSONResponse(reply.completion())
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(reply.events(), media_type=events.MEDIA_TYPE, headers=headers)

    # Else an address that does not exist would fall through to the page, and be answered in its way.
    @api.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False, name="unknown")
    def unknown(request: Request, rest: str) -> None:
        raise Refusal(
            404,
            f"{request.method} {request.scope['path']!r:.80} is not served; there are GET /v1/models and "
            "POST /v1/chat/completions",
        )


def _model(request: Request, name: str, collections: Collections) -> Served:
    """The collection that is named as a model, "all" for all together. Whose key is for others learns no more
    than that there is none."""
    try:
        served = collections.of(name or "?", caller_of(request.scope))
    except (UnknownCollection, NotForThisKey) as error:
        mine = ", ".join(one.name for one in collections.open_to(caller_of(request.scope)))
        line = f"there is no model {name!r:.80}; there is {mine or 'none for you'}"
        raise Refusal(404, line, "model", "model_not_found") from error
    request.scope[KEY] = served.name
    return served


async def _reply(given: Asked, chatbot: AsyncChatbot, page: str) -> Reply:
    if errand := task(given.message, given.form):
        return Reply(given, [await _done(errand, chatbot)])
    if given.form != "text":
        raise Refusal(
            400, f"response_format is {given.form!r:.80}; quotations come as text only", "response_format"
        )
    answer = await chatbot.ask(given.message, given.turns)
    shown = linked(answer, page)
    return Reply(given, shown.pieces, beside(answer, shown, page))


async def _done(errand: Task, chatbot: AsyncChatbot) -> str:
    if errand.wants != FOLLOW_UPS or not errand.question:
        return errand.done()
    answer = await chatbot.ask(errand.question, errand.before)
    return errand.done(answer.suggestions)


def _page(request: Request, served: Served, first: Served) -> str:
    """The page of a collection, at the address of the settings, else at the one that the request came to."""
    host = request.headers.get("host", "")
    called = f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else "http://localhost"
    public = served.bot.settings.public_address or first.bot.settings.public_address
    return page_of(public or called, "" if served.name == first.name else served.name)
