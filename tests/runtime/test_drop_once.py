"""A hook runs exactly once: under exceptions, threads, fork, garbage collection and at interpreter exit."""

from __future__ import annotations

import gc
import os
import sys
import threading
import warnings
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from owned import NotSendError, OwnedLeakWarning, UseAfterMoveError
from tests.runtime.loose import Box, Owned, Rc, Scope, borrow, drop, forget, into_inner, is_live, move
from tests.runtime.parts import Failing, Noisy, Plain, refused, run_python

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform cannot fork")


@owners
def test_racing_threads_drop_a_value_once(owner: Any) -> None:
    """One of them drops; the others are told that it is gone."""
    for _ in range(20):
        log: list[int] = []
        handle = owner(1, drop=log.append)
        barrier = threading.Barrier(4)
        refusals: list[BaseException] = []

        def attempt() -> None:
            barrier.wait()
            try:
                drop(handle)
            except UseAfterMoveError as error:
                refusals.append(error)

        run_in_threads(attempt, 4)
        assert log == [1]
        assert len(refusals) == 3


@owners
def test_racing_threads_take_a_value_once(owner: Any) -> None:
    """`move`, `into_inner` and `drop` race: exactly one wins."""
    for _ in range(20):
        log: list[int] = []
        handle = owner(1, drop=log.append)
        barrier = threading.Barrier(3)
        won: list[str] = []
        verbs: list[tuple[str, Callable[[Any], Any]]] = [("move", move), ("into_inner", into_inner), ("drop", drop)]

        def attempt() -> None:
            name, verb = verbs.pop()
            barrier.wait()
            try:
                result = verb(handle)
            except UseAfterMoveError:
                return
            won.append(name)
            del result

        run_in_threads(attempt, 3)
        assert len(won) == 1
        assert log == ([] if won == ["into_inner"] else [1])


def run_in_threads(target: Callable[[], None], count: int) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=target) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)


@owners
def test_an_owner_may_be_dropped_by_another_thread(owner: Any) -> None:
    """An owner of an ordinary value is `Send`."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    thread = threading.Thread(target=drop, args=(handle,))
    thread.start()
    thread.join()
    assert log == ["a"]
    assert not is_live(handle)


@owners
def test_an_owner_that_dies_in_a_cycle_is_dropped_and_warned_about(owner: Any) -> None:
    """The warning names the place of creation."""
    log: list[str] = []
    gc.collect()

    def make() -> int:
        plain = Plain(handle=owner(Noisy("a", log)))
        plain.me = plain
        return sys._getframe().f_lineno - 2

    line = make()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    assert log == ["a"]
    leaks = [w for w in caught if issubclass(w.category, OwnedLeakWarning)]
    assert len(leaks) == 1
    assert f"test_drop_once.py:{line}" in str(leaks[0].message)


@owners
def test_a_cycle_through_the_value_itself_is_dropped_once(owner: Any) -> None:
    """The value holds its own owner."""
    log: list[str] = []
    value = Noisy("a", log)
    value.owner = owner(value)  # type: ignore[attr-defined]
    del value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()
        gc.collect()
    assert log == ["a"]


@owners
def test_ordinary_ends_do_not_warn(owner: Any) -> None:
    """Blocks, explicit drops, the last name going away, forgetting."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with owner(Noisy("a", [])):
            pass
        drop(owner(Noisy("b", [])))
        handle = owner(Noisy("c", []))
        del handle
        forget(owner(Noisy("d", [])))
        with Scope() as scope:
            scope.own(Noisy("e", []))
        gc.collect()


def test_the_leak_warning_is_a_resource_warning_that_is_shown_by_default() -> None:
    """`ResourceWarning`s of others stay hidden."""
    assert issubclass(OwnedLeakWarning, ResourceWarning)
    done = run_python(
        """
        import gc
        from owned import Owned
        class Node: pass
        node = Node()
        node.me = node
        node.owner = Owned([1], drop=lambda v: print("dropped", v))
        del node
        gc.collect()
        """
    )
    assert done.stdout == "dropped [1]\n"
    assert "OwnedLeakWarning" in done.stderr
    assert "<string>:7" in done.stderr


@pytest.mark.parametrize("kind", ["Owned", "Box"])
def test_an_owner_alive_at_interpreter_exit_is_dropped_and_warned_about(kind: str) -> None:
    """Module globals, containers, and cycles; once each."""
    done = run_python(
        f"""
        from owned import {kind} as owner
        plain = owner([1], drop=lambda v: print("dropped", v))
        held = [owner([2], drop=lambda v: print("dropped", v))]
        """
    )
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == ["dropped [1]", "dropped [2]"]
    assert done.stderr.count("OwnedLeakWarning") == 2
    assert "<string>:3" in done.stderr
    assert "<string>:4" in done.stderr


