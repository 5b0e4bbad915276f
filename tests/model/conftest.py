"""An endpoint to misbehave, and an assistant that asks it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from misbehaving import KEY, Misbehaving
from pydantic import SecretStr

from assistant import Assistant
from assistant.model import Client, Endpoint, ModelAnswerer
from assistant.model.breaker import Breaker


@pytest.fixture
def endpoint() -> Iterator[Misbehaving]:
    server = Misbehaving()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address where nobody listens."""
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


@pytest.fixture(scope="session")
def asking(assistant: Assistant) -> Callable[..., Assistant]:
    """Makes an assistant that asks the model at an address."""

    def make(address: str, timeout_s: float = 20, breaker: Breaker | None = None, place: str = "") -> Assistant:
        client = Client.of(Endpoint("test-model", address, SecretStr(KEY), timeout_s, place))
        model = ModelAnswerer(client, "test-model", place, breaker)
        return Assistant(assistant.library, assistant.index, assistant._today, model)

    return make
