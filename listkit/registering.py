"""The verbs on every frame, registered with pandas as soon as that is there.

A server has no frames, and pandas takes longer to load than all else that it needs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Verbs:
    """Stands for a class of `listkit.accessor` until a frame or a column asks for it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, data: Any) -> Any:  # noqa: D102 - that of the class it stands for
        return self._loaded()(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loaded(), name)

    def _loaded(self) -> Any:
        return getattr(import_module("listkit.accessor"), self._name)


class _Awaiting(MetaPathFinder):
    """Finds pandas where others find it, and registers the verbs when it is loaded."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Look where others do; of any other module this finder knows nothing."""
        if name != "pandas":
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec and spec.loader:
            load = spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                load(module)
                sys.meta_path.remove(self)
                register()

            spec.loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec


def register() -> None:
    """Give every frame and every column the attribute `listkit`."""
    import pandas as pd  # noqa: PLC0415 - it is there already

    # pandas types an accessor as a class, and takes whatever can be called.
    pd.api.extensions.register_dataframe_accessor("listkit")(Verbs("FrameVerbs"))  # type: ignore[type-var]
    pd.api.extensions.register_series_accessor("listkit")(Verbs("SeriesVerbs"))  # type: ignore[type-var]


def register_when_loaded() -> None:
    """Register now if pandas is there, else when it comes."""
    if sys.modules.get("pandas"):
        register()
    else:
        sys.meta_path.insert(0, _Awaiting())
