"""The words: a headline for what was found, the other places that matter, and one thing to try.

Everything a user reads about a violation is written here; `violation` has the facts.
"""

from __future__ import annotations

from typing_extensions import assert_never

from owned_mypy.diagnostic import Diagnostic
from owned_mypy.ir import Access, Body, Exit, Lend, MoveBy, Place, Role, Way
from owned_mypy.violation import Lent, MovedAt, Reason, Violation

_MOST_MOVES = 3
"""How many of the moves that reach a use are named."""


def explain(body: Body, violation: Violation) -> Diagnostic:
    """Put a violation into words."""
    words = _Words(body, violation)
    span = violation.span
    return Diagnostic(
        violation.rule,
        span.line,
        span.column,
        span.end_line,
        span.end_column,
        f"{words.headline()} ({violation.code})",
        (*words.notes(), f"help: {words.remedy()}"),
    )


class _Words:
    """The sentences for one violation."""

    def __init__(self, body: Body, violation: Violation) -> None:
        self.body = body
        self.violation = violation
        self.name = self.describe(violation.place)

    def describe(self, place: Place | None) -> str:
        return self.body.describe(place) if place is not None else self.violation.subject

    # --- the headline

    def headline(self) -> str:
        found, name = self.violation, self.name
        match found.reason:
            case Reason.USE_OF_MOVED:
                whole = self.describe(min((move.place for move in found.moves), key=lambda place: len(place.path)))
                return f'use of moved value: "{whole}"'
            case Reason.USE_OF_PARTLY_MOVED:
                return f'use of partly moved value: "{name}"'
            case Reason.ASSIGN_TO_PART_OF_MOVED:
                return f'assignment to part of moved value: "{name}"'
            case Reason.UNBOUND:
                return f'use of a variable that may be unbound: "{name}"'
            case Reason.MOVED_WHILE_BORROWED:
                return f'cannot move "{name}" while it is borrowed'
            case Reason.MOVED_OUT:
                return f'cannot move "{name}" out of {_way(found.way)}'
            case Reason.TWO_EXCLUSIVE | Reason.EXCLUSIVE_OVER_SHARED:
                state = "borrowed exclusively" if found.reason is Reason.TWO_EXCLUSIVE else "borrowed"
                if found.access is Access.WRITE and found.what:
                    return f'cannot change "{name}" with "{found.what}" while it is {state}'
                if found.access is not None:
                    return f'cannot change "{name}" while it is {state}'
                return f'cannot borrow "{name}" exclusively: it is already {state}'
            case Reason.SHARED_OVER_EXCLUSIVE:
                return f'cannot borrow "{name}": it is already borrowed exclusively'
            case Reason.USED_WHILE_EXCLUSIVE:
                verb = "read" if found.access is Access.COPY else "use"
                return f'cannot {verb} "{name}" while it is borrowed exclusively'
            case Reason.ASSIGNED_WHILE_BORROWED:
                return f'cannot assign to "{name}" while it is borrowed'
            case Reason.OWNER_ENDS_FIRST:
                return f'"{name}" does not live long enough: its owner is dropped while it is borrowed'
            case Reason.TEMPORARY_ENDS_FIRST:
                return "a temporary owner is dropped while it is borrowed"
            case Reason.LEAVES_FUNCTION:
                return self.leaves_function()
            case Reason.LEAVES_THROUGH_CAPTURE:
                if found.lent is None:
                    return "this closure leaves the block of a view that it captures"
                return f'this closure leaves the function, but it borrows "{name}", which ends with the function'
            case Reason.CALLERS_BORROW_KEPT:
                return f'a borrow that belongs to the caller is kept: "{name}"'
            case Reason.VIEW_KEPT:
                return f'a view is kept in "{name}", which outlives its block'
            case Reason.VIEW_ENDED:
                return f'the view "{name}" is used after its block has ended'
            case Reason.PART_OF_ENDED:
                return f'use of "{name}", which was read through a borrow that has ended'
            case Reason.ELEMENT_ENDED:
                return f'the view "{name}" is used after its collection was changed'
            case Reason.ASSIGNED_THROUGH_SHARED:
                return f'cannot assign to "{name}": it is reached through {_way(found.way)}'
            case Reason.MUTATED_THROUGH_SHARED:
                how = f' with "{found.what}"' if found.what else ""
                return f'cannot change "{name}"{how}: it is reached through {_way(found.way)}'
            case Reason.TYPE_FAULT:
                return self.type_fault()
            case _:
                assert_never(found.reason)

    def leaves_function(self) -> str:
        found = self.violation
        verb = "yield" if found.exit is Exit.YIELD else "return"
        if found.exit in (Exit.RETURN, Exit.YIELD):
            if found.lent is None:
                return f"cannot {verb} a view: it ends with its block"
            return f'cannot {verb} a borrow of "{self.name}", which ends with this function'
        return f'"{self.name}" does not live long enough: the borrow is kept beyond this function'

    def type_fault(self) -> str:
        found, name = self.violation, self.violation.subject
        match found.rule:
            case "not-send":
                return f'"{name}" cannot be handed to another thread or process'
            case "missing-move":
                return f'"{name}" is handed on inside its "with" block without "move": the block still drops it'
            case _:
                return f'the result of "{name}" is not used: what it owns or borrows ends at once'

    # --- the other places

    def notes(self) -> list[str]:
        found = self.violation
        notes = [self.moved(move) for move in found.moves[:_MOST_MOVES]]
        if found.reason is Reason.UNBOUND:
            notes.append(f'"{self.name}" is not assigned on every path that leads here')
        if found.lent is not None:
            notes.append(self.lent(found.lent))
        if found.previous_iteration:
            notes.append("the borrow of the previous iteration of the loop is still alive")
        return notes

    def moved(self, move: MovedAt) -> str:
        is_value = not move.place.path and self.violation.reason is not Reason.PART_OF_ENDED
        what = "value" if is_value else f'"{self.body.describe(move.place)}"'
        line = move.span.line
        text = f"{what} {_moved_by(move, line)}"
        if move.previous_iteration:
            text += ", in the previous iteration of the loop"
        elif move.arms:
            arm = move.arms[-1]
            text += f", when the {_branch(arm.text)} on line {arm.line} {arm.text}"
        return text

    def lent(self, lent: Lent) -> str:
        name, line = self.body.describe(lent.place), lent.span.line
        kind = "exclusive" if lent.exclusive else "shared"
        if self.violation.reason is Reason.VIEW_ENDED:
            return f'"{name}" is a view of the block that begins on line {line}'
        if self.violation.reason is Reason.ELEMENT_ENDED:
            return f'"{name}" was changed on line {line}, and what had been read of its elements has ended'
        if self.violation.reason is Reason.OWNER_ENDS_FIRST:
            holder = f'; "{lent.holder}" still holds the borrow' if lent.holder else ""
            return f"the owner that is bound on line {line} is dropped at the end of its block{holder}"
        if self.violation.reason is Reason.TEMPORARY_ENDS_FIRST:
            holder = f'; "{lent.holder}" still holds the borrow' if lent.holder else ""
            return f"the owner has no name, so that it is dropped at the end of the statement{holder}"
        if lent.by is Lend.CAPTURE:
            closure = f'"{lent.holder}"' if lent.holder else "a closure"
            return f'{closure} has captured "{name}" on line {line} and borrows it for as long as the closure lives'
        if lent.by is Lend.ITERATION:
            return f'the loop on line {line} borrows "{name}" until it is left'
        text = f'{kind} borrow of "{name}" begins on line {line}'
        if lent.holder is not None:
            return f'{text}, and "{lent.holder}" keeps it alive'
        return f'{text} and lasts until the end of its "with" block' if lent.until_block_end else f"{text} and goes on"

    # --- the remedy

    def remedy(self) -> str:
        found, name = self.violation, self.name
        match found.reason:
            case Reason.USE_OF_MOVED | Reason.USE_OF_PARTLY_MOVED | Reason.ASSIGN_TO_PART_OF_MOVED:
                return self.remedy_for_move(found.moves[0])
            case Reason.UNBOUND:
                return f'assign "{name}" before the branch, or on every path'
            case (
                Reason.MOVED_WHILE_BORROWED
                | Reason.TWO_EXCLUSIVE
                | Reason.EXCLUSIVE_OVER_SHARED
                | Reason.SHARED_OVER_EXCLUSIVE
                | Reason.USED_WHILE_EXCLUSIVE
                | Reason.ASSIGNED_WHILE_BORROWED
            ):
                return self.remedy_for_conflict(found.lent)
            case Reason.MOVED_OUT:
                return self.remedy_for_move_out()
            case Reason.OWNER_ENDS_FIRST:
                return "end the borrow inside the block, or let the owner live in an outer one"
            case Reason.TEMPORARY_ENDS_FIRST:
                return "bind the owner to a name of its own first"
            case Reason.LEAVES_FUNCTION | Reason.LEAVES_THROUGH_CAPTURE:
                return "hand out the owner itself, or a value that was copied out of it"
            case Reason.CALLERS_BORROW_KEPT:
                return "take an owner (or an `Rc`) as the parameter, or keep a copy of the value"
            case Reason.PART_OF_ENDED:
                return "use it before the borrow ends, or copy out of it what is needed later"
            case Reason.ELEMENT_ENDED:
                return "use it before the collection is changed, or look the element up again"
            case Reason.VIEW_ENDED | Reason.VIEW_KEPT:
                return "use it inside the block, or copy out of it what is needed later"
            case Reason.ASSIGNED_THROUGH_SHARED | Reason.MUTATED_THROUGH_SHARED:
                if found.way is Way.SHARED:
                    return "put a `RefCell` or a `Mutex` into the shared owner, and change what is in there"
                return "borrow it with `borrow_mut`, or take a `RefMut` as the parameter"
            case Reason.TYPE_FAULT:
                return self.remedy_for_type_fault()
            case _:
                assert_never(found.reason)

    def remedy_for_move(self, move: MovedAt) -> str:
        name = self.body.describe(move.place)
        if move.previous_iteration:
            return f'make a new value for "{name}" in each iteration, or move it after the loop'
        match move.by:
            case MoveBy.CALL | MoveBy.METHOD:
                if move.by is MoveBy.CALL and move.what:
                    return f'lend it instead, "{move.what}(borrow({name}))", or pass "clone({name})" if both need it'
                return f'use "{name}" before that call, or make a new one'
            case MoveBy.DROP | MoveBy.SCOPE_END:
                return f'use "{name}" before it is dropped, or drop it later'
            case MoveBy.CAPTURE:
                return f'let the closure take "clone({name})", or use "{name}" before the closure is made'
            case MoveBy.CLOSURE_CALL:
                return f'call "{name}" once: it consumes what it has captured'
            case MoveBy.ASSIGNMENT:
                return f'use the new name, or assign "clone({name})"'
            case MoveBy.RETURN | MoveBy.YIELD | MoveBy.STORE | MoveBy.MOVE | MoveBy.VERB:
                return f'use "{name}" before it is moved, or move "clone({name})"'
            case _:
                assert_never(move.by)

    def remedy_for_conflict(self, lent: Lent | None) -> str:
        if lent is not None and lent.by is Lend.ITERATION:
            return "make the change after the loop, or iterate over a copy"
        if lent is not None and lent.holder is not None:
            return f'end the borrow first: "{self.ending(lent.holder)}"'
        if lent is not None and lent.until_block_end:
            return f'do this after the "with" block of line {lent.span.line}'
        return 'give the first borrow a statement or a "with" block of its own, so that it ends before'

    def ending(self, holder: str) -> str:
        """How to end the borrow that a variable holds: only guards can be dropped."""
        roles = {local.role for local in self.body.locals if local.name == holder}
        return f"drop({holder})" if roles & {Role.REF, Role.REF_MUT} else f"del {holder}"

    def remedy_for_move_out(self) -> str:
        name = self.name
        match self.violation.way:
            case Way.SELF:
                return f'take it with "replace" or "take", give "clone({name})", or mark the method "@consuming"'
            case Way.SHARED:
                return f'give "clone({name})", or unwrap the shared owner while it is the only one'
            case Way.ELEMENT:
                return 'take it out with "remove", "swap_remove" or "take", or give a "clone" of it'
            case Way.CALLER:
                return f'annotate the parameter as an owner, or leave something in the place of "{name}" with "replace"'
            case _:
                return f'give "clone({name})", or leave something in its place with "replace" or "take"'

    def remedy_for_type_fault(self) -> str:
        found, name = self.violation, self.violation.subject
        match found.rule:
            case "not-send":
                return "share an `Arc` instead" if name == "Rc" else "hand over the owner itself, with `move`"
            case "missing-move":
                return f'write "move({name})"'
            case _:
                return "bind it to a name, or in a `with`"


