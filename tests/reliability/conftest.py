"""A small corpus, and disks that are full or cannot be written: real ones, mounted for the test."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import Library

_CLAUSES = 12


@pytest.fixture(scope="session")
def small(library: Library) -> Library:
    """The first clauses of the plan: enough to store and to find."""
    return Library([library.documents[0].model_copy(update={"clauses": library.documents[0].clauses[:_CLAUSES]})])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk of its own with the given options (size=4m); unmounted afterwards."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("这里不许挂载磁盘（要管理员权限），跳过")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def read_only() -> Callable[[Path], None]:
    """Makes a mounted disk one that cannot be written."""
    return lambda folder: subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True) and None
