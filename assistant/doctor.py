"""``tiaoju doctor``: looks an installation over, and says of each thing whether it is sound or what to do."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from ipaddress import ip_address
from typing import NamedTuple

from assistant.settings import Settings
from corpus.types import CorpusError
from index.types import IndexProblem

LEAST_FREE = 500_000_000  # bytes: an index of all national laws, and room to build beside it


class State(NamedTuple):
    """How one thing stands; ``advice`` is empty where nothing needs doing."""

    state: str
    advice: str = ""


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    state: str
    advice: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that an answer needs, cheapest first; never raises."""
    for name, check in _CHECKS.items():
        try:
            state, advice = check(settings)
        except (CorpusError, IndexProblem) as problem:
            state, advice = "有问题", str(problem)
        except Exception as error:
            state, advice = "查不了", f"{type(error).__name__}：{error}"
        yield Finding(name, state, advice)


def _python(_: Settings) -> State:
    sound = sys.version_info >= (3, 11)
    return State(sys.version.split()[0], "" if sound else "请换用 Python 3.11 或更高版本。")


def _packages(_: Settings) -> State:
    missing = []
    needed = [line for line in requires("tiaoju") or () if "extra ==" not in line]
    for name in needed:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    advice = f"缺少 {'、'.join(missing)}，请重新运行 bash scripts/start.sh。" if missing else ""
    return State(f"{len(needed) - len(missing)} 个已装好，SQLite {sqlite3.sqlite_version}", advice)


def _data_dir(settings: Settings) -> State:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = f"{folder} 写不进去（{error.strerror}）。请检查权限，或用 TIAOJU_DATA_DIR 换一个文件夹。"
        return State("不可写", advice)
    free = shutil.disk_usage(folder).free
    advice = "" if free >= LEAST_FREE else "磁盘空间不足 500 MB，建立索引可能失败，请清理。"
    return State(f"{folder}，剩余 {free / 1e9:.1f} GB", advice)


def _documents(settings: Settings) -> State:
    library = settings.library()
    clauses = sum(len(document.clauses) for document in library.documents)
    return State(f"{len(library.documents)} 份，{clauses} 条")


def _embedder(settings: Settings) -> State:
    from index.embed import make_embedder

    vector = make_embedder(settings.embedder).embed_query("残疾人")
    return State(f"{settings.embedder}，{len(vector)} 维")


def _index(settings: Settings) -> State:
    from index.build import fingerprints, read_manifest, stale_because
    from index.store import open_index
    from index.words import Words

    found = read_manifest(settings.index_dir)
    if found is None:
        return State("还没有建立，第一次提问时会自动建立")
    library = settings.library()
    wanted = fingerprints(library, Words(settings.index_dir), settings.embedder, settings.chroma_url)
    stale = stale_because(found[1], wanted)
    if stale:
        return State(f"{'、'.join(stale)}有变化，下次提问时会自动重建")
    mended: list[str] = []
    with_index = open_index(
        settings.index_dir, library, settings.embedder, notify=mended.append, chroma_url=settings.chroma_url
    )
    try:
        hits = len(with_index.search("残疾人", k=1))
    finally:
        with_index.close()
    state = "已损坏，刚刚重建好了" if mended else "完好"
    return State(f"{state}，{with_index.manifest.passages} 个片段", "" if hits else "请运行 tiaoju index build。")


def _address(settings: Settings) -> State:
    where = f"{settings.host}:{settings.port}"
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            advice = f"{where} 用不了（{error.strerror}）：可能网页已经开着，或被别的程序占用，可用 --port 换一个。"
            return State("不可用", advice)
    try:
        local = ip_address(settings.host).is_loopback
    except ValueError:
        local = settings.host == "localhost"
    return State(f"{where}，{'只有本机能打开' if local else '别的机器也能打开，请确认有防护'}")


_CHECKS: dict[str, Callable[[Settings], State]] = {
    "Python": _python,
    "依赖": _packages,
    "数据文件夹": _data_dir,
    "政策文件": _documents,
    "向量模型": _embedder,
    "索引": _index,
    "网页地址": _address,
}
