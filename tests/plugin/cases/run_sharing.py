"""Shared owners, cells, locks, channels and threads: each marked line raises at run time, too, as `run_` files promise."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

from owned import (
    Arc,
    Box,
    Cell,
    Condvar,
    LazyCell,
    Mutex,
    OnceCell,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    RwLock,
    Weak,
    aio,
    borrow,
    borrow_mut,
    channel,
    clone,
    drop,
    into_inner,
    move,
    spawn,
    thread_scope,
)


@dataclass
class Token:
    n: int = 0
    names: list[str] = field(default_factory=list)


@dataclass
class Node:
    name: str
    parent: Weak[Node] = field(default_factory=Weak)
    children: RefCell[list[Rc[Node]]] = field(default_factory=lambda: RefCell([]))


def look(t: object) -> None:
    print(t is None)


def never() -> bool:
    return False


def count(r: Ref[Token]) -> int:
    n: int = r.n
    return n


def total(r: Ref[list[int]]) -> int:
    return sum(r)


def push(m: RefMut[list[int]]) -> None:
    m.append(1)


def eat(t: Owned[Token]) -> None:
    drop(t)


def keep(rc: Rc[Token]) -> None:
    look(rc.n)


def n_of(a: Arc[Token]) -> int:
    return a.n


# case: sh-rc-moved | a handle that was moved
def bad_rc_moved() -> None:
    a = Rc(Token())
    b = move(a)
    look(b.n)
    look(a.n)  # E: use-after-move E0382


# case: sh-rc-dropped | a handle that was dropped
def bad_rc_dropped() -> None:
    a = Rc(Token())
    drop(a)
    look(a.n)  # E: use-after-move E0382


# case: sh-rc-other-handle | the other handle goes on
def ok_rc_other_handle() -> None:
    a = Rc(Token())
    b = clone(a)
    drop(a)
    look(b.n)
    a = clone(b)
    look((a.n, Rc.strong_count(a), Rc.ptr_eq(a, b)))


# case: sh-rc-assigned | read-only
def bad_rc_assigned() -> None:
    a = Rc(Token())
    a.n = 1  # E: mutate-through-ref E0594


# case: sh-rc-changed | to any depth
def bad_rc_changed() -> None:
    a = Rc(Token())
    a.names.append("x")  # E: mutate-through-ref E0596


# case: sh-rc-get-mut | exclusive access while it is the only handle
def ok_rc_get_mut() -> None:
    a = Rc(Token())
    m = Rc.get_mut(a)
    if m is not None:
        m.n = 1
        drop(m)
    with Rc.make_mut(a) as t:
        t.n += 1
    look(a.n)


# case: sh-rc-get-mut-alive | and the handle may not be used meanwhile
def bad_rc_get_mut_alive() -> None:
    a = Rc(Token())
    m = Rc.make_mut(a)
    m.n = 1
    drop(a)  # E: move-while-borrowed E0505


# case: sh-rc-unwrapped | unwrapping takes the handle
def bad_rc_unwrapped() -> None:
    a = Rc(Token())
    t = Rc.try_unwrap(a)
    t.n += 1
    look(a.n)  # E: use-after-move E0382


# case: sh-rc-unwrap-or-clone | so does this
def bad_rc_unwrap_or_clone() -> None:
    a = Rc(Token())
    t = Rc.unwrap_or_clone(a)
    t.n += 1
    look(a.n)  # E: use-after-move E0382


# case: sh-arc-moved | an `Arc` is moved, too
def bad_arc_moved() -> None:
    a = Arc(Token())
    drop(a)
    look(a.n)  # E: use-after-move E0382


# case: sh-weak | a weak handle is upgraded
def ok_weak() -> None:
    a = Rc(Token())
    w = Rc.downgrade(a)
    b = Weak.upgrade(w)
    if b is not None:
        look(b.n)
    drop(a)
    look(Weak.strong_count(w))
    drop(w)


# case: sh-weak-moved | a weak handle is a handle
def bad_weak_moved() -> None:
    a = Rc(Token())
    w = Rc.downgrade(a)
    drop(w)
    look(Weak.upgrade(w))  # E: use-after-move E0382


# case: sh-tree | a tree with weak links upwards
def ok_tree() -> None:
    root = Rc(Node("root"))
    leaf = Rc(Node("leaf", Rc.downgrade(root)))
    root.children.borrow_mut().append(clone(leaf))
    up = Weak.upgrade(leaf.parent)
    if up is not None:
        look(up.name)
    for child in root.children.borrow():
        look(child.name)


# case: sh-new-cyclic | a value that knows itself
def ok_new_cyclic() -> None:
    node = Rc.new_cyclic(lambda me: Node("loop", me))
    look(node.name)


# case: sh-cell | changed through a shared handle
def ok_cell() -> None:
    shared = Rc(Cell(1))
    other = clone(shared)
    other.set(other.get() + 1)
    look(shared.replace(5))
    shared.update(lambda n: n + 1)
    look((shared.take(), shared.get()))


# case: sh-cell-takes | a cell takes what is put in
def bad_cell_takes() -> None:
    cell = Cell(Owned(Token(1)))
    t = Owned(Token(2))
    cell.set(t)
    look(t.value)  # E: use-after-move E0382


# case: sh-cell-swap | two cells
def ok_cell_swap() -> None:
    a, b = Cell(1), Cell(2)
    a.swap(b)
    look((a.get(), into_inner(b)))


# case: sh-once | set once
def ok_once() -> None:
    once: OnceCell[Token] = OnceCell()
    look(once.get_or_init(Token).n)
    found = once.get()
    if found is not None:
        look(found.n)
    m = once.get_mut()
    if m is not None:
        m.n = 3
    drop(m)
    look(once.take())


# case: sh-lazy | made on first use
def ok_lazy() -> None:
    lazy = LazyCell(Token)
    look(lazy.force().n)
    with lazy.force_mut() as t:
        t.n = 1
    look(into_inner(lazy).n)


# case: rc-two-exclusive | two exclusive borrows of a cell
def bad_two_exclusive() -> None:
    c = RefCell([1])
    a = c.borrow_mut()
    b = c.borrow_mut()  # E: borrow-conflict E0499
    look((a, b))


# case: rc-shared-then-exclusive | a shared and an exclusive one
def bad_shared_then_exclusive() -> None:
    c = RefCell([1])
    a = c.borrow()
    b = c.borrow_mut()  # E: borrow-conflict E0502
    look((a, b))


# case: rc-exclusive-then-shared | the other way round
def bad_exclusive_then_shared() -> None:
    c = RefCell([1])
    a = c.borrow_mut()
    b = c.borrow()  # E: borrow-conflict E0502
    look((a, b))


# case: rc-two-shared | two shared ones
def ok_two_shared() -> None:
    c = RefCell([1])
    a = c.borrow()
    b = c.borrow()
    look((a, b))


# case: rc-one-after-other | one after the other
def ok_one_after_other() -> None:
    c = RefCell([1])
    a = c.borrow_mut()
    a.append(2)
    drop(a)
    with c.borrow_mut() as m:
        m.append(3)
    c.borrow_mut().append(4)
    look(c.borrow())
    c.borrow_mut()[0] = 5


# case: rc-in-block | inside a block
def bad_in_block() -> None:
    c = RefCell([1])
    with c.borrow_mut() as m:
        m.append(1)
        look(c.borrow())  # E: borrow-conflict E0502


# case: rc-nested-blocks | two blocks
def bad_nested_blocks() -> None:
    c = RefCell([1])
    with c.borrow() as a, c.borrow_mut() as b:  # E: borrow-conflict E0502
        look((a, b))


# case: rc-loop | changed while a loop goes over it
def bad_loop() -> None:
    c = RefCell([1])
    for n in c.borrow():
        c.borrow_mut().append(n)  # E: borrow-conflict E0502


# case: rc-receiver | the arguments are evaluated while the object is borrowed
def bad_receiver() -> None:
    c = RefCell([1])
    c.borrow_mut().append(len(c.borrow()))  # E: borrow-conflict E0502


# case: rc-arguments | two arguments
def bad_arguments() -> None:
    c = RefCell([1])
    both(c.borrow_mut(), c.borrow_mut())  # E: borrow-conflict E0499


def both(a: RefMut[list[int]], b: RefMut[list[int]]) -> None:
    a.append(1)
    b.append(2)


# case: rc-in-turn | evaluated one after the other
def ok_in_turn() -> None:
    c = RefCell([1, 2])
    n = c.borrow()[0] + c.borrow_mut().pop()
    c.borrow_mut()[0] = len(c.borrow())
    m = len(c.borrow())
    c.borrow_mut().append(m)
    look(n)


# case: rc-part | a part keeps the borrow
def bad_part() -> None:
    c = RefCell(Token())
    names = c.borrow().names
    c.borrow_mut().n += 1  # E: borrow-conflict E0502
    look(names)


# case: rc-clone | through two handles
def bad_clone() -> None:
    a = Rc(RefCell([1]))
    b = clone(a)
    with a.borrow_mut() as m:
        m.append(2)
        look(b.borrow())  # E: borrow-conflict E0502


# case: rc-other-cell | of two cells
def ok_other_cell() -> None:
    a, b = Rc(RefCell([1])), Rc(RefCell([2]))
    x = a.borrow_mut()
    y = b.borrow_mut()
    x.extend(y)


# case: rc-clone-of-other | a handle that was given to another cell
def ok_clone_of_other() -> None:
    a = Rc(RefCell([1]))
    b = clone(a)
    b = Rc(RefCell([2]))
    x = a.borrow_mut()
    y = b.borrow_mut()
    x.extend(y)


# case: rc-in-field | in a field
def bad_in_field() -> None:
    node = Rc(Node("x"))
    guard = node.children.borrow()
    node.children.borrow_mut().append(Rc(Node("y")))  # E: borrow-conflict E0502
    look(guard)


# case: rc-try | asked first
def ok_try() -> None:
    c = RefCell([1])
    a = c.borrow_mut()
    b = c.try_borrow()
    look((a, b is None))


# case: rc-on-one-path | borrowed on one path only, which is left to the run time
def ok_on_one_path() -> None:
    c = RefCell([1])
    a = c.borrow_mut() if never() else None
    b = c.borrow_mut()
    look((a, b))


# case: rc-replaced | exchanged while borrowed
def bad_replaced() -> None:
    c = RefCell([1])
    a = c.borrow()
    look(c.replace([2]))  # E: borrow-conflict E0502
    look(a)


# case: rc-verb | by the verbs
def bad_verb() -> None:
    c = RefCell([1])
    a = borrow(c)
    look(c.borrow_mut())  # E: borrow-conflict E0502
    look(a)


# case: rc-deleted | the name has gone
def ok_deleted() -> None:
    c = RefCell([1])
    a = c.borrow_mut()
    a.append(2)
    del a
    look(c.borrow())


# case: rc-rebound | the name was given to something else
def ok_rebound() -> None:
    c = RefCell([1])
    a: Ref[list[int]] | RefMut[list[int]] | None = c.borrow_mut()
    look(a)
    a = None
    b = c.borrow()
    look((a, b))


# case: rc-moved-away | the guard was given away
def ok_moved_away() -> None:
    c = RefCell([1])
    a = c.borrow_mut()
    drop(move(a))
    look(c.borrow())


# case: lk-mutex-twice | a lock that this thread holds
def bad_mutex_twice() -> None:
    m = Mutex([1])
    a = m.lock()
    b = m.lock()  # E: borrow-conflict E0499
    look((a, b))


# case: lk-mutex-block | in a block
def bad_mutex_block() -> None:
    m = Arc(Mutex([1]))
    with m.lock() as numbers:
        numbers.append(1)
        m.lock().append(2)  # E: borrow-conflict E0499


# case: lk-mutex | one after the other
def ok_mutex() -> None:
    m = Mutex([1])
    with m.lock() as numbers:
        numbers.append(1)
    guard = m.lock()
    push(guard)
    drop(guard)
    look(m.replace([]))
    with m.get_mut() as numbers:
        numbers.append(3)
    look(into_inner(m))


# case: lk-mutex-guard-outlives | the view of a lock after its block
def bad_mutex_guard_outlives() -> None:
    m = Mutex([1])
    with m.lock() as numbers:
        numbers.append(1)
    numbers.append(2)  # E: borrow-outlives-owner E0597


# case: lk-mutex-dropped | a lock that is dropped while it is held
def bad_mutex_dropped() -> None:
    m = Mutex([1])
    guard = m.lock()
    drop(m)  # E: move-while-borrowed E0505
    look(guard)


# case: lk-rw-write-read | written and read
def bad_rw_write_read() -> None:
    lock = RwLock([1])
    a = lock.write()
    b = lock.read()  # E: borrow-conflict E0502
    look((a, b))


# case: lk-rw | many readers, or a writer
def ok_rw() -> None:
    lock = RwLock([1])
    a = lock.read()
    b = lock.read()
    look((a, b))
    drop(a)
    drop(b)
    w = lock.write()
    w.append(1)
    r = RwLock.downgrade(w)
    again = lock.read()
    look((r, again))


# case: lk-rw-read-only | a reader changes nothing
def bad_rw_read_only() -> None:
    lock = RwLock([1])
    with lock.read() as numbers:
        numbers.append(1)  # E: mutate-through-ref E0596


# case: lk-condvar | a condition variable on a guard
def ok_condvar() -> None:
    m, changed = Mutex([1]), Condvar()
    guard = m.lock()
    changed.wait(guard, 0.001)
    changed.wait_while(guard, lambda: False)
    guard.append(2)
    drop(guard)
    changed.notify_all()


# case: pr-map | a projected guard keeps the borrow
def bad_map() -> None:
    t = Owned(Token())
    names = Ref.map(borrow(t), lambda token: token.names)
    drop(t)  # E: move-while-borrowed E0505
    look(names)


# case: pr-map-moved | the guard that was projected has gone
def bad_map_moved() -> None:
    t = Owned(Token())
    r = borrow(t)
    names = Ref.map(r, lambda token: token.names)
    look(names)
    look(r.n)  # E: use-after-move E0382


# case: pr-map-ended | and ends it
def ok_map_ended() -> None:
    t = Owned(Token())
    names = RefMut.map(borrow_mut(t), lambda token: token.names)
    names.append("x")
    drop(names)
    look(t.value.names)
    drop(t)


# case: pr-split | both halves keep it
def bad_split() -> None:
    pair = Owned(([1], [2]))
    left, right = RefMut.map_split(borrow_mut(pair), lambda p: (p[0], p[1]))
    left.extend(right)
    drop(left)
    look(pair.value)  # E: borrow-conflict E0502
    look(right)


# case: pr-split-ended | until both have gone
def ok_split_ended() -> None:
    pair = Owned(([1], [2]))
    left, right = RefMut.map_split(borrow_mut(pair), lambda p: (p[0], p[1]))
    left.extend(right)
    drop(left)
    drop(right)
    a, b = Ref.map_split(borrow(pair), lambda p: (p[0], p[1]))
    look((a, b, pair.value))


# case: pr-filter | nothing was found, and the guard is as it was
def ok_filter() -> None:
    t = Owned(Token())
    r = borrow(t)
    found = Ref.filter_map(r, lambda token: token.names if token.n else None)
    if found is None:
        look(r.n)
    else:
        look(found)


# case: pr-filter-moved | something was found
def bad_filter_moved() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    found = Ref.filter_map(r, lambda token: token.names)
    if found is not None:
        look(r.n)  # E: use-after-move E0382


# case: pr-clone | a clone of a guard goes on
def bad_clone_of_guard() -> None:
    t = Owned(Token())
    r = borrow(t)
    again = Ref.clone(r)
    drop(r)
    drop(t)  # E: move-while-borrowed E0505
    look(again)


# case: th-spawn-rc | an `Rc` cannot go to a thread
def bad_spawn_rc() -> None:
    a = Rc(Token())
    spawn(keep, a).join()  # E: not-send E0277


# case: th-spawn-closure | nor inside a closure
def bad_spawn_closure() -> None:
    a = Rc(Token())
    spawn(lambda: look(a.n)).join()  # E: not-send E0277


# case: th-spawn-guard | nor a borrow
def bad_spawn_guard() -> None:
    t = Owned(Token())
    spawn(count, borrow(t)).join()  # E: not-send E0277


# case: th-spawn-weak | nor the `Weak` of an `Rc`
def ok_spawn_arc() -> None:
    a = Arc(Token())
    handle = spawn(n_of, clone(a))
    look((handle.join(), a.n))


# case: th-spawn-moves | a thread takes over what it is given
def bad_spawn_moves() -> None:
    t = Owned(Token())
    handle = spawn(eat, t)
    handle.join()
    look(t.value)  # E: use-after-move E0382


# case: th-spawn-mutex | a lock that is shared by `Arc`
def ok_spawn_mutex() -> None:
    m = Arc(Mutex([0]))

    def work(mine: Arc[Mutex[list[int]]]) -> None:
        with mine.lock() as numbers:
            numbers[0] += 1

    handles = [spawn(work, clone(m)) for _ in range(2)]
    for handle in handles:
        handle.join()
    look(m.lock()[0])


# case: th-spawn-refcell | a cell cannot be shared between threads
def bad_thread_rc() -> None:
    a = Rc(Token())
    thread = threading.Thread(target=keep, args=(a,))  # E: not-send E0277
    thread.start()
    thread.join()


# case: th-scope-borrows | the threads of a scope may borrow
def ok_scope_borrows() -> None:
    numbers, out = Owned([1, 2]), Owned([0])
    with thread_scope() as s:
        s.spawn(total, borrow(numbers))
        s.spawn(total, borrow(numbers))
        s.spawn(push, borrow_mut(out))
    with borrow_mut(numbers) as m:
        m.append(3)
    look((numbers.value, out.value))


# case: th-scope-rc | but no `Rc` goes there
def bad_scope_rc() -> None:
    a = Rc(Token())
    with thread_scope() as s:
        s.spawn(keep, a)  # E: not-send E0277


# case: th-scope-takes | what owns is taken
def bad_scope_takes() -> None:
    t = Owned(Token())
    with thread_scope() as s:
        s.spawn(eat, t)
    look(t.value)  # E: use-after-move E0382


# case: ch-moved | what was sent belongs to the receiver
def bad_channel_moved() -> None:
    tx, rx = channel(Owned[Token])
    t = Owned(Token())
    tx.send(t)
    look(rx.recv())
    look(t.value)  # E: use-after-move E0382


# case: ch-rc | an `Rc` cannot be sent
def bad_channel_rc() -> None:
    tx, rx = channel(Rc[Token])
    tx.send(Rc(Token()))  # E: not-send E0277
    look(rx)


# case: ch-guard | nor a borrow
def bad_channel_guard() -> None:
    tx, rx = channel(Ref[Token])
    t = Owned(Token())
    tx.send(borrow(t))  # E: not-send E0277
    look(rx)


# case: ch-sender-dropped | an end of a channel is an owner
def bad_channel_sender_dropped() -> None:
    tx, rx = channel(int)
    drop(tx)
    tx.send(1)  # E: use-after-move E0382
    look(rx)


# case: ch-all | several senders
def ok_channel() -> None:
    tx, rx = channel(Owned[Token])
    other = clone(tx)
    tx.send(Owned(Token(1)))
    other.send(Owned(Token(2)))
    drop(tx)
    drop(other)
    for t in rx:
        look(t.value.n)
        drop(t)


# case: ch-thread | the sender goes to a thread
def ok_channel_thread() -> None:
    tx, rx = channel(int)

    def produce(mine: object) -> None:
        look(mine)

    spawn(produce, tx).join()
    look(list(rx))


# case: as-mutex-twice | a lock of tasks that this task holds
def bad_async_mutex_twice() -> None:
    async def main() -> None:
        m = aio.Mutex([1])
        async with m.lock() as numbers:
            numbers.append(1)
            async with m.lock() as again:  # E: borrow-conflict E0499
                again.append(2)

    asyncio.run(main())


# case: as-mutex-view | a view of it after its block
def bad_async_mutex_view() -> None:
    async def main() -> None:
        m = aio.Mutex([1])
        async with m.lock() as numbers:
            numbers.append(1)
        numbers.append(2)  # E: borrow-outlives-owner E0597

    asyncio.run(main())


# case: as-rw-read-only | a reader changes nothing
def bad_async_rw_read_only() -> None:
    async def main() -> None:
        lock = aio.RwLock([1])
        async with lock.read() as numbers:
            numbers.append(1)  # E: mutate-through-ref E0596

    asyncio.run(main())


# case: as-mutex-dropped | dropped while it is held
def bad_async_mutex_dropped() -> None:
    async def main() -> None:
        m = aio.Mutex([1])
        guard = await m.lock()
        drop(m)  # E: move-while-borrowed E0505
        look(guard)

    asyncio.run(main())


# case: as-ok | tasks that share a lock and a channel
def ok_async() -> None:
    async def add(m: Rc[aio.Mutex[list[int]]]) -> None:
        async with m.lock() as numbers:
            numbers.append(1)
        guard = await m.lock()
        guard.append(2)
        drop(guard)

    async def main() -> None:
        m = Rc(aio.Mutex([0]))
        await asyncio.gather(add(clone(m)), add(clone(m)))
        tx, rx = aio.channel(Owned[Token])
        await tx.send(Owned(Token()))
        drop(tx)
        async for t in rx:
            drop(t)

    asyncio.run(main())


# case: as-channel-moved | what was sent belongs to the receiver
def bad_async_channel_moved() -> None:
    async def main() -> None:
        tx, rx = aio.channel(Owned[Token])
        t = Owned(Token())
        await tx.send(t)
        look(rx)
        look(t.value)  # E: use-after-move E0382

    asyncio.run(main())


# case: sh-box-in-rc | an owner in a shared owner cannot be moved out
def bad_out_of_rc() -> None:
    a = Rc([Box(Token())])
    b = move(a[0])  # E: move-out-of-borrow E0507
    look(b)
