"""A stand-in for Keras; it shares the placeholders of the TensorFlow stand-in."""

from __future__ import annotations

from typing import Any

import tensorflow

utils = __import__("sys").modules["keras.utils"]


def __getattr__(name: str) -> Any:
    return getattr(tensorflow, name)
