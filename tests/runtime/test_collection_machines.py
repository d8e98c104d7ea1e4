"""Random sequences of methods on `Vec` and `Map`, compared with `list` and `dict`, and with every drop written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from owned import BorrowMutError, NotFoundError
from tests.runtime.loose import Map, Owned, Vec, borrow, borrow_mut, clone, deref, drop, into_inner, move, take
from tests.runtime.parts import refused

BOUNDED = settings(max_examples=25, stateful_step_count=30, deadline=None, derandomize=True)
NUMBERS = st.integers(0, 9)
INDICES = st.integers(-6, 6)
SIZES = st.integers(0, 6)


class Item:
    """A resource that is its number to whoever compares it, and that writes its drop down."""

    def __init__(self, number: int, log: list[int]) -> None:
        self.number = number
        self.log = log

    def __drop__(self) -> None:
        self.log.append(self.number)

    def __clone__(self) -> Item:
        return Item(self.number, self.log)

    def __eq__(self, other: object) -> bool:
        return bool(number_of(other) == self.number)

    def __lt__(self, other: object) -> bool:
        return bool(self.number < number_of(other))

    def __gt__(self, other: object) -> bool:
        return bool(self.number > number_of(other))

    def __hash__(self) -> int:
        return hash(self.number)

    def __repr__(self) -> str:
        return f"#{self.number}"


def number_of(item: Any) -> Any:
    return item if isinstance(item, int) else item.number


class Machine(RuleBasedStateMachine):
    """Elements are numbers or resources, by turns; a resource that leaves is dropped by no one else."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[int] = []
        self.expected: list[int] = []
        self.guard: Any = None

    def element(self, number: int) -> Any:
        return Item(number, self.log) if number % 2 else number

    def dropped(self, *numbers: int) -> None:
        self.expected += [number for number in numbers if number % 2]

    def lent(self, change: Callable[[], object]) -> bool:
        """Whether the collection is lent; if so, the change must be refused."""
        if self.guard is None:
            return False
        refused(BorrowMutError, change)
        return True

    @precondition(lambda self: self.guard is not None)
    @rule()
    def give_back(self) -> None:
        self.guard = None

    def teardown(self) -> None:
        self.guard = None

    @invariant()
    def drops_are_the_expected_ones(self) -> None:
        assert self.log == self.expected


