"""The sections of the page of a run, but for the questions one by one. Each is "" where it has nothing to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.charts import (
    at_threshold,
    difference_chart,
    latency_chart,
    recall_chart,
    reliability_diagram,
    risk_coverage_chart,
)
from eval.compare import Comparison
from eval.html import Html, bar, described, element, folded, prose, table, together
from eval.metrics import Score, measure
from eval.record import Record
from eval.report_data import Breakdown, Part, Told, grouped, stages
from eval.report_json import at_tenths, percentiles
from eval.report_words import (
    FAULTS,
    FEW,
    count,
    duration,
    interval,
    number,
    ordinal,
    p_value,
    signed,
    size,
)

_ROWS = 15
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
        "Questions": f"{run.questions}: {count(told.answerable, 'answerable question')}, {unanswerable} not answerable",
        "Systems": ", ".join(run.systems),
        "Begun": run.started,
        "Time": f"{duration(run.seconds)}, {count(run.jobs, 'process').replace('processs', 'processes')}",
        "Seed": str(run.seed),
        "Fingerprint": _digest(run.questions_sha256),
    }
    collections: dict[str, list[str]] = {}
    for system, one in run.collections.items():
        about = f"{count(one.articles, 'article')}, {count(one.passages, 'passage')}, {size(one.bytes)}, fingerprint {_digest(one.sha256)}"
        collections.setdefault(about, []).append(system)
    where = {
        ("Collection" if len(collections) == 1 else f"Collection of {', '.join(systems)}"): about
        for about, systems in collections.items()
    }
    where |= {
        "Model": _listed(
            run.model | {"sha256": _digest(run.model["sha256"])} if "sha256" in run.model else run.model
        ),
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
    return together([shown, folded("Settings that are the same for all", described(same)) if same else ""])


def _digest(sha256: str) -> str:
    """Enough of a digest to tell two apart; run.json has the whole."""
    return f"{sha256[:12]}…"


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


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
    for name, score in scores.items():
        one = measure(name)
        within = score.value is not None and not name.endswith("_ms") and 0 <= score.value <= 1
        line = bar(score.value, score.low, score.high) if within and score.value is not None else ""
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
    return element(
        "div",
        table(
            f"{group}: measures with intervals",
            heads,
            rows,
            left=(3, 5),
            classes=classes,
            hidden_caption=True,
        ),
        class_="measures",
    )


def comparison(told: Told) -> Html:
    """Every system against the first: values with marks, differences drawn, and the tests."""
    ones = told.comparisons
    if not ones:
        return Html("")
    baseline = ones[0].baseline
    measures = list(dict.fromkeys(one.measure for one in ones))
    by = {(one.system, one.measure): one for one in ones}
    first = {one.measure: one.baseline_mean for one in ones}
    rows = [[baseline, *(number(first[name]) for name in measures)]]
    systems = list(dict.fromkeys(one.system for one in ones))
    for system in systems:
        rows.append([system, *(_marked(by.get((system, name))) for name in measures)])
    values = table(
        "Mean of each measure by system",
        ["system", *measures],
        rows,
        classes=["baseline", *[""] * len(systems)],
        hidden_caption=True,
    )
    marks = f"Means over the questions that both were asked. ▲ is better and ▼ worse than {baseline}, p < 0.05 by Holm’s correction."
    names = short_names(systems)
    charts = together(
        element(
            "figure",
            element(
                "figcaption",
                element("b", name),
                "lower is better" if measure(name).lower_is_better else "higher is better",
            ),
            Html(difference_chart(ones, name, names)),
        )
        for name in measures
    )
    tests = [
        [
            one.measure,
            one.system,
            f"{one.n:,}",
            element("span", signed(one.difference), class_="sure" if one.p_holm < 0.05 else None),
            f"{signed(one.low)} to {signed(one.high)}",
            p_value(one.p),
            p_value(one.p_holm),
            signed(one.effect),
            f"{one.won:,}",
            f"{one.lost:,}",
            f"{one.tied:,}",
        ]
        for one in ones
    ]
    heads = [
        "measure",
        "system",
        "n",
        "difference",
        "95% interval",
        "p",
        "p (Holm)",
        "d",
        "won",
        "lost",
        "tied",
    ]
    every = table(
        f"Differences to {baseline}: paired randomisation test, Cohen’s d for pairs, and the questions won, lost and tied",
        heads,
        tests,
        left=(1,),
        classes=[
            "first" if place and ones[place - 1].measure != one.measure else ""
            for place, one in enumerate(ones)
        ],
    )
    return together(
        [
            element("p", marks, class_="quiet"),
            values,
            element("h3", f"Differences to {baseline}"),
            element(
                "p",
                "A line is a 95% interval, a full dot a difference with p < 0.05 by Holm’s correction.",
                class_="quiet",
            ),
            element("div", charts, class_="charts differences"),
            every,
        ]
    )


def _marked(one: Comparison | None) -> str:
    if one is None:
        return "–"
    if one.p_holm >= 0.05 or not one.difference:
        return number(one.mean)
    better = (one.difference > 0) != measure(one.measure).lower_is_better
    sign, word = ("▲", "better") if better else ("▼", "worse")
    mark = element(
        "span",
        element("span", f"{sign} ", aria_hidden="true"),
        element("span", f"{word} ", class_="aside"),
        class_="good" if better else "bad",
    )
    return together([mark, number(one.mean)])


def short_names(systems: Sequence[str]) -> dict[str, str]:
    """What systems are called in a chart: without the first word where all have it in common."""
    first = {system.partition(" ")[0] for system in systems}
    cut = len(first) == 1 and all(" " in system for system in systems)
    return {system: system.partition(" ")[2] if cut else system for system in systems}


def curves(told: Told) -> Html:
    """The four charts, each with its numbers in a table."""
    names = short_names(told.run.manifest.systems)
    drawn = []
    if told.recalls:
        ks = [k for k in (1, 3, 5, 10, 20)]
        rows = [[name, *(number(values[k - 1]) for k in ks)] for name, values in told.recalls.items()]
        drawn.append(
            _figure(
                "Recall by k",
                "The share of the passages that hold evidence which is among the first k.",
                recall_chart({names[name]: values for name, values in told.recalls.items()}),
                table("Recall", ["system", *(f"k = {k}" for k in ks)], rows),
            )
        )
    if told.bins:
        rows = [
            [f"{one.low:.2f} to {one.high:.2f}", number(one.said), number(one.right), str(one.n)]
            for one in told.bins
        ]
        drawn.append(
            _figure(
                "Reliability",
                "Right as often as is said would lie on the dotted line; a dot below it is too sure.",
                reliability_diagram(told.bins),
                table(
                    "Reliability, in bins of equal number",
                    ["confidence", "mean", "first citation right", "n"],
                    rows,
                ),
            )
        )
        threshold = told.threshold
        rows = [
            [number(one.threshold), number(one.coverage), number(one.risk)] for one in at_tenths(told.points)
        ]
        told_so = at_threshold(told.points, threshold) if threshold is not None else ""
        drawn.append(
            _figure(
                "Risk and coverage",
                f"The share of answers that are wrong as more questions are answered, the surest first. {told_so}",
                risk_coverage_chart(told.points, threshold),
                table("Risk and coverage", ["answered from confidence", "coverage", "risk"], rows),
            )
        )
    if any(told.times.values()):
        levels = ("p5", "p25", "p50", "p75", "p95", "p99")
        rows = [
            [name, *(number(percentiles(times)[level]) for level in levels)]
            for name, times in told.times.items()
            if times
        ]
        drawn.append(
            _figure(
                "Latency",
                "The share of questions answered within a time.",
                latency_chart({names[name]: times for name, times in told.times.items()}),
                table(
                    "Milliseconds within which questions are answered",
                    ["system", *(f"{level[1:]}%" for level in levels)],
                    rows,
                ),
            )
        )
    return element("div", *drawn, class_="charts") if drawn else Html("")


def _figure(title: str, about: str, chart: str, numbers: Html) -> Html:
    return element(
        "figure",
        element("figcaption", element("b", title), about),
        Html(chart),
        folded("The numbers", numbers),
    )


def breakdowns(told: Told) -> Html:
    """The questions by their traits."""
    if not told.records:
        return Html("")
    about = element("p", f"Fewer than {FEW} questions say little, and are grey.", class_="quiet")
    return together(
        [about, element("div", *(_breakdown(one, told.reads) for one in told.breakdowns), class_="columns")]
    )


def _breakdown(one: Breakdown, reads: bool) -> Html:
    heads = [one.by, "n", "nDCG@10"]
    if reads:
        heads = [one.by, "n", "served", "first citation", "95% interval", "nDCG@10"]

    def rows(title: str, parts: Sequence[Part], hidden: bool) -> Html:
        return table(
            title,
            heads,
            [_part_row(part, reads) for part in parts],
            classes=["few" if part.n < FEW else "" for part in parts],
            hidden_caption=hidden,
        )

    title = BREAKDOWNS[one.by]
    inner = [element("h3", title), rows(title, one.parts[:_ROWS], True)]
    if len(one.parts) > _ROWS:
        rest = one.parts[_ROWS:]
        inner.append(folded(f"{len(rest)} more", rows(f"{title}, continued", rest, True)))
    return element("div", *inner)


def _part_row(part: Part, reads: bool) -> list[str]:
    if not reads:
        return [part.name, f"{part.n:,}", number(part.ndcg.value)]
    return [
        part.name,
        f"{part.n:,}",
        number(part.served.value),
        number(part.first_citation.value),
        interval(part.first_citation),
        number(part.ndcg.value),
    ]


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
    return table(
        f"{wrong:,} of {count(len(told.records), 'question')}, each by the first thing that went wrong",
        ["fault", "questions", "of all", "what to do", "such as"],
        rows,
        left=(3, 4),
    )


def _links(records: Sequence[Record], places: Mapping[str, int]) -> Html:
    first = sorted(records, key=lambda record: -record.confidence)[:4]
    return together(
        together([", " if at else "", element("a", record.id, href=f"#q{places[record.id]}")])
        for at, record in enumerate(first)
    )
