"""Ending a value: its hook, then the owners that it holds; every one once, whatever fails.

The order is Rust's: the value's own hook first, then its parts in the order of declaration (or of insertion), depth
first. Parts are owners and guards in its fields and in lists, tuples and dicts there. A failure stops nothing; one
failure is raised as it is, several as an `ExceptionGroup`.
"""

from __future__ import annotations

import gc
import sys
import warnings
import weakref
from _thread import get_ident
from collections.abc import Iterator
from itertools import islice
from types import CoroutineType, MemberDescriptorType
from typing import Any, NamedTuple

from . import accounts, complaints
from .errors import AsyncDropError, NotSendError, OwnedLeakWarning, OwnerDied, OwnershipError
from .forks import BEGUN
from .handles import Handle
from .known_types import AT_ONCE, holds_nothing, known
from .ledger import GONE, Ledger
from .logs import log
from .loop_drops import await_in, is_here, loop_in
from .plain import PLAIN
from .registry import Hooks, hooks_of, is_asynchronous, is_hookless, loop_of, thread_bound
from .returned import hand_back
from .sites import site_of
from .tasks import is_cancellation, to_the_end

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup, ExceptionGroup

CONTAINERS = (list, tuple, dict)


class Exit:
    """The hook of an entered context manager: leaves it."""

    __slots__ = ("asynchronous", "manager")

    def __init__(self, manager: Any, asynchronous: bool) -> None:
        self.manager = manager
        self.asynchronous = asynchronous

    def leave(self, error: BaseException | None) -> Any:
        """Call `__exit__` with the exception on its way, or with none; true if it asks for that to be swallowed."""
        function, arguments = self.leaving(error)
        return function(*arguments)

    def leaving(self, error: BaseException | None) -> tuple[Any, tuple[Any, ...]]:
        """What `leave` calls, and the arguments."""
        name = "__aexit__" if self.asynchronous else "__exit__"
        leave = getattr(type(self.manager), name)
        if error is None:
            return leave, (self.manager, None, None, None)
        return leave, (self.manager, type(error), error, error.__traceback__)


class Dropping:
    """The drop of one or several values: collects what fails, and says in the end what is to be raised."""

    __slots__ = ("cancelled", "due", "error", "failures")

    due: tuple[Any, Ledger] | None
    """A claimed value and its ledger, until its hook is called: dropped whatever a signal raises in between."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.failures: list[BaseException] = []
        self.cancelled: BaseException | None = None
        self.due = None

    def failed(self, failure: BaseException) -> None:
        """Something failed; go on with the rest. A cancellation waits until all is done."""
        if is_cancellation(failure):
            self.cancelled = self.cancelled or failure
        else:
            self.failures.append(failure)

    @property
    def pending(self) -> BaseException | None:
        """What an entered context manager is told: the exception on its way, or else the first failure."""
        return self.error or (self.failures[0] if self.failures else None)

    def swallow(self) -> None:
        """An entered context manager has dealt with all that went wrong so far."""
        self.error = None
        self.failures.clear()

    def result(self) -> BaseException | None:
        """Join the failures: none, the one, or all of them in a group."""
        if len(self.failures) < 2:
            return self.failures[0] if self.failures else None
        message = "several drops failed"
        if all(isinstance(failure, Exception) for failure in self.failures):
            return ExceptionGroup(message, [f for f in self.failures if isinstance(f, Exception)])
        return BaseExceptionGroup(message, self.failures)

    def conclude(self) -> None:
        """Raise what failed; beneath an exception that is already on its way, add it to that one's context.

        A cancellation that came meanwhile is delivered now, whatever else happened. What is raised is held by nothing
        here: its traceback holds these frames, and they would hold it.
        """
        if not self.failures and self.cancelled is None:
            return
        failure = self.result()
        cancelled, self.cancelled = self.cancelled, None
        self.failures.clear()
        try:
            if cancelled is not None and cancelled is not self.error:
                if failure is not None:
                    add_context(self.error or cancelled, failure)
                raise cancelled
            if failure is None:
                return
            if self.error is None:
                raise failure
            add_context(self.error, failure)
            if isinstance(self.error, GeneratorExit):  # Whoever closes the generator swallows it, and the chain.
                report_ignored(failure)
        finally:
            failure = cancelled = None


class FailedDrop:
    """What raises in its finalizer, which is the one way to tell `sys.unraisablehook`."""

    def __init__(self, failure: BaseException) -> None:
        self.failure = failure

    def __del__(self) -> None:
        raise self.failure


def report_ignored(failure: BaseException) -> None:
    """Tell of a failure that cannot be raised, as Python does of those in finalizers."""
    FailedDrop(failure)


def add_context(error: BaseException, failure: BaseException) -> None:
    """Hang a failure at the end of an exception's chain of contexts."""
    seen = {id(error)}
    tail = failure
    while tail.__context__ is not None and id(tail.__context__) not in seen:
        tail = tail.__context__
        seen.add(id(tail))
    if tail.__context__ is not None:
        tail.__context__ = None
    if any(x is failure for x in _contexts(error)):
        return
    *_, end = _contexts(error)
    end.__context__ = failure


