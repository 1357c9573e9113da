"""Phrases of briefs by a stranger, one rule of language each; none of them is a brief's whole sentence."""

from datetime import date

import pytest

from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.reader.read import read


def facts(sentence: str) -> Facts:
    return read(f"We want to predict which subscribers will leave within 30 days.\n\n{sentence}", date(2026, 11, 27))  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "kept_out"),
    [
        ("Legal won't have bank statements anywhere near this, nor their medical notes.", {"bank statements", "medical notes"}),
        ("DO NOT read private letters.", {"private letters"}),
        ("Gauge 7 was mounted under a chute and must not be used.", {"Gauge 7"}),
        ("Neither the price proposed by the agent nor the buyer's age may serve as an input.", {"price proposed by the agent", "buyer's age"}),
        ("For that reason depth and site code have to stay out.", {"depth", "site code"}),
        ("The warranty decisions aren't to be used either.", {"warranty decisions"}),
        ("The skipper's badge number is off limits.", {"skipper's badge number"}),
        ("No postcode and no first name please.", {"postcode", "first name"}),
    ],
)  # fmt: skip
def test_what_is_kept_out_of_the_inputs_is_listed_by_name(sentence: str, kept_out: set[str]) -> None:
    assert {given.value for given in facts(sentence).barred} == kept_out


@pytest.mark.parametrize("sentence", ["Kubernetes is off limits.", "A random split must not be used.", "Cloud services are not to be used.", "The test set must not be used twice.", "Not to be used as an excuse for late delivery."])  # fmt: skip
def test_software_and_ways_of_working_are_no_inputs(sentence: str) -> None:
    assert not facts(sentence).barred


@pytest.mark.parametrize(
    ("sentence", "guarded"),
    [
        ("I don't want the complaint rate to go up.", "complaint rate"),
        ("Keep an eye on the zero-result rate and seller cancellations, neither may go up.", "zero-result rate"),
        ("Must stay put: refund share, unsubscribe rate.", "refund share"),
        ("The proportion of parcels held at the border (0.7 %) shall not increase.", "proportion of parcels held at the border"),
        ("Nor should the number of overdue visits grow.", "number of overdue visits"),
    ],
)  # fmt: skip
def test_what_must_not_get_worse_is_a_guardrail(sentence: str, guarded: str) -> None:
    assert guarded in {given.value.name.removeprefix("the ") for given in facts(sentence).guardrails}


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("Keep all of a broker's clients on one side when you hold data back.", "broker"),
        ("A patient should not be in training and test at once.", "patient"),
        ("Please don't let a transect end up in both train and test.", "transect"),
        ("Hold out whole vessels when you test.", "vessel"),
    ],
)
def test_what_must_not_be_split_is_the_group_key(sentence: str, key: str) -> None:
    found = facts(sentence).group_key
    assert found and found.value == key


@pytest.mark.parametrize(
    ("sentence", "people"),
    [
        ("We're me plus two analysts.", 3),
        ("we're 7 incl. me", 7),
        ("There's my nephew and one freelancer.", 2),
        ("On our side six persons are available.", 6),
        ("Crew for the project: three.", 3),
    ],
)
def test_a_team_is_counted_however_it_is_said(sentence: str, people: int) -> None:
    found = facts(sentence).team_size
    assert found and found.value == people


@pytest.mark.parametrize(
    "sentence",
    [
        "A salesman wants me on Databricks and the answer is no.",
        "The architects have ruled out Databricks.",
        "Someone floated Databricks; the boss laughed and said no.",
        "We turned Databricks down.",
        "We looked at Databricks in spring: rejected.",
    ],
)
def test_software_that_was_turned_down_is_refused(sentence: str) -> None:
    assert "Databricks" in {given.value for given in facts(sentence).tools_refused}


@pytest.mark.parametrize(
    ("sentence", "instead"),
    [
        ("Box dead → laminated speed table.", "speed table"),
        ("No list, then they take the quantities of last week as ever.", "quantities of last week"),
        ("Nothing back in time → show the bestsellers.", "bestsellers"),
    ],
)
def test_what_happens_without_the_model_is_read_from_notes(sentence: str, instead: str) -> None:
    found = facts(sentence).fallback
    assert found and instead in found.value


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("You can go back three years.", 1095),
        ("Four years of the inspection register.", 1460),
        ("26 months at one-minute resolution, TimescaleDB ashore.", 790),
        ("Data since 2018, usable from January 2020.", 2522),
        ("Our lead has ten years of experience.", None),
    ],
)
def test_how_far_the_data_go_back(sentence: str, days: float | None) -> None:
    found = facts(sentence).history_days
    assert found is None if days is None else found and found.value == pytest.approx(days, rel=0.01)


def test_people_who_wait_are_no_latency() -> None:
    assert facts("90 % of passengers wait below 15 minutes.").latency_p99_ms is None
