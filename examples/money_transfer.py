"""SQLite: one connection with one owner; a transaction that is rolled back unless it is finished."""

import sqlite3

from owned import Owned, Ref, RefMut, borrow, borrow_mut, deref


def balances(bank: Ref[sqlite3.Connection]) -> dict[str, int]:
    """Read what everybody has."""
    return {str(name): int(total) for name, total in bank.execute("select name, total from account order by name")}


def transfer(bank: RefMut[sqlite3.Connection], giver: str, taker: str, amount: int) -> None:
    """Move money, or change nothing: leaving the block with an exception rolls back.

    `with bank:` would end the borrow at the end of the block; the transaction is the connection's own `with`.
    """
    with deref(bank):
        bank.execute("update account set total = total - ? where name = ?", (amount, giver))
        bank.execute("update account set total = total + ? where name = ?", (amount, taker))
        (left,) = bank.execute("select total from account where name = ?", (giver,)).fetchone()
        if left < 0:
            raise ValueError(f"{giver} does not have {amount}")


def main() -> dict[str, int]:
    """Make two transfers, one of them impossible; give the balances."""
    with Owned(sqlite3.connect(":memory:"), name="bank") as bank:
        with borrow_mut(bank) as writer:
            writer.execute("create table account (name text, total integer)")
            writer.executemany("insert into account values (?, ?)", [("Ada", 100), ("Grace", 50)])
            writer.commit()
        transfer(borrow_mut(bank), "Ada", "Grace", 30)
        try:
            transfer(borrow_mut(bank), "Grace", "Ada", 1000)
        except ValueError as error:
            print(f"refused: {error}")
        return balances(borrow(bank))


if __name__ == "__main__":
    print(main())
