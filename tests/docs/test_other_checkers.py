"""Other type checkers have no plugins: they must find nothing wrong with correct programs that use `owned`."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("checker", "arguments"), [("pyright", ["examples"]), ("ty", ["check", "--python", sys.prefix, "examples"])]
)
def test_examples_are_clean_under(checker: str, arguments: list[str]) -> None:
    """The examples have no errors for a checker that sees plain annotations only."""
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed: nox -s other_checkers installs it")
    done = subprocess.run(
        [sys.executable, "-m", checker, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
