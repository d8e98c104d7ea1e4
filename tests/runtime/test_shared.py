"""Shared owners. The numbers are those of the facts that Rust's own tests assert; both `Rc` and `Arc` obey them."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import threading
import warnings
import weakref
from types import FrameType
from typing import Any

import pytest

from owned import (
    AsyncDropError,
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    NotAnOwnerError,
    NotCopyError,
    NotSendError,
    OwnedLeakWarning,
    ReadOnlyError,
    ScopeError,
    UseAfterDropError,
    UseAfterMoveError,
)
from owned.atomic import FREE_THREADED
from tests.runtime.loose import (
    Arc,
    Box,
    Owned,
    Rc,
    RefCell,
    Weak,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
    try_borrow_mut,
)
from tests.runtime.parts import Failing, Noisy, Plain, refused

both = pytest.mark.parametrize("kind", [Rc, Arc], ids=["Rc", "Arc"])


# Counts -------------------------------------------------------------------------------------------------------------


@both
def test_fact_15_a_new_one_has_one_strong_handle_and_no_weak_one(kind: Any) -> None:
    """Rc::new starts with strong count 1 and weak count 0."""
    rc = kind([1])
    assert (kind.strong_count(rc), kind.weak_count(rc)) == (1, 0)


@both
def test_fact_16_clone_adds_one_and_shares_the_value(kind: Any) -> None:
    """Both handles lead to the same object."""
    rc = kind([1])
    other = clone(rc)
    assert kind.strong_count(rc) == kind.strong_count(other) == 2
    assert deref(rc) is deref(other)


@both
def test_fact_18_ptr_eq_tells_clones_from_equal_values(kind: Any) -> None:
    """ptr_eq is true for clones, and false for two values that are merely equal."""
    rc = kind([1])
    assert kind.ptr_eq(rc, clone(rc))
    assert not kind.ptr_eq(rc, kind([1]))


@both
def test_fact_19_equality_compares_the_values(kind: Any) -> None:
    """So do order and hash."""
    assert kind([1]) == kind([1])
    assert kind([1]) != kind([2])
    assert kind(1) < kind(2)
    assert hash(kind("a")) == hash("a")
    assert kind([1]) == [1]


@both
def test_fact_20_what_is_not_equal_to_itself_stays_so(kind: Any) -> None:
    """An Rc of NaN is not equal to itself."""
    rc = kind(float("nan"))
    assert rc != rc


@both
def test_fact_21_dropping_one_of_several_handles_keeps_the_value(kind: Any) -> None:
    """The strong count goes down by one."""
    log: list[str] = []
    rc = kind(Noisy("a", log))
    other = clone(rc)
    drop(other)
    assert (kind.strong_count(rc), log, rc.name) == (1, [], "a")


@both
def test_fact_22_the_last_strong_handle_drops_the_value_though_a_weak_one_is_there(kind: Any) -> None:
    """And at once (58, 59): dropping the Weak later does not drop it again."""
    log: list[str] = []
    rc = kind(Noisy("a", log))
    weak = kind.downgrade(rc)
    drop(rc)
    assert log == ["a"]
    drop(weak)
    assert log == ["a"]


@both
def test_fact_23_get_mut_wants_no_other_handle(kind: Any) -> None:
    """Neither a strong nor a weak one (60 for Arc)."""
    rc = kind([1])
    with kind.get_mut(rc) as m:
        m.append(2)
    assert rc == [1, 2]
    other = clone(rc)
    assert kind.get_mut(rc) is None
    drop(other)
    weak = kind.downgrade(rc)
    assert kind.get_mut(rc) is None
    drop(weak)
    assert kind.get_mut(rc) is not None


@both
def test_fact_24_a_handle_is_unique_again_when_the_others_are_gone(kind: Any) -> None:
    """Whether they were dropped or only fell out of use."""
    rc = kind([1])
    other, weak = clone(rc), kind.downgrade(rc)
    del other
    assert kind.get_mut(rc) is None
    del weak
    assert kind.get_mut(rc) is not None


@both
def test_fact_25_try_unwrap_of_the_only_handle_gives_the_value(kind: Any) -> None:
    """Undropped; the handle is moved (63 for Arc)."""
    log: list[str] = []
    value = Noisy("a", log)
    rc = kind(value)
    assert kind.try_unwrap(rc) is value
    assert log == []
    refused(UseAfterMoveError, lambda: rc.name)


@both
def test_fact_26_try_unwrap_of_a_shared_one_changes_nothing(kind: Any) -> None:
    """It raises, and both handles are as they were."""
    rc = kind([1])
    other = clone(rc)
    refused(MoveOutOfBorrowError, lambda: kind.try_unwrap(rc), "E0507")
    refused(MoveOutOfBorrowError, lambda: into_inner(rc), "E0507")
    assert kind.strong_count(rc) == 2
    assert (rc, other) == ([1], [1])


@both
def test_facts_27_and_29_unwrapping_ignores_weak_handles(kind: Any) -> None:
    """They are dead afterwards."""
    for unwrap in (kind.try_unwrap, kind.into_inner, into_inner):
        rc = kind([1])
        weak = kind.downgrade(rc)
        assert unwrap(rc) == [1]
        assert Weak.upgrade(weak) is None


@both
def test_fact_28_into_inner_gives_the_value_for_the_last_handle_only(kind: Any) -> None:
    """Otherwise it drops the handle and gives None."""
    rc = kind([1])
    other = clone(rc)
    assert kind.into_inner(other) is None
    refused(UseAfterMoveError, lambda: kind.strong_count(other))
    assert kind.strong_count(rc) == 1
    assert kind.into_inner(rc) == [1]


@both
def test_fact_30_unwrap_or_clone_copies_what_is_shared_only(kind: Any) -> None:
    """It moves the value out when unique."""
    value = [1]
    rc = kind(value)
    other = clone(rc)
    copied = kind.unwrap_or_clone(other)
    assert copied == [1]
    assert copied is not value
    assert kind.strong_count(rc) == 1
    assert kind.unwrap_or_clone(rc) is value


@both
def test_fact_31_make_mut_of_the_only_handle_changes_in_place(kind: Any) -> None:
    """Without copying."""
    value = [1]
    rc = kind(value)
    with kind.make_mut(rc) as m:
        m.append(2)
    assert deref(rc) is value


@both
def test_fact_32_make_mut_of_a_shared_one_copies(kind: Any) -> None:
    """The other handles keep the old value (61 for Arc)."""
    rc = kind([1])
    other = clone(rc)
    with kind.make_mut(rc) as m:
        m.append(2)
    assert (rc, other) == ([1, 2], [1])
    assert not kind.ptr_eq(rc, other)
    assert kind.strong_count(rc) == kind.strong_count(other) == 1


@both
def test_fact_33_make_mut_leaves_weak_handles_behind(kind: Any) -> None:
    """It moves the value of a unique handle to a new place, without copying or dropping it."""
    log: list[str] = []
    value = Noisy("a", log)
    rc = kind(value)
    weak = kind.downgrade(rc)
    with kind.make_mut(rc) as m:
        m.rename("b")
    assert Weak.upgrade(weak) is None
    assert deref(rc) is value
    assert log == []
    drop(rc)
    assert log == ["b"]


@both
def test_fact_35_a_cycle_by_a_weak_handle_is_dropped(kind: Any) -> None:
    """At once, without the garbage collector."""
    log: list[str] = []
    node: Any = Plain(me=None)
    node.tail = Owned(Noisy("a", log))
    gc.disable()
    try:
        rc = kind(node)
        node.me = kind.downgrade(rc)
        del node
        drop(rc)
        assert log == ["a"]
    finally:
        gc.enable()


@both
def test_fact_36_a_failing_drop_frees_the_value_all_the_same(kind: Any) -> None:
    """The failure is raised, and nothing keeps the value."""
    log: list[str] = []
    value = Failing("a", log)
    gone = weakref.ref(value)
    rc = kind(value)
    del value
    try:
        drop(rc)
    except ValueError as error:
        error.__traceback__ = None
    assert log == ["a"]
    assert gone() is None
    assert not is_live(rc)


@both
def test_fact_40_a_handle_prints_as_its_value(kind: Any) -> None:
    """By repr, str and format."""
    rc = kind([1])
    assert (repr(rc), str(rc), f"{kind(2.5):.2f}") == ("[1]", "[1]", "2.50")


# Weak ---------------------------------------------------------------------------------------------------------------


def test_facts_43_and_44_a_weak_handle_on_nothing() -> None:
    """It never upgrades, and counts nothing."""
    weak = Weak()
    assert Weak.upgrade(weak) is None
    assert (Weak.strong_count(weak), Weak.weak_count(weak)) == (0, 0)


@both
def test_facts_45_and_46_upgrade_gives_a_handle_while_one_lives(kind: Any) -> None:
    """And None after the last one is gone."""
    rc = kind([1])
    weak = kind.downgrade(rc)
    assert Weak.upgrade(weak) == [1]
    assert isinstance(Weak.upgrade(weak), kind)
    drop(rc)
    assert Weak.upgrade(weak) is None


@both
def test_facts_47_and_48_downgrade_and_upgrade_count(kind: Any) -> None:
    """The first adds a weak handle, the second a strong one (64 for Arc)."""
    rc = kind([1])
    weak = kind.downgrade(rc)
    assert (kind.strong_count(rc), kind.weak_count(rc)) == (1, 1)
    strong = Weak.upgrade(weak)
    assert (kind.strong_count(rc), kind.weak_count(rc)) == (2, 1)
    del strong
    assert (kind.strong_count(rc), kind.weak_count(rc)) == (1, 1)


@both
def test_fact_49_an_upgraded_handle_keeps_the_value(kind: Any) -> None:
    """After the first one is dropped."""
    log: list[str] = []
    rc = kind(Noisy("a", log))
    strong = Weak.upgrade(kind.downgrade(rc))
    drop(rc)
    assert (strong.name, log) == ("a", [])


@both
def test_fact_50_weak_handles_change_the_weak_count_only(kind: Any) -> None:
    """Cloned, moved and dropped."""
    rc = kind([1])
    weak = kind.downgrade(rc)
    other = clone(weak)
    assert (Weak.strong_count(weak), Weak.weak_count(weak)) == (1, 2)
    moved = move(other)
    assert Weak.weak_count(weak) == 2
    drop(moved)
    assert (Weak.strong_count(weak), Weak.weak_count(weak)) == (1, 1)
    refused(UseAfterMoveError, lambda: Weak.upgrade(other))
    refused(UseAfterDropError, lambda: Weak.upgrade(moved))


@both
def test_fact_51_when_the_value_is_gone_there_is_nothing_to_count(kind: Any) -> None:
    """A Weak reports 0 and 0, though it is a handle itself."""
    rc = kind([1])
    weak = kind.downgrade(rc)
    drop(rc)
    assert (Weak.strong_count(weak), Weak.weak_count(weak)) == (0, 0)


@both
def test_fact_52_weak_handles_are_equal_by_what_they_belong_to(kind: Any) -> None:
    """Two that belong to nothing are equal."""
    rc = kind([1])
    weak = kind.downgrade(rc)
    assert Weak.ptr_eq(weak, kind.downgrade(rc))
    assert not Weak.ptr_eq(weak, kind.downgrade(kind([1])))
    assert not Weak.ptr_eq(weak, Weak())
    assert Weak.ptr_eq(Weak(), Weak())


@both
def test_fact_53_inside_new_cyclic_there_is_nothing_to_upgrade_to(kind: Any) -> None:
    """The strong count is 0 (65 for Arc)."""
    seen = []

    def make(weak: Any) -> Any:
        seen.append((Weak.upgrade(weak), Weak.strong_count(weak)))
        return Plain()

    kind.new_cyclic(make)
    assert seen == [(None, 0)]


@both
def test_facts_54_and_55_after_new_cyclic_the_stored_handles_upgrade(kind: Any) -> None:
    """The counts are 1 and the number of stored handles."""
    rc = kind.new_cyclic(lambda weak: Plain(first=clone(weak), second=clone(weak)))
    assert (kind.strong_count(rc), kind.weak_count(rc)) == (1, 2)
    assert kind.ptr_eq(Weak.upgrade(rc.first), rc)
    assert kind.strong_count(rc) == 1


@both
def test_a_failing_new_cyclic_leaves_nothing(kind: Any) -> None:
    """A weak handle that got out never upgrades."""
    kept = []

    def fail(weak: Any) -> Any:
        kept.append(clone(weak))
        raise ValueError

    with pytest.raises(ValueError):
        kind.new_cyclic(fail)
    assert Weak.upgrade(kept[0]) is None


# Transparent and read-only -----------------------------------------------------------------------------------------


@both
def test_handles_hide_no_name_of_the_value(kind: Any) -> None:
    """Associated functions are invisible on instances."""
    rc = kind(Plain(strong_count=1, downgrade=2, clone=3, get_mut=4, move=5))
    assert (rc.strong_count, rc.downgrade, rc.clone, rc.get_mut, rc.move) == (1, 2, 3, 4, 5)
    bare = kind([1])
    for name in ("strong_count", "downgrade", "ptr_eq", "try_unwrap", "make_mut"):
        with pytest.raises(AttributeError):
            getattr(bare, name)


@both
def test_handles_are_read_only_to_any_depth(kind: Any) -> None:
    """By assignment, deletion, in-place operators and changing methods."""
    rc = kind(Plain(items=[1, [2]], name="a"))
    refused(ReadOnlyError, lambda: setattr(rc, "name", "b"), "E0594")
    refused(ReadOnlyError, lambda: delattr(rc, "name"), "E0594")
    refused(ReadOnlyError, lambda: rc.items.append(1), "E0596")
    refused(ReadOnlyError, lambda: rc.items[1].append(1), "E0596")
    numbers = kind([1])
    refused(ReadOnlyError, lambda: numbers.append(1), "E0596")
    refused(ReadOnlyError, lambda: numbers.__setitem__(0, 2), "E0594")
    with pytest.raises(ReadOnlyError):
        numbers += [1]
    assert numbers == [1]


@both
def test_a_method_that_changes_self_fails_where_it_does(kind: Any) -> None:
    """One that only reads works."""
    rc = kind(Noisy("a", []))
    assert rc.greeting() == "I am a"
    refused(ReadOnlyError, lambda: rc.rename("b"), "E0594")


@both
def test_exclusive_verbs_are_refused(kind: Any) -> None:
    """An Rc only shares its value."""
    rc = kind([1])
    refused(ReadOnlyError, lambda: borrow_mut(rc), "E0596")
    refused(ReadOnlyError, lambda: try_borrow_mut(rc), "E0596")
    refused(ReadOnlyError, lambda: replace(rc, []), "E0596")
    refused(ReadOnlyError, lambda: take(rc), "E0596")
    refused(ReadOnlyError, lambda: swap(rc, Owned([])), "E0596")


@both
def test_what_a_value_lacks_its_handle_lacks(kind: Any) -> None:
    """No length, no call, no iteration of a number."""
    rc = kind(1)
    for use in (len, iter, callable):
        if use is callable:
            assert not callable(rc)
        else:
            with pytest.raises(TypeError):
                use(rc)
    assert rc + 1 == 2
    assert isinstance(rc, int)
    assert isinstance(rc, kind)


@both
def test_an_owner_inside_cannot_leave(kind: Any) -> None:
    """It is only reached through the shared handle."""
    rc = kind(Plain(inner=Owned([1])))
    refused(MoveOutOfBorrowError, lambda: move(rc.inner))
    refused(MoveOutOfBorrowError, lambda: drop(rc.inner))
    refused(MoveOutOfBorrowError, lambda: into_inner(rc.inner))
    with borrow(rc.inner) as r:
        assert r == [1]


@both
def test_a_handle_inside_a_borrowed_value_can_be_cloned(kind: Any) -> None:
    """And asked for its counts, but not unwrapped."""
    outer = Owned(Plain(rc=kind([1])))
    with borrow(outer) as view:
        other = clone(view.rc)
        assert kind.strong_count(view.rc) == 2
        refused(MoveOutOfBorrowError, lambda: kind.into_inner(view.rc))
        refused(ReadOnlyError, lambda: kind.get_mut(view.rc))
    assert other == [1]


# The life of a handle ----------------------------------------------------------------------------------------------


@both
def test_move_keeps_the_count(kind: Any) -> None:
    """The old handle is moved, the new one counts for it."""
    rc = kind([1])
    other = move(rc)
    assert kind.strong_count(other) == 1
    refused(UseAfterMoveError, lambda: rc[0], "E0382")
    refused(UseAfterMoveError, lambda: clone(rc), "E0382")
    refused(UseAfterMoveError, lambda: kind.strong_count(rc), "E0382")
    assert (is_live(rc), is_live(other)) == (False, True)
    assert repr(rc).startswith(f"<moved {kind.__name__}[list]")


@both
def test_a_dropped_handle_is_dead_while_others_live(kind: Any) -> None:
    """A second drop is a use."""
    rc = kind([1])
    other = clone(rc)
    drop(other)
    refused(UseAfterDropError, lambda: drop(other), "E0382")
    refused(UseAfterDropError, lambda: other[0], "E0382")
    assert repr(other).startswith(f"<dropped {kind.__name__}[list]")
    assert rc[0] == 1


@both
def test_the_last_name_drops_the_value(kind: Any) -> None:
    """As in Rust, at the end of the variable's life."""
    log: list[str] = []
    rc = kind(Noisy("a", log))
    other = clone(rc)
    del rc
    assert log == []
    del other
    assert log == ["a"]


