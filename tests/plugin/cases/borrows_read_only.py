"""Changing what is lent shared."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator

from owned import Arc, Box, Owned, Rc, Ref, RefCell, RefMut, RwLock, borrow, borrow_mut, clone, deref, replace, take


class Token:
    total = 0

    def __init__(self, value: int) -> None:
        self.value = value
        self.names: list[str] = []

    def bump(self) -> None:
        self.value += 1

    def bump_twice(self) -> None:
        self.bump()
        self.bump()

    def add_name(self, name: str) -> None:
        self.names.append(name)

    def forget_names(self) -> None:
        del self.names[:]

    def rename(self, i: int, name: str) -> None:
        self.names[i] = name

    def show(self) -> str:
        return f"{self.value} {self.names}"

    def show_twice(self) -> str:
        return self.show() + self.show()

    def sorted_names(self) -> list[str]:
        names = list(self.names)
        names.sort()
        return names

    def totals(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for name in self.names:
            found[name] = found.get(name, 0) + 1
        return found

    @property
    def first(self) -> str:
        return self.names[0]

    @property
    def last(self) -> str:
        return self.names[-1]

    @last.setter
    def last(self, name: str) -> None:
        self.names[-1] = name

    def __len__(self) -> int:
        return len(self.names)

    def __setitem__(self, i: int, name: str) -> None:
        self.names[i] = name

    def __getitem__(self, i: int) -> str:
        return self.names[i]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    @classmethod
    def count(cls) -> None:
        cls.total += 1

    @staticmethod
    def zero() -> int:
        return 0


class Case:
    def __init__(self, inner: Token, owner: Owned[Token]) -> None:
        self.inner = inner
        self.owner = owner


def look(t: object) -> None:
    print(type(t))


def poke(m: RefMut[Token]) -> None:
    m.value += 1


# case: as-param-field | field of a borrowed parameter
def as_param_field(t: Ref[Token]) -> int:
    t.value += 1  # E: mutate-through-ref E0594
    n: int = t.value
    return n


# case: as-self | method of the value that assigns to `self`
def as_self(t: Ref[Token]) -> None:
    t.bump()  # E: mutate-through-ref E0596


# case: as-self-indirect | method that calls such a method
def as_self_indirect(t: Ref[Token]) -> None:
    t.bump_twice()  # E: mutate-through-ref E0596


# case: as-self-container | methods that change a container of `self`
def as_self_container(t: Ref[Token]) -> None:
    t.add_name("x")  # E: mutate-through-ref E0596
    t.forget_names()  # E: mutate-through-ref E0596
    t.rename(0, "x")  # E: mutate-through-ref E0596


# case: as-self-reading | methods that only read
def as_self_reading(t: Ref[Token]) -> None:
    look(t.show())
    look(t.show_twice())
    look(t.sorted_names())
    look(t.totals())
    look(t.first)
    look(t.last)
    look(len(t))
    look(t[0])
    look([name for name in t])
    t.count()
    look(t.zero())


# case: as-property | assigned through a property
def as_property(t: Ref[Token]) -> None:
    t.last = "x"  # E: mutate-through-ref E0594


# case: as-item | item assigned, by the value's own `__setitem__`
def as_item(t: Ref[Token]) -> None:
    with borrow(t) as r:
        r[0] = "x"  # E: mutate-through-ref E0594


# case: as-delete-attribute | attribute deleted
def as_delete_attribute(t: Owned[Token]) -> None:
    with borrow(t) as r:
        del r.value  # E: mutate-through-ref E0594


# case: as-delete-item | item deleted
def as_delete_item(d: Owned[dict[str, int]]) -> None:
    with borrow(d) as view:
        del view["x"]  # E: mutate-through-ref E0594


# case: as-in-place | in-place operators on items and attributes
def as_in_place(d: Owned[dict[str, int]], t: Owned[Token]) -> None:
    with borrow(d) as view, borrow(t) as token:
        view["x"] += 1  # E: mutate-through-ref E0594
        token.names += ["x"]  # E: mutate-through-ref E0594


# case: as-nested | further down
def as_nested(c: Owned[Case]) -> None:
    with borrow(c) as view:
        view.inner.value = 2  # E: mutate-through-ref E0594
        view.inner.names.append("x")  # E: mutate-through-ref E0596
        view.inner.names[0] = "x"  # E: mutate-through-ref E0594


# case: as-nested-owner | an owner behind a shared borrow is shared, too
def as_nested_owner(c: Owned[Case]) -> None:
    with borrow(c) as view:
        view.owner.value = Token(1)  # E: mutate-through-ref E0594
        poke(borrow_mut(view.owner))  # E: mutate-through-ref E0596


# case: as-alias | through another name of the view
def as_alias(c: Owned[Case]) -> None:
    with borrow(c) as view:
        inner = view.inner
        inner.value = 2  # E: mutate-through-ref E0594


# case: as-unpacked | through names that a tuple was unpacked to
def as_unpacked(pair: Owned[tuple[Token, Token]]) -> None:
    with borrow(pair) as view:
        a, b = view
        a.value = 1  # E: mutate-through-ref E0594
        b.bump()  # E: mutate-through-ref E0596


# case: as-matched | through names that a pattern bound
def as_matched(c: Owned[Case | Token]) -> None:
    with borrow(c) as view:
        match view:
            case Case(inner=inner):
                inner.value = 1  # E: mutate-through-ref E0594
            case Token():
                view.bump()  # E: mutate-through-ref E0596


# case: as-iter-item | items of a shared iteration
def as_iter_item(v: Owned[list[Token]]) -> None:
    with borrow(v) as tokens:
        for t in tokens:
            t.value += 1  # E: mutate-through-ref E0594


# case: as-dict-keys | elements by key of a shared dict
def as_dict_keys(d: Owned[dict[str, Token]]) -> None:
    with borrow(d) as view:
        for name in view:
            view[name].bump()  # E: mutate-through-ref E0596


# case: as-comprehension | changed inside a comprehension
def as_comprehension(v: Owned[list[list[int]]]) -> None:
    with borrow(v) as view:
        look([x.append(1) for x in view])  # type: ignore[func-returns-value]  # E: mutate-through-ref E0596


# case: as-iter-guard | items of an iteration over the guard itself
def as_iter_guard(v: Ref[list[Token]]) -> None:
    for t in v:
        t.bump()  # E: mutate-through-ref E0596


# case: as-rc | content of an `Rc`
def as_rc(t: Rc[Token]) -> None:
    t.value = 1  # E: mutate-through-ref E0594


# case: bm2-rc | changing method on the content of an `Rc`
def bm2_rc(t: Rc[Token], v: Arc[list[int]]) -> None:
    t.bump()  # E: mutate-through-ref E0596
    v.append(1)  # E: mutate-through-ref E0596
    v[0] = 1  # E: mutate-through-ref E0594


# case: bm2-rc-get-mut | the only handle on a value may be changed through `get_mut`
def bm2_rc_get_mut(t: Rc[Token]) -> None:
    m = Rc.get_mut(t)
    if m is not None:
        m.value = 2


# case: as-ref-guard | the shared guard of a cell
def as_ref_guard(c: RefCell[Token]) -> None:
    with c.borrow() as r:
        r.value = 1  # E: mutate-through-ref E0594
    c.borrow_mut().value = 1


# case: bm2-refcell-shared-guard | changing method through the shared guard of a cell
def bm2_refcell_shared_guard(c: RefCell[list[int]]) -> None:
    c.borrow().append(1)  # E: mutate-through-ref E0596
    c.borrow_mut().append(1)


# case: as-rwlock-read | through the read guard of a lock
def as_rwlock_read(lock: RwLock[Token]) -> None:
    with lock.read() as r:
        r.value = 1  # E: mutate-through-ref E0594
    with lock.write() as w:
        w.value = 1


# case: bm2-self | borrowed exclusively through a shared borrow
def bm2_self(t: Owned[Token]) -> None:
    r = borrow(t)
    look(clone(r))
    look(deref(r).show())


# case: bm2-verbs | the verbs that change, on an owner behind a shared borrow
def bm2_verbs(c: Owned[Case]) -> None:
    with borrow(c) as view:
        look(replace(view.owner, Token(1)))  # E: mutate-through-ref E0596
        look(take(view.owner))  # E: mutate-through-ref E0596


# case: bm2-containers | the changing methods of the standard containers
def bm2_containers(
    a: Ref[deque[int]],
    b: Ref[Counter[str]],
    c: Ref[defaultdict[str, list[int]]],
    d: Ref[OrderedDict[str, int]],
    e: Ref[bytearray],
    f: Ref[array[int]],
    g: Ref[set[int]],
    h: Ref[dict[str, int]],
) -> None:
    a.appendleft(1)  # E: mutate-through-ref E0596
    b.update("abc")  # E: mutate-through-ref E0596
    c["x"].append(1)  # E: mutate-through-ref E0596
    d.move_to_end("x")  # E: mutate-through-ref E0596
    e.extend(b"x")  # E: mutate-through-ref E0596
    f.append(1)  # E: mutate-through-ref E0596
    g.discard(1)  # E: mutate-through-ref E0596
    h.setdefault("x", 1)  # E: mutate-through-ref E0596


# case: bm2-containers-read | and the ones that only read
def bm2_containers_read(
    a: Ref[deque[int]], b: Ref[Counter[str]], g: Ref[set[int]], h: Ref[dict[str, int]], s: Ref[list[int]]
) -> None:
    look(a.count(1))
    look(b.most_common())
    look(g.union({1}))
    look(h.get("x"))
    look(list(h.keys()))
    look(s.index(1))
    look(s.copy())
    look(sorted(s))
    look([*s])
    look(s[1:])


# case: bm2-copied-first | a copy of a part may be changed
def bm2_copied_first(t: Ref[Token]) -> list[str]:
    names = list(t.names)
    names.append("x")
    return names


# case: bm2-plain-part | a plain part may be changed after it was read
def bm2_plain_part(t: Ref[Token]) -> int:
    n: int = t.value
    n += 1
    return n


# case: bm2-through-exclusive | everything is allowed through an exclusive borrow
def bm2_through_exclusive(m: RefMut[Token], c: Owned[Case]) -> None:
    m.value = 2
    m.bump()
    m.names.append("x")
    with borrow_mut(c) as view:
        view.inner.value = 1
        view.inner.names.append("x")
        poke(borrow_mut(view.owner))
        for name in view.inner.names:
            look(name)


# case: bm2-box-is-changeable | and through a `Box`, which is the value's own
def bm2_box_is_changeable(t: Box[Token]) -> None:
    t.value += 1
    t.names.append("x")
    t.bump()
    poke(borrow_mut(t))


# case: bm2-call-result | what a call returns is the callee's own
def bm2_call_result(t: Ref[Token]) -> None:
    names = t.sorted_names()
    names.append("x")
    t.sorted_names().append("y")


# case: bm2-nested-def | inside a nested function
def bm2_nested_def(t: Ref[Token]) -> None:
    def change() -> None:
        t.bump()  # E: mutate-through-ref E0596

    change()
