"""The plugin reports the same in every way of running mypy: with and without a cache, in workers, in the daemon."""

import os
from pathlib import Path

import mypy.version
import pytest

from .conftest import Project

HELPERS = """
from owned import Owned, drop

def eat(t: Owned[int]) -> None:
    drop(t)
"""

PROGRAM = """
import helpers
from owned import Owned

top = Owned(1)
helpers.eat(top)
helpers.eat(top)

class Eater:
    def method(self, t: Owned[int]) -> None:
        helpers.eat(t)
        helpers.eat(t)

def outer(t: Owned[int]) -> None:
    def inner(u: Owned[int]) -> None:
        helpers.eat(u)
        helpers.eat(u)
    inner(t)

def hookless(t: Owned[int]) -> tuple[Owned[int], Owned[int]]:
    return t, t

async def waits(t: Owned[int]) -> None:
    helpers.eat(t)
    helpers.eat(t)
"""
MOVED = [7, 12, 17, 21, 25]
MOVED_ALSO_WITHOUT_EAT = [21]

only_with_workers = pytest.mark.skipif(
    mypy.version.__version__ < "2", reason=f"mypy {mypy.version.__version__} has no workers"
)


@pytest.fixture
def program(project: Project) -> Project:
    """Give a project in which a value is used after its move in every kind of scope."""
    project.write("helpers.py", HELPERS)
    project.write("program.py", PROGRAM)
    return project


def moved(lines: list[str]) -> list[int]:
    """Give the lines of the program with a use after a move; assert that nothing else is reported."""
    errors = [line for line in lines if ": error: " in line]
    assert all(line.startswith("program.py:") and line.endswith("[use-after-move]") for line in errors), lines
    return [int(line.split(":")[1]) for line in errors]


def test_without_and_with_a_cache(program: Project) -> None:
    """A first run, a run in which nothing changed, and one in which a file has one more line."""
    assert moved(program.mypy()) == MOVED
    assert moved(program.mypy()) == MOVED
    program.write("program.py", f"{PROGRAM}\n")
    assert moved(program.mypy()) == MOVED


def test_a_change_elsewhere_is_seen_with_a_cache(program: Project) -> None:
    """A function of another module stops taking ownership."""
    assert moved(program.mypy()) == MOVED
    program.write("helpers.py", HELPERS.replace("t: Owned[int]", "t: object"))
    assert moved(program.mypy()) == MOVED_ALSO_WITHOUT_EAT


@only_with_workers
def test_with_workers(program: Project) -> None:
    """Two workers share the modules."""
    assert moved(program.mypy("-n", "2", *program.files())) == MOVED
    assert moved(program.mypy("-n", "2", *program.files())) == MOVED
    program.write("helpers.py", HELPERS.replace("t: Owned[int]", "t: object"))
    assert moved(program.mypy("-n", "2", *program.files())) == MOVED_ALSO_WITHOUT_EAT


@pytest.mark.parametrize(
    "flag",
    ["--no-incremental", "--no-local-partial-types", "--local-partial-types", "--no-strict", "--check-untyped-defs"],
)
def test_with_flags_that_change_the_order_of_checks(program: Project, flag: str) -> None:
    """mypy checks functions in place or in a phase of their own."""
    arguments = [] if flag == "--no-strict" else [flag]
    if flag == "--no-strict":
        program.write("mypy.ini", "[mypy]\nplugins = owned_mypy\n")
    assert moved(program.mypy(*arguments, *program.files())) == MOVED


def test_in_an_import_cycle(program: Project) -> None:
    """Two modules that import each other wait for each other's types."""
    program.write("helpers.py", f"import program\n{HELPERS}\nagain = program.outer\n")
    assert moved(program.mypy()) == MOVED


def test_functions_that_mypy_visits_again(project: Project) -> None:
    """A function uses an attribute whose type is inferred further down; it is reported once."""
    project.write(
        "program.py",
        """
from owned import Owned, drop

class Late:
    def use(self) -> None:
        drop(self.make())
        t = Owned(self.value)
        drop(t)
        drop(t)

    def make(self) -> Owned[int]:
        return Owned(self.value)

    def __init__(self) -> None:
        self.value = later()

def later() -> int:
    return 1
""",
    )
    assert moved(project.mypy()) == [9]


def edited(text: str, old: str, new: str) -> str:
    """Replace a part of a text that must be there."""
    assert old in text
    return text.replace(old, new)


class TestDaemon:
    """The daemon re-checks the functions that a change concerns, and forgets their old errors."""

    @pytest.fixture
    def running(self, daemon: Project, program: Project) -> Project:
        """Give the project after a first check."""
        assert moved(daemon.dmypy()) == MOVED
        return daemon

    def test_nothing_changed(self, running: Project) -> None:
        """The errors stay."""
        assert moved(running.dmypy()) == MOVED

    def test_only_a_dependency_changed(self, running: Project) -> None:
        """The functions that call it lose their errors, and get them back."""
        running.write("helpers.py", HELPERS.replace("t: Owned[int]", "t: object"))
        assert moved(running.dmypy()) == MOVED_ALSO_WITHOUT_EAT
        running.write("helpers.py", HELPERS)
        assert moved(running.dmypy()) == MOVED

    def test_one_function_is_mended(self, running: Project) -> None:
        """The other functions of the module keep their errors."""
        running.write("program.py", edited(PROGRAM, "return t, t", "return t, Owned(1)"))
        assert moved(running.dmypy()) == [line for line in MOVED if line != 21]
        running.write("program.py", PROGRAM)
        assert moved(running.dmypy()) == MOVED

    def test_a_type_behind_a_function_without_calls_changes(self, daemon: Project) -> None:
        """Nothing in the re-checked function makes mypy ask a plugin."""
        daemon.write("helpers.py", "from owned import Owned\nThing = Owned[int]\n")
        daemon.write(
            "program.py",
            "import helpers\nfrom owned import Owned\n"
            "def twice(t: helpers.Thing, u: Owned[int]) -> object:\n    return t, t\n",
        )
        assert moved(daemon.dmypy()) == [4]
        daemon.write("helpers.py", "from owned import Owned\nThing = int\n")
        assert moved(daemon.dmypy()) == []
        daemon.write("helpers.py", "from owned import Owned\nThing = Owned[int]\n")
        assert moved(daemon.dmypy()) == [4]