@both
def test_a_value_reached_again_during_its_own_drop_is_dead(kind: Any) -> None:
    """Its hook cannot bring it back."""
    seen: list[Any] = []

    class Last:
        def __init__(self, me: Any) -> None:
            self.me = me

        def __drop__(self) -> None:
            seen.append((Weak.upgrade(self.me), Weak.strong_count(self.me)))

    drop(kind.new_cyclic(Last))
    assert seen == [(None, 0)]


@both
def test_a_block_drops_its_handle(kind: Any) -> None:
    """Unless it was moved or dropped in it."""
    log: list[str] = []
    with kind(Noisy("a", log)) as rc:
        other = clone(rc)
    refused(UseAfterDropError, lambda: rc.name)
    assert log == []
    drop(other)
    assert log == ["a"]
    with kind(Noisy("b", log)) as rc:
        kept = move(rc)
    assert (log, kept.name) == (["a"], "b")
    with kind([1]) as rc:
        refused(ScopeError, lambda: type(rc).__enter__(rc))


@both
def test_a_borrow_through_one_handle_hinders_that_one_only(kind: Any) -> None:
    """Others may be moved and dropped; the guard belongs to its handle."""
    log: list[str] = []
    rc = kind(Noisy("a", log))
    other = clone(rc)
    guard = borrow(rc)
    refused(MoveWhileBorrowedError, lambda: drop(rc), "E0505")
    refused(MoveWhileBorrowedError, lambda: move(rc), "E0505")
    refused(MoveWhileBorrowedError, lambda: kind.into_inner(rc), "E0505")
    drop(move(other))
    assert guard.name == "a"
    drop(guard)
    drop(rc)
    assert log == ["a"]


