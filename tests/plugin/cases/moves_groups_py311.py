from __future__ import annotations

import asyncio

from owned import Owned, drop


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


def risky(t: Owned[Token]) -> int:
    drop(t)
    raise ValueError("no")


def eat(t: Owned[Token]) -> None:
    drop(t)


async def eat_later(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


# case: exception-groups | handlers of parts of a group
def ok_try_star(t: Owned[Token]) -> None:
    try:
        look(t)
    except* ValueError as group:
        print(group)
    eat(t)


def mv_try_star(t: Owned[Token]) -> None:
    try:
        risky(t)
    except* ValueError:
        look(t)  # E: use-after-move E0382



# case: task-groups | tasks that end with their block
async def mv_async_task_group(t: Owned[Token]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(eat_later(t))
        group.create_task(eat_later(t))  # E: use-after-move E0382


async def ok_async_timeout(t: Owned[Token]) -> None:
    async with asyncio.timeout(1):
        await eat_later(t)
