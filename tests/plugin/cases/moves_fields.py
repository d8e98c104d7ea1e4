from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from owned import Box, Owned, Ref, borrow, borrow_mut, drop, into_inner, move, swap, take


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


@dataclass
class Pair:
    a: Owned[Token]
    b: Owned[Token]
    tag: int = 0

    def whole(self) -> int:
        return self.tag


@dataclass
class Outer:
    left: Pair
    right: Pair
    name: str = ""


@dataclass
class Maybe:
    item: Owned[Token] | None = None


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_box(b: Box[Pair]) -> None:
    drop(b)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def pair() -> Pair:
    return Pair(fresh(), fresh())


# case: mv-field-then-field | field moved twice
def mv_field_then_field() -> None:
    p = pair()
    eat(p.a)
    eat(p.a)  # E: use-after-move E0382


def mv_field_then_field_box(p: Box[Pair]) -> None:
    eat(p.a)
    look(p.a)  # E: use-after-move E0382


# case: mv-field-then-borrow-whole | field moved, whole borrowed
def mv_field_then_borrow_whole(p: Box[Pair]) -> None:
    eat(p.a)
    look(borrow(p))  # E: use-after-move E0382


def mv_field_then_look_whole() -> None:
    p = pair()
    eat(p.a)
    look(p)  # E: use-after-move E0382


# case: multi-field-uses | a field and its whole share one report
def multi_field_uses() -> None:
    p = pair()
    eat(p.a)
    look(p.a)  # E: use-after-move E0382
    look(p)


# case: mv-whole-then-field | whole moved, field used
def mv_whole_then_field(p: Box[Pair]) -> None:
    eat_box(p)
    look(p.a)  # E: use-after-move E0382


def mv_whole_then_field_alias() -> Box[Pair]:
    p = Box(pair())
    q = p
    eat(p.b)  # E: use-after-move E0382
    return q


# case: mv-struct-update | one field taken over into a new object, the old one used
def mv_struct_update() -> None:
    base = pair()
    p = Pair(base.a, fresh())
    look(p)
    look(base)  # E: use-after-move E0382


def mv_struct_update_replace(base: Box[Pair]) -> None:
    p = dataclasses.replace(into_inner(base), a=fresh())
    look(p)
    look(base.b)  # E: use-after-move E0382


# case: mv-assign-field-of-moved | a field of a moved whole assigned
def mv_assign_field_of_moved(p: Box[Pair]) -> None:
    drop(p)
    p.a = fresh()  # E: use-after-move E0382


def mv_assign_plain_field_of_moved(p: Box[Pair]) -> None:
    drop(p)
    p.tag = 3  # E: use-after-move E0382


def mv_assign_value_of_moved(o: Owned[Token]) -> None:
    drop(o)
    o.value = Token(2)  # E: use-after-move E0382


def mv_assign_item_of_moved(b: Box[list[int]]) -> None:
    drop(b)
    b[0] = 2  # E: use-after-move E0382


# case: mv-field-of-nested | nested field moved, then its parent looked at
def mv_nested_parent() -> None:
    o = Outer(pair(), pair())
    eat(o.left.a)
    look(o.right)
    look(o.left.b)
    look(o.name)
    look(o.left)  # E: use-after-move E0382


def mv_nested_grandparent() -> None:
    o = Outer(pair(), pair())
    eat(o.left.a)
    look(o)  # E: use-after-move E0382


# case: ok-partial-both-fields | both fields moved one after the other
def ok_partial_both_fields() -> None:
    p = pair()
    eat(p.a)
    eat(p.b)


def ok_partial_both_fields_box(p: Box[Pair]) -> None:
    eat(p.a)
    eat(p.b)


# case: ok-partial-copy-field | plain field read after an owning one was moved
def ok_partial_copy_field(p: Box[Pair]) -> int:
    eat(p.a)
    n: int = p.tag
    return n


# case: ok-struct-update-copy | plain fields taken over, the old object stays whole
def ok_struct_update_copy() -> None:
    base = pair()
    p = Pair(fresh(), fresh(), base.tag)
    look(p)
    look(base)


# case: ok-box-deref-out | content moved out of a Box that is not used again
def ok_box_deref_out(b: Box[Pair]) -> Owned[Token]:
    p = into_inner(b)
    eat(p.b)
    return p.a


