"""Vectors on a Chroma server: the real server process on this machine, several indexes that ask it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
import pytest
from fastapi.testclient import TestClient
from langchain_core.embeddings import Embeddings

from assistant.assistant import Assistant
from assistant.ui.server import make_app
from corpus import Library
from index import IndexProblem, SearchIndex, Words, open_index
from index.build import build_index, read_manifest

SMALL = 12  # clauses: what is tried here is the store, not the finding


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def chroma_server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The command ``chroma run`` of the installed package."""
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = _free_port()
    with chroma_server(tmp_path_factory.mktemp("chroma"), port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def small(library: Library) -> Library:
    return Library([library.documents[0].model_copy(update={"clauses": library.documents[0].clauses[:SMALL]})])


def _found(index: SearchIndex) -> list[tuple[str, float]]:
    return [(hit.passage.id, round(hit.score, 6)) for hit in index.search("残疾人事业发展规划", k=10)]


def _collections(address: str) -> set[str]:
    client = chromadb.HttpClient(port=int(address.rsplit(":", 1)[1]))
    return {collection.name for collection in client.list_collections()}


def test_a_server_finds_what_a_folder_finds(small: Library, server: str, tmp_path: Path) -> None:
    local = open_index(tmp_path / "local", small)
    shared = open_index(tmp_path / "shared", small, chroma_url=server)
    assert _found(shared) == _found(local)
    assert not list((tmp_path / "shared").rglob("chroma.sqlite3"))
    told: list[str] = []
    second = open_index(tmp_path / "shared", small, chroma_url=server, notify=told.append)
    assert told == []  # a second replica opens what the first has built
    assert _found(second) == _found(local)
    for index in (local, shared, second):
        index.close()


def test_a_replica_answers_on_while_another_builds_anew(small: Library, server: str, tmp_path: Path) -> None:
    before = _collections(server)
    old = open_index(tmp_path, small, chroma_url=server)
    found = _found(old)
    open_index(tmp_path, small, chroma_url=server, rebuild=True).close()
    assert _found(old) == found
    open_index(tmp_path, small, chroma_url=server, rebuild=True).close()
    assert len(_collections(server) - before) == 2  # what serves, and what served before it
    with pytest.raises(IndexProblem, match="重新启动"):
        _found(old)
    old.close()


def test_moving_between_folder_and_server_builds_anew(small: Library, server: str, tmp_path: Path) -> None:
    open_index(tmp_path, small).close()
    told: list[str] = []
    open_index(tmp_path, small, chroma_url=server, notify=told.append).close()
    assert "存放向量的地方" in told[0]
    open_index(tmp_path, small, notify=told.append).close()
    assert "存放向量的地方" in told[1]


def test_a_server_that_has_lost_its_data_is_filled_again(small: Library, server: str, tmp_path: Path) -> None:
    open_index(tmp_path, small, chroma_url=server).close()
    found = read_manifest(tmp_path)
    assert found is not None
    chromadb.HttpClient(port=int(server.rsplit(":", 1)[1])).delete_collection(f"passages-{found[0].name}")
    index = open_index(tmp_path, small, chroma_url=server)
    assert _found(index)
    index.close()


def test_a_server_that_does_not_answer_is_named_and_nothing_is_lost(small: Library, tmp_path: Path) -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with pytest.raises(IndexProblem, match="连不上"):
        open_index(tmp_path / "index", small, chroma_url=address)
    with chroma_server(tmp_path, port):
        index = open_index(tmp_path / "index", small, chroma_url=address)
        found = _found(index)
    with pytest.raises(IndexProblem, match="连不上"):
        index.search("另一个问题")
    with chroma_server(tmp_path, port):
        assert _found(index) == found  # it goes on by itself when the server is back
    index.close()


class _Killer(Embeddings):
    """Kills the Chroma server in the middle of a build."""

    def __init__(self, victim: subprocess.Popen[bytes]) -> None:
        self._victim = victim

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._victim.kill()
        self._victim.wait()
        return [[float(len(text)), 1.0] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0, 1.0]


def test_a_server_that_dies_during_a_build_is_told(small: Library, tmp_path: Path) -> None:
    port = _free_port()
    with chroma_server(tmp_path, port) as process, pytest.raises(IndexProblem, match="连不上"):
        build_index(tmp_path / "index", small, Words(), _Killer(process), "k", chroma_url=f"http://127.0.0.1:{port}")
    assert read_manifest(tmp_path / "index") is None


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://x", "http://x/path", "http://x:port"])
def test_an_address_that_is_none_is_told(small: Library, tmp_path: Path, address: str) -> None:
    with pytest.raises(IndexProblem, match="TIAOJU_CHROMA_URL"):
        open_index(tmp_path, small, chroma_url=address)


def test_a_site_whose_server_is_gone_asks_to_come_back_and_names_no_address(
    small: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = _free_port()
    with chroma_server(tmp_path, port):
        index = open_index(tmp_path / "index", small, chroma_url=f"http://127.0.0.1:{port}")
        app = make_app(Assistant(small, index))
    body, chat = {"question": "规划期限是哪几年"}, {"messages": [{"role": "user", "content": "规划期限是哪几年"}]}
    with TestClient(app) as site:
        said = [
            site.post("/v1/ask", json=body),
            site.post("/v1/ask/stream", json=body),
            site.post("/v1/chat/completions", json=chat),
            site.post("/v1/chat/completions", json=chat | {"stream": True}),
            site.get("/v1/clauses", params={"q": "规划期限"}),
            site.get("/healthz"),
        ]
    assert {answer.status_code for answer in said} == {503}
    assert all("暂时用不了" in answer.text and str(port) not in answer.text for answer in said)
    assert said[0].headers["retry-after"]
    assert f"连不上 Chroma 服务 http://127.0.0.1:{port}" in caplog.text and "哪几年" not in caplog.text
