"""Guards of cells and locks, and borrows of what modules own."""

from __future__ import annotations

import threading

from owned import (
    Arc,
    Box,
    Cell,
    Mutex,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    RwLock,
    borrow,
    borrow_mut,
    clone,
    drop,
    into_inner,
)


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


class Service:
    def __init__(self) -> None:
        self.state = Mutex(Token(1))
        self.table: RwLock[dict[str, int]] = RwLock({})
        self.last = Cell(0)
        self.log: RefCell[list[str]] = RefCell([])

    def lend(self) -> RefMut[Token]:
        return self.state.lock()

    def read(self) -> Ref[dict[str, int]]:
        return self.table.read()

    def note(self, text: str) -> None:
        self.log.borrow_mut().append(text)
        self.last.set(self.last.get() + 1)


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


# case: bm-mutex-guard-alive | a lock is dropped while its guard is alive
def bm_mutex_guard_alive() -> None:
    m = Mutex(Token(1))
    g = m.lock()
    drop(m)  # E: move-while-borrowed E0505
    poke(g)


# case: ce-mutex-guard-ended | after the guard
def ce_mutex_guard_ended() -> Token:
    m = Mutex(Token(1))
    g = m.lock()
    poke(g)
    drop(g)
    with m.lock() as t:
        t.value += 1
    return m.into_inner()


# case: ce-into-inner-while-locked | unwrapped while its guard is alive
def ce_into_inner_while_locked() -> None:
    m = Mutex(Token(1))
    g = m.lock()
    look(m.into_inner())  # E: move-while-borrowed E0505
    poke(g)


# case: tm-lock | guard of a lock that nobody holds
def tm_lock() -> None:
    g = Mutex(Token(1)).lock()  # E: borrow-outlives-owner E0716
    poke(g)


# case: ce-guard-returned | guard of a local lock
def ce_guard_returned() -> RefMut[Token]:
    m = Mutex(Token(1))
    return m.lock()  # E: borrow-outlives-owner E0515


# case: ce-guard-of-field | guards of the locks of an object
def ce_guard_of_field(s: Box[Service]) -> None:
    g = s.lend()
    s.note("x")
    r = s.read()
    drop(s)  # E: move-while-borrowed E0505
    poke(g)
    look(r)


# case: ce-two-locks | two locks of one object
def ce_two_locks(s: Service) -> None:
    with s.state.lock() as t, s.table.write() as table:
        table["x"] = t.value
        s.last.set(1)
    with s.table.read() as a, s.table.read() as b:
        look((a, b))


# case: ce-read-guards | any number of readers
def ce_read_guards(lock: RwLock[Token]) -> int:
    a = lock.read()
    b = lock.read()
    n = a.value + b.value
    drop(a)
    drop(b)
    lock.write().bump()
    return n


# case: ce-cell | a cell is changed through shared borrows
def ce_cell(c: Ref[Cell[int]], d: Rc[Cell[int]]) -> int:
    c.set(c.get() + 1)
    d.set(2)
    return d.get()


# case: ce-part-of-guard | part of a guard after its block
def ce_part_of_guard(m: Mutex[list[Token]]) -> None:
    with m.lock() as tokens:
        first = tokens[0]
    first.bump()  # E: borrow-outlives-owner E0597


# case: ce-plain-out-of-guard | plain values may be kept
def ce_plain_out_of_guard(m: Mutex[Token]) -> int:
    with m.lock() as t:
        n = t.value
    return n


# case: ce-arc-of-mutex | the usual way to share
def ce_arc_of_mutex() -> int:
    shared = Arc(Mutex(Token(0)))

    def work(m: Arc[Mutex[Token]]) -> None:
        with m.lock() as t:
            t.value += 1

    threads = [threading.Thread(target=work, args=(clone(shared),)) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with shared.lock() as token:
        n = token.value
    return n


# case: ce-rc-of-cell | handles on one cell
def ce_rc_of_cell() -> int:
    a = Rc(RefCell([1]))
    b = clone(a)
    with a.borrow_mut() as items:
        items.append(2)
    drop(a)
    n = len(b.borrow())
    return n


# case: ce-rc-guard-then-drop | the handle is dropped while a guard that it lent is alive
def ce_rc_guard_then_drop() -> None:
    a = Rc(RefCell(Token(1)))
    g = a.borrow()
    drop(a)  # E: move-while-borrowed E0505
    look(g)


# case: gl-borrow | what a module owns outlives its functions
CONFIG = Owned(Token(1))
CACHE: Box[dict[str, Token]] = Box({})
COUNTER = Mutex(0)


def gl_borrow() -> Ref[Token]:
    return borrow(CONFIG)


def gl_block() -> int:
    with borrow_mut(CONFIG) as c:
        c.value += 1
    CACHE["x"] = Token(2)
    with COUNTER.lock() as n:
        look(n)
    return len(CACHE)


# case: gl-conflict | conflicts are the same
def gl_conflict() -> None:
    r = borrow(CONFIG)
    poke(borrow_mut(CONFIG))  # E: borrow-conflict E0502
    look(r)


# case: gl-conflict-method | a change while it is lent
def gl_conflict_method() -> None:
    r = borrow(CACHE)
    CACHE.clear()  # E: borrow-conflict E0502
    look(r)


# case: gl-top-level | statements of the module itself
token = Owned(Token(1))
guard = borrow(token)
poke(borrow_mut(token))  # E: borrow-conflict E0502
look(guard)
drop(guard)
poke(borrow_mut(token))
with borrow(token) as view:
    look(view)
look(view)  # E: borrow-outlives-owner E0597
drop(token)
look(token)  # E: use-after-move E0382

for n in range(3):
    fresh = Owned(Token(n))
    with borrow(fresh) as inner:
        look(inner.value)
    drop(fresh)

if len(CACHE):
    other = into_inner(CACHE)
    look(other)


# case: gl-class-body | statements of a class
class Defaults:
    box = Box(Token(1))
    size = peek(borrow(box))
    box.bump()
    held = borrow(box)
    box.bump()  # E: borrow-conflict E0502
