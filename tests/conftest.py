"""Fixtures: the real plan, its real index (built once a session), the assistant on a fixed day."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site keeps feedback."""
    return tmp_path_factory.mktemp("data")


@contextlib.contextmanager
def serving(assistant: Assistant, data_dir: Path | None = None, **options: Any) -> Iterator[str]:
    """Address of the site around an assistant, on a free port of this machine."""
    import uvicorn

    from assistant.ui.server import make_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(assistant, data_dir, **options)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(300):
        if server.started:
            break
        time.sleep(0.1)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def site(assistant: Assistant, data_dir: Path) -> Iterator[str]:
    """Address of the site around the real assistant."""
    with serving(assistant, data_dir) as address:
        yield address


@pytest.fixture(scope="session")
def serve() -> Callable[..., contextlib.AbstractContextManager[str]]:
    """Serves the site around any assistant."""
    return serving


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """An empty folder for documents of a test's own."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder
