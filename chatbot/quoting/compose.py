"""Scored sentences to the citations of an answer: which are quoted, and which say the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot.answer import Citation, Why
from chatbot.quoting.figures import figures, whole
from chatbot.quoting.independence import independent
from chatbot.quoting.statements import Nearness, Statement, same, verbatim
from chatbot.reading.candidate import Candidate
from corpus.article import Article, Sentence
from corpus.passages import heading_at

_ADDS = 0.7
"""A sentence of another article is quoted too from this share of the first one's confidence on."""
_RIVALS = 0.9
"""The same for a further sentence of an article that is quoted already."""

CLOSEST = 3
"""Sentences that are listed where none is an answer, and told at least where the first is possibly one."""

MOST = 100
"""Statements that are ever put together."""

_FEW_WORDS = 2
"""A sentence of so many words at most says nothing by itself, unless it has a figure: "Yes, indeed." """

_POINTS_BACK = re.compile(r"(?:This|That|These|Those|It|He|She|They|Both|Such)\b")


Articles = Callable[[Candidate], Article]
"""The article of a candidate, or as much of it as is compared with others."""

Explained = Callable[[Candidate], Why | None]
"""Why a candidate is cited; None where it was not read."""


@dataclass(frozen=True, slots=True)
class Group:
    """The sentences that make one statement, each of another article, with their confidences, best first."""

    statement: Statement
    members: tuple[tuple[Candidate, float], ...]

    def citation(self, rank: int, articles: Articles, why: Explained) -> Citation:
        """The best sentence as a citation, the others in its `also`."""
        first, *others = (
            _citation(candidate, sure, rank, why(candidate)) for candidate, sure in self.members
        )
        if not others:
            return first
        sources = independent([articles(candidate) for candidate, _ in self.members])
        return replace(first, also=tuple(others), sources=sources)


def grouped(
    candidates: Sequence[Candidate],
    confidences: Sequence[float],
    articles: Articles,
    nearness: Nearness,
    fewest: int = 1,
) -> list[Group]:
    """The statements that answer, the best first, then only those that add something.

    That is: the sentence before one that points back ("This ..."), the items of a list that the best
    sentence introduces, what another article says that is nearly as sure, and what the same article
    says that is all but as sure; and the next best where that is fewer than `fewest` sentences. A sentence
    that says the same as one before joins that one's group.
    """
    chosen = _chosen(candidates, confidences, fewest)
    return folded(_with_copies(chosen, candidates, confidences), articles, nearness)


def folded(
    ordered: Iterable[tuple[Candidate, float]], articles: Articles, nearness: Nearness, most: int = MOST
) -> list[Group]:
    """At most so many statements in the order given; one that says the same as one before joins it."""
    groups: list[Group] = []
    for candidate, sure in ordered:
        statement = Statement.of(candidate.quote, articles(candidate))
        twin = next((i for i, group in enumerate(groups) if same(group.statement, statement, nearness)), None)
        if twin is None:
            if len(groups) == most:
                break
            groups.append(Group(statement, ((candidate, sure),)))
        elif all(candidate.article.id != member.article.id for member, _ in groups[twin].members):
            groups[twin] = replace(groups[twin], members=(*groups[twin].members, (candidate, sure)))
    return groups


def standing(
    candidates: Sequence[Candidate], confidences: Sequence[float]
) -> tuple[list[Candidate], list[float]]:
    """The candidates that can stand alone, with their confidences.

    A fragment ("No.") is taken together with the sentence before it, if that was read too and stands under
    the same heading, and otherwise left out. Where there are only fragments they stay.
    """
    read = {candidate.sentence: candidate for candidate in candidates}
    stand: list[tuple[Candidate, float]] = []
    for candidate, sure in zip(candidates, confidences, strict=True):
        if not _is_fragment(candidate):
            stand.append((candidate, sure))
            continue
        sentences = candidate.passage.sentences
        place = candidate.place
        before = sentences[place - 1] if place else None
        if (
            before
            and before in read
            and before.kind == "prose"
            and not _is_fragment(read[before])
            and _heading(candidate, before) == _heading(candidate, candidate.sentence)
        ):
            joined = replace(candidate.sentence, start=before.start)
            stand.append((replace(candidate, sentence=joined), sure))
    if not stand:
        return list(candidates), list(confidences)
    return [candidate for candidate, _ in stand], [sure for _, sure in stand]


