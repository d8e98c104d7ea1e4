"""The catalogue of rules: slug, Rust's codes, title. Read by the runtime and by the mypy plugin.

>>> RULES["use-after-move"].codes
('E0382',)
>>> rule_of_code("E0505").slug
'move-while-borrowed'
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """One rule: the slug that users see, Rust's error codes for it, and what it says in a few words."""

    slug: str
    codes: tuple[str, ...]
    title: str
    static: bool = True
    runtime: bool = True


RULES: dict[str, Rule] = {
    rule.slug: rule
    for rule in (
        Rule("use-after-move", ("E0382",), "use of a moved or dropped value"),
        Rule("use-before-init", ("E0381",), "use of a value that is not assigned on every path", runtime=False),
        Rule("borrow-conflict", ("E0499", "E0502", "E0503", "E0506"), "two borrows that exclude each other"),
        Rule("move-while-borrowed", ("E0505",), "move or drop of a value that is borrowed"),
        Rule("move-out-of-borrow", ("E0507", "E0508", "E0509"), "move of a value that is only borrowed"),
        Rule(
            "borrow-outlives-owner",
            ("E0597", "E0515", "E0716", "E0373", "E0521"),
            "a borrow used after its block or its owner ended",
        ),
        Rule("mutate-through-ref", ("E0594", "E0596"), "change of a value that is borrowed shared"),
        Rule("not-send", ("E0277",), "a value used in a thread, loop or process that may not use it"),
        Rule("missing-move", (), "an owner that leaves the block that would drop it", runtime=False),
        Rule("unused-owner", (), "an owner or guard that is discarded at once", runtime=False),
        Rule("not-copy", ("E0204",), "a copy of a handle", static=False),
        Rule("async-drop", (), "an asynchronous drop where nothing can await", static=False),
        Rule("misuse", (), "a call that this object does not support", static=False),
    )
}


def rule_of_code(code: str) -> Rule:
    """Find the rule that a code of Rust's belongs to; raises `KeyError` for a code that no rule has."""
    for rule in RULES.values():
        if code in rule.codes:
            return rule
    raise KeyError(code)