@both
def test_a_guard_does_not_keep_its_handle_alive(kind: Any) -> None:
    """It expires with it, although others keep the value."""
    rc = kind([1])
    other = clone(rc)
    guard = borrow(rc)
    del rc
    refused(BorrowOutlivesOwnerError, lambda: guard[0], "E0597")
    assert other == [1]


@both
def test_the_end_of_a_block_expires_guards(kind: Any) -> None:
    """And reports them."""
    with pytest.raises(BorrowOutlivesOwnerError):
        with kind([1]) as rc:
            guard = borrow(rc)
    refused(BorrowOutlivesOwnerError, lambda: guard[0])


@both
def test_views_expire_with_their_handle_and_do_not_hinder_it(kind: Any) -> None:
    """They were read through the handle."""
    rc = kind([[1]])
    other = clone(rc)
    view = rc[0]
    assert view == [1]
    drop(rc)
    refused(UseAfterDropError, lambda: view[0])
    assert other[0] == [1]


@both
def test_what_get_mut_lends_cannot_be_read_meanwhile(kind: Any) -> None:
    """Nor cloned, borrowed, moved or dropped; afterwards everything is as before."""
    rc = kind([1])
    m = kind.get_mut(rc)
    refused(BorrowError, lambda: rc[0], "E0502")
    refused(BorrowError, lambda: clone(rc), "E0502")
    refused(BorrowError, lambda: borrow(rc), "E0502")
    refused(BorrowError, lambda: kind.strong_count(rc), "E0502")
    refused(BorrowMutError, lambda: kind.get_mut(rc), "E0499")
    refused(MoveWhileBorrowedError, lambda: drop(rc), "E0505")
    m.append(2)
    replace(m, "text")
    drop(m)
    assert (rc, len(rc), rc.upper()) == ("text", 4, "TEXT")
    guard = borrow(rc)
    refused(BorrowMutError, lambda: kind.get_mut(rc), "E0502")
    assert guard == "text"


