"""How the rows of our own functions and methods are written."""

from typing import Final

from owned_mypy.effects import CallEffect, Effect, Gives, Param


def verb(*effects: Effect, gives: Gives = Gives.NOTHING_SPECIAL, must_use: bool = False) -> CallEffect:
    """A function of ours, by what it does to each argument."""
    names = ("x", "new") if len(effects) == 2 and effects[1] is Effect.CONSUMES else ("x", "b")
    return CallEffect(
        tuple(Param(name, at, effect) for at, (name, effect) in enumerate(zip(names, effects, strict=False))),
        gives=gives,
        must_use=must_use,
    )


def method(
    receiver: Effect, *params: Effect, gives: Gives = Gives.NOTHING_SPECIAL, must_use: bool = False
) -> CallEffect:
    """A method, by what it does to its object and to each argument."""
    rows = tuple(Param("new" if at == 0 else f"argument {at}", at, effect) for at, effect in enumerate(params))
    return CallEffect(rows, receiver=receiver, gives=gives, must_use=must_use)


MAKES: Final = CallEffect(
    (Param("value", 0, Effect.CONSUMES), Param("drop", None, Effect.KEEPS), Param("name", None, Effect.READS)),
    gives=Gives.OWNER,
    must_use=True,
)
"""A constructor that takes over what it is given."""
