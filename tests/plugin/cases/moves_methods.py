from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, TypedDict

from typing_extensions import NotRequired, Self

import owned
from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, consuming, drop, into_inner, move, replace
from owned import consuming as takes_itself


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


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


# case: self-class-method | alternative constructors
class Account:
    opened: ClassVar[int] = 0

    def __init__(self, t: Owned[Token], note: str = "") -> None:
        self.t = t
        self.note = note

    @classmethod
    def of(cls, t: Owned[Token]) -> Self:
        return cls(t)

    @classmethod
    def of_twice(cls, t: Owned[Token]) -> tuple[Self, Self]:
        return cls(t), cls(t)  # E: use-after-move E0382

    @classmethod
    def of_class(cls, t: Owned[Token]) -> Account:
        a = Account(t)
        look(t)  # E: use-after-move E0382
        return a

    @staticmethod
    def check(t: Owned[Token]) -> int:
        eat(t)
        return 1

    def swap_token(self, t: Owned[Token]) -> Self:
        self.t = t
        return self

    def keep_twice(self, t: Owned[Token]) -> None:
        self.t = t
        look(t)  # E: use-after-move E0382

    def refresh(self) -> None:
        self.t = fresh()
        look(self.t)

    def own_static(self, t: Owned[Token]) -> None:
        self.check(t)
        look(t)  # E: use-after-move E0382

    @property
    def token(self) -> Ref[Token]:
        return borrow(self.t)

    @token.setter
    def token(self, t: Owned[Token]) -> None:
        self.t = t


def mv_class_method(t: Owned[Token]) -> None:
    a = Account.of(t)
    look(a)
    look(t)  # E: use-after-move E0382


def mv_static_method(t: Owned[Token]) -> None:
    Account.check(t)
    look(t)  # E: use-after-move E0382


def mv_method_argument(a: Account, t: Owned[Token]) -> None:
    a.swap_token(t).swap_token(fresh())
    look(t)  # E: use-after-move E0382


def mv_constructor(t: Owned[Token]) -> Account:
    a = Account(note="x", t=t)
    look(t)  # E: use-after-move E0382
    return a


def mv_class_as_value(make: type[Account], t: Owned[Token]) -> Account:
    a = make(t)
    look(t)  # E: use-after-move E0382
    return a


def mv_property_setter(a: Account, t: Owned[Token]) -> None:
    a.token = t
    look(t)  # E: use-after-move E0382


def mv_attribute_assignment(a: Account, t: Owned[Token]) -> None:
    a.t = t
    look(t)  # E: use-after-move E0382


def ok_attribute_assignment(a: Account, t: Owned[Token]) -> None:
    a.t = t
    look(a.t)
    a.t = fresh()


# case: self-consuming | classes with methods that consume the object
class Query:
    def __init__(self, table: str, limit: int = 0) -> None:
        self.table = table
        self.bound = limit

    @consuming
    def limit(self, n: int) -> Self:
        return type(self)(self.table, n)

    @consuming
    def run(self) -> list[int]:
        return [self.bound]

    @consuming
    async def run_later(self) -> list[int]:
        return [self.bound]

    def explain(self) -> str:
        return self.table

    @consuming
    def bad(self) -> str:
        self.run()
        return self.explain()  # E: use-after-move E0382

    @consuming
    def run_twice(self) -> list[int]:
        return self.run() + self.run()  # E: use-after-move E0382

    @consuming
    def on_one_path(self) -> str:
        if cond():
            self.run()
        return self.table  # E: use-after-move E0382


class LoudQuery(Query):
    @consuming
    def shout(self) -> str:
        return self.table.upper()

    def run(self) -> list[int]:
        print("running")
        return []


def mv_consuming_plain() -> None:
    q = Query("t")
    print(q.explain())
    q.run()
    print(q.explain())  # E: use-after-move E0382


def ok_consuming_chain() -> list[int]:
    return Query("t").limit(3).limit(4).run()


def ok_consuming_rebound() -> list[int]:
    q = Query("t")
    if cond():
        q = q.limit(1)
    return q.run()


def mv_consuming_alias() -> None:
    q = Query("t")
    r = q
    r.run()
    print(q.explain())  # E: use-after-move E0382


def mv_consuming_in_box(q: Box[Query]) -> None:
    q.run()
    print(q.explain())  # E: use-after-move E0382


def mv_consuming_in_loop() -> None:
    q = Query("t")
    for _ in range(2):
        q.run()  # E: use-after-move E0382


async def mv_consuming_async() -> None:
    q = Query("t")
    await q.run_later()
    await q.run_later()  # E: use-after-move E0382


