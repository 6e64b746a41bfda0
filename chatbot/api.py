"""The REST interface: ask, search and read articles, as JSON."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from anyio import to_thread
from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match

from chatbot import events
from chatbot.answer import Turn
from chatbot.guard import Guard
from chatbot.limits import Limits
from chatbot.present import Json, answer_json, article_json, hit_json, summary_json
from chatbot.problems import Failures, answer_problems
from chatbot.watch import Watch
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

log = logging.getLogger(__name__)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class Loading:
    """The warming of a bot in a thread, so that the page can open before it is done.

    Nothing waits for it: a question that comes earlier loads for itself what it needs.
    """

    def __init__(self, bot: Chatbot) -> None:
        self._bot = bot
        self.done = False
        self.ready = False

    def start(self) -> None:
        threading.Thread(target=self._load, name="warm", daemon=True).start()

    def _load(self) -> None:
        try:
            self._bot.warm()
            self.ready = True
        except CuttingsError as error:
            log.error("%s", error)
        except Exception:
            log.exception("the models could not be loaded")
        finally:
            self.done = True


class Message(BaseModel, extra="forbid"):
    role: Literal["user", "assistant"]
    content: str


class Question(BaseModel, extra="forbid"):
    question: str
    history: list[Message] = []
    as_typed: bool = False
    any_time: bool = False


def app(
    bot: Chatbot,
    loading: Loading | None = None,
    hosts: frozenset[str] | None = None,
    sites: frozenset[str] = frozenset(),
) -> FastAPI:
    """The REST interface over `bot`.

    `loading` is what `/readyz` tells of; with `hosts`, requests that call this server by any other name are
    refused. Pages of `sites` may use it besides its own.
    """
    # FastAPI's own documentation pages load their scripts from elsewhere; nothing here does that.
    api = FastAPI(title="Cuttings", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    _layer(api, hosts, sites)
    answer_problems(api)

    @api.post("/api/v1/ask")
    async def ask(request: Request, body: Question) -> Response:
        turns = [Turn(message.role, message.content) for message in body.history]
        answer = await to_thread.run_sync(
            partial(bot.ask, body.question, turns, as_typed=body.as_typed, any_time=body.any_time)
        )
        if events.MEDIA_TYPE in request.headers.get("accept", ""):
            return StreamingResponse(
                events.stream(answer, request.scope["path"]),
                media_type=events.MEDIA_TYPE,
                # A proxy that gathers a response before it passes it on would hold the events back.
                headers={"cache-control": "no-store", "x-accel-buffering": "no"},
            )
        return JSONResponse(answer_json(answer))

    @api.get("/api/v1/search")
    def search(q: str, k: Annotated[int, Query(ge=1, le=100)] = 10) -> Json:
        return {"query": q, "hits": [hit_json(hit, text=True) for hit in bot.search(q, k)]}

    @api.get("/api/v1/articles")
    def articles() -> Json:
        return {"articles": [summary_json(article) for article in bot.collection.articles()]}

    # An article's id may hold a slash, hence `:path`.
    @api.get("/api/v1/articles/{article_id:path}")
    def article(article_id: str) -> Json:
        try:
            return article_json(bot.collection.article(article_id))
        except CuttingsError as error:
            raise HTTPException(404, str(error)) from error

    # Else an address that does not exist would fall through to the page, and be answered in its way.
    @api.api_route("/api/{rest:path}", methods=_METHODS, include_in_schema=False)
    def unknown(request: Request, rest: str) -> None:
        path = request.scope["path"]
        served = ", ".join(method for method in _METHODS if _is_served(api, method, path))
        if not served:
            raise HTTPException(404, f"nothing is served at /api/{rest}; see /api/v1/openapi.json")
        raise HTTPException(405, f"{request.method} {path} is not served, {served} is", {"allow": served})

    @api.get("/healthz")
    def healthz() -> Json:
        return {"ok": True, "ready": loading is None or loading.ready}

    return api


def _is_served(api: FastAPI, method: str, path: str) -> bool:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    others = (route for route in api.routes if getattr(route, "name", "") != "unknown")
    return any(route.matches(scope)[0] == Match.FULL for route in others)


def _layer(api: FastAPI, hosts: frozenset[str] | None, sites: frozenset[str]) -> None:
    """What a request passes through, the innermost first."""
    api.add_middleware(Failures)
    api.add_middleware(Limits)
    # Without this Gradio adds a rule of its own, which lets any site read with the visitor's credentials.
    api.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(sites),
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
        expose_headers=["X-Request-Id", "Retry-After"],
        max_age=7200,  # seconds; the longest that Chromium keeps it
    )
    api.add_middleware(Guard, hosts=hosts, sites=sites)
    api.add_middleware(Watch)
