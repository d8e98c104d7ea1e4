"""Lower small programs for the tests: mypy types them without the plugin's pass, and the driver's parts do the rest."""

from pathlib import Path

from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import Decorator, FuncDef
from mypy.options import Options

from owned_mypy.ir import Body
from owned_mypy.lower import lower_function
from owned_mypy.types_source import TypeSource

ROOT = Path(__file__).resolve().parents[2]


def lower_source(source: str, cache: Path) -> dict[str, Body]:
    """The bodies of the functions of a program, by name. `cache` is a folder for mypy's cache."""
    options = Options()
    options.export_types = True
    options.preserve_asts = True
    options.check_untyped_defs = True
    options.cache_dir = str(cache)
    options.mypy_path = [str(ROOT)]
    options.plugins = ["owned_mypy"]
    result = build.build([BuildSource("program.py", "program", source)], options)
    tree = result.files["program"]
    bodies: dict[str, Body] = {}
    for definition in tree.defs:
        function = definition.func if isinstance(definition, Decorator) else definition
        if isinstance(function, FuncDef):
            types = TypeSource(result.types.get, "program", tree, None, options)
            for body in lower_function(function, types):
                bodies[body.name] = body
    return bodies
