"""Objects that keep a closure: reported where the owner ends, which at run time only the call notices."""

from __future__ import annotations

from collections.abc import Callable

from owned import Owned, Ref, borrow, drop


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = ["a"]

    def last(self) -> str:
        return self.lines[-1]


class Button:
    def __init__(self, on: Callable[[], str]) -> None:
        self.on = on

    def press(self) -> str:
        return self.on()


def read(log: Ref[Log]) -> str:
    return log.last()


# case: bad-callback-after-drop | an object keeps a closure, and what that names is dropped
def bad_callback_after_drop() -> None:
    log = Owned(Log())
    button = Button(lambda: log.value.last())
    drop(log)  # E: move-while-borrowed E0505
    button.press()


# case: bad-callback-after-block | an object with a closure outlives the owner of a block
def bad_callback_after_block() -> None:
    with Owned(Log()) as log:
        button = Button(lambda: read(borrow(log)))  # E: borrow-outlives-owner E0597
    button.press()


# case: bad-callback-alias | another name of an object with a closure
def bad_callback_alias() -> None:
    log = Owned(Log())

    def on() -> str:
        return log.value.last()

    button = Button(on)
    same = button
    drop(log)  # E: move-while-borrowed E0505
    same.press()


# case: bad-callback-handed-on | a list that goes on keeps an object with a closure, which takes what it names
def bad_callback_handed_on(buttons: list[Button]) -> None:
    log = Owned(Log())
    buttons.append(Button(lambda: log.value.last()))
    print(log.value.last())  # E: use-after-move E0382


# case: bad-callback-of-block-handed-on | the owner of a block goes into an object that is returned
def bad_callback_of_block_handed_on() -> Button:
    with Owned(Log()) as log:
        return Button(lambda: read(borrow(log)))  # E: missing-move must_move


# case: bad-callback-of-guard-handed-on | a guard goes into an object that is returned
def bad_callback_of_guard_handed_on() -> Button:
    log = Owned(Log())
    r = borrow(log)
    return Button(lambda: read(r))  # E: borrow-outlives-owner E0373


# case: bad-lambda-default-returned | a guard of a local owner is the value of a parameter of a lambda that is returned
def bad_lambda_default_returned() -> Callable[[], str]:
    log = Owned(Log())
    return lambda r=borrow(log): r.last()  # type: ignore[misc]  # E: borrow-outlives-owner E0373


# case: bad-guard-in-dictionary-of-callbacks | the guard that a callback names is dropped before its call
def bad_guard_in_dictionary_of_callbacks() -> None:
    log = Owned(Log())
    r = borrow(log)
    todo: dict[str, Callable[[], str]] = {"a": lambda: read(r)}
    drop(r)  # E: move-while-borrowed E0505
    todo["a"]()


# case: bad-guard-in-list-of-callbacks | the same, and a loop calls what is in a list
def bad_guard_in_list_of_callbacks() -> None:
    log = Owned(Log())
    r = borrow(log)
    todo: list[Callable[[], str]] = []
    todo.append(lambda: read(r))
    drop(r)  # E: move-while-borrowed E0505
    for f in todo:
        f()


# case: bad-callbacks-of-guard-returned | a list of callbacks that name a local guard is returned
def bad_callbacks_of_guard_returned() -> list[Callable[[], str]]:
    log = Owned(Log())
    r = borrow(log)
    return [lambda: read(r)]  # E: borrow-outlives-owner E0515
