"""`Vec`: what it owns, what it lends, and what it drops."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import pickle
import socket
import sys
import threading
from collections.abc import Iterator, MutableSequence
from pathlib import Path
from typing import Any

import pytest

from owned import (
    AsyncDropError,
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    NotCopyError,
    NotFoundError,
    NotSendError,
    OwnedLeakWarning,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Arc,
    Box,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    Scope,
    Vec,
    borrow,
    borrow_mut,
    channel,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    spawn,
    swap,
    take,
    try_borrow,
    try_borrow_mut,
)
from tests.runtime.parts import Failing, Noisy, Plain, refused, run_python

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup


def noisy(count: int) -> tuple[Any, list[str]]:
    """A vector of so many noisy values, named by their place, and the log of their drops."""
    log: list[str] = []
    return Vec(Noisy(str(i), log) for i in range(count)), log


# What it owns -------------------------------------------------------------------------------------------------------


def test_elements_are_dropped_in_order_with_the_vector() -> None:
    """`drop(v)` runs the hook of every element, the first one first."""
    v, log = noisy(3)
    drop(v)
    assert log == ["0", "1", "2"]


def test_elements_are_dropped_at_the_end_of_the_block() -> None:
    """`with Vec(...)` drops the elements, real files among them, at its end."""
    with Vec([open(__file__), open(__file__)]) as v:
        files = deref(v)[:]
        assert v[0].readline()
    assert all(file.closed for file in files)


def test_elements_are_dropped_with_the_last_reference() -> None:
    """A vector that nobody names any more drops its elements at once."""
    v, log = noisy(2)
    del v
    assert log == ["0", "1"]


def test_elements_may_be_owners() -> None:
    """Owners that are pushed are moved, and dropped with the vector; a vector in a vector likewise, depth first."""
    log: list[str] = []
    owners = [Owned(Noisy("a", log)), Box(Noisy("b", log)), Rc(Noisy("c", log)), Vec([Noisy("d", log)])]
    v = Vec(owners)
    assert [is_live(o) for o in owners] == [False] * 4
    drop(v)
    assert log == ["a", "b", "c", "d"]


def test_a_hook_for_the_elements() -> None:
    """`drop=` is called with each element, plain or not; an owner among them ends by its own hook."""
    log: list[Any] = []
    v = Vec([1, 2, Owned(3, drop=lambda n: log.append(-n))], drop=log.append)
    v.truncate(1)
    assert log == [2, -3]
    drop(v)
    assert log == [2, -3, 1]


def test_a_hook_that_cannot_be_called_is_refused() -> None:
    """Nothing is taken over when the hook is wrong."""
    o = Owned(1)
    with pytest.raises(TypeError, match="drop hook"):
        Vec([o], drop=lambda: None)
    assert is_live(o)


def test_failing_hooks_stop_no_other() -> None:
    """All elements are dropped; one failure is raised as it is, several as a group."""
    log: list[str] = []
    with pytest.raises(ValueError, match="drop of a"):
        drop(Vec([Failing("a", log), Noisy("b", log)]))
    with pytest.raises(ExceptionGroup) as caught:
        drop(Vec([Failing("c", log), Noisy("d", log), Failing("e", log)]))
    assert len(caught.value.exceptions) == 2
    assert log == ["a", "b", "c", "d", "e"]


def test_an_object_that_is_there_twice_is_dropped_once() -> None:
    """Python lets one object be pushed twice; its hook runs once."""
    log: list[str] = []
    value = Noisy("a", log)
    drop(Vec([value, value]))
    assert log == ["a"]


def test_a_deep_nest_is_dropped_without_recursion() -> None:
    """A vector in a vector, ten thousand deep."""
    log: list[str] = []
    v = Vec([Noisy("innermost", log)])
    for _ in range(10_000):
        v = Vec([v])
    drop(v)
    assert log == ["innermost"]


def test_elements_that_are_dropped_by_awaiting() -> None:
    """Where nothing can await, the vector is refused, and nothing is dropped; `async with` awaits each in order."""
    log: list[int] = []

    class Connection:
        def __init__(self, number: int) -> None:
            self.number = number

        async def aclose(self) -> None:
            await asyncio.sleep(0)
            log.append(self.number)

    v = Vec([Connection(1), Connection(2)])
    refused(AsyncDropError, lambda: drop(v))
    refused(AsyncDropError, lambda: type(v).__enter__(v))

    async def run() -> None:
        async with v:
            assert len(v) == 2

    asyncio.run(run())
    assert log == [1, 2]
    assert not is_live(v)


def test_elements_that_nobody_awaited_warn() -> None:
    """A vector that dies with such elements drops the others, and warns."""
    log: list[str] = []

    class Connection:
        async def aclose(self) -> None:
            log.append("closed")

    v = Vec([Noisy("a", log), Connection(), Noisy("b", log)])
    with pytest.warns(OwnedLeakWarning, match="awaiting"):
        del v
    assert log == ["a", "b"]


def test_a_vector_that_leaks_warns() -> None:
    """Elements with hooks that die in a cycle are dropped, and the leak is named; plain ones leave nothing to say."""
    log: list[str] = []

    def cycle(value: Any) -> None:
        holder = Plain(v=Vec([value]))
        holder.itself = holder

    cycle(1)
    gc.collect()
    cycle(Noisy("a", log))
    with pytest.warns(OwnedLeakWarning, match=r"Vec\[Noisy\]"):
        gc.collect()
    assert log == ["a"]


def test_in_a_forked_child_it_is_inert() -> None:
    """A fork drops nothing that its parent made."""
    done = run_python(
        """
        import os
        from owned import NotSendError, Vec, drop
        class Thing:
            def close(self): print("closed in", "parent" if os.getpid() == parent else "child", flush=True)
        parent = os.getpid()
        v = Vec([Thing()])
        if os.fork() == 0:
            try:
                drop(v)
            except NotSendError:
                print("refused", flush=True)
            os._exit(0)
        os.wait()
        drop(v)
        """
    )
    assert done.stdout.split("\n")[:2] == ["refused", "closed in parent"], done.stderr


def test_an_element_of_another_thread_stays_there() -> None:
    """A connection that belongs to its thread cannot be dropped with a vector elsewhere."""
    import sqlite3

    v = Vec([sqlite3.connect(":memory:")])
    found: list[object] = []

    def end() -> None:
        found.append(refused(NotSendError, lambda: drop(v)))

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()
    assert len(found) == 1
    drop(v)


# Verbs --------------------------------------------------------------------------------------------------------------


def test_forget_forgets_the_elements() -> None:
    """No hook runs, then or later, not even of owners among the elements, to any depth."""
    log: list[str] = []
    v = Vec([Owned(Noisy("a", log)), Vec([Box(Noisy("b", log))]), Plain(held=Owned(Noisy("c", log))), Noisy("d", log)])
    forget(v)
    del v
    gc.collect()
    assert log == []


def test_a_vector_cannot_replace_itself() -> None:
    """It would lose its elements, or have them twice."""
    v = Vec([1, 2])
    refused(BorrowMutError, lambda: replace(v, v), "E0499")
    swap(v, v)
    assert v == [1, 2]


def test_move() -> None:
    """A moved vector is dead, and the new handle has its elements."""
    v = Vec([1, 2])
    w = move(v)
    assert w == [1, 2]
    refused(UseAfterMoveError, lambda: v.push(1))
    refused(UseAfterMoveError, lambda: v[0])
    refused(UseAfterMoveError, lambda: len(v))
    refused(UseAfterMoveError, lambda: iter(v))
    assert repr(v).startswith("<moved Vec[int]")
    assert not is_live(v)


def test_drop_and_into_inner_and_forget() -> None:
    """The verbs end a vector; only `drop` drops."""
    v, log = noisy(2)
    inner = into_inner(v)
    assert type(inner) is list
    assert log == []
    forgotten = Vec(inner)
    forget(forgotten)
    w = Vec(inner)
    drop(w)
    refused(UseAfterDropError, lambda: drop(w))
    assert log == ["0", "1"]


def test_borrow_gives_all_that_reads() -> None:
    """A shared borrow has the reading methods, and refuses the others."""
    v = Vec([3, 1, 2])
    with borrow(v) as r:
        assert isinstance(r, Vec)
        assert (r[0], r[-1], len(r), list(r), 1 in r, r == [3, 1, 2], r.first(), r.get(5)) == (
            (3, 2, 3, [3, 1, 2], True, True, 3, None)
        )
        for change in (
            lambda: r.push(1),
            lambda: r.sort(),
            lambda: r.clear(),
            lambda: r.get_mut(0),
            lambda: r.iter_mut(),
            lambda: r.append(1),
        ):
            refused(ReadOnlyError, change, "E0596")
        refused(ReadOnlyError, lambda: r.__setitem__(0, 1), "E0594")
        refused(ReadOnlyError, lambda: r.__delitem__(0), "E0594")
        refused(BorrowMutError, lambda: v.push(1), "E0502")
        assert v[0] == 3
    refused(BorrowOutlivesOwnerError, lambda: r[0])
    v.push(4)


def test_borrow_mut_gives_all() -> None:
    """An exclusive borrow changes the vector, which cannot even be read meanwhile."""
    v = Vec([3, 1, 2])
    with borrow_mut(v) as m:
        m.push(0)
        m.sort()
        m[0] = 9
        m += [5]
        m[1:3] = [7]
        del m[-1]
        refused(BorrowError, lambda: v[0], "E0502")
        refused(BorrowMutError, lambda: v.push(1), "E0499")
        assert repr(v) == "<Vec[int] borrowed exclusively>"
    assert v == [9, 7, 3]


def test_an_exclusive_borrow_is_lent_again() -> None:
    """While it is lent again it waits; afterwards it is used as before."""
    v = Vec([1])
    m = borrow_mut(v)
    with borrow(m) as r:
        refused(BorrowMutError, lambda: m.push(2), "E0502")
        assert (r[0], m[0]) == (1, 1)
    m.push(2)
    with borrow_mut(m) as again:
        again.push(3)
        refused(BorrowError, lambda: m[0], "E0502")
    for x in m:
        assert x
        refused(BorrowMutError, lambda: m.push(2))
    m.push(4)
    drop(m)
    assert v == [1, 2, 3, 4]


def test_try_borrows() -> None:
    """The `try_` verbs give `None` on a conflict."""
    v = Vec([1])
    r = borrow(v)
    assert try_borrow_mut(v) is None
    drop(r)
    m = borrow_mut(v)
    assert try_borrow(v) is None
    drop(m)


def test_clone() -> None:
    """A clone owns clones of the elements; owners are cloned as owners, and its drops are its own."""
    log: list[str] = []
    v = Vec([Noisy("a", log), 5, Owned(Noisy("b", log)), [1]], name="v")
    w = clone(v)
    assert [w[0].name, w[1], w[2].value.name, w[3] == [1], w[3] is v[3]] == ["a'", 5, "b'", True, False]
    drop(v)
    drop(w)
    assert log == ["a", "b", "a'", "b'"]


def test_a_clone_that_fails_drops_what_it_made() -> None:
    """When one element cannot be cloned, the clones made before are dropped, and the vector is as it was."""
    log: list[str] = []
    v = Vec([Noisy("a", log), socket.socket()])
    refused(NotCopyError, lambda: clone(v))
    assert log == ["a'"]
    drop(v)
    assert log == ["a'", "a"]


@pytest.mark.parametrize("copying", [copy.copy, copy.deepcopy, pickle.dumps])
def test_copies_are_refused_with_the_remedy(copying: Any) -> None:
    """Copy and pickle are refused; the message names `clone`."""
    v = Vec([1])
    for handle in (v, borrow(v)):
        assert "clone(x)" in str(refused(NotCopyError, lambda handle=handle: copying(handle)))  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(into_inner(clone(v)))) == [1]


def test_replace_take_and_swap() -> None:
    """They exchange whole vectors; nothing is dropped."""
    v, log = noisy(1)
    old = replace(v, [1, 2])
    assert (v == [1, 2], len(old)) == (True, 1)
    rest = take(v)
    assert (rest, v) == ([1, 2], [])
    swap(old, v)
    assert (len(v), len(old), log) == (1, 0, [])
    with borrow_mut(v) as m:
        held = take(m)
    assert (len(held), len(v), log) == (1, 0, [])
    r = borrow(v)
    refused(BorrowMutError, lambda: replace(v, []), "E0502")
    drop(r)


def test_scopes_and_owners_hold_vectors() -> None:
    """A vector can be owned by a scope, a box or another owner, and is reached through them."""
    v, log = noisy(1)
    with Scope() as s:
        owned = s.own(v)
        assert owned.value[0].name == "0"
    assert log == ["0"]
    b = Box(Vec([1, 2]))
    b.push(3)
    assert (b[2], len(b), list(b)) == (3, 3, [1, 2, 3])
    o = Owned(Vec([1]))
    with borrow(o) as r:
        refused(ReadOnlyError, lambda: r.push(1), "E0596")
        assert (r[0], r.first()) == (1, 1)
    with borrow_mut(o) as m:
        m.push(2)
    assert o.value == [1, 2]


def test_a_vector_is_made_of_an_owner() -> None:
    """Given an owner of a container, or another vector, it takes that over."""
    for source in (Vec([1, 2]), Box([1, 2]), Owned((1, 2))):
        assert Vec(source) == [1, 2]
        assert not is_live(source)
    gone = Owned([1])
    drop(gone)
    refused(UseAfterDropError, lambda: Vec(gone))


def test_deref_gives_a_list() -> None:
    """`deref(v)` is the list itself, for functions that want one."""
    v = Vec([1, 2])
    assert json.dumps(deref(v)) == "[1, 2]"
    with borrow(v) as r:
        assert json.dumps(deref(r)) == "[1, 2]"


# Elements in and out ------------------------------------------------------------------------------------------------


def test_push_pop_insert_remove() -> None:
    """They do what Rust's do; `pop` of nothing gives `None`."""
    v = Vec()
    v.push(1)
    v.push(3)
    v.insert(1, 2)
    v.insert(3, 4)
    v.insert(-1, 9)
    assert v == [1, 2, 3, 9, 4]
    assert (v.remove(3), v.pop(), v.pop(0), v.swap_remove(0), v.swap_remove(-1), v.pop()) == (9, 4, 1, 2, 3, None)


