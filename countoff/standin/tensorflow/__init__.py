"""A stand-in for TensorFlow, so that Rasa imports without it; see docs/decisions/0002-no-tensorflow.md.

Rasa 3.6 imports TensorFlow at start-up whether or not a component uses it: 8 s, 280 MB of memory and 850 MB of disk.
This package answers those imports with placeholder classes. Whoever configures a component that needs the real one
(DIETClassifier, TEDPolicy, ResponseSelector …) gets `TensorFlowMissing` with the way to install it.
The real package, where installed, is found first: this folder stands behind site-packages on the path.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

__version__ = "0.0.0-standin"

_SUBMODULES = (
    "tensorflow.keras",
    "tensorflow.keras.backend",
    "tensorflow.keras.callbacks",
    "tensorflow.keras.utils",
    "tensorflow.python",
    "tensorflow.python.eager",
    "tensorflow.python.eager.wrap_function",
    "tensorflow.python.types",
    "tensorflow.python.types.core",
    "tensorflow.types",
    "tensorflow.types.experimental",
    "keras.utils",
    "keras.utils.control_flow_util",
    "keras.utils.tf_utils",
)


class TensorFlowMissing(RuntimeError):
    """A component needs TensorFlow, which this installation leaves out."""

    def __init__(self, name: str) -> None:
        """Say which name was used and how to install the real package."""
        super().__init__(
            f"{name} was used, but TensorFlow is not installed: this pipeline needs none. "
            "To use a TensorFlow component, install the extra: uv pip install -e '.[tensorflow]'"
        )


class _PlaceholderMeta(type):
    """Makes every attribute of a placeholder another placeholder."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls.__qualname__}.{name}")


class _Placeholder(metaclass=_PlaceholderMeta):
    """Stands for a class, function or constant of TensorFlow in annotations, bases and decorators."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a decorated function unchanged; refuse every real use."""
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        raise TensorFlowMissing(cls.__qualname__)


def _placeholder(name: str) -> type:
    return _PlaceholderMeta(name, (_Placeholder,), {"__module__": __name__})


class _StandInModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{self.__name__}.{name}")


def _register() -> None:
    for name in _SUBMODULES:
        module = _StandInModule(name)
        module.__path__ = []
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], child, module)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _placeholder(f"tensorflow.{name}")


_register()
