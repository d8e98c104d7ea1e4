"""From a function or module of mypy's tree to what is wrong with it, in words."""

from __future__ import annotations

from mypy.nodes import FuncDef, MypyFile

from owned_mypy.check import check_body
from owned_mypy.diagnostic import Diagnostic
from owned_mypy.lower import lower_function, lower_module
from owned_mypy.messages import explain
from owned_mypy.types_source import TypeSource


def check_function(node: FuncDef | MypyFile, types: TypeSource) -> list[Diagnostic]:
    """Everything that is wrong in a function with its nested functions, or in a module's top level."""
    bodies = lower_module(node, types) if isinstance(node, MypyFile) else lower_function(node, types)
    return [explain(body, violation) for body in bodies for violation in check_body(body)]
