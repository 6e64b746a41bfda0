"""The questions of a run one by one on its page: what was expected and given, and each stage in between.

They are filtered by style alone, since the chat page lets no script of a report run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chatbot.render.text import counted
from eval.record import Expected, Found, Quoted, Record
from eval.report.html import Html, element, mark, table, together
from eval.report.told import Told
from eval.report.words import ordinal, outcome, why

_RELEVANT = 8
"""Passages with evidence that are listed for a question; of more, the best found."""

_FATES: Mapping[str, str] = {
    "removed": "cleaned away",
    "no passage": "in no passage",
    "no article": "article not in the collection",
}


def questions(told: Told) -> Html:
    """Filters, and every question, folded."""
    if not told.records:
        return Html("")
    outcomes = {one.key: (one.words, n) for one, n in told.outcomes.items()}
    faults = {fault.replace(" ", "-"): (fault, len(hurt)) for fault, hurt in told.faults.items()}
    pairs = Counter((outcome(record).key, record.fault.replace(" ", "-")) for record in told.records)
    style = _style(outcomes, faults, pairs)
    filters = [_filter("outcome", "Outcome", "all", outcomes, len(told.records))]
    if faults:
        filters.append(_filter("fault", "What went wrong", "anything or nothing", faults, len(told.records)))
    listed = together(_question(told, place, record) for place, record in enumerate(told.records))
    return together(
        [
            Html(f"<style>{style}</style>"),
            element("div", *filters, class_="filters"),
            element(
                "p",
                "Each line opens. At its end: what became of the question, and the confidence.",
                class_="quiet only-screen",
            ),
            element("p", "No question is both.", class_="none"),
            element("div", listed, class_="questions"),
        ]
    )


def _filter(name: str, legend: str, every: str, choices: Mapping[str, tuple[str, int]], total: int) -> Html:
    def choice(key: str, words: str, number: int, checked: bool) -> Html:
        button = Html(f'<input type="radio" name="{name}" id="{name}-{key}"{" checked" if checked else ""}>')
        return element("label", button, f"{words} {number:,}")

    return element(
        "fieldset",
        element("legend", legend),
        element(
            "div",
            choice("all", every, total, True),
            *(choice(key, words, number, False) for key, (words, number) in choices.items()),
        ),
    )


def _style(outcomes: Iterable[str], faults: Iterable[str], pairs: Mapping[tuple[str, str], int]) -> str:
    """The rules by which a choice hides the questions that it does not fit."""
    rules = [f"section:has(#outcome-{key}:checked) .q:not(.o-{key}){{display:none}}" for key in outcomes]
    rules += [f"section:has(#fault-{key}:checked) .q:not(.f-{key}){{display:none}}" for key in faults]
    rules += [
        f"section:has(#outcome-{one}:checked):has(#fault-{other}:checked) .none{{display:block}}"
        for one in outcomes
        for other in faults
        if not pairs[one, other]
    ]
    return "".join(rules)


def _question(told: Told, place: int, record: Record) -> Html:
    came_out = outcome(record)
    classes = ["q", f"o-{came_out.key}", "good-one" if came_out.good else "bad-one"]
    if record.fault:
        classes.append(f"f-{record.fault.replace(' ', '-')}")
    head = element(
        "summary",
        mark(came_out.good),
        element("span", record.question, class_="asked"),
        element(
            "span", together([came_out.words, f": {record.fault}" if record.fault else ""]), class_="how"
        ),
        element("span", f"{record.confidence:.2f}" if record.reads else "", class_="n", title="confidence"),
    )
    return element(
        "details",
        head,
        element("div", *_body(told, record), class_="body", id=f"q{place}"),
        class_=" ".join(classes),
    )


def _body(told: Told, record: Record) -> Iterable[Html]:
    about = [record.id, record.kind, *record.tags]
    if record.reads and told.threshold is not None:
        about.append(f"confidence {record.confidence:.3f}, threshold {told.threshold:g}")
    about.append(f"{record.milliseconds:,.1f} ms")
    if record.without:
        about.append(f"asked without {', '.join(record.without)}")
    if record.hidden:
        places = ", ".join(f"{article} {start}–{end}" for article, start, end in record.hidden)
        about.append(f"asked with {places} cut out")
    yield element("p", together(_apart(element("bdi", one) for one in about)), class_="label")
    went_wrong = why(record, told.threshold)
    if went_wrong:
        yield element("p", went_wrong, class_="why")
    if record.history:
        said = [
            element("div", element("dt", role), element("dd", content)) for role, content in record.history
        ]
        yield element("p", "Said before", class_="label")
        yield element("dl", *said)
    if record.searched and record.searched != record.question:
        yield element("p", element("span", "Searched as: ", class_="quiet"), record.searched)
    given = [element("div", element("p", "Expected", class_="label"), *_expected(record))]
    if record.reads:
        given.append(
            element("div", element("p", _given(record), class_="label"), *map(_citation, record.citations))
        )
    yield element("div", *given, class_="columns")
    if record.relevant:
        yield _ranks(told, record)
    if record.best_right:
        best = record.best_right
        yield element(
            "p",
            f"Best right sentence: {ordinal(best.rank)} of {best.read} read, score {best.score:.3f}, "
            f"that of the first {best.best_score:.3f}; its passage was found {ordinal(best.passage_rank)}.",
            class_="quiet",
        )


def _apart(pieces: Iterable[Html]) -> Iterable[str]:
    for at, piece in enumerate(pieces):
        yield from (" · ", piece) if at else (piece,)


def _expected(record: Record) -> Iterable[Html]:
    if not record.expected:
        yield element("p", "no answer")
    for choice in dict.fromkeys(place.choice for place in record.expected):
        if choice:
            yield element("p", "or", class_="or")
        yield from (_place(place) for place in record.expected if place.choice == choice)


def _place(place: Expected) -> Html:
    shown = place.text if place.fate != "whole article" else "(anything in this article)"
    where = (
        f"{place.article_id}, {place.start}–{place.end}"
        if place.fate != "whole article"
        else place.article_id
    )
    fate = [" ", element("span", _FATES[place.fate], class_="tag")] if place.fate in _FATES else []
    grade = f", grade {place.grade}" if place.grade > 1 else ""
    return element("blockquote", shown, element("small", f"{where}{grade}", *fate), class_="right")


def _given(record: Record) -> str:
    if record.state == "possibly":
        return "Given, as possibly the answer"
    if record.answered:
        return "Given"
    return "Not shown, closest sentences" if record.citations else "Nothing given"


def _citation(citation: Quoted) -> Html:
    also = f", and {counted(len(citation.also), 'place')} that says the same" if citation.also else ""
    where = f"{citation.article_id}, {citation.start}–{citation.end}, score {citation.score:.3f}{also}"
    return element(
        "blockquote",
        mark(citation.right),
        " ",
        citation.quote,
        element("small", where),
        class_="right" if citation.right else None,
    )


def _ranks(told: Told, record: Record) -> Html:
    """The passages with evidence: where each system ranks them, and what each stage made of them."""
    systems = told.ranked[record.id]
    rankings = {
        system: {name: rank for rank, name in enumerate(one.ranking, start=1)}
        for system, one in systems.items()
    }
    found: dict[str, Found] = {}
    for asked in (record, *systems.values()):
        for hit in asked.hits:
            if hit.name in record.relevant:
                found.setdefault(hit.name, hit)
    searched = _search_ranks(record)
    names = sorted(
        record.relevant,
        key=lambda name: min((ranks.get(name, 99) for ranks in rankings.values()), default=99),
    )
    rows = []
    for name in names[:_RELEVANT]:
        stages = ["–", "–", "–"]
        if name in found:
            passage = found[name]
            stages = [
                _staged(passage.bm25, passage.bm25_rank),
                _staged(passage.cosine, passage.dense_rank),
                "–",
            ]
            if name in searched:
                stages[2] = _staged(passage.score, searched[name])
        rows.append([name, *(str(ranks.get(name, "–")) for ranks in rankings.values()), *stages])
    left = f"; {len(names) - _RELEVANT} more are left out" if len(names) > _RELEVANT else ""
    return table(
        f"Passages with evidence: rank in each system, score (and rank) of each stage{left}",
        ["passage", *rankings, "BM25", "cosine", "fused"],
        rows,
    )


def _search_ranks(record: Record) -> dict[str, int]:
    """Ranks by the score of the search, before anything was read."""
    ordered: Sequence[Found] = sorted(record.hits, key=lambda hit: -hit.score)
    return {hit.name: rank for rank, hit in reversed(list(enumerate(ordered, start=1)))}


def _staged(score: float, rank: int | None) -> str:
    return f"{score:.3f} ({rank if rank is not None else '–'})"
