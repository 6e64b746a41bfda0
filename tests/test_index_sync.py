"""A collection in step with its sources: what is new, changed, moved and gone, and what is left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.errors import CuttingsError
from corpus.formats.document import Document, File, Options, Unread
from corpus.guarded import ToRead
from corpus.metadata import Metadata
from corpus.read import Raw, Skipped, read
from corpus.web.addresses import Reach
from corpus.web.client import Client
from corpus.web.polite import Polite
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.store import Store
from index.stores import create_store
from index.sync import journal
from index.sync.memory import FILE, Memory
from index.sync.outcome import Outcome
from index.sync.pages import BATCH, DAY, Web
from index.sync.sources import named, remember, remembered, remove
from index.sync.sync import Way, sync
from index.verify import verify
from tests.fakes import HashEncoder
from tests.stores import KINDS, TOKENS, place
from tests.website import Clock, Site, serving

OWN = Options(private_hosts=("127.0.0.1",))


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read in this process, as starting another takes a second; one test has another."""

    def read_here(files: Sequence[ToRead], options: Options) -> Iterator[Raw | Skipped]:
        for file in files:
            yield from file.articles(options)

    monkeypatch.setattr("index.sync.pages.read_files", read_here)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@dataclass
class Kept:
    """A collection, and all that a sync of it needs."""

    store: Store
    encoder: HashEncoder = field(default_factory=HashEncoder)
    clock: Clock = field(default_factory=Clock)
    loaded: int = 0

    def __post_init__(self) -> None:
        self.clock.now = 1e9

    def make(self) -> HashEncoder:
        self.loaded += 1
        return self.encoder

    def sync(self, *sources: str | Path, yes: bool = False, dry_run: bool = False) -> Outcome:
        """The outcome of the last source."""
        polite = Polite(Client(Reach(frozenset(OWN.private_hosts))), self.clock, self.clock.sleep)
        names = [named(str(source)) for source in sources]
        way = Way(TOKENS, OWN, yes, dry_run)
        return sync(self.store, self.make, names, way, web=Web(polite, self.clock))[-1]

    @property
    def ids(self) -> set[str]:
        return {entry.id for entry in self.store.stored().values()}

    def journal(self) -> list[tuple[str, str]]:
        memory = Memory.open(self.store.folder)
        try:
            return [(entry.what, entry.article_id) for entry in journal.entries(memory)]
        finally:
            memory.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    store = Collection.create(tmp_path / "collection")
    yield Kept(store)
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for number in range(12):
        write(folder / f"town-{number}.txt", f"The council of town {number} met on Friday. It agreed.")
    return folder


