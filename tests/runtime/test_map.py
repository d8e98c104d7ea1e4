"""`Map`: what it owns, what it lends, its entries, and what it drops."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest

from owned import (
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    NotCopyError,
    ReadOnlyError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Box,
    Map,
    Owned,
    Ref,
    RefMut,
    Scope,
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
from tests.runtime.parts import Failing, Noisy, refused


def noisy(*names: str) -> tuple[Any, list[str]]:
    """A map of noisy values, by their names, and the log of their drops."""
    log: list[str] = []
    return Map((name, Noisy(name.upper(), log)) for name in names), log


def test_values_are_dropped_in_order_with_the_map() -> None:
    """By `drop`, by a block and with the last reference, in the order of insertion."""
    m, log = noisy("a", "b")
    drop(m)
    assert log == ["A", "B"]
    m, log = noisy("a", "b")
    with m:
        assert len(m) == 2
    assert log == ["A", "B"]
    m, log = noisy("a")
    del m
    assert log == ["A"]


def test_keys_and_values_may_be_owners() -> None:
    """Both are moved into the map; a key is dropped before its value."""
    log: list[str] = []
    key, value = Box(("k", 1), drop=lambda k: log.append("key")), Owned(Noisy("value", log))
    m = Map()
    assert m.insert(key, value) is None
    assert (is_live(key), is_live(value)) == (False, False)
    assert m[("k", 1)].value.name == "value"
    drop(m)
    assert log == ["key", "value"]


def test_insert_gives_the_old_value_back() -> None:
    """What is replaced by `insert` is the caller's, what is assigned over is dropped."""
    m, log = noisy("a")
    old = m.insert("a", Noisy("new", log))
    assert (old.name, log) == ("A", [])
    m["a"] = Noisy("newer", log)
    assert log == ["new"]
    assert m.insert("b", 1) is None


def test_a_replaced_key_stays_and_the_new_one_is_dropped() -> None:
    """As in Rust, the key that is there already stays."""
    log: list[str] = []
    m = Map()
    m.insert(Box("k", drop=lambda k: log.append("first")), 1)
    m.insert(Box("k", drop=lambda k: log.append("second")), 2)
    assert (len(m), log) == (1, ["second"])
    assert m.remove("k") == 2
    assert log == ["second", "first"]


def test_remove_moves_out() -> None:
    """`remove` gives the value or `None`, `pop` and `popitem` are Python's; nothing of it is dropped."""
    m, log = noisy("a", "b", "c")
    assert (m.remove("a").name, m.remove("a"), m.pop("b").name, m.pop("b", 5)) == ("A", None, "B", 5)
    with pytest.raises(KeyError, match="b"):
        m.pop("b")
    assert m.popitem()[0] == "c"
    with pytest.raises(KeyError, match="empty"):
        m.popitem()
    assert log == []
    m["x"] = 1
    assert m.remove_entry("x") == ("x", 1)
    with pytest.raises(KeyError):
        del m["x"]


def test_it_is_a_mapping_like_dicts() -> None:
    """Isinstance, equality, containment, printing, update, setdefault and the three views."""
    m = Map({"a": 1, "b": 2})
    assert issubclass(type(m), MutableMapping)
    assert (m == {"b": 2, "a": 1}, {"a": 1, "b": 2} == m, m != {}, m == 5) == ((True, True, True, False))
    assert ("a" in m, 5 in m, m.contains_key("b"), m.get("c"), m.get("c", 0), repr(m)) == (
        (True, False, True, None, 0, "Map({'a': 1, 'b': 2})")
    )
    assert (list(m), list(m.keys()), list(m.values()), list(m.items()), list(reversed(m))) == (
        (["a", "b"], ["a", "b"], [1, 2], [("a", 1), ("b", 2)], ["b", "a"])
    )
    assert (m.keys() & {"a"}, ("a", 1) in m.items(), 2 in m.values(), len(m.items())) == ({"a"}, True, True, 2)
    with borrow(m) as r:
        for mapping in (m, r):
            match mapping:
                case {"a": 1, **rest}:
                    assert rest == {"b": 2}
                case _:
                    pytest.fail("it matches no mapping")
    m.update({"c": 3}, d=4)
    m |= {"e": 5}
    m.extend([("f", 6)])
    assert (m.setdefault("a", 9), m.setdefault("g", 7), {**m}["f"]) == (1, 7, 6)
    with pytest.raises(KeyError, match="zzz"):
        m["zzz"]
    with pytest.raises(TypeError, match="unhashable"):
        hash(m)
    assert json.dumps(deref(Map({"x": 1}))) == '{"x": 1}'


def test_bad_pairs_and_keys_are_refused() -> None:
    """What is no pair, and what cannot be hashed, changes nothing."""
    with pytest.raises(TypeError, match="pairs, and element 1"):
        Map([("a", 1), 5])
    m = Map({"a": 1})
    value = Owned(5)
    calls: list[Any] = [
        lambda: m.insert([], value),
        lambda: m.__setitem__([], value),
        lambda: m.entry([]),
        lambda: m.get([]),
        lambda: m.remove([]),
    ]
    for call in calls:
        with pytest.raises(TypeError, match="unhashable"):
            call()
    assert is_live(value)
    assert m == {"a": 1}


