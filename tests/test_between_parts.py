"""What the parts of somebody's document must not say against one another: kinds of error of an outside catalogue."""

import pytest
from test_check import SKILL
from test_check_voices import rules_of

from briefwright.evals.defects.strangers import HERE
from briefwright.skill.ml_workflow.language.gloss import gloss
from briefwright.skill.ml_workflow.verify.check import verify
from briefwright.skill.ml_workflow.verify.stated import dated, iso_dates, lag_days

AUCTION = (HERE / "hammerguard.md").read_text(encoding="utf-8")
FORECAST = (HERE / "linencast.md").read_text(encoding="utf-8")
TRIAGE = (HERE / "lifttriage.md").read_text(encoding="utf-8")


def put(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_the_documents_broken_here_are_sound() -> None:
    assert not [rules_of(text) for text in (AUCTION, FORECAST, TRIAGE) if rules_of(text)]


def test_a_feature_made_of_what_is_never_used_is_found() -> None:
    row = "| delivery_area | profile | first two postcode digits at t0 − 2 h | cat | Low: as-of join |\n"
    assert "X.excluded" in rules_of(put(AUCTION, "| category_unpaid_90d |", f"{row}| category_unpaid_90d |"))


def test_what_is_excluded_because_it_is_known_later_may_have_a_past() -> None:
    row = "| hammer_price_90d | ledger | mean hammer price in [t0 − 92 d, t0 − 48 h] | float | Low: past lots only |\n"  # fmt: skip
    assert "X.excluded" not in rules_of(put(AUCTION, "| category_unpaid_90d |", f"{row}| category_unpaid_90d |"))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (AUCTION, "binary log loss", "mean squared error on days to payment"),
        (FORECAST, "pinball loss at 0.9, as a missing", "binary cross-entropy, as a missing"),
        (TRIAGE, "class-weighted cross-entropy on the family token", "mean squared error of the family number"),
    ],
)  # fmt: skip
def test_a_loss_of_another_kind_of_problem_is_found(text: str, old: str, new: str) -> None:
    assert "X.loss" in rules_of(put(text, old, new))


def test_a_model_served_by_a_runtime_that_cannot_load_it_is_found() -> None:
    other = put(AUCTION, "Treelite-compiled LightGBM", "TensorFlow Serving on a SavedModel")
    converted = put(AUCTION, "Treelite-compiled LightGBM", "ONNX Runtime on the converted LightGBM model")
    assert "X.stack" in rules_of(other) and "X.stack" not in rules_of(converted)


def test_training_before_its_data_begin_is_found() -> None:
    assert "C4.history" in rules_of(put(AUCTION, "Ledger usable from 2022-07-01", "Ledger usable from 2024-03-01"))  # fmt: skip


def test_a_promise_that_one_rollback_breaks_for_a_year_is_found() -> None:
    assert "C6.availability" in rules_of(
        put(AUCTION, "99.9 % of calls answered", "99.999 % of calls answered")
    )
    assert "C6.availability" in rules_of(put(FORECAST, "on 99.5 % of days", "on 99.999 % of days"))


def test_operations_left_for_later_are_found_and_who_names_them_is_no_gap() -> None:
    assert "T.unfinished" in rules_of(put(AUCTION, "Owner: Risk ML (lead M. Oduya).", "Owner: TBD."))
    assert "T.unfinished" not in rules_of(put(AUCTION, "Owner: Risk ML (lead M. Oduya).", "Owner: to be named by the head of payments, Risk ML until then."))  # fmt: skip


def test_a_baseline_that_beats_the_model_is_found() -> None:
    assert "C1.vs_baseline" in rules_of(
        put(AUCTION, "Logistic regression: 0.39", "Logistic regression: 0.55")
    )


def test_the_writer_of_the_design_does_not_sign_for_it() -> None:
    assert "C5.self" in rules_of(put((HERE / "shelfwise.md").read_text(encoding="utf-8"), "signed by Tomas Berg", "signed by Ingrid Hallén"))  # fmt: skip


def test_rows_under_other_names_are_read() -> None:
    renamed = put(FORECAST, "| Rollback trigger |", "| Stop criteria |")
    assert "| Serving pattern |" in renamed and not rules_of(renamed)


def test_a_ladder_below_the_table_is_read_as_the_fallback() -> None:
    endless = put(TRIAGE, "**Keyword rules, no model:** level 2 cut or failing; 20 ms; the dispatcher decides.", "**LLM again:** level 2 cut or failing; 20 ms; the same model is asked once more.")  # fmt: skip
    assert {"C10.no_floor", "C10.same_model", "C10.retry_only"} & rules_of(endless)


def test_numbers_as_on_the_continent_are_read_among_english_words() -> None:
    text = "Baseline 12,4 %, target 10,4 %, MAE 0,62, n = 3.963 loads of 1.920.000."
    assert gloss(text).text == "Baseline 12.4 %, target 10.4 %, MAE 0.62, n = 3,963 loads of 1,920,000."
    english = "Baseline 12.4 %, n = 3,963 loads, 5,280 drops, 13,834 in all, p < 0.05."
    assert gloss(english).text == english


@pytest.mark.parametrize(("written", "days"), [("mean of 7 days ending with d−2", 1.5), ("claims of drops D−31 … D−4", 3.5), ("[t0 − 30 d, t0 − 1 d]", 1.0)])  # fmt: skip
def test_days_back_from_the_day_of_the_run_end_a_window(written: str, days: float) -> None:
    assert lag_days(written) == days


def test_a_range_within_one_month_is_two_dates() -> None:
    assert iso_dates("validation 1 – 30 Sep 2025; test 24 Aug to 20 Sep 2026") == "validation 2025-09-01 – 2025-09-30; test 2026-08-24 to 2026-09-20"  # fmt: skip
    assert dated("train 01.01.2024–31.01.2025") == "train 2024-01-01–2025-01-31"


def test_one_wrong_total_is_one_finding() -> None:
    table = "| Stage | Time |\n|---|---|\n| read | 20 ms |\n| score | 30 ms |\n| write | 10 ms |\n| Total | 90 ms |\n"
    money = "| Item | Cost |\n|---|---|\n| nodes | €400 |\n| storage | €100 |\n| licences | €200 |\n| Total | €900 |\n"
    for written in (table, money):
        told = [found for found in verify(f"{AUCTION}\n## Appendix\n\n{written}", SKILL)[1] if "column" in found.message]  # fmt: skip
        assert len(told) == 1
