"""What a screen reader says of one question and its answer, against the transcript that is checked in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.test_page import ANSWERED, ask
from tests.browser.voice import transcript

EXPECTED = Path(__file__).with_name("transcript.txt")


def test_an_answer_is_spoken_as_the_transcript_has_it(open_page: Callable[..., Any]) -> None:
    """With ``TIAOJU_WRITE=1`` the transcript is written anew, to be read by a person before it is committed."""
    page = open_page()
    page.evaluate(
        """() => { window.told = [];
        new MutationObserver(() => { const t = document.getElementById('tj-status').textContent; if (t) told.push(t); })
          .observe(document.getElementById('tj-status'), {childList: true, characterData: true, subtree: true}); }"""
    )
    ask(page, ANSWERED)
    page.wait_for_function("told.some(text => text.startsWith('回答'))")
    told = page.evaluate("told.filter(text => text !== '正在查找条款')")
    lines = [f"（状态）{text}" for text in told] + [f"（焦点）{page.evaluate('document.activeElement.textContent')}"]
    said = "\n".join([*lines, *transcript(page, "#conversation article")]) + "\n"
    if os.environ.get("TIAOJU_WRITE"):
        EXPECTED.write_text(said, encoding="utf-8")
    assert said == EXPECTED.read_text(encoding="utf-8")
