"""The verbs on every frame, registered with pandas and with Dask as soon as those are there.

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
    """Finds a library where others find it, and registers the verbs with it when it is loaded."""

    def __init__(self, library: str) -> None:
        self.library = library

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Look where others do; of any other module this finder knows nothing."""
        if name != self.library:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec and spec.loader:
            load = spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                load(module)
                sys.meta_path.remove(self)
                _register(self.library)

            spec.loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec


LIBRARIES = {
    "pandas": ("pandas.api.extensions", "FrameVerbs", "SeriesVerbs"),
    "dask.dataframe": ("dask.dataframe.extensions", "PartitionedVerbs", "PartitionedSeriesVerbs"),
}
"""Whose frames and columns have verbs: where they are registered, and the classes of `listkit.accessor`."""


def _register(library: str) -> None:
    """Give every frame and every column of a library the attribute `listkit`."""
    place, of_frames, of_columns = LIBRARIES[library]
    extensions = import_module(place)
    extensions.register_dataframe_accessor("listkit")(Verbs(of_frames))
    extensions.register_series_accessor("listkit")(Verbs(of_columns))


def register_when_loaded() -> None:
    """Register now with what is there, and with the others when they come."""
    for library in LIBRARIES:
        if sys.modules.get(library):
            _register(library)
        else:
            sys.meta_path.insert(0, _Awaiting(library))
