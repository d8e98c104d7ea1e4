"""Processes: which one this is, and which one something was made in.

A fork begins a process in which everything is there that was made before it, and belongs to the parent. So the moment
at which something was made tells whose it is, and need not be noted beside it.
"""

from __future__ import annotations

import os

from .accounts import now

PROCESS = [os.getpid()]
"""The process that we are in; kept up to date after `fork`."""

BEGUN = [0.0]
"""When this process was forked: what was made before belongs to another one."""

_before: list[tuple[float, int]] = []
"""The processes that this one was forked from, the first one first, and when that was."""


def process_at(moment: float) -> int:
    """Tell in which process something was made, by the time at which it was."""
    for until, process in _before:
        if moment < until:
            return process
    return PROCESS[0]


def _after_fork() -> None:
    BEGUN[0] = now()
    _before.append((BEGUN[0], PROCESS[0]))
    PROCESS[0] = os.getpid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
