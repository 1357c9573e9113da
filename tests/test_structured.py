"""A brief as YAML or JSON: the skill's inputs are taken as given; wrong values are listed, never guessed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from briefwright.skill.kit import Brief
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.kit import KIT

DATA: dict[str, Any] = {
    "title": "Late parcels",
    "problem_type": "regression",
    "target": "minutes until a parcel is delivered",
    "data_sources": ["scanner events", "route plans", "weather"],
    "serving": "real-time",
    "latency": "120 ms",
    "peak_rps": 300,
    "team_size": 4,
    "infrastructure": {"cloud_provider": "AWS", "budget": "3,000 EUR per month", "on_premises": False},
    "history_days": "2 years",
    "tools_refused": ["Neptune"],
    "notes": "We deliver 60,000 parcels a day and promise a time window of one hour.",
}
YAML = """title: Late parcels
problem_type: regression
target: minutes until a parcel is delivered
data_sources: [scanner events, route plans, weather]
serving: real-time
latency: 120 ms
peak_rps: 300
team_size: 4
infrastructure:
  cloud_provider: AWS
  budget: 3,000 EUR per month
  on_premises: false
history_days: 2 years
tools_refused: [Neptune]
notes: |
  We deliver 60,000 parcels a day and promise a time window of one hour.
"""


def read(text: str) -> Facts:
    return KIT.read(Brief(text, date(2026, 11, 23)))


@pytest.mark.parametrize(
    "text", [YAML, json.dumps(DATA), json.dumps(DATA, indent=2)], ids=["yaml", "json", "indented"]
)
def test_named_inputs_are_taken_as_given_and_free_text_is_read(text: str) -> None:
    facts = read(text)
    found = {name: given.value for name, given in facts.found()}
    assert facts.title == "Late parcels"
    for name, value in {"problem_type": "regression", "serving_cue": "real-time", "latency_p99_ms": 120, "peak_rps": 300, "team_size": 4, "budget_per_month": 3000, "history_days": 730, "volume_per_day": 60_000}.items():  # fmt: skip
        assert found[name] == (pytest.approx(value) if isinstance(value, int) else value), name
    assert [given.value for given in facts.sources] == ["scanner events", "route plans", "weather"]
    assert [given.value for given in facts.clouds] == ["AWS"]
    assert [given.value for given in facts.tools_refused] == ["Neptune"]
    assert facts.on_premises is None


def test_a_named_input_outranks_the_words_around_it() -> None:
    facts = read(
        "problem_type: ranking\npeak_rps: 40\nnotes: We predict churn at 900 requests per second at peak.\n"
    )
    assert facts.problem_type and facts.problem_type.value == "ranking"
    assert facts.peak_rps and facts.peak_rps.value == 40


def test_a_value_of_the_wrong_kind_is_listed_and_not_used() -> None:
    facts = read("problem_type: astrology\nteam_size: a few\npeak_rps: 40\n")
    assert facts.team_size is None
    listed = " ".join(given.value for given in facts.unread)
    assert "astrology" in listed and "a few" in listed


def test_an_impossible_value_is_dropped_like_any_other() -> None:
    facts = read("problem_type: classification\npositive_rate: 140 %\n")
    assert facts.positive_rate is None


def test_aliases_that_would_fill_the_memory_are_not_followed() -> None:
    bomb = "problem_type: ranking\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert read(bomb).title is not None


@pytest.mark.parametrize(
    "text",
    ["Note: we want to predict churn.\nThanks.", "{not json", "- a\n- b", "Dear team: hello\n  odd: [", "{}"],
)
def test_prose_that_looks_like_data_is_read_as_prose(text: str) -> None:
    assert read(text).text.strip() == text.strip().replace("[", "(")


def test_design_takes_a_yaml_brief_to_a_document(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(YAML, encoding="utf-8")
    done = cli("design", brief, "-o", tmp_path / "run")
    assert done.status == 0, done.err
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    assert "120 ms" in text and "peak_rps: 300" in text


def test_words_said_later_do_not_unsettle_what_the_data_settles() -> None:
    brief = Brief('{"problem_type": "ranking", "peak_rps": 30}', date(2026, 11, 23))
    for words, kind in (
        ("Odd, é.", "ranking"),
        ("Make it a classification problem instead.", "classification"),
    ):
        problem = read(KIT.say(brief, words)).problem_type
        assert problem and problem.value == kind, words
