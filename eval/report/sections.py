"""The sections of the page of a run, but for charts and questions; empty where there is nothing to say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chatbot.render.text import counted
from eval.measures.metrics import Score, measure
from eval.record import Record
from eval.report.cells import FEW, part_cells, part_heads
from eval.report.html import Html, bar, described, element, folded, prose, table, together
from eval.report.numbers import duration, interval, number, size
from eval.report.summary import percentiles
from eval.report.told import Breakdown, Part, Told, grouped, stages
from eval.report.words import FAULTS

_SHA256 = re.compile("[0-9a-f]{64}")

_ROWS = 20
"""Parts of a breakdown that are shown at once; the others are folded."""

BREAKDOWNS: Mapping[str, str] = {
    "kind": "By kind of question",
    "tag": "By tag",
    "article": "By article that answers, the worst first",
    "length": "By length of the question, in terms",
    "history": "By what was said before",
}


def measured(told: Told) -> Html:
    """What was asked of whom, where, and with what."""
    run = told.run.manifest
    unanswerable = len(told.records) - told.answerable
    asked = {
        "Questions": f"{run.questions}: {told.answerable:,} answerable, {unanswerable:,} not",
        "Systems": ", ".join(run.systems),
        "Begun": run.started,
        "Time": f"{duration(run.seconds)}, {counted(run.jobs, 'job')}",
        "Seed": str(run.seed),
        "Fingerprint": _digest(run.questions_sha256),
    }
    collections: dict[str, list[str]] = {}
    for system, one in run.collections.items():
        held = f"{counted(one.articles, 'article')}, {counted(one.passages, 'passage')}, {size(one.bytes)}"
        about = f"{held}, fingerprint {_digest(one.sha256)}"
        collections.setdefault(about, []).append(system)
    where = {
        ("Collection" if len(collections) == 1 else f"Collection of {', '.join(systems)}"): about
        for about, systems in collections.items()
    }
    where |= {
        "Model": _listed(run.model),
        "Versions": _listed(run.versions),
        "Machine": _listed(run.machine),
    }
    both = element("div", described(asked), described(where), class_="columns")
    return together([both, _settings(told)])


def _settings(told: Told) -> Html:
    systems = told.run.manifest.systems
    differing = told.differing
    rows = [
        [name, *(str(values.get(system, "–")) for system in systems)] for name, values in differing.items()
    ]
    shown = table("Settings that differ", ["setting", *systems], rows) if rows else Html("")
    same = {
        name: str(value)
        for name, value in told.run.manifest.settings.get(told.shown, {}).items()
        if name not in differing
    }
    return together(
        [shown, folded("Settings that are the same for all", described(same), class_="more") if same else ""]
    )


def _digest(sha256: str) -> str:
    """Enough of a digest to tell two apart; run.json has the whole."""
    return f"{sha256[:12]}…"


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name} {_digest(value) if _SHA256.fullmatch(value) else value}" for name, value in values.items()
    )


def summary(told: Told) -> Html:
    """Every measure of the system that is shown."""
    tables = [
        together([element("h3", group), _measures(group, scores)])
        for group, scores in grouped(told.scores[told.shown]).items()
    ]
    times = [
        [stage, *(number(values[level]) for level in ("p50", "p95", "p99")), f"{len(every):,}"]
        for stage, every in stages(told.records).items()
        if (values := percentiles(every))
    ]
    if times:
        heads = ["stage", "half within", "95% within", "99% within", "n"]
        tables.append(table("Where the time goes, in milliseconds", heads, times))
    about = element(
        "p",
        f"Of {told.shown}. Intervals are 95% bootstrap intervals; n is the number of questions.",
        class_="quiet",
    )
    return together([about, *tables])


def _measures(group: str, scores: Mapping[str, Score]) -> Html:
    rows, classes = [], []
    measured = {name: score for name, score in scores.items() if score.value is not None}
    for name, score in measured.items():
        one = measure(name)
        line = bar(score.value, score.low, score.high) if one.bounds == (0, 1) else ""
        about = element("small", f"{one.about}{' Lower is better.' if one.lower_is_better else ''}")
        rows.append([name, number(score.value), interval(score), line, f"{score.n:,}", about])
        classes.append("few" if score.n < FEW else "")
    heads = [
        "measure",
        "value",
        "95% interval",
        element("span", "as a line from 0 to 1", class_="aside"),
        "n",
        "what it is",
    ]
    title = f"{group}: measures with intervals"
    shown = table(title, heads, rows, left=(3, 5), classes=classes, hidden_caption=True) if rows else ""
    lacking = [f"{name} (n = {score.n})" for name, score in scores.items() if name not in measured]
    rest = (
        element("p", f"No question to measure it on: {', '.join(lacking)}.", class_="quiet")
        if lacking
        else ""
    )
    return element("div", shown, rest, class_="measures")


def breakdowns(told: Told) -> Html:
    """The questions by their traits."""
    if not told.records:
        return Html("")
    about = element("p", f"Fewer than {FEW} questions say little, and are grey.", class_="quiet")
    return together(
        [
            about,
            element("div", *(_breakdown(one, told.reads) for one in told.breakdowns), class_="breakdowns"),
        ]
    )


def _breakdown(one: Breakdown, reads: bool) -> Html:
    heads = part_heads(one.by, reads)

    def rows(title: str, parts: Sequence[Part]) -> Html:
        few = ["few" if part.n < FEW else "" for part in parts]
        cells = [part_cells(part, reads) for part in parts]
        return table(title, heads, cells, classes=few, hidden_caption=True)

    title = BREAKDOWNS[one.by]
    inner = [element("h3", title), rows(title, one.parts[:_ROWS])]
    if len(one.parts) > _ROWS:
        rest = one.parts[_ROWS:]
        inner.append(folded(f"{len(rest)} more", rows(f"{title}, continued", rest), class_="more"))
    return element("div", *inner)


def faults(told: Told) -> Html:
    """The faults that occurred, what to do about each, and where to look."""
    found = told.faults
    if not found:
        return element("p", "Nothing: every question was served rightly.")
    places = {record.id: place for place, record in enumerate(told.records)}
    wrong = sum(map(len, found.values()))
    rows = [
        [
            element("b", fault),
            f"{len(hurt):,}",
            f"{len(hurt) / len(told.records):.1%}",
            prose(FAULTS[fault]),
            _links(hurt, places),
        ]
        for fault, hurt in found.items()
    ]
    title = f"{wrong:,} of {counted(len(told.records), 'question')}, each by the first thing that went wrong"
    heads = ["fault", "questions", "of all", "what to do", "such as"]
    return element("div", table(title, heads, rows, left=(3, 4)), class_="faults")


def _links(records: Sequence[Record], places: Mapping[str, int]) -> Html:
    first = sorted(records, key=lambda record: -record.confidence)[:4]
    return together(
        together([", " if at else "", element("a", record.id, href=f"#q{places[record.id]}")])
        for at, record in enumerate(first)
    )
