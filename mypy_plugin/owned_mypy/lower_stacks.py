"""`contextlib.ExitStack`: what it has entered ends with its block, as what a `with` of its own would bind.

A stack whose contents are handed on with `pop_all` is left to the run time.
"""

from __future__ import annotations

from typing import Final

from mypy.nodes import NameExpr, Var
from mypy.types import Instance, Type, get_proper_type

from owned_mypy.ir import Assign, BindView, Block, EndView, Place, Span
from owned_mypy.lower_context import Bound, Context, Value
from owned_mypy.names import HandleKind
from owned_mypy.types import gives_view

_STACKS: Final = frozenset({"contextlib.ExitStack", "contextlib.AsyncExitStack"})
_ENTERING: Final = frozenset(f"{stack}.enter_context" for stack in _STACKS)
_HANDING_ON: Final = frozenset(f"{stack}.pop_all" for stack in _STACKS)


def begin_stack(ctx: Context, target: NameExpr, type: Type | None, leave: Block) -> None:
    """`with ExitStack() as stack:` begins; its block ends what the stack enters."""
    proper = get_proper_type(type) if type is not None else None
    if isinstance(proper, Instance) and proper.type.fullname in _STACKS and isinstance(target.node, Var):
        ending = Block()
        leave.nodes.append(ending)
        ctx.stacks[ctx.variables[target.node]] = Bound(target, ending, 0, Block())


def enter_in_stack(
    ctx: Context, fullname: str, receiver: Value | None, given: Value | None, type: Type | None, span: Span
) -> Value | None:
    """What `stack.enter_context(given)` gives, if the stack's block is known."""
    at = receiver.at if receiver is not None else None
    stack = ctx.stacks.get(at.local) if at is not None and not at.path else None
    if stack is None or at is None:
        return None
    if fullname in _HANDING_ON:
        stack.leave.nodes.clear()
        del ctx.stacks[at.local]
        return None
    if fullname not in _ENTERING or given is None:
        return None
    if given.handle in (HandleKind.OWNER, HandleKind.SHARED_OWNER):
        if given.place is not None and not given.place.path:
            ctx.bind_to_block(given.place.local, stack.leave, span, on_this_path=True)
        result = ctx.result(type, span, given.temp)
        if result.temp is not None:
            ctx.left_to_scope[result.temp] = stack
        return result
    if given.handle in (HandleKind.REF, HandleKind.REF_MUT) and given.temp is not None and gives_view(type):
        result = Value(type, span, temp=ctx.temp(span))
        token = ctx.new_token()
        ctx.carry(given.temp, at.local)
        assert result.temp is not None
        ctx.emit(BindView(given.temp, Place(result.temp), token, given.handle is HandleKind.REF_MUT, span))
        stack.leave.nodes.append(Assign(at.then(), None, span))
        stack.leave.nodes.append(EndView(given.temp, token, span))
        return result
    return None
