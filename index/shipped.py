"""Vectors that come with the program, so that the first index of its own documents embeds nothing.

They are what the bundled embedder makes of the plan, of the five laws and of the questions on record, a byte a
number (see ship.py).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("shipped.npz")


@lru_cache(maxsize=1)
def shipped(path: Path = FILE) -> Mapping[str, NDArray[np.float32]]:
    """Unit vectors by key (see vectors.py); none where the file is damaged, for all can be made again."""
    try:
        with np.load(path, allow_pickle=False) as file:
            keys, numbers = file["keys"], file["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    return {key.tobytes().hex(): vector for key, vector in zip(keys, numbers, strict=True)}
