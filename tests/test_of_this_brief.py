"""A document is about its brief: what is scored, how many of them, from which data, and who reads the number."""

import re
from datetime import date

import pytest

import briefwright
from briefwright.skill.ml_workflow.decide.nouns import thing_named
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


@pytest.mark.parametrize(
    ("said", "now", "wanted"),
    [
        ("- goal: late orders 19% -> 16%. Checkout conversion is 61.4%, may lose 0.5 pp, no more.", 0.19, 0.16),
        ("I can give 20 % of applications to the experiment. At an unchanged bad rate I'd want approval 41.4 % -> 42.9 %.", 0.414, 0.429),
        ("We want an estimate of free lime each minute. Two in nine are off. Target: out-of-range samples 23 % to 18 %.", 0.23, 0.18),
        ("Of those who comment today, 18 % write again within a week; 19 % would please the publisher.", 0.18, 0.19),
        ("A critical violation is found at 7.4 per cent of visits. We predict which. If 11 in 100 visits found something critical, the Committee would regard this as worthwhile.", 0.074, 0.11),
        ("Investor number: of new sign-ups, 22.5 % are back on day 7. I told them 24 %.", 0.225, 0.24),
    ],
)  # fmt: skip
def test_a_level_and_the_level_wanted_are_a_pair_however_they_are_written(said: str, now: float, wanted: float) -> None:  # fmt: skip
    facts = read(said, TODAY)
    assert facts.metric_baseline and facts.metric_target
    assert facts.metric_baseline.value == pytest.approx(now) and facts.metric_target.value == pytest.approx(wanted)  # fmt: skip


def test_a_change_that_has_happened_is_no_wish() -> None:
    facts = read("We predict dwell time. Two lines cut the free days from 7 to 5 in January; since then everything moves sooner.", TODAY)  # fmt: skip
    assert not facts.metric_goal and not facts.metric_target


@pytest.mark.parametrize(
    ("said", "columns"),
    [
        ("We have order_time, picked_up_at and batched_with. The last two get filled once the customer has paid.", {"picked_up_at", "batched_with"}),
        ("The case system also holds closure_date and legal_ref, which are completed in consequence of the visit.", {"closure_date", "legal_ref"}),
        ("Columns: collections_cnt, autopay_cnt (both since funding).", {"collections_cnt", "autopay_cnt"}),
    ],
)  # fmt: skip
def test_columns_a_later_phrase_points_back_to_are_known_later(said: str, columns: set[str]) -> None:
    assert columns <= {given.value for given in read(said, TODAY).known_later}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Noor wants a way to pull a word out. And she decides whether a new version goes out at all.", "Noor"),
        ("Els Maes, our editor-in-chief, has set her terms. Any new version is hers to release.", "Els Maes"),
        ("Dr Hallberg, our chief vet, wants to see every version before farmers do.", "Dr Hallberg"),
        ("Marta (COO) decides on every further city.", "Marta"),
        ("Wir prognostizieren die Netzlast für morgen. Ohne Unterschrift des Eisenbahnbetriebsleiters geht nichts live.", "Eisenbahnbetriebsleiter"),
        ("Nous prévoyons la demande de demain pour chaque magasin. Feu vert final : la directrice des opérations.", "directrice des opérations"),
        ("Queremos predecir la demanda de mañana por tienda. Todo cambio pasa por el comité de riesgos.", "comité de riesgos"),
        ("我们想预测明天每个网点的订单量。模型上线须经模型风险委员会审批。", "模型风险委员会"),
    ],
)  # fmt: skip
def test_who_signs_is_found_by_pronoun_and_in_the_briefs_own_language(said: str, name: str) -> None:
    approver = read(said, TODAY).approver
    assert approver and name in approver.value


def test_units_that_take_from_one_another_are_assigned_by_place_and_time() -> None:
    document = briefwright.design("Estimate delivery minutes at checkout, p99 60 ms, 5,200 orders a day. Couriers are a common pool: give half of the city longer promises and the other half gets its food sooner. Goal: late orders 19% -> 16%. About 25 new restaurants a week join with zero history.").document  # fmt: skip
    assert "Switchback" in part(document, "A/B Testing") and "cold start" in part(
        document, "Problem Definition"
    )


