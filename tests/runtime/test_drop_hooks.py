"""Which hook drops a value, and in which order owners drop."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from owned import UseAfterMoveError
from tests.runtime.loose import Box, Owned, Scope, clone, drop, forget, into_inner, move, register_drop
from tests.runtime.parts import Failing, Noisy, Plain, refused

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup, ExceptionGroup

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


@owners
def test_the_given_hook_comes_first(owner: Any) -> None:
    """`drop=` wins over everything that the value brings along."""
    log: list[str] = []

    class Everything(Noisy):
        def close(self) -> None:
            self.log.append("close")

    drop(owner(Everything("own", log), drop=lambda v: log.append("given")))
    assert log == ["given"]


@owners
def test_the_values_drop_method_comes_before_the_registry(owner: Any) -> None:
    """`__drop__` wins over a registered hook and over `close`."""
    log: list[str] = []

    class Everything(Noisy):
        def close(self) -> None:
            self.log.append("close")

    register_drop(Everything, lambda v: log.append("registered"))
    drop(owner(Everything("own", log)))
    assert log == ["own"]


@owners
def test_the_registry_comes_before_close(owner: Any) -> None:
    """The most specific registered type wins."""
    log: list[str] = []

    class Base:
        def close(self) -> None:
            log.append("close")

    class Derived(Base):
        pass

    class Further(Derived):
        pass

    register_drop(Base, lambda v: log.append("base"))
    register_drop(Derived, lambda v: log.append("derived"))
    drop(owner(Base()))
    drop(owner(Derived()))
    drop(owner(Further()))
    assert log == ["base", "derived", "derived"]


@owners
def test_close_is_the_last_hook_that_is_looked_for(owner: Any) -> None:
    """And without any hook nothing happens."""
    log: list[str] = []

    class Closing:
        def close(self) -> None:
            log.append("close")

    drop(owner(Closing()))
    drop(owner([1]))
    drop(owner(5))
    drop(owner(None))
    assert log == ["close"]


@owners
def test_hooks_receive_the_bare_value(owner: Any) -> None:
    """Not the handle."""
    value = [1]
    seen: list[Any] = []
    drop(owner(value, drop=seen.append))
    assert seen[0] is value
    assert type(seen[0]) is list


@owners
def test_a_class_is_not_closed_by_its_own_close(owner: Any) -> None:
    """What has `close` for its instances only is no resource itself; dropping it must not fail."""

    class Closing:
        def close(self) -> None:
            raise AssertionError("closed a class")

    drop(owner(Closing))


@owners
def test_a_with_block_drops_at_its_end(owner: Any) -> None:
    """It binds the owner itself."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    with handle as bound:
        assert bound is handle
        assert log == []
    assert log == ["a"]
    refused(UseAfterMoveError.__subclasses__()[0], lambda: drop(handle), "E0382")


@owners
@pytest.mark.parametrize(
    "verb, dropped",
    [(move, ["a"]), (drop, ["a"]), (into_inner, []), (forget, [])],
    ids=["move", "drop", "into_inner", "forget"],
)
def test_a_block_drops_nothing_that_left_it(owner: Any, verb: Any, dropped: list[str]) -> None:
    """Moved, dropped, unwrapped or forgotten by then."""
    log: list[str] = []
    with owner(Noisy("a", log)) as handle:
        result = verb(handle)
        before = list(log)
    assert log == before
    del result, handle
    assert log == dropped


@owners
def test_a_block_drops_when_its_body_raises(owner: Any) -> None:
    """Once, and the exception goes on."""
    log: list[str] = []
    with pytest.raises(KeyError):
        with owner(Noisy("a", log)):
            raise KeyError
    assert log == ["a"]


@owners
@pytest.mark.parametrize("leave", ["return", "break", "continue"])
def test_a_block_drops_however_it_is_left(owner: Any, leave: str) -> None:
    """`return`, `break` and `continue` drop what they leave."""
    log: list[str] = []

    def run() -> None:
        for i in range(2):
            with owner(Noisy(str(i), log)):
                if leave == "return":
                    return
                if leave == "break":
                    break
                continue

    run()
    assert log == (["0", "1"] if leave == "continue" else ["0"])


