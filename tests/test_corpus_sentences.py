"""Sentences: the tricky cases, one by one, and what holds for every text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Removed
from corpus.sentences import CUT, LONGEST, sentences

DEV = Path(__file__).parents[2] / "shared" / "dev"


def article(text: str, title: str = "A title of its own", removed: tuple[Removed, ...] = ()) -> Article:
    return Article("a", title, text, "a.txt", removed=removed)


def found(text: str, title: str = "A title of its own") -> list[tuple[str, str]]:
    return [(s.kind, text[s.start : s.end]) for s in sentences(article(text, title))]


# ¦ marks a boundary; the white space beside it belongs to neither sentence.
CASES = """
Dr Smith spoke. ¦He left.
Dr. Smith spoke to Mr. Jones. ¦They agreed.
Mr Brown met Mrs. Green and Ms. White. ¦Prof. Black was away.
The novel was written by J. K. Rowling in 1997. ¦It sold well.
J.R.R. Tolkien wrote it. ¦C. S. Lewis read it.
She moved to the U.S. in 1990. ¦He stayed.
He lives in the U.S. ¦She lives in France.
The U.S. Army arrived. ¦It was late.
The U.K. government said no. ¦The E.U. agreed.
Prices rose 3.5 per cent. ¦Wages fell 0.2 per cent.
See No. 5 on the list. ¦It is blue.
The answer was no. ¦Nobody was surprised.
He moved to New York. ¦She sold the stock.
He came at 5 p.m. on Monday. ¦She came later.
The shop shuts at 5 p.m. ¦It opens at 9 a.m. every day.
‘It is over.’ ¦She left the room.
He said: ‘We need time.’ ¦The minister disagreed.
“We are ready.” ¦The team said so.
She said: “It is hard. ¦We can’t do it.” ¦Others agree.
"Stop!" he cried. ¦Nobody stopped.
"Why now?" she asked. ¦"Because it is late." ¦He sighed.
“What?” asked the man. ¦“Nothing.”
He waited ... and then left. ¦She came.
They talked... ¦Nobody heard.
He thought… and thought. ¦Then he slept.
Is it true? ¦Yes! ¦No.
The Yahoo! deal fell through. ¦Shares fell.
The band Wham! split up. ¦Fans cried.
More than half lead a team, the survey found.¦The networks are new.
It ended in 2019.¦The rest is known.
It was very successful , and forced a merger . ¦The league grew in the U.S. , and the rest followed .
It was founded in 1960 . ¦It ended in 1970 .
About 30,000 to 50,000 people live there. ¦In 1990 it was 20,000. ¦Now it grows.
Fruit, e.g. apples, is cheap. ¦Meat is not.
Some fruit (e.g. Granny Smith apples) is cheap. ¦Meat is not.
That is, i.e. Monday, the day. ¦It rained.
He moved to St. Louis in May. ¦He likes it.
The fair is on St. Mary's Street. ¦It opens on Sunday.
The claim is disputed.[12] ¦Others accept it.[13][14] ¦Nobody knows.
The claim is disputed [12]. ¦Others accept it.
Apple Inc. said so. ¦Ford Motor Co. agreed.
He works for Apple Inc. ¦She works for Ford.
Smith v. Jones was decided in 1990. ¦It still stands.
On Jan. 5 it snowed. ¦On Feb. 6 it thawed.
It happened on 5 Sept. 2001. ¦Nobody knew.
Gen. Lee met Sen. Obama and Gov. Romney. ¦They talked.
The Rev. Martin Luther King Jr. spoke. ¦Crowds came.
See Fig. 3 and pp. 4-6. ¦They show it.
It is 5 ft. tall and weighs 10 lbs. with its box. ¦It is heavy.
Use version 2.0.1 of the tool. ¦It works at example.com. ¦Try it.
Write to me@example.co.uk. ¦I will answer.
He has a Ph.D. in physics. ¦She has an M.A. in history.
He has a Ph.D. ¦She has none.
Washington, D.C. is the capital. ¦New York is not.
They moved to Washington, D.C. ¦The house was small.
(He was wrong.) ¦She was right.
He was wrong (she said so). ¦They laughed.
The team scored 2 vs. 3 last year. ¦It lost.
Items (apples, pears, etc.) are sold. ¦Come in.
They sell apples, pears, etc. ¦They close at six.
The war ended in 1945. ¦Germany was divided.
It was founded in the 4th century B.C. ¦It fell in A.D. 476.
Plan B was used. ¦It failed.
She asked, “Is it 5 p.m. yet?” and sat down. ¦It was.
The minister said 'no.' ¦The public said 'yes.'
'In their current form they fail,' he said. ¦'They must go.'
Hello world! ¦This is… well… odd. ¦Right?
Sales rose. ¦iPads fell.
The film 'Who's Afraid of Virginia Woolf?' won. ¦It was long.
What!? ¦You came?! ¦Good.
In Art. 5 of the treaty, para. 2 applies. ¦It is clear.
The firm (est. 1990) grew approx. 5 per cent. ¦It is in Mt. Vernon.
He was born c. 1450. ¦He died in 1500.
The score was 3-2. ¦20,000 fans watched.
At 11 P. M., Wednesday she came. ¦He told Mrs. Hobson to get off.
The bill (H.R. 3200) passed. ¦It was signed.
So did Lt. Col. Jones and Sgt. Pepper. ¦They sang.
He spoke to the B.B.C. on Monday. ¦He spoke well.
Both Mr. and Mrs. Hill came. ¦They ate.
A poll of 157 directors found 81% agreed. ¦49% did not.
The rate rose to 5%. ¦‘That is bad,’ he said.
“They fail,” he said. ¦“They must go.” ¦She agreed.
The council (NHSE&I) confirmed it. ¦The BMA's committee voted.
Many GPs resigned. ¦GPs are tired. ¦PCNs fail.
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_boundaries(case: str) -> None:
    wanted = [part.strip() for part in case.split("¦")]
    assert [text for _, text in found(case.replace("¦", ""))] == wanted


