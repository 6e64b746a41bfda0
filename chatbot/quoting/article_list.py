"""Articles as an answer: those that are about what is asked, each with its best sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from chatbot.answer import Citation, Section
from chatbot.conversation.period import day_in_words
from chatbot.conversation.publisher import publishers_named
from chatbot.quoting.compose import Group
from chatbot.quoting.independence import one_story
from chatbot.quoting.material import Composed, Material, about, share_of, topic_of
from chatbot.quoting.statements import Statement
from chatbot.reading.candidate import Candidate, Signals
from index.hit import Hit
from index.tokens import terms

MOST_ARTICLES = 20
"""Articles that are listed at most."""
_COPIES = 5
"""Times as many are looked at for copies of one story, which count as one."""
_LATEST = 5
"""The same where the newest or the oldest are asked for; "the oldest article" is one."""
_ABOUT = 0.6
"""The share of the topic's terms, by how much they tell, that an article has in one passage or its title."""
_NEAR_BEST = 0.6
"""How far an article is about the topic at least, as a share of the one that is most so."""

_NEWEST = re.compile(r"\b(?:latest|newest|most recent|what['’]?s new)\b", re.IGNORECASE)
_OLDEST = re.compile(r"\b(?:oldest|earliest|first)\b", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:latest|newest|most recent|oldest|earliest|first) (?:article|piece|report|story)\b", re.IGNORECASE
)
_ASKING = frozenset(
    terms(
        "got have written publish published print printed write discuss discussed deal refer cover covered"
        " report named many number new first article old"
    )
)
"""Terms that ask for articles, and are no topic."""

_Pair = tuple[Candidate, float]


def article_list(material: Material) -> Composed | None:
    """A statement of each article that belongs in, the fittest first, or by date where the question says so.

    None where the question names a topic and no article has its terms.
    """
    oldest = bool(_OLDEST.search(material.question))
    by_date = not material.any_time and (oldest or bool(_NEWEST.search(material.question)))
    most = _LATEST if by_date else MOST_ARTICLES
    if _ONE.search(material.question):
        most = 1
    source = publishers_named(material.question, material.scope.publishers)
    named = frozenset(terms(" ".join([*source, material.time_words])))
    topic = topic_of(material.weights, _ASKING, named)
    if topic:
        chosen = _about(material, topic)
        if by_date:
            chosen.sort(
                key=lambda pair: pair[0].article.published or ("9" if oldest else ""), reverse=not oldest
            )
    else:
        chosen = _openings(material, most, oldest)
    if not chosen:
        return None
    groups = [
        Group(Statement.of(own[0][0].quote, material.articles(own[0][0])), tuple(own))
        for own in _stories(material, chosen, most)
    ]
    return Composed(groups, "answer", len(groups), each_article)


def each_article(citations: Sequence[Citation]) -> tuple[Section, ...]:
    """Each article under its title, with its publisher and date, in the order of the citations."""
    return tuple(Section(one.title, (one,), _from(one)) for one in citations)


def _from(citation: Citation) -> str:
    try:
        day = day_in_words(date.fromisoformat(citation.published or ""))
    except ValueError:
        day = citation.published or ""
    return ", ".join(filter(None, (citation.publisher, day)))


def _stories(material: Material, chosen: Sequence[_Pair], most: int) -> list[list[_Pair]]:
    """The articles by the story that they are copies of, the first of each in front."""
    chosen = chosen[: most * _COPIES]
    first = one_story([material.articles(one) for one, _ in chosen])
    stories: dict[int, list[_Pair]] = {}
    for at, pair in zip(first, chosen, strict=True):
        stories.setdefault(at, []).append(pair)
    return list(stories.values())[:most]


def _about(material: Material, topic: Mapping[str, float]) -> list[_Pair]:
    """The best sentence of each article that is about a topic, the fittest article first."""
    best: dict[str, tuple[tuple[float, float, float], _Pair]] = {}
    whole: dict[str, float] = {}
    for candidate, sure in material.sentences:
        article = candidate.article
        around = share_of(topic, f"{candidate.hit.text} {article.title} {candidate.passage.heading}")
        whole[article.id] = max(whole.get(article.id, 0.0), around)
        if candidate.sentence.kind == "heading":
            continue
        fit = (about(candidate, topic), sure, candidate.hit.score)
        if article.id not in best or fit > best[article.id][0]:
            best[article.id] = fit, (candidate, sure)
    most = max((fit[0] for fit, _ in best.values()), default=0.0)
    ordered = sorted(
        (one for id, one in best.items() if whole[id] >= _ABOUT and one[0][0] >= _NEAR_BEST * most),
        key=lambda one: one[0],
        reverse=True,
    )
    return [pair for _, pair in ordered]


def _openings(material: Material, most: int, oldest: bool) -> list[_Pair]:
    """The first sentences of the newest articles, or of the oldest."""
    ids = material.searcher.by_date(material.scope, most, oldest)
    first = [passages[0] for id in ids if (passages := material.collection.passage_ids(id))]
    located = material.collection.located(first)
    openings = []
    for rank, id in enumerate(first, start=1):
        if id not in located:  # removed meanwhile
            continue
        hit = Hit(rank, 0.0, id, *located[id], bm25_rank=None, dense_rank=None)
        sentence = next((one for one in hit.passage.sentences if one.kind != "heading"), None)
        if sentence:
            openings.append((Candidate(sentence, hit, Signals(0.0, 0.0, 0.0, 0.0), 0.0), 0.0))
    return openings
