"""The application: the REST interface, and the layers that every request passes through."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match

from chatbot.server import openapi
from chatbot.server.access import Access
from chatbot.server.async_chatbot import GatedChatbot
from chatbot.server.gate import Gate
from chatbot.server.guard import Guard, Hosts
from chatbot.server.limits import Limits
from chatbot.server.listing import Listing
from chatbot.server.metrics import Metrics
from chatbot.server.operations import add_operations
from chatbot.server.problems import Failures, answer_problems
from chatbot.server.recognition import ONLY_HERE, Mode, Recognition
from chatbot.server.request_log import RequestLog
from chatbot.server.rest import add_articles, add_questions, add_status, add_uploads
from chatbot.server.schedule import Schedule
from chatbot.server.sign_in import SignIn
from chatbot.threads import in_background
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.settings import Settings

log = logging.getLogger(__name__)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class Loading:
    """The warming of a bot in a thread, so that the page can open before it is done.

    Nothing waits for it: a question that comes earlier loads for itself what it needs. It is `ready` when the
    models are loaded, and `done` when suggestions have been tried too.
    """

    def __init__(self, bot: Chatbot) -> None:
        self._bot = bot
        self.done = False
        self.ready = False

    def start(self) -> None:
        in_background(self._load)

    def _load(self) -> None:
        try:
            self._bot.warm()
            self.ready = True
            self._bot.try_suggestions()
            self.done = True
            self._bot.settle()
        except CuttingsError as error:
            log.error("%s", error)
        except Exception:
            log.exception("the models could not be loaded")
        finally:
            self.done = True


def app(
    bot: Chatbot,
    loading: Loading | None = None,
    hosts: Hosts | None = None,
    sites: frozenset[str] = frozenset(),
    uploads: bool = False,
    gate: Gate | None = None,
    mode: Mode = ONLY_HERE,
    schedule: Schedule | None = None,
) -> FastAPI:
    """The REST interface over `bot`.

    `loading` is what `/readyz` tells of; with `hosts`, requests that call this server by any other name are
    refused. Pages of `sites` may use it besides its own; with `uploads` files can be added. `gate` is shared
    with others who ask the bot, through `state.gated`. `mode`: how it knows who calls.
    """

    def ready() -> bool:
        return loading is None or loading.ready

    api = openapi.Documented()
    gate = gate or Gate()
    listing = Listing(bot.collection)
    metrics = Metrics(gate, listing, ready, schedule)
    recognition = Recognition(bot.collection.folder, mode)
    sign_in = SignIn(recognition)
    _layer(api, hosts, sites, uploads, metrics, bot.settings, recognition, sign_in)
    sign_in.add_routes(api)
    answer_problems(api)
    gated = api.state.gated = GatedChatbot(bot, gate, metrics)
    add_questions(api, bot, gated)
    add_articles(api, bot, listing)
    if uploads:
        add_uploads(api, bot)
    add_status(api, bot, listing, ready)
    add_operations(api, metrics, ready, lambda: bot.collection.gone)

    # Else an address that does not exist would fall through to the page, and be answered in its way.
    @api.api_route("/api/{rest:path}", methods=_METHODS, include_in_schema=False)
    def unknown(request: Request, rest: str) -> None:
        path = request.scope["path"]
        served = ", ".join(method for method in _METHODS if _is_served(api, method, path))
        if not served:
            raise HTTPException(404, f"nothing is served at /api/{rest}; see {openapi.ADDRESS}")
        raise HTTPException(405, f"{request.method} {path} is not served, {served} is", {"allow": served})

    return api


def _is_served(api: FastAPI, method: str, path: str) -> bool:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    # Not the page, which is mounted beneath everything and matches any address.
    own = (route for route in api.routes if isinstance(route, APIRoute) and route.name != "unknown")
    return any(route.matches(scope)[0] == Match.FULL for route in own)


def _layer(
    api: FastAPI,
    hosts: Hosts | None,
    sites: frozenset[str],
    uploads: bool,
    metrics: Metrics,
    settings: Settings,
    recognition: Recognition,
    sign_in: SignIn,
) -> None:
    """What a request passes through, the innermost first."""
    questions = (settings.questions_per_minute, settings.key_questions_per_minute)
    api.add_middleware(Failures)
    api.add_middleware(Limits, sites=sites, uploads=uploads, questions=questions)
    api.add_middleware(
        Access, recognise=recognition, sign_in=sign_in, private=recognition.mode.kind != "open"
    )
    # Without this Gradio adds a rule of its own, which lets any site read with the visitor's credentials.
    api.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(sites),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        expose_headers=["X-Request-Id", "Retry-After"],
        max_age=7200,  # seconds; the longest that Chromium keeps it
    )
    api.add_middleware(Guard, hosts=hosts, sites=sites)
    api.add_middleware(RequestLog, metrics=metrics)
