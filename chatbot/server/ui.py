"""The server: the chat page mounted on the REST interface, at one address.

Gradio takes seconds to import, so it is imported inside `page_app` only.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chatbot.keys import ADMIN
from chatbot.server import api, embed, operator_page
from chatbot.server.access import caller_of
from chatbot.server.connection import protocol
from chatbot.server.files import file, script
from chatbot.server.guard import Hosts
from chatbot.server.loading import Loading
from chatbot.server.logs import log_as_json
from chatbot.server.recognition import ONLY_HERE, Mode, Peer
from chatbot.server.schedule import Schedule, encoder_that_gives_way
from chatbot.server.served import COLLECTION, Collections, Served, elsewhere
from chatbot.server.shell import (
    FIRST,
    LANGUAGES,
    PDF_VIEWER,
    SCRIPTS,
    gradio_assets,
    html,
    missing,
)
from chatbot.shelf import ALL, MOST, NotForThisKey, Shelf, UnknownCollection
from corpus.errors import CuttingsError
from index.ingest.workers import Workers
from index.store import Gone

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""Addresses that only this machine can reach; a server at one answers to these names only."""


_SYNCS_END = 3.5
"""Seconds for a sync to put away what it has in hand, while the last answers are given."""


def serve(
    bots: Chatbot | Shelf,
    host: str,
    port: int,
    sites: frozenset[str] = frozenset(),
    log_format: Literal["text", "json"] = "text",
    uploads: bool = False,
    public_name: str | None = None,
    access: str = "open",
    proxies: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    sync_every: float | None = None,
) -> None:
    """Serve until interrupted, and print the address once it answers. Port 0 takes any free port.

    It answers to localhost, to `public_name` where there is one, and, bound to another address, to addresses.
    Pages of `sites` may use the server besides its own; with `uploads` files can be added there. `access`
    is as `--access` has it; the headers of `proxies` are believed, and whom they sign on sees the articles of
    `groups`. As text only warnings and errors are logged, as JSON every request too. `sync_every` so many
    seconds each collection is brought in step with its sources.
    Raises CuttingsError where the address cannot be had, or nobody could sign in.
    """
    # A name is what a proxy passes requests of others on by.
    mode = Mode.of(access, proxies, host in LOCAL and public_name is None, groups)
    shelf = Shelf.of(bots)
    mode.check(shelf.bot(shelf.first).collection.folder)
    # Before the slow imports, so that a busy port is reported at once.
    listener = listen(host, port)
    own_format: dict[str, Any] = {}
    if log_format == "json":
        log_as_json()
        own_format["log_config"] = None  # uvicorn's records go where all others go
    loading = Loading(shelf)
    schedules = _schedules(shelf, sync_every)
    config = uvicorn.Config(
        _behind_proxies(
            page_app(shelf, loading, _hosts(host, public_name), sites, uploads, mode, schedules), proxies
        ),
        proxy_headers=False,  # believed within, once it is known whom the connection is with
        http=protocol(),
        log_level="warning",
        access_log=False,
        **own_format,
        # Without it the event stream of an open page keeps the server from ending.
        timeout_graceful_shutdown=3,
    )
    loading.start()
    for schedule in schedules.values():
        schedule.start()
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, schedules.values()).run(sockets=[listener])


def _schedules(shelf: Shelf, every: float | None) -> dict[str, Schedule]:
    """The syncs of each collection, by its name."""
    return {
        name: Schedule(bot, every, Workers(1, partial(encoder_that_gives_way, bot.settings.model)))
        for name, bot in shelf.bots()
        if name != ALL
    }


