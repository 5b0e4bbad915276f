"""What the files under deploy/ say holds for this tree: the container lacks nothing, units and servers parse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"


def test_what_the_container_copies_is_all_that_the_program_needs(tmp_path: Path) -> None:
    copied = re.findall(r"^COPY (.+) (\S+)$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M)
    for sources, target in copied:
        for source in sources.split():
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, tmp_path / target)
    packages = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "packages"
    ]
    assert [name for name in packages if not (tmp_path / name.replace(".", "/")).is_dir()] == []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIAOJU_")}
    environment = kept | {"PYTHONPATH": str(tmp_path), "TIAOJU_DATA_DIR": str(tmp_path / "data")}
    code = (
        "import sys, assistant.cli, assistant.ui.server, eval; from assistant.settings import Settings; "
        "print(assistant.cli.__file__, len(Settings().library().documents))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert told.split() == [str(tmp_path / "assistant/cli.py"), "1"]


def test_the_lock_has_the_versions_of_the_constraints() -> None:
    """Whoever installs by hashes gets what everybody else gets, and nothing without a hash."""
    pinned = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.M)

    def versions(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in pinned.findall(text)}

    constraints, lock = versions("constraints.txt"), versions("requirements.lock")
    assert {name for name in lock if name in constraints and lock[name] != constraints[name]} == set()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {name for name in wanted if name not in lock} == {"torch"}
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_systemd_unit_is_sound(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("没有 systemd-analyze，跳过")
    unit = (DEPLOY / "tiaoju.service").read_text(encoding="utf-8")
    unit = unit.replace("/srv/tiaoju/.venv/bin/python", sys.executable)
    (tmp_path / "tiaoju.service").write_text(unit, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "tiaoju.service")], capture_output=True, text=True
    )
    assert "tiaoju.service:" not in checked.stderr + checked.stdout, checked.stderr


def test_the_nginx_configuration_is_sound(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("没有 nginx 或 openssl，跳过")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x"]
    subprocess.run([*request, "-keyout", "privkey.pem", "-out", "fullchain.pem"], cwd=tmp_path, check=True)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/ssl/tiaoju", str(tmp_path))
    temporary = "".join(f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy"))
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {temporary} {site} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    checked = subprocess.run([nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