def write(path: Path, text: str, age: float = 60) -> None:
    """A file that was last changed so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))


# Folders


def test_a_folder_is_followed(kept: Kept, folder: Path) -> None:
    first = kept.sync(folder)
    assert (first.kind, len(first.added), first.failed) == ("folder", 12, "")
    write(folder / "town-0.txt", "The council of town 0 resigned.", 30)
    write(folder / "new.txt", "A new town has a council.")
    (folder / "town-1.txt").rename(folder / "town-one.txt")
    (folder / "town-2.txt").unlink()
    before = kept.ids
    told = kept.sync(folder, dry_run=True)
    assert kept.ids == before
    done = kept.sync(folder)
    assert (told.added, done.added) == (["new.txt"], ["new"])
    for outcome in (told, done):
        assert (outcome.updated, outcome.moved, outcome.removed) == (["town-0"], ["town-1"], ["town-2"])
        assert outcome.unchanged == 9
    assert kept.ids == before - {"town-2"} | {"new"}
    again = kept.sync(folder)
    assert (again.unchanged, again.changed, again.skipped) == (12, 0, [])
    assert kept.journal() == [
        *(("added", f"town-{number}") for number in (0, 1, 10, 11, *range(2, 10))),
        ("gone", "town-2"),
        ("added", "new"),
        ("changed", "town-0"),
        ("moved", "town-1"),
    ]


def test_what_has_not_changed_is_not_read_and_the_model_is_not_loaded(
    kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.sync(folder)
    monkeypatch.setattr("corpus.guarded.read_file", None)
    monkeypatch.setattr("index.sync.folder._digest", None)
    assert kept.sync(folder).unchanged == 12
    assert kept.loaded == 1


def test_a_file_that_was_only_touched_is_not_read(
    kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.sync(folder)
    os.utime(folder / "town-0.txt", (1, 1))
    monkeypatch.setattr("corpus.guarded.read_file", None)
    assert kept.sync(folder).unchanged == 12


def test_a_change_within_the_tick_of_the_clock_is_seen(kept: Kept, folder: Path) -> None:
    file = folder / "town-0.txt"
    write(file, "The council met once.", 0)
    state = file.stat()
    kept.sync(folder)
    file.write_text("The council met nine.")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert kept.sync(folder).updated == ["town-0"]


def test_a_collection_that_was_ingested_is_taken_up_without_encoding(kept: Kept, folder: Path) -> None:
    ingest(kept.store, kept.encoder, read([folder]), TOKENS)
    assert (kept.sync(folder).unchanged, kept.loaded) == (12, 0)
    assert kept.journal() == []  # what was there before is no news


def test_too_many_do_not_vanish_at_once(kept: Kept, folder: Path) -> None:
    kept.sync(folder)
    for number in range(2):
        (folder / f"town-{number}.txt").unlink()
    outcome = kept.sync(folder)
    assert (sorted(outcome.held_back), outcome.removed, outcome.whole) == (["town-0", "town-1"], [], False)
    assert len(kept.ids) == 12
    assert len(kept.sync(folder, yes=True).removed) == 2
    assert len(kept.ids) == 10


def test_a_folder_that_is_not_there_takes_nothing_with_it(kept: Kept, folder: Path) -> None:
    kept.sync(folder)
    source = named(str(folder))
    shutil.rmtree(folder)
    for make in (lambda: None, folder.mkdir):
        make()
        way = Way(TOKENS, OWN, yes=True)
        (outcome,) = sync(kept.store, kept.make, [source], way)
        assert "perhaps not mounted; nothing was changed" in outcome.failed
    assert len(kept.ids) == 12


def test_a_folder_inside_that_is_not_there_is_told(kept: Kept, folder: Path) -> None:
    write(folder / "share" / "far.txt", "Far away a council met.")
    kept.sync(folder)
    (folder / "share" / "far.txt").unlink()
    outcome = kept.sync(folder)
    assert (outcome.removed, [*outcome.unreachable.values()]) == ([], [("far",)])
    assert kept.sync(folder, yes=True).removed == ["far"]


def test_uploads_other_sources_and_what_was_removed_by_hand_are_left_alone(
    kept: Kept, folder: Path, tmp_path: Path
) -> None:
    uploads = kept.store.folder / "uploads"
    write(uploads / "upload.txt", "Somebody uploaded this.")
    write(tmp_path / "other" / "other.txt", "Another folder has this.")
    ingest(kept.store, kept.encoder, read([uploads, tmp_path / "other"]), TOKENS)
    (tmp_path / "other" / "other.txt").unlink()
    (uploads / "upload.txt").unlink()
    kept.sync(tmp_path)  # the collection lies within it
    assert {"upload", "town-0"} <= kept.ids and "other" in kept.ids
    kept.sync(folder)
    assert {"upload", "other"} <= kept.ids
    with kept.store.change() as change:
        change.remove("town-0")
    assert kept.sync(folder).added == []
    write(folder / "town-0.txt", "The council of town 0 is back.", 5)
    assert kept.sync(folder).added == ["town-0"]


def test_what_is_not_read_is_told_once(kept: Kept, folder: Path) -> None:
    write(folder / "picture.png", "no picture")
    write(folder / "empty.txt", "")
    first = kept.sync(folder)
    assert sorted(one.source for one in first.skipped) == ["empty.txt", "picture.png"]
    again = kept.sync(folder)
    assert (again.skipped, again.skipped_before, again.unchanged) == ([], 2, 12)
    write(folder / "empty.txt", "It has a sentence now.", 5)
    assert kept.sync(folder).added == ["empty"]


def test_links_are_followed_to_files_and_hidden_files_are_not_seen(
    kept: Kept, folder: Path, tmp_path: Path
) -> None:
    write(tmp_path / "elsewhere" / "linked.txt", "A linked story.")
    write(folder / ".hidden.txt", "A hidden story.")
    (folder / "link.txt").symlink_to(tmp_path / "elsewhere" / "linked.txt")
    (folder / "broken.txt").symlink_to(tmp_path / "nowhere")
    assert {"linked", "link"} & {*kept.sync(folder).added}
    assert kept.sync(folder).unchanged == 13
    (tmp_path / "elsewhere" / "linked.txt").unlink()
    write(tmp_path / "elsewhere" / "b.txt", "Something else.")
    assert len(kept.sync(folder).removed) == 1


def test_one_file_is_a_source_too(kept: Kept, folder: Path) -> None:
    outcome = kept.sync(folder / "town-3.txt")
    assert (outcome.kind, outcome.added) == ("file", ["town-3"])
    source = named(str(folder / "town-3.txt"))
    (folder / "town-3.txt").unlink()
    assert sync(kept.store, kept.make, [source], Way(TOKENS, OWN))[0].removed == ["town-3"]


def test_a_source_that_fails_stops_no_other(kept: Kept, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcomes = sync(kept.store, kept.make, [str(tmp_path / "empty"), str(folder)], Way(TOKENS, OWN))
    assert outcomes[0].failed and len(outcomes[1].added) == 12


def test_two_syncs_do_not_run_at_once(kept: Kept, folder: Path) -> None:
    memory = Memory.open(kept.store.folder)
    with memory.alone(), pytest.raises(CuttingsError, match="being synced already"):
        kept.sync(folder)
    memory.close()
    assert kept.sync(folder).added


def test_a_damaged_memory_is_told_and_may_be_deleted(kept: Kept, folder: Path) -> None:
    kept.sync(folder)
    for file in kept.store.folder.glob(f"{FILE}*"):
        file.write_bytes(b"nothing that can be read" * 50)
    with pytest.raises(CuttingsError, match="it is damaged; delete it"):
        kept.sync(folder)
    for file in kept.store.folder.glob(f"{FILE}*"):
        file.unlink()
    assert kept.sync(folder).unchanged == 12


def test_a_part_of_a_file_that_is_gone_is_gone_and_one_that_cannot_be_read_is_not(
    kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_parts(file: File, options: Options) -> Iterator[Document | Unread]:
        for number, part in enumerate(file.data().decode().splitlines(), start=1):
            if part == "damaged":
                yield Unread(str(number), "damaged")
            else:
                about = Metadata(id=part[:1].lower())
                yield Document(part, "txt", about, part=part[:1], digest=part)

    monkeypatch.setattr("corpus.formats.formats.documents", in_parts)
    file = folder / "parts.txt"
    for number in range(12):
        (folder / f"town-{number}.txt").unlink()
    write(file, "A council met on Friday.\nB council met on Monday.\nC council met on Sunday.\n", 90)
    assert kept.sync(folder).added == ["a", "b", "c"]
    assert kept.sync(folder).unchanged == 1
    write(file, "A council met on Friday.\ndamaged\nC council met on Sunday.\n", 80)
    assert kept.sync(folder).removed == [] and kept.ids == {"a", "b", "c"}
    write(file, "A council met on Friday.\nC council did not meet at all.\n", 70)
    outcome = kept.sync(folder)
    assert (outcome.updated, outcome.removed, kept.ids) == (["c"], ["b"], {"a", "c"})


def test_what_a_site_repeats_is_known_in_one_new_page(kept: Kept, folder: Path) -> None:
    """As in an ingest of the whole folder."""
    line = "Tell your friends of the Alford Gazette today"
    stories = [
        "The council met at nine on Friday morning, and it agreed to open the bridge in May.",
        "Eleven cables of the old tunnel were found rusty, as the engineers had feared they were.",
        "No ferry will run on Sundays from June on, since nobody takes it but the dog of the captain.",
        "Sheep have returned to the meadow by the river, where they had not been seen for years now.",
    ]
    for number, story in enumerate(stories[:3]):
        write(folder / f"page-{number}.txt", f"{line}\n\n{story}\n\n{line}\n")
    kept.sync(folder)
    write(folder / "page-3.txt", f"{line}\n\n{stories[3]}\n\n{line}\n")
    assert kept.sync(folder).added == ["page-3"]
    reasons = {removed.reason for removed in kept.store.article("page-3").removed}
    assert reasons == {"repeated in other articles"}
    report = ingest(kept.store, kept.encoder, read([folder]), TOKENS)
    assert report.updated == []


# Pages


def feed(site: Site, *paths: str) -> str:
    items = "".join(f"<item><title>{path}</title><link>{site.address}{path}</link></item>" for path in paths)
    body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()
    site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, body)
    return f"{site.address}/feed"


def sitemap(site: Site, path: str = "/sitemap.xml", **stamps: str) -> str:
    entries = "".join(
        f"<url><loc>{site.address}/{name}</loc>{f'<lastmod>{stamp}</lastmod>' if stamp else ''}</url>"
        for name, stamp in stamps.items()
    )
    body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>".encode()
    site.pages[path] = (200, {"Content-Type": "application/xml"}, body)
    return f"{site.address}{path}"


def story(site: Site, name: str, what: str = "met on Friday", **headers: str) -> None:
    text = f"<p>The council of {name} {what}, and many people came to hear what it had to say.</p>"
    site.html(f"/{name}", text, f"The story of {name}", **headers)


def test_a_feed_is_followed_and_its_old_entries_stay(kept: Kept, site: Site) -> None:
    for name in ("a", "b", "c"):
        story(site, name)
    source = feed(site, "/a", "/b#comments")
    told = kept.sync(source, dry_run=True)
    assert (told.kind, told.added, kept.ids) == ("feed", [f"{site.address}/a", f"{site.address}/b"], set())
    assert kept.sync(source).added == ["a", "b"]
    assert site.paths.count("/robots.txt") == 2
    article = kept.store.article("a")
    assert article.fetched == datetime.now(UTC).date().isoformat()
    assert article.url == f"{site.address}/a" and article.title == "The story of a"
    site.asked.clear()
    del site.pages["/a"]
    feed(site, "/b", "/c")
    outcome = kept.sync(source)
    assert (outcome.added, outcome.removed, outcome.unchanged) == (["c"], [], 2)
    assert site.paths == ["/robots.txt", "/feed", "/c"]
    for _ in range(3):
        kept.clock.now += 2 * DAY
        kept.sync(source)
    assert kept.ids == {"a", "b", "c"} and "/a" not in site.paths


def test_pages_are_asked_for_again_after_a_day_with_what_they_were_tagged(kept: Kept, site: Site) -> None:
    story(site, "a", ETag='"1"')
    story(site, "b")
    source = feed(site, "/a", "/b")
    kept.sync(source)
    kept.clock.now += DAY + 1
    site.asked.clear()
    assert kept.sync(source).unchanged == 2
    asked = dict(site.asked)
    assert asked["/a"]["if-none-match"] == '"1"' and "if-none-match" not in asked["/b"]
    story(site, "a", "resigned on Monday", ETag='"2"')
    _, kind, body = site.pages["/b"]  # type: ignore[misc]
    site.pages["/b"] = (200, kind, body.replace(b"</head>", b"<script>var token = 7</script></head>"))
    kept.clock.now += DAY + 1
    loaded = len(kept.encoder.encoded)
    assert kept.sync(source).updated == ["a"]
    assert len(kept.encoder.encoded) == loaded + 1


def test_a_sitemap_is_followed_by_its_dates(kept: Kept, site: Site) -> None:
    for name in ("a", "b"):
        story(site, name)
    source = sitemap(site, a="2025-01-01", b="2025-01-01")
    assert kept.sync(source).kind == "sitemap"
    kept.clock.now += 2 * DAY
    story(site, "a", "resigned")
    story(site, "b", "resigned")
    sitemap(site, a="2025-01-02", b="2025-01-01")
    site.asked.clear()
    assert kept.sync(source).updated == ["a"]
    assert site.paths == ["/robots.txt", "/sitemap.xml", "/a"]


@pytest.mark.slow
def test_a_page_is_gone_when_it_is_not_found_twice(kept: Kept, site: Site) -> None:
    names = [f"p{number}" for number in range(8)]
    for name in names:
        story(site, name)
    source = sitemap(site, **dict.fromkeys(names, ""))
    kept.sync(source)
    del site.pages["/p0"]
    site.pages["/p1"] = (500, {}, b"broken")
    kept.clock.now += DAY + 1
    once = kept.sync(source)
    assert (once.removed, sorted(one.reason for one in once.skipped)) == (
        [],
        ["the server answered 404 (Not Found)", "the server answered 500 (Internal Server Error)"],
    )
    assert kept.sync(source).removed == ["p0"]
    assert kept.ids == {*names} - {"p0"}
    for name in names[1:3]:
        site.pages[f"/{name}"] = (410, {}, b"gone")
    kept.clock.now += DAY + 1
    kept.sync(source)
    held = kept.sync(source)
    assert sorted(held.held_back) == names[1:3] and len(kept.ids) == 7
    assert sorted(kept.sync(source, yes=True).removed) == names[1:3]
    story(site, "p0")
    kept.clock.now += DAY + 1
    assert kept.sync(source).added == ["p0"]


def test_an_index_of_sitemaps_is_followed_and_one_that_fails_takes_nothing_with_it(
    kept: Kept, site: Site
) -> None:
    for name in ("a", "b"):
        story(site, name)
    one, two = sitemap(site, "/1.xml", a=""), sitemap(site, "/2.xml", b="")
    index = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (one, two)).encode()
    space = b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    site.pages["/index.xml"] = (200, {}, space + index + b"</sitemapindex>")
    source = f"{site.address}/index.xml"
    assert sorted(kept.sync(source).added) == ["a", "b"]
    site.pages["/2.xml"] = (500, {}, b"")
    for _ in range(3):
        kept.clock.now += DAY + 1
        outcome = kept.sync(source)
    assert kept.ids == {"a", "b"} and outcome.skipped[0].location == two


@pytest.mark.parametrize("answer", [(404, {}, b""), (200, {}, b"We are moving house."), (503, {}, b"")])
def test_a_list_that_is_not_there_takes_nothing_with_it(kept: Kept, site: Site, answer: object) -> None:
    story(site, "a")
    source = feed(site, "/a")
    kept.sync(source)
    site.pages["/feed"] = answer
    for _ in range(3):
        kept.clock.now += DAY + 1
        outcome = kept.sync(source, yes=True)
        assert outcome.failed and not outcome.removed
    assert kept.ids == {"a"}
    feed(site, "/a")
    assert not kept.sync(source).failed


def test_a_page_by_itself_is_followed(kept: Kept, site: Site) -> None:
    story(site, "a", ETag='"1"')
    source = f"{site.address}/a"
    assert (kept.sync(source).kind, kept.ids) == ("page", {"a"})
    assert kept.sync(f"{source}?utm_source=mail#top").unchanged == 1
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    story(site, "a", "resigned")
    assert kept.sync(source).updated == ["a"]
    del site.pages["/a"]
    assert kept.sync(source).removed == []
    assert kept.sync(source).removed == ["a"]
    assert kept.sync(f"{site.address}/never").failed == "the server answered 404 (Not Found)"


def test_a_page_that_was_ingested_by_hand_is_not_removed_with_a_list(kept: Kept, site: Site) -> None:
    for name in ("a", "b"):
        story(site, name)
    ingest(kept.store, kept.encoder, read([f"{site.address}/a"], OWN), TOKENS)
    source = sitemap(site, a="", b="")
    assert kept.sync(source).added == ["b"]
    site.pages.pop("/a")
    for _ in range(3):
        kept.clock.now += DAY + 1
        kept.sync(source, yes=True)
    assert kept.ids == {"a", "b"}


def test_a_host_that_wants_rest_gets_it_and_the_next_sync_goes_on(kept: Kept, site: Site) -> None:
    for name in ("a", "b", "c", "d"):
        story(site, name)
    good = site.pages["/b"]
    site.pages["/b"] = (429, {"Retry-After": "3600"}, b"")
    source = feed(site, "/a", "/b", "/c", "/d")
    outcome = kept.sync(source)
    assert (outcome.added, outcome.later, len(outcome.skipped)) == (["a"], 2, 1)
    assert site.paths == ["/robots.txt", "/feed", "/a", "/b"]
    site.pages["/b"] = good
    assert kept.sync(source).added == ["b", "c", "d"]


def test_robots_and_a_list_that_has_not_changed(kept: Kept, site: Site) -> None:
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /a\n")
    for name in ("a", "b"):
        story(site, name)
    source = feed(site, "/a", "/b")
    status, headers, body = site.pages["/feed"]  # type: ignore[misc]
    site.pages["/feed"] = (status, {**headers, "ETag": '"f"'}, body)
    outcome = kept.sync(source)
    assert outcome.added == ["b"] and "robots.txt" in outcome.skipped[0].reason
    site.asked.clear()
    again = kept.sync(source)
    assert (again.unchanged, again.skipped_before, again.kind) == (1, 1, "feed")
    assert site.paths == ["/robots.txt", "/feed"] and "/a" not in site.paths


KILLED = """
import os, signal, sys
from index.ingest import batches, preparation
batches.ARTICLES = preparation.WINDOW = 1
from pathlib import Path
from corpus.formats.document import Options
from corpus.web.addresses import Reach
from corpus.web.client import Client
from corpus.web.polite import Polite
from index.folder.collection import Collection
from index.sync import pages
from index.sync.pages import Web
from index.sync.sync import Way, sync
from tests.fakes import HashEncoder
from tests.website import Clock