def test_what_is_moved_out_is_not_dropped() -> None:
    """An element that left the vector is the caller's."""
    v, log = noisy(5)
    kept = [v.pop(), v.remove(0), v.swap_remove(0), v.pop(0)]
    drop(v)
    assert log == ["2"]
    assert [x.name for x in kept] == ["4", "0", "1", "3"]


def test_bad_indices_are_named() -> None:
    """Index errors say the length and the index; other types are refused."""
    v = Vec([1, 2, 3])
    calls: list[Any] = [lambda: v[5], lambda: v.remove(5), lambda: v.swap_remove(-4), lambda: v.swap(0, 7)]
    for call in calls:
        with pytest.raises(IndexError, match="length is 3 but the index is"):
            call()
    with pytest.raises(IndexError, match="the length is 3; push"):
        v.insert(4, 1)
    with pytest.raises(IndexError, match="length is 3"):
        v.split_at(4)
    with pytest.raises(IndexError, match="length is 3"):
        v.__setitem__(3, 1)
    for wrong in ("a", 1.5, None):
        with pytest.raises(TypeError, match="indices are integers or slices"):
            v[wrong]
    with pytest.raises(TypeError, match="indices"):
        v.remove("a")
    for size in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            v.chunks(size)
    with pytest.raises(TypeError):
        v.windows("2")
    with pytest.raises(ValueError):
        v.truncate(-1)
    with pytest.raises(TypeError):
        Vec(5)
    assert v == [1, 2, 3]


