"""What type checkers see of the collections without any plugin. This file is only type-checked, never run."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSequence, Sequence

from typing_extensions import assert_type

from owned import (
    Drain,
    Entry,
    Map,
    Owned,
    Ref,
    RefMut,
    Slice,
    Vec,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
)


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def grow(self) -> int:
        self.value += 1
        return self.value


def vectors(tokens: Vec[Token]) -> None:
    v = Vec([1, 2])
    assert_type(v, Vec[int])
    assert_type(Vec(str(n) for n in range(3)), Vec[str])
    empty: Vec[Owned[Token]] = Vec()
    empty.push(Owned(Token(1)))
    v.push(3)
    v.push("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(v[0], int)
    assert_type(v[0] + 1, int)
    assert_type(v[1:3], Ref[Slice[int]])
    assert_type(tokens[0].value, int)
    for x in v:
        assert_type(x, int)
    for t in tokens.iter():
        assert_type(t, Token)
    assert_type(v.pop(), "int | None")
    assert_type(v.remove(0), int)
    assert_type(v.swap_remove(0), int)
    assert_type(v.first(), "int | None")
    assert_type(tokens.get(0), "Token | None")
    assert_type(tokens.get_mut(0), "RefMut[Token] | None")
    assert_type(v.get_mut(slice(1, 2)), RefMut[Slice[int]])
    assert_type(v.drain(), Drain[int])
    assert_type(list(v.drain()), list[int])
    assert_type(v.split_off(1), Vec[int])
    assert_type(v.binary_search(1), int)
    assert_type(v.iter_mut(), Iterator[RefMut[int]])
    assert_type(v.chunks(2), Iterator[Ref[Slice[int]]])
    assert_type(v.chunks_mut(2), Iterator[RefMut[Slice[int]]])
    assert_type(v.split_at_mut(1), tuple[RefMut[Slice[int]], RefMut[Slice[int]]])
    assert_type(v.split_first_mut(), "tuple[RefMut[int], RefMut[Slice[int]]] | None")
    v.append(Vec([1]))
    v.sort_by_key(lambda n: -n)
    v.retain(lambda n: n > 1)
    v.extend(n + 1 for n in (1, 2))
    v[0] = 5
    v[1:] = [1, 2]
    del v[0], v[1:]
    print(len(v), 1 in v, v == [1], v.index(1), v.count(1), as_sequence(v))
    as_changing(v)


def as_sequence(numbers: Sequence[int]) -> int:
    return len(numbers)


def as_changing(numbers: MutableSequence[int]) -> None:
    numbers.append(1)


def total(numbers: Slice[int]) -> int:
    assert_type(numbers[0], int)
    return sum(numbers)


def length(numbers: Ref[Slice[int]]) -> int:
    return len(numbers)


def verbs(v: Vec[int]) -> None:
    with borrow(v) as r:
        assert_type(r, Vec[int])
        assert_type(r[0], int)
        total(r)
    with borrow_mut(v) as m:
        assert_type(m, Vec[int])
        m.push(1)
    with v[1:] as part:
        assert_type(part, Slice[int])
        assert_type(part.first(), "int | None")
        total(part)
    length(v[1:])
    length(borrow(v))
    assert_type(borrow(v), Ref[Vec[int]])
    assert_type(clone(v), Vec[int])
    assert_type(deref(v), list[int])
    assert_type(replace(v, Vec([1])), Vec[int])
    assert_type(take(v), Vec[int])
    swap(v, Vec([2]))
    with Vec([Token(1)], drop=lambda t: t.grow(), name="tokens") as tokens:
        assert_type(tokens, Vec[Token])
    if is_live(v):
        w = move(v)
        assert_type(w, Vec[int])
        assert_type(into_inner(w), list[int])
    drop(Vec([1]))


def maps(tokens: Map[str, Token]) -> None:
    m = Map({"a": 1})
    assert_type(m, Map[str, int])
    assert_type(Map((str(n), n * 1.5) for n in range(2)), Map[str, float])
    m["b"] = 2
    assert_type(m["a"], int)
    assert_type(m.get("a"), "int | None")
    assert_type(m.get("a", 0), int)
    assert_type(m.get("a", ""), "int | str")
    assert_type(tokens.get_mut("a"), "RefMut[Token] | None")
    assert_type(m.insert("a", 1), "int | None")
    assert_type(m.remove("a"), "int | None")
    assert_type(m.entry("a"), Entry[str, int])
    assert_type(m.entry("a").or_insert(1), RefMut[int])
    assert_type(tokens.entry("a").or_insert_with(lambda: Token(1)), RefMut[Token])
    with tokens.entry("a").or_insert(Token(1)) as token:
        assert_type(token, Token)
    for key in m:
        assert_type(key, str)
    for name, number in m.items():
        assert_type(name, str)
        assert_type(number, int)
    for token in tokens.values():
        assert_type(token, Token)
    assert_type(m.values_mut(), Iterator[RefMut[int]])
    assert_type(list(m.drain()), list[tuple[str, int]])
    m.retain(lambda k, n: k == "a" or n > 1)
    with borrow(m) as r:
        assert_type(r, Map[str, int])
    assert_type(deref(m), dict[str, int])
    mapping: MutableMapping[str, int] = m
    print(mapping)


def unwrapped(m: Map[str, int]) -> None:
    assert_type(into_inner(m), dict[str, int])
