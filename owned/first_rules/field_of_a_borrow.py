"""E0507: a field is moved out of a value that is only borrowed.

Who borrows may look, and with an exclusive borrow change; what is taken away must be replaced by something.
"""

from owned import Owned, Ref, RefMut, borrow, borrow_mut, drop, move, replace


class Client:
    def __init__(self) -> None:
        self.connection = Owned(["open"], name="connection")


def steal(client: Ref[Client]) -> Owned[list[str]]:
    return move(client.connection)  # E: move-out-of-borrow E0507


def exchange(client: RefMut[Client]) -> list[str]:
    return replace(client.connection, ["open again"])


def wrong() -> None:
    client = Owned(Client())
    drop(steal(borrow(client)))


def right() -> None:
    client = Owned(Client())
    print(exchange(borrow_mut(client)))
    with borrow(client) as seen:
        print(seen.connection.value)
