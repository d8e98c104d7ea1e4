"""Words for what was found: a headline, the other places, and one thing to try."""
from __future__ import annotations
from owned_mypy.diagnostic import Diagnostic
from owned_mypy.ir import Body
from owned_mypy.violation import Violation

def explain(body: Body, v: Violation) -> Diagnostic:
    subject = f'"{body.describe(v.place)}"' if v.place is not None else f'"{v.subject}"'
    s = v.span
    return Diagnostic(v.rule, s.line, s.column, s.end_line, s.end_column, f"{v.reason.value}: {subject} ({v.code})", ())