@both
def test_forgetting_one_handle_keeps_the_value_for_ever(kind: Any) -> None:
    """Its drop never runs, though the others go."""
    log: list[str] = []
    rc = kind(Noisy("a", log))
    forget(clone(rc))
    assert kind.strong_count(rc) == 2
    drop(rc)
    assert log == []


@both
def test_the_hook_and_the_parts_of_a_shared_value_run_once(kind: Any) -> None:
    """`drop=` first, then owners inside, in order; a shared part only when it is the last."""
    log: list[str] = []
    shared = Rc(Noisy("shared", log))
    rc = kind(Plain(a=Owned(Noisy("a", log)), b=clone(shared)), drop=lambda value: log.append("whole"), name="tree")
    drop(rc)
    assert log == ["whole", "a"]
    assert Rc.strong_count(shared) == 1
    drop(shared)
    assert log == ["whole", "a", "shared"]


@both
def test_an_owner_given_to_it_is_moved(kind: Any) -> None:
    """It shares the owner."""
    log: list[str] = []
    inner = Box(Noisy("a", log))
    rc = kind(inner)
    refused(UseAfterMoveError, lambda: inner.name)
    assert rc.name == "a"
    drop(clone(rc))
    drop(rc)
    assert log == ["a"]


@both
def test_handles_are_not_copied_by_python(kind: Any) -> None:
    """copy, deepcopy and pickle are refused."""
    rc = kind([1])
    refused(NotCopyError, lambda: copy.copy(rc))
    refused(NotCopyError, lambda: copy.deepcopy(rc))
    refused(NotCopyError, lambda: pickle.dumps(rc))
    refused(NotCopyError, lambda: copy.copy(kind.downgrade(rc)))


