"""Every default once, every one documented, and a wrong one refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.settings import FILE, RANGES, Settings, changed, store_thresholds, values
from corpus.errors import CuttingsError
from index.fusion import Fusion

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"


def load(folder: Path, text: str) -> Settings:
    (folder / FILE).write_text(text, encoding="utf-8")
    return Settings.load(folder)


def refused(folder: Path, text: str, *words: str) -> None:
    with pytest.raises(CuttingsError) as error:
        load(folder, text)
    message = str(error.value)
    assert "\n" not in message
    for word in (FILE, *words):
        assert word in message


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert Settings.load(tmp_path) == Settings()
    assert Settings.load(tmp_path / "nowhere") == Settings()
    assert load(tmp_path, "") == Settings()


def test_what_the_file_says_holds_and_the_rest_stays(tmp_path: Path) -> None:
    given = load(tmp_path, 'model = "my/model"\nthreshold = 0.5  # surer\ncitations = 3\n')
    assert given == Settings(model="my/model", threshold=0.5, citations=3)


def test_every_setting_can_be_set_to_its_default(tmp_path: Path) -> None:
    lines = [f"{key} = {value!r}" for key, value in values(Settings()).items()]
    assert load(tmp_path, "\n".join(lines)) == Settings()


def test_a_whole_number_will_do_where_a_fraction_can_stand(tmp_path: Path) -> None:
    threshold = load(tmp_path, "threshold = 1\nsure_threshold = 1").threshold
    assert threshold == 1.0
    assert type(threshold) is float


def test_an_unknown_setting_is_refused_by_name(tmp_path: Path) -> None:
    refused(tmp_path, "treshold = 0.5", "unknown setting 'treshold'", "threshold")
    refused(tmp_path, "[search]\nk = 3", "unknown setting 'search'")


@pytest.mark.parametrize("text", ["fusion.depth = 10", "[fusion]\ndepth = 10", "fusion = {depth = 10}"])
def test_a_setting_of_a_table_is_set_by_its_dotted_name_or_in_the_table(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Settings(fusion=Fusion(depth=10))
    assert load(tmp_path, "[fusion]") == Settings()


def test_what_is_wrong_in_a_table_is_refused_by_its_dotted_name(tmp_path: Path) -> None:
    refused(tmp_path, "[fusion]\nc = 3", "unknown setting 'fusion.c'", "fusion.dense, fusion.depth")
    refused(tmp_path, "fusion.depth = 0", "fusion.depth = 0 is not between 1 and 1000")
    refused(tmp_path, "fusion = 60", "unknown setting 'fusion'")
    refused(tmp_path, '"fusion.depth" = 60', "unknown setting")
    refused(tmp_path, "[model]\nname = 'x'", "model", "not of type str")


def test_settings_are_changed_by_name_and_the_rest_stays() -> None:
    given = changed(Settings(citations=2), {"fusion.dense": 1, "threshold": 0, "sure_threshold": 1}, "here")
    assert given == Settings(citations=2, threshold=0.0, sure_threshold=1.0, fusion=Fusion(dense=1.0))
    assert values(given)["fusion.dense"] == 1.0 and values(given)["fusion.depth"] == Fusion().depth
    with pytest.raises(CuttingsError, match=r"^here: citations = 0 is not between 1 and 20"):
        changed(Settings(), {"citations": 0}, "here")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("citations = 5.0", "int"),
        ("citations = true", "int"),
        ('threshold = "0.5"', "float"),
        ("threshold = true", "float"),
        ("model = 3", "str"),
        ("passages_read = [10]", "int"),
        ("question_characters = 2024-03-05", "int"),
    ],
)
def test_another_type_is_refused(tmp_path: Path, line: str, kind: str) -> None:
    refused(tmp_path, line, line.split(" =")[0], f"not of type {kind}")


@pytest.mark.parametrize("key", RANGES)
def test_the_ends_of_a_range_are_in_it_and_what_lies_beyond_is_not(tmp_path: Path, key: str) -> None:
    low, high = RANGES[key]
    # The one threshold is not to be below the other.
    other = {"threshold": "sure_threshold = 1", "sure_threshold": "threshold = 0"}.get(key, "")
    assert low <= values(Settings())[key] <= high
    for value in (low, high):
        assert values(load(tmp_path, f"{other}\n{key} = {value}"))[key] == value
    step = 0.01 if isinstance(low, float) else 1
    for value in (low - step, high + step):
        refused(tmp_path, f"{key} = {value}", key, f"not between {low} and {high}")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_threshold_is_a_number(tmp_path: Path, value: str) -> None:
    refused(tmp_path, f"threshold = {value}", "threshold", value)


def test_every_number_has_a_range() -> None:
    numbers = {key for key, value in values(Settings()).items() if not isinstance(value, str)}
    assert set(RANGES) == numbers


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    refused(tmp_path, "threshold: 0.5", "cannot read", "line 1")
    (tmp_path / FILE).write_bytes(b"model = '\xff'")
    with pytest.raises(CuttingsError, match="cannot read"):
        Settings.load(tmp_path)


BY_HAND = """# mine
citations = 3   # few
  threshold = 0.5# rather silent