def test_wrapped_lines_are_joined_and_indented_paragraphs_kept_apart() -> None:
    text = (
        "Harbour Bridge Corp of\n"
        "Portland said that its bridge over the river will stay shut\n"
        "until June. It blamed rust in eleven of the forty cables that\n"
        "carry the road.\n"
        "    The county council said that buses would be sent over the\n"
        "old road until then, as they had been in 1987 and in the\n"
        "winter of 1963.\n"
    )
    assert [" ".join(sentence.split()) for _, sentence in found(text)] == [
        "Harbour Bridge Corp of Portland said that its bridge over the river will stay shut until June.",
        "It blamed rust in eleven of the forty cables that carry the road.",
        "The county council said that buses would be sent over the old road until then, as they had been in"
        " 1987 and in the winter of 1963.",
    ]


PARAGRAPH = (
    "The bridge was built in 1931 by the county. It has been shut since March, when rust was found in it."
)
PROSE = [("prose", "The bridge was built in 1931 by the county."), ("prose", PARAGRAPH.split("county. ")[1])]


def test_a_heading_stands_above_text() -> None:
    assert found(f"History of the Harbour Bridge\n{PARAGRAPH}") == [
        ("heading", "History of the Harbour Bridge"),
        *PROSE,
    ]
    assert found(f"{PARAGRAPH}\n\nWhat happens next?\n\n{PARAGRAPH}") == [
        *PROSE,
        ("heading", "What happens next?"),
        *PROSE,
    ]
    assert found(f"Bridge shut until June.\n\n{PARAGRAPH}", "Bridge shut until June.")[0][0] == "prose"
    assert found("The bridge is shut") == [("prose", "The bridge is shut")]


def test_list_items_leave_their_markers_out() -> None:
    text = f"{PARAGRAPH}\n\n  • Two cables broke;\n  - One was cut\n 3. Paint peeled. It was old.\n"
    assert found(text) == [
        *PROSE,
        ("item", "Two cables broke;"),
        ("item", "One was cut"),
        ("item", "Paint peeled."),
        ("item", "It was old."),
    ]
    assert found("Law Library\n125 Twelfth Street\n(510) 208-4832") == [
        ("item", "Law Library"),
        ("item", "125 Twelfth Street"),
        ("item", "(510) 208-4832"),
    ]


