"""Questions without the articles that answer them."""

from chatbot.answer import Turn
from eval.absence import absent
from eval.questions.gold import Evidence, Gold

TURNS = (Turn("user", "Who rowed?"), Turn("assistant", "Ann rowed."))


def test_each_answerable_question_has_a_twin_without_the_articles_that_answer():
    evidence = (Evidence("a", 0, 5), Evidence("b", 3, 9), Evidence("a", 20, 30))
    asked = Gold("q1", "Why?", "reason", TURNS, True, evidence, "article")
    (twin,) = absent([asked, Gold("q2", "Where?", "none", (), False, ())])
    assert (twin.question, twin.history, twin.unit) == ("Why?", TURNS, "article")
    assert not twin.answerable and twin.evidence == ()
    assert twin.without == ("a", "b")
    assert twin.id != asked.id and twin.kind == "absent"
