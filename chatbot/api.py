"""The REST interface: ask, search and read articles, as JSON.

Every error is `{"error": "one line"}` with the right status; a traceback goes to the log and never to the
client.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

from chatbot.answer import Turn
from chatbot.guard import Guard
from chatbot.present import Json, answer_json, article_json, hit_json, summary_json
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

log = logging.getLogger(__name__)


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


class Message(BaseModel):
    role: Literal["user", "assistant"]
    content: str


class Question(BaseModel):
    question: str
    history: list[Message] = []
    as_typed: bool = False
    any_time: bool = False


def app(bot: Chatbot, loading: Loading | None = None, hosts: frozenset[str] | None = None) -> FastAPI:
    """The REST interface over `bot`.

    `loading` is what `/healthz` tells of; with `hosts`, requests that call this server by any other name are
    refused.
    """
    # FastAPI's own documentation pages load their scripts from elsewhere; nothing here does that.
    api = FastAPI(title="Cuttings", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    api.add_middleware(Guard, hosts=hosts)

    @api.post("/api/v1/ask")
    def ask(body: Question) -> Json:
        turns = [Turn(message.role, message.content) for message in body.history]
        return answer_json(bot.ask(body.question, turns, as_typed=body.as_typed, any_time=body.any_time))

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
    @api.api_route("/api/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    def unknown(rest: str) -> None:
        raise HTTPException(404, f"nothing is served at /api/{rest}; see /api/v1/openapi.json")

    @api.get("/healthz")
    def healthz() -> Json:
        return {"ok": True, "ready": loading is None or loading.ready}

    _answer_errors(api)
    return api


def _answer_errors(api: FastAPI) -> None:
    """Have every kind of error answered as `{"error": "one line"}`."""

    @api.exception_handler(CuttingsError)
    def refused(_: Request, error: CuttingsError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400)

    @api.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return JSONResponse({"error": 'the body is not valid JSON; send {"question": "..."}'}, 422)
        where = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"{where}: {first['msg']}"}, 422)

    @api.exception_handler(StarletteHTTPException)
    def http(_: Request, error: StarletteHTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)

    @api.exception_handler(Exception)
    def unexpected(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": "something failed on the server; its log says what"}, 500)
