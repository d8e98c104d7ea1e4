"""Transparent classes: one per type of value, with exactly the operations that the value has.

A handle is transparent when its class forwards every operation. Python looks operations up in the class, so a class
that offered all of them would be callable, iterable and a path at once. Therefore a class is made for each type of
value, when it is first needed, and kept for as long as that type lives.

What differs between the kinds of transparent handles is their `Access`: how they come to the value, what they refuse,
and what they hand out. A `Family` makes and keeps the classes of one kind.
"""

from __future__ import annotations

import copyreg
import math
import operator
import os
import sys
import weakref
from collections.abc import Callable, Generator, Iterator
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, MethodWrapperType
from typing import Any, Protocol

from .handles import Handle, only_borrowed, refuse_copies
from .patterns import bases_for_patterns
from .plain import PLAIN, changes, has_foreign_base, is_users, mutators, qualified_name, runs_on_a_view
from .registry import may_be_elsewhere
from .surface import Surface

Namespace = dict[str, Any]

UNARY: dict[str, Callable[[Any], Any]] = {
    "__neg__": operator.neg,
    "__pos__": operator.pos,
    "__abs__": abs,
    "__invert__": operator.invert,
    "__int__": int,
    "__float__": float,
    "__complex__": complex,
    "__index__": operator.index,
    "__trunc__": math.trunc,
    "__floor__": math.floor,
    "__ceil__": math.ceil,
    "__len__": len,
    "__bool__": bool,
    "__hash__": hash,
    "__str__": str,
    "__repr__": repr,
    "__bytes__": bytes,
    "__fspath__": os.fspath,
    "__length_hint__": operator.length_hint,
    "__dir__": dir,
    "__sizeof__": lambda value: value.__sizeof__(),
    "__aiter__": lambda value: value.__aiter__(),
    "__anext__": lambda value: value.__anext__(),
}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "matmul": operator.matmul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "divmod": divmod,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
    "and": operator.and_,
    "xor": operator.xor,
    "or": operator.or_,
}
COMPARISONS = {f"__{name}__": getattr(operator, name) for name in "lt le eq ne gt ge".split()}
FORWARDED = frozenset("__call__ __exit__ __enter__ __aenter__ __aexit__".split())
"""Called with whatever arguments they are given."""

ON_A_VIEW = frozenset(
    "__call__ __getitem__ __contains__ __iter__ __next__ __len__ __bool__ __reversed__ __enter__ __exit__".split()
)
"""Operations that, written by the user, run with a read-only view as their `self`."""

_OBJECTS = frozenset("__hash__ __str__ __repr__ __dir__ __sizeof__".split())
_NEVER_FORWARDED = frozenset("__copy__ __deepcopy__ __reduce__ __reduce_ex__".split())


class Access(Protocol):
    """How the transparent handles of one kind treat their value. All functions take the handle first."""

    read_only: bool
    plain: frozenset[type]
    """Types whose values are handed out without asking `give`."""

    def read(self, handle: Any, /) -> Any:
        """Give the value to read, or raise."""

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value to change, or raise; `code` is E0594 or E0596."""

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out what an attribute, an item or an iteration led to: bare, or as a view."""

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """Keep the result of an in-place operator that gave another object; give what the name is bound to."""


def bare(x: Any) -> Any:
    """Give the value of a live transparent handle; anything else as it is. A dead handle raises."""
    kind = type(x)
    if kind not in PLAIN and issubclass(kind, Transparent):
        return kind._owned_peek(x)
    return x


class Transparent(Handle, Surface):
    """Base of the transparent handles."""

    __slots__ = ()

    def _owned_peek(self) -> Any:
        """Give the value for an operator's other operand."""
        raise NotImplementedError

    def _owned_stored(self, handle: Any) -> Any:
        """Give what an assignment through another handle stores."""
        return self

    def _owned_has_views(self) -> bool:
        """Were views read through this borrow, so that something assigned through it may contain them?"""
        return False


def has(kind: type, name: str) -> bool:
    """Does a type of value have this operation?"""
    return getattr(kind, name, None) is not None if name not in _OBJECTS else True


