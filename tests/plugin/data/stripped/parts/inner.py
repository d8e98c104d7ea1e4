from owned import Owned, borrow


class Inner:
    def __init__(self) -> None:
        self.items = Owned(["inner"])

    def show(self) -> str:
        with borrow(self.items) as items:
            return items[0]
