from owned import Owned, borrow, is_live, move

owner = Owned([1])
with borrow(owner) as r:
    print(r)
kept = move(owner)
if not is_live(kept):
    print(owner.value)  # type: ignore[use-after-move]