@owners
def test_nested_blocks_drop_in_reverse(owner: Any) -> None:
    """As locals do in Rust."""
    log: list[str] = []
    with owner(Noisy("a", log)), owner(Noisy("b", log)):
        with owner(Noisy("c", log)):
            pass
        log.append("-")
    assert log == ["c", "-", "b", "a"]


@owners
def test_an_owner_that_dies_without_a_scope_drops_at_once(owner: Any) -> None:
    """When its last reference is gone."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    other = handle
    del handle
    assert log == []
    del other
    assert log == ["a"]

    def local() -> None:
        owned_here = owner(Noisy("b", log))
        log.append("end")

    local()
    assert log == ["a", "end", "b"]
    owner(Noisy("c", log))
    assert log[-1] == "c"
    handle = owner(Noisy("d", log))
    handle = owner(Noisy("e", log))
    assert log[-1] == "d"


@owners
def test_a_dead_handle_drops_nothing_when_it_dies(owner: Any) -> None:
    """The value is dropped by the owner that has it."""
    log: list[str] = []
    first = owner(Noisy("a", log))
    second = move(first)
    del first
    assert log == []
    third = move(move(second))
    assert log == []
    del second
    assert log == []
    del third
    assert log == ["a"]


class Tree:
    left: Any
    right: Any

    def __init__(self, log: list[str], name: str, **fields: Any) -> None:
        self.log = log
        self.name = name
        self.__dict__.update(fields)

    def __drop__(self) -> None:
        self.log.append(self.name)


@owners
def test_owners_in_fields_drop_after_their_parent_in_order(owner: Any) -> None:
    """Depth first: a field's own fields before the next field."""
    log: list[str] = []
    tree = Tree(
        log,
        "root",
        one=owner(Tree(log, "one", deep=owner(Noisy("one.deep", log)))),
        two=Noisy("not owned", log),
        three=owner(Noisy("three", log)),
    )
    drop(owner(tree))
    assert log == ["root", "one", "one.deep", "three"]


@owners
def test_fields_of_a_dataclass_drop_in_order_of_declaration(owner: Any) -> None:
    """Whatever the order in which they were given or assigned."""
    log: list[str] = []

    @dataclass
    class Pair:
        a: Any
        b: Any

    pair = Pair(b=owner(Noisy("b", log)), a=owner(Noisy("a", log)))
    first = pair.a
    del pair.a
    pair.a = first
    del first
    drop(owner(pair))
    assert log == ["a", "b"]


@owners
def test_annotated_fields_of_a_plain_class_drop_in_order_of_declaration(owner: Any) -> None:
    """The annotations are the declaration; assignment order is the fallback."""
    log: list[str] = []

    class Pair:
        a: Any
        b: Any

        def __init__(self) -> None:
            self.b = owner(Noisy("b", log))
            self.a = owner(Noisy("a", log))

    drop(owner(Pair()))
    assert log == ["a", "b"]


@owners
def test_undeclared_fields_drop_in_order_of_insertion(owner: Any) -> None:
    """First assigned, first dropped."""
    log: list[str] = []
    plain = Plain()
    plain.b = owner(Noisy("b", log))
    plain.a = owner(Noisy("a", log))
    drop(owner(plain))
    assert log == ["b", "a"]


@owners
def test_owners_in_slots_drop_in_order_of_declaration(owner: Any) -> None:
    """Base classes first."""
    log: list[str] = []

    class Base:
        __slots__ = ("x",)

    class Derived(Base):
        __slots__ = ("y", "z")

    value: Any = Derived()
    value.z = owner(Noisy("z", log))
    value.y = owner(Noisy("y", log))
    value.x = owner(Noisy("x", log))
    drop(owner(value))
    assert log == ["x", "y", "z"]


@owners
def test_owners_in_containers_drop_first_to_last(owner: Any) -> None:
    """Lists, tuples, dicts, and containers in containers."""
    log: list[str] = []

    class Named(NamedTuple):
        a: Any
        b: Any

    def noisy(name: str) -> Any:
        return owner(Noisy(name, log))

    drop(owner([noisy("a"), [noisy("b"), (noisy("c"),)], {"k": noisy("d"), "l": [noisy("e")]}, Named(noisy("f"), 1)]))
    assert log == ["a", "b", "c", "d", "e", "f"]
    log.clear()
    drop(owner((noisy("a"), noisy("b"))))
    drop(owner({"y": noisy("c"), "x": noisy("d")}))
    assert log == ["a", "b", "c", "d"]


