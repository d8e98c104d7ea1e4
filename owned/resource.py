"""What is known of one kind of resource: how it is dropped, and who may drop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Step = Callable[[Any], object]
Bound = Literal["thread", "loop", "process"]


class Resource(NamedTuple):
    """One row of the table of resources.

    `title` is the name that users write, `types` the full names of the classes. `steps` says what runs, in order; where
    that is more than a call of each method, `run` does it. `again`: is closing twice harmless? `bound` names what it
    may not leave: its thread, its event loop, its process. `awaited`: must its drop be awaited? `owned_by` names what
    makes an owner of a thing that has no type of its own, such as a file descriptor. `elsewhere` finds out whether a
    value belongs to another thread; `confined`: not only to be dropped, but for every use.

    >>> from owned.resource_table import STANDARD_LIBRARY
    >>> next(row for row in STANDARD_LIBRARY if row.title == "multiprocessing.Pool").steps
    ('terminate()', 'join()')
    """

    title: str
    types: tuple[str, ...]
    steps: tuple[str, ...]
    again: bool = True
    bound: tuple[Bound, ...] = ()
    awaited: bool = False
    run: Step | None = None
    elsewhere: Callable[[Any], bool] | None = None
    confined: bool = False
    owned_by: str = ""
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Is it dropped by its `close()`, as any class would be that has one?"""
        return self.steps == ("close()",) and self.run is None and not self.awaited

    def hook(self) -> Step | None:
        """Give the function that drops a value; nothing, when there is nothing to run."""
        if self.run is not None:
            return self.run
        names = tuple(step.partition("(")[0] for step in self.steps)
        if not names:
            return None
        return awaited_steps(*names) if self.awaited else steps(*names)


def steps(*names: str) -> Step:
    """Make a hook that calls several methods in turn; all are called, the first failure is raised."""

    def run(value: Any) -> None:
        failed: BaseException | None = None
        for name in names:
            try:
                getattr(value, name)()
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed

    return run


def awaited_steps(*names: str) -> Step:
    """Make a hook that calls several methods in turn and awaits what is awaitable of what they give."""

    async def run(value: Any) -> None:
        failed: BaseException | None = None
        for name in names:
            try:
                answer = getattr(value, name)()
                if hasattr(type(answer), "__await__"):
                    await answer
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed

    return run
