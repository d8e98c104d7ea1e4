"""How users switch the plugin on, and single rules off."""

import pytest

from .conftest import Project

PROGRAM = """
from owned import Owned, drop
def f(t: Owned[int]) -> None:
    drop(t)
    drop(t)
"""
ERROR = 'program.py:5: error: use of moved value: "t" (E0382)  [use-after-move]'


@pytest.fixture
def program(project: Project) -> Project:
    """Give a project with one use after a move, and no settings."""
    (project.folder / "mypy.ini").unlink()
    project.write("program.py", PROGRAM)
    return project


def errors(lines: list[str]) -> list[str]:
    """Leave the notes out."""
    return [line for line in lines if ": error: " in line]


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("mypy.ini", "[mypy]\nplugins = owned_mypy\n"),
        ("setup.cfg", "[mypy]\nplugins = owned_mypy\n"),
        ("pyproject.toml", '[tool.mypy]\nplugins = ["owned_mypy"]\n'),
    ],
)
def test_one_line_switches_it_on(program: Project, file: str, settings: str) -> None:
    """In each of the files in which mypy looks for its settings."""
    program.write(file, settings)
    assert errors(program.mypy()) == [ERROR]


def test_without_the_plugin_nothing_is_reported(program: Project) -> None:
    """The types alone do not know about moves."""
    assert program.mypy() == []


@pytest.mark.parametrize("code", ["use-after-move", "owned"])
def test_a_rule_is_ignored_on_a_line(program: Project, code: str) -> None:
    """By its own name or by that of all rules, with its notes."""
    program.write("mypy.ini", "[mypy]\nplugins = owned_mypy\n")
    program.write("program.py", PROGRAM[:-1] + f"  # type: ignore[{code}]\n")
    assert program.mypy() == []


def test_an_ignore_comment_is_known_to_be_used(program: Project) -> None:
    """The pass runs before mypy counts them."""
    program.write("mypy.ini", "[mypy]\nplugins = owned_mypy\nwarn_unused_ignores = True\n")
    program.write("program.py", PROGRAM[:-1] + "  # type: ignore[use-after-move]\n")
    assert program.mypy() == []


def test_an_ignore_comment_that_ignores_nothing_is_reported(program: Project) -> None:
    """As for mypy's own codes."""
    program.write("mypy.ini", "[mypy]\nplugins = owned_mypy\nwarn_unused_ignores = True\n")
    program.write("program.py", PROGRAM.replace("    drop(t)\n", "    drop(t)  # type: ignore[use-after-move]\n", 1))
    assert errors(program.mypy()) == ['program.py:4: error: Unused "type: ignore" comment  [unused-ignore]', ERROR]


@pytest.mark.parametrize("code", ["use-after-move", "owned"])
@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("mypy.ini", "[mypy]\nplugins = owned_mypy\ndisable_error_code = {}\n"),
        ("mypy.ini", "[mypy]\nplugins = owned_mypy\n[mypy-program]\ndisable_error_code = {}\n"),
        ("pyproject.toml", '[tool.mypy]\nplugins = ["owned_mypy"]\ndisable_error_code = ["{}"]\n'),
    ],
)
def test_rules_are_switched_off(program: Project, file: str, settings: str, code: str) -> None:
    """One rule or all of them, everywhere or in one module."""
    program.write(file, settings.format(code))
    assert program.mypy() == []


def test_an_ignore_comment_on_any_line_of_an_expression(program: Project) -> None:
    """As for mypy's own errors in calls over several lines."""
    program.write("mypy.ini", "[mypy]\nplugins = owned_mypy\n")
    program.write("program.py", PROGRAM.replace("    drop(t)\n    drop(t)", "    drop(t)\n    drop(\n        t\n    )"))
    assert [line.split(":")[1] for line in errors(program.mypy())] == ["6"]
    program.write(
        "program.py",
        PROGRAM.replace(
            "    drop(t)\n    drop(t)", "    drop(t)\n    drop(\n        t  # type: ignore[use-after-move]\n    )"
        ),
    )
    assert program.mypy() == []


def test_the_version_follows_every_file_of_the_plugin() -> None:
    """mypy forgets its cache when it changes."""
    import owned_mypy
    from owned_mypy.digest import version

    assert owned_mypy.__version__ == version()
    assert len(version().partition("+")[2]) == 16
    with pytest.raises(AttributeError):
        owned_mypy.no_such_name