def mv_consuming_inherited() -> None:
    q = LoudQuery("t")
    q.shout()
    q.explain()  # E: use-after-move E0382


def mv_consuming_overridden() -> None:
    q = LoudQuery("t")
    q.limit(2)
    q.explain()  # E: use-after-move E0382


def mv_consuming_stored(out: list[Query]) -> None:
    q = Query("t")
    out.append(q)
    q.run()


def ok_consuming_condition() -> None:
    q = Query("t")
    if cond():
        q.run()
    else:
        print(q.explain())


def mv_consuming_unbound() -> None:
    q = Query("t")
    Query.run(q)
    q.explain()  # E: use-after-move E0382


# case: data-dataclass | dataclasses with owning fields
@dataclass
class Job:
    name: str
    t: Owned[Token]
    more: list[Owned[Token]] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    t: Owned[Token]


@dataclass(kw_only=True)
class KeywordOnly:
    t: Owned[Token]
    n: int = 0


@dataclass
class Special(Job):
    extra: Owned[Token] | None = None


def mv_dataclass(t: Owned[Token]) -> Job:
    j = Job("a", t)
    look(t)  # E: use-after-move E0382
    return j


def mv_dataclass_keyword(t: Owned[Token]) -> KeywordOnly:
    j = KeywordOnly(t=t)
    look(t)  # E: use-after-move E0382
    return j


def mv_dataclass_frozen(t: Owned[Token]) -> tuple[Frozen, Frozen]:
    return Frozen(t), Frozen(t)  # E: use-after-move E0382


def mv_dataclass_inherited(t: Owned[Token], u: Owned[Token]) -> Special:
    s = Special("a", t, extra=u)
    look(u)  # E: use-after-move E0382
    look(t)  # E: use-after-move E0382
    return s


def mv_dataclass_list(t: Owned[Token]) -> Job:
    j = Job("a", fresh(), [t])
    look(t)  # E: use-after-move E0382
    return j


def mv_dataclass_append(t: Owned[Token]) -> Job:
    j = Job("a", fresh())
    j.more.append(t)
    look(t)  # E: use-after-move E0382
    return j


def mv_dataclass_field_twice() -> None:
    j = Job("a", fresh())
    eat(j.t)
    eat(j.t)  # E: use-after-move E0382


def mv_dataclass_replace(t: Owned[Token]) -> Job:
    j = Job("a", fresh())
    k = dataclasses.replace(j, t=t)
    look(k)
    return j


def ok_dataclass(t: Owned[Token]) -> int:
    j = Job("a", t)
    n = peek(borrow(j.t))
    eat(j.t)
    j.t = fresh()
    look(j)
    return n


# case: data-named-tuple | NamedTuple, TypedDict, tuple, dict, set
class Two(NamedTuple):
    a: Owned[Token]
    b: Owned[Token]
    n: int = 0


class Options(TypedDict):
    t: Owned[Token]
    n: NotRequired[int]


def mv_named_tuple(t: Owned[Token]) -> Two:
    two = Two(t, fresh())
    look(t)  # E: use-after-move E0382
    return two


def mv_named_tuple_field() -> None:
    two = Two(fresh(), fresh())
    eat(two.a)
    look(two.b)
    eat(two.a)  # E: use-after-move E0382


def mv_named_tuple_unpacked() -> None:
    two = Two(fresh(), fresh())
    a, b, n = two
    eat(a)
    eat(a)  # E: use-after-move E0382
    look(b)
    print(n)


def mv_typed_dict(t: Owned[Token]) -> Options:
    o = Options(t=t)
    look(t)  # E: use-after-move E0382
    return o


def mv_typed_dict_display(t: Owned[Token]) -> Options:
    o: Options = {"t": t, "n": 1}
    look(t)  # E: use-after-move E0382
    return o


def mv_typed_dict_item() -> None:
    o: Options = {"t": fresh()}
    eat(o["t"])
    look(o["t"])  # E: use-after-move E0382


def ok_typed_dict_item() -> None:
    o: Options = {"t": fresh()}
    eat(o["t"])
    o["t"] = fresh()
    look(o["t"])


def mv_tuple(t: Owned[Token]) -> tuple[Owned[Token], int]:
    pair = (t, 1)
    look(t)  # E: use-after-move E0382
    return pair


def mv_set(t: Owned[Token]) -> set[Owned[Token]]:
    s: set[Owned[Token]] = set()
    s.add(t)
    s.add(t)  # E: use-after-move E0382
    return s


