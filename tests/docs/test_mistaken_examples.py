"""`examples/text_parser_mistakes.py`: the checker reports both mistakes, at their lines; the run time stops them."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

MISTAKES = Path(__file__).resolve().parents[2] / "examples" / "text_parser_mistakes.py"


def test_both_mistakes_are_reported(tmp_path: Path) -> None:
    """mypy has an error at the slice that outlives its text and one at the change while a slice is used; no others."""
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\nplugins = owned_mypy\n")
    (tmp_path / "program.py").write_text(MISTAKES.read_text())
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    lines = MISTAKES.read_text().splitlines()
    errors = []
    for line in done.stdout.splitlines():
        if ": error: " in line:
            number = int(line.split(":")[1])
            errors.append((lines[number - 1].strip(), line.rpartition("[")[2].rstrip("]")))
    assert errors == [
        ("token = first_token(line.as_str())", "borrow-outlives-owner"),
        ('line.push_str(" and more")', "borrow-conflict"),
    ], done.stdout + done.stderr


@pytest.mark.parametrize("number", [0, 1])
def test_each_mistake_is_stopped(number: int) -> None:
    """The mistaken function raises what is said of it, the correct one beside it does not."""
    mistake, expected, correct = runpy.run_path(str(MISTAKES))["MISTAKES"][number]
    with pytest.raises(expected) as caught:
        mistake("alpha beta")
    assert [site.kind for site in caught.value.sites] == ["created", "borrowed", "used"]
    assert correct("alpha beta")