INNER = """
class Inner:
    def __init__(self) -> None:
        self.n = 0

    def change(self) -> None:
        print(self.n)
"""
CLASS = """
import inner

class Thing:
    def __init__(self) -> None:
        self.items: list[int] = []
        self.inner = inner.Inner()

    def outer(self) -> None:
        self.method()
        self.inner.change()

    def method(self) -> None:
        print(self.items)
"""
USES_CLASS = """
import thing
from owned import Ref

def use(r: Ref[thing.Thing]) -> None:
    r.outer()
"""
EDITS = [
    ("thing.py", CLASS, edited(CLASS, "print(self.items)", "self.items.append(1)")),
    ("inner.py", INNER, edited(INNER, "print(self.n)", "self.n = 1")),
]


@pytest.mark.parametrize("way", ["mypy", "dmypy"])
@pytest.mark.parametrize(("file", "reading", "changing"), EDITS, ids=["of the class", "of a part"])
def test_what_methods_do_is_known_elsewhere(daemon: Project, way: str, file: str, reading: str, changing: str) -> None:
    """A method of another module begins to change `self`, by a call or two; its signature stays."""
    daemon.write("inner.py", INNER)
    daemon.write("thing.py", CLASS)
    daemon.write("program.py", USES_CLASS)
    check = daemon.mypy if way == "mypy" else daemon.dmypy
    assert check() == []
    daemon.write(file, changing)
    assert [line.rpartition("  ")[2] for line in check() if ": error: " in line] == ["[mutate-through-ref]"]
    daemon.write(file, reading)
    assert check() == []


@pytest.mark.parametrize("arguments", [(), pytest.param(("-n", "2"), marks=only_with_workers)], ids=["one", "workers"])
def test_what_methods_do_is_seen_to_change_in_a_run_without_owners(
    project: Project, arguments: tuple[str, ...]
) -> None:
    """The class is analysed anew in a run that knows nothing of handles; the next one checks who asked about it."""
    project.write("inner.py", INNER)
    project.write("thing.py", CLASS)
    project.write("program.py", USES_CLASS)
    assert project.mypy(*arguments, *project.files()) == []
    project.write("inner.py", edited(INNER, "print(self.n)", "self.n = 1"))
    assert project.mypy(*arguments, "inner.py", "thing.py") == []
    for _ in range(2):
        lines = project.mypy(*arguments, *project.files())
        assert [line.rpartition("  ")[2] for line in lines if ": error: " in line] == ["[mutate-through-ref]"]


def test_what_methods_do_is_read_where_mypy_drops_their_bodies(project: Project) -> None:
    """In modules whose errors are ignored."""
    project.write("inner.py", INNER)
    project.write("thing.py", f"# mypy: ignore-errors\n{edited(CLASS, 'print(self.items)', 'self.items.append(1)')}")
    project.write("program.py", USES_CLASS)
    for _ in range(2):
        lines = project.mypy()
        assert [line.rpartition("  ")[2] for line in lines if ": error: " in line] == ["[mutate-through-ref]"]
        project.write("program.py", f"{USES_CLASS}\n")


def test_modules_that_use_owners_without_importing_the_package(project: Project) -> None:
    """What counts are the types, not the imports."""
    project.write("helpers.py", f"{HELPERS}\ndef make() -> Owned[int]:\n    return Owned(1)\n")
    project.write("program.py", "import helpers\nt = helpers.make()\nhelpers.eat(t)\nhelpers.eat(t)\n")
    assert moved(project.mypy()) == [4]


def test_code_that_mypy_skips_is_skipped(project: Project) -> None:
    """Unreachable code, and modules whose errors are ignored."""
    text = """
import sys
from owned import Owned, drop

def f(t: Owned[int]) -> None:
    drop(t)
    if sys.version_info < (3, 0):
        drop(t)
"""
    project.write("program.py", text)
    project.write(
        "ignored.py", "# mypy: ignore-errors\nfrom owned import Owned, drop\nt = Owned(1)\ndrop(t)\ndrop(t)\n"
    )
    assert moved(project.mypy()) == []


def test_the_oldest_mypy(tmp_path: Path, root: Path) -> None:
    """The same program under another mypy than the tests' own; `nox -s mypy_range` runs all tests of the plugin so."""
    python = os.environ.get("OWNED_OLDEST_MYPY")
    if python is None:
        pytest.skip("OWNED_OLDEST_MYPY names no Python that has mypy 1.19")
    program = Project(tmp_path, root, python)
    program.write("helpers.py", HELPERS)
    program.write("program.py", PROGRAM)
    assert moved(program.mypy()) == MOVED
    assert moved(program.mypy()) == MOVED
