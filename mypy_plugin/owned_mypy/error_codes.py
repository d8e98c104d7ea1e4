"""A code of mypy's for every rule, all under one parent, for `# type: ignore[...]` and for settings."""

import importlib.util
import sys
from types import ModuleType
from typing import Final

from mypy.errorcodes import ErrorCode

from owned_mypy.digest import catalogue


def _catalogue() -> ModuleType:
    """Load the catalogue of rules without the runtime that it belongs to: mypy would wait for the import each time."""
    name = "owned.codes"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location("owned_mypy.catalogue", catalogue())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


OWNED: Final = ErrorCode("owned", "Ownership of objects: the parent of all codes of this plugin", "Ownership")
ERROR_CODES: Final = {
    rule.slug: ErrorCode(rule.slug, rule.title.capitalize(), "Ownership", sub_code_of=OWNED)
    for rule in _catalogue().RULES.values()
    if rule.static
}
