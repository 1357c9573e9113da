"""The reader in other people's voices: chat, mail, tables and tenders say the same things in other words, and some say nothing at all."""

from datetime import date
from typing import Any

import pytest

from briefwright.skill.kit import Brief
from briefwright.skill.ml_workflow.kit import KIT

TODAY = date(2026, 11, 23)
LEAD = "We want to predict which invoices will be paid late, from our data."


def planned(step: str, facts: Any) -> Any:
    return KIT.plan(step, facts, KIT.decide(facts, Brief(facts.text, TODAY)))


def read(text: str) -> Any:
    return KIT.read(Brief(text, TODAY))


@pytest.mark.parametrize(
    ("sentence", "fact", "value"),
    [
        ("Six clerks, each makes ~30 calls per day.", "capacity_per_week", 6 * 30 * 7),
        ("NOK 25,000 a month for running it.", "budget_per_month", 25_000),
        ("A grant pays USD 700 monthly for infrastructure.", "budget_per_month", 700),
        ("~$900/mo to spend.", "budget_per_month", 900),
        ("Team = me (data scientist) + 2 analytics engineers.", "team_size", 3),
        ("Team: one chemist, two technicians, me.", "team_size", 4),
        ("We have one statistician (me) and half an IT person.", "team_size", 1.5),
        ("The 99th percentile shall not exceed 150 ms, and the median shall not exceed 40 ms.", "latency_p50_ms", 40),
        ("It loads in under 200 ms at p99, and we get at most 80 ms of that.", "latency_p99_ms", 80),
        ("Late means more than 15 days past the due date.", "label_horizon_days", 15),
        ("About 18% end up late.", "positive_rate", 0.18),
        ("DSO is 51 days today and we want 47.", "metric_goal", 47),
        ("Penalty costs were 5.4 million EUR last year; we want 4.6.", "metric_goal", 4_600_000),
        ("The share of late payers went from 13.1 % down to 12 % in the plan.", "metric_target", 0.12),
    ],
)  # fmt: skip
def test_a_number_is_read_in_other_peoples_words(sentence: str, fact: str, value: float) -> None:
    found = getattr(read(f"{LEAD} {sentence} Thanks."), fact)
    assert found is not None and found.value == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        (
            "Dr. Sousa, our medical director, must sign off before anything goes live.",
            "Dr. Sousa, our medical director",
        ),
        ("Lena (head of ads) gives the go/no-go.", "Lena (head of ads)"),
        ("Claire, ops director, has the last word.", "Claire, ops director"),
        ("Editorial wants to approve each model version.", "Editorial"),
        ("The CFO must approve.", "CFO"),
        ("Until the Chief Actuary has validated it, handlers decide.", "Chief Actuary"),
    ],
)
def test_whoever_has_the_last_word_is_the_approver(sentence: str, name: str) -> None:
    found = read(f"{LEAD} {sentence}").approver
    assert found is not None and found.value == name


@pytest.mark.parametrize(
    ("sentence", "wrong", "missed"),
    [
        ("A bad loan loses us 11,200 EUR, a good customer turned away 1,450 EUR.", 1_450, 11_200),
        ("A wrong payment costs us 8,000 dollars on average, a needless review 6 dollars.", 6, 8_000),
        ("A rotten crate on the truck is 300 EUR, a superfluous check 4 EUR.", 4, 300),
        ("Letting one through is bad: treat it as 500 times a wrongly blocked one.", 1, 500),
    ],
)
def test_the_two_errors_keep_their_costs(sentence: str, wrong: float, missed: float) -> None:
    facts = read(f"{LEAD} {sentence}")
    assert facts.cost_false_positive and facts.cost_false_positive.value == wrong
    assert facts.cost_false_negative and facts.cost_false_negative.value == missed


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Player age and country must not be model inputs.", {"Player age", "country"}),
        ("Our counsel has been clear that nationality and insurance type stay out.", {"nationality", "insurance type"}),
        ("Ethnicity and religion fields should be stripped first.", {"Ethnicity", "religion"}),
        ("Do not use customers' names or income.", {"customers' names", "income"}),
        ("Please no age or gender.", {"age", "gender"}),
    ],
)  # fmt: skip
def test_forbidden_attributes_are_found_by_any_prohibition(sentence: str, names: set[str]) -> None:
    assert {given.value for given in read(f"{LEAD} {sentence}").barred} == names


@pytest.mark.parametrize(
    ("sentence", "schedule"),
    [
        ("One list for the front desk on Mondays, please.", "list for the front desk on Mondays"),
        ("About 4 % leave each month; the list on Thursdays is enough.", "list on Thursdays"),
        ("We post letters four times a year.", "four times a year"),
    ],
)
def test_the_schedule_is_when_the_work_runs(sentence: str, schedule: str) -> None:
    found = read(f"{LEAD} {sentence}").schedule
    assert found is not None and found.value == schedule


