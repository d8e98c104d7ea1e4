"""Elements that a loop names: moving the name moves the element out of what holds it."""

from __future__ import annotations

from collections.abc import Iterator

from owned import Box, Owned, Rc, Ref, borrow, borrow_mut, clone, consuming, drop, move


class Token:
    def __init__(self, n: int = 0) -> None:
        self.n = n


class Job:
    def __init__(self) -> None:
        self.token = Owned(Token())
        self.name = ""


class Door:
    @consuming
    def close(self) -> None:
        print("closed")


def look(t: object) -> None:
    print(t is None)


def eat(t: Owned[Token]) -> None:
    drop(t)


def weigh(t: Owned[Token]) -> int:
    return t.value.n


def peek(r: Ref[Token]) -> int:
    n: int = r.n
    return n


class Family:
    def __init__(self) -> None:
        self.kids = [Owned(Token(1)), Owned(Token(2))]
        self.jobs = [Job()]
        self.doors = [Door()]
        self.by_name = {"a": Owned(Token(3))}

    # case: el-return | an element of a field is returned
    def el_return(self) -> Owned[Token] | None:
        for kid in self.kids:
            return kid  # E: move-out-of-borrow E0507
        return None

    # case: el-return-moved | with `move`
    def el_return_moved(self) -> Owned[Token] | None:
        for kid in self.kids:
            if kid.value.n:
                return move(kid)  # E: move-out-of-borrow E0507
        return None

    # case: el-eaten | an element of a field is handed over
    def el_eaten(self) -> None:
        for kid in self.kids:
            eat(kid)  # E: move-out-of-borrow E0507

    # case: el-yielded | an element of a field is yielded
    def el_yielded(self) -> Iterator[Owned[Token]]:
        for kid in self.kids:
            yield kid  # E: move-out-of-borrow E0507

    # case: el-part | a part of an element
    def el_part(self) -> None:
        for job in self.jobs:
            eat(job.token)  # E: move-out-of-borrow E0507

    # case: el-dropped | dropping what `self` holds is free
    def el_dropped(self) -> None:
        for kid in self.kids:
            drop(kid)
        self.kids.clear()

    # case: el-lent | lending it is free
    def el_lent(self) -> int:
        total = 0
        for kid in self.kids:
            total += peek(borrow(kid))
            look(kid)
        return total

    # case: el-lent-out | a borrow of it may be returned
    def el_lent_out(self) -> Ref[Token] | None:
        for kid in self.kids:
            if kid.value.n:
                return borrow(kid)
        return None

    # case: el-cloned | a clone is the caller's own
    def el_cloned(self) -> Owned[Token] | None:
        for kid in self.kids:
            return clone(kid)
        return None

    # case: el-filtered | a list of those that stay
    def el_filtered(self) -> None:
        self.kids = [kid for kid in self.kids if kid.value.n]

    # case: el-popped | an element that was taken out
    def el_popped(self) -> Owned[Token] | None:
        while self.kids:
            kid = self.kids.pop()
            if kid.value.n:
                return kid
        return None

    # case: el-closed | an element that is consumed
    def el_closed(self) -> None:
        for door in self.doors:
            door.close()  # E: move-out-of-borrow E0507

    # case: el-found | an object with consuming methods may be named by others
    def el_found(self) -> Door | None:
        for door in self.doors:
            return door
        return None

    # case: el-comprehension | moved by a comprehension
    def el_comprehension(self) -> list[int]:
        return [weigh(kid) for kid in self.kids]  # E: move-out-of-borrow E0507

    # case: el-consumed | a method that consumes `self` may take its elements
    @consuming
    def el_consumed(self) -> list[Owned[Token]]:
        found = []
        for kid in self.kids:
            found.append(kid)
        for kid in found:
            return [kid]
        for job in self.jobs:
            eat(job.token)
        return []


# case: el-own | of a list of one's own
def el_own() -> None:
    kids = [Owned(Token(1)), Owned(Token(2))]
    for kid in kids:
        eat(kid)


# case: el-own-twice | each element once
def el_own_twice() -> None:
    kids = [Owned(Token(1)), Owned(Token(2))]
    for kid in kids:
        eat(kid)
        look(kid)  # E: use-after-move E0382


# case: el-ref | through a shared borrow
def el_ref(kids: Ref[list[Owned[Token]]]) -> None:
    for kid in kids:
        eat(kid)  # E: move-out-of-borrow E0507


# case: el-ref-dropped | dropped through a shared borrow
def el_ref_dropped(kids: Ref[list[Owned[Token]]]) -> None:
    for kid in kids:
        drop(kid)  # E: move-out-of-borrow E0507


# case: el-view | through a view
def el_view(family: Box[Family]) -> Owned[Token] | None:
    with borrow(family) as view:
        for kid in view.kids:
            return kid  # E: move-out-of-borrow E0507
    return None


# case: el-view-exclusive | through an exclusive view
def el_view_exclusive(family: Box[Family]) -> None:
    with borrow_mut(family) as view:
        for kid in view.kids:
            eat(kid)  # E: move-out-of-borrow E0507


# case: el-rc | through a shared owner
def el_rc(family: Rc[Family]) -> None:
    for kid in family.kids:
        eat(kid)  # E: move-out-of-borrow E0507


# case: el-refused-once | after the refusal the name is usable
def el_refused_once(family: Rc[Family]) -> None:
    for kid in family.kids:
        eat(kid)  # E: move-out-of-borrow E0507
        look(kid)


class Names:
    def __init__(self) -> None:
        self.by_name = {"a": Owned(Token(1))}

    # case: el-values | a value of a dictionary that `self` holds
    def el_values(self) -> Owned[Token] | None:
        for kid in self.by_name.values():
            return kid  # E: move-out-of-borrow E0507
        return None

    # case: el-items | with its key
    def el_items(self, wanted: str) -> Owned[Token] | None:
        for name, kid in self.by_name.items():
            if name == wanted:
                return kid  # E: move-out-of-borrow E0507
        return None

    # case: el-items-removed | taken out of the dictionary first
    def el_items_removed(self, wanted: str) -> Owned[Token] | None:
        for name, kid in self.by_name.items():
            if name == wanted:
                del self.by_name[name]
                return kid
        return None

    # case: el-values-dropped | dropped
    def el_values_dropped(self) -> None:
        for kid in self.by_name.values():
            drop(kid)
        self.by_name.clear()

    # case: el-values-lent | lent
    def el_values_lent(self) -> list[int]:
        return [peek(borrow(kid)) for name, kid in self.by_name.items() if name]
