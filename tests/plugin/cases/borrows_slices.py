"""Slices of what a block has lent: the checker ends them with the block, the run time with the text or the vector."""

from __future__ import annotations

from owned import String, Vec, borrow


def look(t: object) -> None:
    print(str(t)[:0])


# case: text | a slice of a view ends with the block
def bad_slice_of_text() -> None:
    s = String("abc")
    with borrow(s) as r:
        word = r[0:1]
    look(word)  # E: borrow-outlives-owner E0597


# case: vector | the same of a vector
def bad_slice_of_vector() -> None:
    v = Vec([1, 2])
    with borrow(v) as r:
        part = r[0:1]
    look(part)  # E: borrow-outlives-owner E0597


# case: owner | a slice of the owner itself goes on
def good_slice_of_the_owner() -> None:
    s = String("abc")
    with borrow(s) as r:
        look(r)
        word = s[0:1]
    look(word)
