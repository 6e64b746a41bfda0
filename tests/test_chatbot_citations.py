"""Citations as they leave: read again by libraries that reference managers use, and nothing is lost."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import bibtexparser
import pytest
import rispy
from citeproc import Citation as Cite
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from fastapi.testclient import TestClient

from chatbot.answer import Answer, Citation
from chatbot.cli import citing
from chatbot.render.blocks import original, place_on
from chatbot.render.formats import FORMATS
from chatbot.render.works import Name, names, works
from chatbot.server import api
from tests.small import small_bot

PAGE = "https://cuttings.example.org/"

HOSTILE = r'50% of {x} & \write18{rm} $a_b^c$ ~"@book{evil, #1}" <b>&amp;</b>'
BREAKING = "It ended.\r\nER  - \r\nTY  - BOOK\nTI  - Forged } , title = {Forged"


def cited(article_id: str, quote: str = "The bridge opened.", **known: object) -> Citation:
    about = {"title": "The mayor opens the bridge", "source": f"{article_id}.md", **known}
    return Citation(1, quote, article_id, start=3, end=3 + len(quote), score=0.9, **about)  # type: ignore[arg-type]


def answered(*citations: Citation, state: str = "answer") -> Answer:
    return Answer("Who?", "Who?", "", state, 0.9, citations, ())  # type: ignore[arg-type]


POST = {"publisher": "The Post", "published": "2024-05-03", "author": "Ann van der Berg, The Post, BBC News"}
CITED = answered(
    cited("bridge", **POST, url="https://example.org/a_b?c=50%25&d={1}#~x"),
    cited("bridge", "It cost nine million pounds.", **POST, url="https://example.org/a_b?c=50%25&d={1}#~x"),
    cited("hostile", BREAKING, title=HOSTILE, publisher=HOSTILE, published="spring 2023"),
    cited("Bericht/1", "Zwölf — ‘Brücken’ \U0001f4f0.", page=2, published="2024-02-30", publisher="Bauamt"),
    cited("bare", title="日本の橋", url="javascript:alert(1)"),
)


def rendered(name: str, *answers: Answer) -> str:
    return FORMATS[name].render(answers or [CITED], "Bridges", place_on(PAGE))


def test_ris_is_read_by_rispy() -> None:
    first, hostile, report, bare = rispy.loads(rendered("ris"))
    assert (first["type_of_reference"], first["title"]) == ("NEWS", "The mayor opens the bridge")
    assert first["authors"] == ["van der Berg, Ann", "The Post", "BBC News"]
    assert (first["secondary_title"], first["year"], first["date"]) == ("The Post", "2024", "2024/05/03")
    assert first["notes"] == ["“The bridge opened.”", "“It cost nine million pounds.”"]
    assert hostile["title"] == HOSTILE and hostile["year"] == "2023"
    assert hostile["notes"] == [f"“{' '.join(BREAKING.split())}”"]
    assert report["type_of_reference"] == "RPRT" and report["notes"] == [
        "“Zwölf — ‘Brücken’ \U0001f4f0.” (p. 2)"
    ]
    assert report["urls"] == [f"{PAGE}#cite/Bericht%2F1/3/{3 + len('Zwölf — ‘Brücken’ x.')}"]
    assert bare["title"] == "日本の橋" and bare["urls"][0].startswith(f"{PAGE}#cite/bare/")


def plain(tex: str) -> str:
    """What LaTeX prints of a text that is escaped."""
    for command, sign in (("backslash", "\\"), ("braceleft", "{"), ("braceright", "}"), ("asciitilde", "~")):
        tex = tex.replace(f"\\text{command}{{}}", f"\0{ord(sign)};")
    tex = tex.replace(r"\textasciicircum{}", f"\0{ord('^')};")
    assert not re.search(r"(?<!\\)[$&%#_~^{}]|\\[a-zA-Z]", tex), tex
    return re.sub(r"\0(\d+);", lambda match: chr(int(match[1])), re.sub(r"\\([$&%#_])", r"\1", tex))


def test_bibtex_is_read_by_bibtexparser() -> None:
    parser = bibtexparser.bparser.BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    entries = bibtexparser.loads(rendered("bibtex"), parser).entries
    assert [one["ENTRYTYPE"] for one in entries] == ["article", "article", "techreport", "misc"]
    first, hostile, report, bare = entries
    assert first["title"] == "{The mayor opens the bridge}"
    assert first["author"] == "van der Berg, Ann and {The Post} and {BBC News}"
    assert (first["journal"], first["date"], first["month"]) == ("The Post", "2024-05-03", "May")
    assert first["url"] == "https://example.org/a_b?c=50%25&d=%7B1%7D#~x"
    assert plain(hostile["title"][1:-1]) == HOSTILE and plain(hostile["journal"]) == HOSTILE
    assert plain(hostile["annote"]) == f"“{' '.join(BREAKING.split())}”"
    assert report["institution"] == "Bauamt" and "year" not in bare
    twice = [cited("a", **POST), cited("b", **POST), cited("c", **POST)]
    keys = re.findall(r"^@\w+\{(.*),$", rendered("bibtex", answered(*twice)), re.MULTILINE)
    assert keys == ["berg2024mayor", "berg2024mayorb", "berg2024mayorc"]


def test_csl_json_is_set_by_citeproc() -> None:
    items = json.loads(rendered("csl-json"))
    assert items[0]["author"] == [
        {"family": "van der Berg", "given": "Ann"}, {"literal": "The Post"}, {"literal": "BBC News"}
    ]  # fmt: skip
    assert items[1]["issued"] == {"literal": "spring 2023"}
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    dated = [one for one in items if "date-parts" in one.get("issued", {})]
    set_by = CitationStylesBibliography(style, CiteProcJSON(dated), formatter.plain)
    set_by.register(Cite([CitationItem("bridge")]))
    (line,) = [str(one) for one in set_by.bibliography()]
    assert "The Post" in line and "2024" in line and "The mayor opens the bridge" in line


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "cite")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_markdown_and_text_have_the_words_and_no_markup_of_an_article() -> None:
    read = Text()
    read.feed(rendered("html"))
    assert HOSTILE in read.text and " ".join(BREAKING.split()) in read.text
    assert not {"b", "script", "img"} & set(read.tags)
    assert all(link.startswith("https://") for link in read.links) and len(read.links) == 10
    markdown = rendered("markdown")
    assert markdown.startswith(
        "# Bridges\n\n## Who?\n\n> “The bridge opened.”\n>\n> 1: [The mayor opens the bridge]"
    )
    assert "javascript" not in markdown and r"\<b\>" in markdown
    assert (
        "(https://example.org/a_b?c=50%25&d=%7B1%7D#~x), The Post, 3 May 2024 (bridge.md, characters 3 to 21)"
        in markdown
    )
    text = rendered("text")
    assert (
        f"“{' '.join(BREAKING.split())}”\n— {HOSTILE}, {HOSTILE}, spring 2023, {PAGE}#cite/hostile/" in text
    )


def test_what_is_no_answer_is_no_reference_and_nothing_is_an_empty_file() -> None:
    none = answered(cited("bridge"), state="none")
    assert works([none]) == [] and rispy.loads(rendered("ris", none)) == []
    assert "Closest passages (not an answer):" in rendered("markdown", none)
    assert json.loads(rendered("csl-json", none)) == [] and rendered("bibtex", none) == ""


@pytest.mark.parametrize(
    ("author", "found"),
    [
        ("Ann Lee and Bo de la Cruz", (Name("Lee", "Ann"), Name("de la Cruz", "Bo"))),
        ("Plato", (Name("Plato"),)),
        ("Press Association", (Name("Press Association"),)),
        (" , ;", ()),
    ],
)
def test_names_are_turned_about_where_they_are_of_people(author: str, found: tuple[Name, ...]) -> None:
    assert names(author) == found


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "//a.test", "ftp://a.test", "", "http:///x"]
)
def test_what_no_browser_may_be_sent_to_is_no_address(url: str) -> None:
    assert original(cited("a", url=url)) == ""


def test_over_rest_answers_come_in_each_format_and_links_lead_to_this_server_only(tmp_path) -> None:
    bot = small_bot(tmp_path)
    client = TestClient(api.app(bot))
    ids = [bot.ask(question).id for question in ("What did the bridge cost?", "Who opened the bridge?")]
    for name, one in FORMATS.items():
        got = client.post("/api/v1/citations", json={"answers": ids, "format": name, "title": "T"})
        assert got.status_code == 200 and got.headers["content-type"].startswith(one.media_type)
        assert got.headers["content-disposition"] == f'attachment; filename="cuttings.{one.suffix}"'
        assert "opened the new bridge on Friday" in got.text and "http://testserver/#cite/bridge/" in got.text
    asked = {"answers": ids, "format": "text", "page": "http://testserver/news/"}
    assert "http://testserver/news/#cite/bridge/" in client.post("/api/v1/citations", json=asked).text
    for page in ("https://evil.test/", "javascript:alert(1)", "http://[", "//testserver/"):
        assert client.post("/api/v1/citations", json={**asked, "page": page}).status_code == 400
    assert client.post("/api/v1/citations", json={**asked, "answers": ["x" * 40]}).status_code == 404
    assert client.post("/api/v1/citations", json={**asked, "answers": []}).status_code == 422
    assert client.post("/api/v1/citations", json={**asked, "format": "docx"}).status_code == 422


def test_the_command_line_knows_the_same_formats() -> None:
    assert tuple(FORMATS) == citing.FORMATS
