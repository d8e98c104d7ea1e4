"""Owners that a conditional expression or an `or` has chosen between, and names bound by `with` that are bound anew."""

from __future__ import annotations

from owned import Owned, borrow, drop, move


class Token:
    def __init__(self, n: int = 0) -> None:
        self.n = n


def look(t: object) -> None:
    print(t is None)


def eat(t: Owned[Token]) -> None:
    drop(t)


def make() -> Owned[Token]:
    return Owned(Token())


# case: ch-return | one of two that their blocks drop
def ch_return(c: bool) -> Owned[Token]:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        x = t if c else u
        return x  # E: missing-move must_move


# case: ch-return-directly | without a name
def ch_return_directly(c: bool) -> Owned[Token]:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        return t if c else u  # E: missing-move must_move; missing-move must_move


# case: ch-return-moved | with `move`
def ch_return_moved(c: bool) -> Owned[Token]:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        x = t if c else u
        return move(x)


# case: ch-one-bound | only one of them belongs to a block
def ch_one_bound(c: bool) -> Owned[Token]:
    with Owned(Token(1)) as t:
        x = t if c else make()
        return x  # E: missing-move must_move


# case: ch-or | `or` chooses, too
def ch_or(given: Owned[Token] | None) -> Owned[Token]:
    with Owned(Token(1)) as t:
        x = given or t
        return x  # E: missing-move must_move


# case: ch-after | used after the block that dropped one of them
def ch_after(c: bool) -> None:
    with Owned(Token(1)) as t:
        x = t if c else make()
        look(x)
    look(x)  # E: use-after-move E0382


# case: ch-inside | used inside only
def ch_inside(c: bool) -> int:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        x = t if c else u
        n: int = x.value.n
    return n


# case: ch-passed | to a function that takes it
def ch_passed(c: bool) -> None:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        x = t if c else u
        eat(x)  # E: missing-move must_move


# case: ch-branches | chosen by `if`
def ch_branches(c: bool) -> Owned[Token]:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        if c:
            x = t
        else:
            x = u
        return x  # E: missing-move must_move


# case: ch-neither | neither belongs to a block
def ch_neither(c: bool) -> Owned[Token]:
    t, u = make(), make()
    x = t if c else u
    return x


# case: an-straight | the name of the block's owner is bound anew: the block drops the first owner only
def an_straight() -> Owned[Token]:
    with Owned(Token(1)) as c:
        look(c)
        c = make()
    look(c)
    return c


# case: an-returned | the new one does not belong to the block
def an_returned() -> Owned[Token]:
    with Owned(Token(1)) as c:
        look(c)
        c = make()
        return c


# case: an-one-branch | bound anew on one path, borrowed on the other
def an_one_branch(x: bool) -> None:
    r = None
    with Owned(Token(1)) as c:
        if x:
            c = make()
        else:
            r = borrow(c)  # E: borrow-outlives-owner E0597
    look(r)


# case: an-borrow-of-new | the borrow of the new one goes on
def an_borrow_of_new() -> None:
    with Owned(Token(1)) as c:
        look(c)
        c = make()
        r = borrow(c)
    look(r)


# case: an-used-after | dropped by the block on one path
def an_used_after(x: bool) -> None:
    with Owned(Token(1)) as c:
        if x:
            c = make()
    look(c)  # E: use-after-move E0382


# case: an-returned-on-other-path | on the other path it still belongs to the block
def an_returned_on_other_path(x: bool) -> Owned[Token]:
    with Owned(Token(1)) as c:
        if x:
            c = make()
        else:
            look(c)
        return c  # E: missing-move must_move


# case: an-loop | bound anew in each iteration
def an_loop() -> None:
    with Owned(Token(0)) as c:
        for n in range(3):
            look(c)
            c = Owned(Token(n))
        eat(move(c))


# case: an-existing | a block around an owner that has a name
def an_existing(c: Owned[Token]) -> Owned[Token]:
    with c:
        look(c)
        c = make()
    return c


# case: an-existing-dropped | the first one was dropped by the block
def an_existing_dropped(c: Owned[Token], x: bool) -> None:
    with c:
        if x:
            c = make()
    look(c)  # E: use-after-move E0382
