"""What the lowering is given beside a function: the types of its expressions, and where it stands."""

from collections.abc import Callable

from mypy.nodes import Expression, MypyFile, TypeInfo
from mypy.options import Options
from mypy.types import Type

from owned_mypy.records import record


@record(eq=True)
class TypeSource:
    """The typed surroundings of one function or module top level."""

    type_of: Callable[[Expression], Type | None]  # None where mypy never came: unreachable code
    module: str
    tree: MypyFile
    enclosing_class: TypeInfo | None
    options: Options
