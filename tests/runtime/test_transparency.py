"""`Box`, `Ref` and `RefMut` behave as the value that they hold.

Each operation is done to a bare value and to a handle on an equal one; results, their types and the types of
exceptions must agree, over every specimen.
"""

from __future__ import annotations

import copy
import math
import operator
import os
import pathlib
import types
from collections.abc import Callable
from typing import Any

import pytest

from owned import OwnershipError
from tests.runtime.loose import Box, Owned, Ref, RefMut, borrow, borrow_mut, deref
from tests.runtime.specimens import SPECIMENS, Account, Colour, Matrix, Temperature

Handle = Callable[[Any], Any]

# The owners of lent values: a guard does not keep its owner alive.
_lenders: list[Any] = []


@pytest.fixture(autouse=True)
def _forget_lenders() -> Any:
    yield
    _lenders.clear()


def lent(value: Any) -> Any:
    owner = Owned(value)
    _lenders.append(owner)
    return borrow(owner)


def lent_mut(value: Any) -> Any:
    owner = Owned(value)
    _lenders.append(owner)
    return borrow_mut(owner)


def boxed(value: Any) -> Any:
    return Box(value)


HANDLES: dict[str, Handle] = {"Box": boxed, "Ref": lent, "RefMut": lent_mut}
every_handle = pytest.mark.parametrize("handle", HANDLES.values(), ids=HANDLES)
every_specimen = pytest.mark.parametrize("make", SPECIMENS.values(), ids=SPECIMENS)

OPERANDS: list[Any] = [2, 2.5, "lo", [1], {"a": 5}, None]

UNARY: dict[str, Callable[[Any], Any]] = {
    "neg": operator.neg,
    "pos": operator.pos,
    "invert": operator.invert,
    "abs": abs,
    "not": operator.not_,
    "bool": bool,
    "len": len,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": format,
    "f-string": lambda v: f"{v}|{v!s}|{v!r}",
    "percent": lambda v: "%s" % [v],
    "percent r": lambda v: "%r" % (v,),
    "fspath": os.fspath,
    "bytes": lambda v: bytes(v) if not isinstance(v, int) else None,
    "hash": lambda v: type(hash(v)),
    "callable": callable,
    "iter": lambda v: next(iter(v), None),
    "list": lambda v: list(v)[:5],
    "tuple": lambda v: tuple(v)[:5],
    "sorted": sorted,
    "sum": sum,
    "max": max,
    "any": any,
    "reversed": lambda v: list(reversed(v)),
    "enumerate": lambda v: list(enumerate(v))[:5],
    "unpack": lambda v: [*v][:5],
    "keyword unpack": lambda v: {**v},
    "dict": dict,
    "set": set,
    "next": next,
    "call": lambda v: v(),
    "range": lambda v: list(range(v)),
    "chr": chr,
    "hex": hex,
    "length hint": operator.length_hint,
    "await": lambda v: v.__await__,
    "copy.replace": lambda v: v.__replace__ if hasattr(v, "__replace__") else None,
    "item 0": lambda v: v[0],
    "item -1": lambda v: v[-1],
    "item 99": lambda v: v[99],
    "item a": lambda v: v["a"],
    "slice": lambda v: v[1:3],
    "slice step": lambda v: v[::2],
    "missing attribute": lambda v: v.no_such_attribute,
    "getattr default": lambda v: getattr(v, "no_such_attribute", "default"),
    "hasattr": lambda v: hasattr(v, "no_such_attribute"),
    "doc": lambda v: v.__doc__,
    "module": lambda v: getattr(v, "__module__", "none"),
    "dir": lambda v: [name for name in dir(v) if not name.startswith("_")],
    "class": lambda v: v.__class__,
    "join": lambda v: ",".join(map(str, v))[:50],
    "contains itself": lambda v: v == v,
    "match class": lambda v: _match(v),
}


def _match(value: Any) -> str:
    match value:
        case int():
            return "int"
        case str():
            return "str"
        case Account(owner=name):
            return f"account of {name}"
        case list():
            return "list"
        case _:
            return "something else"


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": lambda a, b: operator.pow(a, b) if not isinstance(a, int) or b == 2 else None,
    "matmul": operator.matmul,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "divmod": divmod,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "contains": lambda a, b: b in a,
    "item": operator.getitem,
}


