"""What the methods of a class do to `self`, read when somebody asks.

It is read from mypy's tree while mypy has it, and otherwise, for a module that came from the cache or whose tree mypy
has freed, from the source file once more.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from mypy.errors import CompileError, Errors
from mypy.nodes import (
    Block,
    ClassDef,
    Decorator,
    Expression,
    FuncDef,
    IfStmt,
    MemberExpr,
    MypyFile,
    NameExpr,
    OverloadedFuncDef,
    Statement,
    TypeInfo,
)
from mypy.options import Options
from mypy.util import decode_python_encoding

from owned_mypy.asked_classes import AskedClasses, Description, Stamp, stamp_of
from owned_mypy.self_effects import effects_on_self, kept_parameters
from owned_mypy.tree import children

DESCRIPTION_KEY: Final = "owned effects"
"""Where the description is in a class's metadata: `changing` names methods, `calls` gives their paths from `self`,
`parts` names those that give a part of it, `keeps` the parameters of `__init__` that become attributes."""

_NO_SELF: Final = frozenset({"staticmethod", "classmethod", "overload", "typing.overload"})


class ClassReader:
    """Reads the classes of the modules that mypy knows."""

    def __init__(self) -> None:
        self._modules: Mapping[str, MypyFile] = {}
        self._asked: AskedClasses | None = None
        self._parsed: dict[str, tuple[Stamp | None, dict[str, ClassDef]]] = {}

    def look_in(self, modules: Mapping[str, MypyFile], asked: AskedClasses) -> None:
        """Take the modules whose files may be read, and what is known about their classes."""
        self._modules = modules
        self._asked = asked

    def description(self, info: TypeInfo) -> Description:
        """Give what the methods in the body of a class do to `self`; the answer is left with the class."""
        known: Description | None = info.metadata.get(DESCRIPTION_KEY)
        if known is None:
            known = describe_body(info.defn.defs.body) if _has_bodies(info.defn) else self._from_file(info)
            info.metadata[DESCRIPTION_KEY] = known
        return known

    def note(self, info: TypeInfo) -> None:
        """Remember that a class was asked about from another module."""
        description = info.metadata.get(DESCRIPTION_KEY)
        module = self._modules.get(info.module_name)
        if description is not None and module is not None and not module.is_stub and self._asked is not None:
            self._asked.add(info.fullname, stamp_of(module.path), description)

    def _from_file(self, info: TypeInfo) -> Description:
        module = self._modules.get(info.module_name)
        if module is None or module.is_stub or not module.path:
            return {}
        stamp = stamp_of(module.path)
        found = self._asked.description(info.fullname, stamp) if self._asked is not None else None
        if found is not None:
            return found
        parsed = self._parsed.get(module.path)
        if parsed is None or parsed[0] != stamp:
            parsed = self._parsed[module.path] = stamp, dict(_classes(_parse(module), ""))
        definition = parsed[1].get(info.fullname.removeprefix(f"{info.module_name}."))
        return {} if definition is None else describe_body(definition.defs.body)


def describe_body(body: list[Statement]) -> Description:
    """Say what the methods in a class's body do to `self`."""
    changing: list[str] = []
    calls: dict[str, list[list[str]]] = {}
    parts: list[str] = []
    keeps: list[str] = []
    for name, items in methods_in(body):
        for item in items:
            if isinstance(item, Decorator) and not _NO_SELF.isdisjoint(map(written, item.original_decorators)):
                continue
            effects = effects_on_self(item.func if isinstance(item, Decorator) else item)
            if name == "__init__" and isinstance(item, FuncDef):
                keeps = kept_parameters(item)
            if effects.gives_part:
                parts.append(name)
            if effects.changes:
                changing.append(name)
            elif effects.calls:
                calls.setdefault(name, []).extend(sorted(list(path) for path in effects.calls))
    found: Description = {"changing": changing, "calls": calls, "parts": parts, "keeps": keeps}
    return {key: value for key, value in found.items() if value}


def methods_in(body: list[Statement]) -> Iterator[tuple[str, list[FuncDef | Decorator]]]:
    """Give the methods of a class's body by name, overloads together."""
    for statement in body:
        if isinstance(statement, FuncDef):
            yield statement.name, [statement]
        elif isinstance(statement, Decorator):
            yield statement.func.name, [statement]
        elif isinstance(statement, OverloadedFuncDef):
            items: list[FuncDef | Decorator] = [i for i in statement.items if isinstance(i, (FuncDef, Decorator))]
            if statement.impl is not None and statement.impl not in items:
                items.append(statement.impl)
            yield items[0].name if items else statement.name, items
        elif isinstance(statement, IfStmt):
            for block in [*statement.body, *([statement.else_body] if statement.else_body else [])]:
                yield from methods_in(block.body)


def written(decorator: Expression) -> str:
    """Give a decorator as it stands in the source, if it is a name or an attribute of one."""
    if isinstance(decorator, NameExpr):
        return decorator.name
    if isinstance(decorator, MemberExpr) and isinstance(decorator.expr, NameExpr):
        return f"{decorator.expr.name}.{decorator.name}"
    return ""


def _has_bodies(definition: ClassDef) -> bool:
    # A class from the cache has no body; in modules whose errors are ignored, mypy drops those of functions.
    functions = [
        item.func if isinstance(item, Decorator) else item
        for _, items in methods_in(definition.defs.body)
        for item in items
    ]
    return bool(definition.defs.body) and all(function.body.body for function in functions)


def _parse(module: MypyFile) -> list[Statement]:
    from mypy.fastparse import parse

    options = Options()
    options.preserve_asts = True
    try:
        with open(module.path, "rb") as file:
            text = decode_python_encoding(file.read())
        return parse(text, module.path, module.fullname, Errors(options), options).defs
    except (OSError, ValueError, SyntaxError, RecursionError, CompileError):
        return []


def _classes(body: list[Statement], outside: str) -> Iterator[tuple[str, ClassDef]]:
    """Give the classes of a body by the name that mypy gives them in a module; that of a local one has its line."""
    for statement in body:
        if isinstance(statement, ClassDef):
            yield f"{outside}{statement.name}", statement
            yield from _classes(statement.defs.body, f"{outside}{statement.name}.")
        elif isinstance(statement, (FuncDef, Decorator, OverloadedFuncDef)):
            for name, definition in _classes(_statements_in(statement), ""):
                yield (name if "@" in name else f"{name}@{definition.line}"), definition
        else:
            yield from _classes(_statements_in(statement), outside)


def _statements_in(node: Statement) -> list[Statement]:
    found: list[Statement] = []
    for part in children(node):
        if isinstance(part, Block):
            found.extend(part.body)
        elif isinstance(part, FuncDef):
            found.extend(part.body.body)
    return found


READER: Final = ClassReader()
"""One for the process: mypy checks one module after the other."""
