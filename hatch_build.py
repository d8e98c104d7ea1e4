"""The optional compiled wheel: `HATCH_BUILD_HOOKS_ENABLE=1 pip wheel .`; without the variable the wheel is pure.

mypyc compiles the checker (and nothing of the run time, see `docs/design.md`) from the source as it is, but for two
things. The classes that `record` and `dataclass` fill with methods when they are defined would stay ordinary classes,
so their methods are written out first, on the lines on which the fields stood. And enumerations are the standard
library's, because mypyc takes them for that; their members are put where naming one needs no call. The wheel holds the
`.py` files, too; where the compiled module beside one does not fit the interpreter, the import system takes the other.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "owned_mypy"
COMPILED = """
    ir cfg solve violation moves init loans reach holders parts last_names last_calls cells check
    names effects tree self_effects class_reading classes types types_source signatures
    lower lower_* driver attributes schedule writes
""".split()
"""What runs for every function that is checked. The entry stays as it is, mypy finds it by name and swaps its class; so
does what makes classes while it runs; and tables and words, which would only take longer to compile, and
`module_pass`, a function of which tests replace."""
SETTINGS = "[mypy]\nstrict = True\nfollow_imports = silent\n"


def is_record(node: ast.expr) -> bool:
    """Whether a decorator makes its class of the annotated names."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("record", "dataclass")


def settings_of(decorator: ast.expr) -> dict[str, bool]:
    """What the decorator is asked for."""
    assert isinstance(decorator, ast.Call)
    assert isinstance(decorator.func, ast.Name)
    asked = {word.arg: ast.literal_eval(word.value) for word in decorator.keywords if word.arg is not None}
    return {"eq": decorator.func.id == "dataclass", "hash": bool(asked.get("eq")), **asked}


def methods_of(name: str, fields: list[ast.AnnAssign], settings: dict[str, bool]) -> Iterator[str]:
    """Write the methods, a line for each."""
    parameters: list[str] = []
    by_name: list[str] = []
    stores: list[str] = []
    for field in fields:
        attribute, kind, given = ast.unparse(field.target), ast.unparse(field.annotation), attribute_value(field)
        value = attribute
        if given.startswith("new "):
            value = f"{given[4:]}() if {attribute} is None else {attribute}"
            parameters.append(f"{attribute}: {kind} | None = None")
        elif given == "by name":
            by_name.append(f"{attribute}: {kind}")
        else:
            parameters.append(f"{attribute}: {kind}{given and f' = {given}'}")
        stores.append(f"self.{attribute}: {kind} = {value}")
    if by_name:
        parameters += ["*", *by_name]
    yield f"def __init__({', '.join(['self', *parameters])}) -> None: {'; '.join(stores) or 'pass'}"
    if settings["eq"]:
        names = [ast.unparse(field.target) for field in fields]
        same = " and ".join(f"self.{one} == other.{one}" for one in names)
        yield f"def __eq__(self, other: object) -> bool: return isinstance(other, {name}) and {same or 'True'}"
        if settings["hash"]:
            yield f"def __hash__(self) -> int: return hash(({''.join(f'self.{one}, ' for one in names)}))"


def attribute_value(field: ast.AnnAssign) -> str:
    """The default of a field: an expression, `new` and what makes it, `by name` when it must be given, or nothing."""
    value = field.value
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "field"):
        return "" if value is None else ast.unparse(value)
    (word,) = value.keywords
    return f"new {ast.unparse(word.value)}" if word.arg == "default_factory" else "by name"


OWN_ENUMERATIONS = f"from {PACKAGE}.enums import Enum"
NAMED_AT_ONCE = """
for _kind in ({kinds},):
    for _member in list(_kind):
        type.__setattr__(_kind, _member.name, _member)
"""