def operations(kind: type, access: Access, forwards_with: bool) -> Namespace:
    """Make the operations of a transparent class for values of type `kind`."""
    read = access.read
    made: Namespace = {}
    present = {name for base in kind.__mro__ for name in base.__dict__}

    def offers(name: str) -> bool:
        return name in present and getattr(kind, name, None) is not None

    for name, function in UNARY.items():
        if offers(name):
            made[name] = _unary(read, function)
    if offers("__await__"):
        made["__await__"] = _awaiting(read)
    if getattr(kind, "__hash__", None) is None:
        made["__hash__"] = None
    for name, function2 in BINARY.items():
        if offers(f"__{name}__") or offers(f"__r{name}__"):
            made[f"__{name}__"] = _binary(read, function2)
            in_place = getattr(operator, f"i{name.rstrip('_')}", function2)
            made[f"__r{name}__"] = _reflected(read, function2, in_place)
            if name != "divmod":
                made[f"__i{name}__"] = _in_place(access, in_place)
        elif offers(f"__i{name}__"):
            made[f"__i{name}__"] = _in_place(access, getattr(operator, f"i{name}"))
    if offers("__pow__") or offers("__rpow__"):
        made["__pow__"] = lambda self, other, *modulus: pow(read(self), bare(other), *map(bare, modulus))
        made["__rpow__"] = lambda self, other, *modulus: pow(other, read(self), *modulus)
        made["__ipow__"] = _in_place(access, operator.ipow)
    for name, function2 in COMPARISONS.items():
        made[name] = _binary(read, function2)
    made["__format__"] = lambda self, spec: format(read(self), spec)
    if offers("__round__"):
        made["__round__"] = lambda self, *digits: round(read(self), *digits)
    made.update(_containers(offers, access))
    for name in FORWARDED:
        if offers(name) and (forwards_with or name == "__call__"):
            made[name] = _forwarded(read, name)
    for name in ("__instancecheck__", "__subclasscheck__"):
        if issubclass(kind, type):
            test = isinstance if name == "__instancecheck__" else issubclass
            made[name] = _check(read, test)
    if offers("__buffer__"):
        made["__buffer__"] = _buffer(access)
    made.update(_conversions(kind, offers, read))
    for name in ("__reversed__", "__iter__", "__contains__", "__bytes__", "__call__"):
        if name in present and getattr(kind, name, None) is None:
            made[name] = None
    if offers("__getitem__") and not offers("__iter__") and not offers("__len__") and has_foreign_base(kind):
        made["__iter__"] = made["__contains__"] = None  # A C type with keys, such as a match: no sequence.
    if access.read_only:
        for name in ON_A_VIEW & made.keys():
            function3 = getattr(kind, name, None)
            if type(function3) is FunctionType and is_users(function3) and not has_foreign_base(kind):
                made[name] = _on_a_view(access, name)
    return made


def _conversions(kind: type, offers: Callable[[str], bool], read: Callable[[Any], Any]) -> Namespace:
    """What `int()`, `float()`, `complex()` and `bytes()` find in text and buffers by their type, not by a method."""
    bases = {qualified_name(base) for base in kind.__mro__}
    buffers = not bases.isdisjoint(_BUFFERS) or offers("__buffer__")
    made: Namespace = {}
    if buffers or str in kind.__mro__:
        for name in ("__int__", "__float__", "__complex__", "__floor__", "__ceil__"):
            if not offers(name):
                made[name] = _unary(read, UNARY[name])
    if issubclass(kind, complex):
        made["__complex__"] = _unary(read, complex)  # Before Python 3.11 it had no such method.
    if buffers and not offers("__bytes__"):
        made["__bytes__"] = _unary(read, bytes)
    return made


_BUFFERS = frozenset(
    "builtins.bytes builtins.bytearray builtins.memoryview array.array mmap.mmap numpy.ndarray _ctypes._CData".split()
)


def _unary(read: Callable[[Any], Any], function: Callable[[Any], Any]) -> Any:
    return lambda self: function(read(self))


def _awaiting(read: Callable[[Any], Any]) -> Any:
    def wait(self: Any) -> Generator[Any, Any, Any]:
        return (yield from read(self).__await__())  # `self` is kept: an owner without a name would end the coroutine.

    return wait


def _binary(read: Callable[[Any], Any], function: Callable[[Any, Any], Any]) -> Any:
    return lambda self, other: function(read(self), bare(other))