def test_markdown() -> None:
    text = (
        f"# The bridge #\n\nIts history\n-----------\n{PARAGRAPH}\n\n> It is *very* old.\n\n"
        "| Year | Cars |\n|------|------|\n| 1931 | 40 |\n\n```python\nprint('x. Y')\n```\n\n***\n\n1) Go.\n"
    )
    assert found(text) == [
        ("heading", "The bridge"),
        ("heading", "Its history"),
        *PROSE,
        ("prose", "It is *very* old."),
        ("heading", "Year | Cars"),
        ("item", "1931 | 40"),
        ("item", "Go."),
    ]


def test_text_without_sentences_is_cut_where_it_can_be() -> None:
    text = "and then the river rose, " * 400
    parts = [sentence for _, sentence in found(text)]
    assert all(CUT / 2 <= len(part) <= CUT for part in parts[:-1])
    assert " ".join(parts) == text.strip()
    assert max(len(part) for _, part in found("x" * (3 * LONGEST))) == CUT


def test_removed_text_cuts_a_block() -> None:
    text = "Date 2020. The bridge is shut. Advertisement The ferry runs."
    removed = (Removed(0, 10, "date"), Removed(31, 45, "advertisement"))
    spans = sentences(article(text, removed=removed))
    assert [text[s.start : s.end] for s in spans] == ["The bridge is shut.", "The ferry runs."]


@pytest.mark.parametrize("text", ["", "\n\n", " \u00a0\t", "\ufeff", "***", "...", "• \n- \n", "#", "```"])
def test_nothing_to_quote(text: str) -> None:
    assert sentences(article(text)) == ()


PARTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["Dr. Moss came. ", "It rained. ", "It rained. ", "“No!” she said.", "\n\n", "\r\n", "\n    "]
        ),
        st.sampled_from(
            ["• ", "# ", "> ", "| a | b |", "```\n", "---\n", "🎉", "e\u0301", "\u00a0", "\u200b", "x " * 600]
        ),
        st.text(max_size=30),
    ),
    max_size=20,
)


@given(PARTS, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=4))
def test_what_holds_for_every_text(parts: list[str], cuts: list[tuple[int, int]]) -> None:
    text = "".join(parts)
    removed: list[Removed] = []
    for start, length in sorted(cuts):
        start = max(start, removed[-1].end if removed else 0)
        if start < len(text):
            removed.append(Removed(start, min(start + length, len(text)), "cut"))
    end = 0
    for sentence in sentences(article(text, removed=tuple(removed))):
        assert end <= sentence.start < sentence.end <= len(text)
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip()
        assert any(c.isalnum() for c in quote)
        assert len(quote) <= LONGEST or sentence.kind == "heading" or quote.startswith("| ")
        assert all(r.end <= sentence.start or sentence.end <= r.start for r in removed)
        end = sentence.end


@pytest.mark.skipif(not DEV.is_dir(), reason="the dev sets are not here")
def test_answers_of_xquad_lie_within_one_sentence() -> None:
    texts = {
        row["id"]: row["text"]
        for row in map(json.loads, (DEV / "xquad/articles.jsonl").open(encoding="utf-8"))
    }
    spans = {name: sentences(article(text)) for name, text in texts.items()}
    rows = [json.loads(line) for line in (DEV / "xquad/questions.jsonl").open(encoding="utf-8")]
    cut = [
        r
        for r in rows
        if not any(s.start <= r["start"] and r["end"] <= s.end for s in spans[r["article_id"]])
    ]
    # One answer runs over two sentences.
    assert len(cut) <= 1


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("It opened in May.¹ The mayor spoke.² Nobody came.", ["It opened in May.¹", "The mayor spoke.²"]),
        ("It opened in May.1 The mayor spoke.", ["It opened in May.1"]),
        ("He said “it is done.”¹ The mayor left.", ["He said “it is done.”¹"]),
        ("It was found.¹² “Yes,” she said.", ["It was found.¹²"]),
        ("See fig.1 The mayor is on it.", []),
        ("It rose by 5.1 The mayor said.", []),
        ("It has 5 m² of floor.", []),
    ],
)
def test_the_mark_of_a_note_ends_a_sentence_and_belongs_to_it(text: str, cuts: list[str]) -> None:
    found = sentences(Article("a", "", text, "a.txt"))
    assert [text[one.start : one.end] for one in found][:-1] == cuts
    assert text[found[-1].start :] == text[found[-1].start : found[-1].end]
