"""Names that do not certainly mean ours, or are bound again."""

from contextlib import nullcontext
from typing import ContextManager

from owned import Owned, borrow, borrow_mut
from owned import deref as look

numbers = Owned([1, 2])


def parameter(borrow_mut: type[list[int]]) -> int:
    return len(borrow_mut([1]))


def bound_again() -> None:
    owner = Owned([1])
    with borrow(owner) as r:
        print(r)
        r = [2]
        print(r)


def borrowed(owner: Owned[list[int]]) -> ContextManager[int]:
    return nullcontext(len(look(owner)))


with borrow(numbers) as n:
    print(n)
with borrow_mut(numbers) as m:
    m.append(3)
print(look(numbers))
with borrowed(numbers) as count:
    print(count)
print(parameter(list))
bound_again()
