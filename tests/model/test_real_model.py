"""A real small model, served on this machine: whatever it writes, only what stands in a clause is shown.

Opt-in: ``TIAOJU_TEST_GGUF=model.gguf`` and the extra ``local-model``. A 0.5 B model takes minutes on two cores.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant import Assistant, Settings

_FILE = os.environ.get("TIAOJU_TEST_GGUF", "")


@pytest.mark.skipif(not _FILE, reason="没有设 TIAOJU_TEST_GGUF（GGUF 模型文件）")
@pytest.mark.parametrize("question", ["坐公交车有优惠吗", "残疾人创业有什么支持", "我三岁的娃自闭症做康复有补贴吗"])
def test_only_what_stands_in_a_clause_is_shown(question: str, assistant: Assistant) -> None:
    from assistant.model import open_model

    model = open_model(Settings(_env_file=None, model_file=Path(_FILE)))  # type: ignore[call-arg]
    asked = Assistant(assistant.library, assistant.index, assistant._today, model)
    *drafts, answer = asked.stream(question)
    assert drafts and not isinstance(answer, str)
    assert any(notice.kind.startswith("model") for notice in answer.notices)
    for citation in answer.citations:
        clause = assistant.library.clause(citation.clause_id)
        assert clause.text[citation.span.start : citation.span.end] == citation.quote