def _contexts(error: BaseException) -> Iterator[BaseException]:
    seen = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__context__


def planned(value: Any, hook: Any) -> Hooks:
    """Find what drops a value. An owner or guard inside an owner drops as a part of it."""
    if hook is None and issubclass(type(value), Handle):
        return Hooks(_drop_part, _drop_part_awaiting)
    return hooks_of(value, hook)


def _drop_part(value: Any) -> None:
    type(value)._owned_drop_part(value)


async def _drop_part_awaiting(value: Any) -> None:
    kind = type(value)
    if kind._owned_dead or not hasattr(kind, "_owned_drop_part_awaiting"):
        kind._owned_drop_part(value)
    else:
        await kind._owned_drop_part_awaiting(value)


def is_only_asynchronous(value: Any, hook: Any) -> bool:
    """Can this value be dropped by awaiting alone?"""
    if type(hook) is Exit:
        return hook.asynchronous
    while issubclass(kind := type(value), Handle):
        inner = kind._owned_ledger(value) if kind._owned_is_owner and hasattr(kind, "_owned_ledger") else None
        if kind._owned_dead or inner is None or inner.state == GONE:
            return False
        value, hook = inner.value, inner.hook
        if type(hook) is Exit:
            return hook.asynchronous
    if hook is not None:
        return is_asynchronous(hook)
    if known(value) is not None:
        return False
    hooks = planned(value, hook)
    return hooks.now is None and hooks.awaiting is not None


def has_hook(value: Any, hook: Any) -> bool:
    """Is there anything to run at the end of this value? If not, nothing leaks when nobody ends it.

    Of an owner in an owner it is asked what that owns; borrows and `Weak` handles own nothing.
    """
    for _ in range(DEEP):
        kind: Any = type(value)
        if hook is not None or not issubclass(kind, Handle) or hasattr(kind, "_owned_parts"):
            break
        if kind._owned_dead or not hasattr(kind, "_owned_ledger"):
            return False
        ledger = kind._owned_ledger(value)
        value, hook = getattr(ledger, "value", None), ledger.hook
    else:
        return False  # A cycle of nothing but handles.
    if type(hook) is Exit or planned(value, hook).now is not None:
        return True
    if not hasattr(type(value), "_owned_parts"):
        return False
    parts = list(islice(value._owned_parts(), MANY))
    return len(parts) == MANY or any(_runs_something(part) for part in parts)


def _runs_something(part: Any) -> bool:
    """Does the end of this part of a collection run anything? Elements with hooks stand there as what drops them."""
    kind = type(part)
    if issubclass(kind, Handle) and (kind._owned_is_owner or kind._owned_is_guard):
        return has_hook(part, None)
    return True


DEEP = 100
"""How many owners in owners to look through for a hook."""
MANY = 1000
"""How many parts of a collection to ask for a hook; with more of them there is one."""


def check_droppable(ledger: Ledger, kind: str) -> None:
    """Raise, before anything is changed, if the value cannot be dropped here: only by awaiting, or in its thread."""
    if is_only_asynchronous(ledger.value, ledger.hook):
        raise only_by_awaiting(ledger, kind)
    check_thread(ledger, kind)


def only_by_awaiting(ledger: Ledger, kind: str) -> OwnershipError:
    """Build the error for an asynchronous hook where nothing can await."""
    return complaints.build(
        AsyncDropError,
        f"{complaints.place(kind, ledger)} can only be dropped by awaiting",
        "use `async with`, which awaits the hook, or take the value out by into_inner() and close it yourself",
        [("created", ledger.created)],
    )


def check_thread(ledger: Ledger, kind: str) -> None:
    """Raise `NotSendError` if the value is a resource of another thread."""
    if is_elsewhere(ledger, ledger.value):
        name = complaints.place(kind, ledger)
        raise complaints.wrong_thread(name, "belongs to its thread: it was created", ledger, ledger.thread)


