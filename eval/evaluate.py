"""One evaluation from data files to a report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from corpus import Library, load_library
from corpus.laws import read_laws
from corpus.library import DOCUMENTS
from eval.baselines import Index, ModeBaseline, QuickStartBaseline
from eval.disturbance import DISTURBANCES, Robustness, disturbed, robustness
from eval.metrics import score_case
from eval.page import html_page
from eval.report import Report, labels_of, misses_of, system_report
from eval.runner import AssistantSystem, System, follow_up_gains, run
from eval.types import Case, EvalError, Prediction, Score, load_cases, load_predictions, save_predictions

DATA = Path(__file__).parent / "data"
Split = Literal["dev", "test", "all", "laws-dev", "laws-test"]


def run_evaluation(
    split: Split = "dev",
    out_dir: Path | None = None,
    *,
    baselines: bool = True,
    predictions: Path | None = None,
    show_test_misses: bool = False,
    disturb: bool = False,
    assistant: Any = None,
    model_assistant: Any = None,
    index: Index | None = None,
    library: Library | None = None,
    today: dt.date | None = None,
    data_dir: Path = DATA,
) -> Report:
    """Ask every question of a split, score the answers and, with ``out_dir``, write the report.

    Written are ``report.json``, ``report.html`` and ``predictions-<system>.jsonl``; without
    ``show_test_misses`` neither questions nor answers of the test split, so that nobody tunes on them.

    Args:
        baselines: also run the three baselines on the same cases.
        predictions: JSONL of another system, scored instead of asking the assistant.
        disturb: also ask every question under each rule-made disturbance (six times as long).
        assistant: what is tested; None builds the default one. The ``laws-`` splits want one whose
            library has the five laws (see :func:`assistant_for`).
        model_assistant: the assistant with a chat model, run beside it; None compares none.
        index: searched by the baselines and for the gain of rewriting; None takes the assistant's.
        library: holds the clauses that are cited; None takes the assistant's.
        today: date by which a document's period has ended or not, also for an assistant built here;
            None takes the clock's.

    Raises:
        EvalError: a data or predictions file is missing or wrong, or the report cannot be written.
    """
    if split not in get_args(Split):
        raise EvalError(f"没有名为“{split}”的数据集，请用 dev、test、all、laws-dev 或 laws-test。")
    today = dt.date.today() if today is None else today
    if assistant is None and (predictions is None or (baselines and index is None)):
        assistant = assistant_for(split, today)
    if library is None:
        library = load_library() if assistant is None else assistant.library
    if index is None and assistant is not None:
        index = assistant.index
    parts = _load(split, data_dir, library)
    cases = tuple(case for part in parts.values() for case in part)
    systems: list[System] = [AssistantSystem(assistant)] if predictions is None else [_FromFile(predictions)]
    if model_assistant is not None:
        systems.append(AssistantSystem(model_assistant, "tiaoju-model", f"条条有据＋{model_assistant.model.name}"))
    if baselines and index is not None:
        systems += _baselines(index, library)
    said = [run(system, cases) for system in systems]
    gains = follow_up_gains(cases, said[0], index) if index is not None else {}
    scored = [_score(cases, answers, library, today, {}) for answers in said]
    scored[0] = _score(cases, said[0], library, today, gains)

    shown = {case.id for name, part in parts.items() if not name.endswith("test") or show_test_misses for case in part}
    misses = misses_of(cases, said[0], scored[0])
    report = Report(
        split=split,
        today=today,
        corpus=library.fingerprint,
        splits={name: len(part) for name, part in parts.items()},
        kinds=dict(Counter(case.kind for case in cases)),
        systems=tuple(
            system_report(system.name, system.label, scores) for system, scores in zip(systems, scored, strict=True)
        ),
        misses=tuple(miss for miss in misses if miss.case.id in shown),
        hidden_misses=sum(miss.case.id not in shown for miss in misses),
        robustness=_robustness(systems[0], cases, scored[0], library, today) if disturb and predictions is None else (),
    )
    if out_dir is not None:
        kept = {
            system.name: [answer for answer in answers if answer.case_id in shown]
            for system, answers in zip(systems, said, strict=True)
        }
        _write(out_dir, report, labels_of(report, library), kept)
    return report


class _FromFile:
    """A system whose answers were written down before; a case without one is an error."""

    def __init__(self, path: Path) -> None:
        self._answers = {prediction.case_id: prediction for prediction in load_predictions(path)}
        self.name = self.label = path.stem

    def predict(self, case: Case) -> Prediction:
        missing = Prediction(case_id=case.id, error="预测文件里没有这个问题的回答")
        return self._answers.get(case.id, missing)


def _load(split: Split, data_dir: Path, library: Library) -> dict[str, tuple[Case, ...]]:
    """Cases by the name of their file; ids are unique over all of them."""
    names = ("dev", "test") if split == "all" else (split,)
    parts = {name: load_cases(data_dir / f"{name}.jsonl", library) for name in names}
    counts = Counter(case.id for part in parts.values() for case in part)
    if repeated := [i for i, count in counts.items() if count > 1]:
        raise EvalError(f"编号“{repeated[0]}”在两个数据集中都有，每个问题的 id 必须唯一。")
    return parts


def _baselines(index: Index, library: Library) -> list[System]:
    return [
        ModeBaseline(index, library, "keyword"),
        ModeBaseline(index, library, "dense"),
        QuickStartBaseline(index.embedder, library),
    ]


def with_model(assistant: Any, settings: Any, today: dt.date | None = None) -> Any:
    """The same assistant with the chat model of the settings.

    Raises:
        EvalError: the settings name no model.
        ModelProblem: the model cannot be used.
    """
    from assistant import Assistant
    from assistant.model import open_model

    model = open_model(settings)
    if model is None:
        raise EvalError("没有设置对话模型，请先设置 TIAOJU_MODEL 等（写法见 docs/model.md），或去掉 --model。")
    return Assistant(assistant.library, assistant.index, dt.date.today if today is None else lambda: today, model)


def assistant_for(split: Split, today: dt.date | None = None, settings: Any = None, **progress: Any) -> Any:
    """The assistant that a split is made for: over the plan alone, or over the plan and the five laws.

    Documents added on this machine are left out, so that the same figures come out everywhere.

    Args:
        settings: an ``assistant.settings.Settings``; None takes the environment's.
        progress: handed to ``index.open_index``.
    """
    from assistant import Assistant  # imported here: other systems are scored without it
    from assistant.settings import Settings
    from index import open_index

    settings = settings or Settings()
    library = load_library(settings.documents_dir or DOCUMENTS)
    if split.startswith("laws-"):
        library = Library([*library.documents, *read_laws()])
    folder = settings.data_dir / ("eval-laws" if split.startswith("laws-") else "eval")
    index = open_index(folder, library, settings.embedder, **progress)
    return Assistant(library, index, dt.date.today if today is None else lambda: today)


def _score(
    cases: Sequence[Case],
    answers: Sequence[Prediction],
    library: Library,
    today: dt.date,
    gains: dict[str, float],
) -> tuple[Score, ...]:
    return tuple(
        score_case(case, answer, library, today, gains.get(case.id))
        for case, answer in zip(cases, answers, strict=True)
    )


def _robustness(
    system: System, cases: Sequence[Case], before: Sequence[Score], library: Library, today: dt.date
) -> tuple[Robustness, ...]:
    pairs = [(case, score) for case, score in zip(cases, before, strict=True) if case.answerable]
    asked, old = [case for case, _ in pairs], [score for _, score in pairs]
    results = []
    for rule in DISTURBANCES:
        changed = [disturbed(case, rule) for case in asked]
        results.append(robustness(rule, old, _score(changed, run(system, changed), library, today, {})))
    return tuple(result for result in results if result is not None)


def _write(
    out_dir: Path, report: Report, labels: Mapping[str, str], predictions: Mapping[str, Sequence[Prediction]]
) -> None:
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        (out_dir / "report.json").write_text(report.model_dump_json(indent=1), encoding="utf-8")
        (out_dir / "report.html").write_text(html_page(report, labels), encoding="utf-8")
        for name, answers in predictions.items():
            if answers:
                save_predictions(out_dir / f"predictions-{name}.jsonl", answers)
    except OSError as error:
        raise EvalError(f"无法写入目录“{out_dir}”（{error.strerror}），请换一个可写的目录。") from error
