"""Tables and JSON: which column is which field, rows in error, delimiters and encodings."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CuttingsError
from corpus.formats import columns, formats, json_rows
from corpus.formats.columns import FIELDS, mapping
from corpus.formats.document import Document, File, Options, Refused
from corpus.read import Raw, Skipped
from corpus.read import read as read_paths
from scripts.exports import SAID, awkward, csv_table, right

STORY = "The harbour bridge will stay shut until June."


def read(name: str, data: str | bytes, **mapped: str) -> list[tuple[str, str]]:
    """(part, text or reason) of each; reasons begin with "!"."""
    file = File(name, data.encode() if isinstance(data, str) else data)
    found = formats.documents(file, Options(columns=mapped))
    return [(one.part, one.text if isinstance(one, Document) else f"!{one.reason}") for one in found]


def one(name: str, data: str | bytes, **mapped: str) -> Document:
    (found,) = formats.documents(
        File(name, data.encode() if isinstance(data, str) else data), Options(columns=mapped)
    )
    assert isinstance(found, Document)
    return found


def refused(name: str, data: str | bytes, **mapped: str) -> str:
    with pytest.raises(Refused) as error:
        read(name, data, **mapped)
    return str(error.value)


# Columns


def test_columns_are_named_by_a_person() -> None:
    assert mapping("title=headline, text = the body,published=when.day") == {
        "title": "headline",
        "text": "the body",
        "published": "when.day",
    }
    for said in ("title", "title=", "", "title=a,"):
        with pytest.raises(CuttingsError, match="is not FIELD=COLUMN"):
            mapping(said)
    with pytest.raises(CuttingsError, match="no field 'titel'; the fields are text, title, publisher"):
        mapping("titel=headline")


def test_what_a_person_names_goes_before_what_is_usual() -> None:
    data = json.dumps(
        {"title": "A", "kicker": "B", "body": "wrong", "Wortlaut": STORY, "when": {"day": "2020-01-16"}}
    )
    found = one("a.json", data, title="kicker", text="Wortlaut", published="when.day")
    assert (found.metadata.title, found.text, found.metadata.published) == ("B", STORY, "2020-01-16")


def test_a_column_that_is_not_there_is_told() -> None:
    assert (
        refused("a.csv", f"a,body\n1,{STORY}\n", title="head")
        == "it has no column 'head'; its columns are: a, body"
    )
    assert refused("a.csv", "name,price\nTea,3\n").startswith(
        "no column of text was found among: name, price; name"
    )
    line = json.dumps({"body": STORY})
    assert read("a.jsonl", f"{line}\n{line}\n", title="head")[-1] == (
        "",
        "!it has no column 'head', which `--map` names",
    )
    assert refused("a.jsonl", f"{line}\n", text="words") == "it has no column 'words'; its columns are: body"
    # Where some have it, nothing is amiss.
    assert len(read("a.jsonl", f"{line}\n{json.dumps({'body': STORY, 'head': 'A'})}\n", title="head")) == 2


@pytest.mark.parametrize("field", list(FIELDS))
def test_usual_names_are_found_however_they_are_written(field: str) -> None:
    values = {
        "url": "https://a.example/b",
        "published": "2020-01-16",
        "updated": "2020-01-16",
        "language": "en",
    }
    for known in FIELDS[field].split():
        for name in (known, known.upper(), f" {known[:2]}_{known[2:]} "):
            row = {"text": STORY} | ({} if field == "text" else {name: values.get(field, "x y")})
            found = one("a.json", json.dumps({name: STORY} if field == "text" else row))
            said = found.text if field == "text" else getattr(found.metadata, field)
            wanted = STORY if field == "text" else values.get(field, "x y")
            assert said == ((wanted,) if field == "topics" else wanted), name


def test_values_inside_values() -> None:
    found = one(
        "a.json",
        json.dumps(
            {
                "source": {"id": None, "name": "The Post"},
                "title": {"rendered": "A &amp; B"},
                "content": {"rendered": f"<p>{STORY}</p><ul><li>One</li></ul>", "protected": False},
                "author": [{"name": "Zoë"}, "By Jan"],
                "tags": ["x", {"name": "y"}, "z; w"],
                "publishedAt": 1579168800,
                "updated": "20200117T100000Z",
                "id": 77,
            }
        ),
    )
    said = found.metadata
    assert (found.text, found.layout, found.part) == (f"{STORY}\n\n• One", "html", "")
    assert (said.publisher, said.author, said.topics) == ("The Post", "Zoë, Jan", ("x", "y", "z", "w"))
    assert (said.published, said.updated, said.id) == ("2020-01-16", "2020-01-17", "77")


def test_the_layout_is_that_of_the_column() -> None:
    assert one("a.json", json.dumps({"markdown": f"## A\n\n{STORY}"})).layout == "md"
    assert one("a.json", json.dumps({"body": f"3 < 4\n{STORY}"})).layout == "txt"


def test_rows_without_an_id_are_called_by_their_address_or_their_line() -> None:
    data = f"url,text\nhttps://a.example/b#c,{STORY}\n,{STORY}\nnowhere,{STORY}\n"
    assert [part for part, _ in read("a.csv", data)] == ["https://a.example/b%23c", "line 3", "line 4"]
    assert [part for part, _ in read("a.csv", f"id,text\n7,{STORY}\n7,{STORY}\n")] == ["7", "7~2"]
    found = one("some export.csv", f"text,x\n{STORY},1\n")
    assert (found.part, found.metadata.id) == ("line 2", "some export-line 2")


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings_are_found(delimiter: str, encoding: str) -> None:
    known = awkward()
    found = list(formats.documents(File("a.csv", csv_table(known, delimiter, encoding)), Options()))
    assert [set(right(one, it, SAID).values()) for one, it in zip(found, known, strict=True)] == [{True}] * 2  # type: ignore[arg-type]


def test_one_old_row_in_another_encoding() -> None:
    data = "text\n" + f"{'“New” ' * 2000}row\n" * 8
    found = read("a.csv", data.encode() + "“Old” café\n".encode("cp1252"))
    assert found[-1][1] == "“Old” café"


def test_a_row_in_error_is_told_and_the_others_are_read() -> None:
    data = 'title,text\na,one\nb\nc,d,e\n\n"q ""x""",two\nf,three,\n'
    assert read("a.csv", data) == [
        ("line 2", "one"),
        ("line 3", "!1 fields where the line of names has 2"),
        ("line 4", "!3 fields where the line of names has 2"),
        ("line 6", "two"),
        ("line 7", "three"),
    ]


