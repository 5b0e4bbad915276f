"""Evaluation: data sets, metrics, baselines and report, through the public door of the assistant only."""

from eval.evaluate import assistant_for, run_evaluation, with_model
from eval.report import Report
from eval.table import console
from eval.types import Case, EvalError, Prediction, Score

__all__ = [
    "Case",
    "EvalError",
    "Prediction",
    "Report",
    "Score",
    "assistant_for",
    "console",
    "run_evaluation",
    "with_model",
]