def _behind_proxies(app: ASGIApp, proxies: tuple[str, ...]) -> ASGIApp:
    """The application, told the client's address by those proxies that are believed."""
    trusted = [*os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1").split(","), *proxies]
    believing: Any = ProxyHeadersMiddleware  # uvicorn has types of its own for what Starlette passes on
    return Peer(believing(app, [address.strip() for address in trusted]))


def _hosts(host: str, public_name: str | None) -> Hosts:
    """What a server at `host` answers to."""
    return Hosts(LOCAL | ({public_name.lower()} if public_name else set()), addresses=host not in LOCAL)


_MISSING: dict[type[CuttingsError], int] = {UnknownCollection: 404, NotForThisKey: 403, Gone: 503}
"""Why a collection has no page, and the status of what is shown in its place."""


def page_app(
    bots: Chatbot | Shelf,
    loading: Loading,
    hosts: Hosts | None = None,
    sites: frozenset[str] = frozenset(),
    uploads: bool = False,
    mode: Mode = ONLY_HERE,
    schedules: Mapping[str, Schedule] | None = None,
) -> FastAPI:
    """The REST interface with the page mounted at "/"."""
    # Read when Gradio is imported: without them the server looks up hosts outside.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import gradio

    from chatbot.server import gradio_log, mcp_server
    from chatbot.server.page import blocks

    gradio_log.take_over()
    app = api.app(bots, loading, hosts, sites, uploads, mode=mode, schedules=schedules)
    collections: Collections = app.state.collections
    mcp_server.mount(app, collections)
    for name in (*FIRST, *SCRIPTS, *LANGUAGES):
        app.add_route(f"/assets/{name}", file(name))
    for name in PDF_VIEWER:
        app.add_route(f"/assets/{name}", script(name))
    embed.add_routes(app)
    assets = gradio_assets(Path(gradio.__file__).parent / "templates/frontend/index.html")

    # Made anew when a collection has changed: listing a large one takes a moment.
    @lru_cache(maxsize=2 * MOST)
    def whole(served: Served, revision: int, operator: bool, names: tuple[str, ...]) -> str:
        return html(served.bot, assets, operator, names, served.name)

    def page_of(request: Request) -> Response:
        caller = caller_of(request.scope)
        names = tuple(one.name for one in collections.open_to(caller))
        if other := elsewhere(request, collections):
            return RedirectResponse(f"./{other}")
        try:
            served = collections.of(request.query_params.get(COLLECTION, ""), caller)
        except tuple(_MISSING) as error:
            return HTMLResponse(missing(str(error), names), _MISSING[type(error)])
        operator = caller.may(ADMIN)
        return HTMLResponse(whole(served, served.bot.collection.revision, operator, names))

    app.add_route("/", page_of)
    operator_page.add_page(app, collections)

    page = blocks(collections, loading)
    gradio.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gradio.themes.Base(font="system-ui", font_mono="monospace"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
    )
    # Mounting leaves this unset, and unset a posted message may name any file of the server and be given it.
    page.has_launched = True
    return app


class _Server(uvicorn.Server):
    """A server that says where it is, once it answers, and ends quietly, and its syncs with it."""

    def __init__(self, config: uvicorn.Config, schedules: Iterable[Schedule]) -> None:
        super().__init__(config)
        self._schedules = schedules

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            host, port = sockets[0].getsockname()[:2]
            name = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
            print(f"Cuttings is at http://{name}:{port} (Ctrl+C ends it)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for schedule in self._schedules:
            schedule.stop()
        # Cutting off the event stream of an open page is no error, but is logged as one, with a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        until = time.monotonic() + _SYNCS_END
        await super().shutdown(sockets)
        for schedule in self._schedules:
            schedule.wait(until - time.monotonic())


def listen(host: str, port: int) -> socket.socket:
    """What a server hears on. CuttingsError where that cannot be had."""
    # Of TCP by name: else asyncio lets an answer on a connection that is kept wait 40 ms for the client.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A port is free again as soon as the last server has ended, not a minute later.
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise CuttingsError(f"port {port} is in use; choose another with --port") from error
        raise CuttingsError(
            f"cannot serve at {host}:{port} ({error}); choose with --host and --port"
        ) from error
    return listener
