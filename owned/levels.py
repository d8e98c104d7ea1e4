"""The cost level: how much is checked and remembered, chosen once by the environment variable `OWNED`.

* `trace`: everything, with whole histories in every error;
* `check`: everything; errors name the creation and the last move, drop and borrows. The default;
* `fast`: moves, borrows and drops; borrow blocks hand out bare values;
* `off`: scopes and drops alone.
"""

from __future__ import annotations

import enum
import os
import warnings


class Level(enum.Enum):
    """How much is checked and remembered."""

    TRACE = "trace"
    CHECK = "check"
    FAST = "fast"
    OFF = "off"


def level_of(text: str) -> Level:
    """Read a level; of anything else warn, naming the levels there are, and give `check`.

    >>> level_of("trace")
    <Level.TRACE: 'trace'>
    >>> level_of("")
    <Level.CHECK: 'check'>
    """
    try:
        return Level(text.strip().lower() or "check")
    except ValueError:
        known = ", ".join(level.value for level in Level)
        warnings.warn(f"OWNED={text!r} is not a level: use one of {known}; check is used", RuntimeWarning, stacklevel=2)
        return Level.CHECK


LEVEL = level_of(os.environ.get("OWNED", ""))
"""The level of this process."""

OFF = LEVEL is Level.OFF
"""Is it `off`? For hot paths: before Python 3.12 to name a member of an enumeration costs as much as several calls."""

REPORT = os.environ.get("OWNED_REPORT", "0") not in ("", "0")
"""Is the report on the accounts to be printed at exit?"""
