"""A run as one HTML page that needs nothing else: no script, no request."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from chatbot.render.text import counted
from eval.report.charted import comparison, curves
from eval.report.headlines import Figure, headlines
from eval.report.html import Html, bar, element, folded, text, together
from eval.report.questions import questions
from eval.report.sections import breakdowns, faults, measured, summary
from eval.report.told import Told

_TITLES = {
    "measured": "What was measured",
    "summary": "Summary",
    "comparison": "Systems compared",
    "curves": "Curves",
    "breakdown": "Breakdown",
    "faults": "What went wrong",
    "questions": "Questions",
}
"""The sections by their anchors."""


def page(told: Told) -> str:
    """The whole page."""
    contents = {
        "measured": measured(told),
        "summary": summary(told),
        "comparison": comparison(told),
        "curves": curves(told),
        "breakdown": breakdowns(told),
        "faults": faults(told),
        "questions": questions(told),
    }
    manifest = told.run.manifest
    about = f"{counted(len(told.records), 'question')} asked of {told.shown}, {manifest.started[:10]}"
    return document(
        f"Evaluation: {manifest.questions}",
        about,
        {_TITLES[anchor]: (anchor, content) for anchor, content in contents.items() if content},
        left_out(told) + figures(headlines(told.scores[told.shown])),
    )


def document(title: str, about: str, sections: dict[str, tuple[str, Html]], before: str = "") -> str:
    """A page of sections, (anchor, content) by title, with what stands `before` them as HTML."""
    contents = element(
        "nav",
        element(
            "ul",
            together(
                element("li", element("a", name, href=f"#{anchor}")) for name, (anchor, _) in sections.items()
            ),
        ),
        aria_label="Sections",
    )
    top = element(
        "header",
        element("p", element("span", "Cuttings"), class_="brand"),
        element("h1", title),
        element("p", about, class_="quiet"),
        contents,
    )
    body = together(
        element(
            "section",
            element("h2", name, id=f"{anchor}-heading"),
            content,
            id=anchor,
            aria_labelledby=f"{anchor}-heading",
        )
        for name, (anchor, content) in sections.items()
    )
    style = (files("eval.report") / "page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>\n{style}</style></head><body>"
        '<a class="skip" href="#content">Skip to the figures</a>'
        f'{top}<main id="content">{before}{body}</main></body></html>\n'
    )


def left_out(told: Told) -> Html:
    """The questions that could not be asked, or nothing."""
    ones = told.run.manifest.left_out
    if not ones:
        return Html("")
    items = [element("li", element("bdi", one.id), f" ({one.where}): {one.why}") for one in ones]
    some = element("ul", *items[:5])
    rest = (
        folded(f"{len(items) - 5} more", element("ul", *items[5:]), class_="more") if len(items) > 5 else ""
    )
    said = f"Left out, since it could not be asked: {counted(len(ones), 'question')}."
    return element("div", element("p", element("b", said)), some, rest, class_="notice", role="note")


def figures(told: Sequence[Figure]) -> Html:
    """The headlines: a figure, the sentence that it begins, and its interval."""
    return element("ul", together(map(_figure, told)), class_="figures") if told else Html("")


def _figure(figure: Figure) -> Html:
    score = figure.score
    line = bar(score.value, score.low, score.high) if figure.share else ""
    said = [element("small", figure.span)] if figure.span else []
    n = element("small", f"n = {score.n:,}")
    return element("li", element("b", figure.figure), " ", element("p", figure.rest), line, *said, n)