def test_assignment_drops_what_was_there() -> None:
    """`v[i] = x` and `v[a:b] = xs` drop the old elements after the new ones are in place."""
    v, log = noisy(4)
    v[1] = Noisy("new", log)
    assert log == ["1"]
    v[2:] = [Noisy("tail", log)]
    assert log == ["1", "2", "3"]
    v[0] = v_0 = 5
    assert (log, v[0]) == (["1", "2", "3", "0"], v_0)
    del v[1]
    del v[-1:]
    assert log == ["1", "2", "3", "0", "new", "tail"]
    assert v == [5]
    with pytest.raises(ValueError, match="extended slice"):
        v[::2] = [Owned(Noisy("refused", log)), 1]
    assert (v, log[-1]) == ([5], "refused")


def test_a_vector_cannot_hold_itself() -> None:
    """It would have no owner any more."""
    v = Vec([1])
    for store in (
        lambda: v.push(v),
        lambda: v.insert(0, v),
        lambda: v.__setitem__(0, v),
        lambda: v.extend([v]),
        lambda: borrow_mut(v).push(v),
    ):
        refused(MoveWhileBorrowedError, store, "E0505")
    assert v == [1]


def test_clear_and_truncate_drop_in_order() -> None:
    """`truncate` drops the tail, `clear` everything; longer than it is, nothing happens."""
    v, log = noisy(4)
    v.truncate(9)
    v.truncate(2)
    assert log == ["2", "3"]
    v.clear()
    assert log == ["2", "3", "0", "1"]
    assert v.is_empty()


def test_a_failing_drop_leaves_the_vector_whole() -> None:
    """The elements are out before their hooks run: a hook that fails, or uses the vector, finds it consistent."""
    log: list[str] = []
    v = Vec([Failing("a", log), Noisy("b", log)])
    with pytest.raises(ValueError):
        v.clear()
    assert (len(v), log) == (0, ["a", "b"])
    seen: list[int] = []
    w: Any = Vec([1, 2, 3], drop=lambda n: seen.append(len(w)))
    w.truncate(1)
    assert seen == [1, 1]
    into_inner(w)


