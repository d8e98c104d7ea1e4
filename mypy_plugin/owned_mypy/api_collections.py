"""What `Vec`, `Map`, `String`, their slices and entries do to ownership."""

from typing import Final

from owned_mypy.api_rows import MAKES, method
from owned_mypy.effects import CallEffect, Effect, Gives, Param

_CHANGES: Final = method(Effect.CHANGES)
_TAKES_OUT: Final = method(Effect.CHANGES, gives=Gives.VALUE)
_USES_UP: Final = method(Effect.CONSUMES)
_LENDS: Final = method(Effect.BORROWS, gives=Gives.SHARED_BORROW)
_LENDS_MUT: Final = method(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW)
_LENDS_PART: Final = method(Effect.READS, gives=Gives.ELEMENT)
_LENDS_ALL: Final = method(Effect.READS, gives=Gives.ELEMENTS)
_TAKES_VALUE: Final = CallEffect((Param("value", 0, Effect.CONSUMES),), receiver=Effect.CONSUMES)


def _stores(*params: str, gives: Gives = Gives.NOTHING_SPECIAL) -> CallEffect:
    """A method that changes its object and takes over these arguments; an empty name stands for one that it reads."""
    rows = (Param(name, at, Effect.CONSUMES) for at, name in enumerate(params) if name)
    return CallEffect(tuple(rows), receiver=Effect.CHANGES, gives=gives)


_SLICE: Final = {
    **dict.fromkeys(("first", "last"), _LENDS_PART),
    "get": _LENDS_PART,
    **dict.fromkeys(("iter", "__iter__"), _LENDS_ALL),
    **dict.fromkeys(("chunks", "windows", "split_at", "split_first", "split_last"), _LENDS),
    **dict.fromkeys(("get_mut", "first_mut", "last_mut"), _LENDS_MUT),
    **dict.fromkeys(
        ("iter_mut", "chunks_mut", "split_at_mut", "split_first_mut", "split_last_mut"),
        _LENDS_MUT,
    ),
    **dict.fromkeys(("swap", "reverse", "sort", "sort_by_key"), _CHANGES),
}
_VEC: Final = {
    **_SLICE,
    "push": _stores("item"),
    "insert": _stores("", "value"),
    "extend": _stores("values"),
    "append": _CHANGES,
    **dict.fromkeys(("pop", "remove", "swap_remove", "split_off"), _TAKES_OUT),
    **dict.fromkeys(("clear", "truncate", "retain", "retain_mut", "dedup", "dedup_by_key"), _CHANGES),
    "drain": _LENDS_MUT,
}
_MAP: Final = {
    "get": _LENDS_PART,
    **dict.fromkeys(("keys", "values", "items"), _LENDS_ALL),
    "get_mut": _LENDS_MUT,
    "values_mut": _LENDS_MUT,
    "entry": _LENDS_MUT,
    "insert": _stores("", "value"),
    "setdefault": _stores("", "default", gives=Gives.ELEMENT),
    "extend": _stores("values"),
    "update": _stores("values"),
    **dict.fromkeys(("remove", "remove_entry", "pop", "popitem"), _TAKES_OUT),
    **dict.fromkeys(("clear", "retain"), _CHANGES),
    "drain": _LENDS_MUT,
}
_ENTRY: Final = {
    "or_insert": _TAKES_VALUE,
    "insert": _TAKES_VALUE,
    **dict.fromkeys(("or_insert_with", "or_insert_with_key", "or_default", "and_modify", "remove"), _USES_UP),
}
_STRING: Final = {
    **dict.fromkeys(
        (
            "push_str",
            "push",
            "extend",
            "pop",
            "insert",
            "remove",
            "truncate",
            "clear",
            "replace_range",
            "drain",
            "split_off",
            "retain",
            "read_line",
            "read_all",
        ),
        _CHANGES,
    ),
    "into_bytes": method(Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    **dict.fromkeys(("as_bytes", "bytes", "chars", "char_indices"), _LENDS),
}

_METHODS: Final = {
    "slices.Slice": _SLICE,
    "vec.Vec": _VEC,
    "map.Map": _MAP,
    "entries.Entry": _ENTRY,
    "text.String": _STRING,
    "cow.Cow": {
        "to_mut": _LENDS_MUT,
        "into_owned": method(Effect.CONSUMES, gives=Gives.OWNER, must_use=True),
    },
}
_MAKES_OF_VALUES: Final = CallEffect(
    (Param("values", 0, Effect.CONSUMES), *MAKES.params[1:]), gives=Gives.OWNER, must_use=True
)
_MAKES_TEXT: Final = CallEffect((Param("text", 0, Effect.READS), *MAKES.params[1:]), gives=Gives.OWNER, must_use=True)

COLLECTIONS_API: Final[dict[str, CallEffect]] = {
    **{f"owned.{kind}.{name}": effect for kind, methods in _METHODS.items() for name, effect in methods.items()},
    "owned.vec.Vec": _MAKES_OF_VALUES,
    "owned.map.Map": _MAKES_OF_VALUES,
    "owned.text.String": _MAKES_TEXT,
    "owned.cow.Cow.owned": CallEffect((Param("x", 0, Effect.CONSUMES),), gives=Gives.OWNER, must_use=True),
    "owned.field_moves.take_field": CallEffect((Param("self", 0, Effect.CHANGES),), must_use=True),
    "owned.field_moves.replace_field": CallEffect(
        (Param("self", 0, Effect.CHANGES), Param("new", 2, Effect.CONSUMES)), must_use=True
    ),
    # What runs over something lends it, as a loop does.
    **dict.fromkeys(
        ("builtins.enumerate", "builtins.zip", "builtins.reversed", "builtins.iter", "builtins.map", "builtins.filter"),
        CallEffect(rest=Effect.ITERATES),
    ),
}
