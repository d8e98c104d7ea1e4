"""A lock whose release is owned: who acquires it passes it on, and who is done with it lets go."""

import threading

from owned import Owned, drop, move

lock = threading.Lock()
totals: dict[str, int] = {}


def begin(name: str) -> Owned[bool]:
    """Acquire the lock and prepare; the lock stays held, unless the preparation fails."""
    with Owned.enter(lock, name=f"the lock, for {name}") as held:
        if not name:
            raise ValueError("a counter needs a name")
        totals.setdefault(name, 0)
        return move(held)


def finish(held: Owned[bool], name: str, amount: int) -> None:
    """Add to a total, and let the lock go: whoever calls this holds it no more."""
    totals[name] += amount
    drop(held)


def main() -> int:
    """Let four threads count; give the total."""

    def count() -> None:
        for _ in range(100):
            finish(begin("visits"), "visits", 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        begin("")
    except ValueError as error:
        print(f"refused ({error}); the lock is free: {not lock.locked()}")
    return totals["visits"]


if __name__ == "__main__":
    print(main())
