"""The operator's page: sources, keys, feedback and evaluation of a collection, over the REST interface."""

from __future__ import annotations

from html import escape
from string import Template

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chatbot.server.access import caller_of
from chatbot.server.evaluation import report_of
from chatbot.server.files import WEB, file
from chatbot.server.served import COLLECTION, Collections, elsewhere
from chatbot.server.shell import ICON, chooser

MODULES = ("operator.js", *sorted(f"operator/{module.name}" for module in (WEB / "operator").glob("*.js")))


def add_page(app: FastAPI, collections: Collections) -> None:
    """`/operator`, what it needs beside the modules of the chat page, and `/evaluation`, the whole report."""
    template = Template((WEB / "operator.html").read_text(encoding="utf-8"))

    def page(request: Request) -> Response:
        if other := elsewhere(request, collections):
            return RedirectResponse(f"./operator{other}")
        caller = caller_of(request.scope)
        served = collections.of(request.query_params.get(COLLECTION, ""), caller)
        names = [one.name for one in collections.open_to(caller)]
        shown = template.substitute(
            icon=ICON,
            chooser=chooser(names, served.name),
            who=escape(caller.name),
            session="" if caller.name else "hidden",
            alone="hidden" if served.is_all else "",
        )
        return HTMLResponse(shown)

    def report(request: Request) -> Response:
        served = collections.of(request.query_params.get(COLLECTION, ""), caller_of(request.scope))
        if served.hides:  # it quotes articles
            raise HTTPException(404, "there is nothing here yet")
        return file(report_of(served.bot.collection.folder))(request)

    app.add_route("/operator", page)
    app.add_route("/evaluation", report)
    for name in ("operator.css", *MODULES):
        app.add_route(f"/assets/{name}", file(name))