def _reflected(
    read: Callable[[Any], Any], function: Callable[[Any, Any], Any], in_place: Callable[[Any, Any], Any]
) -> Any:
    def run(self: Any, other: Any) -> Any:
        if qualified_name(type(other)) in _CHANGED_IN_PLACE and _is_in_place(sys._getframe(1)):
            return in_place(other, read(self))
        return function(other, read(self))

    return run


_CHANGED_IN_PLACE = frozenset(
    "builtins.list builtins.bytearray builtins.set builtins.dict collections.deque array.array"
    " collections.OrderedDict collections.defaultdict collections.Counter".split()
)


def _is_in_place(frame: FrameType) -> bool:
    """Is the frame at an in-place operator? Python asks the right operand before a list is changed in place."""
    import dis  # Only here, and it takes long.

    code, offset = frame.f_code.co_code, frame.f_lasti
    name = dis.opname[code[offset]]
    return name.startswith("INPLACE_") or (name == "BINARY_OP" and code[offset + 1] >= _FIRST_IN_PLACE)


_FIRST_IN_PLACE = 13
"""The first of BINARY_OP's arguments that mean an in-place operator; they end the table on 3.11 to 3.13."""


def _check(read: Callable[[Any], Any], test: Callable[[Any, Any], bool]) -> Any:
    return lambda self, other: test(other, read(self))


def _in_place(access: Access, function: Callable[[Any, Any], Any]) -> Any:
    def run(self: Any, other: Any) -> Any:
        old = access.write(self, "change in place", "E0594")
        return access.rebind(self, old, function(old, stored(self, bare(other))))

    return run


def _forwarded(read: Callable[[Any], Any], name: str) -> Any:
    if name == "__call__":
        return lambda self, /, *args, **kwargs: read(self)(*args, **kwargs)

    def run(self: Any, *args: Any) -> Any:
        value = read(self)
        result = getattr(type(value), name)(value, *args)
        return self if result is value else result

    return run


