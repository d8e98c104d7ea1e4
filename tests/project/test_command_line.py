"""The command `owned`: its help, its version, the pages of the rules, and the demo."""

import subprocess
import sys
from pathlib import Path

import pytest

from owned import cli, demo, explain

RULES = [page.slug for page in explain.pages()]


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run `python -m owned` somewhere outside the checkout."""
    command = [sys.executable, "-m", "owned", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_without_a_command_it_prints_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names the commands."""
    assert cli.main([]) == 0
    assert "demo" in capsys.readouterr().out


def test_it_knows_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`owned --version` names the distribution."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("owned-py ")


@pytest.mark.parametrize("question", [*RULES, "E0382", "e0502", "must_use"])
def test_a_rule_is_explained_by_slug_and_by_code(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page of a rule is found by its slug and by each of Rust's codes."""
    assert cli.main(["explain", question]) == 0
    assert "## Ways out" in capsys.readouterr().out


def test_without_a_rule_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`owned explain` lists every rule that has a page."""
    assert cli.main(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == RULES


def test_an_unknown_rule_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    """The answer names the way to the list; the exit status is 1."""
    assert cli.main(["explain", "E9999"]) == 1
    assert "owned explain" in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_error() -> None:
    """`owned explain borrow-conflict | head -1` ends quietly."""
    command = [sys.executable, "-m", "owned", "explain"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, complaints = process.communicate()
    assert (process.returncode, complaints) == (0, b"")


def test_the_demo_shows_both_halves(tmp_path: Path) -> None:
    """`python -m owned demo` ends with 0, and shows the errors of the run time and of mypy."""
    result = run("demo", folder=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "UseAfterMoveError" in result.stdout
    assert "BorrowError" in result.stdout
    assert "mistakes.py:17: error:" in result.stdout
    assert "(E0382)  [use-after-move]" in result.stdout
    assert result.stdout.rstrip().endswith("all of it as promised.")
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_demo_fails_when_an_expected_error_does_not_come(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A promise that is not kept is named, and the exit status is 1."""
    monkeypatch.setattr(demo, "EXPECTED", {"use_after_move": "borrow-conflict"})
    monkeypatch.setattr(demo, "check_mistakes", lambda folder: [])
    assert demo.run() == 1
    assert "use_after_move raised use-after-move, not borrow-conflict" in capsys.readouterr().out