def test_keys_that_fail_to_compare() -> None:
    """When `__hash__` or `__eq__` raises, nothing is lost, and everything is dropped once."""
    log: list[str] = []

    class Odd:
        armed = False

        def __hash__(self) -> int:
            return 1

        def __eq__(self, other: object) -> bool:
            if Odd.armed:
                raise ZeroDivisionError
            return self is other

    m = Map()
    m.insert(Odd(), Noisy("a", log))
    Odd.armed = True
    fresh = Owned(Noisy("b", log))
    for call in (lambda: m.insert(Odd(), fresh), lambda: m.get(Odd()), lambda: m.remove(Odd()), lambda: Odd() in m):
        with pytest.raises(ZeroDivisionError):
            call()
    assert (len(m), is_live(fresh), log) == (1, True, [])

    class Meddler(Odd):
        def __eq__(self, other: object) -> bool:
            m.clear()
            return False

        __hash__ = Odd.__hash__

    refused(BorrowMutError, lambda: m.get(Meddler()), "E0502")
    drop(m)
    assert log == ["a"]


def test_a_generator_that_fails() -> None:
    """In the constructor what was taken is dropped once; in `extend` it stays."""
    log: list[str] = []

    def pairs() -> Iterator[Any]:
        yield "a", Noisy("a", log)
        yield "b", Failing("b", log)
        raise KeyError("no more")

    with pytest.raises(KeyError):
        Map(pairs())
    assert log == ["a", "b"]
    m = Map()
    with pytest.raises(KeyError):
        m.extend(pairs())
    assert (list(m), log) == (["a", "b"], ["a", "b"])
    with pytest.raises(ValueError):
        m.clear()
    assert (len(m), log) == (0, ["a", "b", "a", "b"])


def test_reading_lends() -> None:
    """Plain values come out bare; others are views that lend the map and cannot be moved out."""
    m = Map({"n": 1, "xs": [1]})
    assert m["n"] == 1
    m["n"] = 2
    xs = m["xs"]
    refused(ReadOnlyError, lambda: xs.append(2), "E0596")
    error = refused(BorrowMutError, lambda: m.insert("k", 1), "E0502")
    assert [site.kind for site in error.sites] == ["created", "borrowed", "used"]
    refused(MoveOutOfBorrowError, lambda: move(m["xs"]), "E0507")
    refused(MoveOutOfBorrowError, lambda: drop(m.get("xs")), "E0507")
    del xs
    m.insert("k", 1)


@pytest.mark.parametrize("values", [[1, 2], [[1], [2]]], ids=["plain", "lists"])
@pytest.mark.parametrize("loop", [iter, lambda m: m.keys(), lambda m: m.values(), lambda m: m.items()])
def test_a_map_cannot_be_changed_in_its_loop(values: list[Any], loop: Any) -> None:
    """Instead of "dictionary changed size during iteration" the change is refused, naming both places."""
    m = Map(zip("ab", values, strict=True))
    count = 0
    for _ in loop(m):
        count += 1
        for change in (
            lambda: m.insert("c", 1),
            lambda: m.remove("a"),
            lambda: m.clear(),
            lambda: m.entry("a"),
            lambda: m.update(a=1),
            lambda: m.get_mut("a"),
        ):
            error = refused(BorrowMutError, change, "E0502")
            assert error.sites[1].line < error.sites[2].line
        refused(BorrowMutError, lambda: m.__setitem__("a", 1), "E0506")
        assert m["a"] == values[0]
    assert count == 2
    m["c"] = 1


def test_what_a_loop_gave_lasts_until_the_map_changes() -> None:
    """A lingering name hinders nobody, and is refused when it would be wrong."""
    m = Map({"a": [1]})
    for key, value in m.items():
        pass
    assert (key, value) == ("a", [1])
    m["b"] = 2
    refused(BorrowOutlivesOwnerError, lambda: value[0])
    for value in m.values_mut():
        if value == [1]:
            value.append(5)
    assert m["a"] == [1, 5]
    refused(BorrowOutlivesOwnerError, lambda: value + 1)


def test_values_mut() -> None:
    """Every value is lent exclusively, and different ones can be used together."""
    m = Map({"a": 1, "b": 2})
    a, b = m.values_mut()
    swap(a, b)
    assert m == {"a": 2, "b": 1}
    for value in m.values_mut():
        value *= 10
        refused(BorrowError, lambda: m["a"])
    assert m == {"a": 20, "b": 10}


def test_entries_fill_what_is_missing() -> None:
    """`or_insert`, `or_insert_with`, `or_insert_with_key` and `or_default` lend the value exclusively."""
    m = Map()
    for word in "a b a".split():
        with m.entry(word).or_insert(0) as count:
            count += 1
    assert m == {"a": 2, "b": 1}
    drop(m.entry("c").or_insert_with(list))
    drop(m.entry("dd").or_insert_with_key(len))
    with m.entry("c").or_default(list) as c:
        c.append(1)
    assert m == {"a": 2, "b": 1, "c": [1], "dd": 2}


