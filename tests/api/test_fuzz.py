"""The HTTP interface against requests made at random from its own description (schemathesis): no failure, no hang,
and every refusal says in Chinese what to do."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from assistant import Assistant
from assistant.api import Desk, make_api

_EXAMPLES = 25


@pytest.fixture(scope="module")
def described(assistant: Assistant) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", make_api(Desk(assistant)))


def test_random_requests_are_borne(described: Any) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 8
    for operation in operations:
        assert _statuses(operation), operation.path


def _statuses(operation: Any) -> set[int]:
    """Statuses of random requests of one operation; fails where one fails."""
    seen: set[int] = set()

    @settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call()
        seen.add(response.status_code)
        assert response.status_code < 500, response.text
        if response.status_code >= 400:
            message = response.json()["error"]["message"]
            assert any("\u4e00" <= char <= "\u9fff" for char in message)

    ask()
    return seen
