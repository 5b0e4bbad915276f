"""Where the vectors lie: Chroma in a folder of the build, or a Chroma server that several replicas share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.config import Settings as ChromaSettings

from index.types import IndexDamaged, IndexProblem

_NAME = "passages"  # of the collection; on a server, which holds several builds, with the build's name behind it


def collection_name(home: Path, url: str) -> str:
    """Name of a build's collection.

    Args:
        home: folder of the build.
        url: address of the Chroma server; empty for Chroma in the folder.
    """
    return f"{_NAME}-{home.name}" if url else _NAME


def chroma_client(home: Path, url: str) -> Any:
    """Chroma client without telemetry.

    Raises:
        IndexProblem: it is no address, or no Chroma server answers there.
    """
    settings = ChromaSettings(anonymized_telemetry=False)
    if not url:
        return chromadb.PersistentClient(path=str(home / "chroma"), settings=settings)
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(url)
        port = parts.port or (443 if secure else 8000)
    except ValueError as error:
        raise IndexProblem(f"TIAOJU_CHROMA_URL 写得不对（{url}），应当像 http://127.0.0.1:8000。") from error
    try:
        return chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=settings)
    except (ValueError, httpx.HTTPError) as error:  # a refused connection comes as a ValueError
        raise _unreached(url) from error


@contextmanager
def reached(url: str) -> Iterator[None]:
    """What goes wrong between here and a Chroma server is told as that, not as a damaged index.

    Raises:
        IndexProblem: the server does not answer.
        IndexDamaged: it does not have the collection any more; or the native part of Chroma gave up on a damaged file.
    """
    try:
        yield
    except chromadb.errors.NotFoundError as error:
        if not url:
            raise
        raise IndexDamaged("Chroma 服务上没有这份索引了，请重新启动程序，或运行 tiaoju index build。") from error
    except httpx.HTTPError as error:
        raise _unreached(url) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the native part: no Exception, and it cannot be imported
            raise
        raise IndexDamaged("索引已损坏。请运行 tiaoju index build 重新建立。") from error


def forget(home: Path, url: str) -> None:
    """Remove a build's collection from a server, where that still answers."""
    with suppress(IndexProblem, chromadb.errors.NotFoundError), reached(url):
        client = chroma_client(home, url)
        try:
            client.delete_collection(collection_name(home, url))
        finally:
            client.close()


def _unreached(url: str) -> IndexProblem:
    return IndexProblem(f"连不上 Chroma 服务 {url}，请检查它是否开着、TIAOJU_CHROMA_URL 对不对。")
