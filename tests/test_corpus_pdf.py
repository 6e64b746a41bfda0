"""PDF files: their text in reading order, and the place of each character on its page."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from corpus.clean import clean
from corpus.formats import formats
from corpus.formats import pdf as reader
from corpus.formats.document import AS_THEY_ARE, Document, File, Options, Refused, Unread
from corpus.formats.pdf_hyphens import Vocabulary
from corpus.formats.pdf_place import places
from corpus.read import Raw, Skipped, read
from scripts.pdf import measure
from tests.pdfs import ARTICLES, HEIGHT, bomb, lines, newspaper, pdf, scanned

COLUMN = (
    "The council of Northport has decided to raise",
    "the harbour wall by a metre and a half before",
    "the winter storms arrive, which will cost four",
    "million pounds in all, and most of that will be",
    "paid by the county over the next twenty years.",
)
OTHER = (
    "Visitors borrowed eleven thousand books last",
    "winter, the highest number since the county",
    "began to publish its figures, and the villages",
    "of Whitcombe and Hale had the largest share of",
    "those who came for the very first time.",
)


def document(data: bytes, options: Options = AS_THEY_ARE) -> Document:
    found = next(iter(formats.documents(File("a.pdf", data), options)))
    assert isinstance(found, Document)
    check(found)
    return found


def check(found: Document) -> None:
    """All that is said of a document's pages holds, and each printed character has a place."""
    assert found.pages[0].start == 0 and found.pages[-1].end == len(found.text)
    inside = [False] * len(found.text)
    for before, page in zip([None, *found.pages], found.pages, strict=False):
        assert page.start <= page.end and (before is None or before.end == page.start)
        for line in page.lines:
            assert page.start <= line.start < line.end <= page.end
            assert len(line.edges) == line.end - line.start + 1 and line.top <= line.bottom
            inside[line.start : line.end] = [True] * (line.end - line.start)
    spans = [(one.start, one.end) for one in found.removed]
    assert spans == sorted(spans) and all(a < b for a, b in spans)
    unplaced = [found.text[i] for i, known in enumerate(inside) if not known and not found.text[i].isspace()]
    removed = "".join(found.text[a:b] for a, b in spans)
    assert all(c in removed for c in unplaced)


def story(found: Document) -> list[str]:
    """The blocks that were not set aside."""
    out, at = [], 0
    for block in found.text.split("\n\n"):
        if not any(one.start <= at < one.end for one in found.removed):
            out.append(block)
        at += len(block) + 2
    return out


def refusal(data: bytes, options: Options = AS_THEY_ARE) -> str:
    with pytest.raises(Refused) as told:
        list(formats.documents(File("a.pdf", data), options))
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_newspaper_page_is_read_in_order_and_its_quotations_are_marked() -> None:
    found = measure(newspaper())
    assert found.in_order >= 0.99 and found.whole[0] == found.whole[1]
    assert found.page[0] == found.page[1] > 10
    assert found.covered[0] >= 0.99 * found.covered[1]
    assert found.asides[0] == found.asides[1] and found.running[0] == found.running[1]


def test_columns_are_read_one_after_the_other_below_a_headline_over_both() -> None:
    headline = [(50, 60, "Council raises the wall, and readers fill the libraries", "Times-Bold", 20)]
    found = document(pdf([*lines(320, 100, *OTHER), *headline, *lines(50, 100, *COLUMN)]))
    assert story(found) == [headline[0][2], " ".join(COLUMN), " ".join(OTHER)]
    assert found.metadata.title == headline[0][2]


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    cut = [*COLUMN[:4], "paid by the county over the next twenty-five"]
    found = document(
        pdf([*lines(50, 100, *cut), *lines(320, 100, "years or more.", *OTHER)], lines(50, 100, *OTHER))
    )
    assert f"{' '.join(cut)} years or more." in " ".join(story(found))
    over = document(pdf(lines(50, 100, *COLUMN[:4]), lines(50, 100, COLUMN[4], *OTHER)))
    assert " ".join(COLUMN) in story(over)[0] and over.pages[1].start == over.text.index("paid by")


