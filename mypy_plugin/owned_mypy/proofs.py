"""Proofs that a module passed, for `owned strip`: written beside the module's byte code when that is asked for.

    [tool.owned]
    proofs = true

in `pyproject.toml` (`[owned]` in `mypy.ini` and `setup.cfg`), or `OWNED_PROOFS=1` in the environment. A proof names the
module, the digest of its source, the edition of the rules, and the calls of verbs whose argument is an `Owned` or a
`Box`, each by its place. It is written for a module without any error, also without one that an ignore comment hides
or whose code is disabled; a diagnostic of ours removes it. The daemon writes none: it checks parts of modules.

`owned/proofs.py` reads what is written here.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import Any, Final

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, FuncDef, Import, ImportFrom, MypyFile, RefExpr
from mypy.options import Options
from mypy.types import (
    CallableType,
    Instance,
    NoneType,
    TupleType,
    Type,
    TypedDictType,
    UnionType,
    get_proper_type,
)

from owned_mypy import names
from owned_mypy.classes import has_consuming_method
from owned_mypy.digest import catalogue, installed_version, version
from owned_mypy.tree import statements
from owned_mypy.types import wrapped

FORMAT: Final = 2
VERBS: Final = {f"owned.verbs.{verb}": verb for verb in ("borrow", "borrow_mut", "deref")}
KINDS: Final = {names.OWNED: "Owned", names.BOX: "Box"}
_PLAIN_NAMES: Final = (*sorted(names.PLAIN), *sorted(names.PLAIN_CONTAINERS))

Site = tuple[int, int, int, int, str, str, bool, bool]
"""Where a call begins and ends, the verb, the kind of its argument, whether its value is certainly no handle, and
whether the value may have methods that consume it."""


def proof_path(source: str) -> str:
    """Give the place of a source file's proof."""
    folder, name = os.path.split(source)
    return os.path.join(folder, "__pycache__", f"{name.removesuffix('.py')}.owned-proof")


def edition() -> str:
    """Give what has to be the same when the proof is used: the installed version, and a digest of the rules."""
    with open(catalogue(), "rb") as file:
        return f"{installed_version()}+{hashlib.sha256(file.read()).hexdigest()[:16]}"


def seal(proof: dict[str, Any]) -> str:
    """Digest everything else in a proof."""
    return hashlib.sha256(json.dumps(proof, sort_keys=True).encode()).hexdigest()


