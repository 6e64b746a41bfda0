"""The OpenAPI document: what FastAPI makes of the routes, with errors told as what they are."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from chatbot.server.problems import MEDIA_TYPE
from chatbot.server.rest_schema import Problem

ADDRESS = "/api/v1/openapi.json"

_ABOUT = (
    "Asks a person's own articles. Answers are sentences of them, word for word, each with its place: "
    "`quote == text[start:end]`, counted in characters (code points). Nothing is written by a model. "
    "Every response has an `X-Request-Id`; every error is a problem (RFC 9457)."
)


class Documented(FastAPI):
    """An application whose errors are problems, in its OpenAPI document too."""

    def __init__(self) -> None:
        super().__init__(
            title="Cuttings",
            version=version("cuttings"),
            description=_ABOUT,
            responses={"default": {"model": Problem, "description": "A problem"}},
            openapi_url=ADDRESS,
            # FastAPI's own documentation pages load their scripts from elsewhere; nothing here does that.
            docs_url=None,
            redoc_url=None,
        )

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            for routes in super().openapi()["paths"].values():
                for route in routes.values():
                    content = route["responses"]["default"]["content"]
                    content[MEDIA_TYPE] = content.pop("application/json")
        assert self.openapi_schema
        return self.openapi_schema
