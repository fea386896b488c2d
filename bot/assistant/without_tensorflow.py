"""Keeps TensorFlow out of a process with Rasa, whose modules import it for components that no pipeline of ours has.

It is half of the time that importing Rasa takes, and a third of a running assistant's memory. Rasa's modules find names in its
place that can be inherited from and written in annotations; who does more with one, as DIETClassifier would, is told so.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Optional

_LEFT_OUT = frozenset({"tensorflow", "tensorflow_hub", "tensorflow_text", "keras"})


class _Name(type):
    """A class that stands for any name of a package that was left out."""

    def __getattr__(cls, name: str) -> Any:
        return _inside(name)

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if cls is _LeftOut:
            raise RuntimeError("TensorFlow is left out of this process (bot/assistant/without_tensorflow.py): no component may use it")
        return super().__call__(*arguments, **options)


class _LeftOut(metaclass=_Name):
    pass


class _Module(ModuleType):
    __path__: Any = []

    def __getattr__(self, name: str) -> Any:
        return _inside(name)


def _inside(name: str) -> Any:
    if name.startswith("__"):  # what Python itself asks for
        raise AttributeError(name)
    return _LeftOut


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Any = None, target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in _LEFT_OUT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def leave_out_tensorflow() -> None:
    """From now on. To be called before anything imports Rasa; has no effect on a TensorFlow that is there already."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
