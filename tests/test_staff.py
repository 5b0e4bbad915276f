"""The staff's desk: who comes in, and that a change takes effect whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from assistant import Assistant, Settings
from assistant.cli import main
from assistant.staff import Door, Shelf, hash_password
from corpus import CorpusError, Library
from corpus.add import Given
from index import SearchIndex
from index.types import IndexProblem
from tests.conftest import TODAY

RULE = """# 乙市困难残疾人生活补贴办法

第一条 制定本办法。

第二条 困难残疾人生活补贴标准为每人每月{}元。

第三条 自2026年1月1日起施行。
"""
PASSWORD = "correct horse battery"
HERE = {"host": "127.0.0.1:7860"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data")  # type: ignore[call-arg]


@pytest.fixture
def own(library: Library, index: SearchIndex) -> Assistant:
    """An assistant of this test's own, which may be changed."""
    return Assistant(library, index, today=lambda: TODAY)


def test_a_password_is_kept_as_a_slow_hash() -> None:
    kept = hash_password(PASSWORD)
    assert PASSWORD not in kept and kept != hash_password(PASSWORD)
    door = Door(kept)
    assert door.open("203.0.113.5", "wrong password") is None
    token = door.open("203.0.113.5", PASSWORD)
    assert token and door.admits("203.0.113.5", HERE, token)
    door.close(token)
    assert not door.admits("203.0.113.5", HERE, token) and not door.admits("127.0.0.1", HERE, None)
    with pytest.raises(ValueError, match="十个字符"):
        hash_password("short")


def test_failures_lock_an_address_and_sessions_end() -> None:
    now = [0.0]
    door = Door(hash_password(PASSWORD), clock=lambda: now[0])
    assert [door.open("a", "x") for _ in range(5)] == [None] * 5
    assert door.locked("a") and door.open("a", PASSWORD) is None
    assert door.open("b", PASSWORD)
    now[0] = 16 * 60
    token = door.open("a", PASSWORD)
    assert token
    now[0] += 9 * 3600
    assert not door.admits("a", HERE, token)


