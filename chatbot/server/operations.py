"""What an operator's programs ask of the server: does it run, is it ready, what has it done."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from chatbot.render.schema import Json
from chatbot.server.metrics import MEDIA_TYPE, Metrics
from chatbot.server.views import Views
from index.store import Gone

RETRY_AFTER = 2
"""Seconds; the models take a few to load."""


def add_operations(
    api: FastAPI, metrics: Metrics, views: Views, ready: Callable[[], bool], gone: Callable[[], bool]
) -> None:
    # Those who only look whether a server is there send HEAD.
    @api.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> Json:
        return {"ok": True, "ready": ready()}

    @api.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    async def readyz() -> Json:
        if not ready():
            detail = f"the models are not loaded; try again in {RETRY_AFTER} s, or look in the server's log"
            raise HTTPException(503, detail, {"retry-after": str(RETRY_AFTER)})
        if gone():
            raise HTTPException(503, str(Gone()))
        return {"ready": True}

    @api.get("/metrics", include_in_schema=False)
    def numbers(request: Request) -> Response:
        return Response(views.read(request.scope, metrics.text), media_type=MEDIA_TYPE)
