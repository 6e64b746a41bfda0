"""The passages that hold the evidence of a question: where each system ranks them, and by which scores."""

from __future__ import annotations

from eval.record import Found, Record
from eval.report.run_report import RunReport

_LISTED = 8
"""Passages that are listed for a question; of more, the best found."""


def evidence_table(report: RunReport, record: Record) -> tuple[str, list[str], list[list[str]]]:
    """(caption, heads, rows): rank in each system, and the score (with its rank) of each retriever."""
    systems = report.ranked[record.id]
    ranks = {system: _ranks(one.ranking) for system, one in systems.items()}
    found: dict[str, Found] = {}
    for asked in (record, *systems.values()):
        for hit in asked.hits:
            found.setdefault(hit.name, hit)
    fused = _ranks([hit.name for hit in sorted(record.hits, key=lambda hit: -hit.score)])
    names = sorted(record.relevant, key=lambda name: min(by_name.get(name, 99) for by_name in ranks.values()))
    rows = []
    for name in names[:_LISTED]:
        scores = ["–", "–", "–"]
        if name in found:
            hit = found[name]
            scores[:2] = _score(hit.bm25, hit.bm25_rank), _score(hit.cosine, hit.dense_rank)
            if name in fused:
                scores[2] = _score(hit.score, fused[name])
        rows.append([name, *(str(by_name.get(name, "–")) for by_name in ranks.values()), *scores])
    more = f"; {len(names) - _LISTED} more are left out" if len(names) > _LISTED else ""
    caption = f"Passages with evidence: rank in each system, score (and rank) of each stage{more}"
    return caption, ["passage", *ranks, "BM25", "cosine", "fused"], rows


def _ranks(names: list[str] | tuple[str, ...]) -> dict[str, int]:
    """The first rank of each name, from 1 on."""
    return {name: rank for rank, name in reversed(list(enumerate(names, start=1)))}


def _score(score: float, rank: int | None) -> str:
    return f"{score:.3f} ({'–' if rank is None else rank})"
