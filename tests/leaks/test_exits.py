"""The ways out of a program: every hook runs exactly once where Python runs anything, and nothing hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from owned import Arc, Box, Owned, Rc, Scope, move

HEAD = """\
import gc, os, sys, threading, time
import owned
from owned import Arc, Box, Mutex, Owned, Rc, RefCell, Scope, borrow, drop, move

def close(name):
    os.write(1, f"{name}\\n".encode())
"""


def run(program: str, code: int = 0) -> tuple[Counter[str], str]:
    """Run a program in a fresh interpreter; give the lines that it wrote, with their numbers, and its errors."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stderr
    return Counter(done.stdout.split()), done.stderr


def test_the_exit_of_the_interpreter_drops_what_is_left() -> None:
    """Globals, fields, cycles, shared owners and scopes are dropped once at exit, each with a warning."""
    program = """
a = Owned("global", drop=close)
b = [Box("box", drop=close)]
class Node: pass
c = Node(); c.me = c; c.owner = Owned("cycle", drop=close)
d = Rc("rc", drop=close); e = owned.clone(d)
f = Arc("arc", drop=close)
g = Scope(); g.own("scope", drop=close)
h = RefCell("cell", drop=close)
i = borrow(a)
"""
    names, errors = run(program)
    assert names == Counter(["global", "box", "cycle", "rc", "arc", "scope", "cell"])
    assert errors.count("OwnedLeakWarning") == 7
    assert "Traceback" not in errors


def test_functions_at_exit_may_still_use_owners() -> None:
    """`atexit` functions run before anything is taken away."""
    program = """
import atexit
a = Owned("atexit", drop=close)
atexit.register(lambda: drop(a))
"""
    assert run(program) == (Counter(["atexit"]), "")


def test_an_immediate_exit_runs_nothing() -> None:
    """`os._exit` ends the process without a hook, as it ends it without `finally`."""
    names, errors = run('a = Owned("never", drop=close)\nos._exit(3)', code=3)
    assert (names, errors) == (Counter(), "")


def test_daemon_threads_do_not_hinder_the_exit() -> None:
    """What a daemon thread owns is frozen with it; the program ends, and what the main thread owns is dropped once."""
    program = """
def work():
    with Owned("daemon", drop=close), Scope() as scope:
        scope.own("scope", drop=close)
        ready.set()
        while True:
            drop(Owned("inner", drop=len))
def main():
    with Owned("block", drop=close):
        local = Box("local", drop=close)
        ready.wait()
ready = threading.Event()
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
main()
"""
    names, _ = run(program)
    assert names == Counter(["block", "local"])


def test_threads_that_end_after_the_main_one_drop_what_they_own() -> None:
    """The interpreter waits for ordinary threads; their owners end with their blocks."""
    program = """
def work(number):
    with Owned(f"thread{number}", drop=close):
        time.sleep(0.05)
for number in range(3):
    threading.Thread(target=work, args=(number,)).start()
"""
    assert run(program) == (Counter(["thread0", "thread1", "thread2"]), "")


def test_sys_exit_in_a_scope_drops_everything() -> None:
    """`SystemExit` passes through scopes as every exception does, with its code."""
    program = """
with Owned("outer", drop=close), Scope() as scope:
    scope.own("first", drop=close)
    scope.own("second", drop=close)
    with scope.own("inner", drop=close):
        sys.exit(7)
"""
    names, errors = run(program, code=7)
    assert (names, errors) == (Counter(["outer", "first", "second", "inner"]), "")