def test_extend_takes_anything_iterable() -> None:
    """Lists, ranges, generators, other vectors and borrowed slices."""
    v = Vec([1])
    v.extend([2])
    v.extend(range(3, 5))
    v.extend(x for x in (5,))
    other = Vec([6])
    v.extend(other)
    assert not is_live(other)
    w = Vec([7, 8, 9])
    with w[1:] as tail:
        v.extend(tail)
    v += (10,)
    assert v == [1, 2, 3, 4, 5, 6, 8, 9, 10]


def test_extend_by_a_generator_that_fails() -> None:
    """What came before the failure stays, and is dropped once, with the vector."""
    log: list[str] = []

    def some() -> Iterator[Any]:
        yield Noisy("a", log)
        yield Owned(Noisy("b", log))
        raise KeyError("no more")

    v = Vec()
    with pytest.raises(KeyError):
        v.extend(some())
    assert (len(v), log) == (2, [])
    drop(v)
    assert log == ["a", "b"]


def test_a_generator_that_fails_in_the_constructor() -> None:
    """What was taken over is dropped once, and the failure goes on."""
    log: list[str] = []

    def some() -> Iterator[Any]:
        yield Noisy("a", log)
        yield Failing("b", log)
        raise KeyError("no more")

    with pytest.raises(KeyError) as caught:
        Vec(some())
    assert log == ["a", "b"]
    assert isinstance(caught.value.__context__, ValueError)


def test_extend_refuses_what_is_gone() -> None:
    """A moved owner among the elements is refused where it is met."""
    gone, fresh = Owned(1), Owned(2)
    move(gone)
    v = Vec()
    refused(UseAfterMoveError, lambda: v.extend([0, gone, fresh]))
    assert v == [0]
    assert is_live(fresh)


def test_a_generator_cannot_use_the_vector_that_it_extends() -> None:
    """Meanwhile the vector is borrowed exclusively."""
    v = Vec([1, 2])
    refused(BorrowError, lambda: v.extend(v[0] for _ in range(2)), "E0502")
    error = refused(BorrowMutError, lambda: v.extend(v), "E0499")
    assert str(error).startswith("cannot give Vec[int] to its own extend(): ")
    refused(BorrowMutError, lambda: v.append(v), "E0499")
    assert v == [1, 2]


def test_append_empties_the_other() -> None:
    """`append(other)` moves all elements, and leaves the other one empty but alive; what is no vector is pushed."""
    v, log = noisy(1)
    w, _ = noisy(2)
    v.append(w)
    assert (len(v), w, is_live(w)) == (3, [], True)
    with borrow_mut(w) as m:
        m.push(1)
        v.append(m)
    v.append([5])
    assert (len(v), v[3], list(v[4]), log) == (5, 1, [5], [])


def test_drain() -> None:
    """A drain gives the elements away; what was not taken is dropped with it, and the vector is lent meanwhile."""
    v, log = noisy(5)
    with v.drain(1, 4) as middle:
        assert next(middle).name == "1"
        refused(BorrowError, lambda: v[0])
    assert log == ["2", "3"]
    assert [x.name for x in v] == ["0", "4"]
    drop(v.drain())
    assert (len(v), log) == (0, ["2", "3", "0", "4"])


def test_the_refusal_of_a_change_in_a_loop_is_a_sentence() -> None:
    """The error for a call, an assignment and a deletion names what was tried, of or on what."""
    v = Vec([1, 2])
    for _ in v:
        said = [
            str(refused(BorrowMutError, attempt)).partition("\n")[0]
            for attempt in (lambda: v.push(3), lambda: v.__setitem__(0, 1), lambda: v.__delitem__(0))
        ]
    assert said == [
        "cannot call push() on Vec[int]: it is borrowed (E0502)",
        "cannot assign to an item of Vec[int]: it is borrowed (E0506)",
        "cannot delete an item of Vec[int]: it is borrowed (E0506)",
    ]


def test_a_drain_is_not_clamped() -> None:
    """A range beyond the end, or that ends before it begins, is refused as by Rust, and changes and lends nothing."""
    v = Vec(range(4))
    for bounds in ((2, 5), (5, None), (-5, 2), (0, -5), (3, 1), (3, -2)):
        with pytest.raises(IndexError, match="drain"):
            v.drain(*bounds)
    with pytest.raises(TypeError, match="drain\\(\\) needs indices"):
        v.drain("x")
    assert list(v.drain(4)) == list(v.drain(2, 2)) == []
    assert (list(v.drain(-2)), v) == ([2, 3], [0, 1])


def test_a_drain_that_is_dropped_or_forgotten_by_name() -> None:
    """`drop(drain)` ends it; so do its last element and its last reference."""
    v = Vec(range(6))
    d = v.drain(4)
    assert (len(d), list(d)) == (2, [4, 5])
    v.push(6)
    d = v.drain(0, 1)
    assert is_live(d)
    drop(d)
    refused(UseAfterDropError, lambda: drop(d), "E0382")
    refused(UseAfterDropError, lambda: next(d), "E0382")
    assert not is_live(d)
    d = v.drain(0, 1)
    del d
    assert v == [2, 3, 6]


def test_split_off() -> None:
    """The tail becomes a vector of its own, with the same hook."""
    log: list[int] = []
    v = Vec([1, 2, 3], drop=log.append)
    tail = v.split_off(1)
    drop(tail)
    assert log == [2, 3]
    assert v.split_off(-1) == [1]
    assert v == []


def test_retain() -> None:
    """Elements are asked in order, and dropped as soon as they are refused."""
    v, log = noisy(4)
    v.retain(lambda x: int(x.name) % 2)
    assert ([x.name for x in v], log) == (["1", "3"], ["0", "2"])


def test_retain_by_a_function_that_fails() -> None:
    """What was not asked about stays; everything is dropped once."""
    v, log = noisy(4)

    def keep(x: Any) -> bool:
        if x.name == "2":
            raise KeyError
        return bool(x.name != "0")

    with pytest.raises(KeyError):
        v.retain(keep)
    assert ([x.name for x in v], log) == (["1", "2", "3"], ["0"])
    drop(v)
    assert log == ["0", "1", "2", "3"]


