"""Cleaning: furniture of every kind goes, the story stays. The pages are invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.clean import NothingLeft, clean, repeated_blocks
from corpus.furniture import byline, date_line, furniture
from corpus.metadata import Metadata
from corpus.read import Raw, read
from corpus.sentences import sentences

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"

STORY = (
    "The harbour bridge will stay shut until June, the county council said on Monday.",
    "Engineers found rust in eleven of its forty steel cables when they inspected the bridge in March.",
    "“We would rather be late than sorry,” said Ada Moss, who leads the council's roads team.",
    "Buses will be sent over the old road, and the ferry will run every ten minutes until the bridge opens.",
    "The repairs will cost £3.5m, of which the government has promised to pay about half.",
)
HEADLINE = "Harbour bridge to stay shut until June"


def raw(text: str, title: str | None = None, id: str | None = None) -> Raw:
    metadata = Metadata(title=title, id=id)
    return Raw("/folder/bridge.txt", "bridge.txt", text, "txt", metadata, (), "0" * 64)


def quotes(article: Article) -> list[str]:
    return [article.text[s.start : s.end] for s in sentences(article) if s.kind != "heading"]


def page(*blocks: str) -> str:
    return "\n\n".join(blocks)


FURNITURE = """
Advertisement
Share on Facebook Twitter
Share this with Email Facebook Messenger
Click to email a link to a friend (Opens in new window)
Skip to main content
Image source, Getty Images
Image: The bridge in May. Pic: Getty
Related Topics
Read more: Ferry to run all night
Sign up for our newsletter
Get our weekly bulletin delivered straight to your inbox
Last updated 3 hours ago
Last updated on Thu 16 Jan 2020 10.30 GMT
Leave a Reply Cancel reply
Your email address will not be published. Required fields are marked *
© 2020 Harbour Press Ltd. All rights reserved.
Tags: bridges, rivers, council
5 min read
Back to top
Loading...
Please enable JavaScript to view this page.
We use cookies to give you the best experience on our website. By continuing you agree to our cookie policy.
Accept all cookies
This article is for subscribers only.
This content is for registered users. Please log in or register to continue reading.
You have reached your limit of free articles this month.
Already a subscriber? Log in here
Start your free trial today, cancel anytime
Your browser is out of date. Please update your browser to view this site properly.
This site is intended for healthcare professionals only.
By Jane Doe, Health Editor
Filed under: News
Follow us on Twitter @harbourpress
Most read
You may also like
View all posts by Jane Doe
Comments (12)
No comments yet.
Be the first to comment.
Home > News > Local
Privacy Policy | Cookie Policy | Terms of Use
Photograph: Jane Doe/Getty Images
The bridge in May (Image: Harbour Press)
A view of the river. Photograph: Jane Doe/Alamy
Have you got a story? Email newsdesk@example.com
Average rating 4.5 / 5. Vote count: 12
1.2k shares
January 2, 2020
To continue reading, subscribe or log in.
The views expressed are those of our users and do not necessarily reflect the views of the site.
Proudly powered by WordPress
""".strip().splitlines()

PROSE = """
58% said they were not confident
‘We use cookies as a treat for the children,’ she said.
The company said it would stop using third-party cookies in its browser by 2022.
Google will ask users to accept cookies from next year, the regulator said.
She told reporters she had signed up for the course in May.
People can sign up to email alerts, the council said.
Patients must register with a practice to see a GP.
Residents have to log in to the portal to book a jab, the council said.
More than 300 people left comments on the plan, most of them hostile.
The photo by Jane Doe won first prize at the fair.
The site was intended for housing only, but is now a car park.
Subscribers to the paper rose to 5m.
Related companies paid no tax, the report says.
Latest figures show a fall of 3 per cent in May.
More on the council's plans is expected in June.
Share prices fell by 5 per cent.
3 comments were received by the planning office.
Copyright law will change next year.
By 2030 the network will reach every town.
Updated guidance was sent to surgeries on 5 May.
Sign language is taught in 40 schools.
If you have a question about your care, contact your practice.
"Sign up to our newsletter," the notice in the window read.
The charity is registered in Leeds and has three members of staff.
""".strip().splitlines()


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_known_by_what_it_says(line: str) -> None:
    assert furniture(line) or byline(line) or date_line(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_in_the_words_of_furniture_is_prose(line: str) -> None:
    assert not (furniture(line) or byline(line) or date_line(line))


@pytest.mark.parametrize("line", FURNITURE)
@pytest.mark.parametrize("at", [0, 1, 3, 6])
def test_a_line_of_furniture_goes_wherever_it_stands_and_the_story_stays(line: str, at: int) -> None:
    blocks = [HEADLINE, *STORY]
    blocks.insert(at, line)
    article = clean(raw(page(*blocks)))
    # A bare date or a byline inside a story may be the heading of a part: it stays, and is never quoted.
    assert [quote for quote in quotes(article) if quote != line.strip()] == list(STORY)
    if not (date_line(line) or byline(line)) or at <= 1:
        assert quotes(article) == list(STORY)
    assert article.title == HEADLINE


def test_clean_text_is_left_alone() -> None:
    story = page(
        HEADLINE, *STORY, "Why it rusted", "Salt water got into the cables.", "• Two were cut\n• One broke"
    )
    article = clean(raw(story))
    assert article.removed == ()
    assert article.text == story


def test_lists_quotations_and_subheadings_of_the_story_stay() -> None:
    text = page(
        HEADLINE,
        *STORY,
        "Other findings:",
        "  • Half of the bolts are loose;\n  • Two piers have sunk\n  • Paint has peeled off the rails.",
        "‘It broke my heart.’",
        "What happens next",
        "The council will vote in May.",
    )
    article = clean(raw(text))
    assert article.removed == ()
    assert quotes(article)[5:] == [
        "Other findings:",
        "Half of the bolts are loose;",
        "Two piers have sunk",
        "Paint has peeled off the rails.",
        "‘It broke my heart.’",
        "The council will vote in May.",
    ]


def test_the_tail_of_a_page_goes() -> None:
    text = page(
        HEADLINE,
        *STORY,
        "[Total: 0    Average: 0/5]\nTown Desk",
        "Town Desk",
        "News from all the towns.",
        "View all posts by Town Desk\nNEWS: Library opens on Sundays",
        "March 2, 2021",
        "Pool fees go up again",
        "No comments yet.",
        "Get in the know! Keeping the towns connected.",
        "Subscribe to our FREE weekly newsletter:",
    )
    assert quotes(clean(raw(text))) == list(STORY)


def test_teasers_of_other_stories_go_with_and_without_a_heading() -> None:
    teasers = (
        "Library opens on Sundays",
        "Library opens on Sundays",
        "The town library will open its doors on Sundays from...",
        "Pool fees go up again",
        "Pool fees go up again",
        "Swimmers will pay a pound more, the leisure centre...",
    )
    assert quotes(clean(raw(page(HEADLINE, *STORY, "Just published", *teasers)))) == list(STORY)
    assert quotes(clean(raw(page(HEADLINE, *STORY, *teasers)))) == list(STORY)


def test_readers_comments_go_however_long() -> None:
    comment = "I have lived here for forty years and the bridge was always going to rust, they said."
    text = page(HEADLINE, *STORY, "3 Comments", "Bob Hill says:", comment, comment.replace("forty", "fifty"))
    assert quotes(clean(raw(text))) == list(STORY)


def test_a_box_of_links_inside_the_story_does_not_end_it() -> None:
    box = ("Related stories", "Library opens on Sundays", "Pool fees go up again")
    text = page(HEADLINE, *STORY[:3], *box, *STORY[3:])
    article = clean(raw(text))
    assert quotes(article) == list(STORY)
    assert "Library" not in "".join(quotes(article))


def test_a_line_that_says_that_it_is_a_caption_is_kept_as_one() -> None:
    caption = "Image caption, The bridge was shut in March (Photo: Jane Doe)"
    article = clean(raw(page(HEADLINE, STORY[0], "Image source, Getty Images", caption, *STORY[1:])))
    found = [one for one in sentences(article) if one.kind == "caption"]
    assert [article.text[s.start : s.end] for s in found] == ["The bridge was shut in March"]
    assert [quote for quote in quotes(article) if not quote.startswith("The bridge was shut")] == list(STORY)


def test_a_caption_printed_twice_goes() -> None:
    text = page(HEADLINE, STORY[0], "Rust on the bridge\nRust on the bridge", *STORY[1:])
    article = clean(raw(text))
    assert quotes(article) == list(STORY)
    assert [article.text[r.start : r.end] for r in article.removed] == [
        "Rust on the bridge\nRust on the bridge"
    ]


def test_a_pulled_quotation_is_kept_once() -> None:
    text = page(HEADLINE, *STORY[:4], STORY[2], STORY[4])
    assert quotes(clean(raw(text))) == list(STORY)


def test_a_link_between_headline_and_story_goes() -> None:
    article = clean(raw(page("Site notice for members only", HEADLINE, "Library opens on Sundays", *STORY)))
    assert article.title == HEADLINE
    assert any(article.text[r.start : r.end] == "Library opens on Sundays" for r in article.removed)
    assert quotes(article) == list(STORY)


def test_a_date_before_the_story_on_the_same_line() -> None:
    article = clean(raw(" date 2020-01-16 " + page(*STORY)))
    assert article.published == "2020-01-16"
    assert quotes(article) == list(STORY)


def test_a_note_on_the_author_goes_but_not_one_on_a_person_of_the_story() -> None:
    note = "Jane Doe is a reporter at the Harbour Press, where she covers transport."
    assert quotes(clean(raw(page(HEADLINE, "By Jane Doe", *STORY, note)))) == list(STORY)
    person = "Ada Moss is a former writer of guides to the county's bridges."
    assert quotes(clean(raw(page(HEADLINE, *STORY, person)))) == [*STORY, person]


def test_titles() -> None:
    assert clean(raw(page("NEWS: " + HEADLINE, *STORY))).title == HEADLINE
    assert clean(raw(page(HEADLINE, *STORY), title="Bridge shut")).title == "Bridge shut"
    assert clean(raw(page("Who will pay for the harbour bridge?", *STORY))).title.startswith("Who will pay")
    assert clean(raw(page(*STORY))).title == STORY[0]
    long = (
        "The harbour bridge, which has linked the halves of the town since 1931, will stay shut until June."
    )
    assert clean(raw(page(long, *STORY))).title == long[:79].rsplit(" ", 1)[0] + "…"
    assert clean(raw("Rain again.")).title == "bridge"


def test_ids_keep_what_can_be_kept() -> None:
    assert clean(raw(page(*STORY))).id == "bridge"
    assert clean(raw(page(*STORY), id="837407666_1762-2394-0-632")).id == "837407666_1762-2394-0-632"
    assert clean(raw(page(*STORY), id="Café & Bar")).id == "cafe-bar"
    assert clean(raw(page(*STORY), id="桥")).id.startswith("article-")
    assert len(clean(raw(page(*STORY), id="x" * 200)).id) == 80


def test_nothing_left_is_an_error_of_one_line() -> None:
    with pytest.raises(NothingLeft, match=r"^bridge.txt: nothing to quote"):
        clean(raw("Advertisement\n\nShare on Facebook"))


def test_blocks_repeated_across_articles_go() -> None:
    notice = "Harbour Press is run by volunteers and lives on what its readers give."
    texts = [
        page(f"Headline {n} on the bridge", *(f"{s[:-1]} in part {n}." for s in STORY), notice) for n in "abc"
    ]
    repeated = repeated_blocks(map(raw, texts))
    assert repeated == {notice.casefold()}
    assert notice not in quotes(clean(raw(texts[0]), repeated))
    assert repeated_blocks(map(raw, texts[:2])) == frozenset()


def test_wire_copy_and_quoted_statements_are_not_repetition() -> None:
    assert repeated_blocks(raw(page(f"Headline {n}", *STORY)) for n in range(5)) == frozenset()
    statement = "‘It has been only six weeks, and the work is far from done,’ said Ada Moss of the council."
    texts = [
        page(
            f"Own first words of paper {n} are these here.", statement, f"Paper {n} then ends in its own way."
        )
        for n in "abcd"
    ]
    assert repeated_blocks(map(raw, texts)) == frozenset()


BLOCKS = st.lists(
    st.one_of(
        st.sampled_from(
            [HEADLINE, *STORY, *FURNITURE, *PROSE, "• a point\n• another 🎉", "---", "```\ncode\n```"]
        ),
        st.text(st.sampled_from("ab C.!?\u00a0\r\n\t“”‘’'\"🎉e\u0301>#|-*1"), max_size=40),
    ),
    max_size=12,
)


@given(BLOCKS, st.sampled_from(["\n", "\n\n", "\r\n\r\n", "\n \n"]))
def test_removed_spans_are_ordered_disjoint_and_the_text_is_untouched(blocks: list[str], gap: str) -> None:
    text = gap.join(blocks)
    try:
        article = clean(raw(text))
    except NothingLeft:
        return
    assert article.text == text
    end = 0
    for removed in article.removed:
        assert end <= removed.start < removed.end <= len(text)
        assert removed.reason
        end = removed.end
    for sentence in sentences(article):
        assert all(s.end <= sentence.start or sentence.end <= s.start for s in article.removed)


SEED_LINES = {
    "000": "+" * 15,
    "001": "-+-" + "+" * 9 + "-" * 12,
    "002": "+" * 9,
    "003": "-+-" + "+" * 20,
    "004": "++--" + "+" * 21 + "-" * 25,
}
"""Of each line of the five real pages that is not blank, whether a person calls it story or furniture."""


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real pages are not here")
def test_the_lines_of_the_five_real_pages() -> None:
    right = {"+": 0, "-": 0}
    for page_read in read([SEEDS]):
        assert isinstance(page_read, Raw)
        article = clean(page_read)
        kept = {at for start, end in article.story() for at in range(start, end)}
        at = 0
        labels = iter(SEED_LINES[page_read.source[:3]])
        for line in article.text.splitlines(keepends=True):
            if line.strip():
                # The first line of one begins with its date; the story follows on it.
                found = any(i in kept for i in range(at, at + len(line)) if not article.text[i].isspace())
                label = next(labels)
                right[label] += len(line) * (found == (label == "+"))
            at += len(line)
        assert next(labels, None) is None
    whole = dict.fromkeys(right, 0)
    for page_read in read([SEEDS]):
        assert isinstance(page_read, Raw)
        lines = [line for line in page_read.text.splitlines(keepends=True) if line.strip()]
        for label, line in zip(SEED_LINES[page_read.source[:3]], lines, strict=True):
            whole[label] += len(line)
    assert right["-"] >= 0.98 * whole["-"] and right["+"] >= 0.995 * whole["+"]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real pages are not here")
def test_the_five_real_pages() -> None:
    # Words of their furniture, and how many sentences of story a person counted in each.
    furniture_words = "browser|cookie|register|sign in|follow us|just published|impetigo|podcast|intended for"
    furniture_words += "|ethnicity|subscribe|comments yet|view all|average:|getty|pension reprieve|date 2020"
    counts = {"000": 14, "001": 16, "002": 10, "003": 21, "004": 23}
    for page_read in read([SEEDS]):
        assert isinstance(page_read, Raw)
        found = quotes(clean(page_read))
        assert not [q for q in found for word in furniture_words.split("|") if word in q.casefold()]
        assert len(found) == counts[page_read.source[:3]]
