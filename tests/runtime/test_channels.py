"""Channels. The numbers are those of the facts that Rust's own tests assert."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from owned import ChannelClosedError, NotCopyError, NotSendError, SendError, UseAfterDropError, UseAfterMoveError
from tests.runtime.loose import Arc, Owned, Rc, borrow, channel, clone, drop, is_live, move, spawn
from tests.runtime.parts import Noisy, refused


def test_fact_169_values_arrive_in_order_at_one_receiver() -> None:
    """Sending moves them in, receiving moves them out."""
    log: list[str] = []
    tx, rx = channel()
    parcel = Owned(Noisy("a", log))
    tx.send(parcel)
    refused(UseAfterMoveError, lambda: parcel.value, "E0382")
    tx.send(2)
    got = rx.recv()
    assert (got.value.name, rx.recv(), log) == ("a", 2, [])
    drop(got)
    assert log == ["a"]


def test_facts_170_and_171_send_fails_when_the_receiver_is_gone() -> None:
    """On a clone, too; the error carries the value, and an owner stays the caller's."""
    tx, rx = channel()
    other = clone(tx)
    drop(rx)
    for sender in (tx, other):
        with pytest.raises(SendError) as info:
            sender.send([1])
        assert info.value.into_inner() == [1]
    owner = Owned(1)
    with pytest.raises(SendError):
        tx.send(owner)
    assert is_live(owner)


def test_facts_172_and_173_what_was_sent_before_is_still_received() -> None:
    """Then recv fails, for every sender is gone."""
    tx, rx = channel()
    other = clone(tx)
    tx.send(1)
    drop(tx)
    other.send(2)
    assert rx.recv() == 1
    drop(other)
    assert rx.recv() == 2
    with pytest.raises(ChannelClosedError):
        rx.recv()
    with pytest.raises(ChannelClosedError):
        rx.try_recv()


def test_fact_174_try_recv_gives_none_while_nothing_is_there() -> None:
    """The channel is open."""
    tx, rx = channel()
    assert rx.try_recv() is None
    tx.send(1)
    assert rx.try_recv() == 1


def test_fact_175_recv_with_a_timeout() -> None:
    """Raises when nothing arrived in time."""
    tx, rx = channel()
    with pytest.raises(TimeoutError):
        rx.recv(timeout=0.01)
    tx.send(1)
    assert rx.recv(timeout=0.01) == 1


def test_fact_176_what_nobody_received_is_dropped_with_the_receiver() -> None:
    """In order; owners and bare values alike."""
    log: list[str] = []
    tx, rx = channel()
    tx.send(Owned(Noisy("a", log)))
    tx.send(Noisy("b", log))
    drop(rx)
    assert log == ["a", "b"]
    assert is_live(tx)


def test_what_nobody_received_is_dropped_when_both_ends_just_go() -> None:
    """Without a word."""
    log: list[str] = []
    tx, rx = channel()
    tx.send(Owned(Noisy("a", log)))
    del tx, rx
    assert log == ["a"]


def test_fact_177_a_waiting_receiver_fails_when_the_last_sender_goes() -> None:
    """In another thread."""
    tx, rx = channel()
    box = [tx]
    del tx
    threading.Timer(0.05, lambda: drop(box.pop())).start()
    with pytest.raises(ChannelClosedError):
        rx.recv(timeout=10)


def test_fact_178_iterating_ends_when_every_sender_is_gone() -> None:
    """After the last value."""
    tx, rx = channel()

    def produce(mine: Any) -> None:
        for n in range(100):
            mine.send(n)

    handles = [spawn(produce, clone(tx)) for _ in range(3)]
    drop(tx)
    assert sorted(rx) == sorted(list(range(100)) * 3)
    for handle in handles:
        handle.join()


def test_fact_179_a_channel_without_room_waits_for_a_receiver() -> None:
    """As sync_channel(0)."""
    tx, rx = channel(capacity=0)
    with pytest.raises(SendError):
        tx.try_send(1)
    sent: list[int] = []

    def give() -> None:
        tx.send(1)
        sent.append(1)

    thread = threading.Thread(target=give)
    thread.start()
    time.sleep(0.02)
    assert sent == []
    assert rx.recv(timeout=10) == 1
    thread.join(10)
    assert sent == [1]


def test_fact_180_try_send_gives_the_value_back() -> None:
    """When the channel is full, and when it is closed."""
    tx, rx = channel(capacity=1)
    tx.try_send([1])
    with pytest.raises(SendError) as info:
        tx.try_send([2])
    assert info.value.into_inner() == [2]
    with pytest.raises(TimeoutError):
        tx.send([3], timeout=0.01)
    assert rx.recv() == [1]
    tx.send([4])
    drop(rx)
    with pytest.raises(SendError) as info:
        tx.try_send([5])
    assert info.value.into_inner() == [5]


def test_what_belongs_to_its_thread_is_not_sent() -> None:
    """An Rc, its Weak, a borrow."""
    tx, rx = channel()
    rc, owner = Rc([1]), Owned([1])
    guard = borrow(owner)
    refused(NotSendError, lambda: tx.send(rc), "E0277")
    refused(NotSendError, lambda: tx.send(Rc.downgrade(rc)), "E0277")
    refused(NotSendError, lambda: tx.send(guard), "E0277")
    tx.send(Arc([1]))
    assert rx.recv() == [1]
    assert (is_live(rc), is_live(guard)) == (True, True)


def test_the_ends_are_owners() -> None:
    """Moved, dropped, and dead afterwards; `with` closes them."""
    tx, rx = channel()
    other = move(tx)
    refused(UseAfterMoveError, lambda: tx.send(1), "E0382")
    assert repr(tx).startswith("<moved Sender[object]")
    with other:
        other.send(1)
    refused(UseAfterDropError, lambda: other.send(2), "E0382")
    assert list(rx) == [1]
    moved = move(rx)
    drop(moved)
    refused(UseAfterDropError, lambda: moved.recv(), "E0382")
    refused(UseAfterDropError, lambda: drop(moved), "E0382")


def test_a_channel_has_one_receiver() -> None:
    """Senders are cloned, the receiver is not."""
    sender, receiver = channel()
    refused(NotCopyError, lambda: clone(receiver))
    clone(sender).send(1)
    assert receiver.recv() == 1
