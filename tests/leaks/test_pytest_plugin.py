"""The pytest plugin, run by real pytest on real test files."""

from __future__ import annotations

import importlib.util
from importlib import metadata
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

INSTALLED = [entry.name for entry in metadata.entry_points(group="pytest11")]
PLUGIN = () if "owned" in INSTALLED else ("-p", "owned.pytest_plugin")
"""Registered by its entry point, unless this environment was made before it had one."""

HEAD = """\
import functools, gc, threading, unittest
import pytest
import owned
from owned import Owned, Rc, drop

FILE = __file__
KEPT = []

def make(name=None):
    return Owned(open(FILE), name=name)

class Node:
    pass

def cycle(name):
    node = Node()
    node.me, node.file = node, make(name)
"""


def run(pytester: pytest.Pytester, program: str, *options: str, here: bool = False) -> pytest.RunResult:
    """Write a test file and run it: in a process of its own, unless who holds what does not matter."""
    pytester.makepyfile(test_it=HEAD + program)
    start = pytester.runpytest_inprocess if here else pytester.runpytest_subprocess
    # Run in this process, with the package installed as a copy, pytest is sorry that it came too late to rewrite it.
    quiet = ("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
    return start("-p", "no:cacheprovider", *quiet, *PLUGIN, *options)


def counts(result: pytest.RunResult, **expected: int) -> None:
    """The outcomes are these and no others."""
    assert result.parseoutcomes() == expected, result.stdout.str()


LEAKS = {
    "kept in a list": ("KEPT.append(make('it'))", "held by test_it.KEPT[0], global of test_it"),
    "kept in a field": ("KEPT.append(Node()); KEPT[-1].file = make('it')", "held by test_it.KEPT[1].file"),
    "a cycle": ("cycle('it')", '"it" died in a garbage collection'),
    "shared": ("KEPT.append(Rc(open(FILE), name='it'))", '"it" is still alive'),
    "a class": ("Node.kept = [make('it')]", "held by test_it.Node.kept[0], in a class"),
}


def test_a_test_that_leaves_an_owner_behind_fails(pytester: pytest.Pytester) -> None:
    """The report names the owner, the place of its creation, and who holds it; the tests beside it pass."""
    tests = []
    for number, (body, _) in enumerate(LEAKS.values()):
        tests += [f"def test_good_{number}():\n    drop(make())", f"def test_leak_{number}():\n    {body}"]
    result = run(pytester, "\n\n".join(tests))
    counts(result, passed=2 * len(LEAKS), errors=len(LEAKS))
    for number, (_, text) in enumerate(LEAKS.values()):
        result.stdout.fnmatch_lines([f"*ERROR at teardown of test_leak_{number} *", "*leaves an owner behind:*"])
        result.stdout.fnmatch_lines([f"*{text.replace('[', '[[]')}*"])
    result.stdout.fnmatch_lines(["*created at *test_it.py:10 in make*"])


def test_what_was_collected_before_is_blamed_by_strict_alone(pytester: pytest.Pytester) -> None:
    """Afterwards nobody can tell a leak from what a caught error had kept; the run time's own warning stays."""
    program = "def test_it():\n    cycle('it'); gc.collect()"
    counts(run(pytester, program), passed=1, warnings=1)
    counts(run(pytester, program, "--owned-leaks=strict"), passed=1, errors=1, warnings=1)


GOOD = {
    "dropped": "drop(make())",
    "in a block": """
    with make() as file:
        file.value.read()""",
    "the last name goes": "file = make()",
    "nothing to run": "KEPT.append(Owned([1]))",
    "unwrapped": "owned.into_inner(make()).close()",
    "forgotten": "owned.forget(Owned(Node()))",
    "a variable beside a caught error": """
    file = make()
    with pytest.raises(ValueError) as error:
        int("x")
    assert error.value""",
    "a handle of the failing call": """
    file = make()
    with pytest.raises(owned.OwnershipError) as error:
        with owned.borrow_mut(file):
            drop(file)
    assert error.value""",
    "an expected leak": """
    cycle("it")
    with pytest.warns(owned.OwnedLeakWarning):
        gc.collect()""",
    "a lazily made global": """
    global SINGLE
    SINGLE = make()""",
    "a cached function": """
    @functools.lru_cache
    def cached():
        return make()
    KEPT.append(cached)
    cached()""",
    "another module's cache": """
    import json
    json.cache = {1: [make()]}""",
    "a thread that goes on": """
    def work():
        file = make()
        STOP.wait(5)
    threading.Thread(target=work, daemon=True).start()""",
    "a generator that waits": """
    def wait():
        file = make()
        yield
    KEPT.append(wait())
    next(KEPT[-1])""",
}


def test_no_false_alarms(pytester: pytest.Pytester) -> None:
    """What ends by itself, what nobody has to end, and what outlives a test on purpose is no leak."""
    tests = [f"def test_{number}():\n    {body.strip()}\n" for number, body in enumerate(GOOD.values())]
    result = run(pytester, "STOP = threading.Event()\n\n" + "\n".join(tests), "-W", "error::owned.OwnedLeakWarning")
    counts(result, passed=len(GOOD))


FIXTURES = """
class Pool:
    def __init__(self):
        self.connections = []

    def get(self):
        self.connections.append(make())
        return self.connections[-1]

@pytest.fixture(scope="session")
def pool():
    return Pool()

@pytest.fixture(scope="session")
def session_file():
    with make() as file:
        yield file.value

@pytest.fixture(scope="module")
def module_file():
    file = make()
    yield file
    drop(file)

@pytest.fixture(scope="class")
def class_file():
    return make()

@pytest.fixture
def returned():
    return make()

@pytest.fixture
def yielded():
    with make() as file:
        yield file.value

def test_all(pool, session_file, module_file, class_file, returned, yielded):
    pool.get()

def test_again(pool, session_file, module_file, returned):
    pool.get()

class TestFields:
    def test_field(self, class_file, pool):
        self.file = make()
        pool.get()

    def test_other(self, class_file):
        pass

class TestUnit(unittest.TestCase):
    def setUp(self):
        self.file = make()

    def test_unit(self):
        self.other = make()

@pytest.mark.parametrize("number", range(3))
def test_scope(owned_scope, number):
    for _ in range(number):
        owned_scope.own(open(FILE))
"""


def test_fixtures_of_every_scope_may_own(pytester: pytest.Pytester) -> None:
    """Owners of fixtures end with them; what a longer-lived fixture makes during a test is its own, even if strict."""
    counts(run(pytester, FIXTURES, "--owned-leaks=strict"), passed=8)


def test_owned_scope_drops_in_reverse_order(pytester: pytest.Pytester) -> None:
    """What `owned_scope` owns is dropped at the end of the test, the latest first, also when the test fails."""
    program = """
def test_own(owned_scope):
    owned_scope.own("first", drop=print)
    owned_scope.own("second", drop=print)
    assert False
"""
    result = run(pytester, program, "-s", here=True)
    counts(result, failed=1)
    result.stdout.fnmatch_lines(["*second", "first*"])


ONE_LEAK = """
def test_leak():
    KEPT.append(make("it"))
"""


def test_the_command_line_chooses(pytester: pytest.Pytester) -> None:
    """`--owned-leaks=warn` warns, and goes before the ini option `owned_leaks`, which here says nothing."""
    pytester.makeini("[pytest]\nowned_leaks = off\n")
    counts(run(pytester, ONE_LEAK, here=True), passed=1)
    warned = run(pytester, ONE_LEAK, "--owned-leaks=warn")
    counts(warned, passed=1, warnings=1)
    warned.stdout.fnmatch_lines(["*OwnedLeakWarning: test_it.py::test_leak leaves an owner behind:*"])
    warned.stdout.fnmatch_lines(['*"it" is still alive: created at *test_it.py:10 in make*'])


def test_the_marker_chooses(pytester: pytest.Pytester) -> None:
    """The marker goes before everything, on a test, a class or a module, and is registered."""
    program = """
@pytest.mark.owned_leaks("off")
def test_off():
    KEPT.append(make())

@pytest.mark.owned_leaks("warn")
class TestWarn:
    def test_warn(self):
        KEPT.append(make())

@pytest.mark.owned_leaks(action="strict")
def test_strict():
    global SINGLE
    SINGLE = make()
"""
    counts(run(pytester, program, "--strict-markers"), passed=3, warnings=1, errors=1)


def test_unknown_actions_are_refused(pytester: pytest.Pytester) -> None:
    """A typing error in the ini file or in a marker is said, with what is allowed."""
    wrong = run(pytester, "@pytest.mark.owned_leaks('of')\ndef test_it(): pass", here=True)
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*test_it.py::test_it: *owned_leaks('of')*: use one of error, strict, warn, off*"])
    pytester.makeini("[pytest]\nowned_leaks = none\n")
    wrong = run(pytester, ONE_LEAK, here=True)
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*owned_leaks = 'none': use one of error, strict, warn, off*"])


def test_strict_counts_what_globals_hold(pytester: pytest.Pytester) -> None:
    """Lazily made globals and caches are leaks at level `strict`."""
    program = """
SINGLE = None

@functools.lru_cache
def cached():
    return make("cached")

def test_global():
    global SINGLE
    SINGLE = make()

def test_other_module():
    import json
    json.cache = [make()]
"""
    result = run(pytester, program, "--owned-leaks=strict")
    counts(result, passed=2, errors=2)
    result.stdout.fnmatch_lines(["*held by test_it.SINGLE, global*", "*held by json.cache[[]0], global*"])


def test_a_failed_test_is_not_blamed_twice(pytester: pytest.Pytester) -> None:
    """The traceback of a failed test keeps its variables; nothing is said of them, nor of skipped and xfailed tests."""
    program = """
def test_fails():
    KEPT.append(make())
    assert False

def test_skips():
    KEPT.append(make())
    pytest.skip()

@pytest.mark.xfail
def test_xfails():
    KEPT.append(make())
    assert False
"""
    counts(run(pytester, program, here=True), failed=1, skipped=1, xfailed=1)


def test_many_leaks_are_one_report(pytester: pytest.Pytester) -> None:
    """A test that leaves a thousand owners behind gets a short report."""
    program = """
def test_many():
    KEPT.extend(make() for _ in range(200))
"""
    result = run(pytester, program)
    counts(result, passed=1, errors=1)
    assert len(result.outlines) < 40


def test_leaks_under_xdist(pytester: pytest.Pytester) -> None:
    """Workers report leaks as errors of their tests."""
    if importlib.util.find_spec("xdist") is None:
        pytest.skip("pytest-xdist is not installed")
    counts(run(pytester, FIXTURES + ONE_LEAK, "-n", "2"), passed=9, errors=1)


def test_asynchronous_tests(pytester: pytest.Pytester) -> None:
    """Tests run by anyio's plugin: owners of the test, of its fixtures and of its tasks; one leak."""
    if importlib.util.find_spec("anyio") is None:
        pytest.skip("anyio is not installed")
    program = """
import asyncio

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.fixture(scope="module")
async def shared(anyio_backend):
    with make() as file:
        yield file.value

pytestmark = pytest.mark.anyio

@pytest.fixture
async def own():
    async with make() as file:
        yield file

async def test_good(own):
    async def work():
        file = make()
        await asyncio.sleep(0)
        drop(file)
    await asyncio.gather(work(), work())

async def test_waits(own):
    file = make()
    with pytest.raises(ZeroDivisionError) as error:
        await asyncio.sleep(1 / 0)
    assert error.value

async def test_leak():
    KEPT.append(make("it"))
"""
    program = program.replace('@pytest.fixture(scope="module")\nasync def shared', "@pytest.fixture\nasync def shared")
    outcome = run(pytester, program).parseoutcomes()
    assert (outcome["passed"], outcome["errors"]) == (3, 1)


def test_pytest_asyncio(pytester: pytest.Pytester) -> None:
    """The same with pytest-asyncio and a loop that lives as long as the session."""
    if importlib.util.find_spec("pytest_asyncio") is None:
        pytest.skip("pytest-asyncio is not installed")
    program = """
import asyncio
import pytest_asyncio

@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared():
    async with make() as file:
        yield file.value

@pytest.mark.asyncio(loop_scope="session")
async def test_good(shared):
    task = asyncio.create_task(asyncio.sleep(0, make()))
    drop(await task)

@pytest.mark.asyncio(loop_scope="session")
async def test_leak(shared):
    KEPT.append(make("it"))
"""
    counts(run(pytester, program), passed=2, errors=1)


def test_importing_us_does_not_import_pytest(pytester: pytest.Pytester) -> None:
    """A program that uses `owned` never pays for pytest."""
    path = Path(pytester.makepyfile("import sys, owned; print([m for m in sys.modules if 'pytest' in m])"))
    assert pytester.runpython(path).outlines == ["[]"]


def test_the_entry_point_is_declared(root: Path) -> None:
    """An installed package registers the plugin by itself."""
    assert '[project.entry-points.pytest11]\nowned = "owned.pytest_plugin"\n' in (root / "pyproject.toml").read_text()
