"""How much there is of what the model decides about: cases, flow, history, positives, what people can act on."""

import re

from briefwright.skill.ml_workflow.decide.decisions import Framing, Volumes
from briefwright.skill.ml_workflow.decide.nouns import counted_noun, plural
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed, given, number
from briefwright.skill.numbers import numbers

CADENCE = (
    ("hour", 1 / 24),
    ("night", 1.0),
    ("dai", 1.0),
    ("day", 1.0),
    ("week", 7.0),
    ("month", 30.0),
    ("quarter", 91.0),
)


def count(facts: Facts, frame: Framing) -> Volumes:
    cadence = _cadence(facts)
    if facts.volume_per_day:
        counted = counted_noun(facts.volume_per_day.quote) if frame.problem == "forecasting" else ""
        per_day = facts.volume_per_day.quantity().model_copy(
            update={"unit": f"{counted or frame.entities} a day"}
        )
    elif facts.population:
        base = facts.population.value
        per_day = computed(
            base / cadence.value,
            f"{frame.entities} a day",
            f"{base:,.0f} {frame.entities} ÷ {cadence.value:g} days between runs",
        )
    elif facts.peak_rps:
        mean = facts.peak_rps.value * 86_400 / 5
        per_day = computed(
            mean,
            f"{frame.entities} a day",
            f"{facts.peak_rps.value:g}/s peak ÷ 5 (assumed peak factor) × 86,400 s",
        )
    else:
        per_day = assumed(
            1000, f"{frame.entities} a day", "the brief names no volume", "data owner, before sizing"
        )
    if frame.problem == "forecasting" and (series := _series(facts)):
        slots = _slots(facts)
        ahead = frame.horizon_days.value if frame.horizon_days and slots > 1 else 1.0
        name = f"{number(series.value)} series"
        per_run = series if slots == 1 else computed(series.value * slots * ahead, "forecasts", f"{name} × {slots:g} a day × {ahead:g} days ahead")  # fmt: skip
        per_day = (
            computed(series.value / cadence.value, f"{frame.entities} a day", f"{name} ÷ {cadence.value:g} days between runs")
            if slots == 1
            else computed(series.value * slots, "rows a day", f"{name} × {slots:g} a day")
        )  # fmt: skip
    elif facts.population and not _is_flow_noun(facts):
        per_run = facts.population.quantity().model_copy(update={"unit": frame.entities})
    else:
        rows = max(1.0, per_day.value * cadence.value)
        per_run = computed(
            rows, frame.entities, f"{per_day.value:,.0f} a day × {cadence.value:g} days between runs"
        )
    return Volumes(
        per_day=per_day,
        per_run=per_run,
        cadence_days=cadence,
        positive_rate=_positive_rate(facts, frame),
        capacity_per_week=None
        if frame.problem == "forecasting"
        else _capacity(facts),  # nobody works through a forecast
    )


def _series(facts: Facts) -> Quantity | None:
    """A forecast per article and store is made for their product: `12,000 articles` × `340 supermarkets`; `12 series` and `per ward (34 wards)` say it outright."""
    if told := re.search(r"\b(\d[\d,]*) (?:time )?series\b", facts.text):
        return given(float(told[1].replace(",", "")), "series", told[0])
    for match in re.finditer(r"per (\w+) and (\w+)|\b(SKU|article)[- ](store)", facts.text, re.IGNORECASE):
        first, second = (word.lower() for word in (match[1] or "article", match[2] or "store"))
        a, b = count_of(facts, first), count_of(facts, second)
        if a and b:
            return computed(a * b, "series", f"{number(a)} {plural(first)} × {number(b)} {plural(second)}")
    asked = facts.prediction.quote if facts.prediction else ""
    for match in re.finditer(r"\b(?:per|each|every) ([a-z]{3,})\b", asked, re.IGNORECASE):
        if count := count_of(facts, match[1].lower()):
            return computed(
                count, "series", f"one for each of the {number(count)} {plural(match[1].lower())}"
            )
    return None


_SLOTS = (
    (96.0, r"quarter[- ]hour|\b15[- ]?min|per 15 min"),
    (48.0, r"half[- ]hour|\b30[- ]?min(?:ute)?s? (?:slot|step|interval)"),
    (24.0, r"\bhourly\b|(?:per|each|every|for (?:each|every)) hour\b"),
    (3.0, r"per (?:\w+ per )?shift\b"),
)


def _slots(facts: Facts) -> float:
    """How many periods of a day are forecast: 48 half hours, 24 hours, 3 shifts, else the day."""
    asked = facts.prediction.value if facts.prediction else ""
    text = facts.text if not re.search(r"per (?:day|week)|daily|weekly", asked, re.IGNORECASE) else asked
    return next((count for count, words in _SLOTS if re.search(words, text, re.IGNORECASE)), 1.0)


