"""Settings: one class, read from the environment (prefix TIAOJU_) and an optional .env file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.library import DOCUMENTS, Library, load_library

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting with its default; docs/settings.md is made from the descriptions."""

    model_config = SettingsConfigDict(env_prefix="TIAOJU_", env_file=ROOT / ".env", extra="ignore")

    data_dir: Path = Field(ROOT / "var", description="存放索引等数据的文件夹，须可写")
    documents_dir: Path | None = Field(None, description="政策文件的文件夹（含 catalogue.toml）；不填用自带的规划")
    embedder: str = Field(
        "bundled", description="向量模型：bundled（自带），或 sentence-transformers 模型的文件夹或名称"
    )
    chroma_url: str = Field("", description="Chroma 服务的地址，例如 http://127.0.0.1:8000；不填向量存在数据文件夹里")
    host: str = Field("127.0.0.1", description="网页服务的地址；默认只有本机能打开")
    port: int = Field(7860, ge=1, le=65535, description="网页服务的端口")
    per_minute: int = Field(120, ge=0, description="一个地址每分钟最多提问多少次；0 为不限，本机不受限")
    api_key: SecretStr = Field(SecretStr(""), description="程序接口（/v1、/mcp）的密钥；不填不要密钥")
    staff_password_hash: SecretStr = Field(
        SecretStr(""), description="工作人员网页的密码（tiaoju staff password 生成）；不填只有本机能用"
    )
    model: str = Field("", description="对话模型的名称；不填不用模型")
    model_base_url: str = Field("", description="对话模型服务的地址（OpenAI 兼容接口，一般以 /v1 结尾）")
    model_key: SecretStr = Field(SecretStr(""), description="对话模型服务的密钥；本机的服务一般不用填")
    model_timeout_s: float = Field(60, ge=1, le=600, description="等模型写完一个回答最多多少秒，连同重试")
    model_file: Path | None = Field(None, description="本机 GGUF 模型文件的路径；填了就不用模型服务")

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def added_dir(self) -> Path:
        """Documents that were added on this machine."""
        return self.data_dir / "documents"

    def library(self) -> Library:
        """The documents that these settings name.

        Raises:
            CorpusError: one cannot be read.
        """
        return load_library(self.documents_dir or DOCUMENTS, self.added_dir)
