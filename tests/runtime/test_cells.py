"""Cells. The numbers are those of the facts that Rust's own tests assert."""

from __future__ import annotations

import copy
import gc
import threading
from typing import Any

import pytest

from owned import (
    AlreadySetError,
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    NotCopyError,
    NotInitialisedError,
    PoisonError,
    ReadOnlyError,
    ReentrantInitError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Arc,
    Cell,
    LazyCell,
    OnceCell,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
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
    try_borrow,
    try_borrow_mut,
)
from tests.runtime.parts import Noisy, Plain, refused


def noted(calls: list[int], value: Any) -> Any:
    """Give a value, and write down that it was asked for."""
    calls.append(1)
    return value


# RefCell ------------------------------------------------------------------------------------------------------------


def test_fact_17_both_handles_see_a_change_through_one() -> None:
    """A RefCell in an Rc."""
    one = Rc(RefCell(5))
    two = clone(one)
    with one.borrow_mut() as m:
        m += 20
    assert two.borrow() == 25


def test_fact_68_any_number_of_shared_borrows() -> None:
    """At once."""
    cell = RefCell([1])
    guards = [cell.borrow() for _ in range(5)]
    assert all(guard == [1] for guard in guards)


def test_fact_69_no_shared_borrow_beside_an_exclusive_one() -> None:
    """It is refused; the guard stays valid (73)."""
    cell = RefCell([1])
    m = cell.borrow_mut()
    refused(BorrowError, cell.borrow, "E0502")
    refused(BorrowError, lambda: borrow(cell), "E0502")
    m.append(2)
    assert m == [1, 2]


def test_fact_70_no_exclusive_borrow_beside_a_shared_one() -> None:
    """It is refused."""
    cell = RefCell([1])
    r = cell.borrow()
    refused(BorrowMutError, cell.borrow_mut, "E0502")
    assert r == [1]


def test_fact_71_no_second_exclusive_borrow() -> None:
    """It is refused, and the first one stays valid."""
    cell = RefCell([1])
    m = cell.borrow_mut()
    refused(BorrowMutError, cell.borrow_mut, "E0499")
    refused(BorrowMutError, lambda: borrow_mut(cell), "E0499")
    m.append(2)


def test_fact_72_the_try_forms_give_none() -> None:
    """As methods and as verbs."""
    cell = RefCell([1])
    m = cell.borrow_mut()
    assert cell.try_borrow() is None
    assert cell.try_borrow_mut() is None
    assert try_borrow(cell) is None
    assert try_borrow_mut(cell) is None
    drop(m)
    assert cell.try_borrow() == [1]
    assert cell.try_borrow_mut() == [1]


def test_facts_74_to_76_the_last_guard_to_go_frees_the_cell() -> None:
    """Of two shared ones, the first is not enough."""
    cell = RefCell([1])
    first, second = cell.borrow(), cell.borrow()
    drop(first)
    refused(BorrowMutError, cell.borrow_mut)
    del second
    m = cell.borrow_mut()
    drop(m)
    assert cell.borrow() == [1]


def test_fact_77_a_name_that_is_not_used_holds_the_guard() -> None:
    """Underscore is a name like any other."""
    cell = RefCell([1])
    _ = cell.borrow_mut()
    refused(BorrowError, cell.borrow)


def test_fact_78_a_cloned_guard_is_one_more_borrow() -> None:
    """Released separately."""
    cell = RefCell([1])
    first = cell.borrow()
    second, third = clone(first), Ref.clone(first)
    drop(first)
    assert cell.try_borrow_mut() is None
    drop(second)
    drop(third)
    assert cell.try_borrow_mut() is not None


def test_fact_79_ref_map_moves_the_borrow_to_a_part() -> None:
    """The state of the cell does not change."""
    cell = RefCell(Plain(left=[1], right=[2]))
    whole = cell.borrow()
    part = Ref.map(whole, lambda v: v.left)
    refused(UseAfterMoveError, lambda: whole.right)
    assert cell.try_borrow_mut() is None
    assert part == [1]
    drop(part)
    assert cell.try_borrow_mut() is not None


