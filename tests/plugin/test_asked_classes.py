"""What is remembered of the classes that were asked about lies in a file beside mypy's cache."""

import os
from pathlib import Path

import pytest
from mypy.options import Options

from owned_mypy.asked_classes import AskedClasses, stamp_of

FOUND = {"changing": ["put"]}


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """Give options with a cache of the test's own."""
    options = Options()
    options.cache_dir = str(tmp_path / "cache")
    return options


def files(options: Options) -> list[Path]:
    """Give the files that are beside the cache."""
    return sorted(Path(options.cache_dir).rglob("*.jsonl"))


def test_the_next_run_knows_the_classes(options: Options) -> None:
    """And what was read of them, as long as the file that they stand in is the same."""
    first = AskedClasses(options)
    assert not first
    first.add("m.A", [1, 2], FOUND)
    second = AskedClasses(options)
    assert second
    assert "m.A" in second
    assert "m.B" not in second
    assert second.description("m.A", [1, 2]) == FOUND
    assert second.description("m.A", [1, 3]) is None
    assert second.description("m.A", None) is None


def test_the_last_word_counts(options: Options) -> None:
    """A class that was read again replaces what was known; the same again writes nothing."""
    asked = AskedClasses(options)
    asked.add("m.A", [1, 2], {})
    asked.add("m.A", [3, 4], FOUND)
    size = files(options)[0].stat().st_size
    asked.add("m.A", [3, 4], FOUND)
    assert files(options)[0].stat().st_size == size
    assert AskedClasses(options).description("m.A", [3, 4]) == FOUND


def test_lines_that_were_cut_off_are_passed_over(options: Options) -> None:
    """A worker was killed while it wrote."""
    AskedClasses(options).add("m.A", [1, 2], FOUND)
    with files(options)[0].open("a") as file:
        file.write('["m.B", [1,')
    AskedClasses(options).add("m.C", [1, 2], FOUND)
    found = AskedClasses(options)
    assert [name in found for name in ("m.A", "m.B", "m.C")] == [True, False, True]


def test_what_another_version_has_left_is_removed(options: Options) -> None:
    """With its plugin, mypy drops the whole cache."""
    AskedClasses(options).add("m.A", [1, 2], FOUND)
    [file] = files(options)
    file.rename(file.with_name("owned_mypy.of.old.jsonl"))
    asked = AskedClasses(options)
    assert not asked
    asked.add("m.B", [1, 2], FOUND)
    assert files(options) == [file]


def test_without_a_cache_nothing_is_written(options: Options) -> None:
    """Within the run, the classes are known."""
    options.cache_dir = os.devnull
    asked = AskedClasses(options)
    asked.add("m.A", [1, 2], FOUND)
    assert "m.A" in asked


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    """A file that is gone has none."""
    path = tmp_path / "m.py"
    path.write_text("a")
    before = stamp_of(str(path))
    path.write_text("ab")
    assert before is not None
    assert stamp_of(str(path)) != before
    assert stamp_of(str(tmp_path / "gone.py")) is None