def check_loop(ledger: Ledger, kind: str) -> None:
    """Raise `NotSendError` if the value is a resource of another event loop than the one that runs here."""
    loop = loop_of(ledger.value)
    if loop is None or loop is asyncio_loop():
        return
    gone = "which is closed" if loop.is_closed() else "which does not run here"
    raise complaints.build(
        NotSendError,
        f"{complaints.place(kind, ledger)} belongs to its event loop, {gone}, and cannot be dropped by awaiting here",
        "leave its `async with` in the loop that it was made in",
        [("created", ledger.created)],
    )


def asyncio_loop() -> Any:
    """Give the event loop that runs in this thread, if there is one; never imports asyncio."""
    asyncio: Any = sys.modules.get("asyncio")
    return None if asyncio is None else asyncio._get_running_loop()


def drop_now(value: Any, hook: Any, dropping: Dropping, *, taken: bool = False) -> None:
    """Run a value's hook, then drop its parts."""
    run_hook(value, hook, dropping, taken)
    drop_parts(value, dropping)


def run_hook(value: Any, hook: Any, dropping: Dropping, taken: bool) -> None:
    """Run a value's hook. Nothing is run for an owner in an owner: it drops as a part."""
    if hook is None and issubclass(type(value), Handle):
        return
    called = interrupted = False
    while True:
        try:
            if type(hook) is Exit:
                function, arguments = hook.leaving(dropping.pending)
                dropping.due, called = None, True
                if function(*arguments) and dropping.pending is not None:
                    dropping.swallow()
            elif not taken:
                if hook is not None:
                    now = None if is_asynchronous(hook) else hook
                else:
                    now = quick.close if (quick := known(value)) is not None else hooks_of(value, hook).now
                if now is not None:
                    dropping.due, called = None, True
                    refuse_awaitable(now(value))
            return
        except BaseException as failure:
            dropping.failed(failure)
            if called or interrupted or isinstance(failure, Exception):
                return
            interrupted = True  # A signal came before the hook was called: call it now.


async def drop_awaiting(value: Any, hook: Any, dropping: Dropping, *, taken: bool = False) -> None:
    """Run a value's hook and await what it gives, then drop its parts; a cancellation waits until all is done.

    An entered context manager is left in the task that entered it, and deals with a cancellation itself, as always.
    """
    import inspect  # Only here, and it takes long.

    try:
        if type(hook) is Exit:
            answer = hook.leave(dropping.pending)
            if inspect.isawaitable(answer):
                answer = await answer
            if answer and dropping.pending is not None:
                dropping.swallow()
        elif not taken:
            awaiting = planned(value, hook).awaiting
            if awaiting is not None:
                answer = awaiting(value)
                if inspect.isawaitable(answer):
                    await to_the_end(answer, dropping.failed)
    except BaseException as failure:
        dropping.failed(failure)
    if issubclass(type(value), Handle):
        return
    for part in parts_of(value, {id(value)}):
        try:
            await _drop_part_awaiting(part)
        except BaseException as failure:
            dropping.failed(failure)


def refuse_awaitable(answer: Any) -> None:
    """Raise if a hook gave a coroutine, which nobody awaits."""
    if isinstance(answer, CoroutineType):
        answer.close()
        raise complaints.build(
            AsyncDropError, "a drop hook gave a coroutine where nothing can await", "use `async with`"
        )


def drop_parts(value: Any, dropping: Dropping) -> None:
    """Drop the owners, and end the guards, that a dropped value holds: depth first, and to any depth."""
    if holds_only_plain(value):
        return
    waiting = [parts_of(value, {id(value)})]
    while waiting:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
            continue
        kind = type(part)
        try:
            if kind._owned_dead or not hasattr(kind, "_owned_end_part"):
                kind._owned_drop_part(part)
            elif (ended := kind._owned_end_part(part)) is not None:
                inner, ledger = ended
                run_hook(inner, ledger.hook, dropping, ledger.taken)
                waiting.append(parts_of(inner, {id(inner)}))
        except BaseException as failure:
            dropping.failed(failure)


