"""The mypy plugin: a borrow checker for Python objects.

    [tool.mypy]
    plugins = ["owned_mypy"]

mypy asks this module for `plugin` and `__version__`; everything else is loaded when it does, so that the analyses can
be used where mypy is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy.plugin import Plugin


def plugin(version: str) -> type[Plugin]:
    """Give mypy the plugin's class; mypy calls this once per process with its own version."""
    from owned_mypy.dormant import DormantPlugin

    return DormantPlugin


def __getattr__(name: str) -> str:
    if name == "__version__":
        from owned_mypy.digest import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