def test_a_quotation_mark_that_is_not_closed_takes_one_row_with_it() -> None:
    rows = "".join(f"{i},text {i}\n" for i in range(3, 400))
    found = read("a.csv", f'id,text\n1,"not closed\n2,text 2\n{rows}')
    assert found[0] == ("line 2", "!a quotation mark is not closed, or the file breaks off")
    assert found[1:] == [(str(i), f"text {i}") for i in range(2, 400)]
    # Closed by one that opens another field, so that the row has too many.
    found = read("a.csv", f'id,text\n1,"not closed\n2,text 2\n5,"fine"\n{rows}')
    assert found[0] == ("line 2", "!a quotation mark is not closed, or the file breaks off")
    assert [part for part, _ in found[1:3]] == ["2", "5"]


def test_a_row_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.formats.table.LIMIT", 1000)
    found = read("a.csv", f'id,text\n1,"{"x" * 2000}\n2,text 2\n3,"{"y " * 300}"\n')
    assert [part for part, _ in found] == ["line 2", "2", "3"]
    assert "over the limit of" in found[0][1]


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20),
            st.text('ab",;\t|\n\r <\u00e9🎉', min_size=1, max_size=30),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(",;\t|"),
)
@settings(max_examples=50, deadline=None)
def test_any_table_that_is_written_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([("title", "text"), *rows])
    try:
        found = [
            one.text
            for one in formats.documents(File("a.csv", out.getvalue().encode()), Options())
            if isinstance(one, Document)
        ]
    except Refused:
        found = []
    assert found == [text.strip() for _, text in rows if text.strip()]


# JSON


def line(text: str = STORY, **more: object) -> str:
    return json.dumps({"text": text, **more})


def test_a_line_in_error_is_told_and_the_others_are_read() -> None:
    data = "\n".join(
        [line(id=1), "{broken", "[1]", "", '"text"', line("  ", id=5), '{"a":' * 5000, line(id=6)]
    )
    found = read("a.jsonl", data)
    assert [part for part, _ in found] == ["1", "line 2", "line 3", "line 5", "5", "line 7", "6"]
    assert found[1][1] == "!no JSON: expecting property name enclosed in double quotes at character 2"
    assert found[2][1] == "!no object of JSON with named values"
    assert found[4][1] == "!it has no text"