@both
def test_asynchronous_values_are_refused_where_nothing_awaits(kind: Any) -> None:
    """By `with` and by `drop` of the last handle; nothing is dropped."""

    class Session:
        closed = False

        async def aclose(self) -> None:
            self.closed = True

    value = Session()
    rc = kind(value)
    refused(AsyncDropError, lambda: drop(rc))
    drop(clone(rc))
    refused(AsyncDropError, lambda: type(rc).__enter__(rc))
    assert not rc.closed
    forget(rc)


def test_async_with_awaits_the_hook_of_the_last_handle() -> None:
    """Earlier handles leave the value alone."""
    import asyncio

    log: list[str] = []

    class Session:
        async def aclose(self) -> None:
            await asyncio.sleep(0)
            log.append("closed")

    async def main() -> None:
        async with Rc(Session()) as outer:
            async with clone(outer):
                pass
            assert log == []
        assert log == ["closed"]

    asyncio.run(main())


def test_associated_functions_want_their_own_kind() -> None:
    """An Arc is no Rc, and a list is neither."""
    arc: Any = Arc([1])
    refused(NotAnOwnerError, lambda: Rc.strong_count(arc))
    refused(NotAnOwnerError, lambda: Rc.strong_count([1]))
    refused(NotAnOwnerError, lambda: Weak.upgrade(arc))
    refused(NotAnOwnerError, lambda: borrow(Weak()))
    refused(NotAnOwnerError, lambda: deref(Weak()))


