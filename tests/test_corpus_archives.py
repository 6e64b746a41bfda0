"""Archives and web archives: what is in them is read, whatever they are; bombs, links and breaks are told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.formats import archive, formats, unpack, warc
from corpus.formats.document import AS_THEY_ARE, Document, File, Options, Refused
from corpus.formats.parts import LONGEST, Parts
from corpus.read import Raw, Skipped, file_of
from corpus.read import read as read_paths
from scripts import exports
from scripts.exports import awkward
from scripts.fuzz import fuzz

KNOWN = awkward()
STORY = b"The harbour bridge will stay shut until June."
Member = tuple[str, bytes]


def read(name: str, data: bytes, options: Options = AS_THEY_ARE) -> list[tuple[str, str]]:
    """(part, text or reason) of each; reasons begin with "!"."""
    found = formats.documents(File(name, data), options)
    return [(one.part, one.text if isinstance(one, Document) else f"!{one.reason}") for one in found]


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as error:
        read(name, data)
    return str(error.value)


def zipped(members: Sequence[Member], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in members:
            made.writestr(name, data)
    return out.getvalue()


def tarred(members: Sequence[Member], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as made:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


MEMBERS = [
    ("./a.txt", STORY),
    ("../../etc/b.txt", STORY),
    ("c\\d.md", STORY),
    ("e.jpg", b"\xff\xd8"),
    (".hidden.txt", STORY),
    ("__MACOSX/a.txt", STORY),
    ("f/feed.rss", exports.rss(KNOWN)),
]
WANTED = [
    ("a.txt", STORY.decode()),
    ("../../etc/b.txt", STORY.decode()),
    ("c/d.md", STORY.decode()),
    ("e.jpg", f"!{formats.NOT_READ}"),
    ("f/feed.rss/guid-ferries-buses", exports.read_back("a.rss", exports.rss(KNOWN))[0].text),  # type: ignore[union-attr]
    ("f/feed.rss/guid-hafen", KNOWN[1].text),
]
ARCHIVES = {
    "a.zip": zipped(MEMBERS),
    "a.ZIP": zipped(MEMBERS, zipfile.ZIP_BZIP2),
    "a.tar": tarred(MEMBERS),
    "a.tgz": tarred(MEMBERS, "w:gz"),
    "a.tar.gz": tarred(MEMBERS, "w:gz"),
    "a.tar.bz2": tarred(MEMBERS, "w:bz2"),
    "a.tar.xz": tarred(MEMBERS, "w:xz"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_files_of_any_kind_are_read_in_archives_of_any_kind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(name, ARCHIVES[name]) == WANTED
    assert not list(tmp_path.rglob("*"))
    found = formats.documents(File(name, ARCHIVES[name]), AS_THEY_ARE)
    digests = [one.digest for one in found if isinstance(one, Document)]
    assert len({digest for digest in digests if len(digest) == 64}) == 3  # three files are the same


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_one_packed_file(pack: object) -> None:
    assert callable(pack)
    name = {gzip.compress: "gz", bz2.compress: "bz2", lzma.compress: "xz"}[pack]  # type: ignore[index]
    assert read(f"a.txt.{name}", pack(STORY)) == [("", STORY.decode())]
    rows = read(f"a.jsonl.{name}", pack(exports.json_lines(KNOWN)))
    assert [part for part, _ in rows] == [one.id for one in KNOWN]
    assert read("-", pack(STORY)) == [("", STORY.decode())]  # as from standard input
    twice = pack(STORY) + pack(STORY)
    assert read(f"a.txt.{name}", twice) == [("", STORY.decode() * 2)]


def test_locations_lead_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped([("x#y.md", STORY), ("dir/", b""), ("f.rss", exports.rss(KNOWN))]))
    found = list(read_paths([tmp_path]))
    assert [one.source for one in found] == [
        "a.zip#x%23y.md",
        "a.zip#f.rss/guid-ferries-buses",
        "a.zip#f.rss/guid-hafen",
    ]
    assert {file_of(one.location) for one in found} == {str(path)}
    assert [one.format for one in found if isinstance(one, Raw)] == ["md", "html", "html"]


def test_an_archive_in_an_archive_is_read_and_no_third() -> None:
    inner = zipped([("a.txt", STORY), ("b.txt.gz", gzip.compress(STORY))])
    assert read(
        "a.zip",
        zipped([("i/inner.zip", inner), ("c.jsonl.gz", gzip.compress(exports.json_lines(KNOWN[1:])))]),
    ) == [
        ("i/inner.zip/a.txt", STORY.decode()),
        ("i/inner.zip/b.txt.gz", "!an archive in an archive in an archive; unpack it yourself"),
        ("c.jsonl.gz/hafen", KNOWN[1].text),
    ]
    assert [
        part for part, _ in read("a.tgz", tarred([("inner.tar", tarred([("a.txt", STORY)]))], "w:gz"))
    ] == ["inner.tar/a.txt"]


def test_files_of_one_name_are_told_from_each_other() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("a.txt", STORY), ("a.txt", STORY)])
    assert [part for part, _ in read("a.zip", data)] == ["a.txt", "a.txt~2"]


@pytest.mark.parametrize("wanted", ["a" * 5000, "é" * 300, "a\nb\x00#", "\ud800", "  ", "\u202egpj.exe"])
def test_names_of_parts_are_safe(wanted: str) -> None:
    parts = Parts()
    names = [parts.name(wanted), parts.name(wanted), Parts().name(wanted)]
    assert names[0] == names[2] != names[1]
    assert all(len(name) <= LONGEST + 2 and "#" not in name and name.isprintable() for name in names)
    "".join(names).encode()


# Hostile


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bombs are looked for in small files too."""
    monkeypatch.setattr(unpack, "SMALL", 10_000)


