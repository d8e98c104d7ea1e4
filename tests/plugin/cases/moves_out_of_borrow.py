from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from owned import (
    Arc,
    Box,
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
    consuming,
    drop,
    forget,
    into_inner,
    move,
    replace,
    swap,
    take,
)


class Token:
    def __init__(self, n: int) -> None:
        self.n = n

    @consuming
    def consume(self) -> int:
        return self.n


@dataclass
class Pair:
    a: Owned[Token]
    b: Owned[Token]
    tag: int = 0


@dataclass
class Nest:
    pair: Pair
    box: Box[Pair]


@dataclass
class Full:
    item: Owned[Token]


@dataclass
class Empty:
    why: str


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: mo-deref-mut | moved out through an exclusive borrow
def mo_deref_mut(m: RefMut[Pair]) -> Owned[Token]:
    t: Owned[Token] = move(m.a)  # E: move-out-of-borrow E0507
    return t


def mo_deref_mut_return(m: RefMut[Pair]) -> Owned[Token]:
    return m.a  # E: move-out-of-borrow E0507


def mo_deref_mut_argument(m: RefMut[Pair]) -> None:
    eat(m.a)  # E: move-out-of-borrow E0507


def mo_deref_shared_argument(r: Ref[Pair]) -> None:
    eat(r.a)  # E: move-out-of-borrow E0507


def mo_deref_shared_nested(r: Ref[Nest]) -> None:
    eat(r.pair.b)  # E: move-out-of-borrow E0507


def mo_deref_shared_through_box(r: Ref[Nest]) -> None:
    eat(r.box.b)  # E: move-out-of-borrow E0507


# case: mo-field-of-mut-self | a method that only borrows self gives a field away
class Account:
    def __init__(self, entries: Owned[list[int]], note: Owned[str] | None) -> None:
        self.entries = entries
        self.note = note

    def give(self) -> Owned[list[int]]:
        return self.entries  # E: move-out-of-borrow E0507

    def pass_on(self) -> int:
        return len(into_inner(self.entries))  # E: move-out-of-borrow E0507

    def bind(self) -> None:
        mine = self.entries  # E: move-out-of-borrow E0507
        look(mine)

    def move_verb(self) -> Owned[list[int]]:
        return move(self.entries)  # E: move-out-of-borrow E0507

    def forgets(self) -> None:
        forget(self.entries)  # E: move-out-of-borrow E0507

    # case: mo-option-unwrap-ref | the option in a field unwrapped by value
    def unwrap(self) -> str:
        assert self.note is not None
        return into_inner(self.note)  # E: move-out-of-borrow E0507

    def stores(self, out: list[Owned[list[int]]]) -> None:
        out.append(self.entries)  # E: move-out-of-borrow E0507

    def yields(self) -> Iterator[Owned[list[int]]]:
        yield self.entries  # E: move-out-of-borrow E0507

    def ok_drop(self) -> None:
        drop(self.entries)

    def ok_borrow(self) -> int:
        with borrow(self.entries) as entries:
            return len(entries)

    def ok_lend(self) -> Ref[list[int]]:
        return borrow(self.entries)

    def ok_replace(self) -> list[int]:
        return replace(self.entries, [])

    def ok_take(self) -> str | None:
        return take(self.note) if self.note is not None else None

    def ok_clone(self) -> Owned[list[int]]:
        return clone(self.entries)

    def ok_assign(self, entries: Owned[list[int]]) -> None:
        self.entries = entries

    @consuming
    def ok_into(self) -> Owned[list[int]]:
        return self.entries

    @consuming
    def ok_into_parts(self) -> tuple[Owned[list[int]], Owned[str] | None]:
        return self.entries, self.note

    @consuming
    def twice(self) -> tuple[Owned[list[int]], Owned[list[int]]]:
        return self.entries, self.entries  # E: use-after-move E0382

    def close(self) -> None:
        kept = self.entries
        drop(kept)

    def __exit__(self, *args: object) -> None:
        kept = self.entries
        drop(kept)


# case: mo-map-index | moved out of a mapping by key
def mo_map_index(r: Ref[dict[str, Owned[Token]]]) -> Owned[Token]:
    t: Owned[Token] = r["a"]  # E: move-out-of-borrow E0507
    return t


