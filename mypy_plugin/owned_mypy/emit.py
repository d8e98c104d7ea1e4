"""Diagnostics as mypy's errors and notes, each under a code of its own."""

from mypy.checker import TypeChecker
from mypy.nodes import EllipsisExpr, Expression

from owned_mypy.diagnostic import Diagnostic
from owned_mypy.error_codes import ERROR_CODES, OWNED
from owned_mypy.proofs import PROOFS


def emit(checker: TypeChecker, diagnostic: Diagnostic) -> None:
    """Report a diagnostic through the checker of its module; its notes stand at the same position."""
    PROOFS.fail(checker)
    code = ERROR_CODES[diagnostic.slug]
    place = _place(diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column)
    checker.fail(diagnostic.message, place, code=code)
    for note in diagnostic.notes:
        checker.note(note, place, code=code)


def emit_internal_error(checker: TypeChecker, name: str, line: int, error: Exception) -> None:
    """Ask to report that the checker itself failed in one function; the function stays unchecked."""
    PROOFS.fail(checker)
    what = f"{type(error).__name__}: {' '.join(str(error).split())}"
    text = f'internal error in the ownership checker while checking "{name}": {what}'
    checker.note(f"{text}; the function was not checked; please report this", _place(line, 0, None, None), code=OWNED)


def _place(line: int, column: int, end_line: int | None, end_column: int | None) -> Expression:
    # An expression, because mypy honours `# type: ignore` on every line of an expression and on the first of anything else.
    place = EllipsisExpr()
    place.set_line(line, column, end_line or line, end_column)
    return place