sure_threshold = 0.75
passages_read = 10
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_threshold_is_stored_and_nothing_else_of_the_file_is_touched(tmp_path: Path, end: str) -> None:
    text = BY_HAND.replace("\n", end).encode()
    (tmp_path / FILE).write_bytes(text)
    assert store_thresholds(tmp_path, 0.378, 0.7) == tmp_path / FILE
    assert (tmp_path / FILE).read_bytes() == text.replace(b"0.5", b"0.378").replace(b"0.75", b"0.7")
    assert Settings.load(tmp_path) == Settings(
        citations=3, passages_read=10, threshold=0.378, sure_threshold=0.7
    )


@pytest.mark.parametrize("text", [None, "", "citations = 3", "citations = 3\n", "# threshold = 0.5\n"])
def test_a_threshold_that_was_not_set_is_added(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text)
    before = Settings.load(tmp_path)
    store_thresholds(tmp_path, 1.0, 1.0)
    store_thresholds(tmp_path, 0.25, 0.5)
    assert Settings.load(tmp_path) == replace(before, threshold=0.25, sure_threshold=0.5)
    kept = (tmp_path / FILE).read_text().removesuffix("threshold = 0.25\nsure_threshold = 0.5\n")
    assert kept.rstrip("\n") == (text or "").rstrip("\n")
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_threshold_goes_before_the_first_table(tmp_path: Path) -> None:
    text = "citations = 3\n\n  [fusion]\ndepth = 10\n"
    (tmp_path / FILE).write_text(text)
    store_thresholds(tmp_path, 0.25, 0.5)
    assert Settings.load(tmp_path) == Settings(
        citations=3, threshold=0.25, sure_threshold=0.5, fusion=Fusion(depth=10)
    )
    assert (tmp_path / FILE).read_text().replace("threshold = 0.25\nsure_threshold = 0.5\n", "") == text


@pytest.mark.parametrize(
    "text",
    ['"threshold" = 0.5\n', 'model = """\nthreshold = 0.5\n"""\n', "threshold = \n", b"# \xff\n"],
)
def test_a_file_that_cannot_be_changed_with_certainty_is_left(tmp_path: Path, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    (tmp_path / FILE).write_bytes(content)
    by_hand = r"write `threshold = 0.25` and `sure_threshold = 0.5` into it yourself"
    with pytest.raises(CuttingsError, match=by_hand):
        store_thresholds(tmp_path, 0.25, 0.5)
    assert (tmp_path / FILE).read_bytes() == content


def test_the_upper_threshold_is_not_below_the_lower_one(tmp_path: Path) -> None:
    wrong = "threshold = 0.5\nsure_threshold = 0.4\n"
    refused(tmp_path, wrong, "sure_threshold = 0.4 is below threshold = 0.5")
    only = load(tmp_path, "threshold = 0.9\n")  # then whatever is not below it is stated
    assert only.threshold == 0.9 > only.sure_threshold
    given = load(tmp_path, "sure_threshold = 0.9\nthreshold = 0.9\n")
    assert (given.threshold, given.sure_threshold) == (0.9, 0.9)


def test_a_threshold_behind_a_link_is_stored_there(tmp_path: Path) -> None:
    folder = tmp_path / "collection"
    folder.mkdir()
    (tmp_path / "mine.toml").write_text(BY_HAND)
    (folder / FILE).symlink_to(tmp_path / "mine.toml")
    store_thresholds(folder, 0.25, 0.5)
    assert (folder / FILE).is_symlink() and Settings.load(folder).threshold == 0.25


def test_no_right_to_store_a_threshold(tmp_path: Path) -> None:
    (tmp_path / "settings.toml.new").mkdir()  # stands in the way of root too
    with pytest.raises(CuttingsError, match=r"cannot write .*settings.toml: .*`threshold = 0.25`"):
        store_thresholds(tmp_path, 0.25, 0.5)
    assert not (tmp_path / FILE).exists()


def test_every_setting_is_documented_with_its_default_and_range() -> None:
    rows = [line.split("|") for line in DOCUMENT.read_text(encoding="utf-8").splitlines()]
    table = {row[1].strip(" `"): row for row in rows if len(row) > 4 and row[1].strip().startswith("`")}
    assert list(table) == list(values(Settings()))
    for key, value in values(Settings()).items():
        default = f'"{value}"' if isinstance(value, str) else str(value)
        assert table[key][2].strip() == f"`{default}`"
    for key, (low, high) in RANGES.items():
        assert f"{low} to {high}" in table[key][3]


def test_the_file_is_named_in_the_document() -> None:
    assert f"`{FILE}`" in DOCUMENT.read_text(encoding="utf-8")