def outcome(operation: Callable[..., Any], *args: Any) -> tuple[str, object]:
    """What the operation gives, in a form that can be compared between a bare value and a handle."""
    try:
        result = operation(*args)
    except OwnershipError:
        raise
    except Exception as error:
        return "raises", type(error)
    return "gives", portrait(result)


def portrait(value: Any) -> object:
    """The class and the text of a result; addresses in default reprs do not count."""
    text = repr(value)
    return value.__class__, text.split(" at 0x")[0]


@every_specimen
def test_unary_operations_give_what_the_bare_value_gives(make: Callable[[], Any]) -> None:
    """Conversions, iteration, calls, lookups, formatting: same results, same types of exceptions."""
    differences = {}
    for name, operation in UNARY.items():
        if name == "fspath" and isinstance(make(), (str, bytes)):
            continue  # C code knows the two by their layout; a handle is no path, as they are none.
        expected = outcome(operation, make())
        for kind, handle in HANDLES.items():
            found = outcome(operation, handle(make()))
            if expected != found:
                differences[kind, name] = (expected, found)
    assert not differences


@every_specimen
def test_binary_operators_give_what_the_bare_value_gives(make: Callable[[], Any]) -> None:
    """On both sides, with operands of many types and with an equal value."""
    differences = {}
    for name, operation in BINARY.items():
        for operand in [*OPERANDS, make()]:
            expected = outcome(operation, make(), copied(operand))
            for kind, handle in HANDLES.items():
                found = outcome(operation, handle(make()), copied(operand))
                if expected != found:
                    differences[f"{kind} {name} {operand!r}"] = (expected, found)
            if refused_by_c_code(name, operand, make()):
                continue
            expected = outcome(operation, copied(operand), make())
            for kind, handle in HANDLES.items():
                found = outcome(operation, copied(operand), handle(make()))
                if expected != found:
                    differences[f"{operand!r} {name} {kind}"] = (expected, found)
    assert not differences


def refused_by_c_code(name: str, operand: Any, value: Any) -> bool:
    """Whether C code of the left operand decides by exact layouts, so that no stand-in can be on its right.

    `x in "text"`, `x in b"bytes"` and `{1} in {...}` look at the type; `"%s" % x` takes all but tuples as one
    argument; `b"" + x` wants a buffer; `Path.__eq__` compares an attribute by identity.
    """
    text = isinstance(operand, (str, bytes, bytearray))
    return (
        name == "item"
        or (name == "mod" and text)
        or (name == "contains" and (text or isinstance(operand, (set, frozenset))))
        or (name == "add" and isinstance(value, memoryview))
        or (name in ("eq", "ne") and isinstance(value, pathlib.PurePath) and operand is not value)
    )


def copied(operand: Any) -> Any:
    try:
        return copy.deepcopy(operand)
    except TypeError:
        return operand


@every_specimen
def test_a_handle_hashes_and_compares_as_the_very_value_that_it_holds(make: Callable[[], Any]) -> None:
    """Also where both go by identity."""
    for handle in HANDLES.values():
        value = make()
        proxy = handle(value)
        assert outcome(hash, proxy) == outcome(hash, value)
        assert outcome(operator.eq, proxy, value) == outcome(operator.eq, value, value)
        assert outcome(operator.ne, proxy, value) == outcome(operator.ne, value, value)


@every_specimen
def test_two_handles_compare_and_combine_as_their_values(make: Callable[[], Any]) -> None:
    """A handle on each side of an operator."""
    differences = {}
    for name, operation in BINARY.items():
        expected = outcome(operation, make(), make())
        for kind, handle in HANDLES.items():
            found = outcome(operation, handle(make()), handle(make()))
            if expected != found:
                differences[kind, name] = (expected, found)
    assert not differences