def test_captions_footnotes_and_subheads_are_blocks_of_their_own() -> None:
    page = [
        *lines(50, 100, *COLUMN),
        *lines(50, 164, "Photograph: the wall as it is today", font="Times-Italic", size=8.5),
        *lines(50, 184, "A barrier was rejected", font="Times-Bold"),
        *lines(50, 200, *OTHER),
        *lines(50, 700, "1 The figures are those of the committee.", size=7.5),
    ]
    assert story(document(pdf(page))) == [
        " ".join(COLUMN),
        "Photograph: the wall as it is today",
        "A barrier was rejected",
        " ".join(OTHER),
        "1 The figures are those of the committee.",
    ]


def test_a_table_is_read_row_by_row_and_its_cells_have_gaps() -> None:
    rows = [("Harbour", "Boats", "Tonnes"), ("Northport", "14", "4,311"), ("Whitcombe Bay", "7", "1,204")]
    table = [(50 + 90 * x, 200 + 12 * y, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)]
    found = document(pdf([*lines(50, 100, *COLUMN), *table]))
    assert story(found)[-1].split("\n") == ["\t".join(row) for row in rows]


def test_running_lines_and_page_numbers_are_set_aside_with_their_reason() -> None:
    pages = [
        [(50, 40, "The Harbour Post"), (500, 810, f"Page {n}"), *lines(50, 100, *COLUMN[n:], *OTHER[: n + 1])]
        for n in range(4)
    ]
    found = document(pdf(*pages))
    aside = {(found.text[one.start : one.end], one.reason) for one in found.removed}
    assert aside == {("The Harbour Post", "running header or footer")} | {
        (f"Page {n}", "page number") for n in range(4)
    }
    assert not any("Harbour Post" in block for block in story(found))


def test_what_stands_once_at_the_edge_of_a_page_stays() -> None:
    found = document(pdf([(50, 40, "A letter from Hale"), *lines(50, 100, *COLUMN)], lines(50, 40, *OTHER)))
    assert found.removed == () and "A letter from Hale" in story(found)


def test_text_on_its_side_is_set_aside() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, HEIGHT))
    for x, y, text, font, size in lines(50, 100, *COLUMN):
        canvas.setFont(font, size)
        canvas.drawString(x, HEIGHT - y, text)
    canvas.rotate(90)
    canvas.drawString(200, -30, "Coastal Press 2025")
    canvas.save()
    found = document(buffer.getvalue())
    assert story(found) == [" ".join(COLUMN)]
    assert [(found.text[one.start : one.end], one.reason) for one in found.removed] == [
        ("Coastal Press 2025", "text on its side")
    ]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_the_viewer_turns_is_read_as_it_is_shown(turn: int) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(500, 500))
    canvas.setPageRotation(turn)
    canvas.translate(250, 250)
    canvas.rotate(turn)
    canvas.translate(-250, -250)
    for i, text in enumerate(COLUMN):
        canvas.drawString(50, 400 - 14 * i, text)
    canvas.save()
    found = document(buffer.getvalue())
    assert story(found) == [" ".join(COLUMN)]
    (place,) = places(found.pages, 0, len(COLUMN[0]))
    x0, top, _, bottom = place.rectangles[0]
    assert abs(x0 - 50) < 1 and top < 100 < bottom and (place.width, place.height) == (500, 500)


def test_a_cropped_page_counts_from_the_corner_that_is_shown() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, HEIGHT))
    canvas.setCropBox((20, 30, 575, 800))
    canvas.drawString(70, 700, COLUMN[0])
    canvas.drawString(70, 820, "cut off")
    canvas.save()
    found = document(buffer.getvalue())
    assert found.text == COLUMN[0]
    x0, top, _, bottom = places(found.pages, 0, 3)[0].rectangles[0]
    assert abs(x0 - 50) < 0.2 and top < 100 < bottom