def test_a_denied_mode_is_not_the_mode() -> None:
    facts = read(f"{LEAD} No real-time needed; a list every Monday is enough.")
    assert facts.serving_cue is not None and facts.serving_cue.value == "batch"


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Right now they ring everybody over 75, which annoys people.", "they ring everybody over 75"),
        (
            "Replacement is presently prioritised by pipe age alone.",
            "Replacement is prioritised by pipe age alone",
        ),
    ],
)
def test_todays_practice_is_the_briefs_own_clause(sentence: str, said: str) -> None:
    found = read(f"{LEAD} {sentence}").current_system
    assert found is not None and found.value == said


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("The 99th percentile shall not exceed 150 ms.", "capacity_per_week"),
        ("Tags come from our list of 2,840 codes.", "capacity_per_week"),
        ("Retraining more than four times a year is unrealistic.", "volume_per_day"),
        ("Running it may cost NOK 25,000 a month.", "volume_per_day"),
        ("Please at most 10 false alarms a day.", "volume_per_day"),
        ("We want to bring late payers down by 15 %.", "positive_rate"),
        ("As I said on the phone, time is short.", "edge_device"),
        ("A refused customer's outcome is never seen, which our consultant says is a problem.", "business_metric"),
        ("A shortage costs us about 5,000 since we have to taxi one in.", "business_metric"),
        ("The fixed two-hour window is shown to customers.", "batch_window_h"),
    ],
)  # fmt: skip
def test_a_number_or_word_of_something_else_is_no_fact(sentence: str, fact: str) -> None:
    assert getattr(read(f"{LEAD} {sentence} Thanks."), fact) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("What I'd like is a forecast of the units each of 23 clinics requests, per type, for the coming seven days.", "forecasting"),
        ("We need an estimate of the yield in tonnes per hectare for every field. Satellite images arrive daily.", "regression"),
        ("How likely is a readmission within 30 days? Weather forecasts from the met office are there as well.", "classification"),
        ("We want an alarm before a load gets warm, from 4 sensors each. The claims department counts breaches.", "anomaly detection"),
    ],
)  # fmt: skip
def test_what_is_asked_decides_the_type_and_not_a_passing_word(text: str, problem: str) -> None:
    found = read(text).problem_type
    assert found is not None and found.value == problem


def test_what_happens_when_the_system_fails_is_not_the_problem() -> None:
    facts = read(f"{LEAD} If the system fails, the oldest invoices come first.")
    assert facts.use_case is None or facts.use_case.value != "maintenance"
    assert facts.fallback is not None and "oldest invoices come first" in facts.fallback.value


@pytest.mark.parametrize(
    ("sentence", "columns"),
    [
        ("Payment date + \"dunning level\" obviously only show up after the due date passed.", {"payment date", "dunning level"}),
        ("The claim file, the field visit and the final weight exist only after harvest.", {"claim file", "field visit", "final weight"}),
        ("The columns audit_result and payout_blocked are set by the auditors.", {"audit_result", "payout_blocked"}),
        ("Use the measured irradiance of the same hour as a feature.", {"measured irradiance"}),
    ],
)  # fmt: skip
def test_columns_written_afterwards_are_found_by_what_is_said_of_them(sentence: str, columns: set[str]) -> None:  # fmt: skip
    assert columns <= {given.value.lower() for given in read(f"{LEAD} {sentence}").known_later}


def test_forbidden_attributes_leave_the_features() -> None:
    facts = read(f"{LEAD} We can't use age, sex, race, or ZIP code.")
    assert {given.value for given in facts.barred} == {"age", "sex", "race", "ZIP code"}
    features = planned("features", facts)
    assert {f.name for f in features.features if f.excluded} >= {"age", "sex", "race", "zip_code"}


def test_who_signs_is_the_one_the_brief_names() -> None:
    facts = read(f"{LEAD} The model has to be signed off by the Credit Risk Committee before each change.")
    assert facts.approver is not None and facts.approver.value == "Credit Risk Committee"
    registry = planned("training", facts).registry
    assert "Credit Risk Committee" in registry.promotions[-1].approver


@pytest.mark.parametrize(
    "sentence",
    [
        "What we're forbidden to use: anything from Databricks, Google Cloud, and Snowflake.",
        "| Tools not allowed | Databricks, Google Cloud, Snowflake |",
    ],
)
def test_everything_on_a_list_of_forbidden_tools_is_refused(sentence: str) -> None:
    facts = read(f"{LEAD} {sentence}")
    assert {"Databricks", "Snowflake"} <= {given.value for given in facts.tools_refused}
    assert not facts.clouds


def test_signals_of_a_use_enter_only_with_data_of_their_kind() -> None:
    """A use case is a starting point: its signals need data the brief knows of, or they are another product's."""
    facts = read("We want to predict failures of appointments: failures are missed visits. Data: bookings, ages, reminders sent.")  # fmt: skip
    names = {f.name for f in planned("features", facts).features}
    assert not any("vibration" in name for name in names)


@pytest.mark.parametrize(
    "text",
    [
        "Our home screen is an editor's pick list. I have in mind a row of ten shows per listener, put together overnight and read from DynamoDB, on Kubernetes.",
        "Each evening sort the premises due for a visit so that those most likely to have a critical violation come first.",
        "Pull shipper, consignee and net weight out of scanned papers; every field under 0.9 confidence goes to a clerk.",
    ],
)
def test_a_request_without_the_words_of_the_trade_is_still_one(text: str) -> None:
    assert read(text).not_ml is None