class Proofs:
    """What is known about the modules of this run: who failed, and where the verbs of the others stand.

    Which modules have been proven is remembered beside mypy's cache: mypy must not take one from there whose proof has
    been lost.
    """

    def __init__(self) -> None:
        self._wanted = False
        self._began = 0
        self._failed: set[str] = set()
        self._sites: dict[str, tuple[TypeChecker, set[Site]]] = {}
        self._memory: str | None = None
        self._proven: set[str] = set()

    def begin(self, options: Options, began: int) -> None:
        """A run begins that is to write proofs; in the daemon nothing is written."""
        self.stop()
        self._wanted = not options.fine_grained_incremental
        self._began = began
        if options.cache_dir != os.devnull:
            version_folder = "{}.{}".format(*options.python_version)
            self._memory = os.path.join(options.cache_dir, version_folder, "owned_mypy.proven")
            with suppress(OSError), open(self._memory, encoding="utf-8") as file:
                for line in file.read().split():
                    (self._proven.add if line[0] == "+" else self._proven.discard)(line[1:])

    def stop(self) -> None:
        """Forget the run before."""
        self._wanted = False
        self._failed.clear()
        self._sites.clear()
        self._proven.clear()
        self._memory = None

    def configuration(self, module: str, path: str) -> object:
        """What mypy's cache remembers of a module, so that it checks one again whose proof is asked for, or lost."""
        if not _may_be_proven(module, path):
            return None
        return module not in self._proven or _is_ours(proof_path(path))

    def fail(self, checker: TypeChecker) -> None:
        """A module has not passed."""
        name = checker.tree.fullname
        if name not in self._failed:
            self._failed.add(name)
            with suppress(OSError):
                os.unlink(proof_path(checker.path))
            if name in self._proven:
                self._remember(name, "-")

    def _remember(self, module: str, sign: str) -> None:
        (self._proven.add if sign == "+" else self._proven.discard)(module)
        if self._memory is not None:
            os.makedirs(os.path.dirname(self._memory), exist_ok=True)
            with suppress(OSError), open(self._memory, "ab") as file:  # in one piece: several workers may write
                file.write(f"{sign}{module}\n".encode())

    def note(self, checker: TypeChecker) -> None:
        """Note the verbs that mypy has just typed."""
        if self._wanted and _may_be_proven(checker.tree.fullname, checker.path) and _imports_owned(checker.tree):
            _, found = self._sites.setdefault(checker.tree.fullname, (checker, set()))
            found.update(_sites(checker))

    def conclude(self, module: str) -> None:
        """A module is through: write its proof, or remove it."""
        if module not in self._sites:
            return
        checker, sites = self._sites.pop(module)
        if checker.tree.fullname in self._failed or _has_errors(checker):
            self.fail(checker)
            return
        with suppress(OSError):
            self._write(checker, sorted(sites))

    def _write(self, checker: TypeChecker, sites: list[Site]) -> None:
        if os.stat(checker.path).st_mtime_ns > self._began:
            return  # Changed while mypy ran: nobody knows what it has read.
        with open(checker.path, "rb") as file:
            source = hashlib.sha256(file.read()).hexdigest()
        proof = {
            "format": FORMAT,
            "module": checker.tree.fullname,
            "source": source,
            "edition": edition(),
            "checker": version(),
            "sites": sites,
        }
        place = proof_path(checker.path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        temporary = f"{place}.{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({**proof, "seal": seal(json.loads(json.dumps(proof)))}, file)
        os.replace(temporary, place)
        if checker.tree.fullname not in self._proven:
            self._remember(checker.tree.fullname, "+")


PROOFS: Final = Proofs()


def _is_ours(proof: str) -> bool:
    """Is there a proof, and did this version of the checker write it?"""
    try:
        with open(proof, "rb") as file:
            return f'"checker": "{version()}"'.encode() in file.read()
    except OSError:
        return False


def _imports_owned(tree: MypyFile) -> bool:
    for statement in tree.imports:
        if isinstance(statement, ImportFrom) and statement.id == "owned":
            return True
        if isinstance(statement, Import) and any(name == "owned" for name, _ in statement.ids):
            return True
    return False


def _may_be_proven(module: str, path: str) -> bool:
    return path.endswith(".py") and module.partition(".")[0] not in ("owned", "owned_mypy")


def _has_errors(checker: TypeChecker) -> bool:
    errors = checker.msg.errors
    if checker.options.ignore_errors or checker.path in errors.ignored_files:
        return True
    return any(info.severity == "error" for info in errors.error_info_map.get(errors.file, ()))


def _sites(checker: TypeChecker) -> set[Site]:
    found: set[Site] = set()
    uncertain = _lines_checked_several_times(checker.tree)
    types = checker._type_maps[0]
    for call, made in types.items():
        if not isinstance(call, CallExpr) or not call.args or not isinstance(call.callee, RefExpr):
            continue
        verb = VERBS.get(call.callee.fullname) or KINDS.get(call.callee.fullname)
        if verb is None or call.line in uncertain or call.end_line is None or call.end_column is None:
            continue
        if verb in VERBS.values():
            owner = types.get(call.args[0]) if len(call.args) == 1 else None
            kind = _kind(checker, owner, verb)
        else:
            owner, kind = made, verb
        if owner is not None and kind is not None:
            known = _is_no_handle(wrapped(owner)), _may_be_consumed(wrapped(owner))
            found.add((call.line, call.column, call.end_line, call.end_column, verb, kind, *known))
    return found


def _kind(checker: TypeChecker, given: Type | None, verb: str) -> str | None:
    proper = get_proper_type(given) if given is not None else None
    if not isinstance(proper, Instance) or proper.type.fullname not in KINDS:
        return None
    if verb == "borrow_mut" and (not proper.args or _may_be_plain(checker, proper.args[0])):
        return None  # What can only be changed by exchange is lent as a guard, at every level.
    return KINDS[proper.type.fullname]


def _is_no_handle(type_: Type | None) -> bool:
    proper = get_proper_type(type_) if type_ is not None else None
    if isinstance(proper, UnionType):
        return all(_is_no_handle(item) for item in proper.items)
    if isinstance(proper, (NoneType, TupleType, TypedDictType)):
        return True
    if not isinstance(proper, Instance) or proper.type.is_protocol or proper.type.fullname == "builtins.object":
        return False
    return not any(base.fullname.startswith("owned.") for base in proper.type.mro)


def _may_be_consumed(type_: Type | None) -> bool:
    proper = get_proper_type(type_) if type_ is not None else None
    return not isinstance(proper, Instance) or has_consuming_method(proper.type)


def _may_be_plain(checker: TypeChecker, type_: Type) -> bool:
    proper = get_proper_type(type_)
    if not isinstance(proper, Instance) or proper.type.is_protocol or proper.type.is_enum:
        return True
    return any(
        base.fullname == proper.type.fullname for name in _PLAIN_NAMES for base in checker.named_type(name).type.mro
    )


def _lines_checked_several_times(tree: MypyFile) -> set[int]:
    # Once for each value that a type variable may have; only the last types are known.
    lines: set[int] = set()
    for statement in statements(tree.defs):
        if isinstance(statement, FuncDef) and isinstance(statement.type, CallableType):
            if any(getattr(variable, "values", None) for variable in statement.type.variables):
                lines.update(range(statement.line, (statement.end_line or statement.line) + 1))
    return lines