def test_fact_80_refmut_map_moves_the_borrow_to_a_part() -> None:
    """Which can be changed."""
    cell = RefCell(Plain(left=[1], right=[2]))
    part = RefMut.map(cell.borrow_mut(), lambda v: v.left)
    part.append(3)
    refused(BorrowError, cell.borrow)
    drop(part)
    assert cell.borrow().left == [1, 3]


def test_fact_81_ref_map_split_gives_two_shared_guards() -> None:
    """The cell is free when both are gone."""
    cell = RefCell(Plain(left=[1], right=[2]))
    left, right = Ref.map_split(cell.borrow(), lambda v: (v.left, v.right))
    assert (left, right) == ([1], [2])
    drop(left)
    assert cell.try_borrow_mut() is None
    assert right == [2]
    drop(right)
    assert cell.try_borrow_mut() is not None


def test_facts_82_and_83_refmut_map_split_gives_two_exclusive_guards() -> None:
    """With one dropped, both kinds of borrow are still refused; writes through both are kept."""
    cell = RefCell(Plain(left=[1], right=[2]))
    left, right = RefMut.map_split(cell.borrow_mut(), lambda v: (v.left, v.right))
    left.append(3)
    right.append(4)
    drop(left)
    refused(BorrowError, cell.borrow)
    refused(BorrowMutError, cell.borrow_mut)
    drop(right)
    value = cell.borrow()
    assert (value.left, value.right) == ([1, 3], [2, 4])


def test_facts_84_and_85_filter_map_keeps_the_guard_when_there_is_no_part() -> None:
    """It still holds the borrow."""
    cell = RefCell({"a": [1]})
    r = cell.borrow()
    assert Ref.filter_map(r, lambda d: d.get("b")) is None
    assert cell.try_borrow_mut() is None
    part = Ref.filter_map(r, lambda d: d.get("a"))
    assert part == [1]
    drop(part)
    m = cell.borrow_mut()
    assert RefMut.filter_map(m, lambda d: d.get("b")) is None
    assert cell.try_borrow() is None
    part = RefMut.filter_map(m, lambda d: d.get("a"))
    part.append(2)
    drop(part)
    assert cell.borrow() == {"a": [1, 2]}


def test_facts_86_to_88_and_251_forgotten_guards_borrow_for_ever() -> None:
    """Until undo_leak."""
    cell = RefCell([1])
    forget(cell.borrow())
    assert cell.try_borrow() == [1]
    assert cell.try_borrow_mut() is None
    cell.undo_leak()
    forget(cell.borrow_mut())
    assert cell.try_borrow() is None
    cell.undo_leak()
    with cell.borrow_mut() as m:
        m.append(2)
    assert cell.borrow() == [1, 2]


def test_undo_leak_leaves_live_guards_alone() -> None:
    """They still exclude."""
    cell = RefCell([1])
    r = cell.borrow()
    cell.undo_leak()
    refused(BorrowMutError, cell.borrow_mut)
    assert r == [1]


def test_fact_89_get_mut_needs_no_check() -> None:
    """A forgotten guard does not hinder it; through a shared handle it is refused."""
    cell = RefCell([1])
    forget(cell.borrow())
    with cell.get_mut() as m:
        m.append(2)
    rc = Rc(cell)
    refused(ReadOnlyError, lambda: rc.get_mut(), "E0596")
    assert rc.borrow() == [1, 2]


def test_fact_90_into_inner_consumes_the_cell() -> None:
    """As a method and as a verb; through a shared handle it is refused."""
    value = [1]
    cell = RefCell(value)
    assert cell.into_inner() is value
    refused(UseAfterMoveError, lambda: cell.borrow())
    assert into_inner(RefCell(value)) is value
    rc = Rc(RefCell(value))
    refused(MoveOutOfBorrowError, lambda: rc.into_inner(), "E0507")


