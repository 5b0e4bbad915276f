"""Which model is asked, and where it is: settings -> endpoint, a GGUF file served on this machine included."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.settings import Settings
from assistant.types import ModelProblem

_CONTEXT = 6144  # tokens: the clauses, the question and the answer fit in


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible address and the model asked there.

    place: host that questions go to, as people read it; empty where it is this machine.
    server: keeps a server of our own running.
    """

    name: str
    base_url: str
    key: SecretStr
    timeout_s: float
    place: str
    server: Any = None


def open_endpoint(settings: Settings) -> Endpoint | None:
    """The endpoint of the settings; None where no model is set.

    Raises:
        ModelProblem: see there.
    """
    if settings.model_file is not None:
        if settings.model_base_url:
            raise ModelProblem("TIAOJU_MODEL_FILE 和 TIAOJU_MODEL_BASE_URL 只能设一个，请去掉其中一个。")
        return _from_file(settings.model_file, settings)
    if not settings.model and not settings.model_base_url:
        return None
    if not settings.model or not settings.model_base_url:
        missing = "TIAOJU_MODEL" if not settings.model else "TIAOJU_MODEL_BASE_URL"
        raise ModelProblem(f"要使用对话模型，还须设置 {missing}（写法见 docs/model.md）；不用模型请去掉相关设置。")
    return Endpoint(
        name=settings.model,
        base_url=settings.model_base_url,
        key=settings.model_key,
        timeout_s=settings.model_timeout_s,
        place=_place(settings.model_base_url),
    )


def _place(base_url: str) -> str:
    """Host of an address; empty for this machine."""
    try:
        parts = urlsplit(base_url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise ModelProblem("TIAOJU_MODEL_BASE_URL 不是网址，应当像 http://127.0.0.1:11434/v1 这样写。")
    if parts.username or parts.password:
        raise ModelProblem("TIAOJU_MODEL_BASE_URL 里不要写用户名和密码，密钥请写在 TIAOJU_MODEL_KEY。")
    try:
        return "" if ipaddress.ip_address(host).is_loopback else host
    except ValueError:
        return "" if host == "localhost" else host


def _from_file(path: Path, settings: Settings) -> Endpoint:
    """A server of llama.cpp in this process, on a free port of the loopback address, behind a random key."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelProblem(f"读不了模型文件“{path}”（{error.strerror}），请检查 TIAOJU_MODEL_FILE。") from error
    if magic != b"GGUF":
        raise ModelProblem(f"“{path}”不是 GGUF 模型文件，请检查 TIAOJU_MODEL_FILE。")
    try:
        from xllamacpp import CommonParams, Server
    except ImportError as error:
        raise ModelProblem('使用本机模型文件要先安装：pip install -c constraints.txt -e ".[local-model]"') from error
    key = SecretStr(secrets.token_urlsafe(24))
    params = CommonParams()
    params.model.path = str(path)
    params.n_ctx = _CONTEXT
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key.get_secret_value()]
    try:
        server = Server(params)
    except RuntimeError as error:
        raise ModelProblem(f"模型文件“{path}”打不开，可能不完整，或者内存不够。请换一个文件再试。") from error
    return Endpoint(
        name=settings.model or path.stem,
        base_url=f"{server.listening_address}/v1",
        key=key,
        timeout_s=settings.model_timeout_s,
        place="",
        server=server,
    )