@every_specimen
def test_public_attributes_are_the_values(make: Callable[[], Any]) -> None:
    """Data attributes are equal, methods are callable and have the same name."""
    bare = make()
    for handle in HANDLES.values():
        proxy = handle(make())
        for name in dir(bare):
            if name.startswith("_"):
                continue
            try:
                expected = getattr(bare, name)
            except Exception as error:
                with pytest.raises(type(error)):
                    getattr(proxy, name)
                continue
            found = getattr(proxy, name)
            assert callable(found) == callable(expected), name
            if callable(expected):
                assert getattr(found, "__name__", None) == getattr(expected, "__name__", None), name
            else:
                assert portrait(found) == portrait(expected), name


@every_specimen
def test_isinstance_and_type_names_are_the_values(make: Callable[[], Any]) -> None:
    """`isinstance` sees the class of the value and of its bases, and the handle's own."""
    bare = make()
    for handle in HANDLES.values():
        proxy = handle(make())
        for base in type(bare).__mro__:
            assert isinstance(proxy, base)
        assert isinstance(proxy, (Box, Ref, RefMut))
        assert isinstance(proxy, Account) == isinstance(bare, Account)


SPECIAL = [
    "__call__",
    "__iter__",
    "__next__",
    "__len__",
    "__getitem__",
    "__setitem__",
    "__contains__",
    "__reversed__",
    "__fspath__",
    "__index__",
    "__int__",
    "__float__",
    "__complex__",
    "__await__",
    "__aiter__",
    "__anext__",
    "__bytes__",
    "__add__",
    "__neg__",
    "__matmul__",
    "__round__",
    "__trunc__",
    "__missing__",
    "__length_hint__",
]


@every_specimen
def test_what_the_value_lacks_the_handle_lacks(make: Callable[[], Any]) -> None:
    """`hasattr` of special methods gives the same answers, and `callable` and `iter` agree with them."""
    bare = make()
    for handle in HANDLES.values():
        proxy = handle(make())
        assert {n for n in SPECIAL if hasattr(proxy, n)} == {n for n in SPECIAL if hasattr(bare, n)}
        assert callable(proxy) == callable(bare)


def _ipow(a: Any, b: Any) -> Any:
    if b == 2:
        a **= b
    return a


IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "iadd": operator.iadd,
    "isub": operator.isub,
    "imul": operator.imul,
    "itruediv": operator.itruediv,
    "ifloordiv": operator.ifloordiv,
    "imod": operator.imod,
    "ipow": _ipow,
    "imatmul": operator.imatmul,
    "ilshift": operator.ilshift,
    "irshift": operator.irshift,
    "iand": operator.iand,
    "ior": operator.ior,
    "ixor": operator.ixor,
}


@pytest.mark.parametrize("handle", [boxed, lent_mut], ids=["Box", "RefMut"])
@every_specimen
def test_in_place_operators_keep_the_handle_and_change_the_value(make: Callable[[], Any], handle: Handle) -> None:
    """`box += 1` stays a `Box`, and holds what the bare value would have become."""
    for name, operation in IN_PLACE.items():
        for operand in [*OPERANDS, make()]:
            expected = outcome(operation, make(), copied(operand))
            if expected[0] == "raises":
                assert outcome(operation, handle(make()), copied(operand)) == expected, (name, operand)
                continue
            proxy = handle(make())
            before = type(proxy)
            after = operation(proxy, copied(operand))
            assert isinstance(after, (Box, RefMut)), (name, operand)
            assert ("gives", portrait(deref(after))) == expected, (name, operand)
            assert after is proxy or not isinstance(proxy, Box) or deref(proxy) == deref(after), (name, operand)


def test_in_place_operators_mutate_a_mutable_value_once() -> None:
    """The list inside stays the same list."""
    value = [1]
    box = Box(value)
    box += [2]
    box *= 2
    assert value == [1, 2, 1, 2]
    assert deref(box) is value
    number = Box(5)
    number += 1
    number **= 2
    assert isinstance(number, Box)
    assert number == 36


