"""In a run that has nothing to do with handles, the plugin leaves its place to one that does nothing."""

import shutil
from pathlib import Path

import pytest
from mypy.build import BuildResult, build
from mypy.modulefinder import BuildSource
from mypy.options import Options
from mypy.plugin import ChainedPlugin, Plugin

from owned_mypy.dormant import DormantPlugin
from owned_mypy.hooks import OwnershipPlugin

OTHER = """
from mypy.plugin import Plugin

class Other(Plugin):
    asked = []
    told = []

    def get_customize_class_mro_hook(self, fullname):
        self.asked.append(fullname)
        return lambda ctx: self.told.append(ctx.cls.fullname)

def plugin(version):
    return Other
"""


@pytest.fixture
def options(tmp_path: Path, root: Path, library_cache: Path) -> Options:
    """Give options with two plugins, ours first."""
    shutil.copytree(library_cache, tmp_path / "cache")
    (tmp_path / "other.py").write_text(OTHER)
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = owned_mypy, other.py\n")
    options = Options()
    options.plugins = ["owned_mypy", "other.py"]
    options.config_file = str(tmp_path / "mypy.ini")
    options.mypy_path = [str(root)]
    options.cache_dir = str(tmp_path / "cache")
    return options


def check(text: str, options: Options) -> BuildResult:
    """Check a program in this process."""
    return build([BuildSource(None, "program", text)], options)


def plugins_of(result: BuildResult) -> list[Plugin]:
    """Give the plugins that mypy asks at the end of a run."""
    chain = result.manager.plugin
    assert isinstance(chain, ChainedPlugin)
    return chain._plugins


def test_it_steps_aside_and_the_other_plugin_is_told_of_every_class(options: Options) -> None:
    """The class at which it steps aside included; and so does the next run, from the cache."""
    for text in ("class A: ...\n", "class B: ...\n"):
        idle, other, *_ = plugins_of(check(text, options))
        assert type(idle) is Plugin
        asked, told = getattr(other, "asked"), getattr(other, "told")
        assert asked
        assert set(told) == set(asked)


def test_it_wakes_where_a_module_of_the_run_imports_owned(options: Options) -> None:
    """Even if that is none of those that are named."""
    text = "from owned import Owned, drop\nt = Owned(1)\ndrop(t)\ndrop(t)\n"
    result = check(text, options)
    assert type(plugins_of(result)[0]) is OwnershipPlugin
    assert [line for line in result.errors if "use-after-move" in line]


def test_it_stays_awake_where_it_cannot_know(options: Options) -> None:
    """In the daemon, whose next run may have other modules, and in a worker, which is told of none."""
    options.fine_grained_incremental = True
    daemon, worker = DormantPlugin(options), DormantPlugin(Options())
    daemon._seen.add("builtins")
    plugins: list[Plugin] = [daemon, worker]
    for plugin in plugins:
        plugin.set_modules({})
    assert {type(plugin) for plugin in plugins} == {OwnershipPlugin}
