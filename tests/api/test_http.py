"""The HTTP interface as a program uses it, against the real server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from assistant import Answer, Assistant
from assistant.api import Busy, Desk, Gate
from assistant.cli import main
from index.types import IndexProblem

QUESTION = "坐公交车有优惠吗"
SENTENCE = "全面做好残疾人乘坐市内公共交通工具优惠与便利工作。"
CLAUSE = "wzf-2021-13_2.1.3"


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=30, trust_env=False) as client:
        yield client


def test_ask(client: httpx.Client, assistant: Assistant) -> None:
    said = client.post("/v1/ask", json={"question": QUESTION}).json()
    answer = Answer.model_validate(said["answer"])
    assert answer.statements == assistant.ask(QUESTION).statements
    assert answer.citations[0].quote == SENTENCE and SENTENCE in said["text"]
    assert "> " + SENTENCE in said["markdown"] and said["refused"] is False


def test_history_and_audience(client: httpx.Client) -> None:
    body = {"question": "那2020年呢", "history": ["到2025年残疾人之家覆盖率要达到多少"], "audience": "staff"}
    assert "80%" in client.post("/v1/ask", json=body).json()["text"]


def test_a_refusal_is_an_answer(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "困难残疾人生活补贴每个月多少钱"})
    assert response.status_code == 200
    assert response.json()["refused"] is True and response.json()["answer"]["statements"] == []


@pytest.mark.parametrize("question", ["", "   ", "长" * 10_000, "\x00\ud83d", "<script>alert(1)</script>"])
def test_odd_questions_get_an_answer_that_says_what_to_do(client: httpx.Client, question: str) -> None:
    raw = json.dumps({"question": question}).encode()
    response = client.post("/v1/ask", content=raw, headers={"content-type": "application/json"})
    assert response.status_code in (200, 422)
    assert response.json().get("text") or response.json()["error"]["message"]


def test_stream_ends_with_the_checked_answer(client: httpx.Client) -> None:
    with client.stream("POST", "/v1/ask/stream", json={"question": QUESTION}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = "".join(response.iter_text()).strip().split("\n\n")
    kind, data = events[-1].split("\n", 1)
    assert kind == "event: answer"
    assert SENTENCE in json.loads(data.removeprefix("data: "))["text"]


def test_clauses_and_documents(client: httpx.Client) -> None:
    document = client.get("/v1/documents").json()[0]
    assert document["number"] == "温政发〔2021〕13号"
    found = client.get(f"/v1/clauses/{CLAUSE}").json()
    assert SENTENCE in found["clause"]["text"] and found["label"].endswith("二（一）3")
    assert client.get(found["address"]).status_code == client.get(document["address"]).status_code == 200
    nearest = client.get("/v1/clauses", params={"q": "残疾人乘坐公共交通工具优惠", "limit": 3}).json()
    assert len(nearest) == 3 and nearest[0]["clause"]["id"] == CLAUSE
    assert client.get("/v1/clauses/nothing").status_code == 404


def test_verify(client: httpx.Client) -> None:
    report = client.post("/v1/verify", json={"text": "每年培训残疾人3000人次。"}).json()
    assert [f["standing"] for f in report["findings"]] == ["figure_differs"]
    assert client.post("/v1/verify", json={"text": "长" * 30_000}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/ask", {}, 422),
        ("POST", "/v1/ask", {"question": 5}, 422),
        ("POST", "/v1/ask", {"question": "x", "audience": "king"}, 422),
        ("POST", "/v1/ask", {"question": "x", "history": ["a"] * 100}, 422),
        ("GET", "/v1/ask", None, 405),
        ("GET", "/v1/nothing", None, 404),
        ("POST", "/v1/chat/completions", {"messages": [{"role": "system", "content": "hi"}]}, 422),
        ("POST", "/v1/chat/completions", {"messages": []}, 422),
    ],
)
def test_errors_are_chinese_and_of_one_form(
    client: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    response = client.request(method, path, json=body)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] and any("\u4e00" <= c <= "\u9fff" for c in error["message"])


def test_description_and_its_page_come_from_here(client: httpx.Client, site: str) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    assert {"/ask", "/ask/stream", "/clauses/{clause_id}", "/documents", "/verify", "/chat/completions"} <= paths.keys()
    page = client.get("/v1/docs").text
    assert "/v1/static/swagger-ui-bundle.js" in page and "cdn" not in page
    assert client.get("/v1/static/swagger-ui-bundle.js").status_code == 200


def test_figures_name_no_question(client: httpx.Client) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    text = client.get("/metrics").text
    assert 'tiaoju_answers_total{door="http",outcome="answered"}' in text
    assert 'tiaoju_library{of="documents"} 1.0' in text
    assert "公交" not in text


def test_health(
    client: httpx.Client, assistant: Assistant, serve: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/healthz").json()["status"] == "ok"

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(assistant.index, name)

        def search(self, *args: Any, **kwargs: Any) -> None:
            raise IndexProblem("索引坏了，请运行 tiaoju index build。")

    with serve(Assistant(assistant.library, Broken())) as address:  # type: ignore[arg-type]
        response = httpx.get(f"{address}/healthz", trust_env=False)
    assert response.status_code == 503 and "暂时用不了" in response.json()["message"]
    assert "tiaoju index build" in caplog.text


def test_a_key_is_wanted_where_one_is_set(assistant: Assistant, serve: Callable[..., Any]) -> None:
    with serve(assistant, api_key="s3cret") as address, httpx.Client(base_url=address, trust_env=False) as client:
        ask = {"json": {"question": QUESTION}}
        assert client.post("/v1/ask", **ask).status_code == 401
        assert client.post("/v1/ask", headers={"authorization": "Bearer wrong"}, **ask).status_code == 401
        assert client.post("/v1/ask", headers={"authorization": "Bearer s3cret"}, **ask).status_code == 200
        assert client.post("/mcp", json={}).status_code == 401
        assert client.get("/v1/documents").status_code == 401
        assert client.get("/v1/docs").status_code == client.get("/").status_code == 200


def test_too_much_is_sent_away(client: httpx.Client) -> None:
    assert client.post("/v1/verify", json={"text": "x" * 400_000}).status_code == 413
    assert client.post("/feedback", content=iter([b"{}"])).status_code == 411


async def _through(gate: Gate, host: str, method: str = "POST") -> int:
    status = 0

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"content-length", b"2")]
    scope = {"type": "http", "path": "/v1/ask", "method": method, "headers": headers, "client": (host, 1)}
    await gate(scope, lambda: asyncio.sleep(0), send)  # type: ignore[arg-type,return-value]
    return status


async def _fine(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def test_each_address_has_its_own_rate() -> None:
    now = [0.0]
    gate = Gate(_fine, per_minute=3, clock=lambda: now[0])

    def ask(host: str, method: str = "POST") -> int:
        return asyncio.run(_through(gate, host, method))

    assert [ask("203.0.113.5") for _ in range(5)] == [200, 200, 200, 429, 429]
    assert ask("203.0.113.6") == 200 and ask("203.0.113.5", "GET") == 200
    assert [ask("127.0.0.1") for _ in range(10)] == [200] * 10
    now[0] = 21
    assert [ask("203.0.113.5") for _ in range(2)] == [200, 429]


def test_more_than_can_wait_are_told_so_and_the_others_are_served(assistant: Assistant) -> None:
    async def crowd() -> list[str]:
        desk, go_on = Desk(assistant, most_waiting=3), threading.Event()

        async def one() -> str:
            try:
                return await desk.run(lambda: str(go_on.wait(10)))
            except Busy as busy:
                return str(busy)

        tasks = [asyncio.create_task(one()) for _ in range(10)]
        await asyncio.sleep(0.2)
        go_on.set()
        return await asyncio.gather(*tasks)

    said = asyncio.run(crowd())
    assert said.count("True") == 7 and sum("请过" in s for s in said) == 3


def test_questions_for_others_and_answers_for_ragas(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked, answers, rows = tmp_path / "q.jsonl", tmp_path / "a.jsonl", tmp_path / "r.jsonl"
    assert main(["eval", "export", str(asked)]) == 0
    first = json.loads(asked.read_text(encoding="utf-8").splitlines()[0])
    assert set(first) == {"case_id", "history", "question", "persona"}
    answer = {"case_id": first["case_id"], "text": "有。", "retrieved": [CLAUSE]}
    answers.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    assert main(["eval", "export", str(rows), "--ragas", str(answers)]) == 0
    (row,) = map(json.loads, rows.read_text(encoding="utf-8").splitlines())
    assert set(row) == {"user_input", "response", "retrieved_contexts", "reference", "reference_contexts"}
    assert row["response"] == "有。" and SENTENCE in row["retrieved_contexts"][0]
    assert main(["eval", "export", str(tmp_path / "no" / "where")]) == 1
    assert "写不了" in capsys.readouterr().err
