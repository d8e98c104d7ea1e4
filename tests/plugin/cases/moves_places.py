"""Which places overlap, and what makes a moved place usable again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from owned import Box, Owned, Rc, Ref, RefMut, Scope, Weak, borrow, borrow_mut, clone, drop, forget, into_inner, is_live, move


class Token:
    def __init__(self, n: int = 0) -> None:
        self.n = n


@dataclass
class Pair:
    a: Owned[Token]
    b: Owned[Token]
    tag: int = 0


@dataclass
class Bag:
    items: list[Owned[Token]] = field(default_factory=list)
    named: dict[str, Owned[Token]] = field(default_factory=dict)
    best: Owned[Token] | None = None


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def poke(m: RefMut[Token]) -> None:
    m.n = 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def pair() -> Pair:
    return Pair(fresh(), fresh())


# case: place-inside-owned | fields of what an Owned holds
def mv_inside_owned(o: Owned[Pair]) -> None:
    eat(o.value.a)
    look(o.value.b)
    look(o.value.tag)
    look(o.value.a)  # E: use-after-move E0382


def mv_inside_owned_whole(o: Owned[Pair]) -> None:
    eat(o.value.a)
    look(borrow(o))  # E: use-after-move E0382


def ok_inside_owned_refilled(o: Owned[Pair]) -> None:
    eat(o.value.a)
    o.value.a = fresh()
    look(borrow(o))


def ok_inside_owned_replaced(o: Owned[Pair]) -> None:
    eat(o.value.a)
    o.value = pair()
    look(borrow(o))


def mv_inside_owned_then_value(o: Owned[Pair]) -> Pair:
    eat(o.value.a)
    return into_inner(o)  # E: use-after-move E0382


# case: place-elements | elements after the container changed
def ok_elements_after_pop(v: Box[list[Owned[Token]]]) -> None:
    eat(v[0])
    v.pop(0)
    look(v[0])


def mv_elements_after_append() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v.append(fresh())
    look(v[0])  # E: use-after-move E0382


def ok_elements_after_clear() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v.clear()
    v.append(fresh())
    look(v[0])


def ok_elements_after_insert() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v.insert(0, fresh())
    look(v[0])


def ok_elements_after_reverse() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v.reverse()
    eat(v[0])


def ok_elements_after_del() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    del v[0]
    eat(v[0])


def ok_elements_after_slice_assignment() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v[:] = [fresh()]
    look(v[0])


def ok_elements_after_slice_deletion() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    del v[:1]
    look(v[0])


def ok_elements_after_unknown_index(i: int) -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v[i] = fresh()
    look(v[0])


def mv_elements_after_other_index() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v[1] = fresh()
    look(v[0])  # E: use-after-move E0382


def sliced_while_borrowed() -> None:
    v = Box([1, 2])
    r = borrow(v)
    v[:] = [3]  # E: borrow-conflict E0506
    look(r)


def ok_sliced_through_exclusive(m: RefMut[list[int]]) -> None:
    m[:] = [x for x in m if x]
    del m[0:1]


def sliced_through_shared(r: Ref[list[int]]) -> None:
    r[:] = [3]  # E: mutate-through-ref E0594


def ok_elements_after_rebinding() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    v = [fresh()]
    look(v[0])


def ok_dict_after_update() -> None:
    d = {"a": fresh()}
    eat(d["a"])
    d.update(a=fresh())
    look(d["a"])


def ok_dict_after_pop() -> None:
    d = {"a": fresh()}
    eat(d["a"])
    d.pop("a")
    d["a"] = fresh()
    look(d["a"])


def ok_dict_loop() -> None:
    d = {"a": fresh(), "b": fresh()}
    for key in d:
        eat(d[key])
    for key in list(d):
        look(key)


def mv_dict_loop_same_key(key: str) -> None:
    d = {"a": fresh(), "b": fresh()}
    for _ in range(2):
        eat(d[key])  # E: use-after-move E0382


def ok_walrus_index() -> None:
    v = [fresh(), fresh()]
    i = 0
    eat(v[i])
    eat(v[(i := 1)])
    i = 0
    print(i)


def ok_index_in_while(v: Box[list[Owned[Token]]]) -> None:
    i = 0
    while i < len(v):
        eat(v[i])
        i += 1


def ok_field_list_pop() -> None:
    b = Bag()
    b.items.append(fresh())
    eat(b.items[0])
    b.items.pop()
    b.items.append(fresh())
    look(b.items[0])


def mv_field_list_element() -> None:
    b = Bag([fresh()])
    eat(b.items[0])
    look(b.named)
    look(b.items[0])  # E: use-after-move E0382


def ok_optional_field() -> None:
    b = Bag()
    b.best = fresh()
    if b.best is not None:
        eat(b.best)
    b.best = None
    look(b)


def ok_attribute_of_loop_variable() -> None:
    for p in [pair(), pair()]:
        eat(p.a)
        look(p.b)


def mv_attribute_of_loop_variable() -> None:
    for p in [pair(), pair()]:
        eat(p.a)
        look(p)  # E: use-after-move E0382


def ok_append_in_loop() -> list[Owned[Token]]:
    out: list[Owned[Token]] = []
    for i in range(3):
        t = Owned(Token(i))
        out.append(t)
    return out


def ok_build_dict() -> dict[int, Owned[Token]]:
    out: dict[int, Owned[Token]] = {}
    for i in range(3):
        out[i] = Owned(Token(i))
        look(out[i])
    return out


def ok_move_between_containers(a: list[Owned[Token]], b: list[Owned[Token]]) -> None:
    while a:
        b.append(a.pop())
    a.extend(b)
    b.clear()


# case: place-guards | guards as values
def mv_refmut_twice(t: Owned[Token]) -> None:
    m = borrow_mut(t)
    n = m
    poke(n)
    poke(m)  # E: use-after-move E0382


def ok_refmut_lent(t: Owned[Token]) -> None:
    m = borrow_mut(t)
    poke(m)
    poke(m)
    drop(m)
    look(t)


def ok_ref_copied(t: Owned[Token]) -> None:
    r = borrow(t)
    s = r
    look(r)
    look(s)


def mv_refmut_returned_twice(m: RefMut[Token]) -> tuple[RefMut[Token], RefMut[Token]]:
    return m, m  # E: use-after-move E0382


def mv_refmut_stored(m: RefMut[Token], out: list[RefMut[Token]]) -> None:
    out.append(m)
    poke(m)  # E: use-after-move E0382


def mv_refmut_field(m: RefMut[Token]) -> None:
    @dataclass
    class Hold:
        m: RefMut[Token]

    h = Hold(m)
    poke(m)  # E: use-after-move E0382
    look(h)


def mv_ref_moved_explicitly(r: Ref[Token]) -> None:
    s = move(r)
    look(r)  # E: use-after-move E0382
    look(s)


def mv_ref_dropped(r: Ref[Token]) -> None:
    drop(r)
    look(r)  # E: use-after-move E0382


def mv_weak_moved(w: Weak[Token]) -> None:
    v = move(w)
    look(Weak.upgrade(w))  # E: use-after-move E0382
    look(v)


def mv_scope_moved() -> Scope:
    s = Scope()
    s.own(Token(1))
    rest = move(s)
    s.own(Token(2))  # E: use-after-move E0382
    return rest


def mv_rc_in_loop(r: Rc[Token]) -> list[Rc[Token]]:
    return [r for _ in range(3)]  # E: use-after-move E0382


def ok_rc_in_loop(r: Rc[Token]) -> list[Rc[Token]]:
    return [clone(r) for _ in range(3)]


# case: place-live | asking whether something is alive
def ok_live_comprehension(v: list[Owned[Token]]) -> list[int]:
    return [peek(borrow(t)) for t in v if is_live(t)]


def ok_live_guard(t: Owned[Token], n: int) -> None:
    if cond():
        eat(t)
    match n:
        case 0 if is_live(t):
            look(t)
        case _:
            pass


def ok_live_early_return(t: Owned[Token]) -> None:
    for _ in range(3):
        if not is_live(t):
            return
        eat(t)


def ok_live_field() -> None:
    p = pair()
    if cond():
        eat(p.a)
    if is_live(p.a):
        look(p.a)
        look(p)


def ok_live_and_chain(t: Owned[Token], u: Owned[Token]) -> None:
    if cond():
        eat(t)
        eat(u)
    if is_live(t) and is_live(u):
        look(t)
        look(u)


def mv_live_other(t: Owned[Token], u: Owned[Token]) -> None:
    eat(t)
    if is_live(u):
        look(t)  # E: use-after-move E0382


def ok_forget_flag(t: Owned[Token]) -> Iterator[int]:
    try:
        yield peek(borrow(t))
    finally:
        if is_live(t):
            forget(t)


def ok_conditional_drop(t: Owned[Token], early: bool) -> None:
    if early:
        drop(t)
    if is_live(t):
        drop(t)


def ok_del_after_move(t: Owned[Token]) -> None:
    eat(t)
    del t


def ok_rebind_after_move_in_loop() -> None:
    t = fresh()
    for _ in range(3):
        eat(t)
        if cond():
            t = fresh()
        else:
            return


def ok_rebind_in_try() -> None:
    t = fresh()
    try:
        eat(t)
    finally:
        t = fresh()
    look(t)


def ok_none_after_move(t: Owned[Token] | None) -> None:
    if t is not None:
        eat(t)
        t = None
    look(t)


def mv_self_assignment(t: Owned[Token]) -> None:
    t = t
    look(t)


def ok_tuple_rebinding() -> None:
    a, b = fresh(), fresh()
    a, b = b, a
    (a, b) = (b, a)
    [a, b] = [b, a]
    look(a)
    look(b)


def mv_tuple_rebinding() -> None:
    a, b = fresh(), fresh()
    a, c = b, a
    look(b)  # E: use-after-move E0382
    look(a)
    look(c)


def mv_starred_display(t: Owned[Token]) -> None:
    first, *rest = [t, fresh()]
    look(t)  # E: use-after-move E0382
    look(first)
    look(rest)
