from owned import Owned, borrow

owner = Owned([1])
with borrow(owner) as r:
    print(type(r).__name__)
