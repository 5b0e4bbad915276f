"""The evaluation counts what it says it counts; expectations are worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest

from corpus import Cell, Clause, ClauseKind, Document, DocumentKind, Library, Period, Span
from eval import metrics
from eval.aggregate import METRICS, estimate, estimates, percentiles
from eval.types import Case, CitedClause, Claim, EvalError, Prediction, Score, Unit, load_cases, load_predictions

TODAY = dt.date(2025, 6, 1)
LATER = dt.date(2026, 11, 23)
TRAINING = "5.开展职业技能培训。每年培训残疾人2000 人次。"
ROW = "3 重度残疾人护理补贴覆盖率 约束性 98% ＞99%"


def _clause(number: str, text: str, cells: tuple[Cell, ...] = ()) -> Clause:
    kind = ClauseKind.TABLE_ROW if cells else ClauseKind.PARAGRAPH
    spans = (Span(0, len(text)),)
    return Clause(
        id=f"d_{number}",
        document_id="d",
        kind=kind,
        label=number,
        headings=(),
        title="",
        text=text,
        spans=spans,
        cells=cells,
    )


@pytest.fixture(scope="module")
def library() -> Library:
    row = (
        Cell(column="序号", value="3"),
        Cell(column="指标", value="重度残疾人护理补贴覆盖率"),
        Cell(column="2020年基期值", value="98%"),
        Cell(column="2025年目标值", value="＞99%"),
    )
    clauses = (_clause("1", TRAINING), _clause("2", ROW, row), _clause("3", "维权人员培训不少于 2000人次。"))
    period = Period(start=dt.date(2021, 1, 1), end=dt.date(2025, 12, 31), outlook_year=2035)
    return Library(
        [
            Document(
                id="d",
                title="某市规划",
                kind=DocumentKind.PLAN,
                number=None,
                issuer=None,
                issued_on=None,
                period=period,
                region=None,
                status="in_force",
                source="d.txt",
                sha256="",
                clauses=clauses,
            )
        ]
    )


def _case(**changes: object) -> Case:
    fields: dict[str, object] = {
        "id": "a",
        "kind": "figure",
        "question": "每年培训多少人次？",
        "answerable": True,
        "gold": ("d_1",),
        "facts": (("2000人次",),),
    }
    return Case.model_validate(fields | changes)


def _said(
    text: str, clause_id: str = "d_1", quote: str | None = "每年培训残疾人2000 人次。", **changes: object
) -> Prediction:
    cited = (CitedClause(clause_id=clause_id, quote=quote),)
    fields: dict[str, object] = {
        "case_id": "a",
        "text": text,
        "citations": cited,
        "claims": (Claim(text=text, citations=cited),),
        "retrieved": ("d_3", "d_1"),
    }
    return Prediction.model_validate(fields | changes)


# Retrieval


def test_recall_counts_gold_clauses_among_the_first_k() -> None:
    assert metrics.recall_at(["x", "a", "y", "b"], ["a", "b"], 1) == 0
    assert metrics.recall_at(["x", "a", "y", "b"], ["a", "b"], 3) == 0.5
    assert metrics.recall_at(["x", "a", "y", "b"], ["a", "b"], 5) == 1


def test_a_clause_found_twice_takes_one_place() -> None:
    assert metrics.recall_at(["x", "x", "a"], ["a"], 2) == 1
    assert metrics.reciprocal_rank(["x", "x", "a"], ["a"]) == 1 / 2


def test_reciprocal_rank_is_that_of_the_first_gold_clause() -> None:
    assert metrics.reciprocal_rank(["x", "y", "b", "a"], ["a", "b"]) == 1 / 3
    assert metrics.reciprocal_rank(["x"], ["a"]) == 0


def test_ndcg_by_hand() -> None:
    got = 1 / math.log2(2) + 1 / math.log2(4)  # ranks 1 and 3
    best = 1 / math.log2(2) + 1 / math.log2(3)
    assert metrics.ndcg_at(["a", "x", "b"], ["a", "b"]) == pytest.approx(got / best)
    assert metrics.ndcg_at(["a", "b"], ["b", "a"]) == 1
    assert metrics.ndcg_at([*"0123456789", "a"], ["a"], k=10) == 0


def test_a_chunk_that_stands_for_several_clauses_takes_one_place() -> None:
    retrieved: list[Unit] = [("x", "y", "a"), "b"]
    assert metrics.recall_at(retrieved, ["a", "b"], 1) == 0.5
    assert metrics.recall_at(retrieved, ["a", "b"], 2) == 1
    assert metrics.reciprocal_rank([("x", "y"), ("y", "x"), "a"], ["a"]) == 1 / 2, "the second says nothing new"
    assert metrics.ndcg_at([("a", "b")], ["a", "b"]) == 1


# Answers


def test_a_fact_counts_once_in_any_of_its_forms() -> None:
    facts = [["2000人次", "两千人次"], ["每年", "年度"]]
    assert metrics.fact_recall("每年培训 2000 人次", facts) == 1
    assert metrics.fact_recall("培训二千人次", facts) == 0.5


def test_a_figure_is_found_only_whole() -> None:
    assert metrics.fact_recall("共110支", [["10支"]]) == 0
    assert metrics.fact_recall("达到99.5%", [["5%"]]) == 0
    assert metrics.fact_recall("不低于９０％", [["90%以上"]]) == 1
    assert metrics.fact_recall("超过90%", [["90%以上"]]) == 0, "超过 is not 以上"


def test_strict_accuracy_fails_on_one_missing_fact_or_one_forbidden_string() -> None:
    assert metrics.strict_accuracy("目标是＞99%，基期98%", [["＞99%"], ["98%"]]) == 1
    assert metrics.strict_accuracy("目标是＞99%", [["＞99%"], ["98%"]]) == 0
    assert metrics.strict_accuracy("目标是＞99%，已经达到", [["＞99%"]], ["已经达到"]) == 0


def test_lead_accuracy_reads_150_characters(library: Library) -> None:
    short = metrics.score_case(_case(), _said("2000人次。"), library, TODAY)
    long = metrics.score_case(_case(), _said("前" * 150 + "2000人次。"), library, TODAY)
    assert (short.strict, short.lead) == (1, 1)
    assert (long.strict, long.lead) == (1, 0)


def test_neutral_clauses_count_neither_right_nor_wrong() -> None:
    assert metrics.citation_precision(["a", "x"], ["a"]) == 0.5
    assert metrics.citation_precision(["a", "x"], ["a"], also=["x"]) == 1
    assert metrics.citation_precision(["x"], ["a"], also=["x"]) is None


def test_figures_must_stand_in_the_clause_that_their_statement_cites(library: Library) -> None:
    cited = (CitedClause(clause_id="d_2", quote=ROW),)
    right = Claim(text="2025年目标值＞99%，2020年基期值98%。", citations=cited)
    swapped = Claim(text="2020年已达到99%，2025年目标98%。", citations=cited)
    elsewhere = Claim(text="每年培训2000人次。", citations=cited)
    assert metrics.figures_right([right], library) == (2, 2)
    assert metrics.figures_right([swapped], library) == (0, 2), "the years are swapped"
    assert metrics.figures_right([right, elsewhere], library) == (2, 3)


def test_a_target_without_a_year_may_be_dated_in_the_period_only(library: Library) -> None:
    cited = (CitedClause(clause_id="d_1", quote=TRAINING),)
    assert metrics.figures_right([Claim(text="到2025年每年2000人次。", citations=cited)], library) == (1, 1)
    assert metrics.figures_right([Claim(text="2020年培训2000人次。", citations=cited)], library) == (0, 1)


def test_a_list_may_be_counted_if_it_is_counted_right(library: Library) -> None:
    cited = (CitedClause(clause_id="d_2", quote=ROW),)
    assert metrics.figures_right([Claim(text="共两项：护理补贴；护理覆盖率。", citations=cited)], library) == (1, 1)
    assert metrics.figures_right([Claim(text="共3项：护理补贴；护理覆盖率。", citations=cited)], library) == (0, 1)
    assert metrics.figures_right([Claim(text="共2项。", citations=cited)], library) == (0, 1), "nothing to check it by"


def test_figure_recall_counts_facts_with_figures() -> None:
    facts = [["2000人次"], ["＞99%", "超过99%"], ["职业技能"]]
    assert metrics.figures_found("培训2000人次", facts) == (1, 2)
    assert metrics.figures_found("培训2000户，99%", facts) == (1, 2)


def test_a_statement_is_supported_by_its_figures_and_its_words(library: Library) -> None:
    def supported(text: str, quote: str | None = "每年培训残疾人2000 人次。") -> bool:
        return metrics.supported(Claim(text=text, citations=(CitedClause(clause_id="d_1", quote=quote),)), library)

    assert supported("每年培训残疾人2000人次。")
    assert supported("每年培训残疾人2000人次。", None)
    assert not supported("每年培训残疾人3000人次。")
    assert not supported("每年培训残疾人不少于2000人次。"), "the comparator is not in the quote"
    assert not supported("公交车免费乘坐，凭证即可。"), "other words"
    assert not supported("每年培训残疾人2000人次。", "每年培训2000人次"), "no exact quote"
    assert not metrics.supported(Claim(text="每年培训残疾人2000人次。"), library), "no citation"


def test_quotes_must_be_exact_to_the_space(library: Library) -> None:
    def exact(quote: str | None, clause_id: str = "d_1") -> bool | None:
        return metrics.exact(CitedClause(clause_id=clause_id, quote=quote), library)

    assert exact("2000 人次") is True
    assert exact("2000人次") is False
    assert exact("") is False
    assert exact("2000 人次", "d_9") is False
    assert exact(None) is None


def test_an_ended_period_needs_a_notice(library: Library) -> None:
    def missing(today: dt.date, *notices: str) -> bool:
        return metrics.score_case(_case(), _said("2000人次", notices=notices), library, today).without_period_notice

    assert not missing(TODAY)
    assert missing(LATER)
    assert not missing(LATER, "period_ended")
    assert not metrics.score_case(_case(), Prediction(case_id="a"), library, LATER).without_period_notice


@pytest.mark.parametrize(
    ("case", "prediction", "reason"),
    [
        (_case(), _said("2000人次"), None),
        (_case(), _said("不知道", retrieved=("d_3",)), "retrieval"),
        (_case(), _said("不少于100人", clause_id="d_3", quote=None), "selection"),
        (_case(), _said("每年培训。"), "composition"),
        (_case(), _said("2000人次", refused=True), "wrong_refusal"),
        (_case(forbidden=("已完成",)), _said("2000人次，已完成"), "forbidden"),
        (_case(), Prediction(case_id="a", error="ValueError: x"), "error"),
        (_case(answerable=False, facts=()), _said("2000人次"), "missed_refusal"),
        (_case(answerable=False, facts=()), _said("规划没有规定。", refused=True), None),
        (_case(answerable=False, facts=(), forbidden=("每月",)), _said("没有，每月", refused=True), "forbidden"),
        (_case(answerable=False, facts=()), Prediction(case_id="a", refused=True, error="x"), "error"),
    ],
)
def test_every_miss_has_its_reason(case: Case, prediction: Prediction, reason: str | None, library: Library) -> None:
    score = metrics.score_case(case, prediction, library, TODAY)
    assert (score.reason, score.correct) == (reason, reason is None)


def test_a_refusal_earns_no_facts(library: Library) -> None:
    score = metrics.score_case(_case(), _said("2000人次", refused=True), library, TODAY)
    assert (score.strict, score.fact_recall, score.figures_found) == (0, 0, (0, 1))


def test_a_system_without_statements_is_read_sentence_by_sentence(library: Library) -> None:
    prediction = _said("每年培训残疾人2000人次。公交车免费乘坐，凭证即可。", claims=())
    assert metrics.score_case(_case(), prediction, library, TODAY).claims_supported == (1, 2)


def test_reachable_bounds_what_the_first_four_clauses_hold(library: Library) -> None:
    def reachable(*retrieved: str) -> float | None:
        return metrics.score_case(_case(), _said("", retrieved=retrieved), library, TODAY).reachable

    assert reachable("d_2", "d_1") == 1
    assert reachable("d_2") == 0


# Aggregates


def _score(answerable: bool, refused: bool, correct: bool, kind: str = "figure") -> Score:
    return Score(case_id="a", kind=kind, answerable=answerable, refused=refused, correct=correct, reason=None)


def test_abstention_by_hand() -> None:
    scores = [
        *[_score(True, False, True)] * 5,
        _score(True, False, False),
        *[_score(True, True, False)] * 2,
        _score(False, True, True, "unanswerable_near"),
        _score(False, False, False, "unanswerable_near"),
        *[_score(False, True, True, "unanswerable_far")] * 2,
    ]
    found = {key: value.value for key, value in estimates(scores).items()}
    assert found["abstention_precision"] == pytest.approx(3 / 5)
    assert found["abstention_recall"] == pytest.approx(3 / 4)
    assert found["abstention_f1"] == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))
    assert found["refused_near"] == pytest.approx(1 / 2)
    assert found["refused_far"] == 1
    assert found["false_refusals"] == pytest.approx(2 / 8)
    assert found["selective"] == pytest.approx(5 / 7)
    assert found["accuracy"] == pytest.approx(8 / 12)


def test_figures_and_statements_are_counted_over_all_cases() -> None:
    base = _score(True, False, True)
    scores = [base.model_copy(update={"figures_right": pair}) for pair in ((1, 1), (0, 3), (0, 0))]
    found = estimates(scores)["figure_precision"]
    assert found.value == pytest.approx(1 / 4)
    assert found.n == 2, "one case has no figures"


def test_recall_of_unanswerable_cases_is_reported_apart() -> None:
    recall = {1: 1.0, 3: 1.0, 5: 1.0, 10: 1.0}
    near = _score(False, True, True, "unanswerable_near").model_copy(update={"recall": recall})
    found = estimates([near, _score(True, False, True).model_copy(update={"recall": {**recall, 5: 0.0}})])
    assert found["recall@5"].value == 0
    assert found["near_recall@10"].value == 1


def test_intervals_hold_the_value_and_are_the_same_every_time() -> None:
    parts = [(1.0, 1.0)] * 30 + [(0.0, 1.0)] * 10
    found = estimate(parts)
    assert found is not None
    assert found == estimate(parts)
    assert found.value == 0.75
    # normal approximation: 0.75 ± 1.96 √(0.75 · 0.25 / 40) = 0.616 … 0.884
    assert found.low == pytest.approx(0.616, abs=0.03)
    assert found.high == pytest.approx(0.884, abs=0.03)


def test_what_applies_to_no_case_is_left_out() -> None:
    assert estimate([]) is None
    assert estimate([(0.0, 0.0)]) is None
    assert "abstention_precision" not in estimates([_score(True, False, True)])


def test_percentiles() -> None:
    assert percentiles([]) is None
    assert percentiles(float(i) for i in range(101)) == (50.0, 95.0)


def test_metric_keys_and_labels_are_unique() -> None:
    assert len({m.key for m in METRICS}) == len({m.label for m in METRICS}) == len(METRICS)


# Data files


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "b"', "JSON"),
        ('{"id": "b", "kind": "list", "answerable": false}', "question"),
        ('{"id": "b", "kind": "list", "question": "问", "answerable": false, "golden": []}', "golden"),
        ('{"id": "b", "kind": "list", "question": "问", "answerable": true, "gold": ["d_1"]}', "facts"),
        ('{"id": "b", "kind": "list", "question": "问", "answerable": false, "persona": "child"}', "persona"),
        ('{"id": "b", "kind": "list", "question": "问", "answerable": false, "gold": ["d_9"]}', "d_9"),
        ('{"id": "a", "kind": "list", "question": "问", "answerable": false}', "重复"),
    ],
)
def test_a_wrong_line_is_named_in_chinese(line: str, message: str, tmp_path: Path, library: Library) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(_case().model_dump_json() + "\n\n" + line + "\n", encoding="utf-8")
    with pytest.raises(EvalError) as caught:
        load_cases(path, library)
    assert "dev.jsonl 第 3 行" in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="找不到"):
        load_cases(tmp_path / "dev.jsonl")
    (tmp_path / "dev.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(EvalError, match="没有问题"):
        load_cases(tmp_path / "dev.jsonl")
    with pytest.raises(EvalError, match="找不到"):
        load_predictions(tmp_path / "other.jsonl")
