"""Nothing leaves this machine by default: the kernel's own record (strace) of a question and of the whole site."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
_HERE = re.compile(r"^(127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$)")


@pytest.fixture
def traced(tmp_path: Path) -> list[str]:
    """Beginning of a command whose every attempt to reach an address is written to tmp_path/trace."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("没有 strace，跳过")
    trace = [strace, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(tmp_path / "trace")]
    if subprocess.run([*trace, "true"], capture_output=True).returncode:
        pytest.skip("这里不许用 strace，跳过")
    return trace


def elsewhere(trace: Path) -> list[str]:
    """Calls that name an address of another machine, a name server included."""
    lines = trace.read_text(errors="replace").splitlines()
    return [line for line in lines for address in _ADDRESS.findall(line) if not _HERE.match(address)]


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TIAOJU_", "HF_", "ANONYMIZED_", "GRADIO_"))}
    return kept | {"TIAOJU_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)} | more


def test_the_record_would_show_a_connection(traced: list[str], tmp_path: Path) -> None:
    """Against a test that cannot fail: an address reserved for documents is named (port 9, never answered)."""
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9))"
    subprocess.run([*traced, sys.executable, "-c", code], check=True, capture_output=True)
    assert len(elsewhere(tmp_path / "trace")) == 1


def test_building_and_asking_reach_no_other_machine(traced: list[str], tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "n.txt").write_text("关于乘车的通知\n\n一、残疾人凭证免费乘坐市内公共汽车。\n", encoding="utf-8")
    (documents / "catalogue.toml").write_text(
        '[[document]]\nid = "n-1"\nfile = "n.txt"\nkind = "notice"\nstatus = "in_force"\n', encoding="utf-8"
    )
    command = [*traced, sys.executable, "-m", "assistant.cli", "ask", "残疾人坐公共汽车要钱吗"]
    settings = environment(tmp_path / "data", TIAOJU_DOCUMENTS_DIR=str(documents))
    said = subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True, text=True).stdout
    assert "免费乘坐" in said
    assert elsewhere(tmp_path / "trace") == []


def test_the_site_reaches_no_other_machine(traced: list[str], tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*traced, sys.executable, "app.py", "--port", str(port)]
    site = subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path / "data"), start_new_session=True)
    get = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    try:
        for _ in range(1200):
            try:
                get(f"http://127.0.0.1:{port}/healthz", timeout=30).read()
                break
            except OSError:
                time.sleep(0.5)
        for path in ("/", "/learn", "/v1/docs", "/staff", "/document/wzf-2021-13"):
            assert get(f"http://127.0.0.1:{port}{path}", timeout=60).read()
        body = '{"question": "坐公交车有优惠吗"}'.encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/ask", body, headers)
        assert "公共交通" in get(request, timeout=60).read().decode()
    finally:
        os.killpg(site.pid, signal.SIGTERM)
        site.wait(timeout=60)
    assert elsewhere(tmp_path / "trace") == []
