"""The accounts: what is counted, who is listed, what the report says."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import owned
from owned import (
    Arc,
    Box,
    Cell,
    LazyCell,
    LiveOwner,
    Mutex,
    OnceCell,
    Owned,
    OwnedLeakWarning,
    Rc,
    RefCell,
    RwLock,
    Scope,
    Weak,
    borrow,
    borrow_mut,
    channel,
    clone,
    consuming,
    deref,
    drop,
    forget,
    into_inner,
    move,
)
from owned.accounts import totals

KINDS: dict[str, Callable[[Any], Any]] = {
    "Owned": Owned,
    "Box": Box,
    "Rc": Rc,
    "Arc": Arc,
    "Cell": Cell,
    "RefCell": RefCell,
    "Mutex": Mutex,
    "RwLock": RwLock,
    "LazyCell": lambda value: LazyCell(lambda: value),
}


def leave_block(owner: Any) -> None:
    with owner:
        pass


def change(action: Callable[[], object]) -> dict[str, int]:
    """What an action adds to the totals; only what is not zero."""
    before = totals()
    action()
    after = totals()
    return {key: after[key] - before[key] for key in after if after[key] != before[key]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (drop, "dropped"),
        (lambda owner: None, "dropped"),
        (into_inner, "unwrapped"),
        (forget, "forgotten"),
        (lambda owner: drop(move(move(owner))), "dropped"),
    ],
    ids=["drop", "death", "into_inner", "forget", "moves"],
)
def test_every_end_is_counted_once(kind: str, end: Callable[[Any], object], expected: str) -> None:
    """A value is created once, and ends once in one way, whatever owns it and however it ends."""

    def live() -> None:
        owner = KINDS[kind]([])
        if kind == "LazyCell":
            deref(owner)  # It has no value before its first use.
        ends = [owner]
        del owner
        end(ends.pop())

    found = change(live)
    found.pop("moved", None)
    assert found == {"created": 1, expected: 1}


@pytest.mark.parametrize("kind", ["Owned", "Box", "Rc", "Arc", "Cell", "RefCell"])
def test_a_block_drops_what_it_owns(kind: str) -> None:
    """The end of a `with` block is a drop."""
    assert change(lambda: leave_block(KINDS[kind]([]))) == {"created": 1, "dropped": 1}


@pytest.mark.parametrize("kind", ["Owned", "Box", "Rc", "Arc", "RefCell", "Mutex"])
def test_moves_are_counted(kind: str) -> None:
    """Each move counts, and creates no owner."""
    owner = KINDS[kind]([])
    assert change(lambda: drop(move(move(owner)))) == {"moved": 2, "dropped": 1}


def test_handles_that_share_a_value_are_one_owner() -> None:
    """Clones of an `Rc` are not counted; the value ends with the last of them."""
    first = Rc([1])
    second = clone(first)
    assert change(lambda: drop(first)) == {}
    assert change(lambda: drop(second)) == {"dropped": 1}


def test_a_forgotten_handle_of_many_forgets_the_value_once() -> None:
    """The value of an `Rc` of which handles were forgotten is never dropped, and counts as forgotten once."""
    handles = [Rc([1])]
    handles += [clone(handles[0]) for _ in range(2)]

    def forget_two() -> None:
        for handle in handles[:2]:
            forget(handle)

    assert change(forget_two) == {"forgotten": 1}
    assert change(lambda: drop(handles[2])) == {}


def test_a_consumed_value_is_counted_when_its_owner_ends() -> None:
    """A value that a consuming method ended is neither live nor dropped."""

    class Request:
        @consuming
        def send(self) -> None:
            pass

    owner = Owned(Request())
    owner.value.send()
    assert titles() == []
    del owner
    assert titles() == []


def test_what_owns_no_value_is_not_counted() -> None:
    """A scope, a channel, a `Weak` and an empty `OnceCell` that is dropped leave the totals balanced."""

    def use() -> None:
        with Scope() as scope:
            drop(move(scope))
        sender, receiver = channel()
        drop(sender)
        drop(receiver)
        drop(Weak())

    assert {key: value for key, value in change(use).items() if key != "moved"} == {}
    assert change(lambda: drop(OnceCell())) == {"created": 1, "dropped": 1}


def test_make_mut_hands_its_value_on() -> None:
    """`Rc.make_mut` that leaves weak handles behind neither creates nor drops."""
    value = Rc([1])
    left = Rc.downgrade(value)
    assert change(lambda: Rc.make_mut(value).append(2)) == {}
    assert Weak.upgrade(left) is None
    drop(value)


def test_threads_count_together() -> None:
    """No count is lost between threads."""

    def work() -> None:
        for _ in range(500):
            drop(move(Owned([])))

    def run() -> None:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert change(run) == {"created": 2000, "moved": 2000, "dropped": 2000}


def titles() -> list[str]:
    """What the live owners of this module are called."""
    return [owner.title for owner in mine()]


def mine() -> list[LiveOwner]:
    """The live owners that this file has created."""
    return [owner for owner in owned.live() if owner.created.file == __file__]


def test_live_lists_owners_with_all_that_is_known() -> None:
    """Type, name, place, age, thread and borrows; the oldest first."""
    first = Owned(["a"], name="first")
    second = Box({"a": 1})
    lent = [borrow(first), borrow(first)]
    one, two = mine()
    assert (one.kind, one.type, one.name, one.title) == ("Owned", "list", "first", '"first"')
    assert (two.kind, two.type, two.name, two.title) == ("Box", "dict", None, "Box[dict]")
    assert one.created.function == "test_live_lists_owners_with_all_that_is_known"
    assert (one.thread, one.handles, one.has_hook) == ("MainThread", 1, False)
    assert [site.kind for site in one.borrows] == ["borrowed", "borrowed"]
    assert two.borrows == ()
    assert 0 <= two.age <= one.age < 60
    assert one.is_alive()
    del lent
    drop(first)
    assert not one.is_alive()
    assert one.held_by() is None
    assert titles() == ["Box[dict]"]
    assert second == {"a": 1}


def test_live_names_the_thread_and_counts_handles() -> None:
    """The thread is that of the creation; a shared value is listed once."""
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(Arc([1])), name="maker")
    thread.start()
    thread.join()
    made.append(clone(made[0]))
    [one] = mine()
    assert (one.kind, one.thread, one.handles) == ("Arc", "maker", 2)
    made.clear()
    assert mine() == []


def test_live_sees_exclusive_borrows_and_nested_owners() -> None:
    """An owner that is lent exclusively is listed with the borrow, an owner in an owner beside it."""
    outer = Owned(Owned([1], name="inner"), name="outer")
    guard = borrow_mut(outer)
    found = {owner.name: owner for owner in mine()}
    assert sorted(found, key=str) == ["inner", "outer"]
    assert len(found["outer"].borrows) == 1
    assert guard is not None


class Cache:
    """Holds an owner in a class, an attribute and containers."""

    shared: Any = None

    def __init__(self, held: Any) -> None:
        self.held = held


KEPT: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("put", "expected"),
    [
        (lambda owner: KEPT.update(a=[0, owner]), "KEPT['a'][1], global of"),
        (lambda owner: KEPT.update(c=Cache(owner)), "KEPT['c'].held, global of"),
        (lambda owner: KEPT.update(s=Owned([owner])), "KEPT['s'].value[0], global of"),
        (lambda owner: setattr(Cache, "shared", (owner,)), "Cache.shared[0], in a class"),
    ],
)
def test_held_by_gives_the_path_to_an_owner(put: Callable[[Any], None], expected: str) -> None:
    """From a global or a class through attributes, items and other owners."""
    put(Owned(open(__file__), name="held"))
    try:
        [one] = [owner for owner in mine() if owner.name == "held"]
        assert expected in str(one.held_by())
    finally:
        KEPT.clear()
        Cache.shared = None


def test_held_by_finds_local_variables() -> None:
    """The name of a variable of a running function, of a generator that waits, of a closure."""

    def wait() -> Any:
        inside = Owned([1], name="waits")
        yield
        del inside

    def held(name: str) -> str:
        return next(str(owner.held_by()) for owner in mine() if owner.name == name)

    local = [Owned([1], name="local")]
    waiting = wait()
    next(waiting)
    assert held("local").startswith("local[0], local of test_held_by_finds_local_variables at ")
    assert "inside, local of wait at " in held("waits")
    del local
    assert titles() == ['"waits"']
    waiting.close()
    assert titles() == []


def test_listing_keeps_nothing_alive() -> None:
    """What was listed and searched for still dies with its last name."""
    closed: list[str] = []
    owner = Owned("value", drop=closed.append, name="short")
    listed = mine()
    assert listed[0].held_by() is not None
    str(owned.summary())
    del owner
    assert closed == ["value"]


def test_the_summary_counts_and_groups() -> None:
    """Live owners are grouped by their place of creation, the largest group first."""
    many = [Owned(open(__file__), name="many") for _ in range(3)]
    few = Owned([1])
    summary = owned.summary()
    groups = [group for group in summary.groups if group.created.file == __file__]
    assert [len(group.owners) for group in groups] == [3, 1]
    assert groups[0].titles == '"many"'
    text = str(summary)
    assert f'3 of "many", created at {__file__}:' in text
    assert "held by many[0], local of test_the_summary_counts_and_groups" in text
    assert "1 of Owned[list], created at" in text
    assert few.value == [1]
    many.clear()


def test_frozen_owners_are_counted_though_not_listed() -> None:
    """`gc.freeze` hides objects from the search: the summary says how many."""
    owner = Owned([1])
    gc.freeze()
    try:
        summary = owned.summary()
        assert summary.unlisted >= 1
        assert "not found in the heap" in str(summary)
    finally:
        gc.unfreeze()
    assert owner.value == [1]


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    settings = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-c", program], env=settings, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_report_at_exit_says_that_nothing_leaked() -> None:
    """`OWNED_REPORT=1` prints the summary, each line with the process, to the error output."""
    result = run("import owned\nfor n in range(5): owned.drop(owned.move(owned.Owned(n)))", OWNED_REPORT="1")
    lines = result.stderr.splitlines()
    assert result.returncode == 0
    assert all(line.startswith("==") for line in lines)
    assert [line.partition("== ")[2].strip() for line in lines if not line.endswith("==")] == [
        "OWNED SUMMARY:",
        "in use at exit: 0 owners",
        "total: 5 created, 5 dropped, 0 unwrapped, 0 forgotten, 5 moved",
        "all owned values were dropped: no leaks are possible",
    ]


def test_the_report_at_exit_names_what_is_still_in_use() -> None:
    """By place of creation, with what holds it."""
    program = "import owned\nkept = {'a': owned.Owned(open('/dev/null'), name='log')}\nx = owned.Box([])"
    result = run(program, OWNED_REPORT="1")
    assert "in use at exit: 2 owners" in result.stderr
    assert '1 of "log", created at <string>:2 in <module>' in result.stderr
    assert "held by __main__.kept['a'], global of __main__" in result.stderr
    assert "with nothing to run at its end" in result.stderr


def test_forgotten_owners_are_no_clean_exit() -> None:
    """What was forgotten is never dropped, and the report does not call it clean."""
    result = run("import owned\nowned.forget(owned.Owned(1))", OWNED_REPORT="1")
    assert "1 owner given to forget(): never dropped" in result.stderr
    assert "no leaks" not in result.stderr


@pytest.mark.parametrize("setting", ["", "0"])
def test_without_the_setting_nothing_is_printed(setting: str) -> None:
    """`OWNED_REPORT=0` is as good as none."""
    assert run("import owned\nx = owned.Owned(1)", OWNED_REPORT=setting).stderr == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_counts_its_own() -> None:
    """The owners of the parent are neither counted nor listed in a child, and the parent's accounts are untouched."""
    program = """
import os, owned
owner = owned.Owned([1])
child = os.fork()
if child == 0:
    mine = owned.Owned([2])
    summary = owned.summary()
    os._exit(10 * summary.created + summary.live)
_, status = os.waitpid(child, 0)
summary = owned.summary()
print(os.waitstatus_to_exitcode(status), summary.created, summary.live)
"""
    assert run(program).stdout == "11 1 1\n"


def test_a_leak_warning_has_the_value_as_its_source() -> None:
    """`source=` leads tracemalloc to the place where the value was allocated."""

    class Node:
        def close(self) -> None:
            pass

    with warnings.catch_warnings():  # What other tests left to the collector is not to be found here.
        warnings.simplefilter("ignore")
        gc.collect()
    node = Node()
    node.me = Owned(node)  # type: ignore[attr-defined]
    del node
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    [leak] = [warning for warning in caught if issubclass(warning.category, OwnedLeakWarning)]
    assert type(leak.source) is Node
    assert Path(leak.filename) == Path(__file__)