def test_a_bomb_is_told_and_the_other_files_are_read(small: None) -> None:
    zeros = bytes(500_000)
    data = zipped([("a.txt", STORY), ("bomb.txt", zeros), ("c.txt", STORY)])
    found = read("a.zip", data)
    assert [part for part, _ in found] == ["a.txt", "bomb.txt", "c.txt"]
    assert found[1][1].startswith("!it unpacks to over 200 times its size")
    # The sizes that it names are not believed.
    small = data.replace(struct.pack("<L", len(zeros)), struct.pack("<L", 1000))
    assert small != data
    assert [text for _, text in read("a.zip", small)][::2] == [STORY.decode()] * 2


@pytest.mark.parametrize(("name", "mode"), [("a.tgz", "w:gz"), ("a.tar.xz", "w:xz")])
def test_a_bomb_in_a_tar_ends_it(name: str, mode: str, small: None) -> None:
    data = tarred([("a.txt", STORY), ("bomb.txt", bytes(500_000))], mode)
    found = formats.documents(File(name, data), AS_THEY_ARE)
    first = next(found)
    assert isinstance(first, Document) and first.text == STORY.decode()
    with pytest.raises(Refused, match="it unpacks to over 200 times its size"):
        list(found)
    assert "200 times" in refused("a.txt.gz", gzip.compress(bytes(500_000)))


def test_there_are_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped([(f"{i}.txt", STORY) for i in range(20)])
    monkeypatch.setattr(unpack, "MEMBERS", 5)
    assert "over 5 files in one archive" in refused("a.zip", data)
    assert "over 5 files in one archive" in refused("a.zip", zipped([("inner.zip", data)]))
    monkeypatch.setattr(unpack, "MEMBERS", 100)
    monkeypatch.setattr(archive, "DIRECTORY", 500)
    assert "a list of files of over" in refused("a.zip", data)
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "TOTAL", 300)
    assert "unpacked, the rest was not read" in refused("a.zip", data)
    assert "unpacked, the rest was not read" in refused("a.tgz", tarred([("a.txt", STORY * 10)], "w:gz"))
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "MEMBER", 20)
    monkeypatch.setattr(unpack, "_BLOCK", 10)
    assert read("a.zip", data)[:2] == [
        ("0.txt", STORY[:20].decode()),
        ("0.txt", "!it breaks off or goes wrong, and its rest was not read (over the limit of 0 GB)"),
    ]


def test_large_files_are_on_disk_meanwhile_and_gone_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(unpack, "LIMIT", 300)
    seen = []
    data = zipped([("../x.jsonl", exports.json_lines(KNOWN))])
    for one in formats.documents(File("a.zip", data), AS_THEY_ARE):
        seen += [path.name for path in tmp_path.rglob("*") if path.is_file()]
        assert isinstance(one, Document)
    assert seen == ["file"] * len(KNOWN)
    assert not list(tmp_path.iterdir())


