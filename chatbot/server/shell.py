"""The page's HTML around Gradio: heading, source panel, scripts.

It takes the place of Gradio's own: it shows the heading before any script has run, it has no inline script
(the content security policy lets none run), and it names nothing outside this server.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chatbot.render.text import counted, day
from chatbot.server.files import WEB
from chatbot.server.served import COLLECTION
from chatbot.shelf import ALL
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='6' fill='%231a1c1f'/%3E"
    "%3Cpath d='M7 10h18M7 22h11' stroke='%23fff' stroke-width='3'/%3E"
    "%3Cpath d='M7 16h18' stroke='%23ffe88a' stroke-width='4'/%3E%3C/svg%3E"
)


SCRIPTS = (
    "page.js",
    "card.js",
    "chat.js",
    "cite.js",
    "collections.js",
    "conversations.js",
    "dom.js",
    "drawer.js",
    "filters.js",
    "gradio.js",
    "library.js",
    "page_view.js",
    "passage.js",
    "preview.js",
    "print.js",
    "question.js",
    "source.js",
    "tags.js",
    "upload.js",
    "versions.js",
    "words.js",
    *sorted(f"shared/{module.name}" for module in (WEB / "shared").glob("*.js")),
)
"""The page's own modules, the first of which loads the others, and those that it shares with the widget."""

FIRST = (
    "shared/palette.css",
    "page.css",
    "conversation.css",
    "source.css",
    "library.css",
    "cite.css",
    "print.css",
    "theme.js",
)
"""What the page is drawn with, before its modules run."""

PDF_VIEWER = ("pdfjs/pdf.min.mjs", "pdfjs/pdf.worker.min.mjs")
"""pdf.js, which is loaded when a citation of a PDF is opened."""


LANGUAGES = tuple(sorted(f"words/{module.name}" for module in (WEB / "words").glob("*.js")))
"""The page's words in other languages, each loaded where it is spoken."""


def gradio_assets(template: Path) -> str:
    """The tags that load Gradio's own script and style, whose file names differ from release to release."""
    tags = re.findall(
        r'<script type="module"[^>]* src="[^"]+"></script>|<link rel="stylesheet"[^>]*>',
        template.read_text(encoding="utf-8"),
    )
    if not tags:
        raise CuttingsError(f"no script is named in {template}; install the Gradio that Cuttings asks for")
    return "\n".join(tags)


def html(bot: Chatbot, assets: str, operator: bool, names: Sequence[str], name: str) -> str:
    """The whole page of the collection `name`, one of `names`.

    `assets` are the tags of `gradio_assets`, with `operator` it leads to the operator's.
    """
    return Template((WEB / "page.html").read_text(encoding="utf-8")).substitute(
        assets=assets,
        preloads="\n".join(f'<link rel="modulepreload" href="assets/{name}">' for name in SCRIPTS),
        icon=ICON,
        about=escape(_about(bot)),
        chooser=chooser(names, name),
        operator="" if operator else "hidden",
    )


def missing(reason: str, names: Sequence[str]) -> str:
    """The page in the place of a collection that cannot be shown, with the way to those of `names`."""
    links = (f'<li><a href="./?{urlencode({COLLECTION: name})}">{escape(name)}</a></li>' for name in names)
    return Template((WEB / "missing.html").read_text(encoding="utf-8")).substitute(
        icon=ICON, reason=escape(reason[:1].upper() + reason[1:]) + ".", links="".join(links)
    )


def chooser(names: Sequence[str], chosen: str) -> str:
    """What another collection is chosen with; nothing where there is no other."""
    if len(names) < 2:
        return ""
    options = "".join(
        f'<option class="name" value="{escape(name)}"{" selected" if name == chosen else ""}>'
        f"{escape(name)}</option>"
        for name in names
        if name != ALL
    )
    if ALL in names:
        options += f'<option value="{ALL}"{" selected" if chosen == ALL else ""}>All collections</option>'
    return f'<select id="collection" aria-label="Collection" autocomplete="off">{options}</select>'


def _about(bot: Chatbot) -> str:
    """What the page is, and how much it reads."""
    articles = bot.collection.articles()
    dates = sorted(article.published for article in articles if article.published)
    first, last = (day(dates[0]), day(dates[-1])) if dates else ("", "")
    span = f", {first} to {last}" if first != last else f", {first}" if first else ""
    return f"Sentences quoted word for word from {counted(len(articles), 'article')}{span}."
