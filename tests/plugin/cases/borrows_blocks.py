"""Borrows that are used after the block that ended them or their owner."""

from __future__ import annotations

from collections.abc import Callable

from owned import Box, Owned, Ref, RefCell, RefMut, Scope, borrow, borrow_mut, clone, drop, into_inner, move


class Token:
    def __init__(self, value: int) -> None:
        self.value = value
        self.names: list[str] = []


class Slot:
    def __init__(self) -> None:
        self.r: Ref[Token] | None = None
        self.t: Token | None = None


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


# case: nl-inner-scope | view used after its block
def nl_inner_scope(t: Owned[Token]) -> None:
    with borrow(t) as r:
        look(r)
    look(r)  # E: borrow-outlives-owner E0597


# case: nl-inner-scope-once | reported once
def nl_inner_scope_once(t: Owned[Token]) -> None:
    with borrow_mut(t) as m:
        look(m)
    m.value = 1  # E: borrow-outlives-owner E0597
    m.value = 2


# case: nl-with-scope-leak | another name for the view
def nl_with_scope_leak(t: Owned[Token]) -> None:
    with borrow(t) as r:
        leaked = r
    look(leaked)  # E: borrow-outlives-owner E0597


# case: nl-part-leak | a part of the view
def nl_part_leak(t: Owned[Token]) -> None:
    with borrow(t) as r:
        names = r.names
    look(names)  # E: borrow-outlives-owner E0597


# case: nl-plain-part | a plain part of the view may be kept
def nl_plain_part(t: Owned[Token]) -> int:
    with borrow(t) as r:
        n = r.value
        copied = list(r.names)
    look(copied)
    return n


# case: nl-plain-value | the view of a plain value is the bare value
def nl_plain_value(n: Owned[int], s: Box[str]) -> None:
    with borrow(n) as k, borrow(s) as text:
        look(k)
    look(k)
    look(text)


# case: nl-view-in-list | a list that was given the view
def nl_view_in_list(t: Owned[Token]) -> None:
    kept: list[Token] = []
    with borrow(t) as r:
        kept.append(r)
    look(kept)  # E: borrow-outlives-owner E0597


# case: nl-rebound-after | the name is bound to something else after the block
def nl_rebound_after(t: Owned[Token], u: Owned[Token]) -> None:
    with borrow(t) as r:
        look(r)
    with borrow(u) as r:
        look(r)
    r = Token(1)
    look(r)


# case: nl-one-path | on one path only
def nl_one_path(t: Owned[Token]) -> None:
    r = Token(0)
    if cond():
        with borrow(t) as r:
            look(r)
    look(r)  # E: borrow-outlives-owner E0597


# case: nl-loop-carried | view of the previous iteration
def nl_loop_carried(ts: list[Owned[Token]]) -> None:
    last: Token | None = None
    for t in ts:
        if last is not None:
            look(last)  # E: borrow-outlives-owner E0597
        with borrow(t) as r:
            last = r


# case: nl-except | used in the handler
def nl_except(t: Owned[Token]) -> None:
    r = Token(0)
    try:
        with borrow(t) as r:
            look(r)
    except ValueError:
        look(r)  # E: borrow-outlives-owner E0597


# case: nl-vec-of-refs | borrow of a block's owner in an outer list
def nl_vec_of_refs() -> None:
    refs: list[Ref[Token]] = []
    with Owned(Token(1)) as t:
        refs.append(borrow(t))  # E: borrow-outlives-owner E0597
    look(refs)


# case: nl-vec-cleared | the outer list is gone before the owner
def nl_vec_deleted() -> None:
    refs: list[Ref[Token]] = []
    with Owned(Token(1)) as t:
        refs.append(borrow(t))
        look(refs)
        del refs


# case: nl-guard-dropped-in-block | the guard is dropped inside the block
def nl_guard_dropped_in_block() -> None:
    with Owned(Token(1)) as t:
        r = borrow(t)
        look(r)
        drop(r)


# case: nl-guard-left-in-block | the guard is still bound when its owner's block ends
def nl_guard_left_in_block() -> None:
    with Owned(Token(1)) as t:
        r = borrow(t)  # E: borrow-outlives-owner E0597
        look(r)


# case: nl-guard-in-inner-block | guard in a block of its own
def nl_guard_in_inner_block() -> None:
    with Owned(Token(1)) as t:
        with borrow(t) as r:
            look(r)
        poke(borrow_mut(t))