def mo_map_index_mut(m: RefMut[dict[str, Owned[Token]]]) -> None:
    eat(m["a"])  # E: move-out-of-borrow E0507


# case: mo-vec-loop-index | elements moved out by index in a loop
def mo_vec_loop_index(v: RefMut[list[Owned[Token]]]) -> None:
    for i in range(3):
        eat(v[i])  # E: move-out-of-borrow E0507


# case: mo-arc-field | field moved out of an Arc
def mo_arc_field(a: Arc[Pair]) -> Owned[Token]:
    return a.a  # E: move-out-of-borrow E0507


def mo_arc_field_argument(a: Arc[Pair]) -> None:
    eat(a.b)  # E: move-out-of-borrow E0507


def mo_rc_nested(r: Rc[Nest]) -> None:
    eat(r.pair.a)  # E: move-out-of-borrow E0507


def mo_rc_consuming_method(r: Rc[Token]) -> int:
    return r.consume()  # E: move-out-of-borrow E0507


# case: mo-mutex-guard | moved out through a lock's guard
def mo_mutex_guard(m: Mutex[Pair]) -> None:
    g = m.lock()
    eat(g.a)  # E: move-out-of-borrow E0507


def mo_mutex_guard_with(m: Mutex[Pair]) -> None:
    with m.lock() as pair:
        eat(pair.a)  # E: move-out-of-borrow E0507


def mo_rwlock_guard(m: RwLock[Pair]) -> Owned[Token]:
    with m.read() as pair:
        return pair.a  # E: move-out-of-borrow E0507


def mo_mutex_guard_temporary(m: Mutex[Pair]) -> None:
    eat(m.lock().a)  # E: move-out-of-borrow E0507


def mo_refcell_temporary(c: RefCell[Pair]) -> None:
    eat(c.borrow_mut().a)  # E: move-out-of-borrow E0507


# case: mo-view | moved out of the view of a `with` block
def mo_view() -> None:
    p = Owned(Pair(fresh(), fresh()))
    with borrow(p) as pair:
        eat(pair.a)  # E: move-out-of-borrow E0507
    with borrow_mut(p) as pair:
        t = pair.b  # E: move-out-of-borrow E0507
        look(t)


# case: mo-pattern-ref | a pattern on a borrow, and the part moved
def mo_pattern_ref(p: Owned[Full | Empty]) -> None:
    with borrow(p) as state:
        match state:
            case Full(item=t):
                eat(t)  # E: move-out-of-borrow E0507
            case Empty():
                pass


# case: mo-state-machine | the state taken out of `self` to step it
class Machine:
    def __init__(self, state: Owned[Full | Empty]) -> None:
        self.state = state

    def step(self) -> None:
        match into_inner(self.state):  # E: move-out-of-borrow E0507
            case Full(item=t):
                drop(t)
            case Empty():
                pass


# case: mo-iter-ref-pattern | elements moved out while iterating over a borrow
def mo_iter_ref_pattern(v: Ref[list[Owned[Token]]]) -> None:
    for t in v:
        eat(t)  # E: move-out-of-borrow E0507


def mo_iter_refmut(v: RefMut[list[Owned[Token]]]) -> None:
    for t in v:
        drop(t)  # E: move-out-of-borrow E0507


def mo_iter_field() -> None:
    b = Owned([Full(fresh())])
    with borrow(b) as items:
        for f in items:
            eat(f.item)  # E: move-out-of-borrow E0507


def ok_iter_ref_looks(v: Ref[list[Owned[Token]]]) -> int:
    n = 0
    for t in v:
        look(t)
        n += peek(borrow(t))
    return n


# case: mo-closure-repeatable | what a closure captured moved in a function given to be called many times
def each(g: Callable[[], None]) -> None:
    g()


# case: mo-caller-owns | a plain parameter is the caller's
def mo_caller_owns(p: Pair) -> None:
    eat(p.a)  # E: move-out-of-borrow E0507


def mo_caller_owns_nested(n: Nest) -> Owned[Token]:
    return n.pair.a  # E: move-out-of-borrow E0507


def mo_caller_owns_list(v: list[Owned[Token]]) -> Owned[Token]:
    return v[0]  # E: move-out-of-borrow E0507


