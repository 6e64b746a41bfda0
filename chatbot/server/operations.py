"""What an operator's programs ask of the server: does it run, is it ready, what has it done."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from chatbot.keys import READ
from chatbot.render.schema import Json
from chatbot.server.access import caller_of
from chatbot.server.loading import Loading
from chatbot.server.metrics import MEDIA_TYPE, Metrics
from chatbot.server.served import Collections, Served
from index.store import Gone

RETRY_AFTER = 2
"""Seconds; the models take a few to load."""


def add_operations(api: FastAPI, metrics: Metrics, collections: Collections, loading: Loading) -> None:
    # Those who only look whether a server is there send HEAD.
    @api.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> Json:
        return {"ok": True, "ready": loading.ready}

    @api.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    def readyz(request: Request) -> Json:
        if not loading.ready:
            detail = f"the models are not loaded; try again in {RETRY_AFTER} s, or look in the server's log"
            raise HTTPException(503, detail, {"retry-after": str(RETRY_AFTER)})
        states = {one.name: _state(one, loading) for one in collections.each() if not one.is_all}
        if set(states.values()) == {"gone"}:
            raise HTTPException(503, str(Gone()))
        # What there is is for those only who may read it.
        caller = caller_of(request.scope)
        told = {name: state for name, state in states.items() if caller.may(READ) and caller.may_use(name)}
        return {"ready": True, "collections": told}

    @api.get("/metrics", include_in_schema=False)
    def numbers(request: Request) -> Response:
        text = metrics.text(collections.open_to(caller_of(request.scope)))
        return Response(text, media_type=MEDIA_TYPE)


def _state(served: Served, loading: Loading) -> str:
    if served.bot.collection.gone:
        return "gone"
    return "ready" if loading.is_ready(served.name) else "not ready"
