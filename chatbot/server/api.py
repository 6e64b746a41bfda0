"""The application: the REST interface, and the layers that every request passes through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match

from chatbot.server import links, openai_api, openapi, operator_api, visibility
from chatbot.server.access import Access
from chatbot.server.async_chatbot import GatedChatbot
from chatbot.server.citations import add_citations
from chatbot.server.gate import Gate
from chatbot.server.guard import Guard, Hosts
from chatbot.server.library import add_library
from chatbot.server.limits import Limits
from chatbot.server.loading import Loaded, Loading
from chatbot.server.metrics import Metrics
from chatbot.server.operations import add_operations
from chatbot.server.problems import Failures, answer_problems
from chatbot.server.recognition import ONLY_HERE, Mode, Recognition
from chatbot.server.request_log import RequestLog
from chatbot.server.rest import add_articles, add_list, add_questions, add_status
from chatbot.server.routes import Routes
from chatbot.server.schedule import Schedule
from chatbot.server.served import Collections
from chatbot.server.sign_in import SignIn
from chatbot.shelf import ALL, Shelf

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.settings import Settings

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def app(
    bots: Chatbot | Shelf,
    loading: Loading | None = None,
    hosts: Hosts | None = None,
    sites: frozenset[str] = frozenset(),
    uploads: bool = False,
    gate: Gate | None = None,
    mode: Mode = ONLY_HERE,
    schedules: Mapping[str, Schedule] | None = None,
) -> FastAPI:
    """The REST interface over one chatbot, or over those of several collections.

    `loading` is what `/readyz` tells of; with `hosts`, requests that call this server by any other name are
    refused. Pages of `sites` may use it besides its own; with `uploads` files can be added. `gate` is shared
    with others who ask, through `state.collections`. `mode`: how it knows who calls; keys, the password and
    the limits are those of the first collection. `schedules` are the syncs of collections by their names,
    those of the others begin only when an operator begins them.
    """
    shelf = Shelf.of(bots)
    loading = loading or Loaded(shelf)
    api = openapi.Documented()
    gate = gate or Gate()
    names = [name for name, _ in shelf.bots()]
    given = schedules or {}
    syncs = {name: given.get(name) or Schedule(bot, None) for name, bot in shelf.bots() if name != ALL}
    metrics = Metrics(gate, names, loading.is_ready, syncs)
    collections = Collections(shelf, lambda name, bot: GatedChatbot(bot, gate, metrics, name))
    api.state.collections = collections
    first = collections.first.bot
    recognition = Recognition(first.collection.folder, mode)
    sign_in = SignIn(recognition)
    _layer(api, hosts, sites, uploads, metrics, first.settings, recognition, sign_in)
    sign_in.add_routes(api)
    answer_problems(api)
    routes = Routes(api)
    add_questions(routes)
    add_citations(routes)
    add_articles(routes)
    if uploads:
        add_library(routes)
    links.add_routes(api, routes, collections)
    visibility.add_routes(routes)
    add_status(routes, loading.is_ready, uploads)
    operator_api.add_sources(routes, syncs)
    operator_api.add_keys(routes, recognition.keys, collections)
    operator_api.add_judgements(routes)
    add_list(api, collections, loading.is_ready)
    add_operations(api, metrics, collections, loading)
    openai_api.add_routes(api, collections)

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