# In this process: another test reads in another one.
pages.read_files = lambda files, options: (one for file in files for one in file.articles(options))
folder, source, passages = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

class Dying(HashEncoder):
    def encode_passages(self, texts):
        for vector in super().encode_passages(texts):
            if len(self.encoded) == passages:
                os.kill(os.getpid(), signal.SIGKILL)
            yield vector

own, clock = ("127.0.0.1",), Clock()
polite = Polite(Client(Reach(frozenset(own))), clock, clock.sleep)
sync(Collection.create(folder), Dying, [source], Way(40, Options(private_hosts=own)), web=Web(polite))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a signal ends the process as on POSIX")
def test_a_killed_sync_goes_on_where_it_was(tmp_path: Path, site: Site) -> None:
    names = [f"p{number:02}" for number in range(BATCH + 5)]
    for name in names:
        story(site, name)
    source = sitemap(site, **dict.fromkeys(names, "2025-01-01"))
    status, headers, body = site.pages["/sitemap.xml"]  # type: ignore[misc]
    site.pages["/sitemap.xml"] = (status, {**headers, "ETag": '"s"'}, body)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "collection"), source, str(BATCH + 3)]
    killed = subprocess.run(command, cwd=Path(__file__).parent.parent, check=False)
    assert killed.returncode == -9
    kept = Kept(Collection.create(tmp_path / "collection"))
    assert len(kept.ids) == BATCH + 2 and verify(kept.store) == []  # two of them in the middle of a batch
    site.asked.clear()
    outcome = kept.sync(source)
    assert (len(outcome.added), outcome.unchanged) == (3, BATCH + 2)
    assert sorted(path for path in site.paths if path.startswith("/p")) == [f"/{name}" for name in names[-5:]]
    assert (len(kept.encoder.encoded), verify(kept.store)) == (3, [])
    assert kept.journal() == [("added", name) for name in names]
    memory = Memory.open(kept.store.folder)
    assert {one.source for one in journal.entries(memory)} == {source}
    assert not any(page.by_hand for page in memory.pages(source).values())  # or none would ever be removed
    memory.close()
    assert kept.sync(source).unchanged == len(names)
    kept.store.close()