@owners
def test_an_owner_that_was_moved_out_of_a_container_is_not_dropped_with_it(owner: Any) -> None:
    """Its new owner drops it."""
    log: list[str] = []
    items = [owner(Noisy("a", log)), owner(Noisy("b", log))]
    kept = move(items[0])
    drop(owner(items))
    assert log == ["b"]
    del kept
    assert log == ["b", "a"]


@owners
def test_an_owner_of_an_owner_drops_once(owner: Any) -> None:
    """Nesting adds no drop."""
    log: list[str] = []
    drop(owner(owner(owner(Noisy("a", log)))))
    assert log == ["a"]


@owners
def test_children_are_dropped_when_a_parent_dies_without_a_scope(owner: Any) -> None:
    """In the same order as an explicit drop."""
    log: list[str] = []
    parent = owner(Tree(log, "root", a=owner(Noisy("a", log)), b=[owner(Noisy("b", log))]))
    del parent
    assert log == ["root", "a", "b"]


@owners
def test_a_container_shared_by_two_fields_is_dropped_once(owner: Any) -> None:
    """And a cycle among the fields ends."""
    log: list[str] = []
    shared = [owner(Noisy("a", log))]
    plain = Plain(one=shared, two=shared)
    plain.me = plain
    shared.append(shared)
    drop(owner(plain))
    assert log == ["a"]


@owners
def test_a_failing_hook_runs_once_and_its_error_arrives_as_it_is(owner: Any) -> None:
    """The owner is dropped all the same."""
    log: list[str] = []
    handle = owner(Failing("a", log))
    with pytest.raises(ValueError, match="drop of a"):
        drop(handle)
    assert log == ["a"]
    refused(UseAfterMoveError.__subclasses__()[0], lambda: drop(handle))
    del handle
    assert log == ["a"]


@owners
def test_a_failing_hook_does_not_stop_the_drop_of_the_fields(owner: Any) -> None:
    """The remaining fields of the value are still dropped."""
    log: list[str] = []

    class Parent(Failing):
        child: Any

    parent = Parent("root", log)
    parent.child = owner(Noisy("child", log))
    with pytest.raises(ValueError, match="drop of root"):
        drop(owner(parent))
    assert log == ["root", "child"]


@owners
def test_several_failing_hooks_arrive_as_a_group(owner: Any) -> None:
    """In the order in which they failed."""
    log: list[str] = []
    items = [owner(Failing("a", log)), owner(Noisy("b", log)), owner(Failing("c", log))]
    with pytest.raises(ExceptionGroup) as caught:
        drop(owner(items))
    assert [str(e) for e in caught.value.exceptions] == ["drop of a", "drop of c"]
    assert log == ["a", "b", "c"]


def context_chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__context__
    return chain


