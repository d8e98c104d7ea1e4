import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from owned import Arc, Box, Mutex, Owned, Rc, RefMut, borrow, borrow_mut, clone, consuming, drop, into_inner, move

T = TypeVar("T")


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def peek(self) -> int:
        return self.value

    def bump(self) -> None:
        self.value += 1

    @consuming
    def consume(self) -> int:
        return self.value

    @consuming
    def advance(self) -> "Box[Token]":
        return Box(Token(self.value + 1))


class Builder:
    def __init__(self) -> None:
        self.parts: list[int] = []

    @consuming
    def with_part(self, n: int) -> "Builder":
        return Builder()

    @consuming
    def build(self) -> list[int]:
        return self.parts


@dataclass
class Open:
    name: str

    @consuming
    def close(self) -> "Closed":
        return Closed(self.name)


@dataclass
class Closed:
    name: str
    log: list[str] = field(default_factory=list)


class Worker:
    def __init__(self) -> None:
        self.thread = threading.Thread(target=print)

    @consuming
    def join(self) -> int:
        return 0


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_box(t: Box[Token]) -> None:
    drop(t)


def eat_pair(a: Owned[Token], b: Owned[Token]) -> None:
    drop(a)
    drop(b)


def look(t: object) -> None:
    print(type(t))


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def first(x: T) -> T:
    return x


def total(v: Owned[list[int]]) -> int:
    return sum(into_inner(v))


# case: mv-call-then-call | passed by value twice
def mv_call_then_call() -> None:
    t = Owned(Token(1))
    eat(t)
    eat(t)  # E: use-after-move E0382


def mv_call_then_call_box(t: Box[Token]) -> None:
    eat_box(t)
    eat_box(t)  # E: use-after-move E0382


# case: mv-nested-block | moved in an inner block, used after it
def mv_nested_block(t: Owned[Token], lock: threading.Lock) -> None:
    with lock:
        eat(t)
    look(t)  # E: use-after-move E0382


# case: mv-nested-fn-scope | a nested function has a parameter of the same name
def mv_nested_fn_scope(t: Owned[Token]) -> None:
    def inner(t: Owned[Token]) -> None:
        eat(t)
        look(t)  # E: use-after-move E0382

    inner(t)
    look(t)  # E: use-after-move E0382


# case: multi-three-moves | each use is itself a move
def multi_three_moves(t: Box[Token]) -> None:
    eat_box(t)
    eat_box(t)  # E: use-after-move E0382
    eat_box(t)  # E: use-after-move E0382


# case: multi-two-variables | two variables, one report each
def multi_two_variables(a: Owned[Token], b: Box[Token]) -> None:
    eat(a)
    eat_box(b)
    look(a)  # E: use-after-move E0382
    look(b)  # E: use-after-move E0382


# case: multi-two-fns | the same mistake in two functions
def multi_two_fns_one(t: Owned[Token]) -> None:
    drop(t)
    look(t)  # E: use-after-move E0382


def multi_two_fns_two(t: Owned[Token]) -> None:
    drop(t)
    look(t)  # E: use-after-move E0382


# case: mv-call-then-mutborrow | moved, then borrowed exclusively
def mv_call_then_mutborrow() -> None:
    t = Owned(Token(1))
    eat(t)
    poke(borrow_mut(t))  # E: use-after-move E0382


# case: mv-call-then-mutmethod | moved, then changed through the handle
def mv_call_then_mutmethod(t: Box[Token]) -> None:
    eat_box(t)
    t.bump()  # E: use-after-move E0382


# case: mv-call-then-format | moved, then formatted
def mv_call_then_format(t: Box[Token]) -> str:
    eat_box(t)
    return f"{t.value}"  # E: use-after-move E0382


def mv_call_then_format_spec(t: Box[int], width: int) -> str:
    drop(t)
    return f"a {width} and {t:>{width}}"  # E: use-after-move E0382


def mv_call_then_percent(t: Box[int]) -> str:
    drop(t)
    return "%d" % t  # E: use-after-move E0382


