"""A run, told: a table for the terminal, JSON for programs, and files to keep with every question in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CuttingsError
from eval.calibration import Bin, Point, reliability, risk_coverage
from eval.charts import CSS as CHARTS
from eval.charts import reliability_diagram, risk_coverage_chart
from eval.judged import LOWER_IS_BETTER, RETRIEVAL, Score, foretold

if TYPE_CHECKING:
    from eval.legacy import Record, Run, Summary

_BY_KIND = ("hit@1", "recall@5", "first_citation", "any_of_3", "false_answers", "false_refusals")


def outcome(record: Record) -> tuple[bool, str]:
    """Whether the person was served rightly, and in which way."""
    judged = record.judged
    if not judged.answerable:
        return (
            not judged.answered,
            "answered, though nothing does" if judged.answered else "abstained, rightly",
        )
    if not judged.answered:
        return False, "abstained, though there is an answer"
    if any(judged.right[:1]):
        return True, "right"
    return False, "right only further down" if any(judged.right) else "wrong"


def as_text(run: Run) -> str:
    """Plain-text tables, with the number of questions beside every value."""
    parts = [_counts(run.summary)]
    for heading, rows in _tables(run):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]).rstrip()
            for first, *rest in rows
        ]
        parts.append("\n".join([heading, *lines]))
    return "\n\n".join(parts)


def as_dict(run: Run) -> dict[str, Any]:
    """The summary as JSON types; `measures` are the product's."""
    bins, points = _confidence(run)
    return _summary(run.summary) | {
        "kinds": {kind: _summary(summary) for kind, summary in run.kinds.items()},
        "reliability": [asdict(one) for one in bins],
        "risk_coverage": [asdict(point) for point in _at_tenths(points)],
    }


def write_report(run: Run, folder: Path, about: str, threshold: float) -> None:
    """records.jsonl, summary.json and report.html; `about` says in a line what was evaluated.

    `threshold` is the confidence below which the run abstained.
    """
    files = {
        "records.jsonl": "".join(json.dumps(_record(r), ensure_ascii=False) + "\n" for r in run.records),
        "summary.json": json.dumps({"about": about} | as_dict(run), ensure_ascii=False, indent=2) + "\n",
        "report.html": as_html(run, about, threshold),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise CuttingsError(f"cannot write the report to {folder}: {error}. Choose another.") from error


def as_html(run: Run, about: str, threshold: float) -> str:
    """One page that needs nothing else, in the light or dark of the reader's screen."""
    tables = "".join(f"<h2>{escape(heading)}</h2>{_html_table(rows)}" for heading, rows in _tables(run))
    questions = "".join(map(_html_question, run.records))
    bins, points = _confidence(run)
    charts = reliability_diagram(bins) + risk_coverage_chart(points, threshold)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>Cuttings evaluation</title><style>{_CSS}{CHARTS}</style><h1>Cuttings evaluation</h1>"
        f"<p>{escape(about)}. {escape(_counts(run.summary))}.</p>{tables}<h2>Confidence</h2>"
        f'<div class="charts">{charts}</div><h2>Questions</h2>'
        f'<div class="wide"><table class="questions"><tr><th>Question<th>Expected<th>Given<th>Outcome'
        f'<th class="number">Confidence</tr>{questions}</table></div></html>\n'
    )


def _tables(run: Run) -> Iterable[tuple[str, list[list[str]]]]:
    """(heading, rows of cells), the first row being the column names."""
    systems = run.summary.retrieval
    yield (
        "Retrieval (answerable questions, ten passages)",
        [["system", *RETRIEVAL, "n"]]
        + [
            [system, *(_number(score) for score in scores.values()), str(scores[RETRIEVAL[0]].n)]
            for system, scores in systems.items()
        ],
    )
    yield (
        "Answers",
        [["measure", "value", "n", "better"]]
        + [
            [name, _number(score), str(score.n), "lower" if name in LOWER_IS_BETTER else "higher"]
            for name, score in run.summary.answers.items()
        ],
    )
    yield (
        "By kind of question (n in brackets)",
        [["kind", *_BY_KIND]]
        + [
            [
                kind,
                *(f"{_number(score)} ({score.n})" for score in (summary.measures[name] for name in _BY_KIND)),
            ]
            for kind, summary in run.kinds.items()
        ],
    )

    bins, points = _confidence(run)
    yield (
        "Reliability (bins of equal number, by confidence)",
        [["confidence", "mean", "first citation right", "n"]]
        + [
            [f"{one.low:.2f} to {one.high:.2f}", f"{one.said:.3f}", f"{one.right:.3f}", str(one.n)]
            for one in bins
        ],
    )
    yield (
        "Risk and coverage (share of questions answered, share of answers wrong)",
        [["answered from confidence", "coverage", "risk"]]
        + [
            [f"{point.threshold:.3f}", f"{point.coverage:.3f}", f"{point.risk:.3f}"]
            for point in _at_tenths(points)
        ],
    )


