"""`Map`: a dictionary that owns its keys and values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from types import FrameType, GenericAlias
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from .collected import Collection, ledger_of, make, opened, settle_classes
from .drains import Drain
from .element_drops import drop_all, drop_element, parts_of_pairs
from .elements import Entries
from .entries import MISSING, Entry, put_value
from .guards import REF_MUTS, Part, RefMut, view_of
from .keyed import add_all, gathered, look_up, store, take_out
from .loops import Loop, narrow, run_parts
from .map_views import Items, Keys, Values, loop_over_keys
from .owners import check_arguments
from .plain import PLAIN
from .spans import changing, check_incoming, hand_out, lend_whole, provide_guards, reading

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

_getframe = sys._getframe

if TYPE_CHECKING:
    Base = MutableMapping
else:

    class Base:
        """Nothing: for type checkers, a map is a mutable mapping."""

        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)


class MapMethods(Base[K, V], Generic[K, V]):
    """The methods of a map, and of the guards on one."""

    __slots__ = ()

    # Reading --------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(reading(self).items)

    def __getitem__(self, key: K) -> V:
        entries = look_up(self, key, _getframe(1))
        if entries is None:
            raise KeyError(key)
        return cast("V", hand_out(self, entries, key, _getframe(1), "item"))

    def __contains__(self, key: object) -> bool:
        return look_up(self, key, _getframe(1)) is not None

    def contains_key(self, key: object) -> bool:
        """Is there a value for this key?"""
        return look_up(self, key, _getframe(1)) is not None

    def is_empty(self) -> bool:
        """Is there no entry?"""
        return not reading(self).items

    @overload
    def get(self, key: K) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D) -> V | D: ...
    def get(self, key: Any, default: Any = None) -> Any:
        """Give the value of a key, or the default: bare if it is plain, else as a view that lends the map.

        >>> from owned import Map
        >>> m = Map({"a": 1})
        >>> m.get("a"), m.get("b"), m.get("b", 0)
        (1, None, 0)
        """
        entries = look_up(self, key, _getframe(1))
        return default if entries is None else hand_out(self, entries, key, _getframe(1), "item")

    def __iter__(self) -> Iterator[K]:
        return cast("Iterator[K]", loop_over_keys(self, _getframe(1)))

    def __reversed__(self) -> Iterator[K]:
        return cast("Iterator[K]", loop_over_keys(self, _getframe(1), backwards=True))

    def keys(self) -> Keys[K, V]:
        """The keys; looping over them lends the map."""
        reading(self)
        return Keys(self)

    def values(self) -> Values[K, V]:
        """The values; looping over them lends the map."""
        reading(self)
        return Values(self)

    def items(self) -> Items[K, V]:
        """The keys and values; looping over them lends the map."""
        reading(self)
        return Items(self)

    def __eq__(self, other: object) -> Any:
        return compare(self, other, _getframe(1))

    def __ne__(self, other: object) -> Any:
        equal = compare(self, other, _getframe(1))
        return equal if equal is NotImplemented else not equal

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        kind = type(cast("Any", self))
        if issubclass(kind, Collection):
            ledger = ledger_of(self)
            if ledger.state < 0:
                return f"<Map[{ledger.describe()}] borrowed exclusively>"
            return f"Map({ledger.value.items!r})"
        return f"Map({reading(self).items!r})"

    # Changing -------------------------------------------------------------------------------------------------------

    def insert(self, key: K, value: V) -> V | None:
        """Put a value under a key, and give the old one, or `None`; owners are moved.

        Raises `BorrowMutError` while anything of the map is borrowed.

        >>> from owned import Map
        >>> m = Map()
        >>> m.insert("a", 1), m.insert("a", 2), m
        (None, 1, Map({'a': 2}))
        """
        old = store(self, "insert", key, value, _getframe(1))
        return None if old is MISSING else cast("V", old)

    def __setitem__(self, key: K, value: V) -> None:
        old = store(self, "", key, value, _getframe(1))
        if old is not MISSING and old is not value:
            drop_element(old, reading(self).hook)

    def remove(self, key: K) -> V | None:
        """Move the value of a key out, or give `None`.

        >>> from owned import Map
        >>> m = Map({"a": 1})
        >>> m.remove("a"), m.remove("a")
        (1, None)
        """
        found = take_out(self, changing(self, "remove"), key, _getframe(1))
        return None if found is None else cast("V", found[1])

    def remove_entry(self, key: K) -> tuple[K, V] | None:
        """Move a key and its value out, or give `None`."""
        found = take_out(self, changing(self, "remove_entry"), key, _getframe(1), keep_key=True)
        return cast("tuple[K, V] | None", found)

    @overload
    def pop(self, key: K) -> V: ...
    @overload
    def pop(self, key: K, default: V | D) -> V | D: ...
    def pop(self, key: Any, default: Any = MISSING) -> Any:
        """Move the value of a key out; without it, give the default or raise `KeyError`."""
        found = take_out(self, changing(self, "pop"), key, _getframe(1))
        if found is not None:
            return found[1]
        if default is MISSING:
            raise KeyError(key)
        return default

    def popitem(self) -> tuple[K, V]:
        """Move the entry out that was inserted last; raises `KeyError` when there is none."""
        entries = changing(self, "popitem")
        if not entries.items:
            raise KeyError("popitem(): the map is empty")
        return cast("tuple[K, V]", entries.items.popitem())

    def __delitem__(self, key: K) -> None:
        entries = type(cast("Any", self))._owned_access.write(self, "delete an item", "E0594")
        found = take_out(self, entries, key, _getframe(1))
        if found is None:
            raise KeyError(key)
        drop_element(found[1], entries.hook)

    def clear(self) -> None:
        """Drop all entries, in the order of insertion, every key before its value."""
        taken = changing(self, "clear").take_all()
        drop_all(taken._owned_parts())

    def setdefault(self, key: K, default: Any = None) -> Any:
        """Give the value of a key; put the default there first, if there is none."""
        entries = changing(self, "setdefault")
        frame = _getframe(1)
        if look_up(self, key, frame) is None:
            with lend_whole(self, True, frame):
                put_value(entries, key, default, frame)
        return hand_out(self, entries, key, frame, "item")

    def extend(self, values: Mapping[K, V] | Iterable[tuple[K, V]]) -> None:
        """Put all entries of a mapping, or of pairs, into the map; the values that they replace are dropped."""
        changing(self, "extend")
        frame = _getframe(1)
        with lend_whole(self, True, frame) as guard:
            add_all(reading(guard), values, frame)

    def update(self, values: Any = (), /, **named: V) -> None:
        """The same, also by keywords, as of a dict."""
        changing(self, "update")
        frame = _getframe(1)
        with lend_whole(self, True, frame) as guard:
            add_all(reading(guard), values, frame)
            add_all(reading(guard), named, frame)

    def __ior__(self, values: Any) -> Any:
        self.update(values)
        return self

    def retain(self, keep: Callable[[K, V], object]) -> None:
        """Keep the entries that a function says true of; the others are dropped as soon as it is asked."""
        changing(self, "retain")
        with lend_whole(self, True, _getframe(1)) as guard:
            entries = reading(guard)
            dropped = []
            try:
                for key, value in list(entries.items.items()):
                    shown = view_of(guard, value, "ref", entries, "item", key)
                    if not keep(view_of(guard, key, "ref", None, "call", None), shown):
                        del entries.items[key]
                        dropped.append((key, value))
            except BaseException as error:
                drop_all(parts_of_pairs(dropped, entries.hook), error)
                raise
            drop_all(parts_of_pairs(dropped, entries.hook))

    def drain(self) -> Drain[tuple[K, V]]:
        """Move all entries out, by an iterator that borrows the map while it lives; the rest is dropped with it."""
        changing(self, "drain")
        guard = lend_whole(self, True, _getframe(1))
        taken = reading(guard).take_all()
        return Drain(guard, list(taken.items.items()), taken.hook, parts_of_pairs)

    def entry(self, key: K) -> Entry[K, V]:
        """Find the place of a key, to fill or to change it: `m.entry(k).or_insert(v)`.

        >>> from owned import Map
        >>> m = Map({"a": 1})
        >>> with m.entry("b").or_insert(5) as b:
        ...     b += 1
        >>> m
        Map({'a': 1, 'b': 6})
        """
        entries = changing(self, "entry")
        hash(key)
        return Entry(lend_whole(self, True, _getframe(1)), entries, key)

    def get_mut(self, key: K) -> RefMut[V] | None:
        """Lend the value of a key exclusively, or give `None`."""
        changing(self, "get_mut")
        frame = _getframe(1)
        entries = look_up(self, key, frame)
        if entries is None:
            return None
        part = Part(entries.items[key], entries, "item", key)
        return cast("RefMut[V]", narrow(lend_whole(self, True, frame), part, REF_MUTS))

    def values_mut(self) -> Iterator[RefMut[V]]:
        """Run over the values and lend each exclusively; different values can be used together.

        >>> from owned import Map
        >>> m = Map({"a": 1, "b": 2})
        >>> for value in m.values_mut():
        ...     value *= 10
        >>> m
        Map({'a': 10, 'b': 20})
        """
        entries = changing(self, "values_mut")
        parts = (Part(value, entries, "item", key) for key, value in entries.items.items())
        return cast("Iterator[RefMut[V]]", run_parts(Loop(lend_whole(self, True, _getframe(1)), True), parts, self))

    def _owned_deref(self, frame: FrameType) -> Any:
        return reading(self).items

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        entries = changing(self, verb)
        check_incoming(self, new)
        incoming = Entries({}, None, True) if new is None else gathered(new, entries.hook, frame)
        old = entries.take_all()
        entries.items.update(incoming.items)
        entries.plain, entries.plain_keys = incoming.plain, incoming.plain_keys
        return make(Map, opened("Map", old, None, None, frame))


if not TYPE_CHECKING:
    Mapping.register(MapMethods)  # Before it has subclasses: `match` knows mappings by a flag that they inherit.


class Map(Collection, MapMethods[K, V]):
    """A dictionary that owns its keys and values: Rust's `HashMap<K, V>`, in the order of insertion.

    It takes both over: owners are moved, and whatever has a drop hook is dropped with the map. `drop=` is a hook for
    each value. A value leaves by `insert` (which gives the old one back), `remove`, `pop`, `drain` or `into_inner`;
    everything else only lends. A loop lends the whole map while it runs.

    It is a `MutableMapping` and equal to dicts with the same entries.

    Raises `BorrowMutError` when it is changed while anything of it is borrowed.

    >>> from owned import Map
    >>> m = Map({"a": 1})
    >>> m["b"] = 2
    >>> m, m["b"], m.insert("b", 3), m.remove("a"), m == {"b": 3}
    (Map({'b': 3}), 2, 2, 1, True)
    >>> for key in m:
    ...     m[key + "!"] = 1
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot assign to an item of Map[str, int]: it is borrowed (E0506)
      ...
    """

    __slots__ = ()

    _owned_exclusive = frozenset(
        "clear drain entry extend get_mut insert pop popitem remove remove_entry retain setdefault update values_mut"
        " __setitem__ __delitem__ __ior__".split()
    )

    if TYPE_CHECKING:

        def __init__(
            self,
            values: Mapping[K, V] | Iterable[tuple[K, V]] = ...,
            *,
            drop: Callable[[V], object] | None = None,
            name: str | None = None,
        ) -> None: ...
        def __owned_value__(self) -> dict[K, V]: ...
        def __owned_take__(self) -> dict[K, V]: ...
        def __owned_lend__(self) -> Map[K, V]: ...
        def __owned_lend_mut__(self) -> Map[K, V]: ...

    else:
        _owned_replace = MapMethods._owned_replace

        def __new__(cls, values=(), *, drop=None, name=None):
            frame = _getframe(1)
            if drop is not None:
                check_arguments("Map", values, drop, name)
            return make(Map, opened("Map", gathered(values, drop, frame), None, name, frame))

        def __len__(self):
            return len(self._items)

        def __getitem__(self, key):
            if type(key) in PLAIN:
                item = self._items[key]
                if type(item) in PLAIN:
                    return item
                return hand_out(self, self._ledger.value, key, _getframe(1), "item")
            return MapMethods.__getitem__(self, key)

        def __setitem__(self, key, value):
            if type(key) in PLAIN and type(value) in PLAIN:
                entries = self._ledger.value
                items = entries.items
                if entries.plain and entries.hook is None:
                    items[key] = value
                    return
            MapMethods.__setitem__(self, key, value)


class LentMap(Map[K, V]):
    """A `Map` that was lent: it asks its ledger."""

    __slots__ = ()

    if not TYPE_CHECKING:
        __len__ = MapMethods.__len__
        __getitem__ = MapMethods.__getitem__
        __setitem__ = MapMethods.__setitem__


def compare(handle: Any, other: Any, frame: FrameType) -> Any:
    """Compare with a dict or another map."""
    kind = type(other)
    if issubclass(kind, dict):
        with lend_whole(handle, False, frame) as guard:
            return reading(guard).items == other
    if not issubclass(kind, MapMethods) or kind._owned_dead:  # type: ignore[attr-defined]
        return NotImplemented
    with lend_whole(handle, False, frame) as here, lend_whole(other, False, frame) as there:
        return reading(here).items == reading(there).items


settle_classes(Map, LentMap)
provide_guards(Entries, MapMethods, Map)
if not TYPE_CHECKING:
    MutableMapping.register(Map)
