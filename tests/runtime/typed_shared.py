"""What type checkers see of shared owners, cells, locks and channels. This file is only type-checked, never run."""

from __future__ import annotations

from typing_extensions import assert_type

from owned import (
    Arc,
    Cell,
    JoinHandle,
    LazyCell,
    Mutex,
    OnceCell,
    Owned,
    Rc,
    Receiver,
    Ref,
    RefCell,
    RefMut,
    RwLock,
    Sender,
    Weak,
    borrow,
    borrow_mut,
    channel,
    clone,
    deref,
    into_inner,
    move,
    spawn,
    thread_scope,
    try_borrow,
)


class Token:
    def __init__(self, value: int) -> None:
        self.value = value


def constructors() -> None:
    assert_type(Rc(5), Rc[int])
    assert_type(Arc([1], name="numbers"), Arc[list[int]])
    assert_type(Rc(RefCell([1])), Rc[RefCell[list[int]]])
    assert_type(Arc(Mutex(Token(1))), Arc[Mutex[Token]])
    assert_type(LazyCell(lambda: 5), LazyCell[int])


def verbs(rc: Rc[Token], arc: Arc[list[int]], other: Rc[Token], weak: Weak[Token]) -> None:
    assert_type(clone(rc), Rc[Token])
    assert_type(clone(weak), Weak[Token])
    assert_type(borrow(rc), Ref[Token])
    assert_type(try_borrow(arc), Ref[list[int]] | None)
    assert_type(deref(rc), Token)
    assert_type([*deref(arc)], list[int])
    assert_type(move(rc), Rc[Token])
    assert_type(into_inner(other), Token)


def associated_functions(rc: Rc[Token], arc: Arc[Token], a: Rc[Token], b: Arc[Token], c: Rc[Token]) -> None:
    assert_type(Rc.strong_count(rc), int)
    assert_type(Arc.weak_count(arc), int)
    assert_type(Rc.downgrade(rc), Weak[Token])
    assert_type(Rc.ptr_eq(rc, rc), bool)
    assert_type(Rc.get_mut(rc), RefMut[Token] | None)
    assert_type(Arc.make_mut(arc), RefMut[Token])
    assert_type(Rc.try_unwrap(a), Token)
    assert_type(Arc.into_inner(b), Token | None)
    assert_type(Rc.unwrap_or_clone(c), Token)
    assert_type(Weak.strong_count(Rc.downgrade(rc)), int)


def cells(cell: Cell[int], ref_cell: RefCell[Token], once: OnceCell[str], lazy: LazyCell[list[int]]) -> None:
    assert_type(cell.get(), int)
    assert_type(cell.replace(1), int)
    with ref_cell.borrow() as r:
        assert_type(r, Token)
    with borrow_mut(ref_cell) as m:
        assert_type(m, Token)
    assert_type(ref_cell.try_borrow_mut(), RefMut[Token] | None)
    assert_type(once.get(), str | None)
    assert_type(once.get_or_init(lambda: "a"), str)
    assert_type(lazy.force(), list[int])
    assert_type(ref_cell.into_inner(), Token)


def locks(mutex: Mutex[Token], lock: RwLock[list[int]]) -> None:
    with mutex.lock() as token:
        assert_type(token, Token)
    assert_type(mutex.try_lock(), RefMut[Token] | None)
    with lock.read() as numbers:
        assert_type(numbers, list[int])
    with lock.write(timeout=1.0) as numbers:
        assert_type(numbers, list[int])
    assert_type(mutex.into_inner(), Token)


def parts(t: Token) -> tuple[int, str]:
    return t.value, str(t)


def mapping(r: Ref[Token], other: Ref[Token]) -> None:
    left, right = Ref.map_split(other, parts)
    assert_type(left, Ref[int])
    assert_type(right, Ref[str])
    assert_type(Ref.clone(r), Ref[Token])


def threads(owner: Owned[Token]) -> None:
    handle = spawn(lambda: 5)
    assert_type(handle, JoinHandle[int])
    assert_type(handle.join(), int)
    with thread_scope() as s:
        assert_type(s.spawn(lambda t: str(t), borrow(owner)).join(), str)


def channels() -> None:
    tx, rx = channel(int)
    assert_type(tx, Sender[int])
    assert_type(rx, Receiver[int])
    assert_type(rx.recv(), int)
    assert_type(rx.try_recv(), int | None)
    for n in rx:
        assert_type(n, int)