@pytest.mark.parametrize("handle", [boxed, lent, lent_mut], ids=["Box", "Ref", "RefMut"])
def test_a_bare_value_on_the_left_of_an_in_place_operator_is_changed_in_place(handle: Handle) -> None:
    """`x += handle` extends the list that others hold, too."""
    held = x = [1]
    x += handle([2])
    assert x is held
    assert held == [1, 2]
    words = held_words = {"a": 1}
    words |= handle({"b": 2})
    assert words is held_words
    assert words == {"a": 1, "b": 2}
    numbers = held_numbers = {1}
    numbers |= handle({2})
    assert numbers is held_numbers
    assert numbers == {1, 2}
    total = 1
    total += handle(2)
    assert total == 3


@every_handle
def test_files_and_streams_work_through_a_handle(handle: Handle) -> None:
    """Reading and writing reach the stream, and iteration gives its lines."""
    stream = handle(SPECIMENS["string io"]())
    assert list(stream) == ["one\n", "two\n"]
    stream.write("three\n")
    assert stream.getvalue() == "one\ntwo\nthree\n"
    raw = handle(SPECIMENS["bytes io"]())
    assert raw.read(3) == b"one"
    assert next(raw) == b"\n"


@every_handle
def test_generators_run_through_a_handle(handle: Handle) -> None:
    """`next`, `for`, `send` and `close`."""
    generator = handle(SPECIMENS["generator"]())
    assert next(generator) == 1
    assert generator.send(None) == 2
    assert list(generator) == [3]
    with pytest.raises(StopIteration):
        next(generator)
    other = handle(SPECIMENS["generator"]())

    def delegate() -> Any:
        yield from other

    assert list(delegate()) == [1, 2, 3]


@every_handle
def test_calls_pass_arguments_on(handle: Handle) -> None:
    """Positional, keyword, starred; classes and partials, too."""
    assert handle(Matrix(2))(1, 2, a=3) == (2, (1, 2), [("a", 3)])
    assert handle(SPECIMENS["function"]())("me") == "hello me"
    assert handle(SPECIMENS["partial"]())() == "hello me"
    assert handle(Account)("me", balance=1) == Account("me", 1)
    assert handle(len)([1, 2]) == 2
    assert list(map(handle(str), [1, 2])) == ["1", "2"]
    with pytest.raises(TypeError):
        handle(len)()
    with pytest.raises(TypeError):
        handle(5)()


@every_handle
def test_descriptors_of_the_value_run_on_the_value(handle: Handle) -> None:
    """Properties, class methods and slots."""
    warm = handle(Temperature(21.5))
    assert warm.fahrenheit == 70.7
    assert warm.freezing().fahrenheit == 32
    assert f"{warm}" == "21.5 C"
    assert f"{warm:.0f}" in ("21 C", "22 C")
    slotted = handle(SPECIMENS["slotted"]())
    assert slotted.a == 1
    with pytest.raises(AttributeError):
        slotted.b


@pytest.mark.parametrize("handle", [boxed, lent_mut], ids=["Box", "RefMut"])
def test_setters_and_deletions_reach_the_value(handle: Handle) -> None:
    """Attributes, items, slices, properties and slots."""
    value = Temperature(0)
    proxy = handle(value)
    proxy.fahrenheit = 212
    assert value.fahrenheit == 212
    proxy.label = "boiling"
    assert vars(value)["label"] == "boiling"
    del proxy.label
    assert not hasattr(value, "label")
    slotted = SPECIMENS["slotted"]()
    handle(slotted).b = 5
    assert slotted.b == 5
    with pytest.raises(AttributeError):
        handle(SPECIMENS["slotted"]()).c = 5
    numbers = [1, 2, 3, 4]
    items = handle(numbers)
    items[0] = 9
    items[1:3] = [7]
    del items[-1]
    assert numbers == [9, 7]
    with pytest.raises(IndexError):
        items[10] = 1
    with pytest.raises(TypeError):
        handle((1,))[0] = 2
    with pytest.raises(AttributeError):
        handle(5).x = 1