def test_facts_91_and_92_replace_gives_the_old_value() -> None:
    """Undropped; refused while any guard is alive."""
    log: list[str] = []
    cell = RefCell(Noisy("a", log))
    old = cell.replace(Noisy("b", log))
    assert (old.name, cell.borrow().name, log) == ("a", "b", [])
    r = cell.borrow()
    refused(BorrowMutError, lambda: cell.replace(Noisy("c", [])), "E0502")
    drop(r)
    m = cell.borrow_mut()
    refused(BorrowMutError, lambda: cell.replace(Noisy("c", [])), "E0499")
    del m
    assert replace(cell, 5).name == "b"


def test_fact_93_replace_with_computes_from_the_old_value() -> None:
    """And gives the old one."""
    cell = RefCell(5)
    assert cell.replace_with(lambda n: n + 1) == 5
    assert cell.borrow() == 6


def test_facts_94_and_95_swap_wants_both_cells_free() -> None:
    """Also when only shared borrows are alive, and not with itself."""
    one, two = RefCell([1]), RefCell([2])
    one.swap(two)
    assert (one.borrow(), two.borrow()) == ([2], [1])
    r = one.borrow()
    refused(BorrowMutError, lambda: one.swap(two))
    refused(BorrowMutError, lambda: two.swap(one))
    drop(r)
    refused(BorrowMutError, lambda: one.swap(one))
    swap(one, two)
    assert one.borrow() == [1]


def test_fact_96_take_leaves_none() -> None:
    """Refused while a guard is alive; what is left is not dropped."""
    log: list[str] = []
    cell = RefCell(Noisy("a", log), drop=lambda value: log.append(f"hook of {value}"))
    r = cell.borrow()
    refused(BorrowMutError, cell.take)
    drop(r)
    assert cell.take().name == "a"
    assert cell.borrow() == None
    drop(cell)
    assert log == []


def test_fact_97_a_guard_formats_like_its_value() -> None:
    """By repr, str and format."""
    cell = RefCell(2.5)
    r = cell.borrow()
    assert (repr(r), str(r), f"{r:.2f}") == ("2.5", "2.5", "2.50")


def test_fact_98_a_lent_cell_prints_a_placeholder() -> None:
    """Instead of its value."""
    cell = RefCell([1])
    assert repr(cell) == "RefCell([1])"
    m = cell.borrow_mut()
    assert repr(cell) == "RefCell(<borrowed>)"
    drop(m)


def test_fact_99_an_exception_releases_the_borrow() -> None:
    """A RefCell is never poisoned."""
    cell = RefCell([1])
    with pytest.raises(ValueError):
        with cell.borrow_mut() as m:
            m.append(2)
            raise ValueError
    assert cell.borrow() == [1, 2]


def test_fact_100_clone_copies_the_value() -> None:
    """And is refused while it is lent exclusively."""
    cell = RefCell([1])
    other = clone(cell)
    other.borrow_mut().append(2)
    assert (cell.borrow(), other.borrow()) == ([1], [1, 2])
    m = cell.borrow_mut()
    refused(BorrowError, lambda: clone(cell), "E0502")
    drop(m)
    with pytest.raises(NotCopyError):
        copy.copy(cell)


def test_fact_101_comparing_reads_both_cells() -> None:
    """And is refused while one is lent exclusively."""
    one, two = RefCell(1), RefCell(2)
    assert one == RefCell(1)
    assert one != two
    assert one < two
    m = two.borrow_mut()
    refused(BorrowError, lambda: one == two)
    refused(BorrowError, lambda: two == one)
    drop(m)


def test_a_cell_is_an_owner() -> None:
    """Moved, dropped, and dead afterwards; not while it is lent."""
    log: list[str] = []
    cell = RefCell(Noisy("a", log))
    other = move(cell)
    refused(UseAfterMoveError, lambda: cell.borrow(), "E0382")
    assert repr(cell).startswith("<moved RefCell[Noisy]")
    r = other.borrow()
    refused(MoveWhileBorrowedError, lambda: drop(other), "E0505")
    refused(MoveWhileBorrowedError, lambda: move(other), "E0505")
    drop(r)
    drop(other)
    assert log == ["a"]
    refused(UseAfterDropError, lambda: other.borrow(), "E0382")
    assert not is_live(other)


def test_a_cell_drops_its_value_with_its_owner() -> None:
    """In a block, by its last name, inside an Rc, and as a part."""
    log: list[str] = []
    with RefCell(Noisy("block", log)):
        pass
    cell = RefCell(Noisy("name", log))
    del cell
    rc = Rc(RefCell(Noisy("rc", log)))
    drop(rc)
    drop(Owned(Plain(cell=Cell(Noisy("part", log)))))
    assert log == ["block", "name", "rc", "part"]


def test_a_guard_does_not_keep_its_cell_alive() -> None:
    """It expires."""
    cell = RefCell([1])
    r = cell.borrow()
    del cell
    refused(BorrowOutlivesOwnerError, lambda: r[0], "E0597")


def test_a_cell_in_a_borrowed_value_can_be_changed() -> None:
    """That is what it is for."""
    outer = Owned(Plain(cell=RefCell([1]), count=Cell(0)))
    with borrow(outer) as view:
        view.cell.borrow_mut().append(2)
        with borrow_mut(view.cell) as m:
            m.append(3)
        view.count.set(5)
        refused(MoveOutOfBorrowError, lambda: drop(view.cell))
        refused(MoveOutOfBorrowError, lambda: view.cell.into_inner())
    assert (outer.value.cell.borrow(), outer.value.count.get()) == ([1, 2, 3], 5)


def test_borrow_mut_of_an_rc_is_refused_and_of_its_cell_works() -> None:
    """Verbs act on the handle that they are given."""
    rc = Rc(RefCell([1]))
    refused(ReadOnlyError, lambda: borrow_mut(rc), "E0596")
    rc.borrow_mut().append(2)
    assert rc.borrow() == [1, 2]


def test_an_owner_given_to_a_cell_is_moved() -> None:
    """Into the cell."""
    log: list[str] = []
    inner = Owned(Noisy("a", log))
    cell = RefCell(inner)
    assert not is_live(inner)
    drop(cell)
    assert log == ["a"]


# Cell ---------------------------------------------------------------------------------------------------------------


def test_fact_102_get_copies_and_set_replaces() -> None:
    """Through a shared handle."""
    one = Rc(Cell(10))
    two = clone(one)
    two.set(20)
    assert one.get() == 20


def test_fact_103_set_drops_the_old_value() -> None:
    """At once."""
    log: list[str] = []
    cell = Cell(Noisy("a", log))
    cell.set(Noisy("b", log))
    assert log == ["a"]
    drop(cell)
    assert log == ["a", "b"]


def test_fact_104_replace_gives_the_old_value_undropped() -> None:
    """It is the caller's."""
    log: list[str] = []
    cell = Cell(Noisy("a", log))
    assert cell.replace(Noisy("b", log)).name == "a"
    assert log == []
    drop(cell)


def test_fact_105_take_leaves_none() -> None:
    """What is left is not dropped."""
    cell = Cell([1], drop=lambda value: pytest.fail("dropped"))
    assert cell.take() == [1]
    assert cell.get() is None
    drop(cell)


def test_fact_106_swap_exchanges() -> None:
    """With itself, nothing happens."""
    one, two = Cell(1), Cell(2)
    one.swap(two)
    one.swap(one)
    assert (one.get(), two.get()) == (2, 1)


def test_fact_107_into_inner_consumes_the_cell() -> None:
    """It is moved."""
    cell = Cell([1])
    assert cell.into_inner() == [1]
    refused(UseAfterMoveError, lambda: cell.get())


def test_fact_108_what_is_copied_out_is_independent() -> None:
    """Of later set calls, and of changes to the copy."""
    cell = Cell([1])
    copied = cell.get()
    copied.append(2)
    assert cell.get() == [1]


def test_fact_109_clone_copies_without_cloning() -> None:
    """The value's own `__clone__` is not called."""

    class Counted:
        def __clone__(self) -> Any:
            pytest.fail("cloned")

    other = clone(Cell(Counted()))
    assert isinstance(other.into_inner(), Counted)


def test_fact_110_update_applies_a_function() -> None:
    """To what is in the cell."""
    cell = Cell(5)
    cell.update(lambda n: n * 2)
    assert cell.get() == 10


