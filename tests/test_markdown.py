"""Documents are read back as they were written, and outside text cannot become markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefwright.skill.markdown import Fence, Heading, Labelled, Prose, Table, parse, plain, render
from briefwright.skill.numbers import numbers

words = (
    st.text(alphabet=st.sampled_from("abc XYZ 123 .,;|≤%–äß"), min_size=1, max_size=20)
    .map(lambda t: " ".join(t.split()))
    .filter(bool)
)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=5), words, words)
def test_tables_and_lines_are_read_back_as_written(
    rows: list[tuple[str, str]], label: str, text: str
) -> None:
    safe = label.replace("|", "").replace(".", "").replace(",", "") or "x"
    blocks = (Heading(2, "T"), Table(("a", "b"), tuple(rows)), Labelled(" ".join(safe.split()) or "x", text))
    assert parse(render(blocks)) == blocks


@given(st.text(max_size=300))
def test_any_text_parses_and_outside_text_loses_its_markup(text: str) -> None:
    parse(text)
    harmless = plain(text)
    assert not set("<>`\n\r\x00") & set(harmless)
    assert "](" not in harmless


def test_a_fence_is_not_closed_by_its_content() -> None:
    assert parse(render([Fence("a\n```\nb"), Prose("after")])) == (Fence("a\n'''\nb"), Prose("after"))


@pytest.mark.parametrize(
    ("text", "value", "unit", "per"),
    [
        ("3.1 million authorisations a day", 3_100_000, "", "day"),
        ("14 751 users", 14_751, "", ""),
        ("14,751", 14_751, "", ""),
        ("14.7k", 14_700, "", ""),
        ("1.2 M/day", 1_200_000, "", "day"),
        ("4 %", 4, "%", ""),
        ("0.2 percentage points", 0.2, "pp", ""),
        ("p99 ≤ 80 ms", 80, "ms", ""),
        ("900 requests per second", 900, "", "second"),
        ("€1,234.50 a month", 1234.5, "EUR", "month"),
        ("two weeks", 2, "week", ""),
        ("thirty thousand users", 30_000, "", ""),
        ("6,3 %", 6.3, "%", ""),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float, unit: str, per: str) -> None:
    (found,) = numbers(text)
    assert (round(found.value, 9), found.unit, found.per) == (value, unit, per)


@pytest.mark.parametrize(
    "text", ["2026-11-23", "at 04:30", "MLflow v2", "alert FR-01", "a 3-D model", "F1 score"]
)
def test_names_and_dates_are_no_numbers(text: str) -> None:
    assert numbers(text) == ()