def _heading(candidate: Candidate, sentence: Sentence) -> str:
    """Above a sentence of the candidate's passage."""
    return heading_at(candidate.passage, candidate.hit.text, sentence.start)


def _is_fragment(candidate: Candidate) -> bool:
    """Whether it is prose of a word or two, and no figure."""
    if candidate.sentence.kind != "prose" or candidate.sentence.end - candidate.sentence.start > 40:
        return False
    return len(re.findall(r"\w[\w'’-]*", candidate.quote)) <= _FEW_WORDS and not figures(candidate.quote)[0]


def closest(candidates: Sequence[Candidate], confidences: Sequence[float], why: Explained) -> list[Citation]:
    """The sentences that come nearest where none is taken for an answer: the best ones as they are ranked."""
    pairs = list(zip(candidates, map(float, confidences), strict=True))[:CLOSEST]
    return [
        _citation(candidate, sure, rank, why(candidate)) for rank, (candidate, sure) in enumerate(pairs, 1)
    ]


def _chosen(
    candidates: Sequence[Candidate], confidences: Sequence[float], fewest: int
) -> list[tuple[Candidate, float]]:
    ordered = list(zip(candidates, map(float, confidences), strict=True))
    if not ordered:
        return []
    best, sure = ordered[0]
    chosen = [(best, sure), *_belonging(best, ordered)]
    quoted = {best.article.id}
    for candidate, value in ordered[1:]:
        wanted = _RIVALS if candidate.article.id in quoted else _ADDS
        if (value >= wanted * sure or len(chosen) < fewest) and (candidate, value) not in chosen:
            chosen.append((candidate, value))
            quoted.add(candidate.article.id)
    return chosen


def _with_copies(
    chosen: Sequence[tuple[Candidate, float]], candidates: Sequence[Candidate], confidences: Sequence[float]
) -> Iterator[tuple[Candidate, float]]:
    """Behind each the sentences of other articles that are the same word for word, however sure they are."""
    copies: dict[str, list[tuple[Candidate, float]]] = {verbatim(one.quote): [] for one, _ in chosen}
    taken = {one.sentence for one, _ in chosen}
    for candidate, sure in zip(candidates, map(float, confidences), strict=True):
        words = verbatim(candidate.quote)
        if words in copies and candidate.sentence not in taken and words.count(" ") >= _FEW_WORDS:
            copies[words].append((candidate, sure))
    for pair in chosen:
        yield pair
        yield from copies.pop(verbatim(pair[0].quote), ())


def _belonging(best: Candidate, ordered: Sequence[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """The neighbours without which the best sentence is not understood."""
    sentences = best.passage.sentences
    place = best.place
    wanted = []
    if best.quote.endswith(":"):
        for following in sentences[place + 1 :]:
            if following.kind != "item":
                break
            wanted.append(following)
    elif _POINTS_BACK.match(best.quote) and sentences[place].start == best.sentence.start and place:
        wanted.append(sentences[place - 1])
    return [pair for pair in ordered if pair[0].sentence in wanted]


def _citation(candidate: Candidate, sure: float, rank: int, why: Why | None) -> Citation:
    article, sentence = candidate.article, candidate.sentence
    return Citation(
        rank=rank,
        quote=candidate.quote,
        article_id=article.id,
        title=article.title,
        source=article.source,
        start=sentence.start,
        end=sentence.end,
        score=sure,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        author=article.author,
        updated=article.updated,
        page=article.page(sentence.start),
        heading=_heading(candidate, candidate.sentence),
        highlight=_marked(candidate),
        why=why,
        collection=article.collection,
    )


def _marked(candidate: Candidate) -> tuple[int, int] | None:
    """The words that answer, with the whole of a figure and its unit where the mark ends within one."""
    if not candidate.highlight:
        return None
    first = candidate.sentence.start
    start, end = whole(candidate.quote, *(offset - first for offset in candidate.highlight))
    return first + start, first + end