def test_a_large_first_letter_is_part_of_its_word() -> None:
    rest = [*lines(74, 100, COLUMN[0][1:], COLUMN[1]), *lines(50, 124, *COLUMN[2:])]
    found = document(pdf([(50, 116, "T", "Times-Bold", 32), *rest]))
    assert story(found) == [" ".join(COLUMN)]
    letter, word = places(found.pages, 0, 3)[0].rectangles
    assert letter[3] - letter[1] > 2 * (word[3] - word[1])


def test_letters_that_are_spaced_out_are_a_word() -> None:
    spaced = [(50 + 8 * i, 60, c) for i, c in enumerate("HARBOUR")]
    assert document(pdf([*spaced, *lines(50, 100, *COLUMN)])).text.startswith("HARBOUR")


class TestHyphens:
    @pytest.mark.parametrize(
        ("above", "below", "whole"),
        [
            ("the harbour commit-", "tee met", "the harbour committee met"),
            ("a well-", "known chair", "a well-known chair"),
            ("the Anglo-", "Saxon wall", "the Anglo-Saxon wall"),
            ("in the years 2010-", "2012 it", "in the years 2010-2012 it"),
            ("two-", "and three-storey houses", "two- and three-storey houses"),
            ("see www.harbour-", "post.example for more", "see www.harbour-post.example for more"),
            ("the infor\u00admation of\u00ad", "fice", "the infor\u00admation office"),
            ("it rose -", "slowly", "it rose - slowly"),
            ("a state-of-the-", "art pump", "a state-of-the-art pump"),
            ("he said", "nothing", "he said nothing"),
            ("the plan—", "a bad one", "the plan—a bad one"),
        ],
    )
    def test_a_hyphen_at_the_end_of_a_line(self, above: str, below: str, whole: str) -> None:
        words = Vocabulary([("a state-of-the-art pump", False), (above, False), (below, True)])
        cut, between = words.between(above, below)
        assert (above[:-1] if cut else above) + between + below == whole

    def test_the_document_s_own_words_decide(self) -> None:
        solid = Vocabulary([("the lifeboat crew", False)])
        apart = Vocabulary([("the life-boat crew", False)])
        assert solid.between("a life-", "boat") == (True, "")
        assert apart.between("a life-", "boat") == (False, "")

    def test_words_that_a_line_end_cut_teach_nothing(self) -> None:
        words = Vocabulary([("they com-", False), ("mitted themselves", True)])
        assert words.between("they com-", "mitted themselves") == (True, "")


def test_ligatures_and_accents_are_letters() -> None:
    from corpus.formats.pdf_lines import _composed

    assert _composed("e\u0301tude", [0, 0, 5, 10, 15, 20, 25]) == ("étude", [0, 5, 10, 15, 20, 25])
    assert _composed("caf´e", [0, 5, 10, 15, 15, 20]) == ("café", [0, 5, 10, 15, 20])
    assert _composed("a ´ b", [0, 5, 10, 15, 20, 25])[0] == "a ´ b"


