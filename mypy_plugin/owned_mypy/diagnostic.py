"""What the checker reports: plain data, known to the analyses and to mypy's side alike."""

from owned_mypy.records import record


@record(eq=True)
class Diagnostic:
    """One violation in words, at the place where it is reported."""

    slug: str
    line: int
    column: int
    end_line: int | None
    end_column: int | None
    message: str
    notes: tuple[str, ...]
