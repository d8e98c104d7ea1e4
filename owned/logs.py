"""The logger `owned`: leaks are warnings, refusals information, and at level `trace` every event is debugging output.

It has a `NullHandler`, as loggers of libraries have. Where nobody has imported `logging`, nobody can have said what to
do with records; so nothing is done, and importing us does not import it.
"""

from __future__ import annotations

import sys
from typing import Any

_prepared: list[Any] = []


def logger() -> Any:
    """Give the logger `owned`, or nothing as long as the program has not imported `logging`."""
    if _prepared:
        return _prepared[0]
    logging: Any = sys.modules.get("logging")
    if logging is None or not hasattr(logging, "NullHandler") or sys.is_finalizing():
        return None
    found = logging.getLogger(__name__.partition(".")[0])
    found.addHandler(logging.NullHandler())
    _prepared.append(found)
    return found


def log(level: str, message: str) -> None:
    """Log a message, if anybody has configured logging. Logging that fails is no reason to fail."""
    found = logger()
    if found is not None:
        number = {"DEBUG": 10, "INFO": 20, "WARNING": 30}[level]
        if found.isEnabledFor(number):
            found.log(number, "%s", message)
