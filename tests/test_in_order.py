"""Limits in their order, and what a document says of one thing in two places or can be reckoned from one line."""

import subprocess
import sys

import pytest
from test_between_parts import put
from test_check_voices import rules_of

from briefwright.evals.defects.strangers import HERE
from briefwright.skill.ml_workflow.verify.stated import _delays_in_prose

WEEDS, CONCRETE, REEFER, HEARING, LIFTS, BIKES = (
    (HERE / f"{name}.md").read_text(encoding="utf-8")
    for name in ("weed-detection", "concrete", "reefer", "hearing", "liftrank", "ebike-demand")
)


def test_the_documents_broken_here_are_sound() -> None:
    assert not [rules_of(text) for text in (WEEDS, CONCRETE, REEFER, HEARING, LIFTS, BIKES) if rules_of(text)]


def test_a_test_is_not_rolled_back_inside_its_own_guardrail() -> None:
    early = put(
        WEEDS, "Weed survival after 14 d ≤ 8.0 %; crop hits", "Weed survival after 14 d ≤ 15 %; crop hits"
    )
    assert "X.rollback_guardrail" in rules_of(early)
    later = put(
        HEARING, "support calls above 9.0 per 100 wearers", "support calls above 12.0 per 100 wearers"
    )
    assert "X.rollback_guardrail" not in rules_of(later), "later than the guardrail is no contradiction"


def test_the_alarm_comes_before_the_rollback() -> None:
    deaf = put(HEARING, "watchdog events > 0.5 per 1,000 h over 24 h", "watchdog events > 2.5 per 1,000 h over 24 h")  # fmt: skip
    assert "X.rollback_alarm" in rules_of(deaf)


def test_a_monitor_does_not_go_off_where_success_holds() -> None:
    nervous = put(HEARING, "Macro-F1 < 0.70 on the month's", "Macro-F1 < 0.78 on the month's")
    assert "C8.level" in rules_of(nervous)


@pytest.mark.parametrize(("count", "found"), [("56", False), ("55", False), ("63", True)])
def test_days_between_two_dates_are_counted(count: str, found: bool) -> None:
    text = put(BIKES, "| Validation | 6 Apr 2026 | 31 May 2026 | 56 |", f"| Validation | 6 Apr 2026 | 31 May 2026 | {count} |")  # fmt: skip
    assert ("X.arithmetic" in rules_of(text)) == found


def test_a_mean_rate_belongs_to_its_volume() -> None:
    fashion = (HERE / "fashion-returns.md").read_text(encoding="utf-8")
    assert "X.arithmetic" in rules_of(
        put(fashion, "174k calls/day (2.0 rps on average)", "174k calls/day (20 rps on average)")
    )


@pytest.mark.parametrize(
    ("text", "old", "new", "rule"),
    [
        (REEFER, "test trips 2026-02-23..2026-04-05", "test trips 2026-01-05..2026-02-15", "X.windows"),
        (CONCRETE, "trims.csv by 04:30", "trims.csv by 07:00", "X.due"),
        (LIFTS, "41,000 × 20 % / 2", "41,000 × 60 % / 2", "X.traffic"),
        (
            BIKES,
            "Monthly operations report. 9.0 % → 7.5 %",
            "Monthly operations report. 7.5 % → 9.0 %",
            "X.direction",
        ),
        (REEFER, "USD 1,600 of the 2,500 granted", "USD 1,600 of the 1,400 granted", "X.cost_budget"),
    ],
)
def test_what_is_said_again_agrees(text: str, old: str, new: str, rule: str) -> None:
    assert rule in rules_of(put(text, old, new))


def test_a_copy_of_the_model_in_the_same_place_is_no_fallback() -> None:
    copy = put(LIFTS, "**popularity order** per fault code from DynamoDB, 25 ms, refreshed nightly | no |", "second copy of the ranker in the same pods, 25 ms | yes |")  # fmt: skip
    assert "C10.same_model" in rules_of(copy)


def test_output_of_any_age_is_no_fallback() -> None:
    endless = put(
        CONCRETE, "yesterday's trims, if ≤ 36 h old", "the newest trims on disk, whatever their age"
    )
    assert "C10.stale" in rules_of(endless)


def test_a_wait_longer_than_the_promise_is_found_in_the_row_above_the_ladder() -> None:
    assert "C10.timeout" in rules_of(
        put(HEARING, "has not answered after 16 ms, three", "has not answered after 45 ms, three")
    )


@pytest.mark.parametrize(
    ("line", "delays"),
    [
        ("**Data sources.** Search log (platform team; delay 30 min), orders (finance; delay 1 h).", {"Search log": 30 / 1440, "orders": 1 / 24}),
        ("- *Audit log* — double-keyed values; owner: quality desk; delay 7 days", {"Audit log": 7.0}),
        ("Ledger delays: `declarations` within 1 hour, `amendments` within 6 hours", {"declarations": 1 / 24, "amendments": 0.25}),
        ("Sources (owner, delay): telemetry (grid ops, 45 s), weather station (met desk, 10 min)", {"telemetry": 45 / 86_400, "weather station": 10 / 1440}),
    ],
)  # fmt: skip
def test_delays_are_read_from_prose(line: str, delays: dict[str, float]) -> None:
    found = dict(_delays_in_prose(line))
    assert {name: pytest.approx(days) for name, days in delays.items()}.items() <= found.items()


def test_a_metric_nothing_can_compute_is_none() -> None:
    felt = put(CONCRETE, "Primary: MAE (MPa). Secondary: share of samples below the predicted 5 % quantile", "How good the trims look to an experienced eye")  # fmt: skip
    either = put(CONCRETE, "Primary: MAE (MPa). Secondary: share of samples below the predicted 5 % quantile", "MAE (MPa), RMSE or R², whichever fits the quarter")  # fmt: skip
    assert "C1.metric" in rules_of(felt) and "C1.one_primary" in rules_of(either)


def test_a_long_word_beside_a_number_does_not_hold_the_verifier_up() -> None:
    """In a process that can be ended: a pattern that tries every way to cut the word would be at it for minutes."""
    script = "from briefwright.skill.ml_workflow.verify.equations import equations; list(equations('5 ' + 'a' * 390 + '! × 3 = 4 '))"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
