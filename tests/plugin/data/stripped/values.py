"""Owners whose value gets a variable of its own, and owners that are like them but for one thing."""

from __future__ import annotations

import asyncio
import sys
import traceback
import weakref
from collections.abc import Iterator

from owned import Box, Owned, borrow, borrow_mut, consuming, deref, drop, forget, into_inner, is_live, move, replace


class Noisy:
    """Says when it is let go, which is when its last reference goes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts = [1, 2]

    def fail(self) -> int:
        return self.parts[7]

    def __del__(self) -> None:
        print("gone:", self.name)


class Finite:
    def __init__(self) -> None:
        self.left = 2

    @consuming
    def finish(self) -> int:
        return self.left

    def __del__(self) -> None:
        print("finished")


def make(name: str) -> Owned[Noisy]:
    if name == "":
        return Owned(Noisy("nameless"))
    return Owned(Noisy(name), drop=lambda value: print("hook:", value.name))


def order_of_variables() -> None:
    before = Noisy("before")
    first, second = Owned(Noisy("first"), drop=lambda value: print("hook:", value.name)), Owned(Noisy("second"))
    between = Noisy("between")
    third = make("third")
    after = Noisy("after")
    for _ in range(2):
        with borrow(first) as a, borrow_mut(second) as b, borrow(third) as c:
            print(a.name, b.name, c.name)
            b.parts.append(len(c.parts))
    print(before.name, between.name, after.name, deref(first).parts, second.value.parts, third.value.name)


def ends() -> None:
    dropped = Owned(Noisy("dropped"), drop=lambda value: print("hook:", value.name))
    taken = make("taken")
    left = make("forgotten")
    with borrow(dropped) as d:
        print(d.name, dropped.value.parts)
    del d
    drop(dropped)
    print("after drop", is_live(dropped))
    print(deref(taken).name, taken.value.parts)
    inner = into_inner(taken)
    seen = weakref.ref(inner)
    print(inner.name)
    del inner
    print("after into_inner", seen())
    print(deref(left).name, left.value.parts)
    forget(left)
    print("after forget")


def one_after_the_other() -> None:
    for turn in range(3):
        owner = Owned(Noisy(f"turn {turn}"), drop=lambda value: print("hook:", value.name))
        with borrow(owner) as r:
            print(r.name, owner.value.parts, deref(owner).name)
        if turn == 1:
            del r
            drop(owner)
            print("early")
            continue
        print("late")


def moves() -> Owned[Noisy]:
    a = make("moved")
    print(deref(a).name, a.value.parts)
    b = move(a)
    b = move(b)
    c = move(b)
    for _ in range(2):
        with borrow_mut(c) as m:
            m.parts.append(0)
    print(c.value.parts)
    return move(c)


def moved_on_one_path(soon: bool) -> None:
    a = make("one path")
    print(a.value.name, deref(a).parts)
    if soon:
        b = move(a)
        print("moved", b.value.name)
        drop(b)
    else:
        print("kept", a.value.name)
    print("end")


def given_back() -> Owned[Noisy]:
    owner = make("given back")
    try:
        with borrow(owner) as r:
            print(r.name, owner.value.parts)
        return owner
    finally:
        print("finally")


def failing() -> None:
    owner = make("failing")
    for _ in range(2):
        try:
            with borrow(owner) as r:
                print(
                    r.name,
                    deref(owner).fail(),
                )
        except IndexError:
            frames = traceback.extract_tb(sys.exc_info()[2])
            print([(frame.name, frame.lineno) for frame in frames], owner.value.name)
    deref(owner).fail()


def failing_in_turn() -> None:
    for turn in range(2):
        try:
            if turn:
                raise ValueError("turn")
            owner = make("in turn")
            print(owner.value.name, deref(owner).parts)
        except ValueError as error:
            print("caught", error)


def made_anew_or_not() -> None:
    owner = make("old")
    for turn in range(2):
        print(owner.value.name, deref(owner).name)
        if not turn:
            owner = Owned(Noisy("new"))
    print(owner.value.name)


def exchanged() -> None:
    owner = Owned(Noisy("to be replaced"))
    print(owner.value.name, deref(owner).name)
    old = replace(owner, Noisy("replacement"))
    print(owner.value.name, deref(owner).name, old.name)
    owner.value = Noisy("assigned")
    print(owner.value.name, deref(owner).name)


def boxes() -> None:
    box = Box([1])
    noisy = Box(Noisy("boxed"))
    for _ in range(2):
        with borrow_mut(box) as m:
            m.append(len(m))
        with borrow(box) as r, borrow(noisy) as n:
            print(r, n.name, box[0], noisy.name)
    box.append(9)
    print(deref(box), deref(noisy).name)
    del r, m, n
    drop(noisy)
    number = Box(1)
    with borrow(number) as one:
        print(one, deref(number))
    number += 1
    with borrow(number) as two:
        print(two, deref(number))


def consumed() -> None:
    finite = Box(Finite())
    with borrow(finite) as f:
        print(f.left, deref(finite).left)
    del f
    print(finite.finish())
    print("after consumption")


def scoped() -> str:
    for turn in range(3):
        with (
            Owned(Noisy("before"), drop=lambda value: print("hook:", value.name)) as outer,
            make(f"scope {turn}") as owner,
            borrow(owner) as seen,
            Box(Noisy("box")) as box,
        ):
            print(seen.name, deref(outer).name)
            for _ in range(2):
                with borrow(owner) as r, borrow_mut(box) as m, borrow(outer) as o:
                    print(r.name, owner.value.parts, m.name, o.name)
            del seen, r, m, o
            if turn == 1:
                drop(outer)
                print("dropped early")
                continue
            if turn == 2:
                return deref(owner).name + outer.value.name
        print("after the scope")
    return ""


def scoped_and_failing() -> None:
    with make("failing in its scope") as owner:
        try:
            for _ in range(2):
                with borrow(owner) as r:
                    print(r.name)
                    if r.parts:
                        r.fail()
        finally:
            print("still", deref(owner).name)


def scoped_and_moved() -> Owned[Noisy]:
    with make("leaving its scope") as owner:
        print(owner.value.name, deref(owner).parts)
        return move(owner)


def captured() -> None:
    owner = make("captured")

    def look() -> str:
        return deref(owner).name + str(owner.value.parts)

    print(look(), [deref(owner).name for _ in range(2)], (lambda: owner.value.name)())
    print(deref(owner).name, owner.value.name)


def seen_by_name() -> None:
    owner = make("seen")
    print(deref(owner).name, owner.value.name)
    print(sorted(locals()))


def each() -> Iterator[str]:
    owner = make("generator's")
    with borrow(owner) as r:
        for _ in r.parts:
            yield r.name
    yield deref(owner).name


async def later() -> str:
    owner = make("coroutine's")
    with borrow(owner) as r:
        await asyncio.sleep(0)
        return r.name + deref(owner).name


def nested(depth: int) -> int:
    owner = make(f"depth {depth}")
    with borrow(owner) as r:
        if depth:
            return nested(depth - 1) + len(deref(owner).parts) + len(r.parts)
    return 0


def numbers() -> None:
    number = Owned(1)
    with borrow_mut(number) as n:
        n += 1
    print(number.value, deref(number))
    plain = Owned([1])
    with borrow_mut(plain) as p:
        p += [2]
    print(plain.value, deref(plain))


order_of_variables()
ends()
one_after_the_other()
drop(moves())
moved_on_one_path(True)
moved_on_one_path(False)
drop(given_back())
try:
    failing()
except IndexError as caught:
    for frame, line in traceback.walk_tb(caught.__traceback__):
        print(frame.f_code.co_name, line)
    del frame
failing_in_turn()
made_anew_or_not()
exchanged()
boxes()
consumed()
print(scoped())
try:
    scoped_and_failing()
except IndexError as caught:
    print([(frame.name, frame.lineno) for frame in traceback.extract_tb(caught.__traceback__)])
drop(scoped_and_moved())
captured()
seen_by_name()
print(list(each()))
begun = each()
print(next(begun))
del begun
print(asyncio.run(later()))
print(nested(2))
numbers()
