"""The verifier in other people's documents: equations, levels under any name, dates and tables as people write them."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_check import LIST, LIVE, SKILL

from briefwright.evals.defects.run import fails
from briefwright.skill.ml_workflow.verify.check import verify
from briefwright.skill.ml_workflow.verify.equations import equations
from briefwright.skill.ml_workflow.verify.stated import dated


def with_row(text: str, label: str, cells: str) -> str:
    row = rf"^\| {re.escape(label)} \|.*$|^(?:- )?\*\*{re.escape(label)}:?\*\*:?.*$"
    new = f"| {label} | {cells} |" if f"| {label} |" in text else f"**{label}:** {cells}"
    found = re.sub(row, lambda _: new, text, count=1, flags=re.MULTILINE)
    assert found != text
    return found


def rules_of(text: str) -> set[str]:
    verdicts, between, _ = verify(text, SKILL)
    return {f.rule for f in (*between, *(f for v in verdicts for f in v.findings)) if f.severity == "fail"}


@pytest.mark.parametrize(
    "line",
    [
        "260 requests/s × 0.022 s = 5.7 requests in flight",
        "1 100 × 123 days × 55 % ≈ 74 415",
        "2 × €35 + €120 = €190 a month",
        "6 lines × 18 images/s = 108 images/s",
        "14,751 × 2 = 29.5k",
        "90 min × 2 = 3 h",
        "1.5 × 220 / 630 = 0.52",
        "35,700 series × 3 days = 107,100 rows; 107,100 rows at 1,500 rows/s × 1 worker = 72 s",
        "n = 2 (1.96 + 0.84)² × 9² ÷ 0.5² = 5,080",
        "baseline 0.21 · 75 + 14 = 89 days",
        "Brier = 0.031 + 2 − 1 = 3",
    ],
)
def test_a_right_equation_or_one_that_cannot_be_computed_is_no_finding(line: str) -> None:
    assert all(equation.is_right for equation in equations(line))


@pytest.mark.parametrize(
    "line",
    [
        "260 requests/s × 0.022 s = 0.6 requests in flight",
        "1 100 × 123 days × 55 % ≈ 47 415",
        "2 slots × €35 + Kafka €120 = €260",
        "6 lines × 18 images/s = 180 images/s",
        "35,700 series × 3 days = 101,700 rows",
        "1.5 × 220 / 630 = 5.2",
    ],
)
def test_an_equation_whose_sides_differ_is_found(line: str) -> None:
    text = with_row(LIST.text, "Cost", line) if "| Cost |" in LIST.text else LIST.text.replace("## Model Serving\n", f"## Model Serving\n\n{line}\n")  # fmt: skip
    assert "X.arithmetic" in rules_of(text)


def test_a_wrong_equation_is_found_on_its_own_line() -> None:
    wrong = "6 lines × 18 images/s = 180 images/s"
    text = LIST.text.replace(
        "## Model Serving\n", f"## Model Serving\n\nA word before.\n\n**Peak:** {wrong}\n"
    )
    _, between, _ = verify(text, SKILL)
    (found,) = (f for f in between if f.rule == "X.arithmetic")
    assert wrong in text.splitlines()[found.line - 1]


@given(st.integers(2, 9_999), st.integers(2, 9_999))
def test_every_true_product_is_right_and_every_doubled_one_is_not(a: int, b: int) -> None:
    (right,) = equations(f"{a} rows × {b} = {a * b:,} rows")
    assert right.is_right
    (wrong,) = equations(f"{a} rows × {b} = {a * b * 2:,} rows")
    assert not wrong.is_right


def test_a_table_with_row_numbers_reads_like_the_table_without_them() -> None:
    lines = LIST.text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| Feature | Source"))
    end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
    numbered = [("| # " if n == 0 else "|---" if n == 1 else f"| {n - 1} ") + line for n, line in enumerate(lines[start:end])]  # fmt: skip
    assert fails(SKILL, "\n".join([*lines[:start], *numbered, *lines[end:]])) == []


def test_a_document_without_its_table_of_features_has_no_leakage_verdict() -> None:
    lines = LIST.text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| Feature | Source"))
    end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
    verdicts, _, unread = verify("\n".join([*lines[:start], *lines[end:]]), SKILL)
    assert next(v.outcome for v in verdicts if v.check == "C2") != "passed"
    assert any("features" in each for each in unread)


@pytest.mark.parametrize(
    ("label", "cells", "rule"),
    [
        ("Data split", "A representative 80/10/10 draw from all orders, 2026-01-01 to 2026-06-30", "C4.polite_random"),
        ("Data split", "Every fifth day goes to test, every tenth to validation, by date", "C4.polite_random"),
        ("What's tracked", "git SHA, parameters, metrics, seed, image tag `stable`, data hash, artifacts, split dates", "C3.mutable"),
        ("Retraining policy", "Scheduled regularly, and triggered when PSI > 0.2; automatic; challenger beats champion by 0.01", "C9.vague"),
        ("Retraining policy", "Scheduled every 8 weeks, plus triggered when performance is poor; human-approved, must beat the champion", "C9.no_trigger"),
        ("Traffic split", "50/50 by customer number, sticky; customers of a zone share couriers", "C7.interference"),
        ("Success threshold", "Precision@400 clearly better than today's list on the test weeks", "C1.threshold"),
        ("Retraining policy", "Triggered: whenever accuracy visibly drops or the season changes. Automatic, must beat the champion", "C9.vague"),
        ("Retraining policy", "Scheduled every 4 weeks, automatic, on rows at least 3 days old; must beat the champion by 0.01", "C9.label_delay"),
        ("Registry", "MLflow aliases. dev -> staging: precision ≥ 0.35, approved by the data scientist (the author is the data scientist). staging -> production: precision ≥ 0.35, approved by the head of sales. Rollback: alias back", "C5.self"),
        ("Fallback", "List not there by 05:00: last week's list, at most 8 days old. Then: restart the scoring job and wait", "C10.no_floor"),
        ("Fallback", "List not there by 05:00: one more call to the same ranker endpoint. Then manual work by the team", "C10.same_model"),
    ],
)  # fmt: skip
def test_a_fault_in_a_strangers_words_is_found(label: str, cells: str, rule: str) -> None:
    assert rule in rules_of(with_row(LIST.text, label, cells))


@pytest.mark.parametrize(
    ("label", "cells", "rule"),
    [
        ("Tuning", "Optuna, on the validation weeks; the test weeks stay shut until the final candidate", "C4.tune_on_test"),
        ("Validation", "Leave one line out, 6 folds, each fold respecting date order", "C4.kfold"),
        ("Data split", "By date, 2025-01-01 onwards in order; lots aren't split across parts", "C4.polite_random"),
        ("Registry", "MLflow aliases. dev -> staging: precision ≥ 0.35. staging -> production: precision ≥ 0.35. The head of sales approves each step (the author is the data scientist). Rollback: alias back", "C5.self"),
        ("Registry", "MLflow aliases. dev -> staging: precision ≥ 0.35. staging -> production: precision ≥ 0.35. The head of sales approves; whoever trained it may not. Rollback: alias back", "C5.approver"),
        ("Tool", "MLflow, hosted by ourselves | Weights & Biases was ruled out, data stays in house", "X.rationale"),
    ],
)  # fmt: skip
def test_the_opposite_of_a_fault_is_none(label: str, cells: str, rule: str) -> None:
    assert rule not in rules_of(with_row(LIST.text, label, cells))


def test_a_trigger_and_its_monitor_agree_whatever_the_quantity_is_called() -> None:
    policy = "Scheduled every 4 weeks and triggered by acceptance {} over 2 weeks; automatic, approved by a person, must beat the champion"
    text = with_row(LIST.text, "Model drift", "Evidently | acceptance rate < 0.87 over 2 weeks, 800 reviews | page the owner, who checks the last 20")  # fmt: skip
    assert "X.trigger_threshold" in rules_of(with_row(text, "Retraining policy", policy.format("< 0.78")))
    assert "X.trigger_threshold" not in rules_of(with_row(text, "Retraining policy", policy.format("< 0.87")))


FEATURES = """| Feature | Source (delay) | Transformation | Window | Type | Leakage Risk | Reason |
|---|---|---|---|---|---|---|
| served_28d | crew tablet (48 h) | mean of the same flight | {window} | float | Med | past flights only |
"""


@pytest.mark.parametrize(
    ("window", "found"),
    [("t0-31d .. t0-3d", False), ("t0-28d .. t0", True), ("from t0 − 29 d to t0 − 1 d", True), ("ending 4 d before t0", False)],
)  # fmt: skip
def test_a_window_is_held_against_the_delay_of_its_source_wherever_both_stand(window: str, found: bool) -> None:  # fmt: skip
    lines = LIST.text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| Feature |"))
    end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
    text = "\n".join([*lines[:start], *FEATURES.format(window=window).splitlines(), *lines[end:]])
    assert ("C2.freshness" in rules_of(text)) == found


def test_a_monitor_with_metric_and_limit_in_two_cells_is_held_against_its_trigger() -> None:
    lines = LIST.text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| Monitor |"))
    end = next(n for n in range(start, len(lines)) if not lines[n].startswith("|"))
    table = "| Monitor | Tool | Metric, window | Threshold | Action |\n|---|---|---|---|---|\n" + "\n".join(
        f"| {name} | SQL | {metric} | {limit} | page the owner, who looks at the last 20 |"
        for name, metric, limit in [("Data drift", "PSI, 7 d, 20,000 rows", "> 0.2"), ("Model drift", "MAE, 14 d", "> 8.5"), ("Concept drift", "signed error, 14 d", "outside ±2.0"), ("Operational", "run time, daily", "> 40 min")]
    )  # fmt: skip
    text = "\n".join([*lines[:start], *table.splitlines(), *lines[end:]])
    policy = "Scheduled every 4 weeks and triggered by MAE > {} over 14 d; automatic, approved by a person, must beat the champion"  # fmt: skip
    assert "X.trigger_threshold" in rules_of(with_row(text, "Retraining policy", policy.format("9.5")))
    assert "X.trigger_threshold" not in rules_of(with_row(text, "Retraining policy", policy.format("8.5")))


def test_dates_with_dots_and_slashes_are_dates() -> None:
    assert dated("01.04.2024–15.06.2024") == "2024-04-01–2024-06-15"
    assert dated("08/06/2026–28/06/2026") == "2026-06-08–2026-06-28"
    assert dated("03/04/2026") == "03/04/2026", "nothing settles which is the month"


def test_a_known_interval_is_recomputed() -> None:
    said: Any = "precision 7,200 of 48,000, Wilson {}"
    broken = LIVE.text.replace("## Model Serving\n", f"## Model Serving\n\n{said.format('0.137-0.163')}\n")
    sound = LIVE.text.replace("## Model Serving\n", f"## Model Serving\n\n{said.format('0.147-0.153')}\n")
    assert "X.arithmetic" in rules_of(broken)
    assert "X.arithmetic" not in rules_of(sound)
