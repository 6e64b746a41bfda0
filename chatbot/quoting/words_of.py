"""Answers to questions about speech: the words of somebody, or who it is that says something."""

from __future__ import annotations

from functools import partial

from chatbot.answer import State
from chatbot.quoting.collect import by_article, worthy
from chatbot.quoting.compose import folded, grouped
from chatbot.quoting.material import NOTHING, Composed, Material
from chatbot.quoting.speech import about, by_speaker, quoted_last, spoken_first
from index.tokens import terms

_EACH = float("-inf")
"""The worth of a sentence that belongs into an answer where all are wanted."""


def words_of(material: Material) -> Composed | None:
    """Words by article, or sentences under who says them; None where nobody of that name speaks."""
    said = material.said
    if said is None or not material.candidates:
        return NOTHING
    if not material.topic_is_known and material.state(material.best) == "none":
        return NOTHING
    rarity = {term: material.searcher.rarity(term) for term in terms(said.about)}
    if said.asks == "of one":
        return _of_one(material, said.speaker, rarity)
    confidence = dict(zip(material.candidates, material.confidences, strict=True))
    cited = material.settings.citations
    divide = partial(by_speaker, spoken=material.spoken)
    if said.asks == "that":
        last = quoted_last(material.candidates, material.last_answer)
        if chosen := [one for one in last if material.spoken.of(one)][:1]:
            groups = grouped(chosen, [confidence[chosen[0]]], material.articles, material.nearness)
            return Composed(groups, "answer", cited, divide)
    ordered = spoken_first(material.candidates, material.spoken, rarity)
    values = [confidence[one] for one, _ in ordered]
    meant = bool(ordered) and ordered[0][1]
    state: State = "answer" if meant else material.state(values[0])
    if state == "none":
        return NOTHING
    groups = grouped([one for one, _ in ordered], values, material.articles, material.nearness)
    return Composed(groups, state, cited, divide)


def _of_one(material: Material, speaker: str, rarity: dict[str, float]) -> Composed | None:
    theirs = material.spoken.by(speaker)
    if not theirs:
        return None
    pairs = zip(material.candidates, material.confidences, strict=True)
    confidence = {one: sure for one, sure in pairs if (one.article.id, one.sentence.start) in theirs}
    chosen = about(list(confidence), rarity)
    if not chosen:
        return NOTHING
    values = [confidence[one] for one in chosen]
    worded = any(term in rarity for one in chosen for term in terms(one.quote))
    sure = not rarity or worded or max(values) >= material.settings.sure_threshold
    groups = folded(worthy(chosen, values, least=_EACH), material.articles, material.nearness, material.most)
    return Composed(groups, "answer" if sure else "possibly", material.most, by_article)