def mv_call_then_print(t: Box[int]) -> None:
    drop(t)
    print("value", t)  # E: use-after-move E0382


# case: mv-mutex-guard-dropped | guard dropped by hand, then used
def mv_mutex_guard_dropped(m: Mutex[Token]) -> None:
    g = m.lock()
    g.value = 1
    drop(g)
    look(g.value)  # E: use-after-move E0382


# case: mv-borrow-guard-dropped | shared guard dropped by hand, then used
def mv_borrow_guard_dropped(t: Box[Token]) -> None:
    r = borrow(t)
    drop(r)
    look(r)  # E: use-after-move E0382


# case: mv-multiline-call | the report stands on the argument's line
def mv_multiline_call(a: Owned[Token], b: Owned[Token]) -> None:
    eat(b)
    eat_pair(
        a,
        b,  # E: use-after-move E0382
    )


# case: mv-call-then-field-read | moved, then a field is read
def mv_call_then_field_read(t: Box[Token]) -> int:
    eat_box(t)
    n: int = t.value  # E: use-after-move E0382
    return n


def mv_call_then_value_read(t: Owned[Token]) -> int:
    eat(t)
    return t.value.value  # E: use-after-move E0382


# case: multi-two-uses-one-move | one move, two uses, one report
def multi_two_uses_one_move(t: Owned[Token]) -> Owned[Token]:
    eat(t)
    look(t)  # E: use-after-move E0382
    return t


# case: mv-method-self-then-borrow | consumed by a method, then borrowed
def mv_method_self_then_borrow(t: Box[Token]) -> None:
    look(t.consume())
    look(borrow(t))  # E: use-after-move E0382


def mv_method_of_owned_then_use(t: Owned[Token]) -> None:
    t.drop()
    look(t)  # E: use-after-move E0382


def mv_method_move_of_owned(t: Owned[Token]) -> Owned[Token]:
    u = t.move()
    t.borrow()  # E: use-after-move E0382; unused-owner must_use
    return u


# case: mv-builder-chain-old-handle | the old handle used after a consuming builder call
def mv_builder_chain_old_handle() -> list[int]:
    b = Builder()
    c = b.with_part(1)
    look(c)
    return b.build()  # E: use-after-move E0382


# case: mv-enum-state | the old state used after the transition
def mv_enum_state() -> str:
    o = Open("a")
    c = o.close()
    look(c)
    return o.name  # E: use-after-move E0382


# case: mv-join-twice | a handle joined twice
def mv_join_twice(w: Box[Worker]) -> int:
    a = w.join()
    b = w.join()  # E: use-after-move E0382
    return a + b


# case: mv-into-iter-explicit | collection consumed by an explicit conversion, then used
def mv_into_iter_explicit(v: Owned[list[int]]) -> int:
    s = sum(into_inner(v))
    return s + len(borrow(v))  # E: use-after-move E0382


def mv_into_iter_helper(v: Owned[list[int]]) -> int:
    return total(v) + total(v)  # E: use-after-move E0382


# case: mv-iterator-for-then-next | iterator moved into its own loop and advanced in the body
def mv_iterator_for_then_next(it: Owned[Iterator[int]]) -> None:
    for x in into_inner(it):
        with borrow_mut(it) as rest:  # E: use-after-move E0382
            print(x, next(rest))


# case: mv-tuple-same-twice | same value twice in a tuple
def mv_tuple_same_twice(t: Box[Token]) -> tuple[Box[Token], Box[Token]]:
    return (t, t)  # E: use-after-move E0382


def mv_list_same_twice(t: Box[Token]) -> list[Box[Token]]:
    both = [t, t]  # E: use-after-move E0382
    return both


def mv_dict_same_twice(t: Owned[Token]) -> dict[str, Owned[Token]]:
    return {
        "a": t,
        "b": t,  # E: use-after-move E0382
    }


# case: mv-args-same-call | same value twice in one call
def mv_args_same_call(t: Owned[Token]) -> None:
    eat_pair(t, t)  # E: use-after-move E0382