# case: ok-array-destructure | parts bound by unpacking, each used once
def ok_array_destructure() -> None:
    a, b, *rest = [fresh(), fresh(), fresh()]
    eat(a)
    eat(b)
    look(rest)


def ok_unpack_star_of_list(v: list[Owned[Token]]) -> None:
    head, *tail = v
    look(head)
    look(tail)


# case: ok-field-reinit | field moved and put back, on each branch
def ok_field_reinit_branches(p: Box[Pair]) -> None:
    eat(p.a)
    if cond():
        p.a = fresh()
    else:
        p.a = Owned(Token(3))
    look(p)


def mv_field_reinit_one_branch(p: Box[Pair]) -> None:
    eat(p.a)
    if cond():
        p.a = fresh()
    look(p)  # E: use-after-move E0382


def ok_field_reinit_whole() -> None:
    p = pair()
    eat(p.a)
    p = pair()
    look(p)


def mv_field_moved_in_loop() -> None:
    p = pair()
    for _ in range(2):
        eat(p.a)  # E: use-after-move E0382


def ok_field_optional_take(m: Box[Maybe]) -> None:
    if m.item is not None:
        eat(m.item)
        m.item = None
    look(m)


def ok_field_swapped() -> None:
    p = pair()
    a, b = p.a, p.b
    p.a, p.b = b, a
    look(p)


def ok_fields_swapped_in_place() -> None:
    p = pair()
    p.a, p.b = p.b, p.a
    look(p)


def ok_swap_verb() -> None:
    p = pair()
    swap(p.a, p.b)
    look(p)


def ok_take_field() -> Token | None:
    p = pair()
    got = take(p.a)
    look(p)
    return got


def ok_disjoint_objects() -> None:
    p, q = pair(), pair()
    eat(p.a)
    look(q.a)
    look(q)


def mv_list_same_constant_index() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    look(v[0])  # E: use-after-move E0382


def ok_list_other_constant_index() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    look(v[1])
    eat(v[1])


def mv_list_same_name_index(i: int) -> None:
    v = [fresh(), fresh()]
    eat(v[i])
    look(v[i])  # E: use-after-move E0382


def ok_list_changed_name_index(i: int) -> None:
    v = [fresh(), fresh()]
    eat(v[i])
    i += 1
    eat(v[i])


def ok_list_two_names(i: int, j: int) -> None:
    v = [fresh(), fresh()]
    eat(v[i])
    eat(v[j])


def mv_dict_same_key() -> None:
    d = {"a": fresh(), "b": fresh()}
    eat(d["a"])
    look(d["b"])
    eat(d["a"])  # E: use-after-move E0382


def ok_dict_key_refilled() -> None:
    d = {"a": fresh()}
    eat(d["a"])
    d["a"] = fresh()
    look(d["a"])


def ok_list_element_then_len() -> None:
    v = [fresh(), fresh()]
    eat(v[0])
    print(len(v))
    del v[0]


def mv_tuple_element() -> None:
    t = (fresh(), 1)
    eat(t[0])
    print(t[1])
    eat(t[0])  # E: use-after-move E0382


def mv_field_through_list() -> None:
    v = [pair(), pair()]
    eat(v[0].a)
    look(v[0].b)
    look(v[0].a)  # E: use-after-move E0382


def mv_move_verb_on_field() -> Owned[Token]:
    p = pair()
    t = move(p.a)
    look(p.a)  # E: use-after-move E0382
    return t


def mv_drop_verb_on_field() -> None:
    p = pair()
    drop(p.a)
    look(borrow(p.a))  # E: use-after-move E0382


def mv_method_after_partial_move() -> int:
    p = pair()
    eat(p.a)
    return p.whole()  # E: use-after-move E0382


def mv_return_partly_moved() -> Pair:
    p = pair()
    eat(p.a)
    return p  # E: use-after-move E0382


def mv_store_partly_moved(out: list[Pair]) -> None:
    p = pair()
    eat(p.a)
    out.append(p)  # E: use-after-move E0382


def mv_borrow_mut_partly_moved(p: Box[Pair]) -> None:
    eat(p.a)
    with borrow_mut(p) as m:  # E: use-after-move E0382
        m.tag = 1


def ok_field_of_fresh_value() -> Owned[Token]:
    return pair().a


def ok_field_of_parameter_only_looked_at(p: Pair) -> int:
    look(p.a)
    return peek(borrow(p.b))
