"""The plugin at work: from the names that mypy asks about to what answers.

mypy asks at every call, attribute, type and class of every module. What only modules with handles need, most of this
package, is loaded when mypy comes to the first of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from mypy.checker import TypeChecker
from mypy.nodes import MypyFile
from mypy.plugin import (
    AttributeContext,
    ClassDefContext,
    FunctionSigContext,
    MethodSigContext,
    Plugin,
    ReportConfigContext,
)
from mypy.types import FunctionLike, Type

from owned_mypy.asked_classes import AskedClasses
from owned_mypy.class_metadata import describe_class, note_consuming_methods
from owned_mypy.class_reading import READER
from owned_mypy.schedule import TURN, Schedule
from owned_mypy.wake import Waker

if TYPE_CHECKING:
    from owned_mypy.attributes import Attributes

OURS: Final = "owned."
OWNER_DECORATOR: Final = "owned.fields.owner"
# Newer mypy checks a module's interface (top level and class bodies) first and its functions in a second phase.
TWO_PHASES: Final = hasattr(TypeChecker, "check_partial_impl")
_MAY_CONSUME: Final = frozenset({"owned", "consuming"})


class OwnershipPlugin(Plugin):
    """Asks for the ownership pass over every module, and answers for what is reached through handles.

    While mypy has not come to `owned`, there is nothing to answer.
    """

    _proofs: bool

    def wake(self, asked: AskedClasses, modules: dict[str, MypyFile]) -> None:
        """Begin, as one that was dormant until now."""
        self._asked = asked
        if not self._proofs and "owned_mypy.proofs" in sys.modules:
            from owned_mypy.proofs import PROOFS

            PROOFS.stop()
        self._schedule = Schedule(_may_use_handles, self._check)
        # Asked for every name in every annotation: a function of Python's would take five times as long to say no.
        self.get_type_analyze_hook = Waker().hooks.get  # type: ignore[assignment, method-assign]
        self._lazy_attributes: Attributes | None = None
        self._top_level_done: set[str] = set()
        self.set_modules(modules)

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """Called before modules are analysed, with what will hold them."""
        super().set_modules(modules)
        self._known: Mapping[str, MypyFile] = modules
        READER.look_in(modules, self._asked)

    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """Called for every module that mypy writes to its cache."""
        if not self._proofs:
            return None
        from owned_mypy.proofs import PROOFS

        return PROOFS.configuration(ctx.id, ctx.path)

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        """Called for every call of a function or class."""
        if "owned" not in self._known:
            return None
        if fullname == TURN:
            return self._schedule.take_turn
        self._schedule.ask()
        if fullname.startswith(OURS):
            from owned_mypy.field_types import FIELD_MOVES, exact_field

            return exact_field if fullname in FIELD_MOVES else None
        return None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Called for every call of a method and every operator."""
        if "owned" not in self._known:
            return None
        self._schedule.ask()
        return self._attributes.method_hook(fullname) if fullname.startswith(OURS) else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Called for every attribute that is not a method."""
        if "owned" not in self._known:
            return None
        self._schedule.ask()
        return self._attributes.hook(fullname) if fullname.startswith(OURS) else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Called for every class."""
        if fullname in self._asked:
            return describe_class
        if "owned" not in self._known:
            return None
        module = self._known.get(fullname.rpartition(".")[0])
        if module is not None and module.is_stub and not module.names.keys() & _MAY_CONSUME:
            return None
        return note_consuming_methods

    def get_class_decorator_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Called for every decorated class."""
        if fullname != OWNER_DECORATOR:
            return None
        from owned_mypy.owning_classes import add_blocks

        return add_blocks

    def get_additional_indirect_deps(self, file: MypyFile) -> set[str]:
        """Called when both phases of a module are over."""
        self._top_level_done.discard(file.fullname)
        if self._proofs:
            from owned_mypy.proofs import PROOFS

            PROOFS.conclude(file.fullname)
        return set()

    def _check(self, checker: TypeChecker) -> None:
        from owned_mypy.module_pass import check_module
        from owned_mypy.proofs import PROOFS

        if self._lazy_attributes is not None:
            self._lazy_attributes.report_writes(checker)
        name = checker.tree.fullname
        if TWO_PHASES and not checker.recurse_into_functions:
            self._top_level_done.add(name)
            check_module(checker, top_level=True, functions=False)
        else:
            check_module(checker, top_level=name not in self._top_level_done, functions=True)
            if not TWO_PHASES:
                PROOFS.conclude(name)

    @property
    def _attributes(self) -> Attributes:
        from owned_mypy.attributes import Attributes

        if self._lazy_attributes is None:
            self._lazy_attributes = Attributes()
        return self._lazy_attributes


def _may_use_handles(checker: TypeChecker) -> bool:
    if "owned" not in checker.modules or checker.is_stub:
        return False
    # Where mypy drops every report, as in packages that it only follows, there is nobody to report to.
    return not checker.options.ignore_errors and checker.path not in checker.errors.ignored_files
