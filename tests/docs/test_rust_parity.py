"""The page on Rust's own tests names each assertion once, and only tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "rust-parity.md"
RUNTIME = ROOT / "tests" / "runtime"
ASSERTIONS = 272
ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<rest>.*) \|$", re.MULTILINE)
TEST = re.compile(r"`(?P<file>test_\w+\.py)::(?P<name>test_\w+)`")


@cache
def functions_of(file: str) -> frozenset[str]:
    """Give the names of the functions of a file of tests."""
    tree = ast.parse((RUNTIME / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def rows() -> list[tuple[int, list[str]]]:
    """Give the number and the cells of every row."""
    return [(int(row["number"]), re.split(r"(?<!\\) \| ", row["rest"])) for row in ROW.finditer(PAGE.read_text())]


def test_every_assertion_has_one_row_of_four_cells() -> None:
    """From the first number to the last, in order."""
    assert [number for number, _ in rows()] == list(range(1, ASSERTIONS + 1))
    assert {len(cells) for _, cells in rows()} == {3}


def test_what_has_a_counterpart_is_tested_and_what_has_none_says_why() -> None:
    """A row names a test, or its counterpart is `none` and there is a reason."""
    for number, (_, counterpart, last) in rows():
        assert bool(TEST.search(last)) == (counterpart != "none"), number
        assert len(last) > 10, number


def test_the_figures_of_the_page_are_its_rows() -> None:
    """How many have a counterpart, and how many have none."""
    without = sum(cells[1] == "none" for _, cells in rows())
    assert f"{ASSERTIONS - without} have a counterpart" in PAGE.read_text()
    assert f"{without} have none" in PAGE.read_text()


def test_every_test_that_is_named_exists() -> None:
    """As a function of that file."""
    for match in TEST.finditer(PAGE.read_text()):
        assert match["name"] in functions_of(match["file"]), match[0]