class Vectors(Machine):
    """A `Vec` and the list that it ought to equal."""

    def __init__(self) -> None:
        super().__init__()
        self.v: Any = Vec()
        self.model: list[int] = []

    @rule(number=NUMBERS)
    def push(self, number: int) -> None:
        if not self.lent(lambda: self.v.push(number)):
            self.v.push(self.element(number))
            self.model.append(number)

    @rule(numbers=st.lists(NUMBERS, max_size=4), how=st.sampled_from(["list", "generator", "vector", "iadd"]))
    def extend(self, numbers: list[int], how: str) -> None:
        if self.lent(lambda: self.v.extend(numbers)):
            return
        elements = [self.element(n) for n in numbers]
        if how == "iadd":
            self.v += elements
        else:
            self.v.extend(elements if how == "list" else Vec(elements) if how == "vector" else (x for x in elements))
        self.model += numbers

    @rule(numbers=st.lists(NUMBERS, max_size=3))
    def extend_by_what_fails(self, numbers: list[int]) -> None:
        def some() -> Iterator[Any]:
            for number in numbers:
                yield self.element(number)
            raise KeyError

        if not self.lent(lambda: self.v.extend(some())):
            with pytest.raises(KeyError):
                self.v.extend(some())
            self.model += numbers
        with pytest.raises(KeyError):
            Vec(some())
        self.dropped(*numbers)

    @rule(index=INDICES, number=NUMBERS)
    def insert(self, index: int, number: int) -> None:
        if self.lent(lambda: self.v.insert(0, number)):
            return
        if not -len(self.model) <= index <= len(self.model):
            with pytest.raises(IndexError):
                self.v.insert(index, number)
            return
        self.v.insert(index, self.element(number))
        self.model.insert(index, number)

    @rule()
    def pop(self) -> None:
        if not self.lent(lambda: self.v.pop()):
            found = self.v.pop()
            assert (found is None) == (not self.model)
            assert found is None or number_of(found) == self.model.pop()

    @rule(index=INDICES, method=st.sampled_from(["remove", "swap_remove", "pop"]))
    def remove(self, index: int, method: str) -> None:
        if self.lent(lambda: self.v.remove(index)):
            return
        if not -len(self.model) <= index < len(self.model):
            with pytest.raises(IndexError):
                getattr(self.v, method)(index)
            return
        assert number_of(getattr(self.v, method)(index)) == self.model[index]
        if method == "swap_remove":
            last = self.model.pop()
            if index not in (-1, len(self.model)):
                self.model[index if index >= 0 else index + 1 + len(self.model)] = last
        else:
            self.model.pop(index)

    @rule(index=INDICES, number=NUMBERS)
    def assign(self, index: int, number: int) -> None:
        if self.lent(lambda: self.v.__setitem__(index, number)):
            return
        if not -len(self.model) <= index < len(self.model):
            with pytest.raises(IndexError):
                self.v[index] = number
            return
        self.dropped(self.model[index])
        self.v[index] = self.element(number)
        self.model[index] = number

    @rule(start=INDICES, stop=INDICES, step=st.sampled_from([1, 2, -1]), numbers=st.lists(NUMBERS, max_size=3))
    def assign_slice(self, start: int, stop: int, step: int, numbers: list[int]) -> None:
        part = slice(start, stop, step)
        if self.lent(lambda: self.v.__setitem__(part, numbers)):
            return
        old = self.model[part]
        try:
            self.model[part] = numbers
        except ValueError:
            with pytest.raises(ValueError):
                self.v[part] = [self.element(n) for n in numbers]
            self.dropped(*numbers)
            return
        self.v[part] = [self.element(n) for n in numbers]
        self.dropped(*old)

    @rule(start=INDICES, stop=INDICES)
    def delete(self, start: int, stop: int) -> None:
        if not self.lent(lambda: self.v.__delitem__(slice(start, stop))):
            self.dropped(*self.model[start:stop])
            del self.v[start:stop]
            del self.model[start:stop]

    @rule(length=SIZES)
    def truncate(self, length: int) -> None:
        if not self.lent(lambda: self.v.truncate(length)):
            self.v.truncate(length)
            self.dropped(*self.model[length:])
            del self.model[length:]

    @rule()
    def clear(self) -> None:
        if not self.lent(lambda: self.v.clear()):
            self.v.clear()
            self.dropped(*self.model)
            self.model.clear()

    @rule(start=SIZES, stop=SIZES, taken=SIZES)
    def drain(self, start: int, stop: int, taken: int) -> None:
        if self.lent(lambda: self.v.drain(start, stop)):
            return
        if not start <= stop <= len(self.model):
            with pytest.raises(IndexError):
                self.v.drain(start, stop)
            return
        part = self.model[start:stop]
        del self.model[start:stop]
        with self.v.drain(start, stop) as d:
            got = [number_of(x) for x, _ in zip(d, range(taken), strict=False)]
        # `zip` takes one more than it gives, unless the drain is shorter.
        assert got == part[:taken]
        self.dropped(*part[taken + 1 :])

    @rule(at=INDICES)
    def split_off(self, at: int) -> None:
        if self.lent(lambda: self.v.split_off(0)):
            return
        if not -len(self.model) <= at <= len(self.model):
            with pytest.raises(IndexError):
                self.v.split_off(at)
            return
        tail = self.v.split_off(at)
        assert tail == self.model[at:]
        self.dropped(*self.model[at:])
        drop(tail)
        del self.model[at:]

    @rule(numbers=st.lists(NUMBERS, max_size=3))
    def append(self, numbers: list[int]) -> None:
        other = Vec(self.element(n) for n in numbers)
        if not self.lent(lambda: self.v.append(other)):
            self.v.append(other)
            self.model += numbers
            assert other == []
        self.dropped(*(number_of(x) for x in deref(other)))
        drop(other)

    @rule(kept=st.sets(NUMBERS), fails=st.none() | NUMBERS)
    def retain(self, kept: set[int], fails: int | None) -> None:
        def keep(x: Any) -> bool:
            if number_of(x) == fails:
                raise KeyError
            return number_of(x) in kept

        if self.lent(lambda: self.v.retain(keep)):
            return
        asked = self.model.index(fails) if fails in self.model else len(self.model)
        if asked < len(self.model):
            with pytest.raises(KeyError):
                self.v.retain(keep)
        else:
            self.v.retain(keep)
        self.dropped(*(n for n in self.model[:asked] if n not in kept))
        self.model[:asked] = [n for n in self.model[:asked] if n in kept]

    @rule()
    def dedup(self) -> None:
        if self.lent(lambda: self.v.dedup()):
            return
        self.v.dedup()
        left: list[int] = []
        for number in self.model:
            if left and left[-1] == number:
                self.dropped(number)
            else:
                left.append(number)
        self.model = left

    @rule(backwards=st.booleans(), fails=st.booleans())
    def sort(self, backwards: bool, fails: bool) -> None:
        if self.lent(lambda: self.v.sort()):
            return
        if fails and self.model:
            with pytest.raises(ZeroDivisionError):
                self.v.sort(key=lambda x: 1 // 0)
        self.v.sort_by_key(number_of)
        self.model.sort()
        for number in range(10):
            try:
                assert self.model[self.v.binary_search(number)] == number
            except NotFoundError as error:
                at = error.into_inner()
                assert number not in self.model
                assert all(n < number for n in self.model[:at])
                assert all(n > number for n in self.model[at:])
        self.v.sort(reverse=backwards)
        self.model.sort(reverse=backwards)

    @rule()
    def reverse(self) -> None:
        if not self.lent(lambda: self.v.reverse()):
            self.v.reverse()
            self.model.reverse()

    @rule(a=SIZES, b=SIZES)
    def swap(self, a: int, b: int) -> None:
        if max(a, b) < len(self.model) and not self.lent(lambda: self.v.swap(a, b)):
            self.v.swap(a, b)
            self.model[a], self.model[b] = self.model[b], self.model[a]

    @rule(at=SIZES)
    def divide(self, at: int) -> None:
        if at > len(self.model) or self.lent(lambda: self.v.split_at_mut(at)):
            return
        left, right = self.v.split_at_mut(at)
        left.reverse()
        right.reverse()
        assert (left, right) == (self.model[:at][::-1], self.model[at:][::-1])
        self.model = [*self.model[:at][::-1], *self.model[at:][::-1]]

    @rule()
    def run_exclusively(self) -> None:
        if self.lent(lambda: self.v.iter_mut()):
            return
        for x in self.v.iter_mut():
            if x == 2:
                x += 2
        self.model = [4 if n == 2 else n for n in self.model]

    @rule(start=INDICES, stop=INDICES, step=st.sampled_from([1, 2, -1, -2]))
    def slice_it(self, start: int, stop: int, step: int) -> None:
        with self.v[start:stop:step] as part:
            expected = self.model[start:stop:step]
            assert (part, len(part), [number_of(x) for x in part]) == (expected, len(expected), expected)
            assert part[::-1] == expected[::-1]

    @rule(size=st.integers(1, 4))
    def cut(self, size: int) -> None:
        chunks = [self.model[i : i + size] for i in range(0, len(self.model), size)]
        windows = [self.model[i : i + size] for i in range(len(self.model) - size + 1)]
        assert [list(c) == x for c, x in zip(self.v.chunks(size), chunks, strict=True)] == [True] * len(chunks)
        assert [w == x for w, x in zip(self.v.windows(size), windows, strict=True)] == [True] * len(windows)

    @rule(how=st.sampled_from(["guard", "slice", "loop", "element"]))
    def lend(self, how: str) -> None:
        if how == "element" and not any(n % 2 for n in self.model):
            return
        if how == "guard":
            self.guard = borrow(self.v)
        elif how == "slice":
            self.guard = self.v[1:]
        elif how == "loop":
            self.guard = iter(self.v)
        else:
            self.guard = self.v[next(i for i, n in enumerate(self.model) if n % 2)]

    @precondition(lambda self: self.guard is None)
    @rule()
    def move_or_clone(self) -> None:
        old = self.v
        copied = clone(old)
        self.v = move(old)
        assert copied == self.model
        self.dropped(*self.model)
        drop(copied)

    @precondition(lambda self: self.guard is None)
    @rule(exclusively=st.booleans())
    def start_again(self, exclusively: bool) -> None:
        if exclusively:
            with borrow_mut(self.v) as m:
                held = take(m)
            assert held == self.model
            self.v = held
        self.v = Vec(into_inner(self.v))

    @invariant()
    def it_equals_the_list(self) -> None:
        assert self.v == self.model
        assert len(self.v) == len(self.model)
        assert [number_of(x) for x in self.v] == self.model
        assert [number_of(x) for x in reversed(self.v)] == self.model[::-1]
        for i in (0, len(self.model) // 2, -1):
            if self.model:
                assert number_of(self.v[i]) == self.model[i]

    def teardown(self) -> None:
        super().teardown()
        drop(self.v)
        self.dropped(*self.model)
        assert self.log == self.expected


class Maps(Machine):
    """A `Map` and the dict that it ought to equal."""

    def __init__(self) -> None:
        super().__init__()
        self.m: Any = Map()
        self.model: dict[int, int] = {}

    @rule(key=NUMBERS, number=NUMBERS)
    def insert(self, key: int, number: int) -> None:
        if not self.lent(lambda: self.m.insert(key, number)):
            old = self.m.insert(key, self.element(number))
            assert (old is None) == (key not in self.model)
            assert old is None or number_of(old) == self.model[key]
            self.model[key] = number

    @rule(key=NUMBERS, number=NUMBERS)
    def assign(self, key: int, number: int) -> None:
        if not self.lent(lambda: self.m.__setitem__(key, number)):
            self.dropped(*([self.model[key]] if key in self.model else []))
            self.m[key] = self.element(number)
            self.model[key] = number

    @rule(key=NUMBERS, method=st.sampled_from(["remove", "pop", "entry"]))
    def remove(self, key: int, method: str) -> None:
        if self.lent(lambda: self.m.remove(key)):
            return
        if method == "remove":
            found = self.m.remove(key)
        else:
            found = self.m.pop(key, None) if method == "pop" else self.m.entry(key).remove()
        expected = self.model.pop(key, None)
        assert found == expected if expected is None else number_of(found) == expected

    @rule(key=NUMBERS)
    def delete(self, key: int) -> None:
        if self.lent(lambda: self.m.__delitem__(key)):
            return
        if key not in self.model:
            with pytest.raises(KeyError):
                del self.m[key]
            return
        del self.m[key]
        self.dropped(self.model.pop(key))

    @rule(key=NUMBERS, number=NUMBERS, owner=st.booleans())
    def or_insert(self, key: int, number: int, owner: bool) -> None:
        if self.lent(lambda: self.m.entry(key)):
            return
        if key in self.model:
            value = Owned(self.element(number)) if owner else self.element(number)
            self.dropped(number)
        else:
            value = self.element(number)
        drop(self.m.entry(key).or_insert(value))
        self.model.setdefault(key, number)

    @rule(key=NUMBERS)
    def or_insert_with(self, key: int) -> None:
        if self.lent(lambda: self.m.entry(key)):
            return
        with self.m.entry(key).and_modify(lambda n: None).or_insert_with(lambda: 2) as value:
            assert value == self.model.setdefault(key, 2)
            if self.model[key] % 2 == 0:
                value += 2
                self.model[key] += 2

    @rule(pairs=st.dictionaries(NUMBERS, NUMBERS, max_size=4), fails=st.booleans())
    def extend(self, pairs: dict[int, int], fails: bool) -> None:
        def some() -> Iterator[Any]:
            for key, number in pairs.items():
                yield key, self.element(number)
            if fails:
                raise ZeroDivisionError

        if self.lent(lambda: self.m.extend(some())):
            return
        self.dropped(*(self.model[key] for key in pairs if key in self.model))
        try:
            self.m.extend(some())
        except ZeroDivisionError:
            assert fails
        self.model.update(pairs)

    @rule(kept=st.sets(NUMBERS))
    def retain(self, kept: set[int]) -> None:
        if not self.lent(lambda: self.m.retain(lambda k, v: True)):
            self.m.retain(lambda k, v: number_of(v) in kept)
            self.dropped(*(n for n in self.model.values() if n not in kept))
            self.model = {k: n for k, n in self.model.items() if n in kept}

    @rule(taken=SIZES)
    def drain(self, taken: int) -> None:
        if self.lent(lambda: self.m.drain()):
            return
        with self.m.drain() as d:
            got = [(k, number_of(v)) for (k, v), _ in zip(d, range(taken), strict=False)]
        assert got == list(self.model.items())[:taken]
        self.dropped(*list(self.model.values())[taken + 1 :])
        self.model = {}

    @rule()
    def popitem(self) -> None:
        if self.model and not self.lent(lambda: self.m.popitem()):
            key, value = self.m.popitem()
            assert (key, number_of(value)) == self.model.popitem()

    @rule()
    def values_mut(self) -> None:
        if not self.lent(lambda: self.m.values_mut()):
            for value in self.m.values_mut():
                if value == 4:
                    value -= 4
            self.model = {k: 0 if n == 4 else n for k, n in self.model.items()}

    @rule(how=st.sampled_from(["guard", "keys", "items", "values", "element"]))
    def lend(self, how: str) -> None:
        if how == "guard":
            self.guard = borrow(self.m)
        elif how == "element":
            odd = [k for k, n in self.model.items() if n % 2]
            self.guard = self.m[odd[0]] if odd else None
        else:
            self.guard = iter(getattr(self.m, how)())

    @precondition(lambda self: self.guard is None)
    @rule()
    def move_or_clone(self) -> None:
        copied = clone(self.m)
        self.m = move(self.m)
        assert copied == self.model
        self.dropped(*self.model.values())
        drop(copied)
        self.m = Map(into_inner(self.m))

    @invariant()
    def it_equals_the_dict(self) -> None:
        assert self.m == self.model
        assert list(self.m) == list(self.model)
        assert [(k, number_of(v)) for k, v in self.m.items()] == list(self.model.items())
        for key in range(10):
            assert (key in self.m) == (key in self.model)
            found = self.m.get(key)
            assert found is None if key not in self.model else number_of(found) == self.model[key]

    def teardown(self) -> None:
        super().teardown()
        drop(self.m)
        self.dropped(*self.model.values())
        assert self.log == self.expected


TestVectors = Vectors.TestCase
TestVectors.settings = BOUNDED
TestMaps = Maps.TestCase
TestMaps.settings = BOUNDED