def _confidence(run: Run) -> tuple[tuple[Bin, ...], tuple[Point, ...]]:
    said, right = foretold(record.judged for record in run.records)
    return reliability(said, right), risk_coverage(said, right)


def _at_tenths(points: Sequence[Point]) -> list[Point]:
    """The first point at or behind each tenth of the coverage."""
    reached = [next(point for point in points if point.coverage >= tenth / 10) for tenth in range(1, 11)]
    return list(dict.fromkeys(reached))


def _counts(summary: Summary) -> str:
    answerable = summary.answerable
    return f"{summary.questions} questions, {answerable} answerable, {summary.questions - answerable} not"


def _number(score: Score) -> str:
    if score.value is None:
        return "-"
    # Milliseconds are the only values that can exceed one.
    return f"{score.value:.3f}" if score.value <= 1 else f"{score.value:.1f}"


def _summary(summary: Summary) -> dict[str, Any]:
    def plain(scores: Mapping[str, Score]) -> dict[str, Any]:
        return {name: {"value": score.value, "n": score.n} for name, score in scores.items()}

    return {
        "questions": summary.questions,
        "answerable": summary.answerable,
        "measures": plain(summary.measures),
        "retrieval": {system: plain(scores) for system, scores in summary.retrieval.items()},
    }


def _record(record: Record) -> dict[str, Any]:
    gold, answer, judged = record.gold, record.answer, record.judged
    good, how = outcome(record)
    return {
        "id": gold.id,
        "question": gold.question,
        "kind": gold.kind,
        "history": [{"role": turn.role, "content": turn.content} for turn in gold.history],
        "standalone_question": answer.standalone_question,
        "answerable": gold.answerable,
        "without": list(gold.without),
        "expected": [
            {"article_id": place.article_id, "start": place.start, "end": place.end, "text": text}
            for place, text in zip(gold.evidence, record.expected, strict=True)
        ],
        "answered": judged.answered,
        "served": good,
        "outcome": how,
        "confidence": judged.confidence,
        "latency_ms": judged.latency_ms,
        "citations": [
            {
                "rank": citation.rank,
                "quote": citation.quote,
                "article_id": citation.article_id,
                "start": citation.start,
                "end": citation.end,
                "score": citation.score,
                "right": right,
            }
            for citation, right in zip(answer.citations, judged.right, strict=True)
        ],
        "retrieval": record.retrieval,
    }


def _html_table(rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        first, *rest = (escape(cell) for cell in cells)
        return f"<tr><{tag}>{first}" + "".join(f'<{tag} class="number">{cell}' for cell in rest) + "</tr>"

    body = "".join(line(row, "td") for row in rows[1:])
    return f'<div class="wide"><table>{line(rows[0], "th")}{body}</table></div>'


def _html_question(record: Record) -> str:
    gold, answer = record.gold, record.answer
    good, how = outcome(record)
    asked = f"<small>{escape(gold.id)}, {escape(gold.kind)}</small><p>{escape(gold.question)}</p>"
    if answer.standalone_question != gold.question:
        asked += f"<small>searched as: {escape(answer.standalone_question)}</small>"
    expected = "".join(f"<p>{escape(text)}</p>" for text in record.expected) or "<p>no answer</p>"
    given = "".join(
        f"<p>{_mark(right)} {escape(citation.quote)} <small>{escape(citation.article_id)}</small></p>"
        for citation, right in zip(answer.citations, record.judged.right, strict=True)
    )
    if not record.judged.answered:
        given = f"<small>not shown; closest sentences:</small>{given}"
    return (
        f"<tr><td>{asked}<td>{expected}<td>{given}"
        f'<td class="{"good" if good else "bad"}">{_mark(good)} {how}'
        f'<td class="number">{record.judged.confidence:.2f}</tr>'
    )


def _mark(good: bool) -> str:
    return "✓" if good else "✗"


_CSS = """
:root { color-scheme: light dark; --line: light-dark(#d5d5d0, #44443f); --good: light-dark(#17682f, #7fd396);
  --bad: light-dark(#a32014, #ff9c8f); --accent: light-dark(#1f5fa8, #8abaf0) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem;
  color: light-dark(#1d1d1b, #e9e9e4); background: light-dark(#fcfcf9, #191917) }
h1, h2 { line-height: 1.2; font-weight: 600 }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: 0.9rem }
th, td { border-bottom: 1px solid var(--line); padding: 0.4rem 0.8rem 0.4rem 0; text-align: left;
  vertical-align: top; overflow-wrap: anywhere }
.questions { min-width: 60rem }
.questions td:nth-child(-n+3) { width: 27% }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.good { color: var(--good) }
.bad { color: var(--bad) }
td p { margin: 0 0 0.3rem }
small { opacity: 0.75 }
"""
