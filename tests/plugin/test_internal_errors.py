"""A mistake of the plugin's own never takes mypy down, and costs one function its check."""

from .conftest import Project

PLUGIN = """
from mypy.nodes import FuncDef

import owned_mypy
from owned_mypy import module_pass

check = module_pass.check_function

def fails_for_one(node, types):
    if isinstance(node, FuncDef) and node.name == "unlucky":
        raise ZeroDivisionError("three\\nlines\\nlong")
    return check(node, types)

module_pass.check_function = fails_for_one

def plugin(version):
    return owned_mypy.plugin(version)
"""

PROGRAM = """
from owned import Owned, drop

def unlucky(t: Owned[int]) -> None:
    drop(t)
    drop(t)

def checked(t: Owned[int]) -> None:
    drop(t)
    drop(t)
"""


def test_one_note_names_the_function_and_the_rest_is_checked(project: Project) -> None:
    """The note asks to report it; mypy's exit status is that of the other errors."""
    project.write("mypy.ini", "[mypy]\nplugins = plugin_that_fails.py\n")
    project.write("plugin_that_fails.py", PLUGIN)
    project.write("program.py", PROGRAM)
    run = project.run("mypy", "program.py")
    lines = project.lines(run)
    internal = [line for line in lines if "internal error" in line]
    assert len(internal) == 1
    assert internal[0].startswith(
        'program.py:4: note: internal error in the ownership checker while checking "unlucky"'
    )
    assert internal[0].endswith("ZeroDivisionError: three lines long; the function was not checked; please report this")
    assert [line for line in lines if "error:" in line and line not in internal] == [
        'program.py:10: error: use of moved value: "t" (E0382)  [use-after-move]'
    ]
    assert run.returncode == 1


def test_a_variable_shows_the_traceback(project: Project) -> None:
    """For those who mend the plugin."""
    project.write("mypy.ini", "[mypy]\nplugins = plugin_that_fails.py\n")
    project.write("plugin_that_fails.py", PLUGIN)
    project.write("program.py", PROGRAM)
    run = project.run("mypy", "--show-traceback", "program.py", OWNED_MYPY_DEBUG="1")
    assert run.returncode == 2
    assert "ZeroDivisionError" in run.stdout + run.stderr