def test_sys_exit_in_a_hook_does_not_stop_the_others() -> None:
    """A hook that raises `SystemExit` ends the program, after all hooks have run."""
    program = """
def leave(name):
    close(name)
    sys.exit(5)
with Scope() as scope:
    scope.own("first", drop=close)
    scope.own("second", drop=leave)
    scope.own("third", drop=close)
"""
    assert run(program, code=5) == (Counter(["first", "second", "third"]), "")


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs SIGALRM")
@pytest.mark.parametrize(
    ("acquire", "is_free"),
    [
        ("Owned.enter(lock)", "not lock.locked()"),
        ("Owned.call(open, '/dev/null')", "descriptors() == before"),
    ],
    ids=["enter", "call"],
)
def test_an_interrupt_finds_no_moment_without_an_owner(acquire: str, is_free: str) -> None:
    """Real signals between the acquisition and the ownership: what was acquired always has an owner."""
    program = f"""
import random, signal
lock = threading.Lock()
def descriptors(): return len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
def interrupt(*_): raise KeyboardInterrupt
def wait():  # Not for ever: what is raised in a finalizer is swallowed.
    end = time.monotonic() + 0.02
    while time.monotonic() < end: pass
signal.signal(signal.SIGALRM, interrupt)
chance = random.Random(7)
before, inside, bad = descriptors(), 0, 0
for _ in range(200):
    held = None
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(2e-5, 4e-4))
        held = {acquire}
        wait()
    except KeyboardInterrupt:
        pass
    signal.setitimer(signal.ITIMER_REAL, 0)
    if held is None: inside += 1
    else: drop(held)
    bad += not ({is_free})
print(bad)
os.write(2, str(inside).encode())
"""
    names, inside = run(program)
    assert names == Counter(["0"])
    assert inside.isdigit()


def test_a_generator_that_is_closed_early_drops_what_it_owns() -> None:
    """By `close()`, by its death, and by an exception thrown into it: once each, the latest first."""
    closed: list[str] = []

    def generate(name: str) -> Iterator[int]:
        with Owned(f"{name} outer", drop=closed.append), Scope() as scope:
            scope.own(f"{name} inner", drop=closed.append)
            yield 1
            yield 2

    generator: Any = generate("closed")
    next(generator)
    generator.close()
    for _ in generate("broken"):
        break
    generator = generate("thrown")
    next(generator)
    with pytest.raises(ValueError):
        generator.throw(ValueError)
    del generator
    never = generate("never begun")
    del never
    assert closed == [f"{name} {part}" for name in ("closed", "broken", "thrown") for part in ("inner", "outer")]


def test_an_asynchronous_generator_that_is_closed_early_drops_what_it_owns() -> None:
    """By `aclose()`, and by the end of its loop."""
    closed: list[str] = []

    async def generate(name: str) -> AsyncIterator[int]:
        async with Owned(name, drop=closed.append):
            yield 1
            yield 2

    async def main() -> None:
        generator: Any = generate("closed")
        await generator.__anext__()
        await generator.aclose()
        left: Any = generate("left")
        await left.__anext__()

    asyncio.run(main())
    assert closed == ["closed", "left"]