@pytest.mark.parametrize(
    ("host", "headers", "may"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:7860"}, True),
        ("::1", {"host": "localhost:7860"}, True),
        ("127.0.0.1", {"host": "evil.example.com"}, False),  # DNS rebinding
        ("192.168.1.7", {"host": "127.0.0.1:7860"}, False),
        ("127.0.0.1", {}, False),
    ],
)
def test_without_a_password_only_this_machine(host: str, headers: dict[str, str], may: bool) -> None:
    assert Door().admits(host, headers, None) is may


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example.com", "http://127.0.0.1:9"])
def test_a_form_of_another_site_is_not_ours(origin: str) -> None:
    assert not Door.is_own({"host": "127.0.0.1:7860", "origin": origin})
    assert Door.is_own({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860"})


def test_published_answered_updated_undone_removed(own: Assistant, settings: Settings) -> None:
    shelf = Shelf(own, settings)
    question = "困难残疾人生活补贴每个月多少钱"
    assert own.ask(question).refused
    waiting = shelf.read(RULE.format(300).encode(), "../../etc/办法.md", Given(id="yi-1", region="乙市"))
    assert waiting.added.document.source == "办法.md" and own.ask(question).refused
    shelf.publish(waiting.token)
    assert "300元" in own.ask(question).text
    with pytest.raises(CorpusError, match="重新上传"):
        shelf.publish(waiting.token)
    again = shelf.read(RULE.format(320).encode(), "办法.md", Given(id="yi-1", region="乙市"))
    assert [c.change for c in again.changes] == ["changed"]
    shelf.publish(again.token)
    assert "320元" in own.ask(question).text
    shelf.undo("yi-1")
    assert "300元" in own.ask(question).text
    shelf.remove("yi-1")
    assert own.ask(question).refused and shelf.removed == ("yi-1",)
    shelf.undo("yi-1")
    assert "300元" in own.ask(question).text
    with pytest.raises(CorpusError, match="自带"):
        shelf.read(RULE.format(1).encode(), "x.md", Given(id="wzf-2021-13"))


def test_a_new_rule_takes_the_place_of_an_old_one_and_an_update_keeps_what_was_filled_in(
    own: Assistant, settings: Settings
) -> None:
    shelf = Shelf(own, settings)
    first = shelf.read(RULE.format(300).encode(), "办法.md", Given(id="yi-1", region="乙市", title="生活补贴办法"))
    shelf.publish(first.token)
    assert shelf.undoable == frozenset()
    again = shelf.read(RULE.format(310).encode(), "办法.md", Given(id="yi-1"))
    assert (again.added.document.region, again.added.document.title) == ("乙市", "生活补贴办法")
    assert any("沿用了原来的标题" in warning for warning in again.added.warnings)
    text = RULE.format(320) + "\n《生活补贴办法》同时废止。\n"
    seen = shelf.read(text.encode(), "新办法.md", Given(id="yi-2", region="乙市"))
    assert [d.id for d in seen.ends] == ["yi-1"]
    with pytest.raises(CorpusError, match="没有导入过"):
        shelf.read(text.encode(), "新办法.md", Given(id="yi-2"), replaces="yi-9")
    waiting = shelf.read(text.encode(), "新办法.md", Given(id="yi-2", region="乙市"), replaces="yi-1")
    shelf.publish(waiting.token)
    assert own.library.document("yi-1").superseded_by == "yi-2" and shelf.undoable == {"yi-1"}
    answer = own.ask("困难残疾人生活补贴每个月多少钱")
    assert "320元" in answer.text and "300元" not in answer.text


def test_what_cannot_be_indexed_is_not_published(
    own: Assistant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(own, settings)
    waiting = shelf.read(RULE.format(300).encode(), "办法.md", Given(id="yi-1"))

    def full(*_: Any, **__: Any) -> None:
        raise IndexProblem("磁盘已满")

    monkeypatch.setattr("assistant.staff.shelf.open_index", full)
    with pytest.raises(IndexProblem):
        shelf.publish(waiting.token)
    assert shelf.own == frozenset() and len(own.library.documents) == 1
    monkeypatch.undo()
    shelf.publish(waiting.token)  # it still waits


@pytest.fixture
def client(own: Assistant, settings: Settings, serve: Callable[..., Any]) -> Iterator[httpx.Client]:
    door = Door(hash_password(PASSWORD))
    with serve(own, staff=(door, Shelf(own, settings))) as address:
        headers = {"origin": address}
        with httpx.Client(base_url=address, trust_env=False, headers=headers, timeout=60) as client:
            yield client


def test_nothing_without_the_password(client: httpx.Client) -> None:
    files = {"file": ("x.md", RULE.format(300).encode())}
    assert client.get("/staff").status_code == 401
    assert client.get("/staff/waiting/x").status_code == 401
    assert client.post("/staff/upload", files=files).status_code == 401
    for path in ("/staff/publish/x", "/staff/remove/wzf-2021-13", "/staff/undo/x"):
        assert client.post(path, data={}).status_code == 401
    wrong = client.post("/staff/login", data={"password": "x" * 20})
    assert wrong.status_code == 401 and "密码不对" in wrong.text


def test_logged_in_by_http(client: httpx.Client) -> None:
    entered = client.post("/staff/login", data={"password": PASSWORD})
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    files = {"file": ("x.md", RULE.format(300).encode())}
    assert client.post("/staff/upload", files=files, headers={"origin": "https://evil.example"}).status_code == 403
    broken = client.post("/staff/upload", files={"file": ("x.docx", b"PK\x03\x04broken")})
    assert broken.status_code == 422 and "损坏" in broken.text
    assert client.post("/staff/upload", data={"id": "yi-1"}).status_code == 422
    assert client.post("/staff/upload", files=files, data={"id": "<script>"}).status_code == 422
    read = client.post("/staff/upload", files=files, data={"id": "yi-1", "region": "乙市"})
    shown = client.get(read.headers["location"])
    assert "每人每月300元" in shown.text and "没有读到" in shown.text
    done = client.post(read.headers["location"].replace("waiting", "publish"), data={})
    assert done.status_code == 303
    said = client.post("/v1/ask", json={"question": "困难残疾人生活补贴每个月多少钱"}).json()
    assert "300元" in said["text"]
    assert client.post("/staff/remove/wzf-2021-13", data={}).status_code == 422
    client.post("/staff/logout", data={})
    assert client.get("/staff").status_code == 401


def test_script_in_text_title_and_file_name_is_text(client: httpx.Client) -> None:
    client.post("/staff/login", data={"password": PASSWORD})
    hostile = "<img src=x onerror=alert(1)>"
    parts = (f"<h1>{hostile}补贴办法</h1>", f"<p>一、{hostile}对象</p>", f"<p>残疾人{hostile}。</p>")
    page = f"<html>{''.join(parts)}</html>".replace(hostile, escape(hostile))
    files = {"file": (f"{hostile}.html", page.encode())}
    read = client.post("/staff/upload", files=files, data={"id": "xss-1", "region": "<b>乙</b>"})
    shown = [client.get(read.headers["location"])]
    client.post(read.headers["location"].replace("waiting", "publish"), data={})
    paths = ("/staff", "/document/xss-1", "/document/xss-1?q=onerror", "/clause/xss-1_1", "/learn", "/learn/xss-1/1")
    shown += [client.get(path) for path in paths]
    for response in shown:
        assert response.status_code == 200, response.url
        assert "<img" not in response.text and "<b>乙" not in response.text, response.url
        assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "onerror" in shown[0].text  # it is there, as text


def test_the_command_prints_a_hash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["staff", "password"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("TIAOJU_STAFF_PASSWORD_HASH='scrypt$") and PASSWORD not in line
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["staff", "password"]) == 1