def test_what_has_no_article_is_refused_once() -> None:
    assert refused("a.jsonl", '{"name": "x"}\n' * 1000).startswith(
        "none of its first 100 is an article: no column"
    )
    assert refused("package.json", '{"name": "x", "version": "1"}').startswith(
        "no column of text was found among"
    )
    assert refused("a.json", "[]") == "no article is in it"
    assert refused("a.jsonl", b"\x00\x01\x02") == "looks like a binary file"


def test_arrays_and_what_services_answer() -> None:
    assert read("a.json", f"[{line(id=1)} , {line(id=2)}]") == [("1", STORY), ("2", STORY)]
    answer = {"status": "ok", "total": 2, "articles": [{"content": STORY}, {"content": STORY}]}
    assert read("a.json", json.dumps(answer, indent=2)) == [("item 1", STORY), ("item 2", STORY)]
    assert read("a.json", json.dumps({"text": STORY, "parts": [{"a": 1}]}, indent=2)) == [("", STORY)]
    assert read("a.json", f"{line(id=1)}\n{line(id=2)}\n") == [("1", STORY), ("2", STORY)]
    assert read("a.jsonl", line(id=1)) == [("1", STORY)]


def test_an_array_is_read_up_to_where_it_breaks_off() -> None:
    whole = f"[{line(id=1)},{line(id=2)},{line(id=3)}]"
    second_ends = whole.index(line(id=2)) + len(line(id=2))
    for cut in range(second_ends, len(whole)):
        found = read("a.json", whole[:cut])
        told = [part for part, text in found if text.startswith("!")]
        assert [part for part, text in found if text == STORY][:2] == ["1", "2"]
        assert told == [f"item {len(found)}"], cut


@pytest.mark.parametrize("chunk", [1, 7, 64, 65536])
def test_an_array_is_the_same_in_pieces_of_any_size(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "_CHUNK", chunk)
    values = [line(f"{STORY} {'é' * i}", id=i) for i in range(30)]
    assert read("a.json", "[" + ", ".join(values) + "]\n") == [
        (str(i), f"{STORY} {'é' * i}".strip()) for i in range(30)
    ]


def test_a_line_that_is_too_long_is_told_and_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "LIMIT", 1000)
    data = b'{"text": "' + b"x" * 3000 + b'"}\n' + line(id=2).encode()
    assert read("a.jsonl", data) == [("line 1", "!over the limit of 20 MB; split it"), ("2", STORY)]
    monkeypatch.setattr(json_rows, "_CHUNK", 100)
    assert refused("a.json", b"[" + data.replace(b"\n", b",") + b"]").startswith("over the limit of 20 MB")


def test_halves_of_characters_and_nul_are_replaced() -> None:
    found = one(
        "a.jsonl", '{"text": "a \\ud800 \\ud83d\\ude00 \\u0000", "title": "\\udfff x", "id": "a\\u0007#"}'
    )
    assert (found.text, found.metadata.title) == ("a \ufffd 😀 \ufffd", "\ufffd x")


# As files


def test_a_person_maps_columns_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chatbot.cli.arguments import parse

    args = parse(["ingest", "a.csv", "--map", "title=kicker,text=Wortlaut"])
    assert args.columns == {"title": "kicker", "text": "Wortlaut"}
    with pytest.raises(SystemExit):
        parse(["ingest", "a.csv", "--map", "kicker=title"])
    (tmp_path / "a.csv").write_text(f"kicker,Wortlaut\nA,{STORY}\nB\n", encoding="utf-8")
    raw, skipped = read_paths([tmp_path], Options(columns=args.columns))
    assert isinstance(raw, Raw) and isinstance(skipped, Skipped)
    assert (raw.source, raw.metadata.title, raw.text) == ("a.csv#line 2", "A", STORY)
    assert raw.location == f"{tmp_path / 'a.csv'}#line 2"
    assert (skipped.source, skipped.reason) == ("a.csv#line 3", "1 fields where the line of names has 2")


def test_the_fields_are_those_of_an_article() -> None:
    assert set(FIELDS) - {"text"} == set(columns.Metadata.__dataclass_fields__) - {"of_file"}
