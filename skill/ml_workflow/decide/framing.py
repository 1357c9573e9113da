"""What is predicted, for what, when its truth is known and how much of it there is."""

import re

from briefwright.skill.markdown import slug
from briefwright.skill.ml_workflow.decide.decisions import Framing
from briefwright.skill.ml_workflow.decide.nouns import counted_noun, plural, singular
from briefwright.skill.ml_workflow.facts import Facts, ProblemType
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed
from briefwright.skill.ml_workflow.usecases import UseCase, use_case

# Default horizon in days when the brief names none: how far ahead such a decision usually has to look.
HORIZONS: dict[str, float] = {
    "churn": 30, "fraud": 60, "credit": 365, "lead": 90, "conversion": 30, "maintenance": 14, "anomaly": 30,
    "demand": 7, "energy": 2, "eta": 1, "valuation": 90, "pricing": 30, "ltv": 90, "search": 7, "recommendation": 1,
    "ads": 7, "triage": 30,
}  # fmt: skip
READ_ON_ARRIVAL = ("NLP", "CV", "LLM")
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
        noun = fact.unit if fact is facts.population else counted_noun(fact.quote)
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


_FROM_THE_EVENT = re.compile(
    r"\b(?:days?|weeks?|months?|hours?) (?:or so )?(?:after|past|following|later than) (?:the )?(?:end|close|expiry|window|horizon|event|it happen\w*|they happen\w*|it occur\w*|(?:upgrade|renewal|cancellation|conversion|purchase|sign-?up|default|dispute|churn|failure|incident|no-?show|lapse|contact)(?: click| date| itself)?)\b",
    re.IGNORECASE,
)


def _label_timing(
    facts: Facts, problem: ProblemType, case: str
) -> tuple[Quantity | None, Quantity | None, Quantity]:
    """(horizon, delay, wait): a label may be read only after the longer of the two, plus a day to load it.

    A delay that runs from the event, or from the end of the window, comes on top of the horizon in which the event may happen.
    """
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
    if facts.label_horizon_days and facts.label_delay_days and horizon and delay and _FROM_THE_EVENT.search(facts.label_delay_days.quote):  # fmt: skip
        wait = computed(
            round(horizon.value + delay.value) + 1,
            "days",
            f"{horizon.value:g} days in which it may happen + {delay.value:g} days until that is known + 1 day to load it",
        )
        return horizon, delay, wait
    longest = max((q for q in (horizon, delay) if q), key=lambda q: q.value)
    wait = computed(
        round(longest.value) + 1,
        "days",
        f"{longest.value:g} days until the outcome is known + 1 day to load it",
    )
    return horizon, delay, wait


ROLE = (
    r"\b(CFO|CEO|COO|CIO|CMO|CTO|VP(?: of)?(?: [A-Z][a-z]+)?|[Hh]ead of (?:the |our )?[\w-]+(?: (?:management|operations|services?|care|science))?|chief \w+|(?:claims|store|revenue|operations|product|plant|sales|marketing|risk) managers?|"
    r"retention desk|the board|(?:[Mm]edical |[Ff]inance |[Cc]ommercial |[Mm]arketing |[Mm]anaging |[Ss]ales |[Oo]perations )?director|rector|partners|leadership|(?<![a-z] )[Mm]anagement)\b"
)


def _owner(facts: Facts) -> str:
    """Who would read the business metric in a report: a role the brief names, in its own words; beside the metric before anywhere else."""
    told = [given.quote for given in (facts.metric_target, facts.metric_goal, facts.business_metric) if given]
    role = next((found for text in (*told, facts.text) if (found := re.search(ROLE, text))), None)
    return role[1] if role else "product owner"