def test_links_in_a_tar_are_not_followed() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, kind in (
            ("a.txt", tarfile.SYMTYPE),
            ("b.txt", tarfile.LNKTYPE),
            ("c.txt", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            made.addfile(info)
    assert read("a.tar", out.getvalue()) == [
        ("a.txt", "!a link; links in archives are not followed"),
        ("b.txt", "!a link; links in archives are not followed"),
        ("c.txt", "!not an ordinary file"),
    ]


def test_headers_of_a_tar_are_bounded() -> None:
    out = io.BytesIO()
    info = tarfile.TarInfo("a.txt")
    info.pax_headers = {"comment": "x" * 1_000_000}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        made.addfile(info)
    assert "a header that is too long" in refused("a.tar", out.getvalue())
    name = tarfile.TarInfo("a")
    name.type = b"L"
    assert "broken from its beginning" in refused("a.tar", name.tobuf() * 5000)


def test_a_password_and_unusual_methods_are_told() -> None:
    data = bytearray(zipped([("a.txt", STORY)]))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    assert read("a.zip", bytes(data)) == [("a.txt", "!protected by a password; unpack it yourself")]
    data = bytearray(zipped([("a.txt", STORY)], zipfile.ZIP_LZMA))
    assert read("a.zip", bytes(data)) == [
        ("a.txt", "!packed by a method that is not read; unpack it yourself")
    ]


# Broken


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_tar_is_read_up_to_where_it_breaks_off(mode: str) -> None:
    texts = [os.urandom(600).hex() for _ in range(4)]
    data = tarred([(f"{i}.txt", text.encode()) for i, text in enumerate(texts)], mode)
    whole = len(data) if mode != "w" else 4 * 512 + 4 * 1536  # without what fills it up
    for cut in range(whole // 3, whole - 40, whole // 9):
        found = read("a.tar", data[:cut])
        read_whole = [text for _, text in found if text in texts]
        assert read_whole == texts[: len(read_whole)]
        assert "breaks off" in found[-1][1]
    assert read("a.tar", data)[-1] == ("3.txt", texts[3])


def test_a_packed_file_is_read_up_to_where_it_breaks_off() -> None:
    lines = [f'{{"id": {i}, "text": "{os.urandom(200).hex()}"}}' for i in range(100)]
    for pack, name in ((gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")):
        data = pack("\n".join([*lines, ""]).encode())
        if name == "bz2":  # which is packed in blocks, of which all this is one
            data += data
        found = read(f"a.jsonl.{name}", data[: len(data) - 400])
        assert "breaks off" in found[-1][1]
        assert [part for part, _ in found[:80]] == [str(i) for i in range(80)]


def test_a_broken_member_is_told_and_the_others_are_read() -> None:
    texts = [os.urandom(600).hex().encode() for _ in range(3)]
    data = bytearray(zipped([(f"{i}.txt", text) for i, text in enumerate(texts)]))
    data[data.index(b"1.txt") + 200] ^= 0xFF
    found = read("a.zip", bytes(data))
    assert found[0] == ("0.txt", texts[0].decode())
    assert found[-1] == ("2.txt", texts[2].decode())
    assert any(part == "1.txt" and "breaks off or goes wrong" in text for part, text in found)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.zip", b"PK\x03\x04" + bytes(100), "broken or cut off, so that its list of files cannot be read"),
        ("a.zip", b"hello", "not an archive, or broken from its beginning"),
        ("a.zip", b"", "not an archive, or broken from its beginning"),
        ("a.tar", b"hello" * 200, "not an archive, or broken from its beginning"),
        ("a.gz", b"\x1f\x8b" + bytes(20), "broken from its beginning"),
        ("a.zip", zipped([]), "no article is in it"),
        ("a.zip", zipped([(".hidden", b"x")]), "no article is in it"),
    ],
)
def test_what_is_no_archive_is_refused(name: str, data: bytes, reason: str) -> None:
    assert refused(name, data).startswith(reason)


# Web archives


def test_pages_of_a_web_archive(tmp_path: Path) -> None:
    found = list(formats.documents(File("a.warc.gz", exports.warc(KNOWN)), AS_THEY_ARE))
    assert [one.part for one in found] == [one.url.replace("#", "%23") for one in KNOWN]
    for one, known in zip(found, KNOWN, strict=True):
        assert isinstance(one, Document)
        said = one.metadata
        assert (said.title, said.url, said.published) == (known.title, known.url, known.published)
        assert known.blocks[0][1].split()[-1] in one.text
    plain = gzip.decompress(exports.warc(KNOWN))
    assert len(read("a.warc", plain)) == len(read("a.warc.gz", gzip.compress(plain))) == 2
    assert [part for part, _ in read("a.zip", zipped([("c.warc.gz", exports.warc(KNOWN))]))] == [
        f"c.warc.gz/{one.url}" for one in KNOWN
    ]


def page_record(body: bytes, *headers: tuple[str, str]) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            "https://a.example/x", "response", payload=io.BytesIO(body), http_headers=http
        )
    )
    return out.getvalue()


PAGE = f"<html><body><article><p>{STORY.decode()} Café.</p></article></body></html>"


def test_a_page_is_unpacked_and_decoded_as_its_server_said() -> None:
    for body, headers in (
        (gzip.compress(PAGE.encode()), [("Content-Encoding", "gzip")]),
        (zlib.compress(PAGE.encode()), [("Content-Encoding", "deflate")]),
        (PAGE.encode("utf-8"), []),
        (f"{len(PAGE.encode()):x}\r\n{PAGE}\r\n0\r\n\r\n".encode(), [("Transfer-Encoding", "chunked")]),
    ):
        ((part, text),) = read("a.warc", page_record(body, *headers))
        assert (part, text) == ("https://a.example/x", f"{STORY.decode()} Café.")
    polish = PAGE.replace("Café", "Łódź").encode("iso-8859-2")
    data = page_record(polish).replace(
        b"Content-Type: text/html\r\n", b"Content-Type: text/html; charset=iso-8859-2\r\n"
    )
    length = int(data.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    data = data.replace(b"Content-Length: %d" % length, b"Content-Length: %d" % (length + 20))
    assert read("a.warc", data)[0][1].endswith("Łódź.")


def test_a_page_that_unpacks_without_bounds_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "LIMIT", 1024 * 1024)
    bomb = page_record(gzip.compress(bytes(2 * 1024 * 1024)), ("Content-Encoding", "gzip"))
    assert read("a.warc", bomb + page_record(PAGE.encode())) == [
        ("https://a.example/x", "!over the limit of 1 MB"),
        ("https://a.example/x~2", f"{STORY.decode()} Café."),
    ]


def test_a_web_archive_is_read_up_to_where_it_breaks_off() -> None:
    plain = page_record(PAGE.encode()) + page_record(PAGE.encode())
    packed = gzip.compress(page_record(PAGE.encode())) * 2
    for data, name in ((plain, "a.warc"), (packed, "a.warc.gz")):
        for cut in (len(data) - 10, len(data) * 3 // 4, len(data) * 3 // 5):
            found = read(name, data[:cut])
            assert "breaks off or goes wrong" in found[-1][1], (name, cut)
    assert read("a.warc", plain[: len(plain) * 3 // 4])[0][1] == f"{STORY.decode()} Café."
    assert refused("a.warc", b"hello there\r\n").startswith("not a web archive, or broken from its beginning")
    nothing = exports.warc([])
    assert refused("a.warc.gz", nothing) == "no page of HTML with status 200 is in this web archive"


def test_pages_of_one_address_are_told_from_each_other() -> None:
    twice = [KNOWN[0], replace(KNOWN[0], blocks=KNOWN[1].blocks)]
    assert [part for part, _ in read("a.warc.gz", exports.warc(twice))] == [KNOWN[0].url, f"{KNOWN[0].url}~2"]


def test_skipped_parts_are_reported_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped([("a.txt", STORY), ("b.jpg", b"x")]))
    raw, skipped = read_paths([path])
    assert isinstance(raw, Raw) and isinstance(skipped, Skipped)
    assert (skipped.source, skipped.reason) == ("a.zip#b.jpg", formats.NOT_READ)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", exports.SAMPLES)
def test_broken_files_are_read_or_refused(suffix: str) -> None:
    fuzz(suffix, 50)