class TestMetadata:
    def test_what_the_properties_say(self) -> None:
        data = pdf(
            lines(50, 100, *COLUMN), title="Wall is raised", author="Anna Bell", keywords="harbour, wall"
        )
        found = document(data).metadata
        assert (found.title, found.author, found.topics) == (
            "Wall is raised",
            "Anna Bell",
            ("harbour", "wall"),
        )

    @pytest.mark.parametrize(
        "title", ["Microsoft Word - wall.docx", "untitled", "a", "wall_final_2", "wall.indd"]
    )
    def test_rubbish_for_a_title_gives_way_to_the_largest_type(self, title: str) -> None:
        page = [(50, 60, "Council raises the wall", "Times-Bold", 20), *lines(50, 100, *COLUMN)]
        assert document(pdf(page, title=title)).metadata.title == "Council raises the wall"

    def test_a_masthead_is_no_title(self) -> None:
        page = [
            (50, 60, "Harbour Post", "Times-Bold", 40),
            (50, 120, "Council raises the harbour wall", "Times-Bold", 20),
            *lines(50, 160, *COLUMN),
        ]
        assert document(pdf(page)).metadata.title == "Council raises the harbour wall"

    def test_the_day_that_is_printed_comes_before_the_day_of_the_file(self) -> None:
        page = [(50, 40, "The Harbour Post, 2 April 2019"), *lines(50, 100, *COLUMN)]
        assert document(pdf(page)).metadata.published == "2019-04-02"
        assert document(pdf(lines(50, 100, *COLUMN))).metadata.published == "2000-01-01"  # reportlab's

    def test_xmp_tells_the_publisher(self) -> None:
        packet = (
            b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            b' xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description><dc:publisher><rdf:Bag><rdf:li>'
            b"Harbour Post</rdf:li></rdf:Bag></dc:publisher></rdf:Description></rdf:RDF></x:xmpmeta>"
        )
        data = pdf(lines(50, 100, *COLUMN)) + b"\n" + packet
        assert document(data).metadata.publisher == "Harbour Post"
        assert document(data.replace(b"</rdf:RDF>", b"<<&oops;")).metadata.publisher in (None, "Harbour Post")


class TestRefused:
    def test_a_scan_says_what_to_do(self) -> None:
        assert "--ocr" in refusal(scanned())

    def test_a_page_that_is_a_picture_among_others_is_named(self) -> None:
        import pypdfium2

        both = pypdfium2.PdfDocument(pdf(lines(50, 100, *COLUMN)))
        both.import_pages(pypdfium2.PdfDocument(scanned()))
        out = io.BytesIO()
        both.save(out)
        first, second = formats.documents(File("a.pdf", out.getvalue()), AS_THEY_ARE)
        assert isinstance(first, Document) and isinstance(second, Unread)
        assert second.part == "page 2" and "--ocr" in second.reason

    def test_a_password(self) -> None:
        from reportlab.lib.pdfencrypt import StandardEncryption

        buffer = io.BytesIO()
        canvas = Canvas(buffer, encrypt=StandardEncryption("secret", canPrint=0))
        canvas.drawString(50, 700, COLUMN[0])
        canvas.save()
        assert "encrypted" in refusal(buffer.getvalue())

    @pytest.mark.parametrize("layers", [1, 2])
    def test_a_bomb(self, layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "UNFOLDED", 8 << 20)
        assert "unfolds to over 8 MB" in refusal(bomb(9, layers))
        monkeypatch.setattr(reader, "UNFOLDED", 16 << 20)
        assert "no text" in refusal(bomb(9, layers))

    def test_too_many_pages_or_characters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data = pdf(lines(50, 100, *COLUMN), lines(50, 100, *OTHER))
        monkeypatch.setattr(reader, "PAGES", 1)
        assert "it has 2 pages" in refusal(data)
        monkeypatch.setattr(reader, "PAGES", 2)
        monkeypatch.setattr("corpus.formats.pdf_characters.CHARACTERS", 300)
        assert "over 300 characters" in refusal(data)

    def test_what_is_no_pdf(self) -> None:
        assert "damaged" in refusal(b"%PDF-1.7\nnothing")


def test_a_file_without_a_suffix_is_told_by_its_first_bytes() -> None:
    data = pdf(lines(50, 100, *COLUMN))
    assert formats.read_as(File("press", data)) == "pdf" == formats.read_as(File("a.pdf", b"junk\r\n" + data))
    assert document(b"junk\r\n" + data).original == data
    assert formats.media_type_of(data) == "application/pdf"
    assert formats.read_as(File("press", b"It begins with %PDF-1.4, as such files do.")) == "text"


def test_the_file_itself_goes_with_the_article(tmp_path: Path) -> None:
    (tmp_path / "wall.pdf").write_bytes(data := pdf(lines(50, 100, *COLUMN)))
    (found,) = read([tmp_path])
    assert isinstance(found, Raw) and found.original == data and len(found.pages) == 1
    assert clean(found).text == found.text