def parts_of(value: Any, seen: set[int]) -> Iterator[Any]:
    """List the handles in a value's fields and in lists, tuples and dicts there, in order."""
    kind = type(value)
    if issubclass(kind, Handle):
        yield value
        return
    if issubclass(kind, (list, tuple)):
        inner = list(tuple.__iter__(value) if issubclass(kind, tuple) else list.__iter__(value))
    elif issubclass(kind, dict):
        inner = [x for pair in dict.items(value) for x in pair]
    else:
        inner = []
    if kind not in CONTAINERS and kind.__module__ != "builtins":
        if hasattr(kind, "_owned_parts"):  # A collection of ours knows best what it owns.
            yield from kind._owned_parts(value)
            return
        inner += fields_of(value)
    for part in inner:
        part_kind = type(part)
        if issubclass(part_kind, Handle):
            yield part
        elif part_kind in CONTAINERS and id(part) not in seen:
            seen.add(id(part))
            yield from parts_of(part, seen)


def holds_only_plain(value: Any) -> bool:
    """Is it an ordinary object with a dictionary of fields, none of which is, or can lead to, a handle?"""
    kind = type(value)
    quick = AT_ONCE.get(kind)
    if quick is not None and holds_nothing(value, quick):
        return True
    if issubclass(kind, (Handle, list, tuple, dict)) or hasattr(kind, "_owned_parts") or _declared(kind).members:
        return False
    try:
        fields = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return True
    if type(fields) is not dict:
        return False
    for part in list(fields.values()):
        part_kind = type(part)
        if part_kind not in PLAIN and (part_kind in CONTAINERS or issubclass(part_kind, Handle)):
            return False
    return True


def ends_silently(value: Any) -> bool:
    """Is there neither a hook to run at the end of this value, nor a part to drop?"""
    kind = type(value)
    if not is_hookless(kind):
        return False
    return kind in PLAIN or kind is object or next(parts_of(value, {id(value)}), None) is None


def fields_of(value: Any) -> list[Any]:
    """List an object's fields: in the order of declaration, then those only assigned, in the order of assignment."""
    return [part for _, part in fields_by_name(value)]


def fields_by_name(value: Any) -> list[tuple[str, Any]]:
    """The same, with their names."""
    try:
        held: dict[str, Any] = dict(object.__getattribute__(value, "__dict__"))
    except AttributeError:
        held = {}
    found = []
    for name, member in _declared(type(value)).fields:
        if name in held:
            found.append((name, held.pop(name)))
        elif member is not None:
            try:
                found.append((name, member.__get__(value)))
            except AttributeError:
                continue
    return [*found, *held.items()]


class Declared(NamedTuple):
    """The fields that a class declares, in order: with their members, if they are slots."""

    fields: list[tuple[str, MemberDescriptorType | None]]
    members: bool


_declarations: dict[Any, Declared] = {}
"""By weak references to classes."""


def _declared(kind: type) -> Declared:
    known = _declarations.get(weakref.ref(kind))
    if known is None:
        fields: list[tuple[str, MemberDescriptorType | None]] = []
        for base in reversed(kind.__mro__):
            for name in (*_annotated(base), *_slots_of(base)):
                member = base.__dict__.get(name)
                fields.append((name, member if isinstance(member, MemberDescriptorType) else None))
        known = Declared(fields, any(member is not None for _, member in fields))
        _declarations[weakref.ref(kind, _forget_declarations)] = known
    return known


def _forget_declarations(reference: Any) -> None:
    _declarations.pop(reference, None)


def _slots_of(base: type) -> list[str]:
    slots = base.__dict__.get("__slots__", ())
    names = [slots] if isinstance(slots, str) else list(slots)
    declared = _annotated(base)
    return [name for name in names if name not in declared]


def _annotated(base: type) -> dict[str, Any]:
    """The annotations of a class itself; `type` has a descriptor by that name."""
    declared = base.__dict__.get("__annotations__")
    return declared if type(declared) is dict else {}


def drop_orphan(ledger: Ledger, value: Any, kind: str, reported: bool = False, came_back: bool = False) -> None:
    """Drop the value of an owner that died without a scope. In a garbage collection or at exit, that is a leak.

    It is not told of again if it was `reported` already. What belongs to another thread is dropped there, and what has
    to be awaited by another thread's loop, by that; `came_back` from such a thread, it is this one's.
    """
    if is_elsewhere(ledger, value):
        hand_back(ledger, complaints.place(kind, ledger), lambda: drop_stranded(ledger, value, kind))
    else:
        drop_orphan_here(ledger, value, kind, reported, came_back)