def mv_dict_setdefault(d: dict[str, Owned[Token]], t: Owned[Token]) -> None:
    look(d.setdefault("a", t))
    look(t)  # E: use-after-move E0382


def mv_dict_update(d: dict[str, Owned[Token]], t: Owned[Token]) -> None:
    d.update(a=t)
    look(t)  # E: use-after-move E0382


def mv_list_extend(v: list[Owned[Token]], t: Owned[Token]) -> None:
    v.extend([t, fresh()])
    look(t)  # E: use-after-move E0382


def mv_list_iadd(v: list[Owned[Token]], t: Owned[Token]) -> None:
    v += [t]
    look(t)  # E: use-after-move E0382


def mv_list_slice_assignment(v: list[Owned[Token]], t: Owned[Token]) -> None:
    v[1:1] = [t]
    look(t)  # E: use-after-move E0382


def mv_list_constructor(t: Owned[Token]) -> list[Owned[Token]]:
    v = list([t])
    look(t)  # E: use-after-move E0382
    return v


def ok_list_queries(v: list[Owned[Token]], t: Owned[Token]) -> int:
    if t in v:
        return v.index(t)
    print(v.count(t))
    v.append(t)
    return len(v)


def ok_dict_get_with_default(d: dict[str, Owned[Token]], t: Owned[Token]) -> None:
    look(d.get("a"))
    look(d.get("a", t))
    look(t)


def ok_isinstance_and_identity(t: Owned[Token], u: Owned[Token]) -> bool:
    same = t is u
    kind = isinstance(t, Owned) and type(t) is Owned
    print(repr(t), id(t), hash(t), bool(t))
    eat(t)
    eat(u)
    return same or kind


def mv_inside_owned(t: Owned[Token]) -> Owned[list[Owned[Token]]]:
    o = Owned([t])
    look(t)  # E: use-after-move E0382
    return o


def mv_box_of_owner(t: Owned[Token]) -> Box[Owned[Token]]:
    b = Box(t)
    look(t)  # E: use-after-move E0382
    return b


def mv_rc_of_owner(t: Owned[Token]) -> Rc[Owned[Token]]:
    r = Rc(t)
    look(t)  # E: use-after-move E0382
    return clone(r)


def mv_owned_value_assignment(o: Owned[Owned[Token]], t: Owned[Token]) -> None:
    o.value = t
    look(t)  # E: use-after-move E0382


def mv_replace_argument(o: Owned[Owned[Token]], t: Owned[Token]) -> Owned[Token]:
    old = replace(o, t)
    look(t)  # E: use-after-move E0382
    return old


def mv_setattr_is_unknown(a: Account, t: Owned[Token]) -> None:
    setattr(a, "t", t)
    look(t)


def mv_refmut_attribute(m: RefMut[Account], t: Owned[Token]) -> None:
    m.t = t
    look(t)  # E: use-after-move E0382


def mv_refmut_append(m: RefMut[list[Owned[Token]]], t: Owned[Token]) -> None:
    m.append(t)
    look(t)  # E: use-after-move E0382


def mv_box_append(b: Box[list[Owned[Token]]], t: Owned[Token]) -> None:
    b.append(t)
    look(t)  # E: use-after-move E0382


def mv_box_item(b: Box[dict[str, Owned[Token]]], t: Owned[Token]) -> None:
    b["a"] = t
    look(t)  # E: use-after-move E0382


def mv_view_append(o: Owned[list[Owned[Token]]], t: Owned[Token]) -> None:
    with borrow_mut(o) as v:
        v.append(t)
        look(t)  # E: use-after-move E0382


def mv_value_append(o: Owned[list[Owned[Token]]], t: Owned[Token]) -> None:
    o.value.append(t)
    look(t)  # E: use-after-move E0382


def ok_any(a: Any, t: Owned[Token]) -> None:
    a.append(t)
    a.x = a
    look(t)


def ok_star_expression(t: Owned[Token]) -> None:
    v = [*[t], fresh()]
    look(v)


def ok_move_method(t: Owned[Token]) -> Owned[Token]:
    u = t.move()
    return move(u)


def mv_into_inner_method(t: Owned[Token]) -> int:
    n = t.into_inner().n
    return n + into_inner(t).n  # E: use-after-move E0382


# case: me-alias | `consuming` under another name
class Gate:
    @takes_itself
    def shut(self) -> None:
        print("shut")

    @owned.consuming
    def lock(self) -> None:
        print("locked")


def me_alias(gate: Gate) -> None:
    gate.shut()
    look(gate)  # E: use-after-move E0382


def me_qualified(gate: Gate) -> None:
    gate.lock()
    look(gate)  # E: use-after-move E0382