def test_what_owns_something_is_not_copied_out_of_a_cell() -> None:
    """Nor what is dropped by a hook."""
    refused(NotCopyError, Cell(Owned([1])).get)
    refused(NotCopyError, Cell([Owned(1)]).get)
    refused(NotCopyError, Cell(Noisy("a", [])).get)
    refused(NotCopyError, Cell([1], drop=lambda value: None).get)


def test_a_cell_lent_by_get_mut_cannot_be_read() -> None:
    """Until the borrow has ended."""
    cell = Cell([1])
    m = cell.get_mut()
    refused(BorrowError, cell.get)
    refused(BorrowMutError, lambda: cell.set([]))
    m.append(2)
    drop(m)
    assert cell == Cell([1, 2])


# OnceCell -----------------------------------------------------------------------------------------------------------


def test_facts_111_and_112_a_new_cell_is_empty_until_its_first_init() -> None:
    """Later initialisers do not run."""
    cell = OnceCell()
    assert cell.get() is None
    assert cell.get_or_init(lambda: 92) == 92
    assert cell.get_or_init(lambda: pytest.fail("ran")) == 92
    assert cell.get() == 92


def test_fact_113_a_second_set_gives_the_value_back() -> None:
    """And keeps the first; an owner that was rejected is still the caller's."""
    cell = OnceCell()
    cell.set([1])
    with pytest.raises(AlreadySetError) as info:
        cell.set([2])
    assert info.value.into_inner() == [2]
    assert cell.get() == [1]
    owner = Owned(1)
    with pytest.raises(AlreadySetError):
        cell.set(owner)
    assert is_live(owner)


def test_fact_114_what_get_gave_stays_valid_across_a_failed_set() -> None:
    """It is a read-only view."""
    cell = OnceCell()
    cell.set([1])
    view = cell.get()
    with pytest.raises(AlreadySetError):
        cell.set([2])
    assert view == [1]
    refused(ReadOnlyError, lambda: view.append(2), "E0596")
    drop(cell)
    refused(UseAfterDropError, lambda: view[0])


def test_fact_115_try_insert_gives_the_value() -> None:
    """Or carries the rejected one."""
    cell = OnceCell()
    assert cell.try_insert(92) == 92
    with pytest.raises(AlreadySetError) as info:
        cell.try_insert(62)
    assert (info.value.into_inner(), cell.get()) == (62, 92)


def test_facts_116_and_117_a_failed_initialiser_leaves_the_cell_empty() -> None:
    """It is not poisoned."""
    cell = OnceCell()

    def fail() -> int:
        raise ValueError

    with pytest.raises(ValueError):
        cell.get_or_init(fail)
    assert cell.get() is None
    assert cell.get_or_init(lambda: 92) == 92


def test_fact_118_an_initialiser_may_not_use_its_own_cell() -> None:
    """It would have no end."""
    cell = OnceCell()
    refused(ReentrantInitError, lambda: cell.get_or_init(lambda: cell.get_or_init(lambda: 1)))
    refused(ReentrantInitError, lambda: cell.get_or_init(lambda: cell.set(1)))
    assert cell.get() is None


def test_fact_119_get_mut_of_a_set_cell() -> None:
    """None when it is empty; refused through a shared handle."""
    cell = OnceCell()
    assert cell.get_mut() is None
    cell.set([1])
    with cell.get_mut() as m:
        m.append(2)
    assert cell.get() == [1, 2]
    rc = Rc(cell)
    refused(ReadOnlyError, lambda: rc.get_mut())
    refused(ReadOnlyError, lambda: rc.take())


def test_fact_120_take_empties_the_cell() -> None:
    """It can be set again; views end."""
    cell = OnceCell()
    cell.set([1])
    view = cell.get()
    assert cell.take() == [1]
    assert cell.take() is None
    refused(UseAfterMoveError, lambda: view[0])
    cell.set([2])
    assert cell.get() == [2]


def test_fact_121_into_inner_gives_the_value_or_none() -> None:
    """The cell is moved."""
    assert OnceCell().into_inner() is None
    cell = OnceCell()
    cell.set([1])
    assert cell.into_inner() == [1]