def everything_in(errors: list[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in errors:
        found.append(error)
        if isinstance(error, BaseExceptionGroup):
            found.extend(everything_in(list(error.exceptions)))
    return found


@owners
def test_an_exception_on_its_way_goes_on_with_the_hooks_in_its_context(owner: Any) -> None:
    """The hook's error does not replace it."""
    log: list[str] = []
    original = KeyError("on its way")
    with pytest.raises(KeyError) as caught:
        with owner(Failing("a", log)):
            raise original
    assert caught.value is original
    assert "drop of a" in [str(e) for e in context_chain(original)]
    assert log == ["a"]


@owners
def test_an_exception_on_its_way_keeps_the_context_that_it_had(owner: Any) -> None:
    """The hook's error joins the chain, it does not cut it."""
    original = KeyError("on its way")
    with pytest.raises(KeyError):
        with owner(Failing("a", [])):
            try:
                raise LookupError("before")
            except LookupError:
                raise original  # noqa: B904
    chain = [str(e) for e in context_chain(original)]
    assert "before" in chain
    assert "drop of a" in chain


def test_several_failing_hooks_join_the_context_of_an_exception_on_its_way() -> None:
    """None of them is lost."""
    log: list[str] = []
    original = KeyError("on its way")
    with pytest.raises(KeyError) as caught:
        with Scope() as scope:
            for name in "abc":
                scope.own(Failing(name, log))
            raise original
    assert caught.value is original
    assert log == ["c", "b", "a"]
    texts = [str(e) for e in everything_in(context_chain(original))]
    for name in "abc":
        assert f"drop of {name}" in texts


@owners
def test_a_hook_that_raises_a_base_exception_stops_nobody_else(owner: Any) -> None:
    """`KeyboardInterrupt` in a hook arrives, after the others ran."""
    log: list[str] = []

    def interrupt(value: object) -> None:
        raise KeyboardInterrupt

    items = [owner(1, drop=interrupt), owner(Noisy("b", log))]
    with pytest.raises(KeyboardInterrupt):
        drop(owner(items))
    assert log == ["b"]


@owners
def test_a_hook_may_drop_other_owners(owner: Any) -> None:
    """Also one that is waiting for its own turn."""
    log: list[str] = []
    second = owner(Noisy("second", log))

    def first_drop(value: object) -> None:
        log.append("first")
        drop(second)

    with Scope() as scope:
        scope.own(1, drop=first_drop)
    assert log == ["first", "second"]
    items: list[Any] = []
    items += [owner(1, drop=lambda v: drop(items[1])), owner(Noisy("b", log))]
    drop(owner(items))
    assert log == ["first", "second", "b"]


@owners
def test_an_owner_that_is_being_dropped_is_not_dropped_again_by_its_hook(owner: Any) -> None:
    """The second drop is refused, and the hook ran once."""
    log: list[str] = []
    errors: list[BaseException] = []

    def hook(value: object) -> None:
        log.append("hook")
        try:
            drop(handle)
        except UseAfterMoveError as error:
            errors.append(error)

    handle = owner([1], drop=hook)
    drop(handle)
    assert log == ["hook"]
    assert len(errors) == 1


@owners
def test_a_registered_hook_serves_subclasses_and_is_found_by_mro(owner: Any) -> None:
    """The nearest class in the method resolution order decides, `close` or not."""
    log: list[str] = []

    class A:
        def close(self) -> None:
            log.append("close")

    class B(A):
        pass

    class C(B):
        def close(self) -> None:
            log.append("close of C")

    register_drop(A, lambda v: log.append("A"))
    drop(owner(B()))
    drop(owner(C()))
    assert log == ["A", "A"]


@owners
def test_moves_carry_the_hook_along(owner: Any) -> None:
    """The hook belongs to the value, not to the handle."""
    log: list[Any] = []
    first = owner([1], drop=log.append)
    second = move(first)
    drop(second)
    assert log == [[1]]


def test_dropping_a_value_that_was_closed_by_hand_is_harmless() -> None:
    """`close` of a closed file does nothing."""
    with Owned(io.StringIO("a")) as stream:
        stream.value.close()


@owners
def test_the_hook_of_a_clone_is_its_own(owner: Any) -> None:
    """Two owners, two drops."""
    log: list[str] = []
    first = owner(Noisy("a", log))
    second = clone(first)
    del first
    assert log == ["a"]
    del second
    assert log == ["a", "a'"]


def test_a_class_whose_methods_are_exchanged_is_asked_again() -> None:
    """What a class was found to have is kept only as long as it has the same methods: tests put others in place."""
    log: list[str] = []

    class Door:
        def close(self) -> None:
            log.append("closed")

    drop(Owned(Door()))
    Door.close = lambda self: log.append("locked")  # type: ignore[method-assign]
    drop(Owned(Door()))
    Door.__drop__ = lambda self: log.append("torn down")  # type: ignore[attr-defined]
    drop(Owned(Door()))
    del Door.__drop__  # type: ignore[attr-defined]
    drop(Owned(Door()))
    del Door.close
    drop(Owned(Door()))
    assert log == ["closed", "locked", "torn down", "locked"]


def test_an_owner_in_the_dictionary_of_any_object_is_found() -> None:
    """Between plain fields, in a slot beside them, or in a container."""
    log: list[str] = []

    class Slotted:
        __slots__ = ("__dict__", "kept")

    for put in ("plain", "slot", "list"):
        value = Slotted()
        value.number = 1  # type: ignore[attr-defined]
        inner = Owned(put, drop=log.append)
        if put == "slot":
            value.kept = inner  # type: ignore[attr-defined]
        else:
            value.field = inner if put == "plain" else [0, [inner]]  # type: ignore[attr-defined]
        drop(Owned(value))
    assert log == ["plain", "slot", "list"]
