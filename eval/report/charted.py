"""The sections of the page of a run that have charts: the systems compared, and the curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.measures.compare import Comparison
from eval.measures.metrics import measure
from eval.report.cells import COMPARED, better_side, compared
from eval.report.charts import (
    at_threshold,
    difference_chart,
    latency_chart,
    recall_chart,
    reliability_diagram,
    risk_coverage_chart,
)
from eval.report.html import Html, element, folded, table, together
from eval.report.numbers import SURE, number
from eval.report.summary import at_tenths, percentiles
from eval.report.told import Told


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
    marks = (
        f"Means over the questions that both were asked. ▲ is better and ▼ worse than {baseline}, "
        "p < 0.05 by Holm’s correction."
    )
    tests = []
    for one in ones:
        n, difference, *others = compared(one)
        sure = element("span", difference, class_="sure" if one.p_holm < SURE else None)
        tests.append([one.measure, one.system, n, sure, *others])
    every = table(
        f"Paired randomisation tests against {baseline}; d is Cohen’s for pairs; the rest are questions",
        ["measure", "system", *COMPARED],
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
            differences(ones, measures, short_names(systems)),
            every,
        ]
    )


def differences(comparisons: Sequence[Comparison], measures: Sequence[str], names: Mapping[str, str]) -> Html:
    """A chart for each measure; `names` are what the systems are called in them."""
    return element(
        "div",
        *(
            _figure(name, f"{better_side(name)} is better", difference_chart(comparisons, name, names))
            for name in measures
        ),
        class_="charts differences",
    )


def _marked(one: Comparison | None) -> str:
    if one is None:
        return "–"
    if one.p_holm >= SURE or not one.difference:
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
        ks = (1, 3, 5, 10, 20)
        rows = [[name, *(number(values[k]) for k in ks)] for name, values in told.recalls.items()]
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
                f"The share of answers that are wrong as more are given, the surest first. {told_so}",
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


def _figure(title: str, about: str, chart: str, numbers: Html | None = None) -> Html:
    below = [folded("The numbers", numbers)] if numbers else []
    return element("figure", element("figcaption", element("b", title), about), Html(chart), *below)