# What is remembered


@pytest.mark.parametrize("kind", KINDS)
def test_sources_and_the_journal_are_of_either_store(
    kind: str, tmp_path: Path, folder: Path, monkeypatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    store = create_store(place(kind, tmp_path))
    kept = Kept(store)
    site = "https://news.example/feed"
    assert remember(store, [named(str(folder)), site]) == [str(folder), site]
    assert remember(store, [site]) == []
    assert remembered(store) == [str(folder), site]
    assert len(kept.sync(folder).added) == 12
    (folder / "town-0.txt").unlink()
    assert kept.sync(folder).removed == ["town-0"]
    memory = Memory.open(store.folder)
    last = journal.entries(memory)[-1]
    assert (last.what, last.article_id, last.source, last.after) == ("gone", "town-0", str(folder), None)
    memory.close()
    remove(store, site)
    with pytest.raises(CuttingsError, match="is no source of this collection"):
        remove(store, site)
    store.close()


def test_the_journal_misses_nothing_and_forgets_the_oldest(
    kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal.journalled(kept.store):
        ingest(kept.store, kept.encoder, read([folder]), TOKENS)
    assert len(kept.journal()) == 12
    kept.sync(folder)
    with kept.store.change() as change:  # by somebody who writes no journal
        change.remove("town-0")
    write(folder / "town-1.txt", "The council of town 1 resigned.", 5)
    kept.sync(folder)
    assert kept.journal()[12:] == [("gone", "town-0"), ("changed", "town-1")]
    monkeypatch.setattr(journal, "LONGEST", 3)
    write(folder / "town-2.txt", "The council of town 2 resigned.", 5)
    kept.sync(folder)
    assert kept.journal() == [("gone", "town-0"), ("changed", "town-1"), ("changed", "town-2")]
    memory = Memory.open(kept.store.folder)
    last = journal.entries(memory)[-1]
    assert last.before != last.after and journal.entries(memory, "9999") == []
    memory.close()
