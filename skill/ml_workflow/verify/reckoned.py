"""What a line says twice and can be reckoned again: the days between its two dates, a volume by the day and by the second."""

import re
from collections.abc import Iterator
from datetime import date

from briefwright.skill.ml_workflow.verify.claims import Said, bare
from briefwright.skill.ml_workflow.verify.stated import iso_dates
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

_DAY = r"(?:19|20)\d\d-\d\d-\d\d"
_SPAN = re.compile(rf"(?P<first>{_DAY}) ?(?:–|-|—|to|until|…|\.\.\.?|→) ?(?P<last>{_DAY})(?: ?\(| ?= ?|, )(?P<count>\d{{1,4}}) (?P<unit>days|weeks)\b(?! (?:gap|clear|between|apart|left|before|after|of|later))", re.IGNORECASE)  # fmt: skip
_COUNTS_DAYS = re.compile(r"\W*(?:number of )?(?P<unit>days|weeks|length(?: in days| \(days\))?)\W*", re.IGNORECASE)  # fmt: skip
_HEADED = re.compile(r"\|[\s*_]*(?:number of )?(?:days|weeks|length)\b[^|\n]{0,12}\|", re.IGNORECASE)
_A_DAY_AND_A_SECOND = re.compile(
    r"(?P<mean>\bmean|\bon average|\baverage)?\W{0,3}(?P<rate>\d[\d.,]*) ?(?:rps|requests?/s|events?/s|calls?/s|/s|per second)(?: (?P<after>on average|in the mean|mean|average))?",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\bhours?\b|\bh\b|shift|night|opening|\d:\d\d|window|batch|evening|morning", re.IGNORECASE
)
"""A day that is shorter than 86,400 seconds: nothing follows from the volume then."""


def days_between_dates(d: Document) -> Iterator[Finding]:
    """`| Validation | 2026-04-06 | 2026-05-31 | 63 |` under `Days`, `2026-08-03 to 2026-10-18 (12 weeks)`."""
    text = iso_dates(d.claims.text)
    tabled = _HEADED.search(text) is not None  # most documents have no such table
    column, unit = None, "days"
    for number, line in enumerate(text.splitlines(), 1):
        for match in _SPAN.finditer(line):
            yield from _reckoned(match["first"], match["last"], match["count"], match["unit"], line, number)
        if not tabled or not line.lstrip().startswith("|"):
            column = None
            continue
        cells = [bare(cell).strip() for cell in line.strip().strip("|").split("|")]
        heads = [(n, head["unit"]) for n, cell in enumerate(cells) if (head := _COUNTS_DAYS.fullmatch(cell))]
        if heads:
            column, unit = heads[0]
            continue
        days = [cell for cell in cells if re.fullmatch(_DAY, cell)]
        if column is None or len(days) < 2 or column >= len(cells):
            continue
        if whole := re.fullmatch(r"(\d{1,4})(?: (?:days?|weeks?|d|w))?", cells[column]):
            yield from _reckoned(days[0], days[1], whole[1], unit, line, number)


def _reckoned(first: str, last: str, count: str, unit: str, line: str, number: int) -> Iterator[Finding]:
    """Both ends may count or only one; weeks may be rounded."""
    try:
        days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return
    stated = float(count) * (7 if unit.lower() == "weeks" else 1)
    slack = 4 if unit.lower() == "weeks" else 0
    if days > 0 and not days - slack <= stated <= days + 1 + slack:
        yield fail("X.arithmetic", "dates", Said(line, number), f"{first} to {last} are {days + 1} days, not {stated:g}", "Correct a date or the count.")  # fmt: skip


def mean_rate(d: Document) -> Iterator[Finding]:
    """`174k calls a day (20 rps on average)`: a mean rate that does not belong to its volume."""
    said = d.claims.row("model_serving", "throughput")
    if _HOURS.search(said.text):
        return
    daily = [n for n in numbers(said.text) if n.per == "day" and not n.unit and n.value >= 1000]
    for match in _A_DAY_AND_A_SECOND.finditer(said.text):
        before = [n for n in daily if n.end <= match.start() and match.start() - n.end < 40]
        if not before or not (match["mean"] or match["after"]):
            continue
        stated, mean = float(match["rate"].replace(",", "").rstrip(".")), before[-1].value / 86_400
        if stated > 2 * mean + 0.1 or stated < mean / 2 - 0.1:
            yield fail("X.arithmetic", "Throughput", said, f"{before[-1].value:,.0f} a day are {mean:.3g} a second on average, not {stated:g}", "Correct the volume or the rate.")  # fmt: skip


RULES = (days_between_dates, mean_rate)
