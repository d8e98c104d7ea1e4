"""Guards that only finished frames still hold.

    def fail(owner):
        guard = borrow(owner)
        raise ValueError

    try:
        fail(owner)
    except ValueError:
        drop(owner)

The call has failed, its local variables are out of reach, and in Rust the guard would be gone. In Python the traceback
keeps the frame, the frame the variable, and the variable the guard: the owner would count as borrowed until the
exception is gone. So, when a conflict is about to be raised, and only then, we look at who refers to the guards. One
that is held by nothing but finished frames is ended.

References that Python does not show, those of running frames and of C code, are found by counting: a guard is abandoned
when the references of finished frames are all that it has.
"""

from __future__ import annotations

import gc
import sys
import time
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType, MethodType
from typing import Any

from .atomic import FREE_THREADED
from .handles import Handle
from .ledger import CLAIMED, FREE, Lender
from .sites import has_ended, is_this_thread

DEPTH = 8
MOST = 5 if FREE_THREADED else 40
"""How many things to ask about, at most: each costs a look through the heap, which stops all threads where they are
free. And threads that look at the same time find each other's lists."""
LONG = 100_000
"""How long a list may be that is looked through. A list of all objects is longer, and somebody is at work with it."""
searches: set[int] = set()
"""The identities of the lists that threads go through just now: what stands in one that is not ours is being judged."""
_SUSPENDED = (GeneratorType, CoroutineType, AsyncGeneratorType)
_CARRIERS = (list, tuple, dict, set, MethodType, *_SUSPENDED)


def settle(lender: Lender) -> bool:
    """End the abandoned guards of a lender; is it free now? What another thread just moves or drops is waited for.

    One guard that is still held settles it, and the rest need not be asked for: each costs a look through the heap.
    """
    for _ in range(1000):
        if lender.state != CLAIMED:
            break
        time.sleep(0)
    if lender.state == FREE:
        return True
    if lender.state <= CLAIMED:
        return False
    holders = [x for x in gc.get_referrers(lender) if _is_live_guard(x) and _can_be_judged(x)]
    running = _running_frames()
    try:
        for guard in holders:
            if not _only_finished_frames_hold(guard, {id(holders), *running}, DEPTH, {}):
                break
            type(guard)._owned_drop_part(guard)
    finally:
        guard = None  # Frames that are done must not be kept alive from here.
        holders.clear()
    return lender.state == FREE


def _is_live_guard(x: object) -> bool:
    kind = type(x)
    return issubclass(kind, Handle) and kind._owned_is_guard and not kind._owned_dead


def _can_be_judged(guard: Any) -> bool:
    """Did this thread borrow, or one that has ended? The frames of others go on while we look, and cannot be judged.

    Where threads are free, the references that another thread has left behind are not counted exactly.
    """
    mark = type(guard)._owned_mark(guard)
    if mark is None:
        return False
    return is_this_thread(mark.thread) or (not FREE_THREADED and has_ended(mark.thread))


def _running_frames() -> set[int]:
    """The identities of the frames that are running: a list of the frames themselves would be a cycle through ours.

    From 3.11 on, running frames are not among the referrers. And they must not be looked for: the frames of another
    thread go on meanwhile, and `f_back` of one that has just ended may be anything.
    """
    frames: set[int] = set()
    if sys.version_info >= (3, 11):
        return frames
    frame: FrameType | None
    for frame in sys._current_frames().values():
        while frame is not None:
            frames.add(id(frame))
            frame = frame.f_back
    return frames


def _references(thing: Any) -> int:
    return sys.getrefcount(thing)


def _references_of_our_own() -> int:
    """How many references a thing has that only a list, the loop over it and the functions it is given to hold."""
    counts: list[int] = []
    for thing in [object()]:
        counts.append(_count_below(thing))
    return counts[0]


def _count_below(thing: Any) -> int:
    return _references(thing)


_OURS = _references_of_our_own()


def _only_finished_frames_hold(thing: Any, ignored: set[int], depth: int, found: dict[int, bool]) -> bool:
    """Ask for a guard or what holds it. What was `found` is not asked again; too much to ask is an answer, too."""
    known = found.get(id(thing))
    if known is not None or len(found) >= MOST:
        return bool(known)
    found[id(thing)] = False
    others = _references(thing) - _OURS
    holders = gc.get_referrers(thing)
    ignored = {*ignored, id(holders)}
    searches.add(id(holders))
    try:
        for holder in holders:
            if id(holder) in ignored:
                continue
            if id(holder) in searches or (type(holder) is list and len(holder) > LONG):
                return False
            times = list(map(id, gc.get_referents(holder))).count(id(thing))
            if isinstance(holder, FrameType):
                if _is_finished(holder):
                    others -= times
            elif depth and (isinstance(holder, _CARRIERS) or _is_view(holder)):
                if _only_finished_frames_hold(holder, ignored, depth - 1, found):
                    others -= times
    finally:
        searches.discard(id(holders))
        holder = None
        holders.clear()
    found[id(thing)] = others <= 0
    return others <= 0


def _is_view(holder: object) -> bool:
    return issubclass(type(holder), Handle)


def _is_finished(frame: FrameType) -> bool:
    """Is a frame that is not running done for good? On 3.10 it may be a generator's that waits."""
    if sys.version_info >= (3, 11):
        return True
    return not any(isinstance(x, _SUSPENDED) for x in gc.get_referrers(frame))
