"""HTML that is safe by default: whatever is not marked as HTML is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from chatbot.render.text import plain


class Html(str):
    """Text that is HTML already. Made of anything else, by an f-string say, it is plain text again."""

    __slots__ = ()


def text(value: str) -> Html:
    """The text as it stands: a string is escaped, HTML is left alone.

    What would turn the direction of all that follows, or is no character of HTML, is replaced.
    """
    return value if isinstance(value, Html) else Html(escape(plain(value)))


def element(tag: str, *children: str, **attributes: str | bool | None) -> Html:
    """`<tag attributes>children</tag>`. An attribute loses a last "_" (`class_`), and has "-" for "_" inside.

    One that is True stands without a value, one that is False or None is left out.
    """
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(value)}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{tag}{written}>{''.join(map(text, children))}</{tag}>")


def together(pieces: Iterable[str]) -> Html:
    """The pieces one after the other."""
    return Html("".join(map(text, pieces)))


def mark(good: bool) -> Html:
    """A tick or a cross, and the word for who hears the page."""
    sign, word, side = ("✓", "right", "good") if good else ("✗", "wrong", "bad")
    return element(
        "span",
        element("span", sign, aria_hidden="true"),
        element("span", f"{word}:", class_="aside"),
        class_=side,
    )


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    left: Sequence[int] = (),
    classes: Sequence[str] = (),
    hidden_caption: bool = False,
) -> Html:
    """A table that scrolls by itself where it is too wide, by keyboard too.

    The first cell of a row is its header. Columns hold numbers, but for the first and those in `left`;
    `classes` are of the rows, as many as there are rows or none.
    """

    def side(column: int) -> str | None:
        return None if column == 0 or column in left else "n"

    top = together(element("th", cell, scope="col", class_=side(at)) for at, cell in enumerate(head))
    body = together(
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", cell, class_=side(at)) for at, cell in enumerate(row[1:], start=1)),
            class_=(classes[place] or None) if classes else None,
        )
        for place, row in enumerate(rows)
    )
    told = element("caption", element("span", caption), class_="aside" if hidden_caption else None)
    inner = element("table", told, element("thead", element("tr", top)), element("tbody", body))
    return element("div", inner, class_="wide", tabindex="0", role="group", aria_label=caption)


def bar(value: float | None, low: float | None, high: float | None) -> Html:
    """A share and its interval on a line from 0 to 1; an ornament, beside the numbers. Empty without one."""
    if value is None:
        return Html("")
    whisker = "" if low is None or high is None else f"--l:{100 * low:.1f}%;--h:{100 - 100 * high:.1f}%;"
    return Html(
        f'<span class="bar{" whole" if whisker else ""}" style="{whisker}--v:{100 * value:.1f}%"></span>'
    )


def prose(value: str) -> Html:
    """Plain text in which what stands between `backticks` is code."""
    pieces = value.split("`")
    return together(element("code", piece) if at % 2 else piece for at, piece in enumerate(pieces))


def described(pairs: Mapping[str, str]) -> Html:
    """Names and what they are."""
    return element(
        "dl",
        together(
            element("div", element("dt", name), element("dd", about))
            for name, about in pairs.items()
            if about
        ),
    )


def folded(summary: str, *children: str, class_: str | None = None) -> Html:
    """What is shown where it is asked for."""
    return element("details", element("summary", summary), *children, class_=class_)
