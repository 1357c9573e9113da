"""What is predicted, for what, when its truth is known and how much of it there is."""

import re
from dataclasses import replace

from briefwright.skill.markdown import slug
from briefwright.skill.ml_workflow.decide.decisions import Framing, Volumes
from briefwright.skill.ml_workflow.facts import Facts, ProblemType
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed, given, number
from briefwright.skill.ml_workflow.usecases import UseCase, use_case
from briefwright.skill.numbers import numbers

# Default horizon in days when the brief names none: how far ahead such a decision usually has to look.
HORIZONS: dict[str, float] = {
    "churn": 30, "fraud": 60, "credit": 365, "lead": 90, "conversion": 30, "maintenance": 14, "anomaly": 30,
    "demand": 7, "energy": 2, "eta": 1, "valuation": 90, "pricing": 30, "ltv": 90, "search": 7, "recommendation": 1,
    "ads": 7, "triage": 30,
}  # fmt: skip
READ_ON_ARRIVAL = ("NLP", "CV", "LLM")
CADENCE = (
    ("hour", 1 / 24),
    ("night", 1.0),
    ("dai", 1.0),
    ("day", 1.0),
    ("week", 7.0),
    ("month", 30.0),
    ("quarter", 91.0),
)
DEFAULT_TYPE: ProblemType = "classification"


def frame(facts: Facts) -> Framing:
    case = use_case(facts.use_case.value) if facts.use_case else _usual_case(facts)
    problem = facts.problem_type.value if facts.problem_type else DEFAULT_TYPE
    entity = _entity(facts, case.entity if case else "case")
    horizon, delay, wait = _label_timing(facts, problem, case.id if case else "")
    stem = case.name if case else problem
    days = f"-{horizon.value:g}d" if horizon and horizon.value >= 1 and problem == "classification" else ""
    short = slug(stem, "-") + days
    return Framing(
        name=_name(facts, stem, entity),
        slug=short,
        prefix="".join(word[0] for word in short.split("-") if word[0].isalpha())[:2].upper().ljust(2, "X"),
        problem=problem,
        case=case,
        entity=entity,
        entities=plural(entity),
        target=f"{case.target if case else 'outcome'}{days.replace('-', '_')}",
        temporal=True,
        horizon_days=horizon,
        label_delay_days=delay,
        label_wait_days=wait,
        owner=_owner(facts),
    )


def _usual_case(facts: Facts) -> UseCase | None:
    """What a problem type lives on when the brief's words fit no use: a text classifier has no event counts, a camera no calendar."""
    match facts.problem_type.value if facts.problem_type else "":
        case "NLP":
            papers = re.search(r"\b(?:letters?|scans?|scanned|pdfs?|documents?|faxe?s?|ocr|forms?|contracts?)\b", facts.text, re.IGNORECASE)  # fmt: skip
            return use_case("documents" if papers else "routing")
        case "CV":
            return use_case("inspection")
        case "LLM":
            return use_case("assistant")
        case "recommendation":
            return use_case("recommendation")
    return None


def _name(facts: Facts, stem: str, entity: str) -> str:
    return facts.title or f"{stem[0].upper()}{stem[1:]} for {plural(entity)}"


def _entity(facts: Facts, default: str) -> str:
    """The brief's own word for one scored thing: the noun of its flow or population, if the request speaks of it too.

    A noun beside a large number can be anything (clerks, discounts, merchants); it counts when the sentence that says what
    to predict, the title or the unit of the experiment holds it, or when the use case has no better word of its own.
    """
    asked = (
        " ".join(g.quote for g in (facts.prediction, facts.experiment_unit, facts.business_metric) if g)
        + " "
        + facts.title
    )
    if default == "series":
        return default
    for fact in (facts.volume_per_day, facts.population):
        if fact is None:
            continue
        noun = fact.unit if fact is facts.population else _counted_noun(fact.quote)
        if (
            not noun
            or noun in PEOPLE
            or noun in ("times", "ones", "events", "records", "pages", "users", "visitors", "cases")
        ):
            continue
        said = re.search(rf"\b{re.escape(singular(noun))}", asked, re.IGNORECASE) is not None
        if said or default == "case" or (default in GENERIC and facts.prediction is None):
            return singular(noun)
    return default


