"""An answer as a chat message: the little Markdown and HTML that the page shows.

Whatever comes from an article or from the person is encoded first, so none of it can be read as Markdown or
HTML. A citation is a link to `#cite/ARTICLE/START/END`, which source.js opens beside the answer; those of an
answer are numbered in the order in which they are shown, a place that is shown twice once.
"""

from __future__ import annotations

import re

from chatbot.answer import Answer, Citation
from chatbot.conversation.period import day_in_words, in_words
from chatbot.filters import Filters
from chatbot.quoting.comparison import BOTH
from chatbot.render.links import cited
from chatbot.render.outline import (
    CLOSEST,
    DIFFER,
    SEARCHED,
    SEVERAL,
    groups,
    numbered,
    page_of,
    searched,
    status,
    unquoted,
)
from chatbot.render.text import counted, day
from chatbot.render.why import why_shown


def escape(text: str) -> str:
    """All ASCII punctuation and controls as numeric entities, so that the text shows as it is.

    More than Markdown and HTML need, so that nothing depends on knowing all that a renderer takes for markup
    (bare web addresses, e-mail addresses, formulas, emoji names). What is not ASCII means nothing to one, and
    HTML reads the entities of some of it as something else (&#133; is not U+0085 but an ellipsis).
    """
    return re.sub(r"[\x00-\x1f!-/:-@\[-`{-\x7f]", lambda match: f"&#{ord(match[0])};", text)


def message(answer: Answer, lost: int = 0) -> str:
    """The whole of an answer as one message; `lost` as `chatbot.permalink.Reopened` has it."""
    return "\n\n".join(paragraphs(answer, lost))


def paragraphs(answer: Answer, lost: int = 0, sealed: bool = True) -> list[str]:
    """The message in the parts in which it is shown one after the other; the last one is its link."""
    address = f"#answer/{answer.id}"
    link = f'<div class="foot"><a class="permalink" href="{address}">Link to this answer</a></div>'
    if answer.notice:
        # There is nothing to do with small talk; its link lets the conversation be kept.
        silent = f'<div class="foot silent"><a class="permalink" href="{address}"></a></div>'
        return [f'<p class="notice">{escape(answer.notice)}</p>', silent]
    understood = " ".join(filter(None, [_searched(answer), _time(answer), _filtered(answer.filters)]))
    said = [f'<p class="searched">{understood}</p>' if understood else "", _lost(lost)]
    said += [_older(answer), _unsealed(sealed)]
    if more := unquoted(answer):
        said.append(f'<p class="searched">{more}</p>')
    if words := status(answer):
        said.append(f'<p class="{answer.state}">{words}</p>')
    return [*filter(None, said), *_quotes(answer), link]


def _searched(answer: Answer) -> str:
    if "as_typed" in answer.taken_off:
        return "<span>Searched as you typed it.</span>"
    words = escape(searched(answer))
    if not words:
        return ""
    if words.startswith(escape(SEARCHED)):
        words = f"{SEARCHED} <q>{escape(answer.standalone_question)}</q>"
    return f'<span>{words} <a href="#as-typed">Ask it as typed</a></span>'


def _time(answer: Answer) -> str:
    if "any_time" in answer.taken_off:
        return "<span>Searched at any time.</span>"
    if answer.period is None:
        return ""
    return f'<span>{escape(in_words(answer.period))}. <a href="#any-time">Any time</a></span>'


def _filtered(filters: Filters) -> str:
    if not filters:
        return ""
    return f"<span>{escape(f'Only {filters_in_words(filters)}.')}</span>"


def filters_in_words(filters: Filters) -> str:
    """The Post or The Times, 3 May 2024 to 4 June 2024."""
    first, last = filters.start and day_in_words(filters.start), filters.end and day_in_words(filters.end)
    if first and last:
        days = f"{first} to {last}"
    else:
        days = f"since {first}" if first else f"until {last}" if last else ""
    return ", ".join(part for part in (" or ".join(filters.publishers), days) if part)


def _unsealed(sealed: bool) -> str:
    if sealed:
        return ""
    return (
        '<p class="unsealed">This link was made by an older version, or by somebody else. '
        "Its quotations stand in the articles.</p>"
    )


def _lost(lost: int) -> str:
    if not lost:
        return ""
    sentences = "One sentence" if lost == 1 else counted(lost, "sentence")
    return f'<p class="gone">{sentences} cited here can no longer be found in the articles.</p>'


