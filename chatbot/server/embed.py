"""What other sites put on their pages: the widget's script, a page of it for an iframe, and a demo."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from chatbot.server.files import file, script

EMBED = "/embed"

LONGEST = 200
"""Characters of a parameter of `/embed` that are read; no title, colour, language or key has more."""


PARAMETERS = ("title", "accent", "lang", "theme", "collection", "key")
"""The attributes of the widget, without their `data-`, that an iframe can ask for."""


def add_routes(app: FastAPI) -> None:
    """Serve `/widget.js`, `/embed` and `/widget-demo`."""
    app.add_route("/widget.js", script("widget.js"))
    app.add_route(EMBED, lambda request: HTMLResponse(embed(request.query_params)))
    app.add_route("/widget-demo", file("demo.html"))
    for name in ("embed.css", "demo.css", "demo.js"):
        app.add_route(f"/assets/{name}", file(name))


def embed(parameters: Mapping[str, str]) -> str:
    """A page that the widget fills; `parameters` may hold those of `PARAMETERS`."""
    known = {name: escape(parameters.get(name, "")[:LONGEST]) for name in PARAMETERS}
    attributes = "".join(f' data-{name}="{value}"' for name, value in known.items() if value)
    title = known["title"] or "Cuttings"
    return f"""<!doctype html>
<html lang="{known["lang"] or "en"}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/embed.css">
<script src="widget.js" data-target="#widget"{attributes} defer></script>
</head>
<body>
<main id="widget"><h1>{title}</h1></main>
</body>
</html>
"""
