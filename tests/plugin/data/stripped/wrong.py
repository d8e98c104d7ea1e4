from owned import Owned, borrow, drop

owner = Owned([1])
with borrow(owner) as r:
    print(r)
drop(owner)
print("moved", owner)