def _older(answer: Answer) -> str:
    """What says that sentences stand in older versions of their articles."""
    number = sum(citation.version is not None for citation in numbered(answer).values())
    if not number:
        return ""
    if number == 1:
        return '<p class="gone">One sentence cited here is of an older version of its article.</p>'
    return f'<p class="gone">{number:,} sentences cited here are of older versions of their articles.</p>'


def _quotes(answer: Answer) -> list[str]:
    """A piece of HTML for each group; a title is given once for the sentences of one article in a row."""
    unsure = answer.state == "possibly" and answer.kind != SEVERAL
    pieces: list[str] = []
    sides: list[str] = []
    above = None
    numbers: Numbers = {}
    for group in groups(answer):
        heading, citations = group.heading, group.citations
        if heading == DIFFER:
            cards = "".join(_quote(citation, numbers, unsure, with_title=True) for citation in citations)
            pieces.append(
                f'<section class="differ"><p class="differs">{DIFFER}</p><div>{cards}</div></section>'
            )
            above = None
            continue
        quotes, by_title = "", bool(citations) and heading == citations[0].title
        if heading and heading != CLOSEST:
            quotes = f'<h3 class="part">{escape(heading)}</h3>'
            above = citations[0].article_id if by_title else None
        if group.status:
            quotes += f'<p class="{group.state}">{group.status}</p>'
        for citation in citations:
            doubtful = unsure or group.state == "possibly"
            quotes += _quote(citation, numbers, doubtful, with_title=citation.article_id != above)
            above = citation.article_id
        if heading == CLOSEST:
            quotes = f'<details class="closest"><summary>{CLOSEST}</summary>{quotes}</details>'
        if answer.kind == "comparison" and heading not in ("", CLOSEST, BOTH) and not by_title:
            sides.append(f"<section>{quotes}</section>")
            above = None
        else:
            pieces.append(quotes)
        if len(sides) == 2:
            pieces.append(f'<div class="sides">{"".join(sides)}</div>')
            sides = []
    return [*pieces, *sides]


Numbers = dict[tuple[str, int, int], int]
"""The numbers of the places that have been shown so far."""


def _quote(citation: Citation, numbers: Numbers, unsure: bool, *, with_title: bool) -> str:
    link = _source_link(citation, numbers, with_title=with_title)
    also = ""
    if citation.also:
        chips = " ".join(_source_link(other, numbers, with_title=False) for other in citation.also)
        sources = counted(citation.sources, "independent source")
        also = f'<p class="also">Also in {chips} <span class="sources">{sources}</span></p>'
    why = why_shown(citation.why, escape) if citation.why else ""
    marked = "cutting unsure" if unsure else "cutting"
    return (
        f'<blockquote class="{marked}"><p><bdi>{_words(citation)}</bdi></p>'
        f'<div class="from"><p>{link}</p></div>{also}{why}</blockquote>'
    )


def _words(citation: Citation) -> str:
    """The quotation, with the words marked that answer."""
    if not citation.highlight:
        return escape(citation.quote)
    start, end = (place - citation.start for place in citation.highlight)
    quote = citation.quote
    return f"{escape(quote[:start])}<mark>{escape(quote[start:end])}</mark>{escape(quote[end:])}"


def _source_link(citation: Citation, numbers: Numbers, *, with_title: bool) -> str:
    """The link to the cited place: its number, and what of publisher, date and title there is."""
    place = (citation.article_id, citation.start, citation.end)
    number = numbers.setdefault(place, len(numbers) + 1)
    published = _origin(citation)
    title = f"<span>{escape(citation.title)}</span>"
    parts = [f"<i>{escape(f'[{number}]')}</i>"]
    if published:
        parts.append(f"<b>{published}</b>")
    if with_title or not published:
        parts.append(title)
    target = cited(citation.article_id, citation.start, citation.end, citation.version)
    return f'<a class="chip" href="{target}">{" ".join(parts)}</a>'


def _origin(citation: Citation) -> str:
    """The Post, 3 May 2024, p. 2: a date, and what follows it, is not broken over two lines."""
    rest = ", ".join(filter(None, [day(citation.published), page_of(citation)]))
    dated = f'<time datetime="{escape(citation.published or "")}">{escape(rest)}</time>' if rest else ""
    publisher = escape(", ".join(filter(None, [citation.collection, citation.publisher])))
    return f"{publisher}{escape(',')} {dated}" if publisher and dated else publisher or dated
