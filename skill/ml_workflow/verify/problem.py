"""Check 1 over text: the business metric, the evaluation metric, baseline and threshold, the label."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c01_business_metric import (
    BUSINESS_WORDS,
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER,
    ML_WORDS,
)
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "problem_definition"
METRIC = r"(?:pr-?auc|roc-?auc|auc|precision(?> at \d+(?:[.,]\d+)*(?: ?[%kK])?)?|recall(?> at \d+(?:[.,]\d+)*(?: ?[%kK])?)?|macro-?f1|span f1|f1(?:-score)?|accuracy|ndcg(?:@\d+)?|mrr|wape|s?mape|rmse|mae|mase|r2|sensitivity|specificity|pinball loss|log-?loss|brier)"


def business_metric(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "business_metric")
    if not said.text:
        return
    head = re.split(r"[:;(]|, (?:from|now|today|currently)", said.text)[0]
    ml, business = (re.search(words, head, re.IGNORECASE) for words in (ML_WORDS, BUSINESS_WORDS))
    if ml and not business:
        yield fail(
            "C1.ml_in_disguise",
            "Business metric",
            said,
            f"“{head.strip()[:60]}” is an ML metric",
            "Name what the business counts: money, time, customers, cases.",
        )
    if not said.numbers:
        yield fail(
            "C1.target", "Business metric", said, "no numeric target", "Say from which value to which."
        )


def direction(d: Document) -> Iterator[Finding]:
    """`reduce … from 9.0 to 9.8` goes the wrong way."""
    said = d.claims.row(PART, "business_metric")
    match = said.find(
        r"from\s+([^;,.]{0,12}?\d[\d.,]*)\s*([%\w]*)[^;]{0,20}?\bto\s+(?:[≤≥<>]=?\s*)?([^;,.]{0,6}?\d[\d.,]*)"
    )
    match = match or said.find(
        r"([^;,.:]{0,6}?\d[\d.,]*?)\s*([%\w]*) (?:now|today|at present)\b,? (?:and )?([^;,.]{0,6}?\d[\d.,]*)[^;,.]{0,12} (?:by|at|within|after|in) "
    )
    if not match:
        return
    low, high = numbers(match[1]), numbers(match[3])
    down = said.find(
        r"\b(?:reduc|cut|lower|decreas|down\b|fewer|less\b|loss|churn|waste|cost of|falls?|fell|drop|shrink|sink)"
    )
    up = said.find(r"\b(?:increas|rais|grow|up\b|more\b|higher|improv|rises?|climb)")
    if low and high and bool(down) != bool(up):
        rises = high[0].value > low[0].value
        if rises == bool(down):
            yield fail(
                "C1.target_direction",
                "Business metric",
                said,
                f"the words say {'down' if down else 'up'}, the numbers go from {low[0].text} to {high[0].text}",
                "Turn the words or the numbers round.",
            )


def evaluation_metric(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "evaluation_metric")
    if not said.text:
        return
    rate = positives(d)
    name = primary_metric(said) or _first_metric(said)
    judged = (
        rf"(?:not|never|no guide|avoid|instead of|rather than)[^.;]{{0,40}}{re.escape(name)}|{re.escape(name)}[^.;]{{0,40}}(?:not|no guide|useless|misleading)"
        if name
        else "$^"
    )
    if rate and rate < 0.05 and re.match(r"accuracy|roc-?auc|auc$", name) and not said.has(judged):
        yield fail(
            "C1.imbalance",
            "Evaluation metric",
            said,
            f"{name} is primary at {rate * 100:g} % positives",
            "Use PR-AUC, precision at capacity or recall at a fixed alert rate.",
        )
    if len(re.findall(r"\bprimary\b", said.text, re.IGNORECASE)) > 1:
        yield fail(
            "C1.one_primary", "Evaluation metric", said, "more than one primary metric", "Keep exactly one."
        )
    business = d.claims.row(PART, "business_metric")
    if business.text and said.text.strip().lower() == business.text.strip().lower():
        yield fail(
            "C1.distinct",
            "Evaluation metric",
            said,
            "the same words as the business metric",
            "Keep what the business counts apart from how the model is scored.",
        )
    if (
        re.match(r"s?mape", name)
        and re.search(r"\bzeros?\b|intermittent", d.claims.text, re.IGNORECASE)
        and not said.has(r"not|instead|undefined")
    ):
        yield fail(
            "C1.mape_zero",
            "Evaluation metric",
            said,
            "MAPE is undefined where the actual value is zero",
            "Use WAPE, MASE or pinball loss.",
        )


def primary_metric(said: Said) -> str:
    """The metric a cell itself calls primary, as `primary: X` or `X (primary)`; "" when it calls none so."""
    text = _spelled_out(said)
    match = re.search(rf"({METRIC})\W{{0,3}}\(?(?:is )?(?:the )?primary", text, re.IGNORECASE) or re.search(
        rf"primary\W*:?\W*({METRIC})", text, re.IGNORECASE
    )
    return match[1].lower().strip() if match else ""


def _first_metric(said: Said) -> str:
    match = re.search(METRIC, _spelled_out(said), re.IGNORECASE)
    return match[0].lower().strip() if match else ""


def _spelled_out(said: Said) -> str:
    """`share of all rows the model gets right` is accuracy in other words."""
    pattern = r"(?:share|percentage|fraction|proportion) of (?:all )?(?:\w+ ){0,6}(?:right|correct\w*)"
    return re.sub(pattern, "accuracy", said.text, flags=re.IGNORECASE)


def positives(d: Document) -> float | None:
    """Share of positives: from the brief, else from the document's own words."""
    if d.facts and d.facts.positive_rate:
        return d.facts.positive_rate.value
    match = re.search(
        r"(?:positives?|prevalence|base rate|fraud rate|churn rate|positive rate|share of positives)[^.;|\n]{0,30}?(\d+(?:[.,]\d+)?) ?%(?! ?(?:lower|higher|relative|less|more|of))",
        d.claims.part(PART).text,
        re.IGNORECASE,
    )
    return float(match[1].replace(",", ".")) / 100 if match else None