TSV = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name, which prints a table whatever it is given."""
    program = tmp_path / "tesseract"
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    rows = [
        f"5\t1\t1\t1\t{line}\t{n}\t{200 + 150 * n}\t{300 + 50 * line}\t140\t42\t96\t{word}"
        for line, text in enumerate(COLUMN)
        for n, word in enumerate(text.split())
    ]
    (tmp_path / "table").write_text(TSV + "\n".join(rows) + "\n")
    program.write_text(f'#!/bin/sh\nhead -c 2 > {tmp_path}/head; cat > /dev/null; cat "{tmp_path}/table"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return tmp_path


class TestOcr:
    def test_a_scan_is_read_with_the_places_of_its_words(self, tesseract: Path) -> None:
        found = document(scanned(), Options(ocr=True))
        assert found.text == " ".join(COLUMN)
        assert (tesseract / "head").read_bytes() == b"P5"
        x0, top, _, _ = places(found.pages, 0, 3)[0].rectangles[0]
        assert abs(x0 - 200 * 72 / 300) < 0.2 and abs(top - 300 * 72 / 300) < 0.2

    def test_pages_with_text_are_left_to_themselves(self, tesseract: Path) -> None:
        assert document(pdf(lines(50, 100, *OTHER)), Options(ocr=True)).text == " ".join(OTHER)
        assert not (tesseract / "head").exists()

    def test_a_table_that_makes_no_sense(self, tesseract: Path) -> None:
        (tesseract / "table").write_text(TSV + "5\tx\n5\t1\t1\t1\t1\t1\tleft\t\t\t\t\tword\n\0\n")
        assert "no text was found" in refusal(scanned(), Options(ocr=True))

    def test_it_is_missing_or_fails(self, tesseract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tesseract / "tesseract").write_text(
            "#!/bin/sh\ncat > /dev/null; echo 'no language data' >&2; exit 1\n"
        )
        assert refusal(scanned(), Options(ocr=True)) == "tesseract failed: no language data"
        monkeypatch.setenv("PATH", "/nowhere")
        assert "needs the program tesseract" in refusal(scanned(), Options(ocr=True))


SMALL = pdf(
    [(50, 40, "The Harbour Post"), *lines(50, 100, *COLUMN), *lines(320, 100, *OTHER)],
    [(50, 40, "The Harbour Post"), (50, 120, "W", "Times-Bold", 32), *lines(80, 100, *OTHER)],
    title="Wall",
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_bytes_give_documents_or_a_refusal(data: st.DataObject) -> None:
    mutated = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        end = min(len(mutated), at + data.draw(st.integers(0, 40)))
        mutated[at:end] = data.draw(
            st.binary(max_size=40) | st.sampled_from([b"99999999", b"-1", b"/Kids", b"0 0 R"])
        )
        if not mutated:
            return
    try:
        found = list(formats.documents(File("a.pdf", bytes(mutated)), AS_THEY_ARE))
    except Refused:
        return
    for one in found:
        if isinstance(one, Document) and one.pages:
            check(one)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-20, 600),
            st.floats(-20, 860),
            st.text(st.characters(codec="cp1252", categories=("L", "N", "P", "Zs")), min_size=1, max_size=30),
            st.sampled_from(["Times-Roman", "Helvetica-Bold", "Courier-Oblique"]),
            st.floats(0.5, 90),
        ),
        max_size=12,
    )
)
def test_wherever_words_stand_each_has_its_place(
    puts: Sequence[tuple[float, float, str, str, float]],
) -> None:
    try:
        document(pdf(puts, puts[:5]))
    except Refused as error:
        assert "no text" in str(error)


def test_skipped_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(scanned())
    (found,) = read([tmp_path])
    assert isinstance(found, Skipped) and found.source == "scan.pdf" and "--ocr" in found.reason


def test_nothing_of_the_articles_is_lost() -> None:
    found = document(newspaper().data)
    for _, text in ARTICLES:
        assert all(paragraph in found.text for paragraph in text.split("\n\n"))