def _way(way: Way | None) -> str:
    match way:
        case Way.REF | Way.REF_MUT:
            return "a borrow" if way is Way.REF_MUT else "a shared borrow"
        case Way.SHARED:
            return "a shared owner"
        case Way.SELF:
            return '"self", which the method only borrows'
        case Way.CALLER:
            return "a parameter that the caller owns"
        case Way.ELEMENT:
            return "a collection, which only lends its elements"
        case None:
            return "a borrow"
        case _:
            assert_never(way)


def _branch(text: str) -> str:
    return {"matches": "case", "runs its body": "loop"}.get(text, "condition")


def _moved_by(move: MovedAt, line: int) -> str:
    match move.by:
        case MoveBy.CALL:
            return f'moved on line {line} by this call to "{move.what}"'
        case MoveBy.METHOD:
            return f'moved on line {line} by the method "{move.what}", which consumes it'
        case MoveBy.ASSIGNMENT:
            return f"moved on line {line} by this assignment"
        case MoveBy.RETURN:
            return f"moved on line {line} by this return"
        case MoveBy.YIELD:
            return f"moved on line {line} by this yield"
        case MoveBy.STORE:
            return f"moved on line {line} into " + (f'"{move.what}", which keeps it' if move.what else "what keeps it")
        case MoveBy.MOVE | MoveBy.VERB:
            return f'moved on line {line} by "{move.what}"'
        case MoveBy.DROP:
            return f"dropped on line {line}"
        case MoveBy.CAPTURE:
            return f"moved on line {line} into this closure"
        case MoveBy.CLOSURE_CALL:
            return f"moved on line {line} by this call, which consumes what the closure has captured"
        case MoveBy.SCOPE_END:
            return f'dropped at the end of the "with" block of line {line}'
        case _:
            assert_never(move.by)