def test_fact_122_a_cell_drops_what_it_has() -> None:
    """Once; an empty one drops nothing."""
    log: list[str] = []
    cell = OnceCell()
    cell.set(Noisy("a", log))
    drop(cell)
    drop(OnceCell(drop=lambda value: log.append("hook")))
    assert log == ["a"]


def test_fact_123_clone_copies_the_state() -> None:
    """Empty or set."""
    cell = OnceCell()
    empty = clone(cell)
    cell.set([1])
    full = clone(cell)
    assert (empty.get(), full.get()) == (None, [1])
    assert deref(full) is not deref(cell)


def test_fact_124_empty_cells_are_equal() -> None:
    """And different from those that are set."""
    one, two = OnceCell(), OnceCell()
    assert one == two
    one.set(1)
    assert one != two
    two.set(1)
    assert one == two


def test_facts_125_to_127_one_of_many_threads_sets_the_cell() -> None:
    """The others wait, and see what it made."""
    for _ in range(20):
        cell = Arc(OnceCell())
        calls: list[int] = []
        seen: list[Any] = []

        def use(mine: Any) -> None:
            seen.append(mine.get_or_init(lambda: noted(calls, tuple(range(50)))))

        threads = [threading.Thread(target=use, args=(clone(cell),)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert calls == [1]
        assert seen == [tuple(range(50))] * 8


# LazyCell -----------------------------------------------------------------------------------------------------------


def test_fact_129_the_initialiser_runs_once_at_the_first_use() -> None:
    """Not when the cell is made."""
    calls: list[int] = []
    cell = LazyCell(lambda: noted(calls, [92]))
    assert calls == []
    assert cell.force() == [92]
    assert cell.force() == [92]
    assert calls == [1]


def test_fact_130_force_and_borrow_lead_to_the_same_value() -> None:
    """Read-only."""
    cell = LazyCell(lambda: [92])
    with borrow(cell) as r:
        assert r == [92]
    refused(ReadOnlyError, lambda: cell.force().append(1), "E0596")
    assert deref(cell) is deref(cell.force())


def test_facts_131_and_132_a_failed_initialiser_poisons_the_cell() -> None:
    """Every later access fails, too, also by force_mut."""
    calls: list[int] = []

    def fail() -> Any:
        calls.append(1)
        raise ValueError

    for use in ("force", "force_mut"):
        cell = LazyCell(fail)
        with pytest.raises(ValueError):
            getattr(cell, use)()
        with pytest.raises(PoisonError):
            cell.force()
        with pytest.raises(PoisonError):
            cell.force_mut()
        with pytest.raises(PoisonError):
            cell.into_inner()
    assert calls == [1, 1]


def test_fact_133_force_mut_borrows_exclusively() -> None:
    """The initialiser is not run again after a change."""
    cell = LazyCell(lambda: [1])
    with cell.force_mut() as m:
        m.append(2)
    assert cell.force() == [1, 2]


def test_fact_134_into_inner_gives_the_value_or_the_initialiser() -> None:
    """The latter in the error."""

    def make() -> list[int]:
        return [1]

    cell = LazyCell(make)
    with pytest.raises(NotInitialisedError) as info:
        cell.into_inner()
    assert info.value.into_inner() is make
    cell = LazyCell(make)
    cell.force()
    assert cell.into_inner() == [1]


def test_fact_135_threads_initialise_a_lazy_cell_once() -> None:
    """Whichever comes first."""
    calls: list[int] = []
    cell = Arc(LazyCell(lambda: noted(calls, [1])))
    threads = [threading.Thread(target=lambda mine: mine.force(), args=(clone(cell),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_a_lazy_cell_drops_what_it_made() -> None:
    """And nothing if it made nothing."""
    log: list[str] = []
    cell = LazyCell(lambda: Noisy("a", log))
    drop(cell)
    cell = LazyCell(lambda: Noisy("b", log))
    cell.force()
    drop(cell)
    gc.collect()
    assert log == ["b"]
