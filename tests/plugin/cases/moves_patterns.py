"""Names that a `match` gives to what it looks at, or to its parts: moving the name moves the part."""

from __future__ import annotations

from dataclasses import dataclass

from owned import Box, Owned, Ref, borrow, drop, into_inner, replace


class Token:
    def __init__(self, n: int = 0) -> None:
        self.n = n


@dataclass
class Full:
    item: Owned[Token]
    note: str = ""


@dataclass
class Both:
    left: Full
    right: Full


@dataclass
class Empty:
    why: str = ""


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def some() -> Full | Empty:
    return Full(fresh()) if cond() else Empty()


# case: mv-match-scrutinee-binding | the payload is moved by the name that the pattern gave it
def mv_whole(o: Owned[Token] | None) -> None:
    match o:
        case None:
            pass
        case t:
            eat(t)
    look(o)  # E: use-after-move E0382


def mv_whole_as(o: Owned[Token] | None) -> None:
    match o:
        case Owned() as t:
            eat(t)
        case None:
            pass
    look(o)  # E: use-after-move E0382


def mv_keyword_part() -> None:
    f = some()
    match f:
        case Full(item=t):
            eat(t)
        case Empty():
            pass
    look(f)  # E: use-after-move E0382


def mv_positional_part() -> None:
    f = some()
    match f:
        case Full(t, note):
            eat(t)
            print(note)
        case Empty(why):
            print(why)
    look(f)  # E: use-after-move E0382


def mv_nested_part() -> None:
    b = Both(Full(fresh()), Full(fresh()))
    match b:
        case Both(left=Full(item=t)):
            eat(t)
    look(b.right)
    look(b.left)  # E: use-after-move E0382


def mv_tuple_part() -> None:
    pair = (fresh(), fresh())
    match pair:
        case (a, b):
            eat(a)
            look(b)
    look(pair[1])
    look(pair[0])  # E: use-after-move E0382


def mv_name_twice() -> None:
    match some():
        case Full(item=t):
            eat(t)
            eat(t)  # E: use-after-move E0382
        case Empty():
            pass


def mv_or_pattern(o: Owned[Token] | int | None) -> None:
    match o:
        case (Owned() as t) | (int() as t):
            if isinstance(t, Owned):
                eat(t)
        case None:
            pass
    look(o)  # E: use-after-move E0382


def mv_inside_loop(o: Owned[Token] | None) -> None:
    while cond():
        match o:  # E: use-after-move E0382
            case None:
                pass
            case t:
                eat(t)


# case: match-parts-ok | names that are only looked at, or nothing used afterwards
def ok_looked_at() -> None:
    f = some()
    match f:
        case Full(item=t, note=note):
            look(t)
            print(note, peek(borrow(t)))
        case Empty():
            pass
    look(f)


def ok_moved_and_not_used() -> Owned[Token] | None:
    f = some()
    match f:
        case Full(item=t):
            return t
        case Empty():
            return None


def ok_other_part() -> None:
    b = Both(Full(fresh()), Full(fresh()))
    match b:
        case Both(left=Full(item=t)):
            eat(t)
    look(b.right)


def ok_rebound_name() -> None:
    f = some()
    match f:
        case Full(item=t):
            look(t)
            t = fresh()
            eat(t)
        case Empty():
            pass
    look(f)


def ok_other_case_uses(o: Owned[Token] | None, n: int) -> None:
    match o:
        case Owned() as t if n > 3:
            eat(t)
        case Owned() as t:
            look(o)
            look(t)
        case None:
            look(o)


def ok_content(b: Box[Full | Empty]) -> None:
    match into_inner(b):
        case Full(item=t):
            eat(t)
        case Empty():
            pass


def ok_refilled() -> None:
    f = Full(fresh())
    match f:
        case Full(item=t):
            eat(t)
            f.item = fresh()
    look(f)


# case: mo-state-machine | the state of `self` taken apart
class Machine:
    def __init__(self, state: Full | Empty, held: Owned[Full | Empty]) -> None:
        self.state = state
        self.held = held

    def step(self) -> None:
        match self.state:
            case Full(item=t):
                eat(t)  # E: move-out-of-borrow E0507
            case Empty():
                pass

    def step_held(self) -> None:
        with borrow(self.held) as state:
            match state:
                case Full(item=t):
                    eat(t)  # E: move-out-of-borrow E0507
                case Empty():
                    pass

    def ok_drop(self) -> None:
        match self.state:
            case Full(item=t):
                drop(t)
            case Empty():
                pass

    def ok_step(self) -> None:
        match replace(self.held, Empty()):
            case Full(item=t):
                eat(t)
            case Empty():
                pass

    def ok_look(self) -> int:
        match self.state:
            case Full(item=t):
                return peek(borrow(t))
            case Empty(why=why):
                return len(why)


# case: mv-while-borrowed-part | the subject is borrowed while the name is moved
def moved_while_borrowed(o: Owned[Token] | None) -> None:
    match o:
        case None:
            pass
        case t:
            r = borrow(o)
            eat(t)  # E: move-while-borrowed E0505
            look(r)


def mv_part_of_named() -> None:
    f = some()
    match f:
        case Full(item=t) as whole:
            eat(t)
            look(whole.item)  # E: use-after-move E0382
        case Empty():
            pass


def mv_part_of_named_whole() -> None:
    match some():
        case Full(item=t) as whole:
            eat(t)
            look(whole)  # E: use-after-move E0382
        case Empty():
            pass


def mv_named_twice() -> None:
    match Both(Full(fresh()), Full(fresh())):
        case Both(left=Full(item=t) as left, right=right) as both:
            eat(t)
            look(right)
            look(both.right)
            print(left.note)
            look(left.item)  # E: use-after-move E0382
            look(both)  # E: use-after-move E0382


def ok_named_part() -> None:
    match some():
        case Full(item=t) as whole:
            look(t)
            look(whole)
            eat(t)
            print(whole.note)
        case Empty():
            pass


def ok_named_part_mended() -> None:
    match some():
        case Full(item=t) as whole:
            eat(t)
            whole.item = fresh()
            look(whole)
        case Empty():
            pass