def prepare(source: str) -> str:
    """Write out the methods of a module's records and change its enumerations, without moving any other line."""
    tree = ast.parse(source)
    lines = source.replace(OWN_ENUMERATIONS, "from enum import Enum").splitlines()
    kinds = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and is_enumeration(node)]
    following = [*tree.body[1:], None]
    for node, after in zip(tree.body, following, strict=True):
        if not isinstance(node, ast.ClassDef) or not any(map(is_record, node.decorator_list)):
            continue
        (decorator,) = node.decorator_list
        lines[decorator.lineno - 1] = ""
        first = node.body[0].lineno
        head = [part for part in node.body if isinstance(part, ast.AnnAssign)]
        rest = [part for part in node.body if not isinstance(part, ast.AnnAssign | ast.Expr | ast.Pass)]
        end = start_of(rest[0]) if rest else start_of(after) if after is not None else len(lines) + 1
        if any(part.lineno >= end for part in head):
            raise SyntaxError(f"{node.name}: the fields of a record stand together, above its methods")
        written = [f"    {line}" for line in methods_of(node.name, head, settings_of(decorator))]
        space = end - first
        if len(written) > space:
            raise SyntaxError(f"{node.name}: no room for {len(written)} lines")
        lines[first - 1 : end - 1] = [*written, *[""] * (space - len(written))]
    ending = NAMED_AT_ONCE.format(kinds=", ".join(kinds)) if kinds else "\n"
    return "\n".join(lines) + ending


def is_enumeration(node: ast.ClassDef) -> bool:
    """Whether a class derives from `Enum`."""
    return any(isinstance(base, ast.Name) and base.id == "Enum" for base in node.bases)


def start_of(node: ast.stmt) -> int:
    """The line on which a statement begins, with its decorators."""
    first: int = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return first


def to_compile(package: Path) -> list[Path]:
    """The modules that are compiled."""
    return sorted(path for path in package.glob("*.py") if any(fnmatch(path.stem, name) for name in COMPILED))


def compile_in(folder: Path) -> list[Path]:
    """Compile the package that stands in a folder, and give the files that came of it."""
    (folder / "mypy.ini").write_text(SETTINGS)
    for path in to_compile(folder / PACKAGE):
        path.write_text(prepare(path.read_text()))
    # mypyc wants the folder to be the current one, and setuptools a process of its own.
    subprocess.run([sys.executable, __file__], cwd=folder, check=True)
    return [path for place in (folder, folder / PACKAGE) for path in place.iterdir() if path.suffix in (".so", ".pyd")]


def main() -> None:
    """Compile, in the current folder."""
    from mypyc.build import mypycify
    from setuptools import setup  # type: ignore[import-untyped, unused-ignore]

    extensions = mypycify(
        ["--config-file=mypy.ini", *(path.as_posix() for path in to_compile(Path(PACKAGE)))],
        opt_level=os.environ.get("MYPYC_OPT_LEVEL", "3"),
        debug_level=os.environ.get("MYPYC_DEBUG_LEVEL", "0"),
        multi_file=bool(os.environ.get("MYPYC_MULTI_FILE")),
        group_name=PACKAGE,
    )
    setup(name=PACKAGE, packages=[], ext_modules=extensions, script_args=["-q", "build_ext", "--inplace"])


class CompiledWheel(BuildHookInterface[Any]):
    """Adds the compiled modules to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile a copy of the package, and tell hatchling where the results belong."""
        root = Path(self.root)
        folder = root / "build" / "compiled"
        if folder.exists():  # What an earlier build has left.
            shutil.rmtree(folder)
        unneeded = shutil.ignore_patterns("__pycache__", "*.so")
        shutil.copytree(root / "mypy_plugin" / PACKAGE, folder / PACKAGE, ignore=unneeded)
        shutil.copytree(root / "owned", folder / "owned", ignore=unneeded)
        if sysconfig.get_config_var("Py_GIL_DISABLED") or sys.implementation.name != "cpython":
            self.app.display_warning("not compiled: mypyc is not safe here; the wheel is pure")
            return
        try:
            compiled = compile_in(folder)
        except subprocess.CalledProcessError:
            self.app.display_warning("not compiled: is there a C compiler? The wheel is pure")
            return
        for path in compiled:
            build_data["force_include"][str(path)] = path.relative_to(folder).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


if __name__ == "__main__":
    main()
