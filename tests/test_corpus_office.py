"""Documents and mail: text, headings, tables, captions, what they say of themselves, and what is hostile."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from corpus.article import Article, Passage
from corpus.clean import clean
from corpus.formats import formats, package
from corpus.formats.document import AS_THEY_ARE, Document, File, Refused, Unread
from corpus.passages import dress, heading_at, passages
from corpus.read import Raw, Skipped, read
from corpus.sentences import sentences
from scripts.formats import ARTICLES, MADE, compared, html, told
from scripts.fuzz import SAMPLES, SMALL, fuzz

STORY = "The harbour bridge will stay shut until June, the county council said on Monday after a long debate."
MORE = "Engineers found rust in eleven of its forty steel cables when they looked at the bridge in March."


DOCUMENTS = ("docx", "odt", "rtf", "epub", "eml", "mbox", "mhtml", "html", "doc")


def documents(name: str, data: bytes) -> list[Document | Unread]:
    return list(formats.documents(File(name, data), AS_THEY_ARE))


def one(name: str, data: bytes) -> Document:
    (found,) = documents(name, data)
    assert isinstance(found, Document)
    return found


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        documents(name, data)
    return str(refused.value)


def set_aside(found: Document) -> list[tuple[str, str]]:
    return [(found.text[one.start : one.end].strip(), one.reason) for one in found.removed]


def zipped(files: dict[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_member(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return zipped({n: change(old.read(n)) if n == name else old.read(n) for n in old.namelist()})


def cited(found: Document) -> list[tuple[str, str]]:
    """Each quotable sentence of a document with the heading that its citation carries."""
    raw = Raw("/a", "a", found.text, found.layout, found.metadata, found.removed, "0" * 64)
    article = clean(raw)
    return [
        (
            heading_at(passage, article.text[passage.start : passage.end], sentence.start),
            article.text[sentence.start : sentence.end],
        )
        for passage in passages_of(article)
        for sentence in passage.sentences
    ]


def passages_of(article: Article) -> tuple[Passage, ...]:
    return passages(article, sentences(article), lambda text: len(text.split()), 200)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", MADE)
def test_an_article_comes_back_as_it_went_in(suffix: str) -> None:
    for path in sorted(ARTICLES.glob("*.md"))[:2]:
        result = compared(told(path), suffix)
        assert result.text and result.metadata, path.name


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SAMPLES)
def test_broken_files_are_read_or_refused(suffix: str) -> None:
    fuzz(suffix, 50)


# Word


def word(fill: Callable[..., None]) -> bytes:
    from docx import Document as Word

    made = Word()
    fill(made)
    stream = io.BytesIO()
    made.save(stream)
    # Without the template's long list of styles, but for those that are asked for.
    names = {"Title": "Title", "Heading1": "heading 1", "Caption": "caption", "ListBullet": "List Bullet"}
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
        for id, name in names.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    whole = f'<w:styles xmlns:w="{space}">{styles}</w:styles>'.encode()
    return with_member(stream.getvalue(), "word/styles.xml", lambda _: whole)


def bridge(made: object) -> None:
    made.add_heading("Bridge shut", 0)  # type: ignore[attr-defined]
    made.add_paragraph(STORY)  # type: ignore[attr-defined]
    made.add_heading("How many work on it? All of them.", 1)  # type: ignore[attr-defined]
    table = made.add_table(rows=3, cols=2)  # type: ignore[attr-defined]
    for i, row in enumerate((("Year", "Staff"), ("2020", "40"), ("2021", "52 or so"))):
        for cell, text in zip(table.rows[i].cells, row, strict=True):
            cell.text = text
    made.add_paragraph("Figure 1: The bridge in March", style="Caption")  # type: ignore[attr-defined]
    made.add_heading("the ferry", 1)  # type: ignore[attr-defined]
    made.add_paragraph(MORE)  # type: ignore[attr-defined]


def test_citations_carry_headings_columns_and_that_they_are_captions() -> None:
    found = one("a.docx", word(bridge))
    assert "| Year | Staff |\n|---|---|\n| 2020 | 40 |\n| 2021 | 52 or so |" in found.text
    # Neither heading looks like one: sentences in it, and a small letter first.
    assert cited(found) == [
        ("", STORY),
        ("", "How many work on it?"),
        ("", "All of them."),
        ("Year | Staff", "2020 | 40"),
        ("Year | Staff", "2021 | 52 or so"),
        ("Caption", "Figure 1: The bridge in March"),
        ("the ferry", MORE),
    ]


def test_what_a_document_prints_goes_before_the_properties_of_its_file() -> None:
    def fill(made: object) -> None:
        made.core_properties.title = "Minutes of 2011"  # type: ignore[attr-defined]
        made.core_properties.author = "user 7"  # type: ignore[attr-defined]
        made.add_heading("Bridge shut", 0)  # type: ignore[attr-defined]
        for text in ("The Harbour Post, 2 April 2025", STORY, MORE):
            made.add_paragraph(text)  # type: ignore[attr-defined]

    found = one("a.docx", word(fill))
    assert (found.metadata.title, found.metadata.author) == ("Bridge shut", "user 7")
    article = clean(Raw("/a", "a", found.text, found.layout, found.metadata, found.removed, "0" * 64))
    assert (article.publisher, article.published, article.author) == (
        "The Harbour Post",
        "2025-04-02",
        "user 7",
    )


def test_what_is_searched_of_a_row_has_the_names_of_its_columns() -> None:
    found = one("a.docx", word(bridge))
    article = Article("a", "Bridge shut", found.text, "a.docx")
    rows = next(
        passage for passage in passages_of(article) if "2020" in found.text[passage.start : passage.end]
    )
    assert dress(article.info, rows).splitlines()[-1] == "Year | Staff"
    assert found.text[rows.start : rows.end] == "2020 | 40 |\n| 2021 | 52 or so"


def test_a_table_of_a_page_has_rows_and_a_table_that_lays_it_out_has_none() -> None:
    values = (("Year", "Staff"), ("2020", "40"), ("2021", "52"))
    rows = "".join(f"<tr><td>{year}</td><td>{staff}</td></tr>" for year, staff in values)
    layout = f"<table><tr><td><p>{STORY}</p></td><td>{'A column of text beside it. ' * 20}</td></tr></table>"
    story = f"<h1>Bridge</h1>{layout}<p>{MORE}</p><table>{rows}</table>"
    found = one("a.html", f"<html><body><article>{story}</article></body></html>".encode())
    assert STORY in found.text.split("\n\n")
    assert [one for one in cited(found) if "|" in one[1]] == [
        ("Year | Staff", "2020 | 40"),
        ("Year | Staff", "2021 | 52"),
    ]


def test_two_tables_do_not_share_their_columns() -> None:
    table = "| Year | Staff |\n|---|---|\n| 2020 | 40 |\n\n| Bo | left |\n| Ada | stayed |"
    article = Article("a", "T", f"{STORY}\n\n{table}\n\n{MORE}", "a.md")
    assert [(p.heading, len(p.sentences)) for p in passages_of(article)] == [
        ("", 1),
        ("Year | Staff", 1),
        ("", 3),
    ]


def test_word_leaves_out_what_is_no_text_of_the_document(tmp_path: Path) -> None:
    deleted = (
        b"<w:p><w:del><w:r><w:delText>Struck.</w:delText></w:r></w:del><w:r><w:t>Kept.</w:t></w:r></w:p>"
    )
    data = with_member(
        word(bridge), "word/document.xml", lambda xml: xml.replace(b"<w:tbl>", deleted + b"<w:tbl>")
    )
    found = one("a.docx", data)
    assert "Kept." in found.text and "Struck" not in found.text


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("a.docx", b"PK\x03\x04 and nothing", "broken: it cannot be unpacked"),
        ("a.docx", zipped({"xl/workbook.xml": "<a/>"}), "no Word document"),
        ("a.odt", zipped({"a.xml": "<a/>"}), "no OpenDocument text"),
        ("a.odt", zipped({"content.xml": "<a/>"}), "without text"),
        ("a.epub", zipped({"META-INF/container.xml": "<a/>"}), "no EPUB book"),
        ("a.rtf", b"Plain text.", "no RTF"),
        ("a.eml", b"\n\nPlain text.", "no mail"),
        ("a.mhtml", b"From: a\n\nPlain text.", "no saved web page"),
        ("a.doc", b"Plain text.", "no Word document"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "save it as .docx"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        (
            "a.odt",
            zipped({"content.xml": "<a/>", "META-INF/manifest.xml": "<a><encryption-data/></a>"}),
            "protected by a password",
        ),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, data: bytes, wanted: str) -> None:
    assert wanted in refusal(name, data)


# What a file is


def test_content_decides_what_a_file_is_where_it_is_unmistakable() -> None:
    page = f"<!doctype html><html><body>{html(SMALL)}</body></html>".encode()
    samples = {suffix: make() for suffix, make in SAMPLES.items()}
    for name, data, kind in (
        ("a.doc", page, "html"),
        ("a.txt", page, "text"),  # which may quote the first line of a page
        ("a.doc", samples["rtf"], "rtf"),
        ("a.txt", samples["rtf"], "rtf"),
        ("a.doc", samples["docx"], "docx"),
        ("a.docx", samples["odt"], "odt"),
        ("a.txt", samples["epub"], "epub"),
        ("a.doc", samples["mhtml"], "mhtml"),
        ("a.docx", samples["doc"], "ole"),
        ("-", samples["mbox"], "mail"),
        ("-", samples["docx"], "docx"),
        ("a.md", b"{\\not rtf}", "text"),
    ):
        assert formats.read_as(File(name, data)) == kind, name


def test_a_folder_of_documents_is_read(tmp_path: Path) -> None:
    for suffix in DOCUMENTS:
        (tmp_path / f"a.{suffix}").write_bytes(SAMPLES[suffix]())
    found = list(read([tmp_path]))
    assert [one.source for one in found if isinstance(one, Skipped)] == ["a.doc"]
    raws = [one for one in found if isinstance(one, Raw)]
    assert {one.source.partition("#")[0] for one in raws} == {f"a.{suffix}" for suffix in DOCUMENTS[:-1]}
    for raw in raws:
        assert {"The harbour bridge will stay shut until June & longer, the council said."} <= {
            raw.text[s.start : s.end] for s in sentences(clean(raw))
        }


# OpenDocument


def odt(body: str, styles: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
        for name, uri in {"office": "office", "text": "text", "table": "table", "style": "style"}.items()
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"content.xml": content})


def test_opendocument_notes_captions_spaces_and_changes() -> None:
    styles = '<style:style style:name="P1" style:parent-style-name="Caption"/>'
    styles += '<style:style style:name="A" style:parent-style-name="B"/>'
    styles += '<style:style style:name="B" style:parent-style-name="A"/>'
    found = one(
        "a.odt",
        odt(
            "<text:tracked-changes><text:p>Struck.</text:p></text:tracked-changes>"
            "<text:table-of-content><text:p>Bridge 1</text:p></text:table-of-content>"
            '<text:h text:outline-level="2">Bridge</text:h>'
            '<text:p text:style-name="A">It<text:s text:c="99999999"/>is<text:note><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note> shut."
            '</text:p><text:p text:style-name="P1">The bridge.</text:p>',
            styles,
        ),
    )
    assert found.text == "Bridge 1\n\n## Bridge\n\nIt is[1] shut.\n\n▣ The bridge.\n\n• A note."
    assert set_aside(found) == [("Bridge 1", "table of contents")]


# RTF


def rich(body: bytes) -> str:
    head = b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 A;}{\\f1\\fcharset204 B;}}"
    styles = b"{\\stylesheet{\\s1 heading 2;}{\\s2 caption;}{\\s3\\outlinelevel0 Mine;}}"
    return one("a.rtf", head + styles + body + b"}").text


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"caf\\'e9 \\'93a\\'94\\emdash  b\\~c", "café “a”— b\u00a0c"),
        (b"\\f1\\'cc\\'ee\\f0\\'e9", "Моé"),
        (b"\\u8364?5 {\\uc2\\u8364??5} \\u-10179?\\u-8704?.", "€5 €5 😀."),
        (b"a\\par b\\line c\\tab d", "a\n\nb\nc d"),
        (b"\\pard\\s1 Head\\par\\pard Text", "## Head\n\nText"),
        (b"\\pard\\s3 Head\\par\\pard\\s2 Cap\\par", "# Head\n\n▣ Cap"),
        (b"\\pard{\\listtext\\'b7\\tab}one\\par", "• one"),
        (b"a{\\v b}{\\deleted c}{\\*\\unknown d}{\\pict 0f}{\\header e}f", "af"),
        (b"{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt link}}", "link"),
        (b"a{\\footnote {\\chftn} note\\par}b", "a[1]b\n\n• note"),
        (b"{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv b}}{\\shptxt box\\par}}{\\shprslt box}}c", "box\n\nc"),
        (b"{\\pict\\bin4 }}}}}a", "a"),
        (
            b"\\trowd\\trhdr\\pard\\intbl A\\cell B\\cell\\row\\trowd 1\\cell 2\\par 3\\cell\\row\\pard c",
            "| A | B |\n|---|---|\n| 1 | 2 3 |\n\nc",
        ),
        (b"1 < 2 & 3\\{\\}\\\\", "1 < 2 & 3{}\\"),
    ],
)
def test_rich_text(body: bytes, wanted: str) -> None:
    assert rich(body) == wanted


# EPUB


def book(chapters: dict[str, str], contents: dict[str, str], around: str = "") -> bytes:
    items = "".join(f'<item id="{id}" href="{id}.xhtml" media-type="a"/>' for id in chapters)
    spine = "".join(f'<itemref idref="{id}"/>' for id in chapters)
    points = "".join(
        f'<navPoint><navLabel><text>{label}</text></navLabel><content src="{id}.xhtml#x"/></navPoint>'
        for id, label in contents.items()
    )
    metadata = (
        "<dc:title>The Quay</dc:title><dc:creator>Ada Moss</dc:creator><dc:creator>Bo</dc:creator>"
        "<dc:publisher>Press</dc:publisher><dc:date>2020-01-16</dc:date><dc:language>en-GB</dc:language>"
        "<dc:source>https://example.org/quay</dc:source>"
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="O/a.opf"/></rootfiles></container>',
            "O/a.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata>{metadata}</metadata><manifest>{items}"
            '<item id="ncx" href="t.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
            f"<spine>{spine}</spine><guide>{around}</guide></package>",
            "O/t.ncx": f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>',
            **{f"O/{id}.xhtml": f"<html><body>{body}</body></html>" for id, body in chapters.items()},
        },
        zipfile.ZIP_STORED,
    )


LONG = f"<p>{STORY}</p>" * 10


def test_an_article_for_each_chapter_of_a_book() -> None:
    chapters = {
        "cover": "<p>The Quay, all rights reserved.</p>",
        "c1": f"<h1>One</h1>{LONG}",
        "c1b": f"<p>{MORE}</p>",
        "c2": f"<h1>Two</h1>{LONG}",
    }
    around = '<reference type="cover" href="cover.xhtml"/>'
    data = book(chapters, {"cover": "Cover", "c1": "One &amp; first", "c2": "Two"}, around)
    first, second = (found for found in documents("quay.epub", data) if isinstance(found, Document))
    assert (first.part, first.metadata.title, first.metadata.id) == ("O/c1.xhtml", "One & first", "quay-c1")
    assert (second.part, second.metadata.section, second.metadata.url) == ("O/c2.xhtml", "The Quay", None)
    assert (first.metadata.author, first.metadata.published) == ("Ada Moss, Bo", "2020-01-16")
    assert first.text.endswith(MORE)  # a file that the contents do not name goes on with its chapter
    assert set_aside(first) == [
        ("The Quay, all rights reserved.", "cover, title page or contents of the book")
    ]
    assert first.digest != second.digest and len(first.digest) == 64


def test_a_book_of_short_chapters_is_one_article() -> None:
    data = book(
        {"c1": f"<h1>One</h1><p>{STORY}</p>", "c2": f"<h1>Two</h1><p>{MORE}</p>"}, {"c1": "1", "c2": "2"}
    )
    found = one("quay.epub", data)
    assert (found.part, found.metadata.title, found.metadata.url) == (
        "",
        "The Quay",
        "https://example.org/quay",
    )
    assert found.text.split("\n\n") == ["# One", STORY, "# Two", MORE]
    assert cited(found) == [("One", STORY), ("Two", MORE)]  # in one passage


def test_a_book_locked_by_its_seller_says_so() -> None:
    lock = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        '<e:CipherReference URI="O/c1.xhtml"/></encryption>'
    )
    with zipfile.ZipFile(io.BytesIO(book({"c1": LONG}, {}))) as old:
        data = zipped(
            {**{n: old.read(n) for n in old.namelist()}, "META-INF/encryption.xml": lock}, zipfile.ZIP_STORED
        )
    assert "DRM" in refusal("a.epub", data)


# Mail


def message(text: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in ({"From": "Ada Moss <ada@example.org>", "Subject": "Bridge shut"} | headers).items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


REPLY = (
    f"{STORY}\n\nOn Mon, 13 Jan 2020, Bo wrote:\n\n> Is it\n> shut?\n\n{MORE}\n-- \nAda Moss\nHarbour Post\n"
)


def test_what_is_quoted_in_mail_and_its_signature_are_set_aside() -> None:
    found = one("a.eml", message(REPLY).as_bytes())
    assert set_aside(found) == [
        ("On Mon, 13 Jan 2020, Bo wrote:\n\n> Is it\n> shut?", "quoted message"),
        ("-- \nAda Moss\nHarbour Post", "signature"),
    ]
    mail = message("plain")
    mail.add_alternative(
        f"<p>{STORY}</p><p>{MORE}</p><p>{MORE} {STORY}</p><div class='gmail_quote'><p>On Monday Bo wrote:</p>"
        "<blockquote type='cite'>Is it shut?</blockquote></div><div class='gmail_signature'>Ada</div>",
        subtype="html",
    )
    found = one("a.eml", mail.as_bytes())
    assert set_aside(found) == [
        ("On Monday Bo wrote:\n\nIs it shut?", "quoted message"),
        ("Ada", "signature"),
    ]


def test_a_message_as_outlook_quotes_it_is_set_aside() -> None:
    old = (
        "From: Bo <bo@example.org>\nSent: Monday, 13 January 2020\nTo: Ada\nSubject: Bridge\n\nIs it shut?\n"
    )
    found = one("a.eml", message(f"{STORY}\n\nFrom: the harbour it is far.\n\n{old}").as_bytes())
    assert set_aside(found) == [(old.strip(), "quoted message")]


def test_the_stories_of_a_newsletter_keep_their_headings_though_they_are_links() -> None:
    def cell(inner: str) -> str:
        return f"<table role='presentation'><tr><td>{inner}</td></tr></table>"

    stories = {"Harbour bridge to stay shut": f"{STORY} {MORE}", "Ferry to run all night": f"{MORE} {STORY}"}
    body = cell("<a href='v'>View this email in your browser</a>")
    for title, text in stories.items():
        body += cell(f"<h2><a href='x'>{title}</a></h2><p>{text}</p><a href='x'>Read more</a>")
    body += cell("You get this email because you signed up. <a href='u'>Unsubscribe</a>")
    mail = message("plain", List_Unsubscribe="<u>", Subject="This week")
    mail.add_alternative(f"<html><body><table><tr><td>{body}</td></tr></table></body></html>", subtype="html")
    found = one("a.eml", mail.as_bytes())
    assert {text for text, _ in set_aside(found)} >= {"View this email in your browser", "Read more"}
    assert list(dict.fromkeys(heading for heading, _ in cited(found))) == list(stories)


def test_a_message_that_only_passes_another_on_keeps_it() -> None:
    quoted = "".join(f"> {line}\n" for line in (STORY, MORE))
    assert (
        one("a.eml", message(f"See below.\n\n{quoted}", Subject="Fwd: AW: Bridge shut").as_bytes()).removed
        == ()
    )


@pytest.mark.parametrize(
    ("headers", "publisher", "author"),
    [
        ({}, None, "Ada Moss"),
        ({"Organization": "Harbour Post"}, "Harbour Post", "Ada Moss"),
        ({"List_Unsubscribe": "<mailto:off@example.org>"}, "Ada Moss", None),
        ({"From": "Ada via Harbour Post <a@example.org>", "List_Id": "<a.b>"}, "Harbour Post", "Ada"),
        ({"From": "news@example.org", "List_Id": '"Harbour News" <n.example.org>'}, "Harbour News", None),
    ],
)
def test_who_mail_is_from(headers: dict[str, str], publisher: str | None, author: str | None) -> None:
    said = one("a.eml", message(STORY, **headers).as_bytes()).metadata
    assert (said.publisher, said.author) == (publisher, author)


def test_headers_of_mail_in_any_encoding() -> None:
    head = (
        b"From: =?iso-8859-1?q?Zo=EB?= <z@example.org>\nSubject: Re: AW: =?utf-8?b?QnLDvGNrZQ==?= shut\n"
        b"Date: Thu, 16 Jan 2020 23:30:00 -0500\nKeywords: a; b\nContent-Language: de\n"
        b"Archived-At: <https://example.org/a>\nContent-Type: text/plain; charset=none\n\n"
        b"The caf\xe9 costs \xa35."
    )
    found = one("a.eml", head)
    said = found.metadata
    assert (said.author, said.title, said.published) == ("Zoë", "Brücke shut", "2020-01-16")
    assert (said.topics, said.language, said.url) == (("a", "b"), "de", "https://example.org/a")
    assert found.text == "The café costs £5."
    null = b'From: a\nContent-Type: text/plain; charset="a\0b"\n\nThe caf\xe9 is closed.'
    assert one("a.eml", null).text == "The café is closed."
    assert one("a.eml", b"From: Zo\xc3\xab\nSubject: caf\xe9\n\nx").metadata.title == "café"


def test_what_is_attached_to_mail_is_read_where_its_kind_is() -> None:
    mail = message(STORY, Message_ID="<1@example.org>")
    mail.add_attachment(SAMPLES["odt"](), maintype="application", subtype="x", filename="../Brücke.odt")
    mail.add_attachment(b"{\\rtf1 ok}", maintype="application", subtype="x", filename="broken.docx")
    mail.add_attachment(b"GIF", maintype="image", subtype="gif", filename="a.gif")
    mail.add_attachment(message(MORE, Message_ID="<2@example.org>", Subject="Inner"))
    found = documents("a.eml", mail.as_bytes())
    assert [one.part for one in found] == ["", "Brücke.odt", "broken.docx", "2@example.org"]
    assert [one.digest != "" for one in found if isinstance(one, Document)] == [False, True, True, True]
    folder = (
        b"From a@example.org Thu Jan 16 2020\n" + mail.as_bytes() + b"\n\nFrom b 2020\n" + mail.as_bytes()
    )
    parts = [one.part for one in documents("a.mbox", folder)]
    assert parts[:2] == ["1@example.org", "1@example.org/Brücke.odt"] and "1@example.org~2" in parts
    assert len(set(parts)) == len(parts) == 8


def test_a_folder_of_mail_keeps_lines_that_begin_with_from() -> None:
    folder = b"From a@b.c Thu Jan 16 10:00:00 2020\nSubject: A\n\n>From here on.\nFrom there in 2020\n"
    first, second = documents(
        "a.mbox", folder + b"\nFrom a@b.c Fri Jan 17 10:00:00 2020\nSubject: B\n\nText.\n"
    )
    assert isinstance(first, Document) and isinstance(second, Document)
    assert first.text.strip() == "From here on.\nFrom there in 2020"
    assert (first.metadata.id, second.metadata.title) == ("a-A", "B")


def test_mail_in_mail_ends_somewhere() -> None:
    mail = message(STORY)
    for _ in range(8):
        outer = message(MORE)
        outer.add_attachment(mail)
        mail = outer
    found = documents("a.eml", mail.as_bytes())
    assert len(found) == 5
    assert isinstance(found[-1], Unread) and found[-1].reason.startswith("a message in a message")


def test_a_saved_page_knows_its_address() -> None:
    found = one("a.mht", SAMPLES["mhtml"]())
    assert found.metadata.url == "https://example.org/a"
    assert "The repairs will cost £3.5m." in found.text


# Hostile files


def bomb() -> bytes:
    return zipped({"word/document.xml": b"<a>" + b" " * 8_000_000 + b"</a>", "_rels/.rels": "<a/>"})


def directory(members: int, length: int, before: bytes = b"") -> bytes:
    head = b"PK\x03\x04" + bytes(60) + before
    end = members.to_bytes(2, "little") * 2 + length.to_bytes(4, "little") + bytes(6)
    return head + b"PK\x05\x06" + bytes(4) + end


def hostile() -> Iterator[tuple[str, bytes, str]]:
    docx = SAMPLES["docx"]()
    entities = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    yield "a.docx", bomb(), "far more text"
    yield "a.docx", directory(20_000, 1000), "more than 10,000 files"
    yield "a.epub", directory(5, 1 << 30), "more than 10,000 files"
    yield "a.odt", directory(5, 100, b"PK\x06\x07" + bytes(16)), "more than 10,000 files"
    in_body = with_member(
        docx, "word/document.xml", lambda xml: xml.replace(b"<w:document", entities + b"<w:document", 1)
    )
    yield "a.docx", in_body, "declares entities"
    sixteen = with_member(
        docx, "word/document.xml", lambda xml: "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".encode("utf-16")
    )
    yield "a.docx", sixteen, "declares entities"
    deep = b"<w:body>" + b"<w:sdt><w:sdtContent>" * 5000
    yield (
        "a.docx",
        with_member(docx, "word/document.xml", lambda xml: xml.replace(b"<w:body>", deep)),
        "no XML",
    )
    yield "a.odt", zipped({"content.xml": "<a>" * 100_000}), "no XML"
    elsewhere = with_member(
        docx, "_rels/.rels", lambda xml: xml.replace(b"word/document.xml", b"word/document.bin")
    )
    with zipfile.ZipFile(io.BytesIO(elsewhere)) as old:
        files = {n.replace("document.xml", "document.bin"): old.read(n) for n in old.namelist()}
    yield "a.docx", zipped(files), "broken"  # what is not checked is not read
    yield "a.rtf", b"{\\rtf1" + b"{" * 20_000, "nested too deeply"
    boundary = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (i, i) for i in range(3000))
    yield "a.eml", boundary, "far too many parts"
    yield "a.eml", b"From: a\n" + b"Content-Type: message/rfc822\n\n" * 3000 + b"x", "far too many parts"
    yield "a.eml", b"Content-Type: text/plain;" + b" a=b;" * 200_000 + b"\n\nx", "far too long"


@pytest.mark.parametrize(("name", "data", "wanted"), [pytest.param(*one, id=one[2]) for one in hostile()])
def test_hostile_files_are_refused_within_bounds(name: str, data: bytes, wanted: str) -> None:
    tracemalloc.start()
    start = time.monotonic()
    try:
        assert wanted in refusal(name, data)
        assert tracemalloc.get_traced_memory()[1] < 60 * 1024**2
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < 5


@pytest.mark.slow
def test_long_headers_cost_little() -> None:
    start = time.monotonic()
    for head in (
        b"From: " + b"a," * 200_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000,
        b"From: " + b"(" * 50_000,
    ):
        assert one("a.eml", head + b"\n\nThe text.").text == "The text."
    assert time.monotonic() - start < 2


def test_a_picture_does_not_count_as_text() -> None:
    with zipfile.ZipFile(io.BytesIO(SAMPLES["docx"]())) as old:
        files = {name: old.read(name) for name in old.namelist()}
    picture = bytes(30 * 1024**2)
    assert "bridge" in one("a.docx", zipped({**files, "word/media/a.bmp": picture})).text
    assert len(picture) > package.RATIO