def mv_args_same_call_keywords(t: Owned[Token]) -> None:
    eat_pair(b=t, a=t)  # E: use-after-move E0382


# case: mv-vec-push | pushed into a list, then used
def mv_vec_push() -> list[Owned[Token]]:
    v: list[Owned[Token]] = []
    t = Owned(Token(1))
    v.append(t)
    look(t)  # E: use-after-move E0382
    return v


def mv_vec_insert(v: list[Box[Token]], t: Box[Token]) -> None:
    v.insert(0, t)
    v.insert(0, t)  # E: use-after-move E0382


def mv_vec_setitem(v: list[Box[Token]], t: Box[Token]) -> None:
    v[0] = t
    look(t)  # E: use-after-move E0382


# case: mv-box | Box moved, then dereferenced
def mv_box(b: Box[Token]) -> int:
    c = b
    n: int = b.value  # E: use-after-move E0382
    drop(c)
    return n


def mv_box_operator(b: Box[int]) -> int:
    c = b
    n = b + 1  # E: use-after-move E0382
    drop(c)
    return n


def mv_box_inplace(b: Box[int]) -> None:
    drop(b)
    b += 1  # E: use-after-move E0382


def mv_box_item(b: Box[list[int]]) -> int:
    c = move(b)
    n: int = b[0]  # E: use-after-move E0382
    drop(c)
    return n


# case: mv-mut-ref-moved | RefMut bound to another name, then used
def mv_mut_ref_moved(m: RefMut[Token]) -> None:
    other = m
    poke(other)
    poke(m)  # E: use-after-move E0382


# case: mv-reinit-then-move-again | made again, moved again
def mv_reinit_then_move_again() -> None:
    t = Owned(Token(1))
    eat(t)
    t = Owned(Token(2))
    eat(t)
    look(t)  # E: use-after-move E0382


# case: mv-option-map | the option is consumed by a helper, then asked
def unwrap_or(o: Box[Token] | None, n: int) -> int:
    return o.consume() if o is not None else n


def mv_option_map(o: Box[Token] | None) -> int:
    n = unwrap_or(o, 1)
    look(o)  # E: use-after-move E0382
    return n


# case: mv-default-arg-pattern | `x or default` moves the value, then it is used
def mv_default_arg_pattern(o: Box[Token] | None) -> None:
    t = o if o is not None else Box(Token(0))
    look(o)  # E: use-after-move E0382
    drop(t)


# case: mv-generic | bound through a generic function that gives it back
def mv_generic(t: Owned[Token]) -> Owned[Token]:
    u = first(move(t))
    look(t)  # E: use-after-move E0382
    return u


# case: mv-rc-drop | a shared handle dropped, then read
def mv_rc_drop() -> int:
    a = Rc(Token(1))
    b = clone(a)
    drop(a)
    n: int = a.value  # E: use-after-move E0382
    drop(b)
    return n


def mv_arc_bound(a: Arc[Token]) -> None:
    b = a
    look(a)  # E: use-after-move E0382
    drop(b)


# case: mv-shadowed-result | value replaced by what a consuming method gives
def mv_advance(t: Box[Token]) -> None:
    u = t.advance()
    t.advance()  # E: use-after-move E0382
    drop(u)


# case: mv-into-inner-twice | unwrapped twice
def mv_into_inner_twice(t: Owned[Token]) -> int:
    return into_inner(t).value + into_inner(t).value  # E: use-after-move E0382


# case: mv-is-live-no-use | asking whether it is alive is no use
def mv_is_live_no_use(t: Owned[Token]) -> None:
    from owned import is_live

    eat(t)
    if is_live(t):
        look(t)
    print(is_live(t))
    del t


# case: mv-arg-then-receiver | moved by an argument after the receiver was read
def mv_arg_then_receiver(v: list[Box[Token]], t: Box[Token]) -> None:
    v.append(t)
    print(len(v), t.peek())  # E: use-after-move E0382