def test_an_entry_borrows_its_map() -> None:
    """While the entry, or the value that it gave, is there, the map can be neither read nor changed."""
    m = Map({"a": 1})
    e = m.entry("a")
    assert (e.key(), e.is_occupied(), is_live(e)) == ("a", True, True)
    refused(BorrowError, lambda: m["a"], "E0502")
    value = e.or_insert(5)
    refused(UseAfterMoveError, e.key)
    refused(UseAfterMoveError, lambda: e.or_insert(1))
    refused(BorrowMutError, lambda: m.entry("b"), "E0499")
    assert value == 1
    drop(value)
    drop(m.entry("z"))
    del e
    m.entry("y")
    assert m == {"a": 1}


def test_and_modify_and_the_other_uses_of_an_entry() -> None:
    """A function may change what is there; `insert` and `remove` use the entry up."""
    m = Map({"a": 1, "xs": []})
    drop(m.entry("a").and_modify(lambda n: replace(n, n + 1)).or_insert(7))
    drop(m.entry("b").and_modify(lambda n: replace(n, n + 1)).or_insert(7))
    drop(m.entry("xs").and_modify(lambda xs: xs.append(1)))
    assert m == {"a": 2, "b": 7, "xs": [1]}
    assert (m.entry("a").insert(5), m.entry("n").insert(6)) == (2, None)
    assert (m.entry("b").remove(), m.entry("b").remove()) == (7, None)
    assert m == {"a": 5, "xs": [1], "n": 6}


def test_a_value_that_an_entry_does_not_need_is_dropped() -> None:
    """As in Rust: `or_insert` takes its value over in any case, `or_insert_with` makes none."""
    m, log = noisy("a")
    spare = Owned(Noisy("spare", log))
    drop(m.entry("a").or_insert(spare))
    assert (is_live(spare), log) == (False, ["spare"])
    drop(m.entry("a").or_insert_with(lambda: 1 // 0))
    with pytest.raises(ZeroDivisionError):
        m.entry("b").or_insert_with(lambda: 1 // 0)
    assert list(m) == ["a"]


def test_retain_and_drain() -> None:
    """Refused entries are dropped; what is not taken from a drain is dropped with it."""
    m, log = noisy("a", "b", "c")
    m.retain(lambda key, value: key != "a" and value.name)
    assert (list(m), log) == (["b", "c"], ["A"])
    with pytest.raises(ZeroDivisionError):
        m.retain(lambda key, value: key == "b" and 1 // 0)
    with m.drain() as rest:
        key, value = next(rest)
        refused(BorrowError, lambda: len(m))
    assert (key, value.name, log, len(m)) == ("b", "B", ["A", "C"], 0)


def test_borrows_have_the_methods_of_the_map() -> None:
    """A shared borrow reads, an exclusive one changes; both end with their block."""
    m = Map({"a": [1]})
    with borrow(m) as r:
        assert (r["a"], len(r), "a" in r, list(r), r.get("z"), r == {"a": [1]}) == ([1], 1, True, ["a"], None, True)
        assert isinstance(r, Map)
        refused(ReadOnlyError, lambda: r.insert("b", 1), "E0596")
        refused(ReadOnlyError, lambda: r.__setitem__("b", 1), "E0594")
        refused(ReadOnlyError, lambda: r.entry("b"), "E0596")
        assert [(k, v) for k, v in r.items()] == [("a", [1])]
    refused(BorrowOutlivesOwnerError, lambda: r["a"])
    with borrow_mut(m) as g:
        g["b"] = 2
        with g.entry("c").or_insert(0) as c:
            c += 3
        g["a"].append(2)
        for key in g:
            refused(BorrowMutError, lambda: g.remove("a"))
            assert key in g
        assert g.remove("b") == 2
    assert m == {"a": [1, 2], "c": 3}
    with RefMut.map(borrow_mut(m), lambda d: d["a"]) as a:
        a.append(3)
    with Ref.map(borrow(m), lambda d: d["a"]) as a:
        assert a == [1, 2, 3]


def test_verbs() -> None:
    """move, clone, into_inner, take, replace, and copies that are refused."""
    m, log = noisy("a")
    n = move(m)
    refused(UseAfterMoveError, lambda: m["a"])
    c = clone(n)
    assert c["a"].name == "A'"
    for copying in (copy.copy, copy.deepcopy, pickle.dumps):
        refused(NotCopyError, lambda copying=copying: copying(n))  # type: ignore[misc]
    held = take(n)
    assert (n, len(held)) == ({}, 1)
    drop(replace(n, {"x": 1}))
    assert n == {"x": 1}
    inner = into_inner(held)
    assert type(inner) is dict
    drop(c)
    assert log == ["A'"]
    with Scope() as s:
        s.own(Map(inner))
    assert log == ["A'", "A"]
    o = Owned(Map({"k": 1}))
    with borrow(o) as r:
        refused(ReadOnlyError, lambda: r.insert("k", 2), "E0596")
        assert r["k"] == 1
