"""Borrow blocks of every shape."""

from __future__ import annotations

import owned as o
from owned import Box, Owned, borrow, borrow_mut, deref, move
from owned import borrow as lend


class Account:
    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.log = Owned([amount])

    def pay(self, amount: int) -> None:
        self.amount -= amount
        with borrow_mut(self.log) as log:
            log.append(amount)

    def history(self) -> list[int]:
        with borrow(self.log) as log:
            return list(log)


def blocks(account: Owned[Account]) -> int:
    with borrow(account) as a:
        total = a.amount
    with borrow_mut(account) as m:
        m.pay(3)
    with lend(account) as a, o.borrow(account) as b:
        total += a.amount + b.amount
    with borrow(account):
        total += 1
    return total


def local() -> None:
    account = Owned(Account(5), drop=lambda a: print("closed with", a.amount))
    with borrow_mut(account) as m:
        m.pay(1)
        print(m.history())
    with borrow(account) as a:
        for paid in a.history():
            if paid == 1:
                continue
            print("paid", paid)
    print(deref(account).amount, blocks(account))
    number = Owned(1)
    with borrow_mut(number) as n:
        n += 1
    with borrow(number) as seen:
        print(seen)


def boxes() -> None:
    names = Box(["a"])
    with borrow_mut(names) as m:
        m.append("b")
    with borrow(names) as r:
        print(r, len(deref(names)))
    hooked = Box(Account(2), drop=lambda a: print("box closed with", a.amount))
    with borrow(hooked) as account, Owned("x", drop=print) as x:
        print(account.amount, x.value)


def mixed() -> None:
    account = Owned(Account(9), drop=lambda a: print("mixed"))
    with Owned("first", drop=print), borrow(account) as a, Owned("second", drop=print) as s, borrow(s) as text:
        print(a.amount, text)
    try:
        with borrow(account) as b, Owned("inside", drop=print):
            raise ValueError(b.amount)
    except ValueError as error:
        print("caught", error)
    kept = move(account)
    print(kept.value.amount)


local()
boxes()
mixed()
with Owned(Account(7), drop=lambda a: print("module's own", a.amount)) as top:
    with borrow(top) as seen:
        print(seen.amount, seen.history())