# case: nl-named-owner | an owner that was made before its block
def nl_named_owner() -> None:
    t = Owned(Token(1))
    r: Ref[Token] | None = None
    with t:
        r = borrow(t)  # E: borrow-outlives-owner E0597
    look(r)


# case: nl-named-owner-used-after | owner used after its block
def nl_named_owner_used_after() -> None:
    t = Box(Token(1))
    with t:
        look(t)
    look(t)  # E: use-after-move E0382


# case: nl-owner-used-after | owner of the block used after it
def nl_owner_used_after() -> None:
    with Owned(Token(1)) as t:
        look(t)
    look(t)  # E: use-after-move E0382


# case: nl-outer-owner | the owner of the outer block, the guard of the inner one
def nl_outer_owner() -> None:
    with Owned(Token(1)) as t:
        with Owned(Token(2)) as u:
            r = borrow(t)
            look(u)
        look(r)
        drop(r)


# case: nl-items-in-order | the items of one `with` end in reverse order
def nl_items_in_order() -> None:
    with Owned(Token(1)) as t, borrow(t) as r:
        look(r)


# case: nl-closure-escapes | closure kept outside captures an inner owner
def nl_closure_escapes() -> None:
    calls: Callable[[], int] | None = None
    with Owned(Token(1)) as t:
        calls = lambda: peek(borrow(t))  # E: borrow-outlives-owner E0597
    if calls is not None:
        look(calls())


# case: nl-closure-inside | closure that stays inside
def nl_closure_inside() -> None:
    with Owned(Token(1)) as t:
        read: Callable[[], int] = lambda: peek(borrow(t))
        look(read())
        del read


# case: nl-match-payload | view of a match payload
def nl_match_payload(slot: Owned[Slot]) -> None:
    kept: Token | None = None
    with borrow(slot) as s:
        match s.t:
            case Token() as inner:
                kept = inner
            case _:
                pass
    look(kept)  # E: borrow-outlives-owner E0597


# case: nl-guard-outlived | a part of a guard used after the guard's block
def nl_guard_outlived(c: RefCell[Token]) -> None:
    with c.borrow() as g:
        names = g.names
    look(names)  # E: borrow-outlives-owner E0597


# case: nl-mutex-of-ref | borrow of a block's owner in a cell that outlives it
def nl_mutex_of_ref() -> None:
    cell: RefCell[list[Ref[Token]]] = RefCell([])
    with Owned(Token(1)) as t:
        cell.borrow_mut().append(borrow(t))
    look(cell)


# case: nl-drop-order | the list was made before the owner; both end with the function
def nl_drop_order() -> None:
    refs: list[Ref[Token]] = []
    t = Owned(Token(1))
    refs.append(borrow(t))


# case: nl-scope-owner | owner of a scope used after the scope
def nl_scope_owner() -> None:
    with Scope() as s:
        t = s.own(Token(1))
        look(peek(borrow(t)))


# case: nl-deleted-owner | `del` of an owner that is lent
def nl_deleted_owner() -> None:
    t = Owned(Token(1))
    r = borrow(t)  # E: borrow-outlives-owner E0597
    del t
    look(r)


# case: nl-moved-inside | the owner was moved on inside the block
def nl_moved_inside() -> Owned[Token]:
    with Owned(Token(1)) as t:
        look(t)
        return move(t)


# case: nl-unwrapped-inside | the owner was unwrapped inside the block
def nl_unwrapped_inside() -> Token:
    with Box(Token(1)) as t:
        look(t)
        return into_inner(t)


# case: nl-clone-inside | a clone of the guard of an outer owner
def nl_clone_inside(t: Ref[Token]) -> None:
    with t as view:
        look(view)
    look(t)  # E: use-after-move E0382


# case: nl-clone-kept | the clone lives on
def nl_clone_kept(t: Ref[Token]) -> None:
    with clone(t) as view:
        look(view)
    look(t)


# case: nl-exclusive-ends | what was lent exclusively is free after the block
def nl_exclusive_ends(t: Box[Token]) -> None:
    with borrow_mut(t) as m:
        m.value = 1
    with borrow_mut(t) as m:
        m.value = 2
    t.value = 3
    drop(t)


# case: nl-return-in-block | leaving the block by `return`, `break`, `continue`
def nl_jumps(t: Box[Token]) -> int:
    while cond():
        with borrow(t) as r:
            if r.value == 1:
                continue
            if r.value == 2:
                break
            if r.value == 3:
                return r.value
        t.value += 1
    t.value = 0
    return 0
