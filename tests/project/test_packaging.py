"""What is in the wheel, and what the project file promises."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from owned import explain
from owned.codes import RULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build the wheel once; give the names of the files in it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = folder.glob("owned_py-*.whl")
    return zipfile.ZipFile(built).namelist()


def test_the_wheel_holds_both_packages_and_nothing_else(wheel: list[str]) -> None:
    """Two packages at the top, each with its `py.typed`; no tests, no benchmarks."""
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"owned", "owned_mypy"}
    assert {"owned/py.typed", "owned_mypy/py.typed"} <= set(wheel)


def test_the_wheel_holds_every_module_and_every_page(wheel: list[str]) -> None:
    """Nothing that the packages need is left behind."""
    modules = {f"owned/{path.name}" for path in (ROOT / "owned").glob("*.py")}
    modules |= {f"owned_mypy/{path.name}" for path in (ROOT / "mypy_plugin" / "owned_mypy").glob("*.py")}
    modules |= {f"owned/first_rules/{path.name}" for path in (ROOT / "owned" / "first_rules").glob("*.py")}
    pages = {f"owned/pages/{path.name}" for path in (ROOT / "docs" / "errors").glob("*.md")}
    assert modules | pages <= set(wheel)


def test_importing_the_runtime_imports_no_mypy() -> None:
    """`import owned` costs no import of mypy, nor of the command line."""
    program = (
        "import sys, owned; print([m for m in sys.modules if m.split('.')[0] in ('mypy', 'owned_mypy', 'argparse')])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stdout + result.stderr


def test_ci_and_the_contributors_page_use_the_commands_of_the_readme() -> None:
    """The set-up is written in one place, and the everyday commands begin with it."""
    first, second = re.findall(r"^\$ (.+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert first.endswith("owned demo")
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    assert f"`{first}`" in contributing
    assert f"`{second}`" in contributing
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


def test_every_rule_has_a_page() -> None:
    """Every rule of the catalogue, plain misuse of the library aside, has a page; a page names no other codes."""
    pages = {page.slug: set(page.codes) for page in explain.pages()}
    assert set(pages) == set(RULES) - {"misuse"}
    for slug, codes in pages.items():
        assert codes - {"", "must_move", "must_use"} <= set(RULES[slug].codes)
