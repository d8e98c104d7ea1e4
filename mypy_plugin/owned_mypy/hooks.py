"""The plugin as mypy sees it: a table from the names that mypy asks about to what answers."""

from collections.abc import Callable
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import MypyFile
from mypy.options import Options
from mypy.plugin import (
    AnalyzeTypeContext,
    AttributeContext,
    ClassDefContext,
    FunctionSigContext,
    MethodSigContext,
    Plugin,
)
from mypy.types import FunctionLike, Type

from owned_mypy.attributes import Attributes, method_signature_hook
from owned_mypy.classes import describe_class
from owned_mypy.module_pass import check_module
from owned_mypy.schedule import TURN, Schedule
from owned_mypy.wake import Waker
from owned_mypy.writes import Writes

# Newer mypy checks a module's interface (top level and class bodies) first and its functions in a second phase.
_MAY_CONSUME: Final = frozenset({"owned", "consuming"})
TWO_PHASES: Final = hasattr(TypeChecker, "check_partial_impl")


class OwnershipPlugin(Plugin):
    """Asks for the ownership pass over every module, and answers for what is reached through handles."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._schedule = Schedule(_may_use_handles, self._check)
        self._waker = Waker()
        self._writes = Writes()
        self._attributes = Attributes(self._writes)
        self._top_level_done: set[str] = set()

    def _check(self, checker: TypeChecker) -> None:
        self._writes.report(checker)
        name = checker.tree.fullname
        if TWO_PHASES and not checker.recurse_into_functions:
            self._top_level_done.add(name)
            check_module(checker, top_level=True, functions=False)
        else:
            check_module(checker, top_level=name not in self._top_level_done, functions=True)

    def get_additional_indirect_deps(self, file: MypyFile) -> set[str]:
        """Called when both phases of a module are over."""
        self._top_level_done.discard(file.fullname)
        return set()

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        if fullname == TURN:
            return self._schedule.take_turn
        self._schedule.ask()
        return None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        self._schedule.ask()
        return method_signature_hook(fullname) if fullname.startswith("owned.") else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        self._schedule.ask()
        return self._attributes.hook(fullname) if fullname.startswith("owned.") else None

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        return self._waker.hook() if fullname.startswith("owned.") else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        module = self._modules.get(fullname.rpartition(".")[0]) if self._modules else None
        if module is not None and module.is_stub and not module.names.keys() & _MAY_CONSUME:
            return None  # a stub has no bodies to read
        return describe_class


def _may_use_handles(checker: TypeChecker) -> bool:
    return "owned" in checker.modules and not checker.is_stub