def test_retain_with_failing_drops() -> None:
    """All are asked; the failures are raised at the end."""
    log: list[str] = []
    v = Vec([Failing("a", log), Noisy("b", log), Failing("c", log)])
    with pytest.raises(ExceptionGroup):
        v.retain(lambda x: False)
    assert (len(v), log) == (0, ["a", "b", "c"])


def test_retain_mut_changes_what_it_keeps() -> None:
    """Its function may change the elements that it is asked about."""
    v = Vec([[1], [], [2]])
    v.retain_mut(lambda x: bool(x) and (x.append(0) or True))
    assert v == [[1, 0], [2, 0]]


def test_dedup() -> None:
    """Of neighbours that are equal the first stays, and the others are dropped."""
    v = Vec([1, 1, 2, 2, 2, 1])
    v.dedup()
    assert v == [1, 2, 1]
    w, log = noisy(6)
    w.dedup_by_key(lambda x: int(x.name) // 2)
    assert ([x.name for x in w], log) == (["0", "2", "4"], ["1", "3", "5"])


def test_a_comparison_that_fails_or_looks_back() -> None:
    """When `__eq__` raises nothing is lost; when it changes the vector it is refused."""

    class Odd:
        def __eq__(self, other: object) -> bool:
            raise KeyError

        __hash__ = None  # type: ignore[assignment]

    v = Vec([Odd(), Odd()])
    for call in (v.dedup, lambda: v.contains(1), lambda: v == [1, 2], lambda: v.index(1)):
        with pytest.raises(KeyError):
            call()
    assert len(v) == 2

    class Meddler:
        def __eq__(self, other: object) -> bool:
            w.push(1)
            return False

        __hash__ = None  # type: ignore[assignment]

    w = Vec([Meddler()])
    refused(BorrowMutError, lambda: w.contains(1), "E0502")
    refused(BorrowMutError, lambda: Meddler() in w, "E0502")
    assert len(w) == 1


def test_sort() -> None:
    """Stable, by a key, backwards; the key function sees what a borrow sees."""
    v = Vec([3, 1, 2])
    v.sort()
    assert v == [1, 2, 3]
    v.sort(reverse=True)
    v.sort_by_key(lambda x: x % 2)
    assert v == [2, 3, 1]
    w, _ = noisy(3)
    w.sort(key=lambda x: -int(x.name))
    assert [x.name for x in w] == ["2", "1", "0"]
    refused(ReadOnlyError, lambda: w.sort(key=lambda x: x.items.append(1)))


def test_a_sort_that_fails_loses_nothing() -> None:
    """A key function or a comparison that raises, or looks at the vector, leaves all elements in it."""
    v, log = noisy(5)

    def key(x: Any) -> int:
        if x.name == "3":
            raise KeyError
        return -int(x.name)

    with pytest.raises(KeyError):
        v.sort_by_key(key)
    with pytest.raises(TypeError):
        v.sort()
    refused(BorrowError, lambda: v.sort(key=lambda x: len(v)), "E0502")
    assert (sorted(x.name for x in v), log) == (["0", "1", "2", "3", "4"], [])
    drop(v)
    assert sorted(log) == ["0", "1", "2", "3", "4"]


def test_owners_are_sorted_by_a_key() -> None:
    """They have no order of their own, and the message names the remedy."""
    v = Vec([Owned(2), Owned(1)])
    with pytest.raises(TypeError, match="sort_by_key"):
        v.sort()
    v.sort_by_key(lambda owner: owner.value)
    assert [x.value for x in v] == [1, 2]


def test_binary_search() -> None:
    """What is found gives its index; what is not raises, and carries the place for it."""
    v = Vec([1, 3, 5])
    assert [v.binary_search(x) for x in (1, 3, 5)] == [0, 1, 2]
    with pytest.raises(NotFoundError) as caught:
        v.binary_search(4)
    assert caught.value.into_inner() == 2
    assert (v.try_binary_search(4), v.try_binary_search(5)) == (None, 2)
    assert Vec([[1, "a"], [2, "b"]]).binary_search_by_key(2, lambda x: x[0]) == 1


def test_it_is_a_sequence_like_lists() -> None:
    """Isinstance, comparison, index, count, containment, printing, and the names of MutableSequence."""
    v = Vec([1, 2, 2])
    assert issubclass(type(v), MutableSequence)
    assert (v == [1, 2, 2], [1, 2, 2] == v, v != [1], v == (1, 2, 2), v < [2], v >= Vec([1, 2])) == (
        (True, True, True, False, True, True)
    )
    assert (v.index(2), v.count(2), 2 in v, list(reversed(v)), str(v)) == (1, 2, True, [2, 2, 1], "Vec([1, 2, 2])")
    v.append(3)
    v.reverse()
    v.extend([0])
    v += [9]
    assert v.pop() == 9
    assert v == [3, 2, 2, 1, 0]
    with pytest.raises(TypeError, match="unhashable"):
        hash(v)
    with pytest.raises(ValueError):
        v.index(77)
    with borrow(v) as r, v[:] as part:
        for sequence in (v, r, part):
            match sequence:
                case [first, *rest]:
                    assert (first, rest) == (3, [2, 2, 1, 0])
                case _:
                    pytest.fail("it matches no sequence")
    assert f"{v}" == "Vec([3, 2, 2, 1, 0])"


def test_it_cannot_be_subclassed_and_has_no_other_attributes() -> None:
    """A handle changes its class as it is lent; a subclass would be lost."""
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Mine", (Vec,), {})
    with pytest.raises(AttributeError):
        Vec().colour = "red"
    with pytest.raises(TypeError, match="borrowed from a Vec"):
        import owned

        owned.Slice()


# Lending ------------------------------------------------------------------------------------------------------------


def test_plain_values_come_out_bare() -> None:
    """They are Rust's `Copy`: reading them lends nothing."""
    v = Vec([1, "a", None, (1, 2), 2.5])
    kept = [v[0], v.first(), v.last(), v.get(1), v[3], *v]
    v.push(1)
    assert kept == [1, 1, 2.5, "a", (1, 2), 1, "a", None, (1, 2), 2.5]


def test_indexing_lends() -> None:
    """An element that is more than a plain value is a view: read-only, and it lends the vector while it is there."""
    v = Vec([[1], [2]])
    first = v[0]
    assert (first, first[0]) == ([1], 1)
    refused(ReadOnlyError, lambda: first.append(2), "E0596")
    error = refused(BorrowMutError, lambda: v.push([3]), "E0502")
    assert [site.kind for site in error.sites] == ["created", "borrowed", "used"]
    refused(BorrowMutError, lambda: v.__setitem__(0, []), "E0506")
    refused(MoveWhileBorrowedError, lambda: drop(v), "E0505")
    del first
    v.push([3])
    assert v.get(7) is None


def test_elements_cannot_be_moved_out_of_a_borrow() -> None:
    """Neither by index, nor in a loop, nor through a slice or a borrow (E0507)."""
    log: list[str] = []
    v = Vec([Owned(Noisy("a", log)), Noisy("b", log), Box([1])])
    for verb in (move, drop, into_inner, forget):
        for i in range(3):
            refused(MoveOutOfBorrowError, lambda verb=verb, i=i: verb(v[i]), "E0507")  # type: ignore[misc]
        refused(MoveOutOfBorrowError, lambda verb=verb: verb(v.first()), "E0507")  # type: ignore[misc]
        with borrow(v) as r:
            refused(MoveOutOfBorrowError, lambda verb=verb: verb(r[0]), "E0507")  # type: ignore[misc]
        for x in v:
            refused(MoveOutOfBorrowError, lambda verb=verb, x=x: verb(x), "E0507")  # type: ignore[misc]
            break
    x = None
    refused(MoveOutOfBorrowError, lambda: v[0].into_inner(), "E0507")
    assert log == []
    a, b, c = v.drain()
    assert (a.value.name, b.name, c == [1]) == ("a", "b", True)


def test_an_element_cannot_be_put_in_twice() -> None:
    """Storing a view of an element in its own vector would give it two owners."""
    v = Vec([[1], [2]])
    with borrow_mut(v) as m:
        refused(MoveOutOfBorrowError, lambda: m.push(m[0]), "E0507")
        refused(MoveOutOfBorrowError, lambda: m.__setitem__(1, m[0]), "E0507")
    assert v == [[1], [2]]


def test_slices_are_refs_that_lend() -> None:
    """`v[a:b]` copies nothing, lends the vector, and ends with its block."""
    v = Vec(range(10))
    part = v[2:5]
    assert isinstance(part, Ref)
    assert (part, len(part), part[0], part[-1], list(part), 3 in part, part[1:] == [3, 4]) == (
        ([2, 3, 4], 3, 2, 4, [2, 3, 4], True, True)
    )
    assert (v[::3], v[::-1][0], v[20:]) == ([0, 3, 6, 9], 9, [])
    refused(BorrowMutError, lambda: v.push(1), "E0502")
    refused(ReadOnlyError, lambda: part.__setitem__(0, 1), "E0594")
    refused(ReadOnlyError, lambda: part.swap(0, 1), "E0596")
    drop(part)
    v.push(10)
    with v[:2] as two:
        assert two.first() == 0
    refused(BorrowOutlivesOwnerError, lambda: two[0])


def test_a_slice_ends_with_its_vector() -> None:
    """The block of the vector ends: the slice is over, and its use is refused."""
    with pytest.raises(BorrowOutlivesOwnerError), Vec([[1]]) as v:
        part = v[:]
    refused(BorrowOutlivesOwnerError, lambda: part[0])


def test_first_last_get_and_their_mut_forms() -> None:
    """They give `None` where there is nothing; the `mut` forms lend exclusively."""
    v = Vec([1, 2, 3])
    with v.first_mut() as first:
        first += 10
        refused(BorrowError, lambda: v[1])
    with v.last_mut() as last:
        last *= 2
    with v.get_mut(1) as second:
        assert second == 2
    with v.get_mut(slice(0, 2)) as two:
        two.reverse()
    assert v == [2, 11, 6]
    assert (v.get_mut(5), v.get(5), Vec().first_mut(), Vec().last_mut(), Vec().first(), Vec().last()) == (None,) * 6
    m = v.get_mut(0)
    refused(BorrowMutError, lambda: v.push(1), "E0499")
    assert replace(m, 7) == 2
    drop(m)
    assert v == [7, 11, 6]


def test_disjoint_exclusive_views_are_used_together() -> None:
    """`split_at_mut`, `split_first_mut` and `chunks_mut` divide the vector."""
    v = Vec(range(6))
    left, right = v.split_at_mut(3)
    left[0], right[0] = right[0], left[0]
    left.sort(reverse=True)
    right[-1] = 50
    refused(BorrowError, lambda: v[0], "E0502")
    drop(left)
    refused(BorrowError, lambda: v[0], "E0502")
    drop(right)
    assert v == [3, 2, 1, 0, 4, 50]
    first, rest = v.split_first_mut()
    first += rest[0]
    rest[0] = 0
    drop(first), drop(rest)
    *most, last = v.chunks_mut(4)
    most[0][3], last[0] = last[0], most[0][3]
    assert isinstance(last, RefMut)
    assert v == [5, 0, 1, 4, 0, 50]
    assert (Vec().split_first_mut(), Vec().split_first(), Vec().split_last()) == (None, None, None)
    x, others = v.split_last()
    assert (x, others) == (50, [5, 0, 1, 4, 0])


def test_shared_splits() -> None:
    """`split_at`, `chunks` and `windows` lend slices for reading."""
    v = Vec(range(5))
    a, b = v.split_at(2)
    assert (a, b) == ([0, 1], [2, 3, 4])
    assert [list(c) for c in v.chunks(2)] == [[0, 1], [2, 3], [4]]
    assert [sum(w) for w in v.windows(3)] == [3, 6, 9]
    assert list(v.windows(6)) == []
    refused(BorrowMutError, lambda: v.push(1))
    drop(a), drop(b)
    v.push(5)


def test_slices_have_slices() -> None:
    """A slice is divided again, shared or exclusively."""
    v = Vec([4, 3, 2, 1])
    with v.get_mut(slice(1, None)) as tail:
        a, b = tail.split_at_mut(1)
        a[0], b[0] = b[0], a[0]
        drop(a), drop(b)
        tail.sort()
        assert [list(w) for w in tail.windows(2)] == [[1, 2], [2, 3]]
        with pytest.raises(TypeError):
            tail[0:1] = [5]
    assert v == [4, 1, 2, 3]
    with v[1:] as part, part[1:] as inner:
        assert (inner, inner.binary_search(3)) == ([2, 3], 1)


def test_borrows_end_with_a_vector_that_dies() -> None:
    """A guard, a slice, an element and a lent loop do not keep their vector alive."""
    for lend in (borrow, borrow_mut, lambda v: v[:], lambda v: v[0], lambda v: v.get_mut(0), lambda v: v.first()):
        held = lend(Vec([[1]]))
        refused(BorrowOutlivesOwnerError, lambda held=held: len(held), "E0597")  # type: ignore[misc]


def test_what_a_failed_call_borrowed_is_given_back() -> None:
    """Its traceback keeps its variables, but they hinder nobody."""
    v = Vec([[1], [2]])

    def fail(lend: Any) -> None:
        held = lend()
        raise KeyError(held is None)

    for lend in (lambda: borrow(v), lambda: v[0], lambda: v[:1], lambda: v.get_mut(0), lambda: v.split_at(1)):
        try:
            fail(lend)
        except KeyError:
            v.push([3])
    assert len(v) == 7


def test_a_view_that_a_change_ended_says_where_that_was() -> None:
    """The vector goes on, and so does the borrow: what ended the view is the change, at its place."""
    v = Vec([[1], [2]])
    lent = borrow_mut(v)
    first = lent[0]
    lent.push([3])
    error = refused(BorrowOutlivesOwnerError, lambda: first[0], "E0597")
    assert "ended when its collection was used again" in str(error)
    assert [site.kind for site in error.sites] == ["created", "borrowed", "used", "used"]
    code = test_a_view_that_a_change_ended_says_where_that_was.__code__
    assert error.sites[2].line - code.co_firstlineno == 5
    drop(lent)
    refused(BorrowOutlivesOwnerError, lambda: first[0], "E0597")


def test_shared_owners_and_cells_of_vectors() -> None:
    """Through an `Rc` a vector is read-only; a `RefCell` lends it exclusively; a thread takes it over."""
    shared = Rc(Vec([1, 2]))
    assert (shared[0], list(shared), len(shared), shared.first()) == (1, [1, 2], 2, 1)
    refused(ReadOnlyError, lambda: shared.push(3), "E0596")
    cell = RefCell(Vec([1]))
    with cell.borrow_mut() as m:
        m.push(2)
        m[0] = 5
    with cell.borrow() as r:
        assert (r[0], sum(r)) == (5, 7)
    v = Vec([1, 2, 3])
    assert spawn(sum, v).join() == 6
    assert not is_live(v)
    sender, receiver = channel()
    sender.send(Vec(["sent"]))
    assert receiver.recv()[0] == "sent"


def test_guards_have_no_other_attributes() -> None:
    """What a guard consists of cannot be assigned."""
    v = Vec([1])
    r = borrow(v)
    for name in ("cell", "lender", "colour"):
        with pytest.raises(AttributeError):
            setattr(r, name, 1)
    assert r == [1]


# Loops --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("elements", [[1, 2, 3], [[1], [2], [3]]], ids=["plain", "lists"])
def test_a_vector_cannot_be_changed_in_its_loop(elements: list[Any]) -> None:
    """The loop lends the vector: a change names both places, and the vector can be read meanwhile."""
    v = Vec(elements)
    count = 0
    for x in v:
        count += 1
        for change in (
            lambda: v.push(1),
            lambda: v.remove(0),
            lambda: v.clear(),
            lambda: v.pop(),
            lambda: v.sort(),
            lambda: v.extend([1]),
            lambda: v.drain(),
            lambda: v.retain(lambda x: x),
            lambda: v.insert(0, 1),
        ):
            error = refused(BorrowMutError, change, "E0502")
            assert [site.kind for site in error.sites] == ["created", "borrowed", "used"]
            assert error.sites[1].line < error.sites[2].line
        refused(BorrowMutError, lambda: v.__setitem__(0, 1), "E0506")
        refused(MoveWhileBorrowedError, lambda: move(v), "E0505")
        assert x in v
        assert v[0] == elements[0]
        for y in v:
            assert y
    assert count == 3
    v.push(1)


@pytest.mark.parametrize("elements", [[1, 2, 3], [[1], [2], [3]]], ids=["plain", "lists"])
def test_a_loop_that_is_left_early_gives_back(elements: list[Any]) -> None:
    """By `break`, by an exception, by `return`, and when it never began."""
    v = Vec(elements)
    for x in v:
        if x:
            break
    v.push(1)

    def fail() -> None:
        for x in v:
            raise KeyError(x)

    with pytest.raises(KeyError):
        fail()
    v.push(1)
    iter(v)
    v.push(1)
    it = iter(v)
    next(it)
    refused(BorrowMutError, lambda: v.push(1))
    del it
    v.push(1)


def test_what_a_loop_gave_lasts_until_it_would_be_wrong() -> None:
    """A name that lingers hinders nobody; once the vector has changed, its use is refused."""
    v = Vec([[1], [2]])
    for x in v:
        pass
    assert (x, v[0], len(v)) == ([2], [1], 2)
    assert x == [2]
    v.push([3])
    error = refused(BorrowOutlivesOwnerError, lambda: x[0], "E0597")
    assert "used again" in str(error)
    kept = [x for x in v if x != [2]]
    assert kept == [[1], [3]]
    w = move(v)
    refused(BorrowOutlivesOwnerError, lambda: kept[0][0])
    assert w == [[1], [2], [3]]


def test_exclusive_loops() -> None:
    """`iter_mut` lends one element after the other; several may be held; a use of the vector ends them."""
    v = Vec([1, 2, 3])
    for x in v.iter_mut():
        x += 10
        refused(BorrowError, lambda: v[0])
    v.push(4)
    refused(BorrowOutlivesOwnerError, lambda: x + 1, "E0597")
    a, b, *rest = v.iter_mut()
    swap(a, b)
    assert v == [12, 11, 13, 4]
    for dead in (a, b, *rest):
        refused(BorrowOutlivesOwnerError, lambda dead=dead: dead + 1)  # type: ignore[misc]
    w = Vec([[1], [2]])
    for y in w.iter_mut():
        y.append(0)
    assert w == [[1, 0], [2, 0]]


def test_a_loop_through_an_exclusive_borrow_changes_elements() -> None:
    """As in Rust, `for x in m` gives exclusive views."""
    v = Vec([[1], [2]])
    with borrow_mut(v) as m:
        for x in m:
            x.append(5)
            refused(BorrowMutError, lambda: m.push([3]))
        m.push([3])
        m[0].append(6)
        for y in m.iter_mut():
            y.append(7)
        m.push([4])
    assert v == [[1, 5, 6, 7], [2, 5, 7], [3, 7], [4]]


def test_what_an_exclusive_loop_left_ends_with_the_vector() -> None:
    """No exclusive element outlives what it belongs to."""
    v = Vec([[1], [2]])
    with borrow_mut(v) as m:
        for x in m.iter_mut():
            pass
    assert v == [[1], [2]]
    refused(BorrowOutlivesOwnerError, lambda: x.append(1))
    for y in v.iter_mut():
        pass
    inner = into_inner(v)
    refused(BorrowOutlivesOwnerError, lambda: y.append(1))
    assert inner == [[1], [2]]


def test_a_temporary_lives_as_long_as_its_loop() -> None:
    """`for x in Vec(...)` keeps the vector until the loop is over, and drops it then."""
    log: list[str] = []
    names = []
    for x in Vec([Noisy("a", log), Noisy("b", log)]):
        names.append(x.name)
        assert log == []
    del x
    assert (names, log) == (["a", "b"], ["a", "b"])
    assert sum(Vec([1, 2, 3])) == 6
    assert max(Vec(range(5))) == 4
    assert sum(x for x in Vec([1, 2])) == 3


def test_a_loop_ends_with_the_scope_of_its_vector() -> None:
    """A generator that still loops over a vector whose block has ended is told so."""
    for elements in ([1, 2, 3], [[1], [2], [3]]):

        def walk(elements: Any = elements) -> Iterator[Any]:
            with Vec(elements) as v:
                it = iter(v)
                next(it)
                yield it

        walker = walk()
        it = next(walker)
        with pytest.raises(BorrowOutlivesOwnerError):
            next(walker)
        with pytest.raises(BorrowOutlivesOwnerError):
            next(it)


def test_sorted_map_zip_and_unpacking() -> None:
    """What a collection of borrowed elements keeps can be used until the vector changes."""
    v, log = noisy(3)
    names = [x.name for x in sorted(v, key=lambda x: x.name, reverse=True)]
    assert names == ["2", "1", "0"]
    a, b, c = v
    assert (a.name, b.name, c.name) == ("0", "1", "2")
    assert [x.name for x, _ in zip(v, range(2), strict=False)] == ["0", "1"]
    biggest = max(v, key=lambda x: x.name)
    assert biggest.name == "2"
    v.pop()
    refused(BorrowOutlivesOwnerError, lambda: biggest.name)
    assert log == []


def test_a_borrowed_owner_in_a_vector() -> None:
    """An owner among the elements is lent by its view, and ends its guards when it is dropped."""
    v = Vec([Owned([1])])
    r = borrow(v[0])
    assert r == [1]
    v.clear()
    refused(BorrowOutlivesOwnerError, lambda: r[0])


def test_ref_map_leads_to_elements() -> None:
    """`Ref.map` and `RefMut.map` narrow a borrow of a vector to one element."""
    v = Vec([[1], [2]])
    with Ref.map(borrow(v), lambda xs: xs[1]) as second:
        assert second == [2]
    with RefMut.map(borrow_mut(v), lambda xs: xs[0]) as first:
        first.append(5)
    assert v == [[1, 5], [2]]


def test_real_sockets_leave_by_name_or_are_closed() -> None:
    """A pool of real sockets: one is moved out and works on, the others are closed with the pool."""
    with Vec() as pool:
        for _ in range(3):
            pool.push(socket.socket())
        raw = list(deref(pool))
        kept = pool.swap_remove(0)
        with pool.get_mut(0) as first:
            first.settimeout(5)
    assert [s.fileno() == -1 for s in raw] == [False, True, True]
    kept.close()


def test_many_threads_move_out_each_element_once() -> None:
    """Behind a lock, a vector hands each element to one thread."""
    from owned import Mutex

    pool = Mutex(Vec(range(400)))
    taken: list[int] = []

    def work() -> None:
        while True:
            with pool.lock() as v:
                x = v.pop()
            if x is None:
                return
            taken.append(x)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(400))


def test_threads_read_a_shared_vector() -> None:
    """Through an `Arc` many threads index and loop at once; afterwards nothing is lent."""
    numbers = Arc(Vec([1, [2], 3]))
    sums: list[int] = []

    def work(mine: Any) -> None:
        for _ in range(200):
            sums.append(sum(x if isinstance(x, int) else x[0] for x in mine) + mine[1][0])

    threads = [threading.Thread(target=work, args=(clone(numbers),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    del threads, thread
    assert sums == [8] * 800
    v = into_inner(numbers)
    v.push(4)
    assert into_inner(v) == [1, [2], 3, 4]


def test_files_written_through_a_vector(tmp_path: Path) -> None:
    """Owners of real files in a vector: written through a loop, closed in order at the end."""
    paths = [tmp_path / name for name in "abc"]
    closed: list[str] = []

    def close(file: Any) -> None:
        closed.append(Path(file.name).name)
        file.close()

    with Vec(Owned(open(path, "w"), drop=close) for path in paths) as files:
        for number, file in enumerate(files):
            file.value.write(str(number))
    assert closed == ["a", "b", "c"]
    assert [path.read_text() for path in paths] == ["0", "1", "2"]
