"""Pages: what they say about themselves, their captions, their lists of links, and those that are hostile."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.clean import NothingLeft, clean
from corpus.formats.html_blocks import story
from corpus.formats.html_markup import DEEPEST, MOST_ATTRIBUTES, harmless
from corpus.formats.html_metadata import language_code
from corpus.formats.html_page import page
from corpus.metadata import Metadata
from corpus.passages import passages
from corpus.read import Raw
from corpus.sentences import sentences

STORY = (
    "The harbour bridge will stay shut until June, the county council said after a long debate on Monday.",
    "Engineers found rust in eleven of its forty steel cables when they inspected the bridge in March.",
    "Buses will be sent over the old road, and the ferry will run every ten minutes until the bridge opens.",
    "The repairs will cost £3.5m, of which the government has promised to pay about half before the summer.",
)
BODY = "".join(f"<p>{line}</p>" for line in STORY)


def html(head: str = "", body: str = BODY, language: str = "en-GB") -> str:
    return (
        f"<!doctype html><html lang='{language}'><head>{head}</head><body><article>"
        f"<h1>Bridge to stay shut</h1>{body}</article></body></html>"
    )


def said(head: str, url: str | None = None, body: str = BODY, language: str = "en-GB") -> Metadata:
    return page(html(head, body, language), url)[2]


def read(text: str) -> Article:
    shown, removed, metadata = page(text, None)
    return clean(Raw("/a.html", "a.html", shown, "html", metadata, removed, "0" * 64))


def ld(*nodes: object) -> str:
    return "".join(f"<script type='application/ld+json'>{json.dumps(node)}</script>" for node in nodes)


def meta(**names: str) -> str:
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in names.items()
    )


NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Bridge to stay shut",
    "datePublished": "2025-04-02T23:30:00-05:00",
    "dateModified": "2025-04-03T08:00:00Z",
    "author": [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "Tom &amp; Co"}],
    "publisher": {"@type": "Organization", "name": "The Harbour Post"},
    "articleSection": ["Transport"],
    "keywords": "bridges, repairs",
    "inLanguage": "en",
}


def test_json_ld_goes_before_open_graph_and_that_before_other_names() -> None:
    others = meta(
        og__site_name="harbourpost.example",
        article__published_time="2025-04-01",
        article__modified_time="2025-04-04",
        article__section="Roads",
        article__tag="Bridges",
        author="The Web Desk",
    )
    dublin = meta(**{"DC.creator": "Ann Old", "DC.date.issued": "2025-03-30", "DC.publisher": "Old Post"})
    first = said(ld(NEWS) + others + dublin)
    assert (first.title, first.author) == ("Bridge to stay shut", "Jane Doe, Tom & Co")
    assert (first.publisher, first.section) == ("The Harbour Post", "Transport")
    assert (first.published, first.updated, first.language) == ("2025-04-02", "2025-04-03", "en")
    assert first.topics == ("bridges", "repairs")  # each once, whatever its capitals
    second = said(others + dublin)
    assert (second.author, second.publisher, second.section) == (
        "The Web Desk",
        "harbourpost.example",
        "Roads",
    )
    assert (second.published, second.updated) == ("2025-04-01", "2025-04-04")
    third = said(dublin)
    assert (third.author, third.publisher, third.published) == ("Ann Old", "Old Post", "2025-03-30")


@pytest.mark.parametrize(
    "scripts",
    [
        ld({"@context": "x", "@graph": [{"@type": "WebSite", "name": "Site"}, NEWS]}),
        ld([{"@type": "BreadcrumbList"}, {**NEWS, "@type": ["Thing", "ReportageNewsArticle"]}]),
        ld({"@type": "WebPage", "mainEntity": {**NEWS, "@type": "http://schema.org/BlogPosting"}}),
        ld({**NEWS, "headline": "Another story", "datePublished": "2001-01-01", "dateModified": ""}, NEWS),
        ld(
            {
                "@graph": [
                    {**NEWS, "author": {"@id": "#jane"}, "publisher": {"@id": "#post"}},
                    {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
                    {"@type": "Organization", "@id": "#post", "name": "The Harbour Post"},
                ]
            }
        ),
        "<script type='application/ld+json'>{broken</script>" + ld(NEWS),
        "<script type='application/ld+json; charset=utf-8'><!-- " + json.dumps(NEWS) + " --></script>",
    ],
)
def test_json_ld_in_the_forms_that_sites_use(scripts: str) -> None:
    found = said(scripts)
    assert (found.published, found.updated, found.publisher) == (
        "2025-04-02",
        "2025-04-03",
        "The Harbour Post",
    )
    assert found.author and found.author.startswith("Jane Doe")


def test_what_a_page_lists_is_not_what_it_is() -> None:
    others = {"@type": "ItemList", "itemListElement": [{**NEWS, "headline": "Another", "author": "Bob Hill"}]}
    assert said(ld(others)).author is None


def test_times_that_stand_in_the_text() -> None:
    times = (
        "<div class='published'><time datetime='2025-04-02'>2 April</time></div>"
        "<div>Last updated: <time datetime='2025-04-05'>5 April</time></div>"
    )
    found = said("", body=times + BODY)
    assert (found.published, found.updated) == ("2025-04-02", "2025-04-05")
    # What was changed before it appeared is not a change of the story.
    assert (
        said(meta(article__published_time="2025-04-02", article__modified_time="2025-04-01")).updated is None
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Bridge to stay shut | The Harbour Post</title>", "Bridge to stay shut"),
        (meta(og__title="Bridge to stay shut - The Harbour Post"), "Bridge to stay shut"),
        (meta(og__title="Why the bridge stays shut – Harbour Post", og__site_name="Harbour Post"),
         "Why the bridge stays shut"),
    ],
)  # fmt: skip
def test_a_title_is_without_the_name_of_the_site(head: str, title: str) -> None:
    assert said(head).title == title


def test_a_canonical_address_is_one_of_the_same_site() -> None:
    def canonical(href: str, url: str | None) -> str | None:
        return said(f"<link rel='canonical' href='{href}'>", url).url

    here = "https://www.harbour.co.uk/news/bridge?utm=1"
    assert (
        canonical("https://www.harbour.co.uk/news/bridge#top", here)
        == "https://www.harbour.co.uk/news/bridge"
    )
    assert canonical("/news/bridge", here) == "https://www.harbour.co.uk/news/bridge"
    assert canonical("https://m.harbour.co.uk/news/bridge", here) == "https://m.harbour.co.uk/news/bridge"
    # Another's article must not be taken over, and no article is the front page.
    assert canonical("https://other.co.uk/news/bridge", here) == here
    assert canonical("https://www.harbour.co.uk/", here) == here
    assert canonical("javascript:alert(1)", here) == here
    assert canonical("https://a.example/x", None) == "https://a.example/x"
    assert canonical("/news/bridge", None) is None


def test_language_tags() -> None:
    tags = ("en-GB", "DE_at", " cy ", "english", "x-default", "", None)
    assert [language_code(tag) for tag in tags] == ["en", "de", "cy", None, None, None, None]
    assert said("", language="de-DE").language == "de"


FIGURE = (
    "<figure><img src='a.jpg'><figcaption>The rusted cables seen from the old ferry in March"
    " <span>Photograph: Jane Doe/Alamy</span></figcaption></figure>"
)


def test_a_caption_is_kept_as_one_without_its_credit() -> None:
    paragraphs = BODY.split("</p>")
    article = read(html(body="</p>".join([*paragraphs[:2], FIGURE + paragraphs[2], *paragraphs[3:]])))
    found = sentences(article)
    assert [one.kind for one in found if one.kind != "heading"] == [
        "prose",
        "prose",
        "caption",
        "prose",
        "prose",
    ]
    (caption,) = [one for one in found if one.kind == "caption"]
    quote = "The rusted cables seen from the old ferry in March"
    assert article.text[caption.start : caption.end] == quote
    assert [article.text[r.start : r.end] for r in article.removed if r.reason == "picture credit"] == [
        " Photograph: Jane Doe/Alamy"
    ]
    headings = [one.heading for one in passages(article, found, lambda text: len(text.split()), 200)]
    assert headings == ["", "Caption", ""]


def test_captions_of_other_stories_and_credits_alone_go() -> None:
    figure = "<figure><figcaption>{}</figcaption></figure>"
    other = f"<a href='/x'>{figure.format('The lighthouse that was sold last week for a pound')}</a>"
    credit = figure.format("Photograph: Jane Doe/Alamy")
    article = read(html(body=BODY.replace("</p>", f"</p>{credit}", 1) + other))
    assert [one.kind for one in sentences(article) if one.kind != "heading"] == ["prose"] * 4


def test_lists_of_links_and_teasers_go_wherever_they_stand() -> None:
    paragraphs = [f"<p>{line}</p>" for line in STORY]
    item = "<li><a href='/{0}'>{0} go up again</a></li>"
    box = f"<ul>{item.format('Library fines')}{item.format('Swimming fees')}</ul>"
    lone = "<p><a href='/3'>Lighthouse sold for one pound to collector</a></p>"
    card = (
        "<div class='c'><h3><a href='/{0}'>Museum {0} wins a prize</a></h3><p>The museum was built long ago"
        " and its keepers are glad of number {0}.</p><span>3 May 2021</span></div>"
    )
    body = "".join([*paragraphs[:2], box, paragraphs[2], lone, paragraphs[3], *map(card.format, "456")])
    article = read(html(body=body))
    quoted = [article.text[s.start : s.end] for s in sentences(article) if s.kind != "heading"]
    assert quoted == list(STORY)


def test_links_in_a_sentence_and_a_page_of_short_news_stay() -> None:
    linked = [f"<p>{line.replace(line.split()[1], f'<a href=x>{line.split()[1]}</a>')}</p>" for line in STORY]
    assert len([s for s in sentences(read(html(body="".join(linked)))) if s.kind == "prose"]) == 4
    short = "".join(
        f"<h2><a href='/{i}'>Item number {i} of today</a></h2><p>{line}</p>" for i, line in enumerate(STORY)
    )
    assert len([s for s in sentences(read(html(body=short))) if s.kind == "prose"]) == 4


HOSTILE = {
    "attributes": "<p " + " ".join(f'a{i}="{i}"' for i in range(50_000)) + f">{STORY[0]}</p>",
    "attributes with brackets": "<p " + " ".join(f'a{i}=">"' for i in range(50_000)) + f">{STORY[0]}</p>",
    "nested": "<div>" * 100_000 + f"<p>{STORY[0]}</p>" + "</div>" * 100_000,
    "nested, never closed": "<b><i>" * 50_000 + STORY[0],
    "lists": "<ul><li>" * 50_000 + STORY[0],
    "quotation marks": "<a b='" * 100_000 + f"'>{STORY[0]}",
    "angles": "<" * 200_000 + f"<p>{STORY[0]}</p>",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_a_moment(name: str) -> None:
    begun = time.process_time()
    text = page(f"<html><body>{HOSTILE[name]}</body></html>", None)[0]
    assert time.process_time() - begun < 3
    assert STORY[0] in text


def test_what_is_harmless_stays_as_it_is() -> None:
    text = html(
        ld(NEWS), BODY + FIGURE + "<script>if (a<b && c>d) { x = '<p ' }</script><!-- <p a b c> --><br/>"
    )
    assert harmless(text) == text
    many = " ".join(f"a{i}" for i in range(MOST_ATTRIBUTES + 9))
    assert harmless(f"<p {many}>x</p>").count("a") == MOST_ATTRIBUTES
    assert (
        harmless("<div>" * 500 + "x" + "</div>" * 500) == "<div>" * DEEPEST + "<br>x<br>" + "</div>" * DEEPEST
    )


PIECES = st.sampled_from(
    [
        *"<p> </p> </div> <a> </a> </ul> <figcaption> <table> </table> <script> </script> <!-- -->".split(),
        *"<h1> </h1> <br> &amp; \0 < > 🎉 <ul><li> <tr><td>".split(" "),
        "<div class='x'>",
        "<a href=/x>",
        "<a b='",
        "<time datetime='2025-04-02'>",
        "<meta property=og:title content=x>",
        ld(NEWS),
        *STORY,
        "Short line",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_any_markup_gives_a_text_whose_removed_spans_stand_in_it(pieces: list[str]) -> None:
    text, removed, metadata = page("".join(pieces), None)
    end = 0
    for one in removed:
        assert end <= one.start < one.end <= len(text)
        end = one.end
    try:
        article = clean(Raw("/a.html", "a.html", text, "html", metadata, removed, "0" * 64))
    except NothingLeft:
        return
    assert article.text == text
    for sentence in sentences(article):
        assert text[sentence.start : sentence.end].strip()


def test_a_figure_that_is_set_high_is_no_figure_of_the_line() -> None:
    notes = "<sup><a href='#n1'>12</a></sup> On the 1<sup>st</sup> it fell."
    html = f"<p>It grew to 10<sup>6</sup> by May.{notes}</p>"
    assert story(html) == "It grew to 10⁶ by May.¹² On the 1st it fell."
