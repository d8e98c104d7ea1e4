from owned import Owned, borrow

owner = Owned([1])
with borrow(owner) as r:
    print(r)
count: str = 1
