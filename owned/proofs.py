"""Reads the proofs that the checker writes beside a module's byte code: that this very source passed.

A proof is believed if it is whole, is about this module and these bytes, and was written by the same edition of the
rules. `owned_mypy/proofs.py` writes it.
"""

from __future__ import annotations

import hashlib
import json
import os

Place = tuple[int, int, int, int]
"""First line and column, last line and column of a call."""

FORMAT = 2


class NotProvenError(Exception):
    """There is no proof for a module, or none that can be believed; the text says why."""


class Call:
    """What is known of a call of a verb, or of one that makes an `Owned` or a `Box`."""

    __slots__ = ("consumed", "kind", "simple", "verb")

    def __init__(self, verb: str, kind: str, simple: bool, consumed: bool) -> None:
        self.verb = verb
        self.kind = kind
        """What the verb is called on, or what is made: an `Owned` or a `Box`."""
        self.simple = simple
        """The value is certainly no handle in turn, for which verbs would have another meaning."""
        self.consumed = consumed
        """The value may have methods that consume it."""


class Proof:
    """What is known of a module that passed."""

    __slots__ = ("calls", "key")

    def __init__(self, calls: dict[Place, Call], key: bytes) -> None:
        self.calls = calls
        """The calls, by place."""
        self.key = key
        """Changes with the source and with the proof."""


def proof_path(source: str) -> str:
    """Give the place of a source file's proof."""
    folder, name = os.path.split(source)
    return os.path.join(folder, "__pycache__", f"{name.removesuffix('.py')}.owned-proof")


def seal(proof: dict[str, object]) -> str:
    """Digest everything else in a proof."""
    return hashlib.sha256(json.dumps(proof, sort_keys=True).encode()).hexdigest()


_edition: list[str] = []


def edition() -> str:
    """Give what has to be the same as when the proof was written: the installed version, and a digest of the rules."""
    if not _edition:
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "codes.py"), "rb") as file:
            rules = hashlib.sha256(file.read()).hexdigest()[:16]
        _edition.append(f"{_installed_version(os.path.dirname(here))}+{rules}")
    return _edition[0]


def _installed_version(folder: str) -> str:
    # `importlib.metadata` would take longer than everything else here.
    for name in os.listdir(folder):
        if name.startswith("owned_py-") and name.endswith(".dist-info"):
            return name.removesuffix(".dist-info").partition("-")[2]
    return "source"


def read_proof(path: str, module: str | None, source: bytes) -> Proof:
    """Give the proof that these bytes, the source of this module, passed; raise `NotProvenError` if there is none.

    Without a name, the proof is believed to be of the module that it names.
    """
    try:
        with open(proof_path(path), "rb") as file:
            text = file.read()
    except FileNotFoundError:
        raise NotProvenError("no proof: the checker found mistakes, or has not been asked to write proofs") from None
    except OSError as error:
        raise NotProvenError(f"the proof cannot be read: {error}") from None
    try:
        proof = json.loads(text)
        sealed = proof.pop("seal")
        if sealed != seal(proof):
            raise NotProvenError("the proof is damaged")
        if proof["format"] != FORMAT:
            raise NotProvenError("the proof has another format")
        if module is not None and proof["module"] != module:
            raise NotProvenError(f"the proof is of another module: {proof['module']}")
        if proof["source"] != hashlib.sha256(source).hexdigest():
            raise NotProvenError("the source has changed since it was checked")
        if proof["edition"] != edition():
            raise NotProvenError("the proof was written by another version")
        calls = {}
        for line, column, end_line, end_column, *known in proof["sites"]:
            calls[line, column, end_line, end_column] = Call(*known)
    except NotProvenError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotProvenError("the proof is damaged") from None
    return Proof(calls, hashlib.sha256(text + source).digest())
