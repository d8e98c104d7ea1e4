"""The cost levels: each is a process of its own, for the level is read once, when `owned` is imported."""

import os
import subprocess
import sys
import textwrap

import pytest

LEVELS = ["trace", "check", "fast", "off"]

BEGIN = """
from owned import *
class Point:
    def __init__(self):
        self.x = 1
        self.items = []
    def total(self):
        return self.x + len(self.items)
"""


def run(level: str, program: str) -> str:
    """Run a program at a level, and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(program)],
        env={**os.environ, "OWNED": level},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("level", LEVELS)
def test_values_and_drops_are_the_same_at_every_level(level: str) -> None:
    """What a correct program computes, and the order of its drops, do not depend on the level."""
    program = """
    import tempfile, pathlib
    log = []
    with Owned(Point()) as p:
        with borrow_mut(p) as m:
            m.x = 5
            m.items.append(Box([1]))
        with borrow(p) as r:
            print(r.x, r.total(), len(r.items))
            with borrow(r) as again:
                print(again.x, deref(again).x)
        lent = borrow(p)
        print(lent.x, isinstance(lent, Point))
        drop(lent)
    with Owned("a", drop=log.append) as a, Owned("b", drop=log.append) as b:
        kept = move(a)
    print(log, kept.value)
    drop(kept)
    print(log)
    number = Owned(1)
    with borrow_mut(number) as n:
        n += 1
    print(number.value)
    box = Box({"a": [1]})
    box["a"].append(2)
    with borrow(box) as b:
        print(b["a"][1], len(b))
    with Box([3]) as b:
        print(len(b), b[0])
    print(into_inner(move(Box(7))), clone(Box([1, 2])), is_live(Box("x")))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "text"
        with Box(open(path, "w")) as f:
            f.write("hello")
            inner = deref(f)
        print(inner.closed, path.read_text())
        with Scope() as scope:
            first = scope.own(open(path))
            inner = first.value
        print(inner.closed)
        owner = Box(open(path))
        inner = deref(owner)
        drop(owner)
        print(inner.closed)
        owner = Owned(open(path))
        inner = owner.value
        del owner
        print(inner.closed)
    shared = Rc([1])
    other = clone(shared)
    print(Rc.strong_count(shared), other[0])
    cell = RefCell([1])
    with borrow_mut(cell) as c:
        c.append(2)
    with borrow(cell) as c:
        print(len(c))
    with Vec([1, 2]) as v:
        with borrow_mut(v) as m:
            m.push(3)
        with borrow(v) as r:
            print(list(r), r.first())
    held = Owned(Point())
    with borrow(held) as r:
        part = Ref.map(clone(r), lambda point: point.items)
        print(len(part))
    """
    expected = """\
    5 6 1
    5 5
    5 True
    ['b'] a
    ['b', 'a']
    2
    2 1
    1 3
    7 [1, 2] True
    True hello
    True
    True
    True
    2 1
    2
    [1, 2, 3] 1
    0
    """
    assert run(level, program) == textwrap.dedent(expected)


@pytest.mark.parametrize(("level", "bare"), [("trace", False), ("check", False), ("fast", True), ("off", True)])
def test_blocks_are_given_the_bare_value_from_fast_on(level: str, bare: bool) -> None:
    """`fast` and `off` hand out the value itself in borrow blocks."""
    program = """
    o = Owned(Point())
    value = deref(o)
    with borrow(o) as r:
        print(type(r) is Point and r is value)
    with borrow_mut(o) as m:
        print(type(m) is Point and m is value)
    """
    assert run(level, program) == f"{bare}\n{bare}\n"


@pytest.mark.parametrize("level", ["trace", "check", "fast"])
def test_conflicts_and_moves_are_checked_down_to_fast(level: str) -> None:
    """`fast` keeps moves, borrows and drops."""
    program = """
    o = Owned([1])
    with borrow(o) as r:
        for attempt in (lambda: borrow_mut(o), lambda: move(o), lambda: drop(o)):
            try:
                attempt()
            except OwnershipError as error:
                print(error.code)
    p = move(o)
    try:
        o.value
    except UseAfterMoveError as error:
        print(error.code)
    drop(p)
    try:
        drop(p)
    except UseAfterDropError as error:
        print(error.code)
    """
    assert run(level, program).split() == ["E0502", "E0505", "E0505", "E0382", "E0382"]


def test_a_box_with_nothing_to_drop_is_its_value_at_off() -> None:
    """`off`: no proxy stands before a value that needs none; one with a hook keeps its handle, and drops once."""
    program = """
    x = [1]
    print(Box(x) is x, move(Box(x)) is x, deref(Box(x)) is x)
    log = []
    noted = Box(x, drop=log.append)
    print(noted is x, noted == x)
    drop(noted)
    print(len(log))
    """
    assert run("off", program) == "True True True\nFalse True\n1\n"


def test_a_hook_runs_once_at_off_though_two_names_have_the_owner() -> None:
    """`off` keeps moves apart from copies: what was moved is not dropped by the block that it left."""
    program = """
    log = []
    def make():
        with Owned("a", drop=log.append) as a:
            return move(a)
    b = make()
    print(log)
    with b:
        pass
    print(log)
    """
    assert run("off", program) == "[]\n['a']\n"


def test_an_unknown_level_is_told() -> None:
    """A misspelt level warns, names the levels, and checks."""
    done = subprocess.run(
        [sys.executable, "-c", "import owned; print(owned.levels.LEVEL.value)"],
        env={**os.environ, "OWNED": "fats"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "check\n"
    assert "use one of trace, check, fast, off" in done.stderr


def test_borrowing_at_off_keeps_no_type_alive() -> None:
    """The classes that are made for the types of values go with these types."""
    program = """
    import gc, weakref
    def once():
        class Brief:
            pass
        o = Owned(Brief())
        with borrow(o) as r:
            print(type(r).__name__)
        lent = borrow(o)
        drop(lent)
        return weakref.ref(Brief)
    kinds = [once() for _ in range(3)]
    gc.collect()
    print([kind() for kind in kinds])
    """
    assert run("off", program) == "Brief\n" * 3 + "[None, None, None]\n"


def test_looking_for_owners_in_a_value_does_not_change_it_at_off() -> None:
    """A `Box` of an object that holds nothing to drop is the object; one that holds an owner drops it."""
    program = """
    class Holder:
        def __init__(self, *held):
            self.held = held[0] if held else [1, "a"]
    plain = Holder()
    print(Box(plain) is plain, Box([[Owned(1)]]) is None)
    for held in (Owned("x", drop=print), [Owned("y", drop=print)], {"k": (Owned("z", drop=print),)}):
        boxed = Box(Holder(held))
        print(type(boxed).__name__, boxed.held is held)
        drop(boxed)
    """
    assert run("off", program) == "True False\nBox True\nx\nBox True\ny\nBox True\nz\n"


def test_a_borrow_that_is_not_noted_is_as_good_as_its_value_at_off() -> None:
    """What a value does to an attribute that is read, written or missing is done once, and by the value."""
    program = """
        import copy
        from owned import NotCopyError, Owned, borrow, borrow_mut, consuming

        class Account:
            "An account."
            amount = 1
            def total(self):
                return self.amount + 1
            @property
            def broken(self):
                print("asked")
                raise AttributeError("broken")
            def __getattr__(self, name):
                return "made up " + name

        class Plain:
            pass

        class Copied:
            def __deepcopy__(self, memory):
                return "a copy"

        class Used:
            @consuming
            def use(self):
                pass

        account = Owned(Account())
        r, m = borrow(account), borrow_mut(account)
        m.amount = 4
        del m.amount
        print(r.amount, r.total(), r.other, r.__class__ is Account, isinstance(r, Account), r.__doc__)
        print(r.broken)
        try:
            borrow(Owned(Plain())).missing
        except AttributeError as error:
            print(error)
        for value in (Plain(), Copied(), [1]):
            try:
                copy.deepcopy(borrow(Owned(value)))
            except NotCopyError as error:
                print("no copy")
        nothing = Owned(None)
        print(borrow(nothing) == None, borrow(nothing).__class__, len(borrow(Owned("abc"))))
        try:
            with borrow_mut(account) as bare:
                raise KeyError(type(bare).__name__)
        except KeyError as error:
            print("left by", error)
        used = Owned(Used())
        try:
            borrow(used).use()
        except Exception as error:
            print(type(error).__name__)
    """
    assert run("off", program) == (
        "1 2 made up other True True An account.\nasked\nmade up broken\n"
        "'Plain' object has no attribute 'missing'\nno copy\nno copy\nno copy\n"
        "True <class 'NoneType'> 3\nleft by 'Account'\nMoveOutOfBorrowError\n"
    )
