"""The plugin as mypy loads it, and as it stays in a run in which no module imports `owned`.

mypy asks every plugin about every call, attribute, type and class, and a function of Python's that says no costs more
than most of mypy's own work on it. So, as long as nothing is known about the program, this class only looks at which
modules take part in the run. mypy tells the plugin of each: of one from the cache when it looks whether that is valid,
of any other one when it has been parsed. If `owned` is among them, the plugin wakes; if it is not, it leaves its place
to a plugin of mypy's own that does nothing.
"""

import time
from collections.abc import Callable

from mypy.nodes import MypyFile
from mypy.options import Options
from mypy.plugin import ClassDefContext, Plugin, ReportConfigContext

from owned_mypy import error_codes
from owned_mypy.asked_classes import AskedClasses
from owned_mypy.proof_settings import is_asked_for

__all__ = ["DormantPlugin", "error_codes"]  # mypy must know the codes before it reads the settings that name them


class DormantPlugin(Plugin):
    """Wakes in a run that has to do with handles."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._seen: set[str] = set()
        self._proofs = is_asked_for(options)
        if self._proofs:
            from owned_mypy.proofs import PROOFS

            PROOFS.begin(options, time.time_ns())

    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """Called for every module that is in mypy's cache."""
        self._seen.add(ctx.id)
        if not self._proofs:
            return None
        from owned_mypy.proofs import PROOFS

        return PROOFS.configuration(ctx.id, ctx.path)

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Called for every module that was parsed."""
        self._seen.add(file.fullname)
        return []

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """Called when all modules are known, and before any is analysed."""
        super().set_modules(modules)
        asked = AskedClasses(self.options)
        if asked or not self._knows_that_owned_is_not_used():
            from owned_mypy.hooks import OwnershipPlugin

            self.__class__ = OwnershipPlugin  # type: ignore[assignment]  # of the same layout; mypy keeps the object
            OwnershipPlugin.wake(self, asked, modules)  # type: ignore[arg-type]

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Called for every class; for the first one, if the plugin has not woken."""
        return self._step_aside

    def _knows_that_owned_is_not_used(self) -> bool:
        # A worker is told of no module. A daemon's later runs may have more modules than its first.
        return bool(self._seen) and "owned" not in self._seen and not self.options.fine_grained_incremental

    def _step_aside(self, ctx: ClassDefContext) -> None:
        chain = getattr(ctx.api, "plugin", None)
        plugins = getattr(chain, "_plugins", None)
        if chain is None or not isinstance(plugins, list) or self not in plugins:
            return
        idle = Plugin(self.options)
        idle.set_modules(self._modules or {})
        plugins[plugins.index(self)] = idle
        following = chain.get_customize_class_mro_hook(ctx.cls.fullname)  # what another plugin has to say
        if following is not None:
            following(ctx)