@pytest.mark.parametrize(
    "body",
    [
        "with Owned(n, drop=closed.append): made.append(n); dive(n + 1)",
        "with Scope() as scope: scope.own(n, drop=closed.append); made.append(n); dive(n + 1)",
        "o = Box(n, drop=closed.append); made.append(n); dive(n + 1); drop(o)",
        "o = Rc(n, drop=closed.append); made.append(n); dive(n + 1); drop(o)",
        "o = move(Owned(n, drop=closed.append)); made.append(n); dive(n + 1); drop(o)",
    ],
    ids=["with", "scope", "Box", "Rc", "move"],
)
def test_the_recursion_limit_stops_no_drop(body: str) -> None:
    """Where the stack ends, in our own functions, too, every value that was taken over is dropped once."""
    program = f"""
made, closed = [], []
def dive(n):
    {body}
for limit in range(150, 190, 4):
    sys.setrecursionlimit(limit)
    try:
        dive(limit * 1000)
    except RecursionError:
        pass
    sys.setrecursionlimit(1000)
gc.collect()
print(len(made) > 50, sorted(closed) == sorted(set(closed)), len(set(made) - set(closed)))
"""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "True True 0\n", done.stdout + done.stderr[-2000:]


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, RecursionError, GeneratorExit])
def test_a_hook_that_fails_badly_does_not_stop_the_others(error: type[BaseException]) -> None:
    """`MemoryError` and its like in a hook: all hooks run once, and the error goes on as it is."""
    closed: list[str] = []

    def fail(name: str) -> None:
        closed.append(name)
        raise error

    with pytest.raises(error):
        with Scope() as scope:
            scope.own("first", drop=closed.append)
            scope.own("second", drop=fail)
            scope.own("third", drop=closed.append)
    with pytest.raises(error):
        with Owned("alone", drop=fail):
            pass
    assert closed == ["third", "second", "first", "alone"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", [Owned, Box, Rc, Arc])
def test_a_hook_that_fails_in_a_death_has_run_once(kind: Any) -> None:
    """Nobody can catch what a hook raises when the last name goes; the owner is dead all the same."""
    closed: list[str] = []

    def fail(name: str) -> None:
        closed.append(name)
        raise MemoryError

    owner = kind("value", drop=fail)
    owner = move(owner)
    del owner
    assert closed == ["value"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_that_exits_drops_nothing_of_its_parent() -> None:
    """The child leaves by `sys.exit` through the parent's blocks; the hooks run once, in the parent."""
    program = """
with Owned("parent", drop=close), Scope() as scope:
    scope.own("scope", drop=close)
    child = os.fork()
    if child == 0:
        with Owned("child", drop=close):
            sys.exit(0)
    os.waitpid(child, 0)
"""
    assert run(program) == (Counter(["parent", "scope", "child"]), "")


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs SIGALRM")
@pytest.mark.skipif(sys.version_info < (3, 11), reason="3.10 looks for signals between nearly all instructions")
@pytest.mark.parametrize(
    "use",
    [
        "with Owned.enter(lock): pass",
        "with Scope() as scope: scope.enter(lock)",
        "drop(Owned.enter(lock))",
        "held = Owned.enter(lock); held = move(held); held.drop()",
    ],
)
def test_an_interrupt_leaves_nothing_undropped(use: str) -> None:
    """Real signals anywhere between the beginning and the end of an owner: its exit runs, once."""
    program = f"""
import random, signal
lock = threading.Lock()
def interrupt(*_): raise KeyboardInterrupt
def wait():  # Not for ever: what is raised in a finalizer is swallowed.
    end = time.monotonic() + 0.02
    while time.monotonic() < end: pass
signal.signal(signal.SIGALRM, interrupt)
chance = random.Random(11)
stuck = interrupted = 0
def work():
    {use}
for _ in range(200):
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(2e-5, 6e-4))
        work()
        wait()
    except KeyboardInterrupt:
        interrupted += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    if lock.locked():
        stuck += 1
        lock.release()
print(interrupted > 100, stuck)
"""
    names, _ = run(program)
    assert names == Counter(["True", "0"])


def test_classes_of_the_program_do_not_keep_its_globals_alive_at_exit() -> None:
    """What we know of a class, and hooks registered for it, must not: the module could not be taken down."""
    program = """
class Resource:
    def __init__(self, name):
        self.name = name
    def close(self):
        close(self.name)

class Registered(Resource):
    pass

owned.register_drop(Registered, lambda value: close("registered"))
drop(Owned(Resource("dropped")))
drop(Owned(Registered("dropped")))
a = Owned(Resource("owned"))
b = Box(Resource("boxed"))
c = Rc(Resource("shared"))
d = Owned(Registered("never"))
with borrow(a) as seen, borrow(d) as other:
    assert seen.name and other.name
"""
    lines, errors = run(program)
    assert lines == Counter(["dropped", "registered", "owned", "boxed", "shared", "registered"])
    assert errors.count("still alive at the interpreter's exit") == 4
