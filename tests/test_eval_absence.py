"""Questions without the articles, or without the sentences, that answer them."""

from chatbot.answer import Turn
from eval.absence import without_articles, without_sentences
from eval.questions.gold import Evidence, Gold

TURNS = (Turn("user", "Who rowed?"), Turn("assistant", "Ann rowed."))


def test_each_answerable_question_has_a_twin_without_the_articles_that_answer():
    evidence = (Evidence("a", 0, 5), Evidence("b", 3, 9), Evidence("a", 20, 30))
    asked = Gold("q1", "Why?", "reason", TURNS, True, evidence, "article")
    (twin,) = without_articles([asked, Gold("q2", "Where?", "none", (), False, ())])
    assert (twin.question, twin.history, twin.unit) == ("Why?", TURNS, "article")
    assert not twin.answerable and twin.evidence == ()
    assert twin.without == ("a", "b")
    assert twin.id != asked.id and twin.kind == "absent"


def test_each_answerable_question_has_a_twin_without_the_sentences_that_answer():
    evidence = (Evidence("a", 0, 5), Evidence("b", 3, 9), Evidence("a", 20, 30, choice=1))
    asked = Gold("q1", "Why?", "reason", TURNS, True, evidence, standalone="Why did Ann row?")
    (twin,) = without_sentences([asked, Gold("q2", "Where?", "none", (), False, ())])
    assert (twin.question, twin.history, twin.standalone) == ("Why?", TURNS, "")
    assert not twin.answerable and twin.evidence == () and twin.without == ()
    assert twin.hidden == (("a", 0, 5), ("b", 3, 9), ("a", 20, 30))  # alternatives too
    assert twin.id != asked.id and twin.kind == "cut"
