"""Every Python block of every page is checked by mypy with the plugin, and run, and does what its comments say."""

import gc
import re
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from owned import OwnershipError
from tests.docs.blocks import Block, blocks_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [pytest.param(block, id=block.name) for page in PAGES for block in blocks_of(page)]
ERRORS = ROOT / "docs" / "errors"

CONFIGURATION = "[mypy]\nstrict = True\nplugins = owned_mypy\n"
REPORT = re.compile(r"^(?P<file>\w+)\.py:(?P<line>\d+): error: (?P<text>.*?)  \[(?P<slug>[\w-]+)\]$")
CODE = re.compile(r"\((?P<code>E\d{4}|must_\w+)\)$")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[int, str, str]]]:
    """Check all blocks in one run of mypy; give line, slug and code of every error, by the block's name."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "mypy.ini").write_text(CONFIGURATION)
    found: dict[str, set[tuple[int, str, str]]] = {}
    for page in PAGES:
        for block in blocks_of(page):
            (folder / f"{block.name}.py").write_text(block.program)
            found[block.name] = set()
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-incremental", "."]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    for line in result.stdout.splitlines():
        if match := REPORT.match(line):
            code = CODE.search(match["text"])
            found[match["file"]].add((int(match["line"]), match["slug"], code["code"] if code else match["text"]))
    return found


@pytest.mark.parametrize("block", BLOCKS)
def test_the_checker_reports_what_the_page_says(block: Block, reports: dict[str, set[tuple[int, str, str]]]) -> None:
    """The errors of a block are its `# E:` comments, no more and no less."""
    if "run-only" in block.words:
        pytest.skip("a program for the run time alone")
    assert reports[block.name] == block.reported()


@pytest.mark.parametrize("block", BLOCKS)
def test_the_run_time_raises_what_the_page_says(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block with a marker raises that rule when it runs; one without runs to its end."""
    if "static-only" in block.words:
        pytest.skip("a program for the checker alone")
    monkeypatch.chdir(tmp_path)
    program = tmp_path / f"{block.name}.py"
    program.write_text(block.program)
    expected = block.raised()
    with warnings.catch_warnings():  # What other tests left to the collector is not to be found by this block.
        warnings.simplefilter("ignore")
        gc.collect()
    if not expected:
        runpy.run_path(str(program))
        return
    with pytest.raises(OwnershipError) as caught:
        runpy.run_path(str(program))
    assert (caught.value.rule, caught.value.code) in expected


def test_every_page_begins_with_its_smallest_failing_program() -> None:
    """The first block of an error page fails with the rule that the page is named after, the others are ways out."""
    for page in sorted(ERRORS.glob("*.md")):
        first, *others = blocks_of(page)
        assert {slug for _, _, slug, _ in first.markers()} == {page.stem}
        assert len(others) >= 2, f"{page.name} shows fewer than two ways out"
        assert not any(block.markers() for block in others), f"{page.name}: a way out has a marker"