GENERIC = ("case", "customer", "machine", "series", "object", "document", "message", "image")
PEOPLE = frozenset(
    [
        "merchants",
        "technicians",
        "clerks",
        "agents",
        "handlers",
        "reviewers",
        "doctors",
        "nurses",
        "teachers",
        "drivers",
        "inspectors",
        "employees",
        "people",
        "engineers",
        "analysts",
        "staff",
        "managers",
        "dispatchers",
        "shifts",
        "teams",
        "sites",
        "discounts",
        "hours",
    ]
)


def _counted_noun(quote: str) -> str:
    """The plural that follows the number: `3.1 million authorisations a day` → authorisations."""
    match = re.search(
        r"\d[\d.,]*\s*(?:million |thousand |billion |k |M )?(?:[A-Za-z][\w-]* ){0,2}?([a-z][a-z-]*[a-rt-z]s)\b",
        quote,
    )
    return match[1].lower() if match else ""


def singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if re.search(r"(?:ss|x|ch|sh)es$", noun):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def article(noun: str) -> str:
    """`an image`, `a user`: by sound as far as letters tell."""
    vowel = noun[:1].lower() in "aeio" or (
        noun[:1].lower() == "u" and not re.match(r"u(?:ni|se|ti)", noun, re.IGNORECASE)
    )
    return f"an {noun}" if vowel or noun.startswith("x-") else f"a {noun}"


def plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun.endswith("s") else noun + ("es" if re.search(r"(?:x|ch|sh)$", noun) else "s")


def _label_timing(
    facts: Facts, problem: ProblemType, case: str
) -> tuple[Quantity | None, Quantity | None, Quantity]:
    """(horizon, delay, wait): a label may be read only after the longer of the two, plus a day to load it."""
    delay = facts.label_delay_days.quantity() if facts.label_delay_days else None
    if facts.label_horizon_days:
        horizon: Quantity | None = facts.label_horizon_days.quantity()
    elif delay:
        horizon = delay
    elif problem in READ_ON_ARRIVAL:
        horizon = None
        delay = assumed(
            7,
            "days",
            "corrections and reviews of a case arrive within a week",
            "data owner, before the first split",
        )
    else:
        horizon = assumed(
            HORIZONS.get(case, 30),
            "days",
            "the brief names no horizon; usual for this decision",
            "product owner, before the first label query",
        )
    longest = max((q for q in (horizon, delay) if q), key=lambda q: q.value)
    wait = computed(
        round(longest.value) + 1,
        "days",
        f"{longest.value:g} days until the outcome is known + 1 day to load it",
    )
    return horizon, delay, wait


def _owner(facts: Facts) -> str:
    """Who would read the business metric in a report: a role the brief names, in its own words."""
    role = re.search(
        r"\b(CFO|CEO|COO|CIO|VP|[Hh]ead of (?:the |our )?\w+|chief \w+|(?:claims|store|revenue|operations|product|plant|sales|marketing|risk) managers?|"
        r"retention desk|the board|director|rector|partners|leadership|[Mm]anagement)\b",
        facts.text,
    )
    return role[1] if role else "product owner"


def volumes(facts: Facts, frame: Framing) -> Volumes:
    cadence = _cadence(facts)
    if facts.volume_per_day:
        counted = _counted_noun(facts.volume_per_day.quote) if frame.problem == "forecasting" else ""
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
        capacity_per_week=_capacity(facts),
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
    events = facts.events_per_year
    if events is None and facts.events_on_file and span:
        events = replace(facts.events_on_file, value=round(facts.events_on_file.value / span.value * 365, 3))
    if not (events and stock and horizon and 0 < events.value < stock.value * 12):
        return None
    share = min(0.5, events.value / stock.value * horizon.value / 365)
    return computed(
        share,
        "share",
        f"{events.value:g} a year ÷ {stock.value:,.0f} {frame.entities} × {horizon.value:g} days ÷ 365",
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
        and re.match(rf" (?:\w+ ){{0,2}}?(?:{names})\b", facts.text[n.end : n.end + 40], re.IGNORECASE)
    ]
    return max((n.value for n in found if n.value >= 2), default=None)
