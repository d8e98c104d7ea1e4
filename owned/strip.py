"""Lets verified modules pay nothing at level `off`: borrow blocks and verbs are taken out of them as they are imported.

    OWNED=off OWNED_STRIP=1 python -m owned run app      # or owned.strip.install() before the imports

A module is stripped if the checker wrote a proof for its very bytes (see `docs/strip.md`). Any other module is imported
as ever; so are those that other hooks load, such as tests whose assertions pytest rewrites, and those in archives.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType
from typing import TYPE_CHECKING

from .levels import LEVEL, Level
from .proofs import Call, NotProvenError, Place, proof_path, read_proof

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_TOOLS = ("bare", "strip_locals", "strip_names", "strip_uses", "strip_values", "stripping")


def install() -> bool:
    """Strip what is imported from now on; gives whether it is: not at another level than `off`.

    >>> install()
    False
    """
    if LEVEL is not Level.OFF:
        return False
    if not any(isinstance(finder, StrippingFinder) for finder in sys.meta_path):
        place = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else len(sys.meta_path)
        sys.meta_path.insert(place, StrippingFinder())
    return True


class StrippingFinder:
    """Finds what the ordinary finder finds, and has modules with a proof loaded stripped."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Called by the import system, right before the ordinary finder."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader and os.path.exists(proof_path(spec.loader.path)):
            spec.loader = StrippingLoader(spec.loader.name, spec.loader.path)
        return spec


class StrippingLoader(SourceFileLoader):
    """Loads a module stripped, if its proof holds, and as it is otherwise."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Called by the import system and by `python -m`."""
        try:
            return self._stripped(fullname)
        except Exception:  # Whatever is wrong with a proof, or with us, is no reason to fail an import.
            return super().get_code(fullname)

    def _stripped(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        proof = read_proof(path, fullname, source)
        if not proof.calls:
            raise NotProvenError("there is nothing to strip")
        header = MAGIC_NUMBER + proof.key + _tools_key()
        place = cache_from_source(path, optimization=f"owned{sys.flags.optimize}")
        code = _cached(place, header)
        if code is None:
            code = strip_source(source, path, proof.calls)
            if not sys.dont_write_bytecode:
                packed = marshal.dumps(code)
                self.set_data(place, header + hashlib.sha256(packed).digest() + packed)
        return code


def strip_source(source: bytes, path: str, calls: dict[Place, Call]) -> CodeType:
    """Compile a source without the calls that its proof knows."""
    import ast

    from .stripping import strip

    stripped = strip(ast.parse(source, path), calls)
    code: CodeType = compile(stripped.tree, path, "exec", dont_inherit=True)
    return code


def _cached(place: str, header: bytes) -> CodeType | None:
    try:
        with open(place, "rb") as file:
            found = file.read()
    except OSError:
        return None
    begin = len(header) + hashlib.sha256().digest_size
    packed = found[begin:]
    if found[:begin] != header + hashlib.sha256(packed).digest():
        return None
    code = marshal.loads(packed)
    return code if isinstance(code, CodeType) else None


_key: list[bytes] = []


def _tools_key() -> bytes:
    """Digest what decides how modules are stripped, so that nothing stripped by another version is used."""
    if not _key:
        digest = hashlib.sha256()
        for name in _TOOLS:
            with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py"), "rb") as file:
                digest.update(file.read())
        _key.append(digest.digest())
    return _key[0]
