"""When a question takes words of the conversation with it, and which."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import Turn
from chatbot.conversation.exchanges import Exchange
from chatbot.conversation.followup import can_follow, complete

WORKLOAD = [
    Turn("user", "How many leaders of small networks cannot manage their workload?"),
    Turn("assistant", "In networks with fewer than 40,000 patients it is 63%, the Medical Union (MU) found."),
]


@pytest.mark.parametrize(
    "question",
    [
        "why?",
        "Why not?",
        "and the large ones?",
        "Who said that?",
        "what about 2019?",
        "no, I meant the union one",
        "tell me more",
        "Did they say so before?",
        "How does it compare?",
        "Did this survey ask nurses too?",
        "Was there another survey?",
        "Is there another?",
        "Who wrote this?",
        "Who paid for this report?",
        "Is another one planned?",
        "So who will pay?",
        "And the PCN ones?",
        "patients?",
    ],
)
def test_a_question_that_leans_takes_the_topic_with_it(question: str) -> None:
    alone = complete(question, WORKLOAD)
    assert "workload" in f"{alone.searched} {alone.context}"
    assert alone.text != question
    assert alone.reason
    assert 0 < alone.weight < 1


@pytest.mark.parametrize(
    "question",
    [
        "What did Dr Nav Chana tell GPonline?",
        "Why did Richard Vautrey speak of realistic goals?",
        "What did Ms Rankine say of her members?",
        "Is there a podcast about general practice?",
        "Why is the sky blue?",
        "How do I bake sourdough bread?",
        "Can this government last?",
        "What did this country spend on hospitals?",
        "How cold was Leeds this winter?",
        "What is another name for a general practice?",
        "Is there another word for sourdough?",
        "How do doctors and nurses see one another?",
        "Who other than Richard Vautrey spoke?",
        "So what is a PCN?",
        "And who is Ruth Rankine?",
        "How many GPs will retire this decade?",
        "What was said in Parliament this week?",
        "Will doctors in this nation strike this autumn?",
        "Who leads this country?",
        "What is another term for a clinical director?",
        "Do surgeons and nurses trust one another?",
        "How do practices help each other?",
    ],
)
def test_a_new_topic_is_left_alone(question: str) -> None:
    alone = complete(question, WORKLOAD)
    assert (alone.text, alone.context, alone.weight, alone.reason) == (question, "", 0.0, "")


def test_nothing_is_taken_where_nothing_was_said() -> None:
    assert complete("why?", []).text == "why?"


def test_the_answers_names_come_along_but_not_its_other_words() -> None:
    context = complete("why?", WORKLOAD).context
    assert "Medical Union" in context
    assert "found" not in context


def test_a_short_answer_comes_along_whole() -> None:
    turns = [Turn("user", "Who chairs the committee?"), Turn("assistant", "a doctor from Leeds")]
    assert "doctor" in complete("since when is she there?", turns).context


def test_what_the_question_says_itself_is_not_repeated() -> None:
    turns = [Turn("user", "Which networks?"), Turn("assistant", "Large Networks")]
    assert complete("is it large networks then?", turns).context == ""


def test_thanks_are_no_topic() -> None:
    alone = complete(
        "and the large ones?", [*WORKLOAD, Turn("user", "thanks"), Turn("assistant", "Welcome.")]
    )
    assert "workload" in alone.context
    assert "thanks" not in alone.context


def test_what_was_said_long_ago_does_not_count() -> None:
    old = [Turn("user", "Who owns the lighthouse?"), Turn("assistant", "The county.")]
    later = [turn for _ in range(3) for turn in WORKLOAD]
    alone = complete("why?", [*old, *later])
    assert "lighthouse" not in f"{alone.text} {alone.context} {alone.recent}"
    assert "The county." in alone.said  # and is not said again


@pytest.mark.parametrize("before", ["", "\n", " “", "He left.\n\n", "("])
def test_a_name_at_the_beginning_of_a_long_answer(before: str) -> None:
    said = f"{before}Ann Leeds told the harbour board of the town that the old ferries were slow."
    context = complete("why?", [Turn("user", "Who spoke?"), Turn("assistant", said)]).context
    assert "Ann Leeds" in context


def test_thanks_in_between_do_not_break_the_thread() -> None:
    thanked = [*WORKLOAD, Turn("user", "thanks"), Turn("assistant", "You are welcome.")]
    assert complete("why?", thanked) == complete("why?", WORKLOAD)


def test_another_year_takes_the_place_of_the_one_before() -> None:
    turns = [Turn("user", "How many directors left in 2018?"), Turn("assistant", "It was eleven.")]
    alone = complete("what about 2019?", turns)
    assert alone.text == alone.read_as == alone.searched == "How many directors left in 2019?"


def test_a_correction_takes_the_question_but_not_its_answer() -> None:
    turns = [Turn("user", "Who answered the Leeds survey?"), Turn("assistant", "Harbour Board members.")]
    alone = complete("no, I meant the BMA one", turns)
    assert alone.text == "Who answered the BMA survey?"
    assert "Harbour" not in alone.recent
    assert alone.last_answer == ""


def test_going_back_takes_the_earlier_topic_and_not_the_last() -> None:
    ferry = [Turn("user", "Who owns the ferry?"), Turn("assistant", "The harbour board.")]
    alone = complete("back to the workload: is it worse?", [*WORKLOAD, *ferry])
    assert "small networks" in alone.context
    assert "ferry" not in alone.text
    assert "Medical Union" in alone.recent
    assert alone.last_answer == ""


def test_a_follow_up_is_read_with_the_exchange_that_it_follows() -> None:
    turns = [Turn("user", "Who owns the ferry?"), Turn("assistant", "The harbour board.")]
    assert complete("and why?", [*WORKLOAD, *turns]).history == ("Who owns the ferry?", "The harbour board.")
    assert complete("Who is Ann Leeds of the harbour board?", turns).history is None
    corrected = complete("no, I meant the tram", turns)
    assert corrected.history and corrected.history[1] == ""  # its answer was to another question


def test_a_refused_question_is_spoken_of_only_where_it_is_asked_anew() -> None:
    said, refused = Exchange("Who runs it?", "Ann."), Exchange("How many left the ferry in 2018?", "", True)
    assert can_follow("why?", [said, refused]) == [said]
    assert can_follow("no, I meant the bridge", [said, refused]) == [said, refused]
    assert can_follow("what about 2019?", [said, refused]) == [said, refused]


def test_a_person_is_remembered_over_several_follow_ups() -> None:
    turns = [
        Turn("user", "Who is Ann Leeds?"),
        Turn("assistant", "She chairs the harbour board."),
        Turn("user", "What did she say about the ferry?"),
        Turn("assistant", "It is too slow, Bob Hall reported."),
    ]
    assert complete("Where does she live?", turns).text == "Where does Ann Leeds live?"


def test_a_word_that_points_into_its_own_question_leaves_it_alone() -> None:
    question = "How does a patient join a practice, and can they leave it?"
    assert complete(question, WORKLOAD).text == question


def test_what_is_used_beyond_the_words_shown_is_told() -> None:
    alone = complete("why?", WORKLOAD)
    assert alone.recent
    assert "articles talked about last" in alone.reason


def test_a_long_conversation_is_searched_with_no_more_than_a_short_one() -> None:
    long = [Turn(turn.role, turn.content + " And so on." * 500) for _ in range(10) for turn in WORKLOAD]
    assert len(complete("why?", long).recent) <= 4 * 601


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=12))
def test_a_question_is_never_changed_only_added_to(question: str, said: list[str]) -> None:
    turns = [Turn("assistant" if i % 2 else "user", text) for i, text in enumerate(said)]
    alone = complete(question, turns)
    assert alone.question == question
    assert bool(alone.weight) == bool(alone.reason)


@pytest.mark.parametrize(
    ("question", "asks_for_more"),
    [
        ("tell me more", True),
        ("Go on, please.", True),
        ("anything else?", True),
        ("what else", True),
        ("tell me more about the survey", False),
        ("What happens next year?", False),
        ("why?", False),
    ],
)
def test_some_questions_only_ask_for_what_comes_next(question: str, asks_for_more: bool) -> None:
    turns = [Turn("user", "Who wants to close the harbour bridge?"), Turn("assistant", "The council does.")]
    assert complete(question, turns).asks_for_more == asks_for_more


FRANCE = [
    Turn("user", "What is the capital of France?"),
    Turn("assistant", "The articles do not answer that."),
]


@pytest.mark.parametrize(
    "turns",
    [
        [*FRANCE, *WORKLOAD],
        [*WORKLOAD, *FRANCE],
        [*WORKLOAD, Turn("user", "What is the capital of France?"), Turn("assistant", "")],
        [Turn("user", "What is the capital of France?"), Turn("assistant", "It is Paris."), *WORKLOAD],
        [*WORKLOAD, Turn("user", "nice"), Turn("assistant", "Ask another question.")],
    ],
    ids=["refused before", "refused after", "refused without words", "another topic before", "small talk"],
)
def test_what_was_refused_or_left_adds_nothing(turns: list[Turn]) -> None:
    assert replace(complete("why?", turns), said="") == replace(complete("why?", WORKLOAD), said="")


def test_nothing_is_taken_where_all_was_refused() -> None:
    assert complete("why?", FRANCE).text == "why?"


def test_a_topic_that_goes_on_counts_from_two_exchanges() -> None:
    turns = [
        Turn("user", "Who owns the lighthouse?"),
        Turn("assistant", "The county council does."),
        Turn("user", "What does the council plan for the lighthouse?"),
        Turn("assistant", "It will be sold to the harbour board in spring, Ann Leeds said to reporters."),
    ]
    assert "owns" in complete("and the price?", turns).context
