"""Imports run downwards only; the tables below are the floors, the ground floor first.

A module may import what stands on a lower floor or further left on its own.
A name with a star stands for a family of modules.
"""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FLOORS = {
    "owned": [
        ["codes"],
        ["atomic", "accounts", "forks", "levels", "logs", "tasks", "sites", "heap", "errors"],
        ["ledger"],
        [
            "complaints",
            "entrances",
            "plain",
            "utf8",
            "held",
            "resource",
            "drop_steps",
            "resource_table",
            "resource_table_third_party",
            "registry",
        ],
        ["handles"],
        [
            "abandoned",
            "counts",
            "returned",
            "loop_drops",
            "known_types",
            "drops",
            "quick_drops",
            "cycles",
            "stakes",
            "shares",
            "surface",
            "patterns",
            "proxies",
            "closed",
            "learning",
            "closed_guards",
            "ties",
        ],
        ["guards", "raw", "acquiring", "derived", "erased", "makers", "owners"],
        [
            "element_drops",
            "elements",
            "collected",
            "loop_views",
            "loops",
            "plain_loops",
            "drains",
            "spans",
            "slice_reads",
            "slices",
            "filling",
            "vec_methods",
            "vec",
            "entries",
            "map_views",
            "keyed",
            "map",
            "field_moves",
        ],
        ["str_reads", "str_cuts", "strs", "pieces", "text_loans", "text_handles", "text"],
        ["sharing", "shared", "interior", "cow", "cells", "latches", "confined", "locks"],
        ["sending", "pipes", "channels", "threads", "processes", "aio"],
        ["scopes", "fields", "consuming", "events", "tracing", "holders", "census", "report", "unchecked", "bare"],
        ["proofs", "strip_names", "strip_uses", "strip_locals", "strip_values", "stripping", "strip"],
        ["verbs"],
        ["__init__"],
        [
            "explain",
            "demo_tour",
            "demo_mistakes",
            "demo",
            "first_rules",
            "examples",
            "resources",
            "strip_command",
            "cli",
            "__main__",
            "pytest_plugin",
        ],
    ],
    "owned_mypy": [
        ["records", "enums"],
        ["ir"],
        ["cfg"],
        ["solve", "holders", "last_names", "last_calls"],
        ["violation", "diagnostic"],
        ["reach", "parts", "moves", "init", "loans", "cells", "dump"],
        ["check"],
        ["explain", "messages", "render"],
        ["digest", "names", "effects"],
        ["api_rows", "api_sharing", "api_collections", "api_owned", "api_stdlib", "api"],
        [
            "error_codes",
            "tree",
            "self_effects",
            "asked_classes",
            "class_reading",
            "class_metadata",
            "owning_classes",
            "classes",
            "types",
            "types_source",
            "signatures",
        ],
        [
            "lower_context",
            "lower_places",
            "lower_packed",
            "lower_objects",
            "lower_partial",
            "lower_stacks",
            "lower_passing",
            "lower_closures",
            "lower_calls",
            "lower_expressions",
            "lower_match",
            "lower_with",
            "lower",
        ],
        ["driver", "proof_settings", "proofs", "emit"],
        ["module_pass", "schedule", "writes", "attributes", "field_types", "wake"],
        ["hooks"],
        ["dormant"],
        ["__init__"],
    ],
}
FOLDERS = {"owned": ROOT / "owned", "owned_mypy": ROOT / "mypy_plugin" / "owned_mypy"}
MODULES = [
    pytest.param(package, path, id=f"{package}.{path.stem}")
    for package, folder in FOLDERS.items()
    for path in sorted(folder.rglob("*.py"))
]

# What a module may not know, beside what stands above it.
FORBIDDEN = {
    "owned": {
        "*": ["mypy", "owned_mypy"],
        "ledger": ["wrapt", "threading"],
        "codes": ["wrapt"],
        "sites": ["wrapt"],
        "errors": ["wrapt"],
    },
    "owned_mypy": {name: ["mypy"] for floor in FLOORS["owned_mypy"][:8] for name in floor},
}


def place_of(package: str, module: str) -> tuple[int, int]:
    """Give the floor of a module and its place on it; fail when the table does not hold it."""
    for number, floor in enumerate(FLOORS[package]):
        for position, name in enumerate(floor):
            if fnmatch(module, name):
                return number, position
    pytest.fail(f"{package}.{module} stands on no floor: give it one in {Path(__file__).name}")


def imported(package: str, module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give the line and the full name of everything that a module imports, except for type checkers alone."""
    for node in walk_running_code(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, [package if node.level else "", node.module or ""]))
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def walk_running_code(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree without the blocks under `if TYPE_CHECKING:`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from walk_running_code(other)
        else:
            yield from walk_running_code(child)


@pytest.mark.parametrize(("package", "path"), MODULES)
def test_imports_run_downwards_only(package: str, path: Path) -> None:
    """A module imports nothing that stands on its own place or above."""
    module = path.relative_to(FOLDERS[package]).with_suffix("").as_posix().split("/")[0]
    own = place_of(package, module)
    upwards = []
    for line, name in imported(package, module, ast.parse(path.read_text())):
        first, _, rest = name.partition(".")
        if first != package:
            continue
        target = rest.partition(".")[0]
        if not (FOLDERS[package] / f"{target}.py").exists() and not (FOLDERS[package] / target).is_dir():
            target = "__init__"
        if target != module and place_of(package, target) >= own:
            upwards.append(f"{path.name}:{line} imports {package}.{target}")
    assert not upwards


@pytest.mark.parametrize(("package", "path"), MODULES)
def test_modules_do_not_know_what_is_not_theirs(package: str, path: Path) -> None:
    """The runtime never imports mypy, the state machine neither wrapt nor threads, the analyses no mypy."""
    forbidden = [name for pattern, names in FORBIDDEN[package].items() if fnmatch(path.stem, pattern) for name in names]
    found = [
        f"{path.name}:{line} imports {name}"
        for line, name in imported(package, path.stem, ast.parse(path.read_text()))
        if name.partition(".")[0] in forbidden
    ]
    assert not found
