"""Cases and predictions in the forms that other tools read.

RAGAS (Es et al. 2024, "RAGAS: Automated Evaluation of Retrieval Augmented Generation") reads samples with the
columns user_input, response, retrieved_contexts, reference and reference_contexts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.library import Library
from eval.types import Case, EvalError, Prediction

_CONTEXTS = 8
_NOTHING = "收录的文件没有规定。"


def questions(cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    """What another system needs to be asked the same: id, earlier questions, question. No answers."""
    for case in cases:
        yield {"case_id": case.id, "history": list(case.history), "question": case.question, "persona": case.persona}


def ragas_rows(
    cases: Iterable[Case], predictions: Mapping[str, Prediction], library: Library
) -> Iterator[dict[str, Any]]:
    """A RAGAS sample for each case that has a prediction.

    ``reference`` holds the facts that a right answer names, each in its first accepted form.
    """
    for case in cases:
        prediction = predictions.get(case.id)
        if prediction is None:
            continue
        found = [i for unit in prediction.retrieved for i in ((unit,) if isinstance(unit, str) else unit)]
        yield {
            "user_input": prediction.standalone_question or case.question,
            "response": prediction.text,
            "retrieved_contexts": [library.clause(i).text for i in found[:_CONTEXTS] if i in library],
            "reference": "；".join(forms[0] for forms in case.facts) if case.answerable else _NOTHING,
            "reference_contexts": [library.clause(i).text for i in case.gold],
        }


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as JSONL; returns how many.

    Raises:
        EvalError: the file cannot be written.
    """
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise EvalError(f"写不了“{path}”（{error.strerror}），请换一个地方。") from error
    return len(lines)
