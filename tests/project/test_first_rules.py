"""`owned examples`: each of the first rules is reported by mypy and raised at run time; the mended program works."""

import contextlib
import io

import pytest

from owned import cli, examples


@pytest.fixture(scope="module")
def output() -> str:
    """Run the command once, with all programs."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = cli.main(["examples"])
    assert status == 0, printed.getvalue()
    return printed.getvalue()


def test_every_program_is_listed() -> None:
    """The order names each program of the folder, and nothing else."""
    found = {path.stem for path in examples.FOLDER.glob("*.py")} - {"__init__"}
    assert set(examples.NAMES) == found


@pytest.mark.parametrize("name", examples.NAMES)
def test_a_rule_is_shown_from_both_sides(name: str, output: str) -> None:
    """The static message, the run-time message and the mended program with its output are there, in this order."""
    example = examples.read(name)
    _, _, rest = output.partition(f"== {name}: {example.title}")
    shown = rest.partition("\n== ")[0]
    static = shown.index(f"{name}.py:{example.line}: error: ")
    assert f"({example.code})  [{example.slug}]" in shown[static:]
    at_run_time = shown.index("At run time:")
    assert static < at_run_time < shown.index("Right:") < shown.index("which prints:")
    assert f"({example.code})" in shown[at_run_time : shown.index("Right:")]
    assert shown.partition("which prints:")[2].strip()


def test_the_loop_of_owners_leaves_nothing(output: str) -> None:
    """100,000 owners are created, and as many dropped."""
    assert "100,000 created, 100,000 dropped, 0 more alive" in output


def test_the_list_and_a_wrong_name(capsys: pytest.CaptureFixture[str]) -> None:
    """`--list` only lists; a name that is none is refused with those that are."""
    assert cli.main(["examples", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(examples.NAMES)
    assert cli.main(["examples", "nothing"]) == 1
    assert "second_name" in capsys.readouterr().err


def test_a_promise_that_is_not_kept_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program whose mistake is not reported as marked fails the command."""
    monkeypatch.setattr(examples, "static_reports", lambda folder: {"box": ["box.py:1: error: something else"]})
    assert examples.run(["box"]) == 1
    assert "mypy did not report E0382 alone" in capsys.readouterr().out
