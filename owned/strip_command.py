"""The commands `owned strip`, which says what is stripped and why not, and `owned run`, which runs what is stripped."""

from __future__ import annotations

import ast
import os
import runpy
import sys
from collections.abc import Iterable, Iterator

from .proofs import NotProvenError, Place, read_proof
from .strip import install
from .strip_names import Names
from .stripping import strip

PACKAGE = b"owned"


def report(paths: Iterable[str], *, show: bool = False) -> int:
    """Print, for every module under some paths that uses `owned`, whether it is stripped, and of what."""
    status = 0
    for path in paths:
        if not os.path.exists(path):
            print(f"{path}: there is no such file", file=sys.stderr)
            status = 2
    for path in _files(paths):
        with open(path, "rb") as file:
            source = file.read()
        if PACKAGE in source:
            for line in _describe(path, source, show):
                print(line)
    return status


def _files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
            yield from (os.path.normpath(os.path.join(folder, name)) for name in sorted(names) if name.endswith(".py"))


def _describe(path: str, source: bytes, show: bool) -> Iterator[str]:
    try:
        proof = read_proof(path, None, source)
        tree = ast.parse(source, path)
    except (NotProvenError, SyntaxError, ValueError) as error:
        yield f"{path}: not stripped: {error}"
        return
    stripped = strip(ast.parse(source, path), proof.calls)
    lending = {place for place, call in proof.calls.items() if call.verb != call.kind}
    yield f"{path}: proven; stripped of {len(stripped.calls)} of {len(lending)} calls on an Owned or a Box"
    names = Names(tree)
    for call in _calls(tree, lending - stripped.calls):
        verb = proof.calls[_place(call)].verb
        if names.meaning(call.func) != verb:
            reason = "its name may mean something else in this module"
        else:
            reason = "its guard is entered, cloned, returned, or passed to what is not known here; or bound again"
        yield f"{path}:{call.lineno}: {verb}() stays: {reason}"
    if show:
        yield ast.unparse(stripped.tree)


def _calls(tree: ast.Module, places: set[Place]) -> list[ast.Call]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _place(node) in places]
    return sorted(found, key=_place)


def _place(node: ast.Call) -> Place:
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def run(program: str, arguments: list[str]) -> int:
    """Run a module or a file as the main program, with its proven modules stripped, itself included."""
    if not install():
        print("nothing is stripped: this needs OWNED=off in the environment", file=sys.stderr)
    name = program
    if program.endswith(".py"):
        folder, file = os.path.split(program)
        name = file.removesuffix(".py")
        sys.path.insert(0, folder)
    elif "" not in sys.path and os.getcwd() not in sys.path:
        sys.path.insert(0, "")
    sys.argv = [program, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)
    return 0
