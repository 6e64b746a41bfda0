"""What changed between two runs, as text for the terminal, as Markdown, and as a page."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.render.text import one_line
from eval.measures.compare import HEADLINE, Comparison
from eval.report.cells import COMPARED, compared
from eval.report.changes import AFTER, Between, cited
from eval.report.charted import differences
from eval.report.html import Html, element, mark, table, together
from eval.report.markdown import plain
from eval.report.markdown import table as markdown_table
from eval.report.numbers import number
from eval.report.page import document
from eval.report.text import columns

_OTHER = "Changed otherwise"

_WIDEST = 160
"""Characters of a quotation on the terminal."""

_HEADS = ("measure", "before", "after", *(name for name in COMPARED if name != "p (Holm)"))


def as_text(told: Between) -> str:
    """Measures, then the questions won and lost, with what was put first before and after."""
    parts = ["\n".join(f"{when:<7} {one_line(run)} ({system})" for when, run, system in _runs(told))]
    if told.differs:
        parts.append("\n".join(["Differs", *(f"  {one_line(line)}" for line in told.differs)]))
    rows = [_row(one) for one in _headline(told)]
    parts.append(columns([_HEADS, *rows]))
    for name, ids in _kinds(told):
        lines = [f"{name} ({len(ids)})"]
        for id in ids:
            before, after = (records[id] for records in told.records)
            lines.append(f"  {one_line(id)}: {one_line(after.question)}")
            lines += [f"    {when} {_told(cited(one))}" for when, one in (("-", before), ("+", after))]
        parts.append("\n".join(lines))
    parts.append(_rest(told))
    return "\n\n".join(parts)


def markdown(told: Between) -> str:
    """The same for the comment of a pull request."""
    parts = ["# Two runs compared"]
    parts.append("\n".join(f"- {when}: {plain(run)} ({plain(system)})" for when, run, system in _runs(told)))
    if told.differs:
        parts += ["## What differs", "\n".join(f"- {plain(line)}" for line in told.differs)]
    parts += ["## Measures", markdown_table(_HEADS, [_row(one) for one in _headline(told)])]
    for name, ids in _kinds(told):
        parts.append(f"## {name} ({len(ids)})")
        lines = []
        for id in ids:
            before, after = (records[id] for records in told.records)
            lines.append(
                f"- **{plain(after.question)}** ({plain(id)})  \n"
                f"  Before: {plain(_told(cited(before)))}  \n  After: {plain(_told(cited(after)))}"
            )
        parts.append("\n".join(lines) or "None.")
    parts.append(plain(_rest(told)))
    return "\n\n".join(parts) + "\n"


def page(told: Between) -> str:
    """One page that needs nothing else."""
    names = list(dict.fromkeys(one.measure for one in told.comparisons))
    measures = [name for name in HEADLINE if name in names]
    rows = [_row(one) for one in told.comparisons]
    sections = {
        "What differs": ("differs", _differing(told)),
        "Measures": (
            "measures",
            together(
                [
                    differences(told.comparisons, measures, {AFTER: AFTER}),
                    table("Every measure, over the questions that both were asked", _HEADS, rows),
                ]
            ),
        ),
    }
    for name, ids in (*_kinds(told), (_OTHER, told.changes.changed)):
        sections[f"{name} ({len(ids)})"] = (name.split()[0].lower(), _questions(told, ids, name != _OTHER))
    about = f"{told.names[0]} and {told.names[1]}"
    found = told.changes
    figures = [
        (f"{len(found.won):,}", "questions won: served rightly after, not before"),
        (f"{len(found.lost):,}", "questions lost: served rightly before, not after"),
        (f"{len(found.changed):,}", "changed otherwise"),
        (f"{len(found.same):,}", "the same"),
    ]
    before = element(
        "ul",
        *(element("li", element("b", figure), " ", element("p", rest)) for figure, rest in figures),
        class_="figures",
    )
    return document("Two runs compared", about, sections, before)


def _runs(told: Between) -> list[tuple[str, str, str]]:
    return [(when, told.names[at], told.systems[at]) for at, when in enumerate(("before", "after"))]


def _headline(told: Between) -> list[Comparison]:
    return [one for name in HEADLINE for one in told.comparisons if one.measure == name]


def _row(one: Comparison) -> list[str]:
    n, difference, ends, p, _, *others = compared(one)  # of one system there is nothing to correct for
    return [one.measure, number(one.baseline_mean), number(one.mean), n, difference, ends, p, *others]


def _kinds(told: Between) -> tuple[tuple[str, Sequence[str]], ...]:
    return ("Won", told.changes.won), ("Lost", told.changes.lost)


def _told(found: tuple[bool, str]) -> str:
    good, words = found
    words = one_line(words)
    return f"{'right' if good else 'wrong'}: {words if len(words) <= _WIDEST else words[: _WIDEST - 1] + '…'}"


def _rest(told: Between) -> str:
    found = told.changes
    changed = f"{len(found.changed)} changed otherwise" + (
        f" ({', '.join(found.changed[:10])}{', …' if len(found.changed) > 10 else ''})"
        if found.changed
        else ""
    )
    return f"{one_line(changed)}, {len(found.same)} the same"


def _differing(told: Between) -> Html:
    runs = [element("li", f"{when}: {run} ({system})") for when, run, system in _runs(told)]
    lines = [element("li", line) for line in told.differs]
    nothing = element("p", "Nothing that was recorded: the same questions, settings, articles and versions.")
    return together([element("ul", *runs), element("ul", *lines) if lines else nothing])


def _questions(told: Between, ids: Sequence[str], opened: bool) -> Html:
    if not ids:
        return element("p", "None.")
    return element("div", *(_question(told, id, opened) for id in ids), class_="questions")


def _question(told: Between, id: str, opened: bool) -> Html:
    sides = []
    for when, records in zip(("Before", "After"), told.records, strict=True):
        one = records[id]
        good, words = cited(one)
        how = element("small", f"confidence {one.confidence:.2f}" if one.reads else one.system)
        quoted = element("blockquote", mark(good), " ", words, how, class_="right" if good else None)
        sides.append(element("div", element("p", when, class_="label"), quoted))
    after = told.records[1][id]
    head = element(
        "summary",
        mark(cited(after)[0]),
        element("span", after.question, class_="asked"),
        element("span", id, class_="how"),
        element("span", class_="n"),
    )
    return element(
        "details",
        head,
        element("div", element("div", *sides, class_="columns"), class_="body"),
        class_="q bad-one",
        open=opened,
    )