def test_an_owner_that_was_moved_or_dropped_by_then_is_not_warned_about() -> None:
    """Nothing is left to leak."""
    done = run_python(
        """
        from owned import Owned, move, drop, forget, into_inner
        a = Owned([1], drop=print); b = move(a); drop(b)
        c = Owned([2], drop=print); forget(c)
        d = Owned([3], drop=print); e = into_inner(d)
        with Owned([4], drop=print) as f: pass
        """
    )
    assert (done.stdout, done.stderr) == ("[1]\n[4]\n", "")


def test_a_real_file_left_open_at_exit_is_flushed(tmp_path: Any) -> None:
    """The drop at exit is a real drop."""
    path = tmp_path / "out"
    done = run_python(
        f"""
        from owned import Owned
        f = Owned(open({str(path)!r}, "w"))
        f.value.write("hello")
        """
    )
    assert path.read_text() == "hello"
    assert done.stderr.count("OwnedLeakWarning") == 1


def test_a_hook_that_fails_at_exit_or_in_the_collector_is_reported_not_lost() -> None:
    """As Python reports errors in `__del__`; the other owners are dropped."""
    done = run_python(
        """
        import gc
        from owned import Owned
        def fail(v): raise ValueError("hook failed")
        class Node: pass
        node = Node(); node.me = node; node.owner = Owned(1, drop=fail)
        del node
        gc.collect()
        a = Owned(2, drop=fail)
        b = Owned(3, drop=lambda v: print("dropped", v))
        """
    )
    assert "dropped 3" in done.stdout
    assert done.stderr.count("hook failed") >= 2


@owners
def test_a_hook_that_fails_when_an_owner_dies_is_unraisable(owner: Any) -> None:
    """There is no caller to raise it to; Python's hook for that is told."""
    seen: list[BaseException | None] = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda args: seen.append(args.exc_value)
    try:

        def fail(value: object) -> None:
            raise ValueError("hook failed")

        handle = owner(1, drop=fail)
        del handle
    finally:
        sys.unraisablehook = before
    assert [str(e) for e in seen] == ["hook failed"]


@needs_fork
@owners
def test_a_forked_child_drops_nothing(owner: Any) -> None:
    """The parent's owner is inert in a process that did not create it, by any end."""
    log_read, log_write = os.pipe()

    def hook(value: object) -> None:
        os.write(log_write, b"%d\n" % os.getpid())

    handle = owner(1, drop=hook)
    other = owner(2, drop=hook)
    scope = Scope()
    scope.own(3, drop=hook)
    with owner(4, drop=hook) as inside:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                del other
                inside.__class__
                code = 0
            except NotSendError:
                code = 0
            finally:
                os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    drop(handle)
    drop(other)
    drop(scope)
    os.close(log_write)
    with os.fdopen(log_read, "rb") as log:
        pids = log.read().split()
    assert pids == [b"%d" % os.getpid()] * 4