def test_a_cycle_of_strong_handles_is_reported_when_it_is_found() -> None:
    """Fact 35: in Rust it leaks; here the garbage collector finds it, drops it once, and warns."""
    log: list[str] = []
    first: Any = Plain()
    second: Any = Plain()
    first.tail, second.tail = Owned(Noisy("a", log)), Owned(Noisy("b", log))
    one, two = Rc(first), Rc(second)
    first.next, second.next = clone(two), clone(one)
    del first, second
    drop(one)
    drop(two)
    del one, two
    assert log == []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    assert sorted(log) == ["a", "b"]
    messages = [str(w.message) for w in caught if issubclass(w.category, OwnedLeakWarning)]
    assert any("Rc[Plain].next -> Rc[Plain].next -> Rc[Plain]" in message for message in messages)


def test_a_cycle_through_a_cell_is_reported_with_its_path() -> None:
    """Also one whose values have no drop hook."""
    node: Any = Plain()
    rc = Rc(RefCell(node))
    node.me = [clone(rc)]
    del node, rc
    with pytest.warns(OwnedLeakWarning, match=r"cycle of strong handles, Rc\[RefCell\]\.me\[0\] -> Rc\[RefCell\]"):
        gc.collect()


# Threads -----------------------------------------------------------------------------------------------------------