def _on_a_view(access: Access, name: str) -> Any:
    def run(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        value = access.read(self)
        result = getattr(type(value), name)(self, *args, **kwargs)
        if name in ("__getitem__", "__next__"):
            return access.give(self, result, value, "item", args[0] if args else None)
        return iterate(access, self, result) if name in ("__iter__", "__reversed__") else result

    return run


def _buffer(access: Access) -> Any:
    def run(self: Any, flags: int) -> memoryview:
        view = memoryview(access.read(self))
        return view.toreadonly() if access.read_only else view

    return run


def iterate(access: Access, handle: Any, iterable: Any) -> Iterator[Any]:
    """Iterate over a value; each item is handed out as the handle's access has it, and the handle lives as long."""
    give, plain = access.give, access.plain
    for index, item in enumerate(iterable):
        yield item if type(item) in plain else give(handle, item, iterable, "index", index)
        if type(handle)._owned_dead:
            raise type(handle)._owned_error(handle)
        access.read(handle)


def _containers(offers: Callable[[str], bool], access: Access) -> Namespace:
    read, write, give, plain = access.read, access.write, access.give, access.plain
    made: Namespace = {}
    missing = access.read_only and offers("__missing__")

    def get_item(self: Any, key: Any) -> Any:
        value = read(self)
        if type(key) not in PLAIN:
            key = bare(key)
        if missing and key not in value:
            return insert_missing(access, self, value, key)
        item = value[key]
        return item if type(item) in plain else give(self, item, value, "item", key)

    def set_item(self: Any, key: Any, item: Any) -> None:
        key = bare(key)
        if type(key) is slice:
            item = run_through(item)
        write(self, "assign to an item", "E0594")[key] = stored(self, item)

    def del_item(self: Any, key: Any) -> None:
        del write(self, "delete an item", "E0594")[bare(key)]

    def contains(self: Any, item: Any) -> bool:
        return (item if type(item) in PLAIN else bare(item)) in read(self)

    def start(self: Any) -> Iterator[Any]:
        return iterate(access, self, read(self))

    def start_backwards(self: Any) -> Iterator[Any]:
        return iterate(access, self, reversed(read(self)))

    def next_item(self: Any) -> Any:
        item = next(read(self))
        return item if type(item) in plain else give(self, item, None, "call", None)

    for name, function in (
        ("__getitem__", get_item),
        ("__setitem__", set_item),
        ("__delitem__", del_item),
        ("__contains__", contains),
        ("__iter__", start),
        ("__reversed__", start_backwards),
        ("__next__", next_item),
    ):
        if offers(name):
            made[name] = function
    return made


def insert_missing(access: Access, handle: Any, value: Any, key: Any) -> Any:
    """Read a key that a dict makes up: through a shared borrow it may not be inserted."""
    make = type(value).__missing__
    if is_users(make):
        return make(handle, key)
    if type(make) is not FunctionType and getattr(value, "default_factory", None) is not None:
        access.write(handle, f"insert the missing key {key!r}", "E0594")
    return value[key]


def stored(handle: Any, item: Any) -> Any:
    """What an assignment through a handle stores: of views of the same borrow, alone or in a container, the things.

    A container is looked through only if the borrow has views at all, and taken as it is when there are none in it.
    """
    kind = type(item)
    if issubclass(kind, Transparent):
        return kind._owned_stored(item, handle)
    if kind not in _LOOKED_THROUGH or not type(handle)._owned_has_views(handle):
        return item
    if kind is dict:
        pairs = {stored(handle, key): stored(handle, value) for key, value in item.items()}
        return pairs if any(pairs[stored(handle, key)] is not value for key, value in item.items()) else item
    things = [stored(handle, one) for one in item]
    return kind(things) if any(one is not other for one, other in zip(things, item, strict=True)) else item


_LOOKED_THROUGH = frozenset({list, tuple, set, frozenset, dict})

METHODS = (MethodType, BuiltinFunctionType, MethodWrapperType)

_STORING = frozenset("append appendleft add extend extendleft insert setdefault update".split())
"""Methods of containers that store what they are given."""


_SPREADING = frozenset("extend extendleft update".split())
"""Those that store what is in what they are given."""


def run_through(items: Any) -> Any:
    """A list of what an iterator gives; anything else as it is."""
    return list(items) if hasattr(type(items), "__next__") else items


def storing(handle: Any, method: Any) -> Any:
    """Stand in for a method of a container that stores what it is given: of views of the same borrow, the things."""

    def store(*args: Any, **kwargs: Any) -> Any:
        spread = method.__name__ in _SPREADING
        given = [stored(handle, run_through(x) if spread else x) for x in args]
        return method(*given, **{name: stored(handle, x) for name, x in kwargs.items()})

    store.__name__ = store.__qualname__ = method.__name__
    return store


_INTERFACES = frozenset("__array_struct__ __array_interface__ __cuda_array_interface__".split())
"""Attributes by which C code finds a value's memory: it takes nothing else than the real thing."""


def read_attribute(access: Access, kind: type) -> Any:
    """Make the `__getattribute__` of handles that hand out views of values of type `kind`."""
    read, give, plain = access.read, access.give, access.plain
    properties = properties_of(kind) if access.read_only else frozenset()
    changing = mutators(kind)
    on_a_view: dict[str, tuple[Any, bool]] = {}

    def get_attribute(self: Any, name: str) -> Any:
        value = read(self)
        if name in properties:
            return give(self, getattr(type(value), name).fget(self), value, "attribute", name)
        found = getattr(value, name)
        found_kind = type(found)
        if found_kind in plain:
            return found
        if name in _NEVER_FORWARDED:
            return getattr(type(self), name).__get__(self)
        if issubclass(found_kind, METHODS):
            return method(self, value, found, name)
        return found if name in _INTERFACES else give(self, found, value, "attribute", name)

    def method(self: Any, value: Any, found: Any, name: str) -> Any:
        owner = found.__self__
        if owner is None or issubclass(type(owner), type):
            return found
        if issubclass(type(owner), Handle):
            return handle_method(access, self, found, name)
        if getattr(found, "__owned_consuming__", False):
            return MethodType(found.__func__, self)
        changed = name in changing if owner is value else changes(type(owner), name)
        if access.read_only:
            if type(found) is MethodType and owner is value:
                code = getattr(found.__func__, "__code__", None)
                known = on_a_view.get(name)
                if known is None or known[0] is not code:
                    known = on_a_view[name] = code, runs_on_a_view(found)
                if known[1]:
                    return MethodType(found.__func__, self)
            if changed:
                return refusal(access, self, name)
        elif changed:
            access.write(self, f"call {name}()", "E0596")
            if name in _STORING and type(found) is BuiltinFunctionType and type(self)._owned_has_views(self):
                return storing(self, found)
        return give(self, found, value, "attribute", name)

    return get_attribute


def handle_method(access: Access, handle: Any, found: Any, name: str) -> Any:
    """A method of an owner that is reached through a borrow: it may neither leave nor, if shared, be changed."""
    owner = type(found.__self__)
    if name in ("move", "drop", "into_inner"):

        def stay(*args: Any, **kwargs: Any) -> None:
            raise only_borrowed(handle, name)

        return stay
    if access.read_only and name in owner._owned_exclusive:
        return refusal(access, handle, name)
    return found


def refusal(access: Access, handle: Any, name: str) -> Any:
    """Stand in for a method that changes its owner: refuses when it is called."""

    def refused(*args: Any, **kwargs: Any) -> None:
        assignment = name.startswith("__")
        access.write(handle, f"call {name}()", "E0594" if assignment else "E0596")

    refused.__name__ = refused.__qualname__ = name
    return refused


def attribute_operations(access: Access) -> Namespace:
    """Make `__setattr__` and `__delattr__`."""

    def set_attribute(self: Any, name: str, value: Any) -> None:
        if name == "__orig_class__":
            return  # `Box[int](5)` leaves it on what it makes; the value is not ours to mark.
        setattr(access.write(self, f"assign to .{name}", "E0594"), name, stored(self, value))

    def del_attribute(self: Any, name: str) -> None:
        delattr(access.write(self, f"delete .{name}", "E0594"), name)

    return {"__setattr__": set_attribute, "__delattr__": del_attribute}


class Family:
    """The classes of one kind of transparent handle: made when first needed, kept weakly by the type of the value."""

    def __init__(
        self,
        name: str,
        bases: tuple[type, ...],
        access: Access,
        *,
        reader: Callable[[Access, type], Any] | None = None,
        by_function: bool = True,
        forwards_with: bool = False,
        extra: Namespace | None = None,
        finish: Callable[[type, Namespace], None] | None = None,
    ) -> None:
        self.name = name
        self.bases = bases
        self.access = access
        self.by_function = by_function
        self.reader = reader or read_attribute
        self.forwards_with = forwards_with
        self.extra = extra or {}
        self.finish = finish
        """Completes the namespace of a class for a type of value."""
        self.confined: Family | None = None
        """The family for values whose every use belongs to their thread, where that makes a difference."""
        self._static: dict[type, type] = {}
        self._heap: dict[weakref.ref[type], type] = {}

    def of(self, kind: type) -> type:
        """Give the class for values of type `kind`."""
        found = self._static.get(kind)
        if found is None:
            found = self._heap.get(weakref.ref(kind))
            if found is None:
                found = self._make(kind)
        return found

    def provide(self, kind: type, cls: type) -> None:
        """Give a class that was written by hand for values of type `kind`, a class of ours."""
        self._static[kind] = cls

    def _make(self, kind: type) -> type:
        refused = getattr(kind, "_owned_consumed", None)
        if refused is not None:
            raise refused()
        if self.confined is not None and may_be_elsewhere(kind):
            return self._keep(kind, self.confined.of(kind))
        made = operations(kind, self.access, self.forwards_with)
        made.update(attribute_operations(self.access))
        if self.by_function:
            made["__getattribute__"] = self.reader(self.access, kind)
        made["__slots__"] = ()
        made["__module__"] = self.bases[0].__module__
        made.update(self.extra)
        if self.finish is not None:
            self.finish(kind, made)
        cls = type(self.name, self.bases + bases_for_patterns(kind), made)
        refuse_copies(cls)
        return self._keep(kind, cls)

    def _keep(self, kind: type, cls: type) -> type:
        if kind.__flags__ & 1 << 9:
            self._heap[weakref.ref(kind, self._forget)] = cls
        else:
            self._static[kind] = cls
        return cls

    def _forget(self, key: weakref.ref[type]) -> None:
        cls = self._heap.pop(key, None)
        if cls is not None:
            copyreg.dispatch_table.pop(cls, None)


def properties_of(kind: type) -> frozenset[str]:
    """Name the properties that the user wrote: they run with a view as their `self`."""
    if has_foreign_base(kind):
        return frozenset()
    found = {}
    for base in reversed(kind.__mro__):
        for name, attribute in base.__dict__.items():
            found[name] = type(attribute) is property and is_users(attribute.fget)
    return frozenset(name for name, wanted in found.items() if wanted)
