"""An answer as a chat message: the little Markdown and HTML that the page shows.

Whatever comes from an article or from the person is encoded first, so none of it can be read as Markdown or
HTML. A citation is a link to `#cite/ARTICLE/START/END`, which page.js opens in the source panel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from chatbot.answer import Answer, Citation, Difference
from chatbot.when import Period, day_in_words, in_words, nothing_then

CLOSEST_SHOWN = 3
"""Closest passages listed, folded, where the articles do not answer."""


def escape(text: str) -> str:
    """All ASCII punctuation and controls as numeric entities, so that the text shows as it is.

    More than Markdown and HTML need, so that nothing depends on knowing all that a renderer takes for markup
    (bare web addresses, e-mail addresses, formulas, emoji names). What is not ASCII means nothing to one, and
    HTML reads the entities of some of it as something else (&#133; is not U+0085 but an ellipsis).
    """
    return re.sub(r"[\x00-\x1f!-/:-@\[-`{-\x7f]", lambda match: f"&#{ord(match[0])};", text)


def message(answer: Answer, *, as_typed: bool = False, any_time: bool = False) -> str:
    """The whole of an answer as one message.

    `as_typed`: the person undid the completion of the question; `any_time`: the time that it named.
    """
    if answer.notice:
        return escape(answer.notice)
    parts = [_searched(answer, as_typed), _time(answer.period, any_time)]
    if answer.abstained:
        if not nothing_then(answer.period):
            parts.append('<p class="none">The articles do not answer that.</p>')
        if answer.citations:
            closest = "".join(_quotes(answer.citations[:CLOSEST_SHOWN]))
            summary = "<summary>Closest passages (not an answer)</summary>"
            parts.append(f'<details class="closest">{summary}{closest}</details>')
    else:
        parts += _quotes(answer.parts)
    return "\n\n".join(part for part in parts if part)


def plain(answer: Answer) -> str:
    """What the assistant said, as the next question's conversation needs it."""
    return "" if answer.abstained else " ".join(citation.quote for citation in answer.citations)


def day(published: str | None) -> str:
    """3 May 2024 for 2024-05-03; "" where there is no date; what is no ISO date is given as it is."""
    if not published:
        return ""
    try:
        when = date.fromisoformat(published)
    except ValueError:
        return published
    return day_in_words(when)


def _searched(answer: Answer, as_typed: bool) -> str:
    if as_typed:
        return '<p class="searched">Searched as you typed it.</p>'
    if answer.standalone_question == answer.question:
        return ""
    return (
        f'<p class="searched">Searched for: <q>{escape(answer.standalone_question)}</q> '
        '<a href="#as-typed">Ask it as typed</a></p>'
    )


def _time(period: Period | None, any_time: bool) -> str:
    if any_time:
        return '<p class="searched">Searched at any time.</p>'
    if period is None:
        return ""
    return f'<p class="searched">{escape(in_words(period))}. <a href="#any-time">Any time</a></p>'


def _quotes(parts: Sequence[Citation | Difference]) -> list[str]:
    """Each citation as a quotation; a title is given once for the sentences of one article in a row."""
    shown = []
    above = None
    for part in parts:
        if isinstance(part, Difference):
            shown.append(_side_by_side(part))
            above = None
        else:
            shown.append(_quote(part, with_title=part.article_id != above))
            above = part.article_id
    return shown


def _side_by_side(difference: Difference) -> str:
    cards = "".join(_quote(citation, with_title=True) for citation in difference.citations)
    return f'<section class="differ"><p class="differs">Sources differ</p><div>{cards}</div></section>'


def _quote(citation: Citation, *, with_title: bool) -> str:
    also = ""
    if citation.also:
        chips = " ".join(_chip(other, with_title=False) for other in citation.also)
        sources = f"{citation.sources} independent source" + ("" if citation.sources == 1 else "s")
        also = f'<p class="also">Also in {chips} <span class="sources">{sources}</span></p>'
    return (
        f'<blockquote class="cutting"><p>{_words(citation)}</p>'
        f'<p class="from">{_chip(citation, with_title=with_title)}</p>{also}</blockquote>'
    )


def _words(citation: Citation) -> str:
    """The quotation, with the words marked that answer."""
    if not citation.highlight:
        return escape(citation.quote)
    start, end = (place - citation.start for place in citation.highlight)
    quote = citation.quote
    return f"{escape(quote[:start])}<mark>{escape(quote[start:end])}</mark>{escape(quote[end:])}"


def _chip(citation: Citation, *, with_title: bool) -> str:
    """The link to the cited place, labelled with what of publisher, date and title there is."""
    where = ", ".join(part for part in (citation.publisher, day(citation.published)) if part)
    title = f"<span>{escape(citation.title)}</span>"
    parts = [f"<b>{escape(where)}</b>"] if where else []
    if with_title or not where:
        parts.append(title)
    target = f"#cite/{quote(citation.article_id, safe='')}/{citation.start}/{citation.end}"
    return f'<a class="chip" href="{target}">{" ".join(parts)}</a>'