def threshold(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "success_threshold")
    if not said.text:
        return
    pairs = metric_values(said)
    if not said.numbers:
        yield fail("C1.threshold", "Success threshold", said, "no number", "Give metric, operator and value.")
    for name, op, value in pairs[:1]:
        if re.search(HIGHER_IS_BETTER, name) and op in ("<=", "<"):
            yield fail(
                "C1.threshold_op",
                "Success threshold",
                said,
                f"{name} should be high, but is asked to stay below {value:g}",
                "Use ≥.",
            )
        if re.search(LOWER_IS_BETTER, name) and not re.search(HIGHER_IS_BETTER, name) and op in (">=", ">"):
            yield fail(
                "C1.threshold_op",
                "Success threshold",
                said,
                f"{name} should be low, but is asked to stay above {value:g}",
                "Use ≤.",
            )
        if re.search(HIGHER_IS_BETTER, name) and value > 1:
            yield fail(
                "C1.range",
                "Success threshold",
                said,
                f"{name} of {value:g} is impossible",
                "Give a share between 0 and 1.",
            )
        rate = positives(d)
        if rate and re.match(r"pr-?auc|precision", name) and op in (">=", ">") and value <= rate:
            yield fail(
                "C1.prevalence",
                "Success threshold",
                said,
                f"{name} {value:g} is not above the share of positives {rate:g}",
                "A random order already reaches that.",
            )
        yield from _against_baseline(d, said, name, op, value)


def _against_baseline(d: Document, said: Said, name: str, op: str, value: float) -> Iterator[Finding]:
    base = d.claims.row(PART, "baseline_performance")
    for other, _, level in metric_values(base)[:1]:
        if other != name:
            continue
        better = value > level if op in (">=", ">") else value < level
        if not better:
            yield fail(
                "C1.vs_baseline",
                "Success threshold",
                said,
                f"{name} {value:g} is no better than the baseline {level:g}",
                "Ask for more than the baseline gives.",
            )


def metric_values(said: Said) -> list[tuple[str, str, float]]:
    """(metric, operator, value) triples in a cell: `PR-AUC ≥ 0.30`, `recall at 1 % of 0.6`. No operator reads as ≥."""
    found = []
    pattern = rf"({METRIC})[^\w≥≤<>=]*(?:of|is|at least|at most|:)?\s*(≥|>=|>|≤|<=|<|=|above|below|at least|at most|over|under)?\s*(\d+(?:[.,]\d+)?)(?![\d.,]*\d)(?!\s?(?:days?|d|weeks?|hours?|h|min|minutes|months?|ms|s)\b)\s?(%)?"
    for match in re.finditer(pattern, said.text, re.IGNORECASE):
        value = float(match[3].replace(",", ".")) / (100 if match[4] else 1)
        words = (match[2] or "").lower()
        op = (
            "<="
            if words in ("≤", "<=", "<", "below", "at most", "under")
            or "at most" in match[0].lower()
            or re.match(
                r"\s*,? ?or (?:lower|less|below|fewer|under)", said.text[match.end() :], re.IGNORECASE
            )
            else ">="
        )
        found.append((match[1].lower().strip(), op, value))
    return found


def label(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "target_variable")
    by_feel = said.has(
        r"\bknows? (?:it|one|them) when|would call|gut feeling|considers? (?:it |the case )?(?:to be )?(?:bad|good)|judges? (?:it|the case|a case) (?:to be|as) "
    )
    if said.text and (len(said.text.split()) < 6 or by_feel):
        yield fail(
            "C1.label",
            "Target variable",
            said,
            f"“{said.text[:50]}” is no operational definition",
            "Say who, what and by when: when it is 1, 0 and undefined.",
        )


CHECK = TextCheck(
    (business_metric, direction, evaluation_metric, threshold, label),
    (
        (PART, "business_metric"),
        (PART, "evaluation_metric"),
        (PART, "success_threshold"),
        (PART, "target_variable"),
    ),
)
