"""What the accounts and the level `trace` cost: `python -m benchmarks.accounts_cost [--rounds N] [--check]`.

The accounts are always on, so there is nothing to switch off for a comparison. Instead the package is loaded a second
time, under another name, from a copy of its source without the statements that keep the accounts and ask for listeners;
and a third time at level `trace`. All of them run in one process, and are timed in turn.
"""

import argparse
import ast
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import owned
from benchmarks.interleaved import Statement, measure

GOAL = 1.15
COUNTERS = ("created", "ended", "moved")


class WithoutAccounts(ast.NodeTransformer):
    """Removes what keeps the accounts from the source of a module."""

    def __init__(self) -> None:
        self.removed = 0

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """`next(created)`, and calls of `accounts`."""
        return self._without(node, ast.unparse(node) in [f"next({name})" for name in COUNTERS])

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | None:
        """`ended_at_once[0] += 1`."""
        return self._without(node, ast.unparse(node.target).endswith("_at_once[0]"))

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        """`ledger.born = now()`."""
        return self._without(node, ast.unparse(node).endswith(".born = now()"))

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """`if accounts.listener is not None: ...`, and what tells the accounts how a value ended."""
        asks = ast.unparse(node.test) == "accounts.listener is not None"
        tells = not node.orelse and ast.unparse(node.body[0]).startswith("accounts.ended_without_drop(")
        if asks or tells:
            return self._without(node, True)
        self.generic_visit(node)
        return node

    def _without(self, node: ast.AST, remove: bool) -> ast.AST | None:
        self.removed += remove
        return None if remove else node


def copy_of(name: str, folder: Path, *, accounts: bool, level: str) -> ModuleType:
    """Load the package once more under another name."""
    source = Path(owned.__file__).parent
    shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    removed = 0
    if not accounts:
        for path in (folder / name).glob("*.py"):
            editor = WithoutAccounts()
            tree = editor.visit(ast.parse(path.read_text()))
            path.write_text(ast.unparse(ast.fix_missing_locations(tree)))
            removed += editor.removed
        if removed < 10:
            raise SystemExit("the accounts are kept in another way now: tell WithoutAccounts about it")
    before = os.environ.get("OWNED")
    os.environ["OWNED"] = level
    try:
        return importlib.import_module(name)
    finally:
        os.environ.pop("OWNED")
        if before is not None:
            os.environ["OWNED"] = before


STATEMENTS = {
    "Owned(p), and its end": "{0}Owned(p)",
    "drop(Owned(p))": "{0}drop({0}Owned(p))",
    "with Owned(p): pass": "with {0}Owned(p):\n    pass",
    "Box(p), and its end": "{0}Box(p)",
    "drop(Rc(p))": "{0}drop({0}Rc(p))",
    "drop(move(Owned(p)))": "{0}drop({0}move({0}Owned(p)))",
    "with borrow(o): pass": "with {0}borrow({0}o):\n    pass",
}
JUDGED = ("Owned(p), and its end", "drop(Owned(p))", "with Owned(p): pass", "Box(p), and its end")


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=51, help="interleaved rounds (default: 51)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        sys.path.insert(0, name)
        packages = {
            "": owned,
            "bare_": copy_of("owned_without_accounts", Path(name), accounts=False, level="check"),
            "trace_": copy_of("owned_at_level_trace", Path(name), accounts=True, level="trace"),
        }
        names: dict[str, object] = {"p": object()}
        for prefix, package in packages.items():
            for verb in ("Owned", "Box", "Rc", "drop", "move", "borrow"):
                names[prefix + verb] = getattr(package, verb)
            names[f"{prefix}o"] = package.Owned([])
        timed = [
            Statement(prefix + name, code.format(prefix)) for name, code in STATEMENTS.items() for prefix in packages
        ]
        samples = measure(timed, names, options.rounds)
        sys.path.remove(name)
    missed = False
    print(f"{'statement':24} {'ns':>9}   with / without accounts   level trace / check")
    for statement in STATEMENTS:
        ratio = samples.ratio(statement, f"bare_{statement}")
        goal = ""
        if statement in JUDGED:
            missed = missed or ratio > GOAL
            goal = f"<= {GOAL} " + ("MISSED" if ratio > GOAL else "met")
        trace = samples.ratio(f"trace_{statement}", statement)
        print(f"{statement:24} {samples.nanoseconds(statement):9.0f}   {ratio:7.3f} {goal:17} {trace:9.1f}")
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