def test_a_result_of_shuffled_rows_is_called_too_good() -> None:
    document = briefwright.design("We estimate delivery minutes at checkout, p99 60 ms, 5,200 orders a day. picked_up_at gets filled after the customer has paid. The intern's notebook had it in, MAE 2.1 min.").document  # fmt: skip
    assert "too good to be true" in part(document, "Problem Definition")


def test_a_class_for_every_box_is_a_task_for_learning() -> None:
    facts = read("I decide where import boxes are stacked. I want for every box a class before the crane touches it: under 2 days, 2 to 5, more than 5. 1.9 million moves over five years.", TODAY)  # fmt: skip
    assert not facts.not_ml and facts.prediction and "class" in facts.prediction.value


def test_what_the_brief_gives_to_the_test_is_its_flow_and_its_unit() -> None:
    document = briefwright.design("The app picks which words come next, based on how likely you are to still know them; 38,000 people a day, answers since 2022. Today it is Leitner boxes. Of new sign-ups, 22.5 % are back on day 7. I told them 24 %. 2,900 sign-ups a day, you can have all of them, 50/50.").document  # fmt: skip
    test = part(document, "A/B Testing")
    assert "sign-ups per arm" in test and "2,900" in test


def test_an_age_is_no_history() -> None:
    facts = read("We predict churn. 11 % of accounts come from a schools plan, under 13 years, parents signed. Events since 2022.", TODAY)  # fmt: skip
    assert facts.history_days and facts.history_days.value < 2000
    assert any(rule.value == "COPPA" for rule in facts.regulations)
    pumps = read("We predict failures of pumps. Most pumps are under 13 years old.", TODAY)
    assert not pumps.regulations


@pytest.mark.parametrize(
    ("clause", "thing"),
    [
        ("we use the average of the shipping line over the last 90 days", "the average of the shipping line over the last 90 days"),
        ("we just use last week's order", "last week's order"),
        ("the screen must show the latest lab value with its age", "the latest lab value with its age"),
        ("the gas boiler takes over", "the gas boiler"),
        ("show most popular", "most popular"),
        ("the app still has to show some minutes", ""),
        ("rule engine plus logistic regression", ""),
    ],
)  # fmt: skip
def test_a_practice_is_spoken_of_as_a_thing(clause: str, thing: str) -> None:
    assert thing_named(clause) == thing


def test_a_level_that_may_lose_a_little_is_a_guardrail() -> None:
    facts = read("We estimate minutes. Goal: late orders 19% -> 16%. Checkout conversion is 61.4%, may lose 0.5 pp, no more.", TODAY)  # fmt: skip
    assert [(g.value.op, g.value.value) for g in facts.guardrails] == [(">=", -0.005)]


def test_classes_blown_up_before_the_split_are_refused_with_the_precision_that_is_left() -> None:
    document = briefwright.design("Predict who becomes a donor within 30 days; 1.1 % of those asked do so. 12,000 mails a day. Blow up the donors with SMOTE to 50/50 on the full table, then cut into train and test, and report precision on that test. The agency got 0.89 that way. On the first day on which p is below 0.05 we stop and roll out to all.").document  # fmt: skip
    assert "resampling before the split" in document and "8.2" in document
    assert "stopping at the first good look" in document


def test_labels_copies_and_languages_have_their_cautions() -> None:
    problem = part(briefwright.design("Classify comments in Dutch (58 %), French (33 %) and English, 27,000 a day; two colleagues got a kappa of 0.68. Trolls post the same text forty times with a letter changed. 900 people opted out of profiling. Comments since 2016.").document, "Problem Definition")  # fmt: skip
    for said in ("label noise is the ceiling", "MinHash", "read by language", "never scored"):
        assert said in problem


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("The overnight extract is complete at 04:00 and the production meeting reads the figures at 05:30, every day.", "05:30"),
        ("Chaque nuit nous voulons prévoir le risque d'une panne par ascenseur. La liste doit être sur les tablettes à 6 h.", "6:00"),
        ("Wir wollen auffällige Rechnungen vorhersagen. Die Liste brauchen die Prüfer werktags um 5:00 Uhr.", "5:00"),
        ("We forecast demand. The list must be ready before the 06:30 dispatch call.", "06:30"),
    ],
)  # fmt: skip
def test_the_time_of_the_result_is_not_the_time_of_its_data(said: str, time: str) -> None:
    facts = read(said, TODAY)
    assert facts.due_time and facts.due_time.value == time