def _is_flow_noun(facts: Facts) -> bool:
    """A stock of closed cases (`1.2 million closed claims`) is history, not what one run scores."""
    assert facts.population
    return bool(
        re.search(
            r"closed|labelled|annotated|archived?|past|historic|annotations|sorted|collected|open\\b|stored",
            facts.population.quote,
            re.IGNORECASE,
        )
    )


def _cadence(facts: Facts) -> Quantity:
    if facts.schedule:
        text = facts.schedule.value.lower()
        yearly = re.search(r"(once|twice|\w+) (?:times )?(?:a|per|every) year", text)
        if yearly:
            times = {"once": 1.0, "twice": 2.0}.get(yearly[1]) or next(
                (n.value for n in numbers(yearly[1])), 1.0
            )
            return Quantity(
                value=round(365 / max(times, 1.0)), unit="days", source="given", basis=facts.schedule.quote
            )
        every = re.search(r"every (?:(\d+)|(\w+)) (hours|minutes|min)", text)
        if every:
            count = float(every[1]) if every[1] else next((n.value for n in numbers(every[2])), 1.0)
            days = max(count, 1.0) / (24 if every[3] == "hours" else 1440)
            return Quantity(value=days, unit="days", source="given", basis=facts.schedule.quote)
        days = next(
            (
                days
                for word, days in CADENCE
                if word in text and not (word == "day" and re.search(r"[a-z]day", text))
            ),
            7.0,
        )
        return Quantity(value=days, unit="days", source="given", basis=facts.schedule.quote)
    return assumed(1, "days", "the brief names no schedule; volumes are counted by the day")


def _positive_rate(facts: Facts, frame: Framing) -> Quantity | None:
    if frame.problem not in ("classification", "anomaly detection", "CV"):
        return None
    if facts.positive_rate:
        return facts.positive_rate.quantity()
    if counted := _counted_rate(facts, frame):
        return counted
    return assumed(
        0.05,
        "share",
        "the brief names no share of positives; a planning value",
        f"data owner, by counting last year's {frame.entities}",
    )


def _counted_rate(facts: Facts, frame: Framing) -> Quantity | None:
    """`41 failures last year` among 212 pumps: the share of cases whose outcome falls into one horizon."""
    stock, horizon, span = facts.population, frame.horizon_days, facts.history_days
    events, on_file = facts.events_per_year, facts.events_on_file
    if events:
        a_year, told = events.value, f"{events.value:g} a year"
    elif on_file and span:
        a_year, told = on_file.value / span.value * 365, f"{on_file.value:g} on file ÷ {span.value / 365:.3g} years"  # fmt: skip
    else:
        return None
    if not (stock and horizon and 0 < a_year < stock.value * 12):
        return None
    share = min(0.5, a_year / stock.value * horizon.value / 365)
    return computed(
        share, "share", f"{told} ÷ {stock.value:,.0f} {frame.entities} × {horizon.value:g} days ÷ 365"
    )


def _capacity(facts: Facts) -> Quantity | None:
    """Cases people can act on per week; `per club and week` is multiplied by the number of clubs.

    A capacity above all that arrives, or below a thousandth of it, was read from the wrong words and is dropped.
    """
    given = facts.capacity_per_week
    if given is None:
        return None
    match = re.search(r"per (\w+) (?:and|per|a|each) (?:week|day|month)", given.quote, re.IGNORECASE)
    sites = count_of(facts, match[1]) if match else None
    if match and sites:
        value = given.value * sites
        return computed(
            value, "cases/week", f"{given.value:g} per {match[1]} and week × {sites:g} {plural(match[1])}"
        )
    weekly = (
        facts.volume_per_day.value * 7
        if facts.volume_per_day
        else facts.population.value
        if facts.population
        else None
    )
    if weekly and (given.value >= weekly or given.value < weekly / 100_000):
        return None
    return given.quantity()


SAME = {
    "store": "stores|supermarkets|shops|outlets|branches",
    "shop": "shops|stores",
    "article": "articles|SKUs?|products|items",
}


def count_of(facts: Facts, noun: str) -> float | None:
    """How many of a noun the brief counts: `340 supermarkets` answers for stores too."""
    names = SAME.get(noun, re.escape(plural(noun)))
    found = [
        n
        for n in numbers(facts.text)
        if not n.unit
        and not re.fullmatch(r"(?:19|20)\d\d", n.text)
        and not n.per  # `19,000 calls a day over four queues` counts no queues
        and re.match(
            rf" (?:(?!over|of|in|per|for|and|at|from|one|two|three|four|five|six|seven|eight|nine|ten)\w+ ){{0,2}}?(?:{names})\b",
            facts.text[n.end : n.end + 40],
            re.IGNORECASE,
        )
    ]
    return max((n.value for n in found if n.value >= 2), default=None)