def in_child(action: Callable[[], str]) -> str:
    """Run `action` in a forked child and give the text that it returns."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            try:
                text = action()
            except BaseException as error:
                text = f"{type(error).__name__}: {error}"
            os.write(write, text.encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    return text


@needs_fork
@owners
@pytest.mark.parametrize("verb", [drop, move, into_inner, borrow, forget], ids=lambda v: str(v.__name__))
def test_using_or_dropping_an_owner_in_a_forked_child_names_both_processes(owner: Any, verb: Any) -> None:
    """`NotSendError` says who made it and who asked."""
    handle = owner([1])
    child: list[int] = []
    text = in_child(lambda: f"{os.getpid()} {outcome_of(verb, handle)}")
    pid, _, rest = text.partition(" ")
    assert rest.startswith("NotSendError")
    assert str(os.getpid()) in rest
    assert pid in rest
    drop(handle)


def outcome_of(verb: Callable[[Any], Any], handle: Any) -> str:
    try:
        return f"silent: {verb(handle)!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@needs_fork
def test_reads_in_a_forked_child_are_refused() -> None:
    """Through `value`, through a box, and through a guard made before the fork."""
    owner, box = Owned([1]), Box([1])
    guard = borrow(owner)
    assert in_child(lambda: outcome_of(lambda o: o.value, owner)).startswith("NotSendError")
    assert in_child(lambda: outcome_of(lambda b: b[0], box)).startswith("NotSendError")
    assert in_child(lambda: outcome_of(lambda g: g[0], guard)).startswith("NotSendError")
    drop(guard)
    assert (owner.value, list(box)) == ([1], [1])


@needs_fork
@owners
def test_leaving_a_block_in_a_forked_child_is_silent(owner: Any) -> None:
    """The parent's block drops; the child's end of it does nothing."""
    log: list[str] = []
    read, write = os.pipe()
    said = "silent"
    try:
        with owner(Noisy("a", log)):
            pid = os.fork()
    except BaseException as error:
        said = repr(error)
    if pid == 0:
        os.write(write, f"{said} {log}".encode())
        os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as answer:
        assert answer.read() == "silent []"
    assert (said, log) == ("silent", ["a"])


@needs_fork
@owners
def test_an_exception_leaves_the_blocks_of_a_forked_child_as_it_is(owner: Any) -> None:
    """Nothing replaces it, and nothing is dropped."""
    log: list[str] = []
    read, write = os.pipe()
    said = "silent"
    try:
        with Scope() as scope, owner(Noisy("a", log)):
            scope.own(Noisy("b", log))
            pid = os.fork()
            if pid == 0:
                raise KeyError("in the child")
    except BaseException as error:
        said = repr(error)
    if pid == 0:
        os.write(write, f"{said} {log}".encode())
        os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as answer:
        assert answer.read() == "KeyError('in the child') []"
    assert (said, log) == ("silent", ["a", "b"])


@needs_fork
def test_a_child_may_own_its_own_values() -> None:
    """Owners made after the fork work as ever."""

    def child() -> str:
        log: list[str] = []
        with Owned(Noisy("a", log)) as a:
            b = move(a)
        drop(b)
        return str(log)

    assert in_child(child) == "['a']"


@needs_fork
def test_a_child_that_exits_normally_neither_drops_nor_warns() -> None:
    """Also at the interpreter exit of the child."""
    done = run_python(
        """
        import os, sys
        from owned import Owned, drop
        a = Owned([1], drop=lambda v: print("dropped", flush=True))
        pid = os.fork()
        if pid == 0:
            sys.exit(0)
        os.waitpid(pid, 0)
        drop(a)
        """
    )
    assert (done.stdout, done.stderr) == ("dropped\n", "")


@owners
def test_a_hook_is_not_run_again_when_its_owner_dies_after_a_failed_drop(owner: Any) -> None:
    """The failure does not make the value whole again."""
    runs: list[int] = []

    def fail(value: object) -> None:
        runs.append(1)
        raise ValueError

    handle = owner(1, drop=fail)
    with pytest.raises(ValueError):
        with handle:
            pass
    with pytest.raises(UseAfterMoveError):
        drop(handle)
    del handle
    gc.collect()
    assert runs == [1]


@owners
def test_a_raising_constructor_argument_drops_what_was_owned_before(owner: Any) -> None:
    """The parts built so far die with the failed frame."""
    log: list[str] = []

    def build() -> None:
        parts = [owner(Noisy("a", log)), owner(Noisy("b", log))]
        raise KeyError(len(parts))

    try:
        build()
    except KeyError:
        pass
    assert sorted(log) == ["a", "b"]


def test_a_refused_attempt_keeps_no_owner_alive() -> None:
    """Once its error is gone, the owner dies with its last name, at once."""
    log: list[str] = []
    owner = Owned(Noisy("a", log))
    guard = borrow(owner)
    refused_once(owner)
    drop(guard)
    del owner
    assert log == ["a"]


def refused_once(owner: Any) -> None:
    from owned import MoveWhileBorrowedError

    refused(MoveWhileBorrowedError, lambda: move(owner))


@pytest.mark.parametrize("owner", [Owned, Box, Rc])
def test_a_failing_hook_in_a_generator_that_is_closed_is_told(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`close()` swallows the `GeneratorExit` that is on its way, and with it the failure in its context."""
    log: list[str] = []
    told: list[BaseException | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failed: told.append(failed.exc_value))

    def values() -> Iterator[int]:
        with owner(Failing("a", log)):
            yield 1

    for end in (Generator.close, lambda generator: None):
        generator = values()
        next(generator)
        end(generator)  # type: ignore[arg-type]
        del generator
        assert (log, [type(failure) for failure in told]) == (["a"], [ValueError])
        log.clear()
        told.clear()
