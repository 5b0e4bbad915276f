"""Fixtures: the real plan, its real index (built once a session), the assistant on a fixed day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from assistant import Assistant
from corpus import Document, Library, load_library
from index import SearchIndex, open_index

# The same examples in every run, and no example fails for being slow on a busy machine.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def plan(library: Library) -> Document:
    return library.documents[0]


@pytest.fixture(scope="session")
def index(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    index = open_index(tmp_path_factory.mktemp("index"), library)
    yield index
    index.close()


@pytest.fixture(scope="session")
def assistant(library: Library, index: SearchIndex) -> Assistant:
    return Assistant(library, index, today=lambda: TODAY)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """An empty folder for documents of a test's own."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder
