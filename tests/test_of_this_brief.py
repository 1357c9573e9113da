"""A document is about its brief: what is scored, how many of them, from which data, and who reads the number."""

import re
from datetime import date

import pytest

import briefwright
from briefwright.skill.ml_workflow.reader.read import read

TODAY = date(2026, 11, 26)


def part(document: str, heading: str) -> str:
    return re.split(rf"(?m)^## {heading}\n", document)[1].split("\n## ")[0]


def test_a_text_is_read_as_text_and_a_picture_as_a_picture() -> None:
    letters = briefwright.design("We sort incoming letters of an insurer into 40 kinds by a text classifier, 3,000 letters a day, p99 2 s. Coded letters since 2019.").document  # fmt: skip
    shelves = briefwright.design("Object detection on shelf photos: 9,500 photos per day, annotated with boxes, mAP of at least 0.80, answer in 3 seconds at p99. Planogram data come from SAP every night.").document  # fmt: skip
    assert "text" in part(letters, "Feature Engineering") and "mean of the main value" not in letters
    assert "`pixel_data`" in part(shelves, "Feature Engineering") and "`sap`" not in shelves
    assert "`photos`" in part(shelves, "Feature Engineering")


def test_a_forecast_has_as_many_rows_as_series_and_slots_not_as_what_is_forecast() -> None:
    document = briefwright.design(
        "We get 11,000 to 19,000 calls a day over four queues. We want forecasts per queue per 30-minute interval for the next 42 days, every night before 05:30. In September 2024 two queues were merged."
    ).document
    assert "8,064 forecasts a run" in document


def test_who_is_acted_upon_is_counted_and_not_everybody() -> None:
    facts = read("We sell software to about 62,000 companies on three plans. There are 48,000 accounts on those two plans that may be upgraded; we predict which will.", TODAY)  # fmt: skip
    assert facts.population and facts.population.value == 48_000


def test_no_window_reaches_behind_the_history() -> None:
    document = briefwright.design("Predict which of 48,000 customers buy within 30 days, a list every Monday. Orders and visits, 30 months back, loaded nightly.").document  # fmt: skip
    assert "365 d" not in part(document, "Feature Engineering")


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("The COO asks for 95 %, on-shelf availability today is 93.5 %.", "COO"),
        ("The CEO is new. Head of workforce management wants no-shows down from 12 % to 9 %.", "Head of workforce management"),
        ("The VP Sales wants the upgrade rate up from 2.1 % to 2.6 %.", "VP Sales"),
    ],
)  # fmt: skip
def test_the_owner_is_who_asks_for_the_number(said: str, owner: str) -> None:
    document = briefwright.design(f"We predict which of 40,000 accounts upgrade within 30 days. {said}").document  # fmt: skip
    assert f"owner: {owner}." in document


def test_a_question_names_the_numbers_that_may_be_its_answer() -> None:
    document = briefwright.design("We predict which of 48,000 subscribers will leave within 30 days; a list every Monday. Oddly, 7.3 % was written on the whiteboard.").document  # fmt: skip
    assert re.search(r"What share of cases is positive\? Not explained yet: 7\.3 %", document)
