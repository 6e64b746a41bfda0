"""The page's HTML around Gradio: heading, source panel, scripts.

It takes the place of Gradio's own: it shows the heading before any script has run, it has no inline script
(the content security policy lets none run), and it names nothing outside this server.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.markup import day
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='6' fill='%231a1c1f'/%3E"
    "%3Cpath d='M7 10h18M7 22h11' stroke='%23fff' stroke-width='3'/%3E"
    "%3Cpath d='M7 16h18' stroke='%23ffe88a' stroke-width='4'/%3E%3C/svg%3E"
)


def gradio_assets(template: Path) -> str:
    """The tags that load Gradio's own script and style, whose file names differ from release to release."""
    tags = re.findall(
        r'<script type="module"[^>]* src="[^"]+"></script>|<link rel="stylesheet"[^>]*>',
        template.read_text(encoding="utf-8"),
    )
    if not tags:
        raise CuttingsError(f"no script is named in {template}; install the Gradio that Cuttings asks for")
    return "\n".join(tags)


def html(bot: Chatbot, assets: str) -> str:
    """The whole page; `assets` are the tags of `gradio_assets`."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Cuttings</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{assets}
<link rel="icon" href="{ICON}">
<link rel="stylesheet" href="assets/page.css">
<script src="assets/page.js" defer></script>
</head>
<body>
<header id="top">
<h1>Cuttings</h1>
<button id="new" type="button" hidden>New conversation</button>
<p>{escape(_about(bot))}</p>
</header>
<gradio-app control_page_title="true" embed="false" eager="true"></gradio-app>
<dialog id="source" aria-labelledby="source-title">
<header>
<div><p id="source-where"></p><h2 id="source-title"></h2></div>
<button id="source-close" type="button" aria-label="Close">&#215;</button>
</header>
<div id="source-text" tabindex="0" role="region" aria-label="Text of the article"></div>
<footer>
<span id="source-file"></span>
<a id="source-url" target="_blank" rel="noopener noreferrer">Open the original</a>
</footer>
</dialog>
<noscript><p>This page needs JavaScript. Without it: cuttings ask "your question"</p></noscript>
</body>
</html>
"""


def _about(bot: Chatbot) -> str:
    """What the page is, and how much it reads."""
    articles = bot.collection.articles()
    count = f"{len(articles):,} article" + ("" if len(articles) == 1 else "s")
    dates = sorted(article.published for article in articles if article.published)
    first, last = (day(dates[0]), day(dates[-1])) if dates else ("", "")
    span = f", {first} to {last}" if first != last else f", {first}" if first else ""
    return f"Sentences quoted word for word from {count}{span}."
