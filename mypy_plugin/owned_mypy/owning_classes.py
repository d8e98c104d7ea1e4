"""What `@owner` gives to a class, as mypy is to see it: it can be bound by `with` and `async with`."""

from __future__ import annotations

from mypy.nodes import ARG_POS, Argument, Var
from mypy.plugin import ClassDefContext
from mypy.plugins.common import add_method_to_class
from mypy.types import AnyType, NoneType, Type, TypeOfAny
from mypy.typevars import fill_typevars


def add_blocks(context: ClassDefContext) -> None:
    """Give the class `__enter__`, `__exit__` and their asynchronous twins, unless it has its own."""
    info = context.cls.info
    anything = AnyType(TypeOfAny.explicit)
    coming = [Argument(Var(name, anything), anything, None, ARG_POS) for name in ("kind", "error", "trace")]
    for enter, leave in (("__enter__", "__exit__"), ("__aenter__", "__aexit__")):
        if info.get(enter) is not None or info.get(leave) is not None:
            continue
        gives: list[Type] = [fill_typevars(info), NoneType()]
        if enter == "__aenter__":
            gives = [context.api.named_type("typing.Awaitable", [given]) for given in gives]
        add_method_to_class(context.api, context.cls, enter, [], gives[0])
        add_method_to_class(context.api, context.cls, leave, coming, gives[1])
