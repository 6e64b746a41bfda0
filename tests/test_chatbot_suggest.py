"""Which questions are suggested."""

from __future__ import annotations

from chatbot.conversation.suggestions import Suggestion, fitting, suggestions
from corpus.article import Article

ARTICLE = Article(
    "a",
    "Ferries",
    "Dr Ada Long, who runs the ferries, said that fares would rise. The Harbour Users Group (HUG) said no."
    " Ada Long argued that fuel was dear. Local passenger forums (LPFs) met. The Crown Estate (CE) owns it.",
    "a.txt",
)


def test_people_and_bodies_that_speak_are_asked_about() -> None:
    own = suggestions([ARTICLE], lambda question: f"{question} {ARTICLE.text}")
    found = [suggestion.question for suggestion in own]
    assert found == ["What did Ada Long say?", "What did the HUG say?", "What are LPFs?"]


def test_of_two_questions_with_one_answer_the_first_is_suggested() -> None:
    found = suggestions([ARTICLE], lambda question: ARTICLE.text)
    assert [suggestion.question for suggestion in found] == ["What did Ada Long say?"]


def test_the_question_of_a_heading_is_suggested_where_what_stands_below_answers_it() -> None:
    text = "# Ferries\n\n## Why did the fares rise?\n\nFuel was dear.\n\n## What do they cost?\n\nTen pounds."
    article = Article("b", "Ferries", text, "b.md")
    assert suggestions([article], lambda question: "Fuel was dear.") == [
        Suggestion("Why did the fares rise?", "Why did the fares rise?")
    ]
    assert suggestions([article], lambda question: "Ferries") == []  # stands above
    assert suggestions([article], lambda question: "") == []


def test_what_cannot_be_answered_is_not_suggested() -> None:
    found = suggestions([ARTICLE], lambda question: ARTICLE.text if "LPFs" in question else "")
    assert found == [Suggestion("What are LPFs?", "LPF")]


def test_what_is_answered_about_somebody_else_is_not_suggested() -> None:
    found = suggestions([ARTICLE], lambda question: "Ada Long argued that fuel was dear.")
    assert [suggestion.name for suggestion in found] == ["Ada Long"]


def test_suggestions_fit_the_answer_and_not_what_was_asked() -> None:
    found = [Suggestion("What did Ada Long say?", "Ada Long"), Suggestion("What are LPFs?", "LPF")]
    assert fitting(found, cited=ARTICLE.text, asked="What did Ada Long say?", number=3) == ("What are LPFs?",)
    assert fitting(found, cited="Nothing of either.", asked="", number=3) == ()
    assert fitting(found, cited=ARTICLE.text, asked="", number=1) == ("What did Ada Long say?",)