@every_handle
def test_handles_work_where_python_takes_numbers_and_strings(handle: Handle) -> None:
    """As an index, a slice bound, a count, a format width, a dictionary key."""
    assert [10, 20, 30][handle(1)] == 20
    assert [10, 20, 30][handle(1) :] == [20, 30]
    assert "ab" * handle(2) == "abab"
    assert f"{'x':>{handle(3)}}" == "  x"
    assert {5: "five"}[handle(5)] == "five"
    assert {handle("key"): 1}["key"] == 1
    assert handle(2) ** 3 == 8
    assert pow(handle(3), 2, 5) == 4
    assert 2 ** handle(3) == 8
    assert "%d-%s" % (handle(5), handle("a")) == "5-a"
    assert math.sqrt(handle(9)) == 3
    assert max(handle(3), 2) == 3
    assert sorted([handle(3), handle(1)]) == [1, 3]
    assert sum([handle(1), handle(2)], 0) == 3


@every_handle
def test_a_handle_is_equal_to_its_value_and_hashes_like_it(handle: Handle) -> None:
    """In sets and dictionaries a handle stands for its value; what cannot be hashed still cannot."""
    assert handle(Colour.RED) == Colour.RED
    assert Colour.RED == handle(Colour.RED)
    assert hash(handle("a")) == hash("a")
    assert handle("a") in {"a"}
    assert handle(float("nan")) != float("nan")
    with pytest.raises(TypeError):
        hash(handle([]))


@pytest.mark.parametrize("make", [lambda: 5, lambda: object(), lambda: [1]], ids=["int", "object", "list"])
@every_handle
def test_missing_protocols_raise_type_error_as_on_the_bare_value(handle: Handle, make: Callable[[], Any]) -> None:
    """Nothing is made up: no call, no path, no context, no await."""
    proxy = handle(make())
    for attempt in (lambda: proxy(), lambda: os.fspath(proxy), lambda: next(proxy)):
        with pytest.raises(TypeError):
            attempt()


def test_a_box_of_a_context_manager_is_the_owners_context_manager() -> None:
    """`with box` binds the owner and drops the value at the end; the value's own `__enter__` is not run."""
    log: list[str] = []

    class Room:
        def __enter__(self) -> Room:
            log.append("enter")
            return self

        def __exit__(self, *args: object) -> None:
            log.append("exit")

        def close(self) -> None:
            log.append("close")

    with Box(Room()) as room:
        assert isinstance(room, Box)
    assert log == ["close"]


@every_handle
def test_annotations_with_type_arguments_leave_no_trace_on_the_value(handle: Handle) -> None:
    """`Box[int](v)` does not write `__orig_class__` onto the value."""
    value = types.SimpleNamespace(a=1)
    box = Box[types.SimpleNamespace](value)
    assert isinstance(box, Box)
    assert vars(value) == {"a": 1}


def test_associated_functions_are_invisible_on_instances() -> None:
    """A transparent handle has no methods of its own."""
    box = Box([1])
    for name in ("leak", "move", "drop", "borrow", "into_inner", "value", "is_live", "replace"):
        assert not hasattr(box, name)
    guard = borrow(box)
    for name in ("map", "filter_map", "move", "drop"):
        assert not hasattr(guard, name)


def test_the_values_own_names_win_over_the_verbs() -> None:
    """A value with methods called `move`, `drop`, `value` keeps them."""

    class Piece:
        value = 9
        name = "queen"

        def move(self, where: str) -> str:
            return f"to {where}"

        def drop(self) -> str:
            return "dropped a piece"

        def borrow(self) -> str:
            return "borrowed a piece"

    for handle in HANDLES.values():
        piece = handle(Piece())
        assert piece.move("e4") == "to e4"
        assert piece.drop() == "dropped a piece"
        assert piece.borrow() == "borrowed a piece"
        assert piece.value == 9
        assert piece.name == "queen"


def test_a_live_handle_prints_as_its_value() -> None:
    """`repr`, `str`, `format` and `print` show the value."""
    for handle in HANDLES.values():
        assert repr(handle([1, "a"])) == "[1, 'a']"
        assert str(handle("a")) == "a"
        assert f"{handle(3.14159):.2f}" == "3.14"
        assert f"{handle('a')!r}" == "'a'"