def send_home(ledger: Ledger, value: Any, kind: str, came_back: bool) -> bool:
    """Hand what can only be dropped by awaiting to its loop, if that is another one than may run here."""
    loop = loop_of(value)
    if loop is None and (came_back or ledger.thread != get_ident()):
        loop = loop_in(int(ledger.thread))
    if loop is None or (is_here(loop) and not came_back):
        return False

    async def finish() -> None:
        entered = type(ledger.hook) is Exit
        dropping = Dropping(OwnerDied(f"the owner of {ledger.describe()} died without a scope") if entered else None)
        await drop_awaiting(value, ledger.hook, dropping, taken=ledger.taken)
        dropping.cancelled = None  # It has finished, and is all that there was to do.
        dropping.conclude()

    sent = await_in(loop, finish, lambda: warn_of_leak(ledger, kind, True, source=value))
    if sent and in_collection():
        warn_of_leak(ledger, kind, False, source=value)
    return sent


def drop_stranded(ledger: Ledger, value: Any, kind: str) -> None:
    """Drop what has come back to its thread; if that has ended, nothing can be done but drop what it holds."""
    if not is_elsewhere(ledger, value):
        drop_orphan_here(ledger, value, kind)
        return
    dropping = Dropping()
    drop_parts(value, dropping)
    dropping.conclude()


def is_elsewhere(ledger: Ledger, value: Any) -> bool:
    """Does a value, or the context manager that is to be left, belong to another thread?"""
    if ledger.thread == get_ident():
        return False
    hook = ledger.hook
    return thread_bound(value) or (type(hook) is Exit and thread_bound(hook.manager))


def drop_orphan_here(ledger: Ledger, value: Any, kind: str, reported: bool = False, came_back: bool = False) -> None:
    """The same, in this thread."""
    leaked = not reported and (collector[0] == get_ident() or sys.is_finalizing())
    only_awaiting = False
    dropping = Dropping()
    hook = ledger.hook
    if type(hook) is Exit and not hook.asynchronous:
        try:
            hook.leave(OwnerDied(f"the owner of {ledger.describe()} died without a scope"))
        except BaseException as failure:
            dropping.failed(failure)
        drop_parts(value, dropping)
    elif is_only_asynchronous(value, hook):
        if send_home(ledger, value, kind, came_back):
            return
        only_awaiting = True
        drop_parts(value, dropping)
    else:
        leaked = leaked and has_hook(value, hook)
        drop_now(value, hook, dropping, taken=ledger.taken)
    try:
        if leaked or only_awaiting:
            warn_of_leak(ledger, kind, only_awaiting, source=value)
    finally:
        dropping.conclude()


def warn_of_leak(
    ledger: Ledger,
    kind: str,
    only_awaiting: bool,
    how: str = "died in a garbage collection",
    remedy: str = "bind it by `with`, or drop() it",
    source: Any = None,
) -> None:
    """Warn that an owner died where it should not have, naming the place of its creation; `source` is the value."""
    site = site_of("created", ledger.created)
    if only_awaiting:
        how = "died without `async with`, and can only be dropped by awaiting"
    elif sys.is_finalizing():
        how = "was still alive at the interpreter's exit"
    message = f"{complaints.place(kind, ledger)} {how}: {site}; {remedy}"
    if accounts.listener is not None:
        accounts.listener("leaked", ledger, None)
    if accounts.leak_listener is not None:
        accounts.leak_listener(ledger, message)
    log("WARNING", message)
    warnings.warn_explicit(message, OwnedLeakWarning, site.file, site.line, source=source)


def is_foreign(ledger: Ledger) -> bool:
    """Was this value created by another process?"""
    return ledger.born < BEGUN[0]


def in_collection() -> bool:
    """Does the garbage collector run in this thread now?"""
    return collector[0] == get_ident()


collector: list[int] = [0]
"""The thread in which the garbage collector runs now, or 0."""


def is_collecting() -> bool:
    """Is the garbage collector at work?"""
    return collector[0] != 0


def _note_collection(phase: str, info: dict[str, int]) -> None:
    collector[0] = get_ident() if phase == "start" else 0


gc.callbacks.append(_note_collection)


def _show_leaks() -> None:
    """Show leak warnings, though Python ignores resource warnings, unless somebody has said what to do with them."""
    for action, message, category, module, line in warnings.filters:
        if issubclass(OwnedLeakWarning, category) and message is None and module is None and line == 0:
            if action == "ignore" and category is ResourceWarning:
                warnings.simplefilter("default", OwnedLeakWarning)
            return
    warnings.simplefilter("default", OwnedLeakWarning)


_show_leaks()