def ok_caller_owns_list_pop(v: list[Owned[Token]]) -> Owned[Token]:
    return v.pop()


def ok_local_list() -> Owned[Token]:
    v = [fresh()]
    return v[0]


def ok_caller_owns_looks(p: Pair) -> None:
    look(p.a)
    peek(borrow(p.a))
    swap(p.a, p.b)
    p.a = fresh()


def mo_static_method_style(pair: Pair) -> Owned[Token]:
    first = pair.b  # E: move-out-of-borrow E0507
    return first


# case: mo-drop-through-ref | dropping through a borrow
def mo_drop_through_ref(r: Ref[Pair]) -> None:
    drop(r.a)  # E: move-out-of-borrow E0507


def mo_drop_through_rc(r: Rc[Pair]) -> None:
    drop(r.a)  # E: move-out-of-borrow E0507


def mo_drop_through_refmut(m: RefMut[Pair]) -> None:
    drop(m.a)  # E: move-out-of-borrow E0507


# case: mo-after-refused-move | after a refused move the old name is not reported again
def mo_after_refused_move(r: Ref[Pair]) -> None:
    eat(r.a)  # E: move-out-of-borrow E0507
    look(r.a)
    look(r)


def mo_refused_twice(r: Ref[Pair]) -> None:
    eat(r.a)  # E: move-out-of-borrow E0507
    eat(r.a)  # E: move-out-of-borrow E0507


def ok_replace_through_refmut(m: RefMut[Pair]) -> None:
    m.a = fresh()
    swap(m.a, m.b)
    look(replace(m.b, Token(2)))


def ok_clone_through_ref(r: Ref[Pair]) -> Owned[Token]:
    return clone(r.a)


def ok_into_inner_of_local_rc() -> Owned[Token]:
    r = Rc(Pair(fresh(), fresh()))
    p = Rc.try_unwrap(r)
    return p.a


# case: mo-property | a property that gives a field away
class Window:
    def __init__(self, t: Owned[Token]) -> None:
        self._t = t

    @property
    def token(self) -> Owned[Token]:
        return self._t  # E: move-out-of-borrow E0507

    @property
    def seen(self) -> Ref[Token]:
        return borrow(self._t)


# case: mo-drop-method-forms | fields moved out of the object that ends
class Resource:
    def __init__(self, t: Owned[Token]) -> None:
        self.t = t

    def __drop__(self) -> None:
        eat(self.t)

    def __del__(self) -> None:
        eat(self.t)

    async def aclose(self) -> None:
        eat(self.t)

    async def __aexit__(self, *args: object) -> None:
        eat(self.t)

    def stop(self) -> None:
        eat(self.t)  # E: move-out-of-borrow E0507

    def inner_function(self) -> None:
        def later() -> None:
            eat(self.t)  # E: move-out-of-borrow E0507

        later()

    def inner_lambda(self) -> None:
        each(lambda: eat(self.t))  # E: move-out-of-borrow E0507


class Child(Resource):
    def stop(self) -> None:
        drop(self.t)

    def leak(self) -> Owned[Token]:
        return self.t  # E: move-out-of-borrow E0507


# case: mo-in-loop | a refused move in a loop is reported once
class Looping:
    def __init__(self, t: Owned[Token], u: Owned[Token]) -> None:
        self.t = t
        self.u = u

    def loop(self) -> None:
        for _ in range(2):
            eat(self.t)  # E: move-out-of-borrow E0507

    def inner(self) -> None:
        def later() -> None:
            eat(self.t)  # E: move-out-of-borrow E0507

        later()
        look(self.u)
        look(self)

    def inner_drop(self) -> None:
        each(lambda: drop(self.t))
        look(self.u)


def mo_in_loop_ref(r: Ref[Pair]) -> None:
    while cond():
        eat(r.a)  # E: move-out-of-borrow E0507


def mo_in_closure_of_ref(r: Ref[Pair]) -> None:
    c: Callable[[], None] = lambda: eat(r.a)  # E: move-out-of-borrow E0507
    c()
    c()


def mo_in_closure_of_parameter(p: Pair) -> None:
    def outer() -> None:
        def inner() -> None:
            eat(p.a)  # E: move-out-of-borrow E0507

        inner()

    outer()
    look(p)