def in_thread(call: Any) -> Any:
    """Run a function in another thread and give its result."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


def test_fact_187_an_rc_stays_in_its_thread() -> None:
    """Reading, cloning, dropping, and asking its Weak raise in another one."""
    log: list[str] = []
    rc = Rc(Noisy("a", log))
    weak = Rc.downgrade(rc)
    for use in (
        lambda: rc.name,
        lambda: rc == 1,
        lambda: clone(rc),
        lambda: drop(rc),
        lambda: move(rc),
        lambda: borrow(rc),
        lambda: deref(rc),
        lambda: Rc.strong_count(rc),
        lambda: Weak.upgrade(weak),
        lambda: clone(weak),
    ):
        error = in_thread(use)
        assert type(error) is NotSendError, error
        assert error.code == "E0277"
    assert (rc.name, Rc.strong_count(rc), log) == ("a", 1, [])


def test_an_rc_that_dies_in_a_foreign_thread_is_dropped_in_its_own() -> None:
    """The drop is handed back, and runs at the next operation there."""
    dropped_in: list[int] = []
    box = [Rc([], drop=lambda value: dropped_in.append(threading.get_ident()))]
    in_thread(box.clear)
    assert dropped_in == [] or FREE_THREADED  # There the reference itself is handed back.
    Rc(1)
    assert dropped_in == [threading.get_ident()]


def test_an_rc_whose_thread_has_ended_is_dropped_where_it_dies() -> None:
    """With a warning."""
    log: list[str] = []
    box = [in_thread(lambda: Rc(Noisy("a", log)))]
    with pytest.warns(OwnedLeakWarning, match="which has ended"):
        box.clear()
    assert log == ["a"]


def test_fact_57_an_arc_is_used_and_dropped_in_other_threads() -> None:
    """Its value is the same everywhere."""
    log: list[str] = []
    arc = Arc(Noisy("a", log))
    other = clone(arc)
    assert in_thread(lambda: (other.name, Arc.strong_count(other), drop(other))) == ("a", 2, None)
    assert Arc.strong_count(arc) == 1
    weak = Arc.downgrade(arc)
    assert in_thread(lambda: Weak.upgrade(weak).name) == "a"
    in_thread(lambda: drop(arc))
    assert log == ["a"]


def test_fact_58_whoever_drops_the_last_arc_drops_the_value() -> None:
    """Once, and never early (66)."""
    for _ in range(50):
        log: list[str] = []
        arc = Arc(Noisy("a", log))
        handles = [clone(arc) for _ in range(4)]
        threads = [threading.Thread(target=drop, args=(handle,)) for handle in handles]
        for thread in threads:
            thread.start()
        assert arc.name == "a"
        drop(arc)
        for thread in threads:
            thread.join()
        assert log == ["a"]


def test_fact_62_one_of_two_racing_into_inner_gets_the_value() -> None:
    """The other gets None."""
    for _ in range(50):
        arc = Arc([1])
        handles = [arc, clone(arc)]
        got: list[Any] = []
        threads = [threading.Thread(target=lambda h=h: got.append(Arc.into_inner(h))) for h in handles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got, key=str) == [None, [1]] or sorted(got, key=str) == [[1], None]


@both
def test_a_weak_handle_gives_nothing_while_the_value_of_the_last_strong_one_ends(kind: Any) -> None:
    """Another thread may ask just then; the value ends once."""
    log: list[str] = []
    last = kind(Noisy("a", log))
    weak = kind.downgrade(last)
    upgraded: list[Any] = []

    def look(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name == "__del__":
            upgraded.append(Weak.upgrade(weak))

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        del last
    finally:
        sys.setprofile(before)
    assert set(upgraded) == {None}
    assert log == ["a"]
    assert Weak.upgrade(weak) is None


@both
def test_a_reference_to_a_handle_gives_nothing_when_its_last_name_is_gone(kind: Any) -> None:
    """A handle that goes cannot be revived."""
    keeper = kind([1])
    other = clone(keeper)
    reference = weakref.ref(other)
    del other
    assert reference() is None
    assert kind.strong_count(keeper) == 1
